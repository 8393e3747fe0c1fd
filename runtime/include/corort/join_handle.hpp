/// \file
/// join_handle: stands for a task that runs on its own.

#ifndef CORORT_JOIN_HANDLE_HPP
#define CORORT_JOIN_HANDLE_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/root.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/error.hpp"

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
      : root_(std::exchange(other.root_, nullptr)) {}
  join_handle &operator=(join_handle &&other) noexcept {
    join_handle moved(std::move(other));
    std::swap(root_, moved.root_);
    return *this;
  }
  ~join_handle() {
    if (root_)
      drop();
  }

  /// False if it is empty, or was awaited, detached or moved from.
  explicit operator bool() const noexcept { return root_ != nullptr; }

  class COROLINT_AWAITABLE() awaiter final : public detail::leaf {
  public:
    ~awaiter() {
      if (!root_)
        return;
      root_->stop_waiting();
      root_->drop();
    }

    bool await_ready() const noexcept { return root_->settled(); }
    template <class Promise>
    CORORT_SUSPEND bool
    await_suspend(std::coroutine_handle<Promise> joiner) noexcept {
      return root_->join(*this, [&] { return this->enter(joiner); });
    }
    T await_resume() {
      detail::root &ended = *std::exchange(root_, nullptr);
      detail::sim_acquire(&ended);
      if (ended.ended() == detail::root::end::stopped) [[unlikely]] {
        ended.release();
        throw task_cancelled();
      }
      return ended.take<T>();
    }

    const char *what() const noexcept override { return "join_handle"; }

  private:
    friend join_handle;
    explicit awaiter(detail::root *r) noexcept : root_(r) {}

    void cancel() noexcept override {
      root_->stop_waiting();
      this->stopped();
    }

    detail::root *root_;
  };

  /// Waits until the work has ended and gives its result. Empties the handle;
  /// the program ends if it is empty already.
  ///
  /// \par Cancel safety
  /// A cancelled joiner detaches the work; its result is lost.
  /// \par Throws
  /// What the work threw; `task_cancelled` if it was stopped.
  /// \par Thread safety
  /// A handle is used by one thread at a time.
  awaiter operator co_await() noexcept {
    if (!root_)
      detail::fail("co_await of an empty join_handle");
    return awaiter(std::exchange(root_, nullptr));
  }

  /// Asks the task to stop; does nothing if the handle is empty or the task
  /// has ended. Await the handle to wait for it.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// A handle is used by one thread at a time.
  void abort() noexcept {
    if (root_)
      root_->request_stop();
  }

  /// Whether awaiting it would not wait.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// A handle is used by one thread at a time.
  bool done() const noexcept { return root_ && root_->settled(); }

  /// Lets the work go on by itself. Empties the handle; does nothing if it is
  /// empty already.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// A handle is used by one thread at a time.
  void detach() noexcept {
    if (root_)
      std::exchange(root_, nullptr)->drop();
  }

private:
  friend detail::handle_access;

  explicit join_handle(detail::root * r) noexcept : root_(r) {}

  void drop() noexcept {
#if CORORT_DEBUG
    if (std::uncaught_exceptions() == 0 && !detail::this_thread().tearing_down)
      detail::report({.kind = error_kind::handle_dropped,
                      .where = root_->name(),
                      .exception = nullptr});
#endif
    root_->drop();
  }

  detail::root *root_ = nullptr;
};

namespace detail {

/// How the rest of corort makes handles.
struct handle_access {
  template <class T> static join_handle<T> make(root &r) noexcept {
    return join_handle<T>(&r);
  }
};

} // namespace detail

} // namespace corort

#endif
