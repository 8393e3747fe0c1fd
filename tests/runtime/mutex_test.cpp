/// \file
/// mutex: exclusion, order, that unlock() never runs the next holder, and that
/// stopping those who wait loses nothing.

#include "sync_support.hpp"

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
      all.push_back(co_await test::begin(enter, name));
    held.unlock();
    // Comes after all who wait, although the lock was let go a moment ago.
    all.push_back(spawn(enter, 'e'));
    co_await test::join(all);
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

TEST(Mutex, StoppedWaiterLeavesTheQueue) {
  test::run_alone([]() -> task<> {
    mutex m;
    std::string order;
    auto enter = [&](char name) -> task<> {
      auto inside = co_await m.lock();
      order += name;
    };
    auto held = co_await m.lock();
    auto a = co_await test::begin(enter, 'a');
    auto b = co_await test::begin(enter, 'b');
    auto c = co_await test::begin(enter, 'c');
    b.abort();
    EXPECT_TRUE(co_await test::was_stopped(b));
    EXPECT_EQ(order, ""); // Nobody was let in for it.
    held.unlock();
    co_await a;
    co_await c;
    EXPECT_EQ(order, "ac");
    EXPECT_TRUE(m.try_lock());
  });
}

TEST(Mutex, TheOnlyWaiterStops) {
  test::run_alone([]() -> task<> {
    mutex m;
    auto enter = [&]() -> task<> { auto inside = co_await m.lock(); };
    auto held = co_await m.lock();
    auto waits = co_await test::begin(enter);
    waits.abort();
    EXPECT_TRUE(co_await test::was_stopped(waits));
    held.unlock();
    EXPECT_TRUE(m.try_lock());
  });
}

TEST(Mutex, StoppedOnItsTurnStillGetsTheLock) {
  test::run_alone([]() -> task<> {
    mutex m;
    bool inside = false;
    bool after = false;
    auto enter = [&]() -> task<> {
      auto held = co_await m.lock();
      inside = true;
      co_await corort::yield(); // Stops here.
      after = true;
    };
    auto held = co_await m.lock();
    auto waits = co_await test::begin(enter);
    held.unlock();
    waits.abort();
    EXPECT_TRUE(co_await test::was_stopped(waits));
    EXPECT_TRUE(inside);
    EXPECT_FALSE(after);
    EXPECT_TRUE(m.try_lock()); // Its guard has gone.
  });
}

TEST(Mutex, StoppedBeforeItWaits) {
  test::run_alone([]() -> task<> {
    mutex m;
    bool inside = false;
    auto enter = [&]() -> task<> {
      auto held = co_await m.lock();
      inside = true;
    };
    auto held = co_await m.lock();
    auto waits = spawn(enter); // Has not begun yet.
    waits.abort();
    EXPECT_TRUE(co_await test::was_stopped(waits));
    EXPECT_FALSE(inside);
    held.unlock();
    EXPECT_TRUE(m.try_lock());
  });
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
  // Which task is destroyed first depends on which was spawned first.
  for (bool holder_first : {true, false}) {
    mutex locks[2];
    bool inside = false;
    {
      scheduler world({.threads = 1, .manual_time = true});
      auto waits = [&](mutex &m) -> task<> {
        auto held = co_await m.lock();
        inside = true;
      };
      auto sleeps = [&](mutex::guard) -> task<> {
        co_await corort::sleep_for(1h);
      }; // It is the turn of the others when this is destroyed.
      auto body = [&]() -> task<> {
        for (mutex &m : locks) {
          auto held = co_await m.lock();
          if (holder_first)
            (co_await test::begin(sleeps, std::move(held))).detach();
          for (int i = 0; i < 3; ++i)
            (co_await test::begin(waits, corort::unsafe_send(std::ref(m))))
                .detach();
          if (!holder_first)
            (co_await test::begin(sleeps, std::move(held))).detach();
        }
      };
      block_on(world, body());
    }
    EXPECT_FALSE(inside);
    EXPECT_TRUE(locks[0].try_lock());
    EXPECT_TRUE(locks[1].try_lock());
  }
}

TEST(MutexStress, CountsExactly) {
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
  test::run_on_four([&]() -> task<> {
    std::vector<corort::join_handle<>> all;
    for (int t = 0; t < 8; ++t)
      all.push_back(spawn(work));
    co_await test::join(all);
  });
  EXPECT_EQ(count, 80'000);
}

TEST(MutexStress, StopsRaceWithHandOvers) {
  mutex m;
  bool taken = false; // Only the mutex guards them.
  int ended = 0;
  auto work = [&]() -> task<> {
    for (int i = 0; i < 4; ++i) {
      auto held = co_await m.lock();
      EXPECT_FALSE(std::exchange(taken, true));
      test::at_exit leave([&] { taken = false; });
      co_await corort::yield();
    }
    auto held = co_await m.lock();
    ++ended;
  };
  int joined = 0;
  test::run_on_four([&]() -> task<> {
    for (int round = 0; round < 2'000; ++round) {
      std::vector<corort::join_handle<>> all;
      for (int t = 0; t < 6; ++t)
        all.push_back(spawn(work));
      for (int i = 0; i < round % 8; ++i)
        co_await corort::yield();
      for (std::size_t t = 0; t < 6; t += 2)
        all[t].abort();
      for (auto &handle : all)
        if (!co_await test::was_stopped(handle))
          ++joined;
      EXPECT_TRUE(m.try_lock()); // Whatever happened, it is free.
    }
  });
  EXPECT_EQ(ended, joined);
  EXPECT_GE(ended, 3 * 2'000);
}

TEST(MutexStress, SelectTakesOneOfTwo) {
  mutex a, b;
  int took_a = 0; // Each guarded by its mutex.
  int took_b = 0;
  auto work = [&]() -> task<> {
    for (int i = 0; i < 2'000; ++i) {
      auto held = co_await corort::select(a.lock(), b.lock());
      ++(held.index() == 0 ? took_a : took_b);
      if (i % 16 == 0)
        co_await corort::yield();
    }
  };
  test::run_on_four([&]() -> task<> {
    std::vector<corort::join_handle<>> all;
    for (int t = 0; t < 6; ++t)
      all.push_back(spawn(work));
    co_await test::join(all);
  });
  EXPECT_EQ(took_a + took_b, 6 * 2'000);
  EXPECT_TRUE(a.try_lock());
  EXPECT_TRUE(b.try_lock());
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
