/// \file
/// join_handle: stands for a task that runs on its own.

#ifndef CORORT_JOIN_HANDLE_HPP
#define CORORT_JOIN_HANDLE_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/join_state.hpp"
#include "corort/detail/promise.hpp"

#include <coroutine>
#include <exception>
#include <utility>

namespace corort {

namespace detail {
struct handle_access;
}

/// Stands for work that already runs. Await it to get the work's result, or
/// call `detach()` to let the work go.
///
/// Destroying it instead detaches the work; with CORORT_DEBUG it is reported as
/// `error_kind::handle_dropped`. The result of detached work is thrown away;
/// its exception is reported as `error_kind::exception_lost`.
template <class T = void>
class [[nodiscard("await it, or say detach()")]] COROLINT_JOIN_HANDLE(
    "drop=detaches", "exception=lost", "detach=detach") join_handle {
public:
  /// An empty handle: it must not be awaited.
  join_handle() noexcept = default;
  join_handle(join_handle && other) noexcept
      : state_(std::exchange(other.state_, nullptr)) {}
  join_handle &operator=(join_handle &&other) noexcept {
    join_handle moved(std::move(other));
    std::swap(state_, moved.state_);
    return *this;
  }
  ~join_handle() {
    if (state_)
      drop();
  }

  /// False if it is empty, or was awaited, detached or moved from.
  explicit operator bool() const noexcept { return state_ != nullptr; }

  class COROLINT_AWAITABLE() awaiter final : detail::join_waiter {
  public:
    awaiter(const awaiter &) = delete;
    awaiter &operator=(const awaiter &) = delete;
    ~awaiter() {
      if (!state_)
        return;
      state_->stop_waiting(*this);
      state_->release();
    }

    bool await_ready() const noexcept { return state_->done(); }
    template <class Promise>
    CORORT_SUSPEND bool await_suspend(std::coroutine_handle<Promise> joiner) {
      scheduler_ = &detail::scheduler_of(joiner);
      node_.coroutine = joiner;
      return state_->wait(*this);
    }
    T await_resume() {
      // The state goes when the result is out, be it a value or an exception.
      struct releaser {
        detail::join_state<T> *state;
        ~releaser() { state->release(); }
      } last{std::exchange(state_, nullptr)};
      return last.state->take();
    }

  private:
    friend join_handle;
    explicit awaiter(detail::join_state<T> *state) noexcept : state_(state) {}
    void wake() noexcept override { scheduler_->schedule(node_); }

    detail::join_state<T> *state_;
    scheduler *scheduler_ = nullptr;
    detail::ready_node node_;
  };

  /// Waits until the work has ended and gives its result. Empties the handle;
  /// the program ends if it is empty already.
  ///
  /// \par Cancel safety
  /// A cancelled joiner detaches the work; its result is lost.
  /// \par Throws
  /// What the work threw; `task_abandoned` if its scheduler was destroyed
  /// first. \par Thread safety A handle is used by one thread at a time.
  awaiter operator co_await() noexcept {
    if (!state_)
      detail::fail("co_await of an empty join_handle");
    return awaiter(std::exchange(state_, nullptr));
  }

  /// Lets the work go on by itself. Empties the handle; does nothing if it is
  /// empty already.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// A handle is used by one thread at a time.
  void detach() noexcept {
    if (state_)
      std::exchange(state_, nullptr)->release();
  }

private:
  friend detail::handle_access;

  explicit join_handle(detail::join_state<T> * state) noexcept
      : state_(state) {}

  void drop() noexcept {
#if CORORT_DEBUG
    if (std::uncaught_exceptions() == 0 && !detail::this_thread().tearing_down)
      detail::report({.kind = error_kind::handle_dropped,
                      .where = state_->where,
                      .exception = nullptr});
#endif
    state_->release();
  }

  detail::join_state<T> *state_ = nullptr;
};

namespace detail {

/// How the rest of corort makes handles and gets at their state.
struct handle_access {
  template <class T> static join_handle<T> make(join_state<T> &state) noexcept {
    return join_handle<T>(&state);
  }
  /// The caller owns the handle's reference from now on.
  template <class T>
  static join_state<T> *release(join_handle<T> &handle) noexcept {
    return std::exchange(handle.state_, nullptr);
  }
};

} // namespace detail

} // namespace corort

#endif
