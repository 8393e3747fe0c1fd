/// \file
/// folly's locks, coroutines and futures under their true names, just enough to
/// parse.

#ifndef TESTDATA_FOLLY_HPP
#define TESTDATA_FOLLY_HPP
#pragma GCC system_header

#include <coroutine>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

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

class Executor {
public:
  virtual ~Executor();
  virtual void add(std::function<void()> work);
};
class CPUThreadPoolExecutor : public Executor {
public:
  explicit CPUThreadPoolExecutor(std::size_t threads);
  ~CPUThreadPoolExecutor();
  void add(std::function<void()> work) override;
};
class EventBase : public Executor {
public:
  EventBase();
  ~EventBase();
  void add(std::function<void()> work) override;
  void runInEventBaseThread(std::function<void()> work) noexcept;
  void runInEventBaseThreadAndWait(std::function<void()> work) noexcept;
  void loopForever();
};

template <class T> class Future {
public:
  Future(Future &&other) noexcept;
  ~Future();
  template <class F> Future<int> thenValue(F &&f) && { return made<int>(); }
  template <class F> Future<int> thenTry(F &&f) && { return made<int>(); }
  template <class F> Future<T> ensure(F &&f) && { return made<T>(); }
  T get() &&;
  Future &wait() &;
  bool isReady() const;

private:
  template <class U> static Future<U> made();
};

template <class T> class SemiFuture {
public:
  SemiFuture(SemiFuture &&other) noexcept;
  ~SemiFuture();
  Future<T> via(Executor *executor) &&;
  template <class F> SemiFuture<int> deferValue(F &&f) && { return made(); }
  T get() &&;
  SemiFuture &wait() &;

private:
  static SemiFuture<int> made();
};

namespace coro {

template <class T = void> class TaskWithExecutor;

template <class T = void> class [[nodiscard]] Task {
public:
  struct promise_type;
  Task(Task &&) noexcept;
  ~Task();
  TaskWithExecutor<T> scheduleOn(Executor *executor) &&noexcept;
  SemiFuture<int> semi() &&;
  struct awaiter {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>);
    T await_resume();
  };
  awaiter operator co_await() &&noexcept;
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

template <class T> class [[nodiscard]] TaskWithExecutor {
public:
  TaskWithExecutor(TaskWithExecutor &&) noexcept;
  ~TaskWithExecutor();
  SemiFuture<int> start() &&;
  template <class F> void start(F &&callback) && {}
  typename Task<T>::awaiter operator co_await() &&noexcept;
};

class Mutex {
public:
  class LockAwaiter {};
  class ScopedLockAwaiter {};
  /// Awaited through Task's await_transform, which a task brings along.
  template <class Awaiter> class LockOperation {
  public:
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>);
    std::unique_lock<Mutex> await_resume();
  };
  bool try_lock();
  void unlock();
  LockOperation<LockAwaiter> co_lock() noexcept;
  LockOperation<ScopedLockAwaiter> co_scoped_lock() noexcept;
};

// Customisation points are objects, in a namespace of their own.
struct WithExecutorFunction {
  template <class T>
  TaskWithExecutor<T> operator()(Executor *executor, Task<T> task) const;
};
struct WithCancellationFunction {
  template <class T> Task<T> operator()(int token, Task<T> task) const;
};
struct co_invoke_fn {
  template <class F> auto operator()(F f) const { return f(); }
};
namespace folly_cpo__ {
inline constexpr WithExecutorFunction co_withExecutor{};
inline constexpr WithCancellationFunction co_withCancellation{};
inline constexpr co_invoke_fn co_invoke{};
} // namespace folly_cpo__
using namespace folly_cpo__;

struct blocking_wait_fn {
  template <class Awaitable> int operator()(Awaitable &&awaitable) const;
};
inline constexpr blocking_wait_fn blocking_wait{};
static constexpr blocking_wait_fn const &blockingWait = blocking_wait;

struct ToTaskFn {
  template <class Awaitable> Task<int> operator()(Awaitable awaitable) const;
};
inline constexpr ToTaskFn toTask{};
template <class Awaitable> SemiFuture<int> toSemiFuture(Awaitable &&awaitable);

template <class... Awaitables> Task<int> collectAll(Awaitables... awaitables);
template <class Awaitable>
Task<int> collectAllRange(std::vector<Awaitable> awaitables);
template <class... Awaitables> Task<int> collectAny(Awaitables... awaitables);
template <class Awaitable, class Duration>
Task<int> timeout(Awaitable awaitable, Duration time);

namespace detail {
template <class T> class TryAwaitable {
public:
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
} // namespace detail
template <class Awaitable>
detail::TryAwaitable<Awaitable> co_awaitTry(Awaitable &&awaitable);

class AsyncScope {
public:
  AsyncScope() noexcept;
  ~AsyncScope();
  template <class Awaitable> void add(Awaitable &&awaitable);
  Task<void> joinAsync() noexcept;
};

} // namespace coro
} // namespace folly

#endif
