/// \file
/// spawn and join_handle: running, joining, detaching, failing.

#include "support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::join_handle;
using corort::scheduler;
using corort::spawn;
using corort::spawn_on;
using corort::task;

task<int> value(int v) { co_return v; }
task<int> length(std::string text) { co_return static_cast<int>(text.size()); }
task<> fails() {
  co_await corort::yield();
  throw std::runtime_error("broken");
}

TEST(Spawn, JoinGivesTheValue) {
  auto body = []() -> task<int> {
    auto a = spawn(value(1));
    auto b = spawn(length, std::string("four"));
    co_return co_await a * 10 + co_await b;
  };
  EXPECT_EQ(block_on(body()), 14);
}

TEST(Spawn, RunsWhileTheParentGoesOn) {
  test::run_alone([]() -> task<> {
    bool ran = false;
    auto child = spawn([&]() -> task<> {
      ran = true;
      co_return;
    });
    EXPECT_FALSE(ran); // There is one worker, and it is ours.
    co_await corort::yield();
    EXPECT_TRUE(ran);
    co_await child;
  });
}

TEST(Spawn, UsesOtherWorkers) {
  // Both must be inside at the same time for either to go on.
  scheduler two({.threads = 2});
  std::latch both(2);
  auto meet = [&]() -> task<> {
    both.arrive_and_wait();
    co_return;
  };
  auto body = [&]() -> task<> {
    auto a = spawn(meet());
    auto b = spawn(meet());
    co_await a;
    co_await b;
  };
  block_on(two, body());
}

TEST(Spawn, KeepsCapturesUntilTheTaskEnds) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    auto handle = spawn(
        [kept = test::counted(alive)](std::unique_ptr<int> p) -> task<int> {
          co_await corort::sleep_for(1s);
          co_return *p;
        },
        std::make_unique<int>(5));
    co_await test::settle();
    EXPECT_EQ(alive, 1);
    co_await test::pass(1s);
    EXPECT_EQ(alive, 0); // Gone with the task, not with the handle.
    EXPECT_EQ(co_await handle, 5);
  });
}

TEST(Spawn, GivesReferences) {
  int object = 0;
  auto refer = [&]() -> task<int &> { co_return object; };
  int &joined = block_on(spawn(refer));
  EXPECT_EQ(&joined, &object);
}

TEST(JoinHandle, ThrowsWhatTheTaskThrew) {
  auto body = []() -> task<std::string> {
    auto handle = spawn(fails());
    try {
      co_await handle;
    } catch (const std::runtime_error &e) {
      co_return e.what();
    }
    co_return "nothing thrown";
  };
  EXPECT_EQ(block_on(body()), "broken");
}

TEST(JoinHandle, AwaitAndDetachEmptyIt) {
  test::run_alone([]() -> task<> {
    auto handle = spawn(value(1));
    EXPECT_TRUE(handle);
    co_await handle;
    EXPECT_FALSE(handle);
    handle.detach(); // Nothing to do.

    auto other = spawn(value(2));
    other.detach();
    EXPECT_FALSE(other);
  });
}

TEST(JoinHandle, MovesWithItsTask) {
  test::run_alone([]() -> task<> {
    auto first = spawn(value(1));
    auto second = std::move(first);
    EXPECT_FALSE(first); // NOLINT(bugprone-use-after-move): what is tested.
    EXPECT_EQ(co_await second, 1);
  });
}

TEST(JoinHandle, JoinsBeforeAndAfterTheEnd) {
  test::run_alone([]() -> task<> {
    auto late = spawn(value(1));
    co_await test::settle();
    EXPECT_EQ(co_await late, 1); // It had ended.
    auto early = spawn([]() -> task<int> {
      co_await corort::yield();
      co_return 2;
    });
    EXPECT_EQ(co_await early, 2); // It had not started.
  });
}

TEST(JoinHandle, DetachedTaskRunsToItsEnd) {
  test::run_alone([]() -> task<> {
    int ended = 0;
    auto work = [&]() -> task<> {
      co_await corort::sleep_for(1s);
      ++ended;
    };
    spawn(work()).detach();
    co_await test::settle();
    EXPECT_EQ(ended, 0);
    co_await test::pass(1s);
    EXPECT_EQ(ended, 1);
  });
}

