/// \file
/// barrier: phases, who was last, who drops out, and what stopping those who
/// wait leaves behind.

#include "sync_support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::barrier;
using corort::scheduler;
using corort::spawn;
using corort::task;

TEST(Barrier, LetsPassWhenAllHaveArrived) {
  test::run_alone([]() -> task<> {
    barrier b(3);
    int passed = 0;
    int last = 0;
    auto arrive = [&]() -> task<> {
      last += co_await b.arrive_and_wait();
      ++passed;
    };
    for (int phase = 1; phase <= 3; ++phase) {
      auto first = co_await test::begin(arrive);
      auto second = co_await test::begin(arrive);
      EXPECT_EQ(passed, 2 * (phase - 1));
      EXPECT_TRUE(co_await b.arrive_and_wait());
      EXPECT_EQ(passed, 2 * (phase - 1)); // Not resumed on our stack.
      co_await first;
      co_await second;
      EXPECT_EQ(passed, 2 * phase);
    }
    EXPECT_EQ(last, 0);
  });
}

TEST(Barrier, OfOneNeverWaits) {
  test::run_alone([]() -> task<> {
    barrier b(1);
    for (int i = 0; i < 3; ++i)
      EXPECT_TRUE(co_await b.arrive_and_wait());
  });
}

TEST(Barrier, DroppedIsNotExpectedAgain) {
  test::run_alone([]() -> task<> {
    barrier b(3);
    auto arrive = [&]() -> task<> { co_await b.arrive_and_wait(); };
    auto first = co_await test::begin(arrive);
    b.arrive_and_drop();
    EXPECT_FALSE(first.done());
    auto second = co_await test::begin(arrive); // The third of this phase.
    co_await first;
    co_await second;
    first = co_await test::begin(arrive);
    b.arrive_and_drop(); // Ends the phase.
    co_await first;
    EXPECT_TRUE(co_await b.arrive_and_wait()); // One is left.
  });
}

TEST(Barrier, StoppedWaiterHasNotArrived) {
  test::run_alone([]() -> task<> {
    barrier b(3);
    auto arrive = [&]() -> task<> { co_await b.arrive_and_wait(); };
    auto stays = co_await test::begin(arrive);
    auto stops = co_await test::begin(arrive);
    auto not_begun = spawn(arrive);
    not_begun.abort();
    EXPECT_TRUE(co_await test::was_stopped(not_begun));
    stops.abort();
    EXPECT_TRUE(co_await test::was_stopped(stops));
    auto instead = co_await test::begin(arrive);
    EXPECT_FALSE(stays.done()); // Two of three.
    EXPECT_TRUE(co_await b.arrive_and_wait());
    co_await stays;
    co_await instead;
  });
}

TEST(Barrier, StoppedWaiterDropsOut) {
  test::run_alone([]() -> task<> {
    barrier b(2);
    auto work = [&]() -> task<> {
      test::at_exit drop([&] { b.arrive_and_drop(); });
      for (;;)
        co_await b.arrive_and_wait();
    };
    auto stops = co_await test::begin(work);
    stops.abort();
    EXPECT_TRUE(co_await test::was_stopped(stops));
    for (int i = 0; i < 3; ++i) // Alone now.
      co_await b.arrive_and_wait();
  });
}

TEST(Barrier, DestroyedWaitersHaveNotArrived) {
  barrier b(2);
  auto arrive = [&]() -> task<> { co_await b.arrive_and_wait(); };
  for (int i = 0; i < 3; ++i) {
    scheduler world({.threads = 1, .manual_time = true});
    auto body = [&]() -> task<> { (co_await test::begin(arrive)).detach(); };
    corort::block_on(world, body());
  }
  test::run_alone([&]() -> task<> {
    auto other = co_await test::begin(arrive);
    EXPECT_FALSE(other.done());
    EXPECT_TRUE(co_await b.arrive_and_wait());
    co_await other;
  });
}

TEST(BarrierStress, PhasesDoNotMix) {
  constexpr int tasks = 6;
  constexpr int phases = 2'000;
  barrier b(tasks);
  int written[tasks] = {};
  std::atomic<int> last = 0;
  auto work = [&](int self) -> task<> {
    for (int phase = 1; phase <= phases; ++phase) {
      written[self] = phase;
      if (co_await b.arrive_and_wait())
        ++last;
      for (int each : written)
        EXPECT_EQ(each, phase);
      co_await b.arrive_and_wait();
    }
  };
  test::run_on_four([&]() -> task<> {
    std::vector<corort::join_handle<>> all;
    for (int i = 0; i < tasks; ++i)
      all.push_back(spawn(work, i));
    co_await test::join(all);
  });
  EXPECT_EQ(last, phases);
}

TEST(BarrierStress, StopsRaceWithTheLastToArrive) {
  barrier b(4);
  auto arrive = [&]() -> task<> { co_await b.arrive_and_wait(); };
  test::run_on_four([&]() -> task<> {
    for (int round = 0; round < 2'000; ++round) {
      std::vector<corort::join_handle<>> others;
      auto victim = spawn(arrive);
      for (int i = 0; i < 3; ++i)
        others.push_back(spawn(arrive));
      for (int i = 0; i < round % 4; ++i)
        co_await corort::yield();
      victim.abort();
      if (co_await test::was_stopped(victim)) {
        // It has arrived or not. If it has, its stand-in is too many.
        auto instead = spawn(arrive);
        co_await test::join(others);
        instead.abort();
        co_await test::was_stopped(instead);
      } else {
        co_await test::join(others);
      }
    }
    // Nothing is left of it all.
    std::vector<corort::join_handle<>> all;
    for (int i = 0; i < 4; ++i)
      all.push_back(spawn(arrive));
    co_await test::join(all);
  });
}

TEST(BarrierDeathTest, Misuse) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  barrier one(1);
  one.arrive_and_drop();
  EXPECT_DEATH(one.arrive_and_drop(), "more tasks arrive at a barrier");
  auto destroy = [] {
    test::run_alone([]() -> task<> {
      std::optional<barrier> b(std::in_place, 2u);
      auto arrive = [&]() -> task<> { co_await b->arrive_and_wait(); };
      auto waits = co_await test::begin(arrive);
      b.reset();
      co_await waits;
    });
  };
  EXPECT_DEATH(destroy(), "barrier destroyed while tasks wait for it");
}

} // namespace
