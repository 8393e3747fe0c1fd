/// \file
/// drogon's coroutines under their true names, just enough to parse.

#ifndef TESTDATA_DROGON_HPP
#define TESTDATA_DROGON_HPP
#pragma GCC system_header

#include <coroutine>
#include <functional>
#include <future>
#include <utility>
#include <vector>

namespace trantor {
class EventLoop {
public:
  EventLoop();
  ~EventLoop();
  void loop();
  void runInLoop(std::function<void()> f);
  void queueInLoop(std::function<void()> &&f);
  unsigned long runAfter(double seconds, std::function<void()> &&f);
  unsigned long runEvery(double seconds, std::function<void()> &&f);
};
} // namespace trantor

namespace drogon {

template <class T> struct task_awaiter {
  bool await_ready() noexcept;
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};

template <class T> struct Task;
template <class T> struct task_promise_base {
  Task<T> get_return_object();
  std::suspend_always initial_suspend() { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception();
};
template <class T> struct task_promise : task_promise_base<T> {
  template <class V> void return_value(V &&value);
};
template <> struct task_promise<void> : task_promise_base<void> {
  void return_void();
};

template <class T = void> struct [[nodiscard]] Task {
  using promise_type = task_promise<T>;
  Task(Task &&other);
  ~Task();
  auto operator co_await() const noexcept { return task_awaiter<T>(); }
};

struct AsyncTask {
  struct promise_type {
    AsyncTask get_return_object() noexcept;
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception();
  };
};

template <class T> struct CallbackAwaiter {
  bool await_ready() noexcept { return false; }
  T await_resume() const;
};

namespace internal {
struct [[nodiscard]] TimerAwaiter : CallbackAwaiter<void> {
  void await_suspend(std::coroutine_handle<> handle);
};
struct [[nodiscard]] SwitchThreadAwaiter : CallbackAwaiter<void> {
  void await_suspend(std::coroutine_handle<> handle);
};
} // namespace internal

internal::TimerAwaiter sleepCoro(trantor::EventLoop *loop, double seconds);
internal::SwitchThreadAwaiter switchThreadCoro(trantor::EventLoop *loop);

template <class Awaitable> auto sync_wait(Awaitable &&awaitable) { return 0; }
template <class Awaitable>
std::future<int> co_future(Awaitable &&awaitable) noexcept;
template <class F> void async_run(F &&f) {}
template <class F> std::function<void()> async_func(F &&f) { return {}; }

class Mutex final {
  class CoroMutexAwaiter {
  public:
    bool await_ready() noexcept;
    bool await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() noexcept {}
  };
  class ScopedCoroMutexAwaiter : public CoroMutexAwaiter {
  public:
    [[nodiscard]] int await_resume() noexcept;
  };

public:
  [[nodiscard]] ScopedCoroMutexAwaiter scoped_lock() noexcept;
  [[nodiscard]] CoroMutexAwaiter lock() noexcept;
  void unlock() noexcept;
};

} // namespace drogon

#endif
