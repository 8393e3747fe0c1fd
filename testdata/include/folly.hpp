/// \file
/// folly's locks and coroutines under their true names, just enough to parse.

#ifndef TESTDATA_FOLLY_HPP
#define TESTDATA_FOLLY_HPP
#pragma GCC system_header

#include <coroutine>
#include <mutex>
#include <utility>

namespace folly {

template <bool ReaderPriority> class SharedMutexImpl {
public:
  struct Token {};
  void lock();
  bool try_lock();
  void unlock();
  void lock_shared();
  void lock_shared(Token &token);
  bool try_lock_shared();
  void unlock_shared();
  void unlock_shared(Token &token);
  void lock_upgrade();
  void unlock_upgrade();
};
using SharedMutex = SharedMutexImpl<false>;

class SpinLock {
public:
  void lock() const noexcept;
  bool try_lock() const noexcept;
  void unlock() const noexcept;
};

namespace detail::distributed_mutex {
/// What lock() returns goes back to unlock().
class DistributedMutex {
public:
  class DistributedMutexStateProxy {
  public:
    explicit operator bool() const;
  };
  DistributedMutexStateProxy lock();
  DistributedMutexStateProxy try_lock();
  void unlock(const DistributedMutexStateProxy &proxy);
};
} // namespace detail::distributed_mutex
using DistributedMutex = detail::distributed_mutex::DistributedMutex;

template <class Synchronized> class ScopedUnlocker {
public:
  ScopedUnlocker(ScopedUnlocker &&) noexcept;
  ~ScopedUnlocker() noexcept(false);
};

template <class Synchronized> class LockedPtr {
public:
  LockedPtr() = default;
  LockedPtr(LockedPtr &&) noexcept;
  LockedPtr &operator=(LockedPtr &&) noexcept;
  ~LockedPtr();
  auto *operator->() const {
    return static_cast<Synchronized *>(nullptr)->peek();
  }
  auto &operator*() const {
    return *static_cast<Synchronized *>(nullptr)->peek();
  }
  bool isNull() const;
  explicit operator bool() const;
  void unlock() noexcept;
  ScopedUnlocker<Synchronized> scopedUnlock();
  LockedPtr moveFromUpgradeToWrite();
  LockedPtr moveFromWriteToRead();
};

template <class T, class Mutex = SharedMutex> class Synchronized {
public:
  using LockedPtr = folly::LockedPtr<Synchronized>;
  LockedPtr wlock();
  LockedPtr rlock();
  LockedPtr ulock();
  LockedPtr lock();
  LockedPtr tryWLock();
  LockedPtr tryRLock();
  template <class F> auto withWLock(F &&f) { return f(*peek()); }
  template <class F> auto withRLock(F &&f) { return f(*peek()); }
  template <class F> auto withWLockPtr(F &&f) { return f(wlock()); }
  T copy() const;
  T *peek();
};

namespace coro {

template <class T = void> class Task {
public:
  struct promise_type;
  Task(Task &&) noexcept;
  ~Task();
  struct awaiter {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>);
    T await_resume();
  };
  awaiter operator co_await() && noexcept;
};

template <class T> struct Task<T>::promise_type {
  Task get_return_object();
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  template <class V> void return_value(V &&);
  void unhandled_exception();
};

template <> struct Task<void>::promise_type {
  Task get_return_object();
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void return_void();
  void unhandled_exception();
};

class Mutex {
public:
  bool try_lock();
  void unlock();
  Task<void> co_lock();
  Task<std::unique_lock<Mutex>> co_scoped_lock();
};

} // namespace coro
} // namespace folly

#endif
