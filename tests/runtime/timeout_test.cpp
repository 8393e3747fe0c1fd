/// \file
/// timeout: work and clock race, and both may win.

#include "support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::mutex;
using corort::scheduler;
using corort::sleep_for;
using corort::spawn;
using corort::task;
using corort::timed_out;
using corort::timeout;

/// Runs \p body in virtual time that passes whenever all tasks wait.
template <class Body> void run_in_time(Body body) {
  test::run_alone([body]() -> task<> {
    auto handle = spawn(body());
    while (!handle.done())
      co_await test::pass(1ms);
    co_await handle;
  });
}

task<int> later(std::chrono::nanoseconds delay, int value) {
  co_await sleep_for(delay);
  co_return value;
}

TEST(Timeout, GivesTheValueOfWorkInTime) {
  run_in_time([]() -> task<> {
    auto r = co_await timeout(5ms, later(2ms, 3));
    EXPECT_TRUE(r.has_value());
    EXPECT_EQ(*r, 3);
  });
}

TEST(Timeout, StopsWorkThatIsLate) {
  run_in_time([]() -> task<> {
    int alive = 0;
    auto work = [&]() -> task<int> {
      test::counted here(alive);
      co_await sleep_for(50ms);
      co_return 1;
    };
    const auto begin = scheduler::current()->now();
    auto r = co_await timeout(5ms, work());
    EXPECT_EQ(r, corort::unexpected(timed_out()));
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(scheduler::current()->now() - begin, 5ms);
  });
}

TEST(Timeout, OfVoidAndMoveOnly) {
  run_in_time([]() -> task<> {
    auto nothing = []() -> task<> { co_return; };
    corort::expected<void, timed_out> a = co_await timeout(1ms, nothing());
    EXPECT_TRUE(a.has_value());
    auto owns = []() -> task<std::unique_ptr<int>> {
      co_return std::make_unique<int>(4);
    };
    auto b = co_await timeout(1ms, owns());
    EXPECT_EQ(**b, 4);
  });
}

TEST(Timeout, WorkThatDoesNotWaitIsNeverLate) {
  run_in_time([]() -> task<> {
    auto quick = []() -> task<int> { co_return 1; };
    auto a = co_await timeout(0ms, quick());
    EXPECT_TRUE(a.has_value());
    auto b = co_await timeout(-1ms, quick());
    EXPECT_TRUE(b.has_value());
    mutex m;
    auto c = co_await timeout(0ms, m.lock());
    EXPECT_TRUE(c.has_value());
  });
}

TEST(Timeout, NoTimeAtAll) {
  run_in_time([]() -> task<> {
    auto a = co_await timeout(0ms, later(5ms, 1));
    EXPECT_FALSE(a.has_value());
    auto b = co_await timeout(-1ms, later(5ms, 1));
    EXPECT_FALSE(b.has_value());
  });
}

TEST(Timeout, AtATime) {
  run_in_time([]() -> task<> {
    const auto begin = scheduler::current()->now();
    auto a = co_await corort::timeout_at(begin + 3ms, later(5ms, 1));
    EXPECT_FALSE(a.has_value());
    EXPECT_EQ(scheduler::current()->now(), begin + 3ms);
    auto b = co_await corort::timeout_at(begin + 9ms, later(5ms, 1));
    EXPECT_EQ(*b, 1);
    auto c = co_await corort::timeout_at(begin, later(5ms, 1));
    EXPECT_FALSE(c.has_value());
  });
}

TEST(Timeout, ExceptionPasses) {
  run_in_time([]() -> task<> {
    auto throws = []() -> task<int> {
      co_await sleep_for(1ms);
      throw std::runtime_error("work");
    };
    auto limited = timeout(5ms, throws());
    EXPECT_THROW((void)co_await std::move(limited), std::runtime_error);
  });
}

TEST(Timeout, OfAnOperation) {
  run_in_time([]() -> task<> {
    mutex m;
    auto held = co_await m.lock();
    auto late = co_await timeout(2ms, m.lock());
    EXPECT_FALSE(late.has_value());
    held.unlock();
    auto in_time = co_await timeout(2ms, m.lock());
    EXPECT_TRUE(in_time.has_value());
    EXPECT_FALSE(m.try_lock());
  });
}

