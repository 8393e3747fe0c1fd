/// \file
/// mutex: a lock for tasks.

#ifndef CORORT_MUTEX_HPP
#define CORORT_MUTEX_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/gate.hpp"
#include "corort/error.hpp"

#include <optional>
#include <utility>

namespace corort {

/// A first-come, first-served lock for tasks.
///
/// Ownership belongs to the task, so a holder may be resumed on another thread
/// and unlock there. Holding it across `co_await` is fine; that is its purpose.
/// Locking it again while holding it waits for ever. Unlocking gives it to the
/// first who waits, who is queued and not resumed: none of its code runs inside
/// `unlock`. It must be free when it is destroyed.
class COROLINT_ASYNC_LOCK() mutex {
public:
  class guard;
  class lock_awaiter;

  mutex() noexcept : gate_(open) {}
  mutex(const mutex &) = delete;
  mutex &operator=(const mutex &) = delete;
  ~mutex() {
    if (gate_.load() != open || gate_.in_use())
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
  enum : detail::gate_state { open, held };

  static bool take(detail::gate_state &s) noexcept {
    return std::exchange(s, held) == open;
  }
  void unlock() noexcept;

  detail::gate<lock_awaiter> gate_;
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
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// A guard is used by one thread at a time.
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
    : public detail::gate_waiter<lock_awaiter> {
public:
  ~lock_awaiter() {
    if (leave())
      mutex_.unlock();
  }

  bool await_ready() noexcept { return mutex_.gate_.try_pass(take); }
  [[nodiscard("the lock is released at once")]] guard await_resume() noexcept {
    accept();
    return guard(mutex_);
  }

  const char *what() const noexcept override { return "mutex::lock"; }

  // For the gate.
  bool admit(detail::gate_state & s) const noexcept { return take(s); }

private:
  friend mutex;
  explicit lock_awaiter(mutex & m) noexcept : gate_waiter(m.gate_), mutex_(m) {}

  mutex &mutex_;
};

inline void mutex::unlock() noexcept {
  gate_.change([](detail::gate_state &s) { s = open; });
}

inline mutex::lock_awaiter mutex::lock() noexcept {
  return lock_awaiter(*this);
}

inline std::optional<mutex::guard> mutex::try_lock() noexcept {
  if (!gate_.try_pass(take))
    return std::nullopt;
  return guard(*this);
}

} // namespace corort

#endif
