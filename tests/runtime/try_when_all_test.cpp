/// \file
/// try_when_all: all values, or the first error.

#include "support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::expected;
using corort::scheduler;
using corort::sleep_for;
using corort::spawn;
using corort::task;
using corort::try_when_all;
using corort::unexpected;

/// Runs \p body in virtual time that passes whenever all tasks wait.
template <class Body> void run_in_time(Body body) {
  test::run_alone([body]() -> task<> {
    auto handle = spawn(body());
    while (!handle.done())
      co_await test::pass(1ms);
    co_await handle;
  });
}

task<expected<int, std::string>> later(std::chrono::nanoseconds delay,
                                       int value) {
  co_await sleep_for(delay);
  if (value < 0)
    co_return unexpected(std::to_string(value));
  co_return value;
}

task<expected<void, std::string>> nothing() {
  co_await corort::yield();
  co_return expected<void, std::string>();
}

task<expected<int, std::string>> throws(std::chrono::nanoseconds delay) {
  co_await sleep_for(delay);
  throw std::runtime_error("thrown");
}

TEST(TryWhenAll, GivesAllValuesInOrder) {
  run_in_time([]() -> task<> {
    auto all = co_await try_when_all(later(3ms, 1), nothing(), later(1ms, 2));
    static_assert(std::is_same_v<
                  decltype(all),
                  expected<std::tuple<int, std::monostate, int>, std::string>>);
    EXPECT_TRUE(all.has_value());
    EXPECT_EQ(std::get<0>(*all), 1);
    EXPECT_EQ(std::get<2>(*all), 2);
  });
}

TEST(TryWhenAll, IsVoidIfAllAre) {
  run_in_time([]() -> task<> {
    expected<void, std::string> all =
        co_await try_when_all(nothing(), nothing());
    EXPECT_TRUE(all.has_value());
  });
}

TEST(TryWhenAll, FirstErrorStopsTheOthers) {
  run_in_time([]() -> task<> {
    int alive = 0;
    auto slow = [&]() -> task<expected<int, std::string>> {
      test::counted here(alive);
      co_await sleep_for(1h);
      co_return 1;
    };
    const auto begin = scheduler::current()->now();
    auto all =
        co_await try_when_all(slow(), later(3ms, -3), later(2ms, -2), slow());
    EXPECT_EQ(all, unexpected(std::string("-2")));
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(scheduler::current()->now() - begin, 2ms);
  });
}

TEST(TryWhenAll, ErrorAtOnceStartsNoMore) {
  run_in_time([]() -> task<> {
    bool started = false;
    auto fails = []() -> task<expected<int, int>> { co_return unexpected(7); };
    auto other = [&]() -> task<expected<int, int>> {
      started = true;
      co_return 1;
    };
    auto all = co_await try_when_all(fails(), other());
    EXPECT_EQ(all, unexpected(7));
    EXPECT_FALSE(started);
  });
}

TEST(TryWhenAll, ExceptionStopsTheOthersAndPasses) {
  run_in_time([]() -> task<> {
    const auto begin = scheduler::current()->now();
    auto all = try_when_all(later(1h, 1), throws(1ms), later(2ms, -1));
    EXPECT_THROW((void)co_await std::move(all), std::runtime_error);
    EXPECT_EQ(scheduler::current()->now() - begin, 1ms);
  });
}

TEST(TryWhenAll, LateErrorsAndExceptionsAreDropped) {
  run_in_time([]() -> task<> {
    auto all =
        co_await try_when_all(corort::masked(throws(3ms)), later(1ms, -1),
                              corort::masked(later(2ms, -2)));
    EXPECT_EQ(all, unexpected(std::string("-1")));
  });
}

TEST(TryWhenAll, MoveOnlyValues) {
  run_in_time([]() -> task<> {
    auto owns = [](int v) -> task<expected<std::unique_ptr<int>, int>> {
      co_return std::make_unique<int>(v);
    };
    auto all = co_await try_when_all(owns(1), owns(2));
    EXPECT_EQ(*std::get<1>(*all), 2);
  });
}

TEST(TryWhenAll, Nests) {
  run_in_time([]() -> task<> {
    auto all = co_await try_when_all(try_when_all(later(1ms, 1), later(2ms, 2)),
                                     later(1ms, 3));
    EXPECT_EQ(std::get<1>(std::get<0>(*all)), 2);
    auto inner = co_await try_when_all(
        try_when_all(later(1h, 1), later(2ms, -2)), later(1h, 3));
    EXPECT_EQ(inner, unexpected(std::string("-2")));
    auto late =
        co_await corort::timeout(5ms, try_when_all(later(1h, 1), later(2h, 2)));
    EXPECT_FALSE(late.has_value());
  });
}

TEST(TryWhenAll, AbortStopsAll) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    auto slow = [&]() -> task<expected<int, int>> {
      test::counted here(alive);
      co_await sleep_for(1h);
      co_return 1;
    };
    auto caller = [&]() -> task<> {
      (void)co_await try_when_all(slow(), slow());
    };
    auto handle = spawn(caller());
    co_await test::settle();
    EXPECT_EQ(alive, 2);
    handle.abort();
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_EQ(alive, 0);
  });
}

TEST(TryWhenAll, SchedulerDestroyedInTheMiddle) {
  int alive = 0;
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto slow = [&]() -> task<expected<int, int>> {
      test::counted here(alive);
      co_await sleep_for(1h);
      co_return 1;
    };
    auto caller = [&]() -> task<> {
      (void)co_await try_when_all(slow(), slow());
    };
    auto body = [&]() -> task<> {
      spawn(caller()).detach();
      co_await test::settle();
    };
    block_on(world, body());
    EXPECT_EQ(alive, 2);
  }
  EXPECT_EQ(alive, 0);
}

TEST(TryWhenAllStress, ErrorsAgainstEnds) {
  scheduler four({.threads = 4});
  std::atomic<int> alive{0};
  auto part = [&](int steps, bool fails) -> task<expected<int, int>> {
    alive.fetch_add(1);
    struct leaves {
      std::atomic<int> &count;
      ~leaves() { count.fetch_sub(1); }
    } at_end{alive};
    for (int i = 0; i < steps; ++i)
      co_await corort::yield();
    co_await sleep_for(1us);
    if (fails)
      co_return unexpected(steps);
    co_return steps;
  };
  auto work = [&](int seed) -> task<> {
    for (int i = 0; i < 500; ++i) {
      const int n = i + seed;
      auto all = co_await try_when_all(
          part(n % 3, n % 5 == 0), part(n % 4, n % 7 == 0), part(n % 5, false));
      EXPECT_EQ(all.has_value(), n % 5 != 0 && n % 7 != 0);
    }
  };
  auto body = [&]() -> task<> {
    std::vector<corort::join_handle<>> handles;
    for (int t = 0; t < 4; ++t)
      handles.push_back(spawn(work, t));
    for (auto &handle : handles)
      co_await handle;
  };
  block_on(four, body());
  EXPECT_EQ(alive.load(), 0);
}

} // namespace
