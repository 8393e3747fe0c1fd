/// \file
/// sleep_for, sleep_until: pause a task, not its thread.

#ifndef CORORT_SLEEP_HPP
#define CORORT_SLEEP_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/timed_leaf.hpp"

#include <chrono>

namespace corort {

/// Returned by `sleep_for` and `sleep_until`.
class [[nodiscard("co_await it to sleep")]] COROLINT_AWAITABLE()
    sleep_awaiter final : public detail::timed_leaf {
public:
  explicit sleep_awaiter(std::chrono::nanoseconds duration) noexcept
      : timed_leaf(duration) {}
  explicit sleep_awaiter(detail::time_point when) noexcept : timed_leaf(when) {}

  void await_resume() const noexcept {}
  const char *what() const noexcept override { return "sleep"; }
};

/// Continues the task no sooner than \p duration from now: `co_await
/// sleep_for(5ms)`. Does not suspend if \p duration is zero or negative; its
/// greatest value is for ever.
///
/// \par Cancel safety
/// Safe. A cancelled sleeper's timer is removed.
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
inline sleep_awaiter sleep_for(std::chrono::nanoseconds duration) noexcept {
  return sleep_awaiter(duration);
}

/// Continues the task no sooner than \p when on its scheduler's clock, see
/// `scheduler::now`. Does not suspend if that has passed; `time_point::max()`
/// is for ever.
///
/// \par Cancel safety
/// Safe. A cancelled sleeper's timer is removed.
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
inline sleep_awaiter
sleep_until(std::chrono::steady_clock::time_point when) noexcept {
  return sleep_awaiter(when);
}

} // namespace corort

#endif
