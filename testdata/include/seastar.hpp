/// \file
/// seastar's futures, threads and semaphores under their true names, just
/// enough to parse.

#ifndef TESTDATA_SEASTAR_HPP
#define TESTDATA_SEASTAR_HPP
#pragma GCC system_header

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <utility>

namespace seastar {

template <class T = void> class [[nodiscard]] future {
public:
  future() noexcept;
  future(future &&other) noexcept;
  ~future();
  template <class F> future<> then(F &&f) noexcept { return {}; }
  template <class F> future<T> finally(F &&f) noexcept { return {}; }
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

namespace coroutine {
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
