/// \file
/// masked: runs a task that can't be asked to stop.

#ifndef CORORT_MASKED_HPP
#define CORORT_MASKED_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/context.hpp"
#include "corort/task.hpp"

#include <coroutine>
#include <utility>

namespace corort {

namespace detail {

/// Awaits a task in a branch that can't be stopped, which to the outer one
/// looks as if it were running all the time.
template <class T> class mask final : public context {
public:
  explicit mask(task<T> work) noexcept
      : context(nullptr, branch_kind::unstoppable), work_(std::move(work)) {}

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  CORORT_SUSPEND std::coroutine_handle<>
  await_suspend(std::coroutine_handle<Promise> caller) noexcept {
    this->restart(branch_of(caller).where());
    auto coroutine = task_access::get(work_);
    coroutine.promise().start_for(caller, *this);
    return coroutine;
  }
  T await_resume() { return task_access::outcome(work_).take(); }

private:
  // Nobody asks it to stop.
  void on_stopped() noexcept override {}

  task<T> work_;
};

} // namespace detail

/// Runs \p work to its end whether the caller is asked to stop or not, and
/// gives its result: `co_await masked(commit(order));`. The request takes
/// effect when the caller waits next. Shutdown does not wait for it.
///
/// \par Cancel safety
/// Safe. It is not stopped, and its result always reaches the caller.
/// \par Throws
/// What \p work throws.
/// \par Thread safety
/// May be called from any thread.
template <class T>
COROLINT_AWAITS_ALL()
COROLINT_CONSUMES_TASK(0) task<T> masked(task<T> work) {
  detail::mask<T> shield(std::move(work));
  co_return co_await shield;
}

} // namespace corort

#endif
