/// \file
/// scope: tasks that end before the one that started them.

#ifndef CORORT_SCOPE_HPP
#define CORORT_SCOPE_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/root.hpp"
#include "corort/detail/spinlock.hpp"
#include "corort/detail/thread_context.hpp"
#include "corort/error.hpp"
#include "corort/scheduler.hpp"
#include "corort/spawn.hpp"
#include "corort/task.hpp"

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <type_traits>
#include <utility>

namespace corort {

class open_scope_awaiter;

/// Tasks that run at the same time as the one that opened it, its owner, and
/// end before it: they may use its locals. A local of the owner, made by
/// `co_await open_scope()`.
///
/// If a child throws, its siblings are asked to stop. If the owner is asked to
/// stop, so are the children, and nothing of the owner is destroyed before they
/// have gone.
///
/// The owner must `join()` before it leaves the scope, by an exception, too:
/// destroying a scope that has children ends the program with a message.
/// `with_scope` sees to that.
class COROLINT_SCOPE("join=join", "drop=terminates") scope final
    : detail::open_scope,
      detail::root::parent {
public:
  class join_awaiter;

  scope(const scope &) = delete;
  scope &operator=(const scope &) = delete;
  ~scope() {
    owner_.close(*this); // Nobody is asking the children on its behalf now.
    if (has_children())
      abandon_children();
    for (detail::root *next = first_child; next;)
      std::exchange(next, next->next)->release();
  }

  /// Runs \p work as a child. If the scope was asked to stop it is destroyed
  /// instead.
  ///
  /// \par Throws
  /// std::bad_alloc; the task is then destroyed.
  /// \par Thread safety
  /// May be called from any thread while the scope has children or its owner
  /// runs: by both of them, and whoever they wait for.
  COROLINT_SPAWN(0, "on=other-thread", "keeps=yes", "returns=nothing")
  COROLINT_CONSUMES_TASK(0)
  void spawn(task<> work) {
    detail::root &child = detail::root_pool::get();
    auto coroutine = detail::task_access::release(work);
    {
      std::lock_guard lock(lock_);
      if (!stopping_) {
        child.begin(owner_.where(), coroutine, this);
        add(child);
        coroutine = nullptr;
      }
    }
    if (coroutine) {
      detail::root_pool::put(child);
      detail::destroy_stopped(coroutine); // What it holds was not forgotten.
      return;
    }
    owner_.where().schedule_new(child.start());
  }

  /// Calls `fn(args...)` and runs the task it returns as a child. \p fn and \p
  /// args are copied or moved, and live until the child has ended, so a lambda
  /// coroutine may have captures. Pass `std::ref(x)` to pass a reference; what
  /// belongs to a thread, as its locks, is refused.
  ///
  /// \par Throws
  /// std::bad_alloc, and what copying the arguments throws. What \p fn throws
  /// ends the child.
  /// \par Thread safety
  /// As of the other one.
  template <class Fn, class... Args>
  requires spawnable_in_scope<Fn, Args...> &&
      std::same_as<detail::spawned_t<Fn, Args...>, task<>>
          COROLINT_SPAWN(0, "on=other-thread", "keeps=yes", "returns=nothing")
  void spawn(Fn fn, Args... args) {
    spawn(detail::call_in_frame(std::move(fn), std::move(args)...));
  }

  /// Waits until all children have ended: `co_await children.join();`. If none
  /// has thrown and `stop` was not called, more can be started afterwards. One
  /// task may wait at a time, and no child.
  ///
  /// \par Cancel safety
  /// Safe. The children are asked to stop with the owner; if only the join is
  /// stopped, as by `select`, they go on.
  /// \par Throws
  /// The exception of the child that threw first.
  /// \par Thread safety
  /// As of `spawn`.
  join_awaiter join() noexcept;

  /// Asks all children to stop, and starts no more of them.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// As of `spawn`.
  void stop() noexcept { stop_children(); }

private:
  friend open_scope_awaiter;

  explicit scope(detail::context &owner) noexcept : owner_(owner) {
    owner_.open(*this);
    // Asked before it was open, and so not told.
    if (owner_.stop_requested())
      stop_children();
  }

  // The list of children stands still once `stopping_` is set, so that they
  // can be asked without the lock; those that end stay in it.

  /// Under the lock.
  void add(detail::root &child) noexcept {
    child.prev = nullptr;
    child.next = std::exchange(first_child, &child);
    if (child.next)
      child.next->prev = &child;
    ++running_;
  }
  /// Under the lock.
  void remove(detail::root &child) noexcept {
    (child.prev ? child.prev->next : first_child) = child.next;
    if (child.next)
      child.next->prev = child.prev;
  }

  void stop_children() noexcept override {
    {
      std::lock_guard lock(lock_);
      if (std::exchange(stopping_, true))
        return;
      ++running_; // This call, which uses the scope.
    }
    ask_children();
    if (detail::leaf *joiner = one_gone())
      joiner->resume();
  }

  void ask_children() noexcept {
    for (detail::root *child = first_child; child; child = child->next)
      child->request_stop();
  }

  bool has_children() noexcept {
    std::lock_guard lock(lock_);
    return running_ != 0;
  }

  bool hold_for_children() noexcept override {
    std::lock_guard lock(lock_);
    held_ = running_ != 0;
    return held_;
  }

  std::coroutine_handle<> child_ended(detail::root &child) noexcept override {
    scheduler &here = owner_.where();
    std::exception_ptr failure = child.failure();
    bool asks = false;
    bool removed = false;
    {
      std::lock_guard lock(lock_);
      if (failure) {
        if (!failure_)
          failure_ = std::move(failure);
        asks = !std::exchange(stopping_, true);
      } else if (!stopping_) {
        remove(child);
        removed = true;
      }
    }
    if (asks)
      ask_children();
    if (removed)
      child.release();
    detail::leaf *joiner = one_gone();
    return joiner ? detail::root::continue_with(*joiner, here)
                  : std::noop_coroutine();
  }

  /// One child, or one who uses the scope, is done with it. \returns who goes
  /// on, claimed. The scope may be gone if there is none.
  detail::leaf *one_gone() noexcept;

  /// The scheduler is being destroyed.
  void abandon_children() noexcept {
    if (!detail::this_thread().tearing_down)
      detail::fail("scope destroyed before its children have ended: co_await "
                   "its join(), or use with_scope");
    stopping_ = true;
    held_ = false; // Nothing goes on any more.
    joiner_ = nullptr;
    for (detail::root *child = first_child; child; child = child->next)
      if (child->ended() == detail::root::end::not_yet)
        child->abandon();
  }

  detail::context &owner_;
  detail::spinlock lock_;
  bool stopping_ = false;
  /// The branch of the owner is stopped once the last child has gone.
  bool held_ = false;
  /// Children, and who else uses the scope.
  std::size_t running_ = 0;
  join_awaiter *joiner_ = nullptr;
  std::exception_ptr failure_;
};

/// Returned by `scope::join`.
class [[nodiscard("co_await it to wait for the children")]] COROLINT_AWAITABLE()
    scope::join_awaiter final : public detail::leaf {
public:
  ~join_awaiter() {
    if (entered())
      leave();
  }

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  CORORT_SUSPEND bool await_suspend(
      std::coroutine_handle<Promise> joining) noexcept {
    std::unique_lock lock(scope_.lock_);
    if (!this->enter(joining)) {
      lock.unlock();
      this->stopped();
      return true;
    }
    if (scope_.running_ == 0)
      return !claim(); // If it fails, `cancel` waits for the lock.
    if (scope_.joiner_)
      detail::fail("two tasks join one scope at the same time");
    scope_.joiner_ = this;
    return true;
  }
  void await_resume() {
    if (scope_.failure_)
      std::rethrow_exception(std::exchange(scope_.failure_, nullptr));
  }

  const char *what() const noexcept override { return "scope::join"; }

private:
  friend scope;
  explicit join_awaiter(scope & s) noexcept : scope_(s) {}

  void cancel() noexcept override {
    leave();
    this->stopped();
  }

  void leave() noexcept {
    std::lock_guard lock(scope_.lock_);
    if (scope_.joiner_ == this)
      scope_.joiner_ = nullptr;
  }

  scope &scope_;
};

inline scope::join_awaiter scope::join() noexcept {
  return join_awaiter(*this);
}

inline detail::leaf *scope::one_gone() noexcept {
  detail::context *held = nullptr;
  join_awaiter *joiner = nullptr;
  {
    std::lock_guard lock(lock_);
    if (--running_ != 0)
      return nullptr;
    if (std::exchange(held_, false))
      held = &owner_;
    joiner = std::exchange(joiner_, nullptr);
    if (joiner && !joiner->claim())
      joiner = nullptr;
  }
  if (held)
    held->unhold();
  return joiner;
}

/// Returned by `open_scope`.
class [[nodiscard("co_await it to get the scope")]] COROLINT_AWAITABLE()
    open_scope_awaiter {
public:
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> owner) noexcept {
    owner_ = &detail::branch_of(owner);
    return false;
  }
  scope await_resume() const noexcept { return scope(*owner_); }

private:
  detail::context *owner_ = nullptr;
};

/// Opens a scope: `auto children = co_await open_scope();`. Never suspends.
///
/// \par Cancel safety
/// Safe; it does not stop. A scope opened by a task that was asked to stop
/// starts no children.
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
COROLINT_NEVER_SUSPENDS()
inline open_scope_awaiter open_scope() noexcept { return {}; }

/// Opens a scope, runs `body(scope)` as its first child, and waits until all
/// have ended: `co_await with_scope(serve);`, where `task<> serve(scope &)`. If
/// any of them throws, all others are asked to stop.
///
/// \par Cancel safety
/// Asks the body and the other children to stop and waits until they have.
/// \par Throws
/// The exception of the child that threw first, the body or another;
/// std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <class Body>
requires std::same_as<std::invoke_result_t<Body &, scope &>, task<>>
COROLINT_AWAITS_ALL()
task<> with_scope(Body body) {
  auto children = co_await open_scope();
  children.spawn(std::invoke(body, children));
  co_await children.join();
}

} // namespace corort

#endif
