/// \file
/// yield: lets the others go first.

#ifndef CORORT_YIELD_HPP
#define CORORT_YIELD_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/context.hpp"
#include "corort/scheduler.hpp"

#include <coroutine>

namespace corort {

/// Returned by `yield`.
class [[nodiscard("co_await it to yield")]] COROLINT_AWAITABLE() yield_awaiter {
public:
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  CORORT_SUSPEND void await_suspend(
      std::coroutine_handle<Promise> yielding) noexcept {
    detail::context &branch = detail::branch_of(yielding);
    if (branch.stop_requested()) [[unlikely]]
      return branch.branch_stopped();
    node_ = detail::work_node(yielding);
    branch.where().schedule_last(node_);
  }
  void await_resume() const noexcept {}

  const char *what() const noexcept { return "yield"; }

private:
  detail::work_node node_;
};

/// Lets the tasks run that are ready now, then continues: `co_await yield()`.
///
/// \par Cancel safety
/// Safe.
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
inline yield_awaiter yield() noexcept { return {}; }

} // namespace corort

#endif
