/// \file
/// retry, in manual time: how often, when, and what is not repeated.

#include "support.hpp"

#include "corort/retry.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::expected;
using corort::retry;
using corort::retry_policy;
using corort::scheduler;
using corort::spawn;
using corort::task;

constexpr retry_policy exact = {.max_attempts = 5,
                                .first_delay = 1s,
                                .factor = 2,
                                .max_delay = 3s,
                                .jitter = 0};

/// Fails until it has been called \p needed times, and notes when.
struct flaky {
  int needed;
  std::vector<std::chrono::steady_clock::time_point> calls{};

  task<int> operator()() {
    calls.push_back(scheduler::current()->now());
    co_await corort::yield();
    if (static_cast<int>(calls.size()) < needed)
      throw std::runtime_error("not yet");
    co_return static_cast<int>(calls.size());
  }
};

/// Lets time pass until \p handle is done.
template <class T> task<T> wait_for(corort::join_handle<T> handle) {
  for (int i = 0; i < 1000 && !handle.done(); ++i)
    co_await test::pass(100ms);
  co_return co_await handle;
}

TEST(Retry, WaitsLongerEachTime) {
  test::run_alone([]() -> task<> {
    flaky call{.needed = 5};
    auto handle = spawn([&]() -> task<int> {
      co_return co_await retry(exact, [&] { return call(); });
    });
    EXPECT_EQ(co_await wait_for(std::move(handle)), 5);
    std::vector<std::chrono::nanoseconds> waits;
    for (std::size_t i = 1; i < call.calls.size(); ++i)
      waits.push_back(call.calls[i] - call.calls[i - 1]);
    EXPECT_EQ(waits, (std::vector<std::chrono::nanoseconds>{1s, 2s, 3s, 3s}));
  });
}

TEST(Retry, GivesUp) {
  test::run_alone([]() -> task<> {
    flaky call{.needed = 6};
    auto handle = spawn([&]() -> task<int> {
      co_return co_await retry(exact, [&] { return call(); });
    });
    EXPECT_THROW(co_await wait_for(std::move(handle)), std::runtime_error);
    EXPECT_EQ(call.calls.size(), 5u);
  });
}

TEST(Retry, AsksWhetherToGoOn) {
  test::run_alone([]() -> task<> {
    int calls = 0;
    auto fails = [&]() -> task<int> {
      ++calls;
      throw std::logic_error("for good");
      co_return 0;
    };
    auto temporary = [](const std::exception_ptr &error) {
      try {
        std::rethrow_exception(error);
      } catch (const std::runtime_error &) {
        return true;
      } catch (...) {
        return false;
      }
    };
    EXPECT_THROW(co_await retry(exact, fails, temporary), std::logic_error);
    EXPECT_EQ(calls, 1);
  });
}

TEST(Retry, RepeatsErrorsThatAreValues) {
  test::run_alone([]() -> task<> {
    int calls = 0;
    auto call = [&]() -> task<expected<int, int>> {
      if (++calls < 3)
        co_return corort::unexpected(500);
      co_return corort::unexpected(404);
    };
    auto busy = [](int status) { return status >= 500; };
    auto handle = spawn([&]() -> task<expected<int, int>> {
      co_return co_await retry(exact, call, busy);
    });
    const auto result = co_await wait_for(std::move(handle));
    EXPECT_EQ(result.error(), 404);
    EXPECT_EQ(calls, 3);
  });
}

TEST(Retry, NeverRepeatsWhatWasCancelled) {
  test::run_alone([]() -> task<> {
    int calls = 0;
    auto cancelled = [&]() -> task<> {
      ++calls;
      auto handle = spawn([]() -> task<> { co_await corort::sleep_for(1h); });
      handle.abort();
      co_await handle;
    };
    EXPECT_THROW(co_await retry(exact, cancelled), corort::task_cancelled);
    EXPECT_EQ(calls, 1);
  });
}

TEST(Retry, StopsWhileItWaits) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    flaky call{.needed = 3};
    auto handle = spawn([&, kept = test::counted(alive)]() -> task<int> {
      co_return co_await retry(exact, [&] { return call(); });
    });
    co_await test::settle();
    EXPECT_EQ(call.calls.size(), 1u);
    handle.abort();
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_EQ(alive, 0);
  });
}

TEST(Retry, JitterOnlyShortens) {
  retry_policy policy = exact;
  policy.jitter = 0.5;
  std::set<std::chrono::nanoseconds> delays;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    policy.seed = seed;
    corort::detail::backoff some(policy), same(policy);
    const auto first = some.next();
    EXPECT_GE(first, 500ms);
    EXPECT_LE(first, 1s);
    EXPECT_EQ(same.next(), first);
    EXPECT_EQ(same.next(), some.next());
    delays.insert(first);
  }
  EXPECT_GT(delays.size(), 95u);
  EXPECT_LT(*delays.begin(), 550ms);
  EXPECT_GT(*delays.rbegin(), 950ms);
}

TEST(Retry, EachCallHasAChanceOfItsOwn) {
  retry_policy policy = exact;
  policy.jitter = 1;
  corort::detail::backoff a(policy), b(policy);
  EXPECT_NE(a.next(), b.next());
}

TEST(Retry, DelaysEndAtTheLongestThereIs) {
  constexpr auto longest = std::chrono::nanoseconds::max();
  const retry_policy policy = {
      .first_delay = 1s, .factor = 1e6, .max_delay = longest, .jitter = 0};
  corort::detail::backoff grows(policy);
  EXPECT_EQ(grows.next(), 1s);
  EXPECT_EQ(grows.next(), 1'000'000s);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(grows.next(), longest);
}

} // namespace
