/// \file
/// The simulation: it finds what is planted, replays it, and shrinks it.

#include "corort/corort.hpp"
#include "corort/sim.hpp"

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

} // namespace
