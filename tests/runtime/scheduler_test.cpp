/// \file
/// scheduler: what runs where, and what is left when it is destroyed.

#include "support.hpp"

#include <gtest/gtest.h>

#include <coroutine>
#include <cstdlib>
#include <exception>
#include <future>
#include <optional>
#include <string>
#include <utility>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::join_handle;
using corort::scheduler;
using corort::sleep_for;
using corort::spawn;
using corort::spawn_on;
using corort::task;

TEST(Scheduler, CurrentIsKnownToItsThreads) {
  EXPECT_EQ(scheduler::current(), nullptr);
  scheduler one({.threads = 1});
  auto body = []() -> task<scheduler *> { co_return scheduler::current(); };
  EXPECT_EQ(block_on(one, body()), &one);
  EXPECT_EQ(block_on(body()), &corort::default_scheduler());
}

TEST(Scheduler, HasTheThreadsAskedFor) {
  EXPECT_EQ(scheduler({.threads = 3}).threads(), 3u);
  EXPECT_GE(scheduler().threads(), 1u);
}

TEST(Scheduler, StartsAndStopsWithNothingToDo) {
  for (int i = 0; i < 100; ++i)
    scheduler idle({.threads = 2});
}

TEST(Scheduler, DestroysSleepersInnermostFirst) {
  std::string order;
  struct note {
    std::string &order;
    char name;
    ~note() { order += name; }
  };
  auto inner = [&]() -> task<> {
    note n{order, 'i'};
    co_await sleep_for(1h);
  };
  auto outer = [&]() -> task<> {
    note n{order, 'o'};
    co_await inner();
  };
  test::run_alone([&]() -> task<> {
    spawn(outer()).detach();
    co_await test::settle();
  });
  EXPECT_EQ(order, "io");
}

TEST(Scheduler, DestroysChildrenHeldByTasksHeldByTasks) {
  int alive = 0;
  auto leaf = [](test::counted) -> task<> { co_await sleep_for(1h); };
  auto middle = [&](test::counted) -> task<> {
    auto child = spawn(leaf(test::counted(alive)));
    co_await child;
  };
  auto top = [&](test::counted) -> task<> {
    auto child = spawn(middle(test::counted(alive)));
    auto other = spawn(leaf(test::counted(alive)));
    co_await sleep_for(1h);
    co_await child;
    co_await other;
  };
  test::run_alone([&]() -> task<> {
    spawn(top(test::counted(alive))).detach();
    co_await test::settle();
    EXPECT_EQ(alive, 4);
  });
  EXPECT_EQ(alive, 0);
}

TEST(Scheduler, HandleThatOutlivesItJoinsAnAbandonedTask) {
  int alive = 0;
  join_handle<int> handle;
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto sleeper = [](test::counted) -> task<int> {
      co_await sleep_for(1h);
      co_return 1;
    };
    handle = spawn_on(world, sleeper(test::counted(alive)));
  }
  EXPECT_EQ(alive, 0);
  EXPECT_THROW(block_on(std::move(handle)), corort::task_cancelled);
}

TEST(Scheduler, JoinerElsewhereIsToldOfAnAbandonedTask) {
  std::optional<scheduler> doomed;
  doomed.emplace(corort::scheduler_options{.threads = 1, .manual_time = true});
  auto sleeper = []() -> task<> { co_await sleep_for(1h); };
  test::run_alone([&]() -> task<> {
    bool told = false;
    auto joiner = [&]() -> task<> {
      auto handle = spawn_on(*doomed, sleeper());
      try {
        co_await handle;
      } catch (const corort::task_cancelled &) {
        told = true;
      }
    };
    auto handle = spawn(joiner());
    co_await test::settle();
    EXPECT_FALSE(told);
    // Workers may destroy schedulers, only not their own.
    doomed.reset();
    co_await handle;
    EXPECT_TRUE(told);
  });
}

TEST(Scheduler, TasksSpawnedByDestructorsGoToo) {
  int alive = 0;
  bool ran = false;
  auto last = [&](test::counted) -> task<> {
    ran = true;
    co_return;
  };
  auto spawn_last = [&] { spawn(last(test::counted(alive))).detach(); };
  struct at_exit {
    decltype(spawn_last) &action;
    ~at_exit() { action(); }
  };
  auto sleeper = [&]() -> task<> {
    at_exit guard{spawn_last};
    co_await sleep_for(1h);
  };
  test::run_alone([&]() -> task<> {
    spawn(sleeper()).detach();
    co_await test::settle();
  });
  // The workers had stopped by then: destroyed, never started.
  EXPECT_FALSE(ran);
  EXPECT_EQ(alive, 0);
}

/// Somebody else's coroutine: no promise of ours, starts at once, ends alone.
struct foreign {
  struct promise_type {
    foreign get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

TEST(Scheduler, ForeignCoroutinesMayAwait) {
  auto work = []() -> task<int> {
    co_await corort::yield();
    co_return 2;
  };
  std::promise<int> sum;
  auto other = [&]() -> foreign {
    corort::mutex m;
    auto held = co_await m.lock();
    auto handle = spawn(work());
    const int first = co_await work();
    co_await sleep_for(1us);
    sum.set_value(first + co_await handle);
  };
  other();
  EXPECT_EQ(sum.get_future().get(), 4);
}

TEST(SchedulerDeathTest, TaskMayExitTheProgram) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto body = []() -> task<> {
    std::exit(7);
    co_return;
  };
  EXPECT_EXIT(block_on(body()), testing::ExitedWithCode(7), "");
}

TEST(SchedulerDeathTest, BlockingCallMayExitTheProgram) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto body = []() -> task<> {
    auto call = corort::spawn_blocking([] { std::exit(8); });
    co_await call;
  };
  EXPECT_EXIT(block_on(body()), testing::ExitedWithCode(8), "");
}

TEST(SchedulerDeathTest, TaskMayNotDestroyItsScheduler) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto *world = new scheduler({.threads = 1});
  auto body = [&]() -> task<> {
    delete world;
    co_return;
  };
  EXPECT_DEATH(block_on(*world, body()), "destroyed by one of its own tasks");
  delete world;
}

TEST(SchedulerDeathTest, RealTimeCannotBeAdvanced) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(corort::default_scheduler().advance(1s), "manual time");
}

} // namespace
