/// \file
/// retry, in manual time: how often, when, and what is not repeated.

#include "support.hpp"

#include "corort/retry.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <type_traits>
#include <utility>
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

/// Calls \p fn in a task of its own, as manual time has to pass meanwhile.
template <class Fn, class... Again>
auto retry_through(retry_policy policy, Fn fn, Again... again)
    -> std::invoke_result_t<Fn &> {
  auto handle = spawn([=]() { return retry(policy, fn, again...); });
  co_return co_await wait_for(std::move(handle));
}

TEST(Retry, WaitsLongerEachTime) {
  test::run_alone([]() -> task<> {
    flaky call{.needed = 5};
    EXPECT_EQ(co_await retry_through(exact, std::ref(call)), 5);
    std::vector<std::chrono::nanoseconds> waits;
    for (std::size_t i = 1; i < call.calls.size(); ++i)
      waits.push_back(call.calls[i] - call.calls[i - 1]);
    EXPECT_EQ(waits, (std::vector<std::chrono::nanoseconds>{1s, 2s, 3s, 3s}));
  });
}

TEST(Retry, GivesUp) {
  test::run_alone([]() -> task<> {
    flaky call{.needed = 6};
    EXPECT_THROW(co_await retry_through(exact, std::ref(call)),
                 std::runtime_error);
    EXPECT_EQ(call.calls.size(), 5u);
  });
}

TEST(Retry, CallsOnceIfThatIsAllOrAllIsWell) {
  test::run_alone([]() -> task<> {
    for (unsigned attempts : {0u, 1u}) {
      flaky call{.needed = 2};
      EXPECT_THROW(co_await retry({.max_attempts = attempts}, std::ref(call)),
                   std::runtime_error);
      EXPECT_EQ(call.calls.size(), 1u);
    }
    flaky call{.needed = 1};
    EXPECT_EQ(co_await retry(exact, std::ref(call)), 1);
  });
}

TEST(Retry, GivesWhatATaskCanGive) {
  test::run_alone([]() -> task<> {
    int object = 1;
    auto refer = [&]() -> task<int &> { co_return object; };
    EXPECT_EQ(&co_await retry(exact, refer), &object);
    auto own = []() -> task<std::unique_ptr<int>> {
      co_return std::make_unique<int>(2);
    };
    EXPECT_EQ(*co_await retry(exact, own), 2);
    auto own_or_fail = []() -> task<expected<std::unique_ptr<int>, int>> {
      co_return std::make_unique<int>(3);
    };
    EXPECT_EQ(**co_await retry(exact, own_or_fail), 3);
  });
}

TEST(Retry, AsksWhetherToRepeatAnException) {
  test::run_alone([]() -> task<> {
    int calls = 0;
    auto fails = [&]() -> task<int> {
      if (++calls < 3)
        throw std::runtime_error("for now");
      throw std::logic_error("for good");
    };
    auto temporary = [](const std::exception &error) {
      return dynamic_cast<const std::runtime_error *>(&error) != nullptr;
    };
    EXPECT_THROW(co_await retry_through(exact, fails, temporary),
                 std::logic_error);
    EXPECT_EQ(calls, 3);
    // What it does not take is not repeated.
    calls = 0;
    auto odd = [&]() -> task<int> {
      ++calls;
      throw 1;
      co_return 0;
    };
    EXPECT_THROW(co_await retry_through(exact, odd, temporary), int);
    EXPECT_EQ(calls, 1);
    auto any = [](const std::exception_ptr &) { return true; };
    EXPECT_THROW(co_await retry_through(exact, odd, any), int);
    EXPECT_EQ(calls, 6);
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
    const auto result = co_await retry_through(exact, call, busy);
    EXPECT_EQ(result, corort::unexpected(404));
    EXPECT_EQ(calls, 3);
  });
}

TEST(Retry, AsksAboutErrorsOnlyIfItTakesNoException) {
  test::run_alone([]() -> task<> {
    int calls = 0;
    auto call = [&]() -> task<expected<int, int>> {
      if (++calls < 3)
        co_return corort::unexpected(500);
      throw std::runtime_error("broken");
    };
    auto busy = [](int status) { return status >= 500; };
    EXPECT_THROW((void)co_await retry_through(exact, call, busy),
                 std::runtime_error);
    EXPECT_EQ(calls, 3);
    // Without a predicate, both are repeated.
    calls = 0;
    EXPECT_THROW((void)co_await retry_through(exact, call), std::runtime_error);
    EXPECT_EQ(calls, 5);
  });
}

TEST(Retry, PassesOnWhatThePredicateThrows) {
  test::run_alone([]() -> task<> {
    int asked = 0;
    auto refuse = [&](auto &&) -> bool {
      ++asked;
      throw std::domain_error("no idea");
    };
    auto error = []() -> task<expected<int, int>> {
      co_return corort::unexpected(1);
    };
    EXPECT_THROW((void)co_await retry(exact, error, refuse), std::domain_error);
    EXPECT_EQ(asked, 1);
    flaky call{.needed = 9};
    EXPECT_THROW(co_await retry(exact, std::ref(call), refuse),
                 std::domain_error);
    EXPECT_EQ(asked, 2);
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
      co_return co_await retry(exact, std::ref(call));
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

// What can't be called, or asked, is refused.
template <class Fn, class... Again>
concept can_retry = requires(Fn fn, Again... again) {
  retry(exact, fn, again...);
};
using number = task<int> (*)();
using number_or_error = task<expected<int, int>> (*)();
static_assert(can_retry<number> && can_retry<number_or_error>);
static_assert(can_retry<number_or_error, bool (*)(int)>);
static_assert(!can_retry<number, bool (*)(int)>);
static_assert(!can_retry<number_or_error, bool (*)(std::vector<int>)>);
static_assert(!can_retry<int (*)()> && !can_retry<task<int>>);

} // namespace
