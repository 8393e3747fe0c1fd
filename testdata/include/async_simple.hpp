/// \file
/// async_simple's tasks, futures and locks under their true names, just enough
/// to parse.

#ifndef TESTDATA_ASYNC_SIMPLE_HPP
#define TESTDATA_ASYNC_SIMPLE_HPP
#pragma GCC system_header

#include <chrono>
#include <coroutine>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace async_simple {

template <class T> class Try {};

class Executor {
public:
  using Func = std::function<void()>;
  class TimeAwaitable {};
  virtual ~Executor();
  virtual bool schedule(Func func) = 0;
  TimeAwaitable after(std::chrono::microseconds time);
};

template <class T> class Future {
public:
  Future(Future &&other);
  ~Future();
  T get() &&;
  void wait();
  Future via(Executor *executor) &&;
  template <class F> Future<int> thenValue(F &&f) && { return made(); }
  template <class F> Future<int> thenTry(F &&f) && { return made(); }

private:
  static Future<int> made();
};

namespace coro {

template <class T> class Lazy;
template <class T> class RescheduleLazy;

namespace detail {
class LazyPromiseBase {
public:
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept;
};
template <class T> class LazyPromise : public LazyPromiseBase {
public:
  Lazy<T> get_return_object() noexcept;
  template <class V> void return_value(V &&value) noexcept;
};
template <> class LazyPromise<void> : public LazyPromiseBase {
public:
  Lazy<void> get_return_object() noexcept;
  void return_void() noexcept;
};

template <class T, bool Reschedule> class LazyBase {
public:
  using promise_type = LazyPromise<T>;
  struct ValueAwaiter {
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>);
    T await_resume();
  };
  LazyBase(LazyBase &&other) noexcept;
  ~LazyBase();
  template <class F> void start(F &&callback) {}
  auto operator co_await() { return ValueAwaiter(); }
};
} // namespace detail

template <class T = void>
class [[nodiscard]] Lazy : public detail::LazyBase<T, false> {
public:
  RescheduleLazy<T> via(Executor *executor) &&;
  Lazy setEx(Executor *executor) &&;
};

template <class T = void>
class [[nodiscard]] RescheduleLazy : public detail::LazyBase<T, true> {
public:
  void detach();
};

template <class T, template <class> class LazyType>
Lazy<int> collectAll(std::vector<LazyType<T>> &&input);
template <template <class> class LazyType, class... Ts>
Lazy<int> collectAll(LazyType<Ts>... inputs);
template <template <class> class LazyType, class... Ts>
Lazy<int> collectAllPara(LazyType<Ts>... inputs);
template <template <class> class LazyType, class... Ts>
Lazy<int> collectAny(LazyType<Ts>... inputs);

template <class LazyType> int syncAwait(LazyType &&lazy);
template <class LazyType> int syncAwait(LazyType &&lazy, Executor *executor);

template <class Rep, class Period>
Lazy<void> sleep(std::chrono::duration<Rep, Period> time);

class Mutex {
  class LockAwaiter {
  public:
    bool await_ready() noexcept;
    bool await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() noexcept {}
  };
  class ScopedLockAwaiter : public LockAwaiter {
  public:
    [[nodiscard]] std::unique_lock<Mutex> await_resume() noexcept;
  };

public:
  bool tryLock() noexcept;
  [[nodiscard]] ScopedLockAwaiter coScopedLock() noexcept;
  [[nodiscard]] LockAwaiter coLock() noexcept;
  void lock();
  void unlock() noexcept;
};

} // namespace coro
} // namespace async_simple

#endif
