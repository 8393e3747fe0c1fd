/// \file
/// spawn: runs a task on its own.

#ifndef CORORT_SPAWN_HPP
#define CORORT_SPAWN_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/join_state.hpp"
#include "corort/join_handle.hpp"
#include "corort/scheduler.hpp"
#include "corort/task.hpp"

#include <concepts>
#include <coroutine>
#include <exception>
#include <type_traits>
#include <utility>

namespace corort {

namespace detail {

/// A spawned task: owns its coroutine until it ends.
template <class T>
class spawned final : public join_state<T>, root_node, completion {
public:
  /// Starts \p work on \p where. \returns the handle.
  static join_handle<T> start(scheduler &where, task<T> &work) {
    auto *self = new spawned(where, task_access::release(work));
    // From here on the task may end, and with it the work's reference.
    join_handle<T> handle = handle_access::make<T>(*self);
    where.adopt(*self, self->node_);
    return handle;
  }

private:
  spawned(scheduler &where, std::coroutine_handle<promise<T>> coroutine)
      : scheduler_(where), coroutine_(coroutine) {
    this->where = coroutine.promise().location();
    node_.coroutine = coroutine;
    coroutine.promise().start_for(*this, &where);
  }

  std::coroutine_handle<> on_done() noexcept override {
    scheduler_.forget(*this);
    try {
      this->outcome_.set_from(std::move(coroutine_.promise().outcome()));
    } catch (...) {
      this->outcome_.fail(std::current_exception());
    }
    coroutine_.destroy();
    this->finish();
    return std::noop_coroutine();
  }

  void abandon() noexcept override {
    coroutine_.destroy();
    this->finish_abandoned();
  }

  scheduler &scheduler_;
  std::coroutine_handle<promise<T>> coroutine_;
  ready_node node_;
};

/// Keeps the callable and its arguments in its own frame for as long as the
/// task they make runs: a lambda's captures are not copied into its coroutine.
template <class Fn, class... Args>
std::invoke_result_t<Fn, Args...> call_in_frame(Fn fn, Args... args) {
  co_return co_await std::move(fn)(std::move(args)...);
}

/// A callable that makes a task of arguments that are moved into it.
template <class Fn, class... Args>
concept task_function =
    std::invocable<Fn, Args...> && is_task<std::invoke_result_t<Fn, Args...>>;

} // namespace detail

/// Runs \p work on \p where, at the same time as the caller.
///
/// The task must own what it uses, or be joined before what it borrows dies.
///
/// \par Throws
/// std::bad_alloc; the task is then destroyed.
/// \par Thread safety
/// May be called from any thread.
template <class T>
COROLINT_SPAWN(1, "on=by-executor", "executor=0", "keeps=yes", "returns=handle")
COROLINT_CONSUMES_TASK(1) join_handle<T> spawn_on(scheduler &where,
                                                  task<T> work) {
  return detail::spawned<T>::start(where, work);
}

/// Calls `fn(args...)` and runs the task it returns on \p where, at the same
/// time as the caller. \p fn and \p args are copied or moved, and live until
/// the task has ended, so a lambda coroutine may have captures. Pass
/// `std::ref(x)` to pass a reference.
///
/// \par Throws
/// std::bad_alloc, and what copying the arguments throws. What \p fn throws
/// ends the task.
/// \par Thread safety
/// May be called from any thread.
template <class Fn, class... Args>
requires detail::task_function<Fn, Args...> COROLINT_SPAWN(1, "on=by-executor",
                                                           "executor=0",
                                                           "keeps=yes",
                                                           "returns=handle")
auto spawn_on(scheduler &where, Fn fn, Args... args) {
  return corort::spawn_on(
      where, detail::call_in_frame(std::move(fn), std::move(args)...));
}

/// Runs \p work on the current scheduler, or the default one on threads that
/// are not workers, at the same time as the caller.
///
/// The task must own what it uses, or be joined before what it borrows dies.
///
/// \par Throws
/// std::bad_alloc; the task is then destroyed.
/// \par Thread safety
/// May be called from any thread.
template <class T>
COROLINT_SPAWN(0, "on=other-thread", "keeps=yes", "returns=handle")
COROLINT_CONSUMES_TASK(0) join_handle<T> spawn(task<T> work) {
  return corort::spawn_on(current_scheduler(), std::move(work));
}

/// Calls `fn(args...)` and runs the task it returns on the current scheduler,
/// or the default one on threads that are not workers, at the same time as the
/// caller: `spawn(serve, std::move(socket))`. \p fn and \p args are copied or
/// moved, and live until the task has ended, so a lambda coroutine may have
/// captures. Pass `std::ref(x)` to pass a reference.
///
/// \par Throws
/// std::bad_alloc, and what copying the arguments throws. What \p fn throws
/// ends the task.
/// \par Thread safety
/// May be called from any thread.
template <class Fn, class... Args>
requires detail::task_function<Fn, Args...>
    COROLINT_SPAWN(0, "on=other-thread", "keeps=yes", "returns=handle")
auto spawn(Fn fn, Args... args) {
  return corort::spawn_on(current_scheduler(), std::move(fn),
                          std::move(args)...);
}

} // namespace corort

#endif
