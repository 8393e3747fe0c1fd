/// \file
/// latch: when tasks pass, and what stopping them leaves behind.

#include "sync_support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::latch;
using corort::scheduler;
using corort::spawn;
using corort::task;

TEST(Latch, LetsPassAtZero) {
  test::run_alone([]() -> task<> {
    latch all_done(3);
    int passed = 0;
    auto wait = [&]() -> task<> {
      co_await all_done.wait();
      ++passed;
    };
    std::vector<corort::join_handle<>> all;
    for (int i = 0; i < 2; ++i)
      all.push_back(co_await test::begin(wait));
    all_done.count_down();
    EXPECT_FALSE(all_done.try_wait());
    co_await test::settle();
    EXPECT_EQ(passed, 0);
    all_done.count_down(2);
    EXPECT_EQ(passed, 0); // Not resumed on our stack.
    EXPECT_TRUE(all_done.try_wait());
    co_await test::join(all);
    EXPECT_EQ(passed, 2);
    co_await all_done.wait(); // Nor need others wait.
  });
}

TEST(Latch, ArriveAndWaitCountsDown) {
  test::run_alone([]() -> task<> {
    latch all_here(3);
    int passed = 0;
    auto arrive = [&]() -> task<> {
      co_await all_here.arrive_and_wait();
      ++passed;
    };
    auto first = co_await test::begin(arrive);
    EXPECT_EQ(passed, 0);
    co_await all_here.arrive_and_wait(2);
    co_await first;
    EXPECT_EQ(passed, 1);
  });
}

TEST(Latch, NothingToWaitFor) {
  test::run_alone([]() -> task<> {
    latch none(0);
    EXPECT_TRUE(none.try_wait());
    co_await none.wait();
  });
}

TEST(Latch, StoppedWaiterHasCounted) {
  test::run_alone([]() -> task<> {
    latch all_here(3);
    auto arrive = [&]() -> task<> { co_await all_here.arrive_and_wait(); };
    auto waits = co_await test::begin(arrive);
    waits.abort();
    EXPECT_TRUE(co_await test::was_stopped(waits));
    auto not_begun = spawn(arrive); // Counts, and then stops.
    not_begun.abort();
    EXPECT_TRUE(co_await test::was_stopped(not_begun));
    co_await all_here.arrive_and_wait();
  });
}

TEST(Latch, DestroyedWaitersLeaveTheQueue) {
  latch l(1);
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto wait = [&]() -> task<> { co_await l.wait(); };
    auto body = [&]() -> task<> {
      for (int i = 0; i < 3; ++i)
        (co_await test::begin(wait)).detach();
    };
    corort::block_on(world, body());
  }
  l.count_down();
}

TEST(LatchStress, WhatWasWrittenBeforeIsSeen) {
  test::run_on_four([]() -> task<> {
    for (int round = 0; round < 2'000; ++round) {
      int written[4] = {};
      latch all_here(4);
      auto arrive = [&](int &mine) -> task<> {
        mine = 1;
        co_await all_here.arrive_and_wait();
        for (int each : written)
          EXPECT_EQ(each, 1);
      };
      std::vector<corort::join_handle<>> all;
      for (int &each : written)
        all.push_back(spawn(arrive, corort::unsafe_send(std::ref(each))));
      co_await test::join(all);
    }
  });
}

TEST(LatchStress, StopsRaceWithTheLastCount) {
  std::atomic<int> passed = 0;
  int joined = 0;
  test::run_on_four([&]() -> task<> {
    for (int round = 0; round < 2'000; ++round) {
      latch all_here(4);
      auto arrive = [&]() -> task<> {
        co_await all_here.arrive_and_wait();
        ++passed;
      };
      std::vector<corort::join_handle<>> all;
      for (int i = 0; i < 4; ++i)
        all.push_back(spawn(arrive));
      for (int i = 0; i < round % 4; ++i)
        co_await corort::yield();
      all[1].abort();
      all[2].abort();
      for (auto &handle : all)
        if (!co_await test::was_stopped(handle))
          ++joined;
      EXPECT_TRUE(all_here.try_wait());
    }
  });
  EXPECT_EQ(passed, joined);
  EXPECT_GE(joined, 2 * 2'000);
}

TEST(LatchDeathTest, Misuse) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  latch one(1);
  EXPECT_DEATH(one.count_down(2), "latch counted down below zero");
  auto destroy = [] {
    test::run_alone([]() -> task<> {
      std::optional<latch> l(std::in_place, 1u);
      auto wait = [&]() -> task<> { co_await l->wait(); };
      auto waits = co_await test::begin(wait);
      l.reset();
      co_await waits;
    });
  };
  EXPECT_DEATH(destroy(), "latch destroyed while tasks wait for it");
}

} // namespace
