/// \file
/// semaphore: limits, order whatever is asked for, and that stopping those who
/// wait loses no permit.

#include "sync_support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::scheduler;
using corort::semaphore;
using corort::spawn;
using corort::task;

TEST(Semaphore, LetsAsManyPassAsThereArePermits) {
  test::run_alone([]() -> task<> {
    semaphore s(2);
    int inside = 0;
    auto enter = [&]() -> task<> {
      auto permit = co_await s.acquire();
      ++inside;
      test::at_exit leave([&] { --inside; });
      co_await corort::sleep_for(1s);
    };
    std::vector<corort::join_handle<>> all;
    for (int i = 0; i < 5; ++i)
      all.push_back(co_await test::begin(enter));
    EXPECT_EQ(inside, 2);
    EXPECT_EQ(s.available(), 0u);
    co_await test::pass(1s);
    EXPECT_EQ(inside, 2);
    co_await test::pass(1s);
    EXPECT_EQ(inside, 1);
    co_await test::pass(1s);
    EXPECT_EQ(s.available(), 2u);
    co_await test::join(all);
  });
}

TEST(Semaphore, ManyAreNotOvertakenByFew) {
  test::run_alone([]() -> task<> {
    semaphore s(0);
    std::string order;
    auto take = [&](char name, std::size_t count) -> task<> {
      auto permits = co_await s.acquire(count);
      order += name;
      permits.keep();
    };
    auto many = co_await test::begin(take, 'm', 3);
    auto few = co_await test::begin(take, 'f', 1);
    s.release(2);
    EXPECT_FALSE(s.try_acquire()); // Nor by one who does not wait,
    auto late = co_await test::begin(take, 'l', 1);
    EXPECT_EQ(order, "");
    EXPECT_EQ(s.available(), 2u);
    s.release(1);
    co_await many;
    EXPECT_EQ(order, "m");
    s.release(2);
    co_await few;
    co_await late;
    EXPECT_EQ(s.available(), 0u);
  });
}

TEST(Semaphore, FirstComeFirstServed) {
  test::run_alone([]() -> task<> {
    semaphore s(0);
    std::string order;
    auto take = [&](char name) -> task<> {
      auto permit = co_await s.acquire();
      order += name;
      permit.keep();
    };
    std::vector<corort::join_handle<>> all;
    for (char name : {'a', 'b', 'c'})
      all.push_back(co_await test::begin(take, name));
    for (std::size_t i = 1; i <= 3; ++i) {
      s.release();
      EXPECT_EQ(order.size(), i - 1); // Not resumed on our stack.
      EXPECT_FALSE(s.try_acquire());  // But its permit is its own.
      co_await test::settle();
    }
    EXPECT_EQ(order, "abc");
    co_await test::join(all);
  });
}

TEST(Semaphore, TryAcquireTakesOnlyWhatIsThere) {
  semaphore s(3);
  auto two = s.try_acquire(2);
  ASSERT_TRUE(two);
  EXPECT_FALSE(s.try_acquire(2));
  EXPECT_TRUE(s.try_acquire(1));
  EXPECT_TRUE(s.try_acquire(0));
  two->release();
  EXPECT_FALSE(two->owns_permits());
  EXPECT_TRUE(s.try_acquire(3));
  EXPECT_EQ(s.available(), 3u);
}

TEST(Semaphore, GuardMovesPermits) {
  semaphore s(3);
  auto first = *s.try_acquire(1);
  auto second = std::move(first);
  EXPECT_FALSE(first.owns_permits()); // NOLINT(bugprone-use-after-move)
  second = *s.try_acquire(2);         // Gives one back.
  EXPECT_EQ(s.available(), 1u);
  second.keep();
  EXPECT_FALSE(second.owns_permits());
  EXPECT_EQ(s.available(), 1u);
}

TEST(Semaphore, StoppedWaiterLetsThoseBehindItPass) {
  test::run_alone([]() -> task<> {
    semaphore s(2);
    int passed = 0;
    auto take = [&](std::size_t count) -> task<> {
      auto permits = co_await s.acquire(count);
      ++passed;
    };
    auto held = co_await s.acquire();
    auto many = co_await test::begin(take, 2);
    auto few = co_await test::begin(take, 1);
    EXPECT_EQ(passed, 0);
    many.abort();
    EXPECT_TRUE(co_await test::was_stopped(many));
    co_await few;
    EXPECT_EQ(passed, 1);
    held.release();
    EXPECT_EQ(s.available(), 2u);
  });
}

