/// \file
/// shared_mutex: a lock for tasks that one writer or many readers hold.

#ifndef CORORT_SHARED_MUTEX_HPP
#define CORORT_SHARED_MUTEX_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/gate.hpp"
#include "corort/error.hpp"

#include <optional>
#include <utility>

namespace corort {

/// A lock for tasks that either one holds alone or any number share.
///
/// First come, first served, whichever way they lock it: a reader waits behind
/// a writer that came before, even while others read, so neither starves. For
/// the same reason a task must not lock it again, not even shared, while it
/// holds it: with a writer between the two it waits for ever.
///
/// Ownership belongs to the task, as with `mutex`, and the next holders are
/// queued, not resumed: none of their code runs inside `unlock`. It must be
/// free when it is destroyed.
class COROLINT_ASYNC_LOCK() shared_mutex {
  class waiter;
  template <bool Shared> class holder;
  template <bool Shared> class awaiter;

public:
  /// Holds the lock alone, or shared, until it is destroyed.
  using guard = holder<false>;
  using shared_guard = holder<true>;
  using lock_awaiter = awaiter<false>;
  using lock_shared_awaiter = awaiter<true>;

  shared_mutex() noexcept : gate_(open) {}
  shared_mutex(const shared_mutex &) = delete;
  shared_mutex &operator=(const shared_mutex &) = delete;
  ~shared_mutex() {
    if (gate_.load() != open || gate_.in_use())
      detail::fail("shared_mutex destroyed while it is held");
  }

  /// Waits to hold the lock alone: `auto held = co_await m.lock();`
  ///
  /// \par Cancel safety
  /// Safe. A cancelled waiter leaves the queue and never owns the lock; readers
  /// behind it go on if others read.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  lock_awaiter lock() noexcept;

  /// Waits to share the lock: `auto held = co_await m.lock_shared();`
  ///
  /// \par Cancel safety
  /// Safe. A cancelled waiter leaves the queue and never shares the lock.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  lock_shared_awaiter lock_shared() noexcept;

  /// Takes the lock alone if it is free.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  [[nodiscard]] std::optional<guard> try_lock() noexcept;

  /// Shares the lock if nobody holds it alone, or waits.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  [[nodiscard]] std::optional<shared_guard> try_lock_shared() noexcept;

private:
  /// Otherwise the number of readers.
  static constexpr detail::gate_state open = 0;
  static constexpr detail::gate_state alone = detail::max_gate_state;

  template <bool Shared> static bool take(detail::gate_state &s) noexcept {
    if (Shared ? s == alone : s != open)
      return false;
    s = Shared ? s + 1 : alone;
    return true;
  }
  template <bool Shared> void unlock() noexcept;

  detail::gate<waiter> gate_;
};

template <bool Shared>
class [[nodiscard("the lock is released at once")]] COROLINT_ASYNC_GUARD()
    shared_mutex::holder {
public:
  holder(holder && other) noexcept
      : mutex_(std::exchange(other.mutex_, nullptr)) {}
  holder &operator=(holder &&other) noexcept {
    holder moved(std::move(other));
    std::swap(mutex_, moved.mutex_);
    return *this;
  }
  ~holder() { unlock(); }

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
      std::exchange(mutex_, nullptr)->template unlock<Shared>();
  }

private:
  friend shared_mutex;
  explicit holder(shared_mutex & m) noexcept : mutex_(&m) {}

  shared_mutex *mutex_;
};

/// What both awaiters are to the gate.
class shared_mutex::waiter : public detail::gate_waiter<waiter> {
public:
  bool admit(detail::gate_state &s) const noexcept {
    return shared_ ? take<true>(s) : take<false>(s);
  }

protected:
  waiter(shared_mutex &m, bool shared) noexcept
      : gate_waiter(m.gate_), mutex_(m), shared_(shared) {}
  ~waiter() {
    if (!leave())
      return;
    if (shared_)
      mutex_.unlock<true>();
    else
      mutex_.unlock<false>();
  }

  shared_mutex &mutex_;

private:
  const bool shared_;
};

/// Returned by `shared_mutex::lock` and `lock_shared`.
template <bool Shared>
class [[nodiscard("co_await it to get the lock")]] COROLINT_AWAITABLE(
    "takes=lock") shared_mutex::awaiter final : public waiter {
public:
  bool await_ready() noexcept { return mutex_.gate_.try_pass(take<Shared>); }
  [[nodiscard("the lock is released at once")]] holder<Shared>
  await_resume() noexcept {
    accept();
    return holder<Shared>(mutex_);
  }

  const char *what() const noexcept override {
    return Shared ? "shared_mutex::lock_shared" : "shared_mutex::lock";
  }

private:
  friend shared_mutex;
  explicit awaiter(shared_mutex & m) noexcept : waiter(m, Shared) {}
};

template <bool Shared> void shared_mutex::unlock() noexcept {
  gate_.change([](detail::gate_state &s) { s = Shared ? s - 1 : open; });
}

inline shared_mutex::lock_awaiter shared_mutex::lock() noexcept {
  return lock_awaiter(*this);
}

inline shared_mutex::lock_shared_awaiter shared_mutex::lock_shared() noexcept {
  return lock_shared_awaiter(*this);
}

inline std::optional<shared_mutex::guard> shared_mutex::try_lock() noexcept {
  if (!gate_.try_pass(take<false>))
    return std::nullopt;
  return guard(*this);
}

inline std::optional<shared_mutex::shared_guard>
shared_mutex::try_lock_shared() noexcept {
  if (!gate_.try_pass(take<true>))
    return std::nullopt;
  return shared_guard(*this);
}

} // namespace corort

#endif