TEST(Timeout, OfAHandleDetachesItsWork) {
  run_in_time([]() -> task<> {
    bool ended = false;
    auto work = [&]() -> task<> {
      co_await sleep_for(5ms);
      ended = true;
    };
    auto handle = spawn(work());
    auto r = co_await timeout(1ms, std::move(handle));
    EXPECT_FALSE(r.has_value());
    co_await sleep_for(10ms);
    EXPECT_TRUE(ended);
  });
}

TEST(Timeout, Nests) {
  run_in_time([]() -> task<> {
    auto inner_first = co_await timeout(5ms, timeout(2ms, later(9ms, 1)));
    EXPECT_TRUE(inner_first.has_value());
    EXPECT_FALSE(inner_first->has_value());
    auto outer_first = co_await timeout(2ms, timeout(5ms, later(9ms, 1)));
    EXPECT_FALSE(outer_first.has_value());
    auto neither = co_await timeout(5ms, timeout(4ms, later(1ms, 1)));
    EXPECT_EQ(**neither, 1);
  });
}

TEST(Timeout, RemovesItsTimer) {
  run_in_time([]() -> task<> {
    for (int i = 0; i < 10; ++i) {
      auto r = co_await timeout(1h, later(1ms, i));
      EXPECT_EQ(*r, i);
    }
    EXPECT_GT(scheduler::current()->timers().earliest(),
              std::uint64_t{3'600'000'000'000});
  });
}

TEST(Timeout, WaitsForWorkThatCanNotBeStopped) {
  run_in_time([]() -> task<> {
    const auto begin = scheduler::current()->now();
    auto r = co_await timeout(1ms, corort::masked(later(5ms, 1)));
    EXPECT_FALSE(r.has_value());
    EXPECT_EQ(scheduler::current()->now() - begin, 5ms);
  });
}

TEST(Timeout, AbortStopsBoth) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    auto work = [&]() -> task<> {
      test::counted here(alive);
      co_await sleep_for(1h);
    };
    auto limited = [&]() -> task<> { (void)co_await timeout(1h, work()); };
    auto handle = spawn(limited());
    co_await test::settle();
    EXPECT_EQ(alive, 1);
    handle.abort();
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(scheduler::current()->timers().earliest(), ~std::uint64_t{0});
  });
}

TEST(Timeout, SchedulerDestroyedInTheMiddle) {
  int alive = 0;
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto work = [&]() -> task<> {
      test::counted here(alive);
      co_await sleep_for(1h);
    };
    auto limited = [&]() -> task<> {
      (void)co_await timeout(2h, timeout(1h, work()));
    };
    auto body = [&]() -> task<> {
      spawn(limited()).detach();
      co_await test::settle();
    };
    block_on(world, body());
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(TimeoutStress, ClockAgainstWork) {
  scheduler four({.threads = 4});
  std::atomic<int> in_time{0};
  std::atomic<int> late{0};
  mutex m;
  auto work = [&](int seed) -> task<> {
    for (int i = 0; i < 1'000; ++i) {
      const auto limit = std::chrono::microseconds((i + seed) % 20);
      auto r = co_await timeout(limit, later(10us, i));
      EXPECT_TRUE(!r.has_value() || *r == i);
      (r.has_value() ? in_time : late).fetch_add(1, std::memory_order_relaxed);
      auto held = co_await timeout(limit, m.lock());
      if (held.has_value())
        co_await corort::yield();
    }
  };
  auto body = [&]() -> task<> {
    std::vector<corort::join_handle<>> all;
    for (int t = 0; t < 4; ++t)
      all.push_back(spawn(work, t));
    for (auto &handle : all)
      co_await handle;
  };
  block_on(four, body());
  EXPECT_EQ(in_time.load() + late.load(), 4'000);
  EXPECT_TRUE(m.try_lock());
}

} // namespace
