/// \file
/// mutex: a lock for tasks.

#ifndef CORORT_MUTEX_HPP
#define CORORT_MUTEX_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/spinlock.hpp"
#include "corort/detail/wait_queue.hpp"

#include <atomic>
#include <coroutine>
#include <cstdint>
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
    if (state_.load(std::memory_order_relaxed) != open)
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
  enum state : std::uint8_t { open, held, contended };

  bool take_if_free() noexcept {
    std::uint8_t expected = open;
    return state_.compare_exchange_strong(expected, held,
                                          std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }

  /// Under `lock_`. \returns true if the lock was free, and now is the caller's.
  /// Otherwise whoever unlocks will look at the queue.
  bool take_or_contend() noexcept {
    if (state_.exchange(contended, std::memory_order_acquire) != open)
      return false;
    if (queue_.empty())
      state_.store(held, std::memory_order_relaxed);
    return true;
  }

  void unlock() noexcept {
    std::uint8_t expected = held;
    if (!state_.compare_exchange_strong(expected, open,
                                        std::memory_order_release,
                                        std::memory_order_relaxed)) [[unlikely]]
      hand_over();
  }

  /// Gives the lock to the first waiter. It is queued, not resumed: its code
  /// must not run in the middle of ours.
  void hand_over() noexcept;

  detail::spinlock lock_;
  std::atomic<std::uint8_t> state_{open};
  detail::wait_queue<lock_awaiter> queue_;
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
    "takes=lock") mutex::lock_awaiter final
    : public detail::leaf,
      public detail::wait_links<lock_awaiter> {
public:
  ~lock_awaiter() {
    if (entered())
      leave();
  }

  bool await_ready() noexcept { return mutex_.take_if_free(); }
  template <class Promise>
  CORORT_SUSPEND bool
  await_suspend(std::coroutine_handle<Promise> locking) noexcept {
    std::unique_lock lock(mutex_.lock_);
    if (!this->enter(locking)) {
      lock.unlock();
      this->stopped();
      return true;
    }
    if (mutex_.take_or_contend()) {
      if (claim())
        return false;
      mutex &taken = mutex_;
      lock.unlock(); // And this is gone.
      taken.unlock();
      return true;
    }
    mutex_.queue_.push(*this);
    return true;
  }
  [[nodiscard("the lock is released at once")]] guard await_resume() noexcept {
    return guard(mutex_);
  }

  const char *what() const noexcept override { return "mutex::lock"; }

private:
  friend mutex;
  explicit lock_awaiter(mutex & m) noexcept : mutex_(m) {}

  void cancel() noexcept override {
    leave();
    this->stopped();
  }

  void leave() noexcept {
    std::lock_guard lock(mutex_.lock_);
    mutex_.queue_.remove(*this);
  }

  mutex &mutex_;
};

inline mutex::lock_awaiter mutex::lock() noexcept {
  return lock_awaiter(*this);
}

inline std::optional<mutex::guard> mutex::try_lock() noexcept {
  if (!take_if_free())
    return std::nullopt;
  return guard(*this);
}

inline void mutex::hand_over() noexcept {
  lock_awaiter *next;
  {
    std::lock_guard lock(lock_);
    next = queue_.claim_first();
    if (!next)
      state_.store(open, std::memory_order_release);
    else if (queue_.empty())
      state_.store(held, std::memory_order_relaxed);
  }
  if (next)
    next->resume();
}

} // namespace corort

#endif