TEST(Semaphore, StoppedBeforeItWaits) {
  test::run_alone([]() -> task<> {
    semaphore s(0);
    auto take = [&]() -> task<> { auto permit = co_await s.acquire(); };
    auto waits = spawn(take);
    waits.abort();
    EXPECT_TRUE(co_await test::was_stopped(waits));
    s.release();
    EXPECT_EQ(s.available(), 1u);
  });
}

TEST(Semaphore, StoppedOnItsTurnGivesThePermitBack) {
  test::run_alone([]() -> task<> {
    semaphore s(0);
    bool passed = false;
    auto take = [&]() -> task<> {
      auto permit = co_await s.acquire();
      passed = true;
      co_await corort::yield();
      permit.keep();
    };
    auto waits = co_await test::begin(take);
    s.release();
    waits.abort();
    EXPECT_TRUE(co_await test::was_stopped(waits));
    EXPECT_TRUE(passed);
    EXPECT_EQ(s.available(), 1u);
  });
}

TEST(Semaphore, DestroyedWaitersLoseNoPermit) {
  for (bool holder_first : {true, false}) {
    semaphore s(2);
    {
      scheduler world({.threads = 1, .manual_time = true});
      auto waits = [&](std::size_t count) -> task<> {
        auto permits = co_await s.acquire(count);
        permits.keep();
      };
      auto sleeps = [&](semaphore::guard) -> task<> {
        co_await corort::sleep_for(1h);
      };
      auto body = [&]() -> task<> {
        auto held = co_await s.acquire(2);
        if (holder_first)
          (co_await test::begin(sleeps, std::move(held))).detach();
        for (unsigned count : {2u, 1u, 1u, 2u})
          (co_await test::begin(waits, count)).detach();
        if (!holder_first)
          (co_await test::begin(sleeps, std::move(held))).detach();
      };
      corort::block_on(world, body());
    }
    EXPECT_EQ(s.available(), 2u);
  }
}

TEST(SemaphoreStress, NeverMoreThanThereArePermits) {
  semaphore s(3);
  std::atomic<std::size_t> inside = 0;
  auto work = [&](std::size_t count) -> task<> {
    for (int i = 0; i < 2'000; ++i) {
      auto permits = co_await s.acquire(count);
      EXPECT_LE(inside.fetch_add(count) + count, 3u);
      if (i % 16 == 0)
        co_await corort::yield();
      inside.fetch_sub(count);
    }
  };
  test::run_on_four([&]() -> task<> {
    std::vector<corort::join_handle<>> all;
    for (unsigned count : {1u, 2u, 3u, 1u, 2u, 1u, 3u, 1u})
      all.push_back(spawn(work, count));
    co_await test::join(all);
  });
  EXPECT_EQ(s.available(), 3u);
}

TEST(SemaphoreStress, StopsRaceWithReleases) {
  semaphore s(3);
  auto work = [&](std::size_t count) -> task<> {
    for (int i = 0; i < 4; ++i) {
      auto permits = co_await s.acquire(count);
      co_await corort::yield();
    }
  };
  test::run_on_four([&]() -> task<> {
    for (int round = 0; round < 1'000; ++round) {
      std::vector<corort::join_handle<>> all;
      for (unsigned count : {1u, 3u, 2u, 1u, 3u, 2u})
        all.push_back(spawn(work, count));
      for (int i = 0; i < round % 8; ++i)
        co_await corort::yield();
      for (std::size_t t = 0; t < 4; ++t)
        all[t].abort();
      for (auto &handle : all)
        co_await test::was_stopped(handle);
      EXPECT_EQ(s.available(), 3u);
    }
  });
}

TEST(SemaphoreDeathTest, DestroyedWithWaiters) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto destroy = [] {
    test::run_alone([]() -> task<> {
      std::optional<semaphore> s(std::in_place, 0u);
      auto take = [&]() -> task<> { auto permit = co_await s->acquire(); };
      auto waits = co_await test::begin(take);
      s.reset();
      co_await waits;
    });
  };
  EXPECT_DEATH(destroy(), "semaphore destroyed while tasks wait for it");
}

TEST(SemaphoreDeathTest, MoreThanTheMostPermits) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  semaphore s(semaphore::max());
  EXPECT_DEATH(s.release(), "more than max\\(\\) permits");
}

} // namespace
