/// \file
/// Asio's coroutine surface under its true names, just enough to parse.

#ifndef TESTDATA_ASIO_HPP
#define TESTDATA_ASIO_HPP
#pragma GCC system_header

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <future>
#include <string>
#include <utility>

namespace asio {

namespace detail {
/// A body for the templates that a lambda may be given to.
void started();
} // namespace detail

struct any_io_executor {};

/// Lazy: starts when awaited or handed to co_spawn.
template <class T, class Executor = any_io_executor> class [[nodiscard]] awaitable {
public:
  awaitable(awaitable &&other) noexcept;
  ~awaitable();

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};

struct use_awaitable_t {};
inline constexpr use_awaitable_t use_awaitable{};
struct detached_t {};
inline constexpr detached_t detached{};
struct use_future_t {};
inline constexpr use_future_t use_future{};
struct deferred_t {};
inline constexpr deferred_t deferred{};

class execution_context {
public:
  execution_context() = default;
  execution_context(const execution_context &) = delete;
  execution_context &operator=(const execution_context &) = delete;
};

class io_context : public execution_context {
public:
  using executor_type = any_io_executor;
  io_context();
  explicit io_context(int concurrency_hint);
  executor_type get_executor() noexcept;
  std::size_t run();
  std::size_t run_one();
  std::size_t poll();
  void stop();
};

class thread_pool : public execution_context {
public:
  using executor_type = any_io_executor;
  thread_pool();
  explicit thread_pool(std::size_t threads);
  ~thread_pool();
  executor_type get_executor() noexcept;
  void join();
  void stop();
};

template <class Executor> class strand {
public:
  strand();
  explicit strand(const Executor &inner);
};

any_io_executor make_strand(any_io_executor inner);
any_io_executor make_strand(io_context &context);

namespace this_coro {
struct executor_t {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  any_io_executor await_resume() const;
};
inline constexpr executor_t executor{};
} // namespace this_coro

// co_spawn with every completion token the cases use.
template <class Executor, class T, class E>
void co_spawn(const Executor &ex, awaitable<T, E> a, detached_t);
template <class Executor, class T, class E>
awaitable<T> co_spawn(const Executor &ex, awaitable<T, E> a, use_awaitable_t);
template <class Executor, class F>
  requires requires(F f) { f(); }
void co_spawn(const Executor &ex, F &&f, detached_t) {
  detail::started();
}
template <class Executor, class F>
  requires requires(F f) { f(); }
auto co_spawn(const Executor &ex, F &&f, use_awaitable_t)
    -> awaitable<decltype(std::declval<decltype(f())>().await_resume())> {
  detail::started();
  std::terminate();
}
template <class T, class E>
void co_spawn(io_context &context, awaitable<T, E> a, detached_t);
template <class T, class E, class Handler>
void co_spawn(io_context &context, awaitable<T, E> a, Handler &&handler) {
  detail::started();
}
template <class F>
  requires requires(F f) { f(); }
void co_spawn(io_context &context, F &&f, detached_t) {
  detail::started();
}
template <class T, class E>
std::future<T> co_spawn(const any_io_executor &ex, awaitable<T, E> a,
                        use_future_t);
template <class T, class E>
void co_spawn(thread_pool &pool, awaitable<T, E> a, detached_t);
template <class F>
  requires requires(F f) { f(); }
void co_spawn(thread_pool &pool, F &&f, detached_t) {
  detail::started();
}

template <class Executor, class F> void post(Executor &&ex, F &&f) {
  detail::started();
}
template <class Executor, class F> void dispatch(Executor &&ex, F &&f) {
  detail::started();
}
template <class Executor, class F> void defer(Executor &&ex, F &&f) {
  detail::started();
}

template <class Executor>
awaitable<void> post(Executor &&ex, use_awaitable_t);

template <class Clock> class basic_waitable_timer {
public:
  using duration = typename Clock::duration;
  explicit basic_waitable_timer(any_io_executor ex);
  basic_waitable_timer(any_io_executor ex, duration after);
  basic_waitable_timer(io_context &context, duration after);
  basic_waitable_timer(basic_waitable_timer &&);
  std::size_t expires_after(duration after);
  void wait();
  awaitable<void> async_wait(use_awaitable_t);
  template <class Handler> void async_wait(Handler &&handler) {
    detail::started();
  }
  std::size_t cancel();
};
using steady_timer = basic_waitable_timer<std::chrono::steady_clock>;

template <class Protocol> class basic_socket {
public:
  void close();
  void connect(const typename Protocol::endpoint &peer);
};

template <class Protocol>
class basic_stream_socket : public basic_socket<Protocol> {
public:
  explicit basic_stream_socket(any_io_executor ex);
  basic_stream_socket(basic_stream_socket &&);
  ~basic_stream_socket();
  template <class Buffer> std::size_t read_some(const Buffer &buffer);
  template <class Buffer> std::size_t write_some(const Buffer &buffer);
  template <class Buffer>
  awaitable<std::size_t> async_read_some(const Buffer &b, use_awaitable_t);
  template <class Buffer>
  awaitable<std::size_t> async_write_some(const Buffer &b, use_awaitable_t);
};

template <class Protocol> class basic_socket_acceptor {
public:
  explicit basic_socket_acceptor(any_io_executor ex);
  typename Protocol::socket accept();
  awaitable<typename Protocol::socket> async_accept(use_awaitable_t);
};

namespace ip {
template <class Protocol> class basic_resolver {
public:
  explicit basic_resolver(any_io_executor ex);
  typename Protocol::endpoint resolve(const std::string &host,
                                      const std::string &service);
  awaitable<typename Protocol::endpoint>
  async_resolve(const std::string &host, const std::string &service,
                use_awaitable_t);
};

class tcp {
public:
  class endpoint {};
  using socket = basic_stream_socket<tcp>;
  using acceptor = basic_socket_acceptor<tcp>;
  using resolver = basic_resolver<tcp>;
};
} // namespace ip

struct mutable_buffer {};
mutable_buffer buffer(void *data, std::size_t size);
mutable_buffer buffer(std::string &text);
mutable_buffer buffer(const std::string &text);

template <class Stream, class Buffer>
std::size_t read(Stream &stream, const Buffer &buffer);
template <class Stream, class Buffer>
std::size_t write(Stream &stream, const Buffer &buffer);
template <class Stream, class Buffer>
awaitable<std::size_t> async_write(Stream &stream, const Buffer &buffer,
                                   use_awaitable_t);

namespace detail {
template <class T> struct awaitable_frame {
  awaitable<T> get_return_object();
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  template <class V> void return_value(V &&);
  void unhandled_exception();
};

template <> struct awaitable_frame<void> {
  awaitable<void> get_return_object();
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void return_void();
  void unhandled_exception();
};
} // namespace detail

} // namespace asio

template <class T, class Executor, class... Args>
struct std::coroutine_traits<asio::awaitable<T, Executor>, Args...> {
  using promise_type = asio::detail::awaitable_frame<T>;
};

#endif
