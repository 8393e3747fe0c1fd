/// \file
/// interval: ticks at equal distances in time.

#ifndef CORORT_INTERVAL_HPP
#define CORORT_INTERVAL_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/timed_leaf.hpp"
#include "corort/error.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace corort {

/// What follows a tick that came late: one was due at 0, 10 and 20, and is
/// asked for at 0 and again at 25.
enum class missed_ticks : std::uint8_t {
  /// As many as there should have been, at once until they caught up: 25 (for
  /// 10), 25 (for 20), 30, 40.
  burst,
  /// All later ones move: 25, 35, 45. No two are closer than the period.
  delay,
  /// Those missed are left out: 25, 30, 40.
  skip,
};

/// Gives a tick at once and another after each period:
///
/// ```cpp
/// interval ticks(100ms);
/// for (;;) {
///   co_await ticks.tick();
///   ...
/// }
/// ```
///
/// Unlike `sleep_for` in the same loop, what the loop does takes nothing away
/// from the pace. The period counts from the first tick.
class COROLINT_NOT_SYNC("it is used by one task at a time") interval {
public:
  using time_point = std::chrono::steady_clock::time_point;
  class tick_awaiter;

  /// The program ends if \p period is zero or negative.
  ///
  /// \par Throws
  /// Nothing.
  explicit interval(std::chrono::nanoseconds period,
                    missed_ticks missed = missed_ticks::burst) noexcept
      : period_(period), missed_(missed) {
    if (period.count() <= 0)
      detail::fail("interval with a period that is not positive");
  }

  /// Waits for the next tick and gives the time it was due at, on the
  /// scheduler's clock. Does not suspend if that has passed.
  ///
  /// \par Cancel safety
  /// Safe. A tick that was cancelled is given to the next call.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// An interval is used by one task at a time.
  tick_awaiter tick() noexcept;

private:
  time_point next_after(time_point due, time_point now) const noexcept {
    switch (missed_) {
    case missed_ticks::burst:
      break;
    case missed_ticks::delay:
      return later(now, period_);
    case missed_ticks::skip:
      return later(now, period_ - (now - due) % period_);
    }
    return later(due, period_);
  }

  /// The end of the clock, which is never reached, if \p t is close to it.
  static time_point later(time_point t, std::chrono::nanoseconds by) noexcept {
    return by < time_point::max() - t ? t + by : time_point::max();
  }

  std::chrono::nanoseconds period_;
  missed_ticks missed_;
  /// Empty before the first tick.
  std::optional<time_point> next_;
};

/// Returned by `interval::tick`.
class [[nodiscard("co_await it to wait for the tick")]] COROLINT_AWAITABLE()
    interval::tick_awaiter final : public detail::timed_leaf {
public:
  time_point await_resume() noexcept {
    const time_point now = where().now();
    const time_point due = interval_.next_.value_or(now);
    interval_.next_ = interval_.next_after(due, now);
    return due;
  }

  const char *what() const noexcept override { return "interval::tick"; }

private:
  friend interval;
  explicit tick_awaiter(interval & owner) noexcept
      : timed_leaf(owner.next_.value_or(time_point::min())), interval_(owner) {}

  interval &interval_;
};

inline interval::tick_awaiter interval::tick() noexcept {
  return tick_awaiter(*this);
}

} // namespace corort

#endif
