/// \file
/// The simulation: it finds what is planted, replays it, and shrinks it.

#include "corort/event.hpp"
#include "corort/mutex.hpp"
#include "corort/sim.hpp"
#include "corort/sleep.hpp"
#include "corort/spawn.hpp"
#include "corort/spawn_blocking.hpp"
#include "corort/task.hpp"
#include "corort/when_all.hpp"
#include "corort/yield.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::mutex;
using corort::spawn;
using corort::task;
namespace sim = corort::sim;

task<> lock_both(mutex &first, mutex &second) {
  auto outer = co_await first.lock();
  auto inner = co_await second.lock();
}

task<> opposite_order() {
  mutex a, b;
  auto one = spawn(lock_both(a, b));
  auto two = spawn(lock_both(b, a));
  co_await one;
  co_await two;
}

task<> same_order() {
  mutex a, b;
  auto one = spawn(lock_both(a, b));
  auto two = spawn(lock_both(a, b));
  co_await one;
  co_await two;
}

TEST(Sim, RunsABodyWithWhatItSpawns) {
  int sum = 0;
  const sim::result r = sim::run(1, [&]() -> task<> {
    auto child = spawn([&]() -> task<int> {
      co_await corort::sleep_for(1h);
      co_return 2;
    });
    sum = 1 + co_await child;
  });
  EXPECT_TRUE(r.ok()) << r.text();
  EXPECT_EQ(sum, 3);
}

