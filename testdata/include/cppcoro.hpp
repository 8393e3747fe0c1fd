/// \file
/// cppcoro's tasks, combinators, scopes and locks under their true names, just
/// enough to parse.

#ifndef TESTDATA_CPPCORO_HPP
#define TESTDATA_CPPCORO_HPP
#pragma GCC system_header

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace cppcoro {

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
template <class Task, class T> struct promise : promise_base<Task> {
  template <class V> void return_value(V &&value);
};
template <class Task> struct promise<Task, void> : promise_base<Task> {
  void return_void() noexcept;
};

template <class Tasks> class when_all_ready_awaitable {
public:
  awaiter<Tasks &> operator co_await() &noexcept;
  awaiter<Tasks &&> operator co_await() &&noexcept;
};
template <class Func, class Awaitable> class fmap_awaitable {
public:
  awaiter<int> operator co_await() &&;
};
} // namespace detail

template <class T = void> class [[nodiscard]] task {
public:
  using promise_type = detail::promise<task, T>;
  task() noexcept;
  task(task &&other) noexcept;
  task &operator=(task &&other) noexcept;
  ~task();
  bool is_ready() const noexcept;
  auto operator co_await() const &noexcept { return detail::awaiter<T>{}; }
  auto operator co_await() const &&noexcept { return detail::awaiter<T>{}; }
  auto when_ready() const noexcept { return detail::awaiter<void>{}; }
};

template <class T = void> class [[nodiscard]] shared_task {
public:
  using promise_type = detail::promise<shared_task, T>;
  shared_task() noexcept;
  shared_task(const shared_task &other) noexcept;
  shared_task(shared_task &&other) noexcept;
  ~shared_task();
  auto operator co_await() const noexcept { return detail::awaiter<T>{}; }
};

template <class Awaitable> shared_task<int> make_shared_task(Awaitable a);

template <class... Awaitables>
[[nodiscard]] auto when_all_ready(Awaitables &&...awaitables) {
  return detail::when_all_ready_awaitable<std::tuple<Awaitables...>>();
}
template <class Awaitable>
[[nodiscard]] auto when_all_ready(std::vector<Awaitable> awaitables) {
  return detail::when_all_ready_awaitable<std::vector<Awaitable>>();
}
template <class... Awaitables>
[[nodiscard]] auto when_all(Awaitables &&...awaitables) {
  return detail::fmap_awaitable<int, std::tuple<Awaitables...>>();
}
template <class Awaitable>
[[nodiscard]] auto when_all(std::vector<Awaitable> awaitables) {
  return detail::fmap_awaitable<int, std::vector<Awaitable>>();
}

template <class Awaitable> int sync_wait(Awaitable &&awaitable);

class async_mutex_lock {
public:
  async_mutex_lock(async_mutex_lock &&other) noexcept;
  ~async_mutex_lock();
};
class async_mutex_lock_operation {
public:
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume() const noexcept {}
};
class async_mutex_scoped_lock_operation : public async_mutex_lock_operation {
public:
  [[nodiscard]] async_mutex_lock await_resume() const noexcept;
};
class async_mutex {
public:
  bool try_lock() noexcept;
  async_mutex_lock_operation lock_async() noexcept;
  async_mutex_scoped_lock_operation scoped_lock_async() noexcept;
  void unlock();
};

class async_scope {
public:
  async_scope() noexcept;
  ~async_scope();
  template <class Awaitable> void spawn(Awaitable &&awaitable);
  [[nodiscard]] auto join() noexcept {
    class awaiter {
    public:
      bool await_ready() noexcept;
      bool await_suspend(std::coroutine_handle<>) noexcept;
      void await_resume() noexcept {}
    };
    return awaiter{};
  }
};

class static_thread_pool {
public:
  static_thread_pool();
  explicit static_thread_pool(std::uint32_t threads);
  ~static_thread_pool();
  class schedule_operation {
  public:
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() noexcept {}
  };
  [[nodiscard]] schedule_operation schedule() noexcept;
};

class io_service {
public:
  io_service();
  ~io_service();
  class schedule_operation {
  public:
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() const noexcept {}
  };
  class timed_schedule_operation {
  public:
    bool await_ready() const noexcept;
    void await_suspend(std::coroutine_handle<>);
    void await_resume();
  };
  [[nodiscard]] schedule_operation schedule() noexcept;
  template <class Rep, class Period>
  [[nodiscard]] timed_schedule_operation
  schedule_after(const std::chrono::duration<Rep, Period> &delay) noexcept;
  std::uint64_t process_events();
  std::uint64_t process_pending_events();
};

template <class Scheduler, class Awaitable>
task<int> schedule_on(Scheduler &scheduler, Awaitable awaitable);
template <class Scheduler, class Awaitable>
task<int> resume_on(Scheduler &scheduler, Awaitable awaitable);

} // namespace cppcoro

#endif
