/// \file
/// sleep_for and sleep_until in manual time, and stopped at every turn.

#include "support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::scheduler;
using corort::sleep_for;
using corort::sleep_until;
using corort::spawn;
using corort::task;
using corort::task_cancelled;
using time_point = std::chrono::steady_clock::time_point;

/// Nobody waits for the clock any more.
bool nobody_sleeps() {
  return scheduler::current()->timers().earliest() == ~std::uint64_t{0};
}

TEST(Sleep, WakesInOrderOfDeadline) {
  test::run_alone([]() -> task<> {
    std::string order;
    auto sleeper = [&](char name, std::chrono::seconds time) -> task<> {
      co_await sleep_for(time);
      order += name;
    };
    spawn(sleeper('c', 3s)).detach();
    spawn(sleeper('a', 1s)).detach();
    spawn(sleeper('b', 2s)).detach();
    co_await test::settle();
    spawn(sleeper('B', 2s)).detach(); // Came later, due at the same time.
    co_await test::settle();
    EXPECT_EQ(order, "");
    co_await test::pass(999ms);
    EXPECT_EQ(order, "");
    co_await test::pass(1ms);
    EXPECT_EQ(order, "a");
    co_await test::pass(10s);
    EXPECT_EQ(order, "abBc");
  });
}

TEST(Sleep, ZeroAndLessDoNotSuspend) {
  test::run_alone([]() -> task<> {
    bool other_ran = false;
    auto other = [&]() -> task<> {
      other_ran = true;
      co_return;
    };
    auto handle = spawn(other());
    co_await sleep_for(0s);
    co_await sleep_for(-1s);
    EXPECT_FALSE(other_ran);
    co_await handle;
  });
}

TEST(Sleep, UntilGoesByTheClockOfTheScheduler) {
  test::run_alone([]() -> task<> {
    scheduler &here = *scheduler::current();
    co_await test::pass(1h);
    const time_point start = here.now();
    bool woken = false;
    auto sleeper = [&]() -> task<> {
      co_await sleep_until(start + 5s);
      woken = true;
    };
    auto handle = spawn(sleeper());
    co_await test::settle();
    co_await test::pass(5s - 1ns);
    EXPECT_FALSE(woken);
    co_await test::pass(1ns);
    EXPECT_TRUE(woken);
    co_await handle;
  });
}

TEST(Sleep, UntilThePastDoesNotSuspend) {
  test::run_alone([]() -> task<> {
    co_await test::pass(1h);
    bool other_ran = false;
    auto other = [&]() -> task<> {
      other_ran = true;
      co_return;
    };
    auto handle = spawn(other());
    co_await sleep_until(scheduler::current()->now());
    co_await sleep_until(time_point());
    co_await sleep_until(time_point::min());
    EXPECT_FALSE(other_ran);
    co_await handle;
  });
}

TEST(Sleep, LongestIsForEver) {
  test::run_alone([]() -> task<> {
    int woken = 0;
    auto sleeper = [&]() -> task<> {
      co_await sleep_for(std::chrono::nanoseconds::max());
      ++woken;
    };
    auto until = [&]() -> task<> {
      co_await sleep_until(time_point::max());
      ++woken;
    };
    co_await test::pass(1h); // So that now plus the longest would overflow.
    spawn(sleeper()).detach();
    spawn(until()).detach();
    co_await test::settle();
    EXPECT_TRUE(nobody_sleeps()); // None that time will wake.
    co_await test::pass(1'000'000h);
    EXPECT_EQ(woken, 0);
  });
}

TEST(Sleep, RealClockPasses) {
  auto body = []() -> task<std::chrono::nanoseconds> {
    const auto before = std::chrono::steady_clock::now();
    co_await sleep_for(2ms);
    co_return std::chrono::steady_clock::now() - before;
  };
  EXPECT_GE(corort::block_on(body()), 2ms);
}

TEST(SleepCancel, StopsWhileAsleep) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    bool woken = false;
    auto sleeper = [&]() -> task<> {
      test::counted local(alive);
      co_await sleep_for(1s);
      woken = true;
    };
    auto handle = spawn(sleeper());
    co_await test::settle();
    EXPECT_EQ(alive, 1);
    handle.abort();
    EXPECT_TRUE(nobody_sleeps());
    EXPECT_THROW(co_await handle, task_cancelled);
    EXPECT_EQ(alive, 0);
    co_await test::pass(1h);
    EXPECT_FALSE(woken);
  });
}

