/// \file
/// A bridge to Asio: its operations as awaitables of corort. Not part of
/// corort.hpp, as it needs Asio; with CORORT_BOOST_ASIO=1 it is for Boost's.

#ifndef CORORT_ASIO_HPP
#define CORORT_ASIO_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/result.hpp"
#include "corort/scheduler.hpp"

#ifndef CORORT_BOOST_ASIO
#define CORORT_BOOST_ASIO 0
#endif
#if CORORT_BOOST_ASIO
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/system/system_error.hpp>
#else
#include <asio/associated_cancellation_slot.hpp>
#include <asio/async_result.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/system_executor.hpp>
#include <system_error>
#endif

#include <coroutine>
#include <exception>
#include <optional>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>

namespace corort {

namespace detail {

#if CORORT_BOOST_ASIO
namespace net = boost::asio;
using net_error = boost::system::error_code;
using net_exception = boost::system::system_error;
#else
namespace net = ::asio;
using net_error = std::error_code;
using net_exception = std::system_error;
#endif

} // namespace detail

/// The completion token: `co_await socket.async_read_some(buffer, use_task)`
/// gives what the handler would get, without the error code.
///
/// \par Cancel safety
/// Asks the operation to stop in Asio's terms (terminal) and waits until it has
/// ended; what it had done by then is lost.
/// \par Throws
/// The error code, as a system_error; the exception of a handler that gets one.
/// \par Thread safety
/// The task goes on on its own scheduler. The I/O object is Asio's: one thread
/// at a time, so let one thread run its io_context, or use strands.
struct use_task_t {};
inline constexpr use_task_t use_task;

/// An io_context and the thread that runs it: `tcp::socket
/// peer(io.context())`.
///
/// Destroying it stops the context; operations under way are then dropped, so no
/// task may be waiting for one.
class COROLINT_EXECUTOR("threads=one", "blocking=no") io_thread {
public:
  /// \throws std::system_error if the thread can't be started.
  io_thread() : thread_([this] { context_.run(); }) {}
  io_thread(const io_thread &) = delete;
  io_thread &operator=(const io_thread &) = delete;
  ~io_thread() {
    context_.stop();
    thread_.join();
  }

  detail::net::io_context &context() noexcept { return context_; }

private:
  detail::net::io_context context_;
  detail::net::executor_work_guard<detail::net::io_context::executor_type>
      work_{context_.get_executor()};
  std::thread thread_;
};

namespace detail {

/// What a handler gets, without the error: nothing, one value, or a tuple.
template <class... T> struct net_values {
  using type = std::tuple<T...>;
};
template <> struct net_values<> { using type = void; };
template <class T> struct net_values<T> { using type = T; };
template <class... T> struct without_error : net_values<T...> {};
template <class... T>
struct without_error<net_error, T...> : net_values<T...> {};
template <class... T>
struct without_error<std::exception_ptr, T...> : net_values<T...> {};

/// Where an operation begins and is cancelled. Asio also asks whether a token
/// fits an archetype, which has no executor.
template <class Initiation> auto executor_of(const Initiation &initiation) {
  if constexpr (requires { initiation.get_executor(); })
    return initiation.get_executor();
  else
    return net::system_executor();
}

/// An operation that begins when it is awaited. Everything that touches the I/O
/// object happens on its executor, so the members need no lock.
template <class Initiation, class Args, class... Handled>
class COROLINT_AWAITABLE() net_operation final : public leaf {
  using executor = decltype(executor_of(std::declval<const Initiation &>()));
  using value = typename without_error<std::decay_t<Handled>...>::type;

public:
  net_operation(Initiation initiation, Args args)
      : executor_(executor_of(initiation)),
        initiation_(std::move(initiation)), args_(std::move(args)) {}

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  CORORT_SUSPEND void
  await_suspend(std::coroutine_handle<Promise> waiting) noexcept {
    if (this->enter(waiting))
      net::post(executor(executor_), [this] { begin(); });
    else
      this->stopped();
  }
  value await_resume() { return result_.take(); }

  const char *what() const noexcept override { return "asio operation"; }

private:
  struct handler {
    using cancellation_slot_type = net::cancellation_slot;

    cancellation_slot_type get_cancellation_slot() const noexcept {
      return self->signal_.slot();
    }
    void operator()(Handled... results) {
      self->end(std::move(results)...);
    }

    net_operation *self;
  };

  void begin() noexcept {
    if (cancelled_)
      return this->stopped();
    try {
      // Moved out, as this may be gone before the call is over.
      Initiation initiation(std::move(*initiation_));
      Args args(std::move(*args_));
      std::apply(
          [&](auto &...arg) {
            std::move(initiation)(handler{this}, std::move(arg)...);
          },
          args);
    } catch (...) {
      result_.fail(std::current_exception());
      ended();
    }
  }

  template <class... T> void end(T... results) noexcept {
    try {
      set(std::move(results)...);
    } catch (...) {
      result_.fail(std::current_exception());
    }
    ended();
  }

  void ended() noexcept {
    if (claim())
      return resume();
    ended_ = true;
    if (cancelled_)
      this->stopped();
  }

  void cancel() noexcept override {
    net::post(executor(executor_), [this] {
      cancelled_ = true;
      if (ended_)
        this->stopped();
      else
        signal_.emit(net::cancellation_type::terminal);
    });
  }

  template <class... T> void set(net_error error, T... results) {
    if (error)
      throw net_exception(error);
    set_value(std::move(results)...);
  }
  template <class... T> void set(std::exception_ptr error, T... results) {
    if (error)
      std::rethrow_exception(error);
    set_value(std::move(results)...);
  }
  template <class... T> void set(T... results) {
    set_value(std::move(results)...);
  }
  template <class... T> void set_value(T... results) {
    if constexpr (sizeof...(T) <= 1)
      result_.set(std::move(results)...);
    else
      result_.set(std::tuple<T...>(std::move(results)...));
  }

  executor executor_;
  std::optional<Initiation> initiation_;
  std::optional<Args> args_;
  net::cancellation_signal signal_;
  result<value> result_;
  bool cancelled_ = false;
  bool ended_ = false;
};

} // namespace detail

} // namespace corort

#if CORORT_BOOST_ASIO
namespace boost::asio {
#else
namespace asio {
#endif

template <class R, class... Handled>
class async_result<corort::use_task_t, R(Handled...)> {
public:
  template <class Initiation, class... Args>
  static auto initiate(Initiation &&initiation, corort::use_task_t,
                       Args &&...args) {
    using arguments = std::tuple<std::decay_t<Args>...>;
    return corort::detail::net_operation<std::decay_t<Initiation>, arguments,
                                         Handled...>(
        std::forward<Initiation>(initiation),
        arguments(std::forward<Args>(args)...));
  }
};

} // namespace asio

#endif
