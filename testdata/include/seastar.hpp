/// \file
/// seastar's futures, threads, semaphores, gates and shards under their true names, just
/// enough to parse.

#ifndef TESTDATA_SEASTAR_HPP
#define TESTDATA_SEASTAR_HPP
#pragma GCC system_header

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <utility>

namespace seastar {

template <class T = void> class [[nodiscard]] future {
public:
  future() noexcept;
  future(future &&other) noexcept;
  ~future();
  template <class F> future<> then(F &&f) noexcept { return {}; }
  template <class F> future<> then_wrapped(F &&f) noexcept { return {}; }
  template <class F> future<T> finally(F &&f) noexcept { return {}; }
  template <class F> future<T> handle_exception(F &&f) noexcept { return {}; }
  future<> discard_result() noexcept;
  T get();
};

namespace internal {
template <class T> struct awaiter {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
template <class T> struct promise_base {
  future<T> get_return_object() noexcept;
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept;
};
template <class T> struct promise : promise_base<T> {
  template <class V> void return_value(V &&value);
};
template <> struct promise<void> : promise_base<void> {
  void return_void() noexcept;
};
} // namespace internal

template <class T> auto operator co_await(future<T> f) noexcept {
  return internal::awaiter<T>();
}

template <class Rep, class Period>
future<> sleep(std::chrono::duration<Rep, Period> time);
template <class... Futures> future<> when_all(Futures &&...futures);
template <class F, class... Args> future<> async(F &&f, Args &&...args) {
  return {};
}

template <class ExceptionFactory> class semaphore_units {
public:
  semaphore_units(semaphore_units &&other) noexcept;
  ~semaphore_units() noexcept;
};
struct semaphore_default_exception_factory {};
template <class ExceptionFactory> class basic_semaphore {
public:
  explicit basic_semaphore(std::size_t count) noexcept;
  future<> wait(std::size_t units = 1) noexcept;
  void signal(std::size_t units = 1) noexcept;
};
using semaphore = basic_semaphore<semaphore_default_exception_factory>;
template <class ExceptionFactory>
future<semaphore_units<ExceptionFactory>>
get_units(basic_semaphore<ExceptionFactory> &sem, std::size_t units) noexcept;

template <class ExceptionFactory, class F>
future<> with_semaphore(basic_semaphore<ExceptionFactory> &sem,
                        std::size_t units, F &&f) noexcept {
  return {};
}

class gate {
public:
  class holder {
  public:
    holder(holder &&other) noexcept;
    ~holder();
  };
  gate() noexcept;
  ~gate();
  holder hold();
  future<> close() noexcept;
};
template <class F> auto with_gate(gate &g, F &&f) { return f(); }

class scheduling_group {};
template <class F, class... Args>
future<> with_scheduling_group(scheduling_group sg, F f,
                               Args &&...args) noexcept {
  return {};
}

class smp {
public:
  template <class F> static future<> submit_to(unsigned shard, F &&f) noexcept {
    return {};
  }
};
template <class Service> class sharded {
public:
  template <class F, class... Args>
  future<> invoke_on_all(F f, Args... args) noexcept {
    return {};
  }
  template <class F, class... Args>
  future<> invoke_on(unsigned shard, F &&f, Args &&...args) {
    return {};
  }
  Service &local() noexcept;
};

template <class Action> future<> repeat(Action &&action) noexcept { return {}; }
template <class Stop, class Action>
future<> do_until(Stop stop, Action action) noexcept {
  return {};
}
template <class Range, class F>
future<> parallel_for_each(Range &&range, F &&f) noexcept {
  return {};
}
template <class T, class F> auto do_with(T &&value, F &&f) noexcept {
  return f(value);
}

template <class T> class lw_shared_ptr {
public:
  lw_shared_ptr(const lw_shared_ptr &other) noexcept;
  ~lw_shared_ptr();
  T &operator*() const noexcept;
  T *operator->() const noexcept;
  T *get() const noexcept;
};
template <class T, class... Args>
lw_shared_ptr<T> make_lw_shared(Args &&...args);
template <class T> class enable_lw_shared_from_this {
public:
  lw_shared_ptr<T> shared_from_this() noexcept;
};
template <class T> class shared_ptr {
public:
  shared_ptr(const shared_ptr &other) noexcept;
  ~shared_ptr();
  T &operator*() const noexcept;
  T *operator->() const noexcept;
  T *get() const noexcept;
};
template <class T> class enable_shared_from_this {
public:
  seastar::shared_ptr<T> shared_from_this() noexcept;
};

namespace coroutine {
/// Refers to the lambda that it is made of.
template <class F> class lambda {
public:
  explicit lambda(F &&f);
  template <class... Args> decltype(auto) operator()(Args &&...args) const {
    return std::declval<F &>()(std::forward<Args>(args)...);
  }
};
class [[nodiscard]] maybe_yield {
public:
  auto operator co_await() { return internal::awaiter<void>(); }
};
} // namespace coroutine

} // namespace seastar

template <class T, class... Args>
struct std::coroutine_traits<seastar::future<T>, Args...> {
  using promise_type = seastar::internal::promise<T>;
};

#endif
