/// \file
/// What a task can ask about itself.

#ifndef CORORT_THIS_TASK_HPP
#define CORORT_THIS_TASK_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/context.hpp"

#include <coroutine>

namespace corort::this_task {

/// Returned by `stop_requested`.
class [[nodiscard("co_await it to get the answer")]] COROLINT_AWAITABLE()
    stop_query {
public:
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> asking) noexcept {
    requested_ = detail::branch_of(asking).stop_requested();
    return false;
  }
  bool await_resume() const noexcept { return requested_; }

private:
  bool requested_ = false;
};

/// Whether the task was asked to stop: `if (co_await stop_requested())`. For
/// those that compute for long; the others stop by themselves at their next
/// suspension point. Never suspends.
///
/// \par Cancel safety
/// Safe; it does not stop.
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
COROLINT_NEVER_SUSPENDS()
inline stop_query stop_requested() noexcept { return {}; }

} // namespace corort::this_task

#endif
