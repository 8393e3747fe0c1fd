/// \file
/// task: what a coroutine of corort returns.

#ifndef CORORT_TASK_HPP
#define CORORT_TASK_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/child.hpp"
#include "corort/detail/promise.hpp"
#include "corort/detail/root.hpp"

#include <coroutine>
#include <exception>
#include <utility>

namespace corort {

template <class T = void> class task;

namespace detail {
struct task_access;
}

/// A coroutine that has not run yet. It runs when it is awaited, once, as part
/// of the coroutine that awaits it, and gives its result or exception to it.
///
/// `T` is void, a reference, or a type that can be moved. Destroying a task
/// that never ran destroys its arguments and does nothing else; with
/// CORORT_DEBUG it is reported as `error_kind::task_not_awaited`.
template <class T>
class [[nodiscard(
    "a task does nothing until it is awaited")]] CORORT_RETURN_TYPE
COROLINT_TASK("start=lazy", "drop=nothing", "await=once", "threads=many",
              "lock=corort::mutex", "shared-lock=corort::shared_mutex",
              "sleep=co_await corort::sleep_for(…)",
              "offload=co_await corort::spawn_blocking(…)") task {
public:
  using promise_type = detail::promise<T>;
  using value_type = T;

  /// An empty task: it must not be awaited.
  task() noexcept = default;
  task(task && other) noexcept
      : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  task &operator=(task &&other) noexcept {
    task moved(std::move(other));
    std::swap(coroutine_, moved.coroutine_);
    return *this;
  }
  ~task() {
    if (coroutine_)
      destroy();
  }

  /// False if it is empty or was moved from.
  explicit operator bool() const noexcept { return coroutine_ != nullptr; }

  /// Owns the task from then on, so that its locals, which `try_` leaves in its
  /// frame, go with the expression that awaits it and not with a named task.
  class COROLINT_AWAITABLE() awaiter {
  public:
    awaiter(const awaiter &) = delete;
    awaiter &operator=(const awaiter &) = delete;
    ~awaiter() { coroutine_.destroy(); }

    bool await_ready() const noexcept { return false; }
    template <class Promise>
    CORORT_SUSPEND std::coroutine_handle<>
    await_suspend(std::coroutine_handle<Promise> caller) {
      coroutine_.promise().start_for(caller, detail::branch_of(caller));
      return coroutine_;
    }
    T await_resume() { return coroutine_.promise().outcome().take(); }

  private:
    friend task;
    explicit awaiter(std::coroutine_handle<promise_type> coroutine) noexcept
        : coroutine_(coroutine) {}

    std::coroutine_handle<promise_type> coroutine_;
  };

  /// Runs the task and gives its result: `co_await work()`, or
  /// `co_await std::move(t)` for one with a name. The program ends if it is
  /// empty or was awaited before.
  ///
  /// \par Cancel safety
  /// As safe as what the task itself awaits.
  /// \par Throws
  /// What the task throws.
  /// \par Thread safety
  /// A task is used by one thread at a time.
  awaiter operator co_await() &&noexcept {
    if (!coroutine_ || coroutine_.promise().started())
      detail::fail("co_await of a task that is empty or already awaited");
    return awaiter(std::exchange(coroutine_, nullptr));
  }

private:
  friend detail::promise<T>;
  friend detail::task_access;

  explicit task(std::coroutine_handle<promise_type> coroutine) noexcept
      : coroutine_(coroutine) {}

  void destroy() noexcept {
#if CORORT_DEBUG
    // While an exception passes through, tasks it made pointless are no bug.
    if (!coroutine_.promise().started() && std::uncaught_exceptions() == 0 &&
        !detail::this_thread().tearing_down)
      detail::report({.kind = error_kind::task_not_awaited,
                      .where = coroutine_.promise().location(),
                      .exception = nullptr});
#endif
    coroutine_.destroy();
  }

  std::coroutine_handle<promise_type> coroutine_;
};

namespace detail {

template <class T> task<T> promise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<promise>::from_promise(*this));
}

/// How the rest of corort gets at a task's coroutine.
struct task_access {
  template <class T>
  static std::coroutine_handle<promise<T>> get(task<T> &t) noexcept {
    if (!t.coroutine_ || t.coroutine_.promise().started())
      detail::fail("start of a task that is empty or already awaited");
    return t.coroutine_;
  }
  /// The caller owns it from now on.
  template <class T>
  static std::coroutine_handle<promise<T>> release(task<T> &t) noexcept {
    get(t);
    return std::exchange(t.coroutine_, nullptr);
  }
  /// What a task that has been started ended with.
  template <class T> static result<T> &outcome(task<T> &t) noexcept {
    return t.coroutine_.promise().outcome();
  }
};

template <class T> inline constexpr bool is_task = false;
template <class T> inline constexpr bool is_task<task<T>> = true;

} // namespace detail

} // namespace corort

#endif
