/// \file
/// libcoro's tasks, executors, combinators and locks under their true names,
/// just enough to parse.

#ifndef TESTDATA_LIBCORO_HPP
#define TESTDATA_LIBCORO_HPP
#pragma GCC system_header

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace coro {

template <class T> class task;

namespace detail {
template <class T> struct awaiter {
  bool await_ready() const noexcept;
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
template <class Task> struct promise_base {
  Task get_return_object() noexcept;
  auto initial_suspend() noexcept { return std::suspend_always{}; }
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception() noexcept;
};
template <class T> struct promise : promise_base<task<T>> {
  template <class V> void return_value(V &&value);
};
template <> struct promise<void> : promise_base<task<void>> {
  void return_void() noexcept;
};
template <class T> struct lock_operation {
  bool await_ready() const noexcept;
  bool await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume() noexcept;
};
template <class Tasks> class when_all_ready_awaitable {
public:
  awaiter<Tasks> operator co_await() &&noexcept;
};
} // namespace detail

template <class T = void> class [[nodiscard]] task {
public:
  using promise_type = detail::promise<T>;
  task() noexcept;
  task(task &&other) noexcept;
  task &operator=(task &&other) noexcept;
  ~task();
  bool is_ready() const noexcept;
  bool resume();
  auto operator co_await() const &noexcept { return detail::awaiter<T>{}; }
  auto operator co_await() const &&noexcept { return detail::awaiter<T>{}; }
};

template <class... Awaitables>
[[nodiscard]] auto when_all(Awaitables... awaitables) {
  return detail::when_all_ready_awaitable<int>();
}
template <class... Awaitables>
[[nodiscard]] task<int> when_any(Awaitables... awaitables);
template <class Awaitable> int sync_wait(Awaitable &&awaitable);

class scoped_lock {
public:
  scoped_lock(scoped_lock &&other) noexcept;
  ~scoped_lock();
  void unlock();
};
class mutex {
public:
  [[nodiscard]] detail::lock_operation<coro::scoped_lock> scoped_lock();
  [[nodiscard]] detail::lock_operation<void> lock();
  [[nodiscard]] bool try_lock();
  void unlock();
};

template <std::ptrdiff_t Max> class semaphore {
public:
  [[nodiscard]] task<int> acquire();
  [[nodiscard]] task<void> release();
};

class event {
public:
  struct awaiter {
    bool await_ready() const noexcept;
    bool await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() noexcept {}
  };
  void set() noexcept;
  auto operator co_await() const noexcept -> awaiter;
};

template <class T> class queue {
public:
  task<int> push(const T &element);
  [[nodiscard]] task<T> pop();
};

class thread_pool {
public:
  class schedule_operation {
  public:
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() noexcept {}
  };
  static std::unique_ptr<thread_pool> make_unique();
  [[nodiscard]] schedule_operation schedule();
  [[nodiscard]] schedule_operation yield();
  template <class T> [[nodiscard]] task<T> schedule(task<T> work);
  bool spawn_detached(task<void> &&work) noexcept;
  task<void> spawn_joinable(task<void> &&work) noexcept;
  void shutdown() noexcept;
};

class scheduler {
public:
  class schedule_operation {
  public:
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() noexcept {}
  };
  schedule_operation schedule();
  template <class Rep, class Period>
  [[nodiscard]] task<void> yield_for(std::chrono::duration<Rep, Period> amount);
  bool spawn_detached(task<void> &&work);
  task<void> spawn_joinable(task<void> &&work);
  std::size_t process_events(
      std::chrono::milliseconds timeout = std::chrono::milliseconds{0});
};

template <class Executor> class task_group {
public:
  explicit task_group(Executor *executor);
  task_group(Executor *executor, task<void> &&first);
  ~task_group();
  [[nodiscard]] bool start(task<void> &&work);
  event::awaiter operator co_await() const noexcept;
};

} // namespace coro

#endif