TEST(Sim, BlockingCallsTakeTheirTurn) {
  const sim::result r = sim::exhaust([]() -> task<> {
    auto one = corort::spawn_blocking([] { return 1; });
    auto two = corort::spawn_blocking([] { return 2; });
    const int sum = co_await one + co_await two;
    sim::check(sum == 3);
  });
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(Sim, ExceptionsOfTheBodyAreFailures) {
  const sim::result r = sim::run(0, []() -> task<> {
    co_await corort::yield();
    throw std::runtime_error("planted");
  });
  EXPECT_EQ(r.kind, sim::failure::exception);
  EXPECT_EQ(r.what, "planted");
}

TEST(Sim, FindsTheDeadlock) {
  const sim::result r = sim::exhaust(opposite_order);
  ASSERT_EQ(r.kind, sim::failure::deadlock) << r.text();
  const sim::result again = sim::replay(r.choices, opposite_order);
  EXPECT_EQ(again.kind, r.kind);
  EXPECT_EQ(again.trace, r.trace);
}

TEST(Sim, FindsTheDeadlockBySeed) {
  const sim::result r = sim::run_seeds(1000, opposite_order);
  ASSERT_EQ(r.kind, sim::failure::deadlock) << r.text();
  const sim::result again = sim::run(r.seed.value(), opposite_order);
  EXPECT_EQ(again.choices, r.choices);
  EXPECT_EQ(again.trace, r.trace);
}

TEST(Sim, LockingInTheSameOrderIsFine) {
  const sim::result r = sim::exhaust(same_order);
  EXPECT_TRUE(r.ok()) << r.text();
}

task<> add_locked(mutex &m, sim::shared<int> &count) {
  auto held = co_await m.lock();
  ++count.write();
}

task<> add(sim::shared<int> &count) {
  co_await corort::yield();
  ++count.write();
}

task<> wait_for(mutex &m, bool &ready, corort::event &changed) {
  {
    auto held = co_await m.lock();
    if (ready)
      co_return;
  }
  co_await changed.wait();
}

/// A pulse wakes those who wait now; one who has looked and is about to wait
/// sleeps for ever.
task<> make_ready(mutex &m, bool &ready, corort::event &changed, bool pulse) {
  {
    auto held = co_await m.lock();
    ready = true;
  }
  changed.set();
  if (pulse)
    changed.reset();
}

task<> wake(bool pulse) {
  mutex m;
  bool ready = false;
  corort::event changed;
  auto waiter = spawn(wait_for(m, ready, changed));
  auto waker = spawn(make_ready(m, ready, changed, pulse));
  co_await waiter;
  co_await waker;
}

TEST(Sim, FindsTheLostWakeUp) {
  auto body = [] { return wake(true); };
  const sim::result r = sim::exhaust(body);
  ASSERT_EQ(r.kind, sim::failure::deadlock) << r.text();
  EXPECT_NE(r.what.find("event::wait"), std::string::npos) << r.what;
  EXPECT_EQ(sim::replay(r.choices, body).trace, r.trace);
}

TEST(Sim, FindsTheLostWakeUpBySeed) {
  auto body = [] { return wake(true); };
  const sim::result r = sim::run_seeds(1000, body);
  ASSERT_EQ(r.kind, sim::failure::deadlock) << r.text();
}

TEST(Sim, NoWakeUpIsLost) {
  const sim::result r = sim::exhaust([] { return wake(false); });
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(Sim, FindsTheDataRace) {
  const sim::result r = sim::exhaust([]() -> task<> {
    sim::shared<int> count(0);
    auto one = spawn(add(count));
    auto two = spawn(add(count));
    co_await one;
    co_await two;
  });
  EXPECT_EQ(r.kind, sim::failure::data_race) << r.text();
}

TEST(Sim, FindsTheRaceOfSpawnerAndTask) {
  const sim::result r = sim::run(0, []() -> task<> {
    sim::shared<int> count(0);
    auto one = spawn(add(count));
    ++count.write(); // Not before the task began: after it was spawned.
    co_await one;
  });
  EXPECT_EQ(r.kind, sim::failure::data_race) << r.text();
}

TEST(Sim, BranchesOfWhenAllRace) {
  const sim::result r = sim::exhaust([]() -> task<> {
    sim::shared<int> count(0);
    co_await corort::when_all(add(count), add(count));
  });
  EXPECT_EQ(r.kind, sim::failure::data_race) << r.text();
}

TEST(Sim, SpawningAndJoiningOrder) {
  const sim::result r = sim::exhaust([]() -> task<> {
    sim::shared<int> count(0);
    ++count.write();
    auto one = spawn(add(count));
    co_await one;
    co_await corort::when_all(add(count));
    auto two = spawn(add(count));
    co_await corort::yield();
    co_await two; // It may have ended before.
    ++count.write();
    sim::check(count.read() == 5);
  });
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(Sim, WhenAllOrdersItsBranchesBeforeWhatFollows) {
  const sim::result r = sim::exhaust([]() -> task<> {
    sim::shared<int> a(0), b(0);
    co_await corort::when_all(add(a), add(b));
    sim::check(a.read() + b.read() == 2);
  });
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(Sim, LocksOrder) {
  const sim::result r = sim::exhaust([]() -> task<> {
    sim::shared<int> count(0);
    mutex m;
    auto one = spawn(add_locked(m, count));
    auto two = spawn(add_locked(m, count));
    co_await corort::when_all(add_locked(m, count), add_locked(m, count));
    co_await one;
    co_await two;
    sim::check(count.read() == 4);
  });
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(Sim, TwoLocksDoNotOrder) {
  const sim::result r = sim::exhaust([]() -> task<> {
    sim::shared<int> count(0);
    mutex m, n;
    co_await corort::when_all(add_locked(m, count), add_locked(n, count));
  });
  EXPECT_EQ(r.kind, sim::failure::data_race) << r.text();
}

TEST(Sim, SweepStopsEverywhere) {
  int begun = 0;
  int ended = 0;
  const sim::result r = sim::sweep([&]() -> task<> {
    ++begun;
    mutex m;
    auto locker = [&]() -> task<> {
      auto held = co_await m.lock();
      co_await corort::sleep_for(1s);
    };
    co_await corort::when_all(locker(), locker());
    co_await corort::sleep_for(1s);
    co_await corort::spawn_blocking([] {});
    ++ended;
  });
  EXPECT_TRUE(r.ok()) << r.text();
  // What has completed stays so: the last stop comes too late.
  EXPECT_EQ(ended, 2);
  EXPECT_GT(begun, 8);
}

TEST(Sim, SweepFindsWhatStoppingBreaks) {
  // What is taken by hand is not given back by hand when the task is stopped.
  int taken = 0;
  const sim::result r = sim::sweep([&]() -> task<> {
    sim::check(taken == 0);
    ++taken;
    co_await corort::sleep_for(1s);
    --taken;
  });
  EXPECT_EQ(r.kind, sim::failure::check) << r.text();
}

TEST(Sim, FramesThatNobodyOwnsAreLeaks) {
  task<> *lost = nullptr;
  sim::result r = sim::run(0, [&]() -> task<> {
    lost = new task<>(same_order());
    co_return;
  });
  EXPECT_EQ(r.kind, sim::failure::leak) << r.text();
  r = sim::run(0, [&]() -> task<> {
    delete lost;
    co_return;
  });
  EXPECT_EQ(r.kind, sim::failure::misuse) << r.text();
  EXPECT_NE(r.what.find("never awaited"), std::string::npos) << r.what;
}

} // namespace
