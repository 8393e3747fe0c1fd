/// \file
/// concurrencpp's results, executors and locks under their true names, just
/// enough to parse.

#ifndef TESTDATA_CONCURRENCPP_HPP
#define TESTDATA_CONCURRENCPP_HPP
#pragma GCC system_header

#include <coroutine>
#include <exception>
#include <memory>
#include <utility>

namespace concurrencpp {

template <class T> class result;
template <class T> class lazy_result;
struct executor_tag {};
struct null_result {};

namespace details {
template <class T> struct awaiter {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};

struct initialy_resumed_promise {
  std::suspend_never initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept;
};
struct lazy_result_state_base {
  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept;
};
template <class Base, class Result, class T> struct returning_promise : Base {
  Result get_return_object() noexcept;
  template <class V> void return_value(V &&value);
};
template <class Base, class Result>
struct returning_promise<Base, Result, void> : Base {
  Result get_return_object() noexcept;
  void return_void() noexcept;
};

template <class Executor> class resume_on_awaitable {
public:
  resume_on_awaitable(Executor &executor) noexcept;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>);
  void await_resume() const;
};
} // namespace details

template <class T> class result {
public:
  result() noexcept;
  result(result &&other) noexcept;
  ~result();
  T get();
  void wait() const;
  auto operator co_await() { return details::awaiter<T>(); }
  auto resolve() { return details::awaiter<result>(); }
};

template <class T> class lazy_result {
public:
  lazy_result() noexcept;
  lazy_result(lazy_result &&other) noexcept;
  ~lazy_result() noexcept;
  auto operator co_await() { return details::awaiter<T>(); }
  auto resolve() { return details::awaiter<lazy_result>(); }
  result<T> run();
};

class executor {
public:
  virtual ~executor();
  template <class F, class... Args> void post(F &&f, Args &&...args) {}
  template <class F, class... Args> auto submit(F &&f, Args &&...args) {
    return result<int>();
  }
};
class thread_pool_executor : public executor {};

template <class Executor> auto resume_on(std::shared_ptr<Executor> executor) {
  return details::resume_on_awaitable<Executor>(*executor);
}

template <class... Results>
lazy_result<int> when_all(std::shared_ptr<thread_pool_executor> resume_executor,
                          Results &&...results);

class scoped_async_lock {
public:
  scoped_async_lock(scoped_async_lock &&other) noexcept;
  ~scoped_async_lock() noexcept;
};
class async_lock {
public:
  lazy_result<scoped_async_lock> lock(std::shared_ptr<executor> executor);
  void unlock();
};

} // namespace concurrencpp

template <class T, class... Args>
struct std::coroutine_traits<concurrencpp::result<T>, Args...> {
  using promise_type = concurrencpp::details::returning_promise<
      concurrencpp::details::initialy_resumed_promise, concurrencpp::result<T>,
      T>;
};
template <class T, class... Args>
struct std::coroutine_traits<concurrencpp::lazy_result<T>, Args...> {
  using promise_type = concurrencpp::details::returning_promise<
      concurrencpp::details::lazy_result_state_base,
      concurrencpp::lazy_result<T>, T>;
};

#endif
