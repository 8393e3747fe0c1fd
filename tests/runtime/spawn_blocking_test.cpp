/// \file
/// spawn_blocking: where calls run, how many at a time, and how they end.

#include "support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::scheduler;
using corort::spawn_blocking;
using corort::task;

TEST(SpawnBlocking, GivesTheResultAndItsException) {
  auto body = []() -> task<> {
    EXPECT_EQ(co_await spawn_blocking([] { return 1; }), 1);
    co_await spawn_blocking([] {});
    int object = 0;
    int &same = co_await spawn_blocking([&]() -> int & { return object; });
    EXPECT_EQ(&same, &object);
    auto fails = spawn_blocking([] { throw std::runtime_error("broken"); });
    EXPECT_THROW(co_await fails, std::runtime_error);
  };
  block_on(body());
}

TEST(SpawnBlocking, LeavesTheWorkerFree) {
  // The call can only return once the only worker has run another task.
  scheduler one({.threads = 1});
  std::latch ran(1);
  auto other = [&]() -> task<> {
    ran.count_down();
    co_return;
  };
  auto body = [&]() -> task<> {
    auto call = spawn_blocking([&] { ran.wait(); });
    auto peer = corort::spawn(other());
    co_await call;
    co_await peer;
  };
  block_on(one, body());
}

TEST(SpawnBlocking, ContinuesOnTheTasksScheduler) {
  scheduler one({.threads = 1});
  auto body = [&]() -> task<> {
    const std::thread::id worker = std::this_thread::get_id();
    const std::thread::id caller =
        co_await spawn_blocking([] { return std::this_thread::get_id(); });
    EXPECT_NE(caller, worker);
    EXPECT_EQ(std::this_thread::get_id(), worker);
    EXPECT_EQ(scheduler::current(), &one);
  };
  block_on(one, body());
}

TEST(SpawnBlocking, RunsUpToTheLimitAtATime) {
  scheduler world({.threads = 1, .blocking_threads = 3});
  std::latch all_inside(3); // Only reached if three run at the same time.
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  auto call = [&] {
    const int now = ++inside;
    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);)
      ;
    --inside;
  };
  auto body = [&]() -> task<> {
    std::vector<corort::join_handle<>> calls;
    for (int i = 0; i < 3; ++i)
      calls.push_back(spawn_blocking([&] { all_inside.arrive_and_wait(); }));
    for (int i = 0; i < 500; ++i)
      calls.push_back(spawn_blocking(call));
    for (auto &handle : calls)
      co_await handle;
  };
  block_on(world, body());
  EXPECT_LE(most, 3);
}

TEST(SpawnBlocking, FunctionGoesBeforeItsEndIsSeen) {
  int alive = 0;
  auto body = [&]() -> task<> {
    // With a name: g++ 12 destroys a lambda with captures twice that is written
    // in the operand of co_await.
    auto call = spawn_blocking([kept = test::counted(alive)] {});
    co_await call;
    EXPECT_EQ(alive, 0);
  };
  block_on(body());
}

TEST(SpawnBlocking, ThreadsThatEndAreReplaced) {
  // Nobody stays idle: each call may find that the last thread has just left.
  scheduler world(
      {.threads = 1, .blocking_threads = 2, .blocking_keep_alive = 0ns});
  auto body = []() -> task<int> {
    int sum = 0;
    for (int i = 0; i < 300; ++i)
      sum += co_await spawn_blocking([] { return 1; });
    co_return sum;
  };
  EXPECT_EQ(block_on(world, body()), 300);
}

/// Opens a latch when it is destroyed.
class opener {
public:
  explicit opener(std::latch &gate) : gate_(&gate) {}
  opener(opener &&other) noexcept
      : gate_(std::exchange(other.gate_, nullptr)) {}
  opener &operator=(opener &&) = delete;
  ~opener() {
    if (gate_)
      gate_->count_down();
  }

private:
  std::latch *gate_;
};

TEST(SpawnBlocking, QueuedCallsAreAbandonedWithTheScheduler) {
  // The only thread is kept busy until the call behind it has been destroyed.
  std::latch started(1);
  std::latch dropped(1);
  corort::join_handle<> busy;
  corort::join_handle<> queued;
  {
    scheduler world({.threads = 1, .blocking_threads = 1});
    auto body = [&]() -> task<> {
      busy = spawn_blocking([&] {
        started.count_down();
        dropped.wait();
      });
      queued = spawn_blocking([gate = opener(dropped)] {});
      co_return;
    };
    block_on(world, body());
    started.wait();
  }
  EXPECT_THROW(block_on(std::move(queued)), corort::task_cancelled);
  // It was under way and was waited for, but nobody was left to go on with it.
  EXPECT_THROW(block_on(std::move(busy)), corort::task_cancelled);
}

} // namespace
