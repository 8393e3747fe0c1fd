/// \file
/// mutex: exclusion, order, and that unlock() never runs the next holder.

#include "support.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::mutex;
using corort::scheduler;
using corort::spawn;
using corort::task;

TEST(Mutex, FreeLockDoesNotSuspend) {
  test::run_alone([]() -> task<> {
    mutex m;
    bool other_ran = false;
    auto other = spawn([&]() -> task<> {
      other_ran = true;
      co_return;
    });
    auto held = co_await m.lock();
    EXPECT_TRUE(held.owns_lock());
    EXPECT_FALSE(other_ran);
    co_await other;
  });
}

TEST(Mutex, IsHeldAcrossSuspensions) {
  test::run_alone([]() -> task<> {
    mutex m;
    bool inside = false;
    auto second = [&]() -> task<> {
      auto held = co_await m.lock();
      inside = true;
    };
    auto held = co_await m.lock();
    auto handle = spawn(second());
    co_await test::pass(1s);
    EXPECT_FALSE(inside);
    held.unlock();
    EXPECT_FALSE(held.owns_lock());
    co_await handle;
    EXPECT_TRUE(inside);
  });
}

TEST(Mutex, FirstComeFirstServed) {
  test::run_alone([]() -> task<> {
    mutex m;
    std::string order;
    auto enter = [&](char name) -> task<> {
      auto held = co_await m.lock();
      order += name;
      co_await corort::yield();
    };
    auto held = co_await m.lock();
    std::vector<corort::join_handle<>> all;
    for (char name : {'a', 'b', 'c', 'd'})
      all.push_back(spawn(enter, name));
    co_await test::settle();
    held.unlock();
    // Comes after all who wait, although the lock was let go a moment ago.
    all.push_back(spawn(enter, 'e'));
    for (auto &handle : all)
      co_await handle;
    EXPECT_EQ(order, "abcde");
  });
}

TEST(Mutex, UnlockQueuesTheNextHolder) {
  test::run_alone([]() -> task<> {
    mutex m;
    bool inside = false;
    auto next = [&]() -> task<> {
      auto held = co_await m.lock();
      inside = true;
    };
    auto held = co_await m.lock();
    auto handle = spawn(next());
    co_await test::settle();
    held.unlock();
    EXPECT_FALSE(inside);                   // Not resumed on our stack,
    EXPECT_FALSE(m.try_lock().has_value()); // but the lock is already its own.
    co_await handle;
  });
}

TEST(Mutex, TryLockTakesOnlyAFreeLock) {
  mutex m;
  auto first = m.try_lock();
  ASSERT_TRUE(first);
  EXPECT_FALSE(m.try_lock());
  first.reset();
  EXPECT_TRUE(m.try_lock());
}

TEST(Mutex, GuardMovesOwnership) {
  mutex m;
  mutex other;
  auto first = *m.try_lock();
  auto second = std::move(first);
  EXPECT_FALSE(first.owns_lock()); // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(second.owns_lock());
  second = *other.try_lock(); // Lets go of `m`.
  EXPECT_TRUE(m.try_lock());
  EXPECT_FALSE(other.try_lock());
}

TEST(Mutex, DestroyedWaiterLeavesTheQueue) {
  mutex m;
  auto held = *m.try_lock();
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto waits = [&]() -> task<> { auto second = co_await m.lock(); };
    auto body = [&]() -> task<> {
      spawn(waits()).detach();
      spawn(waits()).detach();
      co_await test::settle();
    };
    block_on(world, body());
  } // Both waiters are destroyed while they wait.
  held.unlock();
  EXPECT_TRUE(m.try_lock());
}

TEST(Mutex, WaiterDestroyedOnItsTurnPassesTheLockOn) {
  mutex m;
  auto held = *m.try_lock();
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto waits = [&]() -> task<> { auto second = co_await m.lock(); };
    auto body = [&]() -> task<> {
      spawn(waits()).detach();
      co_await test::settle();
      held.unlock();
      // Its turn, but this task keeps the only worker until the end.
    };
    auto done = corort::spawn_on(world, body());
    block_on(std::move(done));
  }
  EXPECT_TRUE(m.try_lock());
}

TEST(MutexStress, CountsExactly) {
  scheduler four({.threads = 4});
  mutex m;
  int count = 0; // Only the mutex guards it.
  auto work = [&]() -> task<> {
    for (int i = 0; i < 10'000; ++i) {
      auto held = co_await m.lock();
      ++count;
      if (i % 64 == 0)
        co_await corort::yield();
    }
  };
  auto body = [&]() -> task<> {
    std::vector<corort::join_handle<>> all;
    for (int t = 0; t < 8; ++t)
      all.push_back(spawn(work));
    for (auto &handle : all)
      co_await handle;
  };
  block_on(four, body());
  EXPECT_EQ(count, 80'000);
}

TEST(MutexDeathTest, DestroyedWhileHeldEndsTheProgram) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        std::optional<mutex> m(std::in_place);
        auto held = m->try_lock();
        m.reset();
      },
      "mutex destroyed while it is held");
}

} // namespace
