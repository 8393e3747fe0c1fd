/// \file
/// interval in manual time: its pace, what follows late ticks, and stopping.

#include "support.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::interval;
using corort::missed_ticks;
using corort::scheduler;
using corort::sleep_for;
using corort::spawn;
using corort::task;
using corort::task_cancelled;

std::chrono::nanoseconds now() {
  return scheduler::current()->now().time_since_epoch();
}

/// Ticks until it is stopped, and notes when. Works for \p work after the first
/// tick.
task<> follow(interval &ticks, std::vector<std::int64_t> &times,
              std::chrono::milliseconds work = 0ms) {
  co_await ticks.tick();
  times.push_back(now() / 1ms);
  co_await sleep_for(work);
  for (;;) {
    co_await ticks.tick();
    times.push_back(now() / 1ms);
  }
}

/// When the ticks come for one who is busy for \p work after the first of them,
/// in 45 ms with one every 10 ms.
std::vector<std::int64_t> times_of(missed_ticks missed,
                                   std::chrono::milliseconds work) {
  std::vector<std::int64_t> times;
  test::run_alone([&]() -> task<> {
    interval ticks(10ms, missed);
    auto handle = spawn(follow(ticks, times, work));
    co_await test::settle();
    for (int i = 0; i < 45; ++i)
      co_await test::pass(1ms);
    handle.abort();
    EXPECT_THROW(co_await handle, task_cancelled);
  });
  return times;
}

using times = std::vector<std::int64_t>;

TEST(Interval, FirstAtOnceThenOneEachPeriod) {
  for (auto missed :
       {missed_ticks::burst, missed_ticks::delay, missed_ticks::skip}) {
    EXPECT_EQ(times_of(missed, 0ms), (times{0, 10, 20, 30, 40}));
  }
}

TEST(Interval, WorkTakesNothingFromThePace) {
  for (auto missed :
       {missed_ticks::burst, missed_ticks::delay, missed_ticks::skip}) {
    EXPECT_EQ(times_of(missed, 7ms), (times{0, 10, 20, 30, 40}));
  }
}

TEST(Interval, LateTicksAreFollowedAsTheyShould) {
  EXPECT_EQ(times_of(missed_ticks::burst, 25ms), (times{0, 25, 25, 30, 40}));
  EXPECT_EQ(times_of(missed_ticks::delay, 25ms), (times{0, 25, 35, 45}));
  EXPECT_EQ(times_of(missed_ticks::skip, 25ms), (times{0, 25, 30, 40}));
}

TEST(Interval, AskedForWhenTheNextIsDue) {
  EXPECT_EQ(times_of(missed_ticks::burst, 20ms), (times{0, 20, 20, 30, 40}));
  EXPECT_EQ(times_of(missed_ticks::delay, 20ms), (times{0, 20, 30, 40}));
  EXPECT_EQ(times_of(missed_ticks::skip, 20ms), (times{0, 20, 30, 40}));
}

TEST(Interval, GivesTheTimeThatItWasDueAt) {
  test::run_alone([]() -> task<> {
    co_await test::pass(1h);
    interval ticks(10ms);
    co_await test::pass(5ms); // The period counts from the first tick.
    const auto first = co_await ticks.tick();
    EXPECT_EQ(first, scheduler::current()->now());
    co_await test::pass(25ms);
    EXPECT_EQ(co_await ticks.tick(), first + 10ms);
    EXPECT_EQ(co_await ticks.tick(), first + 20ms);
  });
}

TEST(Interval, LongestPeriodEndsAfterTheFirst) {
  for (auto missed :
       {missed_ticks::burst, missed_ticks::delay, missed_ticks::skip}) {
    int count = 0;
    test::run_alone([&]() -> task<> {
      co_await test::pass(1h);
      interval ticks(std::chrono::nanoseconds::max(), missed);
      auto ticker = [&]() -> task<> {
        for (;; ++count)
          co_await ticks.tick();
      };
      auto handle = spawn(ticker());
      co_await test::settle();
      co_await test::pass(1'000'000h);
      handle.abort();
      EXPECT_THROW(co_await handle, task_cancelled);
    });
    EXPECT_EQ(count, 1);
  }
}

TEST(IntervalDeathTest, PeriodIsPositive) {
  EXPECT_DEATH(interval(0s), "period that is not positive");
  EXPECT_DEATH(interval(-1s), "period that is not positive");
}

TEST(IntervalCancel, TickGoesToTheNextCall) {
  test::run_alone([]() -> task<> {
    interval ticks(10ms);
    const auto first = co_await ticks.tick();
    auto waiter = [&]() -> task<> { co_await ticks.tick(); };
    for (int i = 0; i < 3; ++i) {
      auto handle = spawn(waiter());
      co_await test::settle();
      co_await test::pass(1ms);
      handle.abort();
      EXPECT_THROW(co_await handle, task_cancelled);
    }
    co_await test::pass(10ms);
    EXPECT_EQ(co_await ticks.tick(), first + 10ms);
  });
}

TEST(IntervalCancel, TickThatLosesASelectIsNotLost) {
  test::run_alone([]() -> task<> {
    std::vector<std::size_t> winners;
    auto body = [&]() -> task<> {
      interval ticks(10ms);
      co_await ticks.tick();
      for (int i = 0; i < 8; ++i) {
        auto first = co_await corort::select(ticks.tick(), sleep_for(4ms));
        winners.push_back(first.index());
      }
    };
    auto handle = spawn(body());
    co_await test::settle();
    for (int i = 0; i < 32; ++i)
      co_await test::pass(1ms);
    co_await handle;
    // Sleeps end at 4, 8, 14, 18, 24, 28; ticks come at 10 and 20.
    EXPECT_EQ(winners, (std::vector<std::size_t>{1, 1, 0, 1, 1, 0, 1, 1}));
  });
}

/// Stopped while it waits for each tick in turn, and when one is due but its
/// task has not run.
TEST(IntervalCancel, StopsAtEveryTick) {
  auto stop_at = [](int tick, bool due) -> task<> {
    int alive = 0;
    int count = 0;
    auto ticker = [&]() -> task<> {
      test::counted local(alive);
      for (interval ticks(10ms);; ++count)
        co_await ticks.tick();
    };
    auto handle = spawn(ticker());
    co_await test::settle();
    for (int i = 0; i < tick; ++i)
      co_await test::pass(10ms);
    if (due)
      scheduler::current()->advance(10ms);
    handle.abort();
    EXPECT_THROW(co_await handle, task_cancelled);
    EXPECT_EQ(count, 1 + tick + (due ? 1 : 0));
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(scheduler::current()->timers().earliest(), ~std::uint64_t{0});
  };
  for (int tick = 0; tick < 4; ++tick)
    for (bool due : {false, true})
      test::run_alone([&] { return stop_at(tick, due); });
}

} // namespace
