/// \file
/// Sleeping and ticking in every order of small bodies and in many of larger
/// ones, stopped at every place and at the moment that they are due.

#include "corort/sim.hpp"
#include "sync_support.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <variant>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::interval;
using corort::missed_ticks;
using corort::scheduler;
using corort::sleep_for;
using corort::sleep_until;
using corort::spawn;
using corort::task;
namespace sim = corort::sim;

auto now() { return scheduler::current()->now(); }

/// Whoever sleeps wakes at its very time, whatever else is due then.
task<> wakes_in_time(int sleepers) {
  const auto start = now();
  std::vector<corort::join_handle<>> all;
  auto sleeper = [&](std::chrono::seconds first) -> task<> {
    co_await sleep_for(first);
    sim::check(now() == start + first);
    co_await sleep_until(start + 3s);
    sim::check(now() == start + 3s);
    co_await sleep_until(start + 2s);
    sim::check(now() == start + 3s);
  };
  for (int i = 0; i < sleepers; ++i)
    all.push_back(spawn(sleeper, std::chrono::seconds(1 + i % 2)));
  co_await test::join(all);
}

TEST(SleepSim, WakesInTimeInEveryOrder) {
  const sim::result r = sim::exhaust([] { return wakes_in_time(2); });
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(SleepSim, WakesInTimeForManySeeds) {
  const sim::result r = sim::run_seeds(2'000, [] { return wakes_in_time(6); });
  EXPECT_TRUE(r.ok()) << r.text();
}

/// Who is stopped when the time has come wakes all the same, and stops when it
/// sleeps again.
task<> stopped_when_due(int sleepers) {
  int alive = 0;
  int woken = 0;
  auto sleeper = [&]() -> task<> {
    test::counted local(alive);
    co_await sleep_for(1s);
    ++woken;
    co_await sleep_for(1s);
    ++woken;
  };
  std::vector<corort::join_handle<>> all;
  for (int i = 0; i < sleepers; ++i)
    all.push_back(spawn(sleeper()));
  co_await sleep_for(1s);
  for (auto &handle : all)
    handle.abort();
  for (auto &handle : all)
    sim::check(co_await test::was_stopped(handle));
  sim::check(woken == sleepers);
  sim::check(alive == 0);
}

TEST(SleepSim, StoppedWhenDueInEveryOrder) {
  const sim::result r = sim::exhaust([] { return stopped_when_due(2); });
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(SleepSim, StoppedWhenDueForManySeeds) {
  const sim::result r =
      sim::run_seeds(2'000, [] { return stopped_when_due(6); });
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(SleepSim, StopsAtEveryPlace) {
  int alive = 0;
  const sim::result r = sim::sweep([&]() -> task<> {
    sim::check(alive == 0);
    test::counted local(alive);
    interval ticks(1s, missed_ticks::skip);
    auto sleeper = [&]() -> task<> {
      test::counted inner(alive);
      co_await sleep_until(now() + 1s);
      co_await sleep_for(1s);
    };
    co_await ticks.tick();
    co_await corort::when_all(sleeper(), sleeper());
    co_await ticks.tick();
    co_await corort::select(ticks.tick(), sleep_for(5s));
  });
  EXPECT_TRUE(r.ok()) << r.text();
  EXPECT_EQ(alive, 0);
}

/// Ticks are a period apart, whoever waits for them and however many lose.
task<> ticks_in_time() {
  interval ticks(4s);
  const auto first = co_await ticks.tick();
  auto other = [&]() -> task<> {
    for (int i = 0; i < 4; ++i)
      co_await sleep_for(1s);
  };
  auto busy = spawn(other());
  auto due = first + 4s;
  for (int i = 0; i < 8; ++i) {
    auto which = co_await corort::select(ticks.tick(), sleep_for(3s));
    if (const auto *tick = std::get_if<0>(&which)) {
      sim::check(*tick == due && now() == due);
      due += 4s;
    }
  }
  co_await busy;
}

TEST(IntervalSim, LosesNoTickInAnyOrder) {
  const sim::result r =
      sim::exhaust([] { return ticks_in_time(); }, {.preemptions = 1});
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(IntervalSim, LosesNoTickForManySeeds) {
  const sim::result r = sim::run_seeds(2'000, [] { return ticks_in_time(); });
  EXPECT_TRUE(r.ok()) << r.text();
}

} // namespace
