/// \file
/// retry, stopped at every place; and its chance, which a simulation repeats.

#include "corort/retry.hpp"
#include "corort/sim.hpp"
#include "support.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stdexcept>

namespace {

using namespace std::chrono_literals;
using corort::expected;
using corort::retry;
using corort::scheduler;
using corort::task;
namespace sim = corort::sim;

TEST(RetrySim, StopsAtEveryPlace) {
  int alive = 0;
  const sim::result r = sim::sweep([&]() -> task<> {
    sim::check(alive == 0);
    test::counted local(alive);
    int calls = 0;
    auto throws = [&]() -> task<int> {
      test::counted inner(alive);
      co_await corort::yield();
      if (++calls < 3)
        throw std::runtime_error("not yet");
      co_return calls;
    };
    sim::check(co_await retry({.first_delay = 1s}, throws) == 3);
    auto fails = [&]() -> task<expected<int, int>> {
      test::counted inner(alive);
      co_await corort::yield();
      if (++calls < 5)
        co_return corort::unexpected(calls);
      co_return calls;
    };
    sim::check(co_await retry({.first_delay = 1s}, fails) == 5);
  });
  EXPECT_TRUE(r.ok()) << r.text();
  EXPECT_EQ(alive, 0);
}

TEST(RetrySim, WaitsTheSameInEveryRun) {
  std::optional<std::chrono::nanoseconds> before;
  auto body = [&]() -> task<> {
    const auto start = scheduler::current()->now();
    auto fails = []() -> task<expected<void, int>> {
      co_return corort::unexpected(1);
    };
    sim::check(!co_await retry({.max_attempts = 5, .jitter = 1}, fails));
    const auto waited = scheduler::current()->now() - start;
    if (before)
      sim::check(waited == *before);
    before = waited;
  };
  const sim::result r = sim::run_seeds(50, body);
  EXPECT_TRUE(r.ok()) << r.text();
}

} // namespace
