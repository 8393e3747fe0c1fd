/// \file
/// sleep_for, in manual time, and the heap of sleepers below it.

#include "support.hpp"

#include "corort/detail/timer_heap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::scheduler;
using corort::sleep_for;
using corort::spawn;
using corort::task;
using corort::detail::time_point;
using corort::detail::timer_heap;
using corort::detail::timer_node;

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

TEST(Sleep, LongestSleepDoesNotOverflow) {
  test::run_alone([]() -> task<> {
    bool woken = false;
    auto sleeper = [&]() -> task<> {
      co_await sleep_for(std::chrono::nanoseconds::max());
      woken = true;
    };
    co_await test::pass(1h); // So that now plus the longest would overflow.
    spawn(sleeper()).detach();
    co_await test::settle();
    co_await test::pass(10'000h);
    EXPECT_FALSE(woken);
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

TEST(TimerHeap, AgreesWithASortedList) {
  std::mt19937 random(1);
  auto below = [&](unsigned n) { return random() % n; };
  constexpr time_point epoch{};
  std::array<timer_node, 64> nodes;
  timer_heap heap;
  std::vector<timer_node *> model;

  for (int step = 0; step < 20'000; ++step) {
    timer_node &node = nodes[below(64)];
    const bool queued = node.slot != timer_node::not_queued;
    if (!queued) {
      node.due = epoch + std::chrono::seconds(below(40));
      heap.push(node);
      auto later = [&](timer_node *n) { return node.due < n->due; };
      model.insert(std::ranges::find_if(model, later), &node);
    } else if (below(3) == 0) {
      heap.remove(node);
      std::erase(model, &node);
    }
    if (below(4) != 0)
      continue;
    const time_point now = epoch + std::chrono::seconds(below(40));
    timer_node *due = heap.pop_due(now);
    if (model.empty() || model.front()->due > now) {
      ASSERT_EQ(due, nullptr);
    } else {
      ASSERT_EQ(due, model.front());
      model.erase(model.begin());
    }
  }
}

} // namespace
