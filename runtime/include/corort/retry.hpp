/// \file
/// retry: calls what fails again, later and later.

#ifndef CORORT_RETRY_HPP
#define CORORT_RETRY_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/error.hpp"
#include "corort/expected.hpp"
#include "corort/sleep.hpp"
#include "corort/task.hpp"

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>

namespace corort {

/// How often to try, and how long to wait in between.
struct retry_policy {
  /// Calls in all; at least one is made.
  unsigned max_attempts = 3;
  /// Before the second attempt.
  std::chrono::nanoseconds first_delay = std::chrono::milliseconds(100);
  /// What each delay is multiplied by to get the next one.
  double factor = 2;
  /// No delay is longer.
  std::chrono::nanoseconds max_delay = std::chrono::seconds(30);
  /// The part of each delay that is left to chance, from 0 to 1, so that those
  /// who failed together do not come back together.
  double jitter = 0.5;
  /// Of the chance; 0 for another one each time, though not in simulations.
  std::uint64_t seed = 0;
};

namespace detail {

/// The delays of one call.
class backoff {
public:
  explicit backoff(const retry_policy &policy) noexcept
      : policy_(policy),
        delay_(static_cast<double>(policy.first_delay.count())),
        random_(policy.seed ? policy.seed : fresh_seed()) {}

  std::chrono::nanoseconds next() noexcept {
    const auto most = static_cast<double>(policy_.max_delay.count());
    const double full = std::min(delay_, most);
    // Not past what a double can hold, however many attempts there are.
    delay_ = std::min(delay_ * policy_.factor, most);
    const double jitter = std::clamp(policy_.jitter, 0.0, 1.0);
    const double delay = full * (1 - jitter * chance());
    // The longest of all has no double of its own.
    return delay < most
               ? std::chrono::nanoseconds(static_cast<std::int64_t>(delay))
               : policy_.max_delay;
  }

private:
  std::uint64_t fresh_seed() const noexcept {
#if CORORT_DEBUG
    if (simulated)
      return 1;
#endif
    // Calls that failed at the same time have different frames.
    return static_cast<std::uint64_t>(
               std::chrono::steady_clock::now().time_since_epoch().count()) ^
           reinterpret_cast<std::uintptr_t>(this);
  }

  /// From 0 to 1, by SplitMix64 (https://doi.org/10.1145/2714064.2660195): the
  /// state of a standard engine as good would be most of the frame.
  double chance() noexcept {
    std::uint64_t mixed = random_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    mixed ^= mixed >> 31;
    return static_cast<double>(mixed >> 11) * 0x1p-53;
  }

  const retry_policy &policy_;
  double delay_;
  std::uint64_t random_;
};

struct always {
  bool operator()(const auto &) const noexcept { return true; }
};

template <class Again>
concept judges_exceptions = std::predicate<Again &, const std::exception_ptr &>;
template <class Again>
concept judges_std_exceptions = std::predicate<Again &, const std::exception &>;
template <class Again, class T>
concept judges_errors_of =
    is_expected<T> && std::predicate<Again &, error_of<const T &>>;

template <class Again, class T>
concept judges_failures_of = judges_exceptions<Again> ||
    judges_std_exceptions<Again> || judges_errors_of<Again, T>;

/// Whether \p again wants another attempt after the exception \p failed.
template <class Again>
bool wants_again(Again &again, const std::exception_ptr &failed) {
  try {
    std::rethrow_exception(failed);
  } catch (const task_cancelled &) {
    return false;
  } catch ([[maybe_unused]] const std::exception &exception) {
    if constexpr (judges_std_exceptions<Again>)
      return again(exception);
  } catch (...) {
  }
  if constexpr (judges_exceptions<Again>)
    return again(failed);
  return false;
}

/// Whether \p again wants another attempt after \p result.
template <class Again, class T>
bool wants_again(Again &again, const T &result) {
  if constexpr (judges_errors_of<Again, T>)
    return !result.has_value() && again(result.error());
  else
    return false;
}

} // namespace detail

/// Awaits `fn()`, again and again until it succeeds or \p policy has had
/// enough, and gives the last result: `co_await retry({.max_attempts = 5},
/// fetch)`.
///
/// A call fails by an exception or, if its task gives an `expected`, by an
/// error. It is repeated if \p again says so, which takes the error, a `const
/// std::exception &` or a `std::exception_ptr`; what it does not take is not
/// repeated. Nor is what was cancelled, ever.
///
/// \par Cancel safety
/// As safe as \p fn; while it waits between two attempts, safe.
/// \par Throws
/// What the last attempt throws; what \p again throws; std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <class Fn, class Again = detail::always>
requires detail::is_task<std::invoke_result_t<Fn &>> &&
    detail::judges_failures_of<Again,
                               typename std::invoke_result_t<Fn &>::value_type>
    COROLINT_AWAITS_ALL()
std::invoke_result_t<Fn &> retry(retry_policy policy, Fn fn, Again again = {}) {
  using value = typename std::invoke_result_t<Fn &>::value_type;
  detail::backoff delays(policy);
  for (unsigned attempt = 1;; ++attempt) {
    const bool last = attempt >= policy.max_attempts;
    // There is no co_await in a handler.
    std::exception_ptr failed;
    bool asked = false;
    try {
      if constexpr (detail::is_expected<value>) {
        value result = co_await fn();
        asked = true; // What it throws is no failure of the call.
        if (last || !detail::wants_again(again, result))
          co_return result;
      } else {
        co_return co_await fn();
      }
    } catch (...) {
      if (asked)
        throw;
      failed = std::current_exception();
    }
    if (failed && (last || !detail::wants_again(again, failed)))
      std::rethrow_exception(failed);
    failed = nullptr; // Not kept while it waits.
    co_await sleep_for(delays.next());
  }
}

} // namespace corort

#endif
