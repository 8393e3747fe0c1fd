/// \file
/// sleep_for: pauses a task, not its thread.

#ifndef CORORT_SLEEP_HPP
#define CORORT_SLEEP_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/promise.hpp"
#include "corort/scheduler.hpp"

#include <chrono>
#include <coroutine>

namespace corort {

/// Returned by `sleep_for`.
class [[nodiscard("co_await it to sleep")]] COROLINT_AWAITABLE() sleep_awaiter {
public:
  explicit sleep_awaiter(std::chrono::nanoseconds duration) noexcept
      : duration_(duration) {}
  sleep_awaiter(const sleep_awaiter &) = delete;
  sleep_awaiter &operator=(const sleep_awaiter &) = delete;
  ~sleep_awaiter() {
    if (scheduler_)
      scheduler_->cancel(node_);
  }

  bool await_ready() const noexcept { return duration_.count() <= 0; }
  template <class Promise>
  CORORT_SUSPEND void await_suspend(std::coroutine_handle<Promise> sleeper) {
    scheduler &where = detail::scheduler_of(sleeper);
    const detail::time_point now = where.now();
    node_.coroutine = sleeper;
    node_.due = duration_ < detail::time_point::max() - now
                    ? now + duration_
                    : detail::time_point::max();
    scheduler_ = &where;
    where.schedule_at(node_);
  }
  void await_resume() noexcept { scheduler_ = nullptr; }

private:
  std::chrono::nanoseconds duration_;
  scheduler *scheduler_ = nullptr;
  detail::timer_node node_;
};

/// Continues the task no sooner than \p duration from now: `co_await
/// sleep_for(5ms)`. Does not suspend if \p duration is zero or negative.
///
/// \par Cancel safety
/// Safe. A cancelled sleeper's timer is removed.
/// \par Throws
/// std::bad_alloc, from `co_await`.
/// \par Thread safety
/// May be called from any thread.
inline sleep_awaiter sleep_for(std::chrono::nanoseconds duration) noexcept {
  return sleep_awaiter(duration);
}

} // namespace corort

#endif
