/// \file
/// mutex: a lock for tasks.

#ifndef CORORT_MUTEX_HPP
#define CORORT_MUTEX_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/promise.hpp"
#include "corort/scheduler.hpp"

#include <coroutine>
#include <mutex>
#include <optional>
#include <utility>

namespace corort {

/// A first-come, first-served lock for tasks.
///
/// Ownership belongs to the task, so a holder may be resumed on another thread
/// and unlock there. Holding it across `co_await` is fine; that is its purpose.
/// Locking it again while holding it waits for ever. It must be free when it is
/// destroyed.
class COROLINT_ASYNC_LOCK() mutex {
public:
  class guard;
  class lock_awaiter;

  mutex() = default;
  mutex(const mutex &) = delete;
  mutex &operator=(const mutex &) = delete;
  ~mutex() {
    if (held_)
      detail::fail("mutex destroyed while it is held");
  }

  /// Waits for the lock: `auto held = co_await m.lock();`
  ///
  /// \par Cancel safety
  /// Safe. A cancelled waiter leaves the queue and never owns the lock.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  lock_awaiter lock() noexcept;

  /// Takes the lock if it is free.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  [[nodiscard]] std::optional<guard> try_lock() noexcept;

private:
  struct waiter {
    detail::ready_node node;
    scheduler *where = nullptr;
    waiter *prev = nullptr;
    waiter *next = nullptr;
    bool queued = false;
  };

  bool take_if_free() noexcept {
    std::lock_guard lock(inner_);
    return !std::exchange(held_, true);
  }

  /// \returns false if the lock was free, and now is the caller's.
  bool enqueue(waiter &w) noexcept {
    std::lock_guard lock(inner_);
    if (!std::exchange(held_, true))
      return false;
    w.queued = true;
    w.prev = last_;
    (last_ ? last_->next : first_) = &w;
    last_ = &w;
    return true;
  }

  /// Under `inner_`.
  void unlink(waiter &w) noexcept {
    (w.prev ? w.prev->next : first_) = w.next;
    (w.next ? w.next->prev : last_) = w.prev;
    w.queued = false;
  }

  /// Hands the lock to the first waiter. It is queued, not resumed: its code
  /// must not run in the middle of ours.
  void unlock() noexcept {
    waiter *next;
    {
      std::lock_guard lock(inner_);
      next = first_;
      if (next)
        unlink(*next);
      else
        held_ = false;
    }
    if (next)
      next->where->schedule(next->node);
  }

  /// The waiter's coroutine is being destroyed while it is suspended.
  void leave(waiter &w) noexcept {
    {
      std::lock_guard lock(inner_);
      if (w.queued) {
        unlink(w);
        return;
      }
    }
    // It was its turn already.
    unlock();
  }

  std::mutex inner_;
  bool held_ = false;
  waiter *first_ = nullptr;
  waiter *last_ = nullptr;
};

/// Holds a mutex until it is destroyed.
class [[nodiscard("the lock is released at once")]] COROLINT_ASYNC_GUARD()
    mutex::guard {
public:
  guard(guard && other) noexcept
      : mutex_(std::exchange(other.mutex_, nullptr)) {}
  guard &operator=(guard &&other) noexcept {
    guard moved(std::move(other));
    std::swap(mutex_, moved.mutex_);
    return *this;
  }
  ~guard() { unlock(); }

  /// False once it was unlocked or moved from.
  bool owns_lock() const noexcept { return mutex_ != nullptr; }

  /// Releases the lock before the guard goes; does nothing the second time.
  COROLINT_RELEASES("lock=this")
  void unlock() noexcept {
    if (mutex_)
      std::exchange(mutex_, nullptr)->unlock();
  }

private:
  friend mutex;
  explicit guard(mutex & m) noexcept : mutex_(&m) {}

  mutex *mutex_;
};

/// Returned by `mutex::lock`.
class [[nodiscard("co_await it to get the lock")]] COROLINT_AWAITABLE(
    "takes=lock") mutex::lock_awaiter {
public:
  lock_awaiter(const lock_awaiter &) = delete;
  lock_awaiter &operator=(const lock_awaiter &) = delete;
  ~lock_awaiter() {
    if (waiter_.where)
      mutex_.leave(waiter_);
  }

  bool await_ready() noexcept { return mutex_.take_if_free(); }
  template <class Promise>
  CORORT_SUSPEND bool await_suspend(std::coroutine_handle<Promise> locking) {
    waiter_.node.coroutine = locking;
    waiter_.where = &detail::scheduler_of(locking);
    return mutex_.enqueue(waiter_);
  }
  [[nodiscard("the lock is released at once")]] guard await_resume() noexcept {
    waiter_.where = nullptr;
    return guard(mutex_);
  }

private:
  friend mutex;
  explicit lock_awaiter(mutex & m) noexcept : mutex_(m) {}

  mutex &mutex_;
  waiter waiter_;
};

inline mutex::lock_awaiter mutex::lock() noexcept {
  return lock_awaiter(*this);
}

inline std::optional<mutex::guard> mutex::try_lock() noexcept {
  if (!take_if_free())
    return std::nullopt;
  return guard(*this);
}

} // namespace corort

#endif
