/// \file
/// Boost.Cobalt's promises, tasks and combinators under their true names, just
/// enough to parse.

#ifndef TESTDATA_COBALT_HPP
#define TESTDATA_COBALT_HPP
#pragma GCC system_header

#include <coroutine>
#include <utility>
#include <vector>

namespace boost::cobalt {

template <class T> struct promise;
template <class T> struct task;

namespace detail {
template <class T> struct awaiter {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
template <class Return, class Initial> struct promise_base {
  Return get_return_object();
  Initial initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception();
};
template <class Return, class Initial, class T>
struct returning : promise_base<Return, Initial> {
  template <class V> void return_value(V &&value);
};
template <class Return, class Initial>
struct returning<Return, Initial, void> : promise_base<Return, Initial> {
  void return_void() noexcept;
};
struct join_impl {
  auto operator co_await() && { return awaiter<int>(); }
};
struct race_impl {
  auto operator co_await() && { return awaiter<int>(); }
};
} // namespace detail

template <class T = void> struct [[nodiscard]] promise {
  using promise_type = detail::returning<promise, std::suspend_never, T>;
  promise(promise &&other) noexcept;
  ~promise();
  auto operator co_await() { return detail::awaiter<T>(); }
  void operator+() &&;
  void cancel();
  void detach();
};

template <class T = void> struct [[nodiscard]] task {
  using promise_type = detail::returning<task, std::suspend_always, T>;
  task(task &&other) noexcept;
  auto operator co_await() { return detail::awaiter<T>(); }
};

template <class... Args> struct op {
  virtual ~op() = default;
  auto operator co_await() { return detail::awaiter<void>(); }
};

template <class T> struct channel {
  struct read_op : detail::awaiter<T> {};
  struct write_op : detail::awaiter<void> {};
  read_op read();
  write_op write(T value);
};

template <class... Promises> auto join(Promises &&...promises) {
  return detail::join_impl();
}
template <class... Promises> auto gather(Promises &&...promises) {
  return detail::join_impl();
}
template <class... Promises> auto race(Promises &&...promises) {
  return detail::race_impl();
}

struct executor {};
template <class T, class Token>
auto spawn(executor ex, task<T> &&t, Token &&token) {}
template <class T> T run(task<T> t);

struct wait_group {
  wait_group();
  void push_back(promise<void> p);
  detail::join_impl wait();
};

struct detached_t {};

} // namespace boost::cobalt

#endif
