/// \file
/// Running out of memory: every allocation of an operation fails in turn, and
/// what the operation had taken is given back.

#include "support.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <latch>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace {

/// How many more allocations this thread gets; none are counted below 0.
constinit thread_local int allocations_left = -1;

void *allocate(std::size_t size) {
  if (allocations_left == 0)
    throw std::bad_alloc();
  if (allocations_left > 0)
    --allocations_left;
  if (void *memory = std::malloc(size ? size : 1))
    return memory;
  throw std::bad_alloc();
}

} // namespace

void *operator new(std::size_t size) { return allocate(size); }
void *operator new[](std::size_t size) { return allocate(size); }
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete[](void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void *memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using corort::block_on;
using corort::join_handle;
using corort::scheduler;
using corort::task;

/// While it lives, this thread can allocate so often and no more.
class budget {
public:
  explicit budget(int allocations) noexcept { allocations_left = allocations; }
  budget(const budget &) = delete;
  budget &operator=(const budget &) = delete;
  ~budget() { allocations_left = -1; }
};

/// Calls \p action with 0, 1, 2 … until it no longer runs out of memory.
/// \returns how often it did.
template <class Action> int fail_each_allocation(Action action) {
  for (int allowed = 0;; ++allowed) {
    try {
      action(allowed);
      return allowed;
    } catch (const std::bad_alloc &) {
    }
  }
}

task<int> keep(test::counted, int v) { co_return v; }

TEST(Allocation, SpawnGivesBackWhatItTook) {
  int alive = 0;
  scheduler world({.threads = 1});
  const int failures = fail_each_allocation([&](int allowed) {
    EXPECT_EQ(alive, 0);
    std::optional<join_handle<int>> handle;
    {
      budget only(allowed);
      handle = corort::spawn_on(world, keep, test::counted(alive), 3);
    }
    EXPECT_EQ(block_on(std::move(*handle)), 3);
  });
  EXPECT_GE(failures, 2); // A frame, and what the handle shares with it.
  EXPECT_EQ(alive, 0);
}

TEST(Allocation, BlockingCallGivesBackWhatItTook) {
  int alive = 0;
  const int failures = fail_each_allocation([&](int allowed) {
    EXPECT_EQ(alive, 0);
    scheduler world({.threads = 1}); // Has no thread for such calls yet.
    auto call = [kept = test::counted(alive)] { return 3; };
    std::optional<join_handle<int>> handle;
    {
      budget only(allowed);
      handle = corort::spawn_blocking_on(world, std::move(call));
    }
    EXPECT_EQ(block_on(std::move(*handle)), 3);
  });
  EXPECT_GE(failures, 2); // The call, and its thread.
  EXPECT_EQ(alive, 0);
}

TEST(Allocation, BlockingPoolGoesOnWithTheThreadsItHas) {
  scheduler world({.threads = 1});
  auto call = [] { return 3; };
  std::latch started(1);
  std::latch go_on(1);
  auto busy = [&] {
    started.count_down();
    go_on.wait();
  };
  auto first = corort::spawn_blocking_on(world, busy);
  started.wait();
  std::optional<join_handle<int>> second;
  {
    budget only(1); // Enough for the call, not for a thread of its own.
    second = corort::spawn_blocking_on(world, call);
  }
  go_on.count_down();
  EXPECT_EQ(block_on(std::move(*second)), 3);
  block_on(std::move(first));
}

TEST(Allocation, WhenAllGivesBackWhatItTook) {
  int alive = 0;
  const int failures = fail_each_allocation([&](int allowed) {
    EXPECT_EQ(alive, 0);
    budget only(allowed);
    std::vector<task<int>> children;
    children.push_back(keep(test::counted(alive), 1));
    children.push_back(keep(test::counted(alive), 2));
    auto all = corort::when_all(std::move(children));
  });
  EXPECT_GE(failures, 4); // Three frames, and the vector's elements.
  EXPECT_EQ(alive, 0);
}

TEST(Allocation, WhenAllThrowsBeforeItStartsAnything) {
  int alive = 0;
  int ended = 0;
  test::run_alone([&]() -> task<> {
    auto child = [&](test::counted) -> task<int> {
      co_await corort::yield();
      ++ended;
      co_return 1;
    };
    auto all = [&]() -> task<bool> {
      std::vector<task<int>> children;
      children.push_back(child(test::counted(alive)));
      children.push_back(child(test::counted(alive)));
      auto joined = corort::when_all(std::move(children));
      budget none(0); // All frames are there.
      try {
        co_await std::move(joined);
      } catch (const std::bad_alloc &) {
        co_return true;
      }
      co_return false;
    };
    EXPECT_TRUE(co_await all());
    EXPECT_EQ(ended, 0);
    EXPECT_EQ(alive, 0);
  });
}

TEST(Allocation, SleepersNeedNone) {
  test::run_alone([]() -> task<> {
    auto sleeps = []() -> task<> {
      co_await corort::sleep_for(std::chrono::hours(1));
    };
    auto handle = corort::spawn(sleeps());
    {
      budget none(0); // Of the worker that both run on.
      co_await corort::yield();
    }
    EXPECT_FALSE(handle.done());
    co_await test::pass(std::chrono::hours(1));
    EXPECT_TRUE(handle.done());
    co_await handle;
  });
}

} // namespace