/// Stopped at each leaf in turn, before it, and when it is due but has not run.
TEST(SleepCancel, StopsAtEveryLeaf) {
  enum class moment { asleep, due, done };
  constexpr int leaves = 4;
  auto stop_at = [](int leaf, moment when) -> task<> {
    const time_point start = scheduler::current()->now();
    int alive = 0;
    int passed = 0;
    auto inner = [&]() -> task<> {
      test::counted local(alive);
      co_await sleep_until(start + 2s);
      ++passed;
      co_await sleep_for(1s);
      ++passed;
    };
    auto sleeper = [&]() -> task<> {
      test::counted local(alive);
      co_await sleep_for(1s);
      ++passed;
      co_await inner();
      co_await sleep_for(1s);
      ++passed;
    };
    auto handle = spawn(sleeper());
    co_await test::settle();
    for (int i = 0; i < leaf; ++i)
      co_await test::pass(1s);
    if (when != moment::asleep)
      scheduler::current()->advance(1s);
    if (when == moment::done)
      co_await test::settle();
    handle.abort();
    // One that is due completes, and its task stops at the next.
    const int expected = when == moment::asleep ? leaf : leaf + 1;
    if (expected == leaves)
      co_await handle;
    else
      EXPECT_THROW(co_await handle, task_cancelled);
    EXPECT_EQ(passed, expected);
    EXPECT_EQ(alive, 0);
    EXPECT_TRUE(nobody_sleeps());
    co_await test::pass(1h);
    EXPECT_EQ(passed, expected);
  };
  for (int leaf = 0; leaf < leaves; ++leaf)
    for (moment when : {moment::asleep, moment::due, moment::done})
      test::run_alone([&] { return stop_at(leaf, when); });
}

TEST(SleepCancel, StopsAllThatSleepAtTheSameTime) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    auto sleeper = [&](std::chrono::seconds time) -> task<> {
      test::counted local(alive);
      co_await sleep_for(time);
    };
    auto both = [&]() -> task<> {
      co_await corort::when_all(sleeper(1s), sleeper(2s), sleeper(2s));
    };
    auto handle = spawn(both());
    co_await test::settle();
    co_await test::pass(1s);
    EXPECT_EQ(alive, 2);
    handle.abort();
    EXPECT_THROW(co_await handle, task_cancelled);
    EXPECT_EQ(alive, 0);
    EXPECT_TRUE(nobody_sleeps());
  });
}

TEST(SleepCancel, EndsWithItsScheduler) {
  int alive = 0;
  auto sleeper = [&]() -> task<> {
    test::counted local(alive);
    co_await sleep_for(1h);
  };
  {
    scheduler world({.threads = 1, .manual_time = true});
    for (int i = 0; i < 100; ++i)
      corort::spawn_on(world, sleeper()).detach();
    auto wait = []() -> task<> { co_await test::settle(); };
    corort::block_on(world, wait());
  }
  EXPECT_EQ(alive, 0);
}

TEST(SleepStress, ManySleepersOnManyWorkers) {
  scheduler four({.threads = 4});
  std::atomic<int> woken{0};
  auto sleeper = [&](std::chrono::microseconds time) -> task<> {
    co_await sleep_for(time);
    woken.fetch_add(1, std::memory_order_relaxed);
  };
  auto body = [&]() -> task<> {
    std::vector<corort::join_handle<>> all;
    for (int i = 0; i < 4000; ++i)
      all.push_back(spawn(sleeper, std::chrono::microseconds(i * 7919 % 5000)));
    for (auto &handle : all)
      co_await handle;
  };
  corort::block_on(four, body());
  EXPECT_EQ(woken, 4000);
}

/// A sleeper that reads the clock while time passes must not miss it.
TEST(SleepStress, TimePassesWhileTheyFallAsleep) {
  scheduler world({.threads = 1, .manual_time = true});
  constexpr int rounds = 10'000;
  std::atomic<int> begun{0};
  std::atomic<int> woken{0};
  auto meet = [](std::atomic<int> &other, int round) {
    while (other.load() < round)
      std::this_thread::yield();
  };
  auto sleeper = [&]() -> task<> {
    for (int round = 1; round <= rounds; ++round) {
      meet(begun, round);
      co_await sleep_until(time_point(std::chrono::nanoseconds(round)));
      woken = round;
    }
  };
  auto handle = corort::spawn_on(world, sleeper());
  for (int round = 1; round <= rounds; ++round) {
    begun = round;
    for (volatile int spin = 0; spin < round % 64;)
      spin = spin + 1;
    world.advance(1ns);
    meet(woken, round); // Or it would be waiting for the next round's.
  }
  corort::block_on(std::move(handle));
}

/// Asked to stop while they fall asleep, sleep and wake.
TEST(SleepStress, StoppedAtAnyMoment) {
  scheduler four({.threads = 4});
  constexpr int count = 3000;
  std::atomic<int> alive{0};
  std::atomic<int> woken{0};
  struct alive_guard {
    std::atomic<int> &alive;
    ~alive_guard() { alive.fetch_sub(1); }
  };
  auto sleeper = [&](std::chrono::microseconds time) -> task<> {
    alive.fetch_add(1);
    alive_guard local{alive};
    co_await sleep_for(time);
    woken.fetch_add(1);
  };
  auto body = [&]() -> task<int> {
    std::vector<corort::join_handle<>> all;
    for (int i = 0; i < count; ++i) {
      all.push_back(spawn(sleeper, std::chrono::microseconds(i * 7919 % 500)));
      if (i >= 16 && i % 3 != 0)
        all[static_cast<std::size_t>(i - i % 16)].abort();
    }
    int stopped = 0;
    for (auto &handle : all) {
      try {
        co_await handle;
      } catch (const task_cancelled &) {
        ++stopped;
      }
    }
    co_return stopped;
  };
  const int stopped = corort::block_on(four, body());
  EXPECT_EQ(woken + stopped, count);
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(four.timers().earliest(), ~std::uint64_t{0});
}

} // namespace