TEST(JoinHandle, DetachedExceptionIsReported) {
  test::report_log log;
  test::run_alone([]() -> task<> {
    spawn(fails()).detach();
    co_await test::settle();
  });
  auto reports = log.take();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].kind, corort::error_kind::exception_lost);
  EXPECT_THROW(std::rethrow_exception(reports[0].exception),
               std::runtime_error);
}

TEST(JoinHandle, ExceptionDetachedAfterTheEndIsReported) {
  test::report_log log;
  test::run_alone([]() -> task<> {
    auto handle = spawn(fails());
    co_await test::settle();
    handle.detach();
  });
  EXPECT_EQ(log.take().size(), 1u);
}

TEST(JoinHandle, JoinedExceptionIsNotReported) {
  test::report_log log;
  EXPECT_THROW(block_on(spawn(fails())), std::runtime_error);
  EXPECT_TRUE(log.take().empty());
}

TEST(JoinHandle, JoinerContinuesOnItsOwnScheduler) {
  scheduler other({.threads = 1});
  test::run_alone([&]() -> task<> {
    scheduler *home = scheduler::current();
    auto where = []() -> task<scheduler *> { co_return scheduler::current(); };
    EXPECT_EQ(co_await spawn_on(other, where), &other);
    EXPECT_EQ(scheduler::current(), home);
  });
}

TEST(JoinHandle, WhatATaskAwaitsRunsWhereTheTaskDoes) {
  scheduler other({.threads = 1});
  auto where = []() -> task<scheduler *> {
    co_await corort::yield();
    co_return scheduler::current();
  };
  auto body = [&]() -> task<scheduler *> { co_return co_await where(); };
  EXPECT_EQ(block_on(other, body()), &other);
}

/// Can be moved twice: into the frame, and out of it.
class worn_out {
public:
  explicit worn_out(int moves_left) : moves_left_(moves_left) {}
  worn_out(worn_out &&other) : moves_left_(other.moves_left_ - 1) {
    if (moves_left_ < 0)
      throw std::length_error("worn out");
  }

private:
  int moves_left_;
};

TEST(JoinHandle, ResultThatThrowsOnMoveThrowsOnJoin) {
  auto make = []() -> task<worn_out> { co_return worn_out(1); };
  EXPECT_THROW(block_on(spawn(make)), std::length_error);
}

task<int> fibonacci(int n) {
  if (n < 2)
    co_return n;
  auto left = spawn(fibonacci, n - 1);
  const int right = co_await fibonacci(n - 2);
  co_return co_await left + right;
}

TEST(SpawnStress, TreeOfTasks) {
  scheduler four({.threads = 4});
  EXPECT_EQ(block_on(four, fibonacci(18)), 2584);
}

TEST(SpawnStress, JoinRacesWithTheEnd) {
  scheduler four({.threads = 4});
  std::atomic<int> ended{0};
  auto child = [&](int i) -> task<int> {
    ended.fetch_add(1, std::memory_order_relaxed);
    co_return i;
  };
  auto body = [&]() -> task<> {
    for (int i = 0; i < 20'000; ++i) {
      auto joined = spawn(child, i);
      auto detached = spawn(child, i);
      EXPECT_EQ(co_await joined, i);
      detached.detach();
    }
    while (ended.load(std::memory_order_relaxed) < 40'000)
      co_await corort::yield();
  };
  block_on(four, body());
}

TEST(SpawnStress, SpawnedFromManyThreads) {
  scheduler two({.threads = 2});
  std::atomic<int> sum{0};
  auto add = [&](int n) -> task<> {
    sum += n;
    co_return;
  };
  std::vector<std::thread> outside;
  for (int t = 0; t < 4; ++t)
    outside.emplace_back([&] {
      for (int i = 0; i < 500; ++i)
        block_on(two, add(1));
    });
  for (std::thread &thread : outside)
    thread.join();
  EXPECT_EQ(sum, 2000);
}

TEST(JoinHandleDeathTest, SecondJoinEndsTheProgram) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto body = []() -> task<> {
    auto handle = spawn(value(1));
    co_await handle;
    co_await handle;
  };
  EXPECT_DEATH(block_on(body()), "empty join_handle");
}

} // namespace
