/// \file
/// spawn: runs a task on its own.

#ifndef CORORT_SPAWN_HPP
#define CORORT_SPAWN_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/root_pool.hpp"
#include "corort/join_handle.hpp"
#include "corort/scheduler.hpp"
#include "corort/spawnable.hpp"
#include "corort/task.hpp"

#include <coroutine>
#include <utility>

namespace corort {

namespace detail {

/// Runs \p work on its own. \throws std::bad_alloc; the task is then destroyed.
template <class T> join_handle<T> start_root(scheduler &where, task<T> &work) {
  root &started = root_pool::get();
  task_access::get(work).promise().check_spawned();
  started.begin(where, task_access::release(work));
  where.schedule_new(started.start());
  return handle_access::make<T>(started);
}

/// As `start_root`, but begins on this thread: for tasks that suspend at once.
template <class T>
join_handle<T> start_root_here(scheduler &where, task<T> &work) {
  root &started = root_pool::get();
  std::coroutine_handle<> coroutine = task_access::get(work);
  started.begin(where, task_access::release(work));
  join_handle<T> handle = handle_access::make<T>(started);
  coroutine.resume();
  return handle;
}

/// Keeps the callable and its arguments in its own frame for as long as the
/// task they make runs: a lambda's captures are not copied into its coroutine.
template <class Fn, class... Args>
spawned_t<Fn, Args...> call_in_frame(Fn fn, Args... args) {
  co_return co_await detail::call_spawned(fn, args...);
}

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
  return detail::start_root(where, work);
}

/// Calls `fn(args...)` and runs the task it returns on \p where, at the same
/// time as the caller. \p fn and \p args are copied or moved, and live until
/// the task has ended, so a lambda coroutine may have captures. They must be
/// `sendable`, or made so by `unsafe_send`.
///
/// \par Throws
/// std::bad_alloc, and what copying the arguments throws. What \p fn throws
/// ends the task.
/// \par Thread safety
/// May be called from any thread.
template <class Fn, class... Args>
requires spawnable_with<Fn, Args...> COROLINT_SPAWN(1, "on=by-executor",
                                                    "executor=0", "keeps=yes",
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
/// captures. They must be `sendable`, or made so by `unsafe_send`.
///
/// \par Throws
/// std::bad_alloc, and what copying the arguments throws. What \p fn throws
/// ends the task.
/// \par Thread safety
/// May be called from any thread.
template <class Fn, class... Args>
requires spawnable_with<Fn, Args...>
    COROLINT_SPAWN(0, "on=other-thread", "keeps=yes", "returns=handle")
auto spawn(Fn fn, Args... args) {
  return corort::spawn_on(current_scheduler(), std::move(fn),
                          std::move(args)...);
}

} // namespace corort

#endif
