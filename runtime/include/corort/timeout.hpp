/// \file
/// timeout: stops a task that takes too long.

#ifndef CORORT_TIMEOUT_HPP
#define CORORT_TIMEOUT_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/awaitable.hpp"
#include "corort/detail/operation.hpp"
#include "corort/detail/race.hpp"
#include "corort/expected.hpp"
#include "corort/sleep.hpp"
#include "corort/task.hpp"

#include <chrono>
#include <type_traits>
#include <utility>

namespace corort {

/// The time is over.
struct timed_out {
  friend bool operator==(timed_out, timed_out) noexcept = default;
};

namespace detail {

struct first_in_time {
  static constexpr const char *what = "timeout";
  static constexpr bool comes_back = false;
  static bool decides(const auto &) noexcept { return true; }
};

template <class Time, class T>
task<expected<T, timed_out>> run_timeout(Time limit, contender<T> work) {
  sleep_awaiter clock(limit);
  race<first_in_time, T, void> both(std::move(work), contend(clock));
  co_await both;
  if (both.template decided_by<1>())
    co_return unexpected(timed_out());
  if constexpr (std::is_void_v<T>) {
    both.template outcome<0>().take();
    co_return expected<T, timed_out>();
  } else {
    co_return both.template outcome<0>().take();
  }
}

} // namespace detail

/// Gives the result of \p work, or `timed_out` if it has not ended \p limit
/// after it first waited: `auto page = co_await timeout(5s, fetch(url));`. It
/// is then asked to stop and has gone, with all it owned, before the caller
/// goes on; what it ended with all the same is thrown away.
///
/// \p work is a task, or what else can be awaited; the latter is used where it
/// is, so await the result in the expression that makes it. Work that ends
/// without waiting is never too late.
///
/// \par Cancel safety
/// Asks the work to stop and waits until it has. If \p work is an operation,
/// such as `recv()`, either it completes and its value reaches the caller, or
/// nothing has happened. A task takes with it what it has received by then.
/// \par Throws
/// What the work throws; std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <detail::awaitable A>
COROLINT_AWAITS_FIRST()
[[nodiscard]] auto timeout(std::chrono::nanoseconds limit, A &&work) {
  return detail::run_timeout(limit, detail::contend(std::forward<A>(work)));
}

/// As `timeout`, for work that has to end by \p deadline on the scheduler's
/// clock, see `scheduler::now`.
///
/// \par Cancel safety
/// As of `timeout`.
/// \par Throws
/// As `timeout`.
/// \par Thread safety
/// May be called from any thread.
template <detail::awaitable A>
COROLINT_AWAITS_FIRST()
[[nodiscard]] auto timeout_at(std::chrono::steady_clock::time_point deadline,
                              A &&work) {
  return detail::run_timeout(deadline, detail::contend(std::forward<A>(work)));
}

} // namespace corort

#endif
