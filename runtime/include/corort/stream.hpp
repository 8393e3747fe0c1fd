/// \file
/// stream: a coroutine that gives many values, one at a time.

#ifndef CORORT_STREAM_HPP
#define CORORT_STREAM_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/promise.hpp"
#include "corort/error.hpp"

#include <concepts>
#include <coroutine>
#include <exception>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

namespace corort {

template <class T> class stream;

namespace detail {

template <class T> class stream_promise final : public promise_base {
  /// Gives the value to the consumer; the coroutine goes on when it asks again.
  class yield_awaiter {
  public:
    bool await_ready() const noexcept { return false; }
    CORORT_SUSPEND std::coroutine_handle<> await_suspend(
        std::coroutine_handle<stream_promise> yielding) const noexcept {
      return yielding.promise().finish();
    }
    void await_resume() const noexcept {}
  };

  /// The same, for a copy of the value: the consumer may move from it.
  class copy_awaiter {
  public:
    explicit copy_awaiter(const T &value) : value_(value) {}
    bool await_ready() const noexcept { return false; }
    CORORT_SUSPEND std::coroutine_handle<>
    await_suspend(std::coroutine_handle<stream_promise> yielding) noexcept {
      yielding.promise().current_ = std::addressof(value_);
      return yielding.promise().finish();
    }
    void await_resume() const noexcept {}

  private:
    T value_;
  };

public:
#if CORORT_DEBUG
  explicit stream_promise(
      std::source_location where = std::source_location::current()) noexcept
      : promise_base(where) {}
#endif
  stream<T> get_return_object() noexcept;

  yield_awaiter yield_value(T &&value) noexcept {
    current_ = std::addressof(value);
    return {};
  }
  copy_awaiter yield_value(const T &value) requires std::copy_constructible<T> {
    return copy_awaiter(value);
  }
  void return_void() noexcept { current_ = nullptr; }
  void unhandled_exception() noexcept {
    current_ = nullptr;
    exception_ = std::current_exception();
  }

  /// \returns the consumer: there is a value, or the end.
  std::coroutine_handle<> finish() const noexcept {
    return std::coroutine_handle<>::from_address(
        reinterpret_cast<void *>(continuation()));
  }

  T *take_current() {
    if (exception_) [[unlikely]]
      std::rethrow_exception(std::exchange(exception_, nullptr));
    return current_;
  }

private:
  T *current_ = nullptr;
  std::exception_ptr exception_;
};

} // namespace detail

/// Values that a coroutine makes when they are asked for, and not before:
///
///     stream<int> count(int to) { for (int i = 0; i < to; ++i) co_yield i; }
///     …
///     auto numbers = count(3);
///     while (int *n = co_await numbers.next()) use(*n);
///
/// The coroutine may await like a task. It runs as part of whoever asks,
/// between `next()` and the `co_yield` that answers it. Destroying the stream
/// destroys the coroutine where it stands.
///
/// `co_yield` moves what is an rvalue and copies what is not. `T` is an object
/// type.
template <class T>
class [[nodiscard("a stream does nothing until it is asked")]] COROLINT_STREAM()
    stream {
  static_assert(std::is_object_v<T> && !std::is_const_v<T>,
                "the values of a stream are objects that can be moved from");

public:
  using promise_type = detail::stream_promise<T>;
  using value_type = T;

  stream(stream && other) noexcept
      : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  stream &operator=(stream &&other) noexcept {
    stream moved(std::move(other));
    std::swap(coroutine_, moved.coroutine_);
    return *this;
  }
  ~stream() {
    if (coroutine_)
      coroutine_.destroy();
  }

  class [[nodiscard("co_await it to get the value")]] COROLINT_AWAITABLE()
      next_awaiter {
  public:
    bool await_ready() const noexcept { return coroutine_.done(); }
    template <class Promise>
    CORORT_SUSPEND std::coroutine_handle<> await_suspend(
        std::coroutine_handle<Promise> consumer) const noexcept {
      coroutine_.promise().start_for(consumer, detail::branch_of(consumer));
      return coroutine_;
    }
    T *await_resume() const { return coroutine_.promise().take_current(); }

  private:
    friend stream;
    explicit next_awaiter(
        std::coroutine_handle<promise_type> coroutine) noexcept
        : coroutine_(coroutine) {}

    std::coroutine_handle<promise_type> coroutine_;
  };

  /// Waits for the next value; gives null after the last one. The value may be
  /// moved from, and is there until the next call. The program ends if the
  /// stream was moved from.
  ///
  /// \par Cancel safety
  /// As safe as what the stream itself awaits. A stream that was stopped can
  /// only be destroyed.
  /// \par Throws
  /// What the stream throws, once; it has ended then.
  /// \par Thread safety
  /// A stream is used by one thread at a time.
  next_awaiter next() noexcept {
    if (!coroutine_)
      detail::fail("next() of a stream that was moved from");
    return next_awaiter(coroutine_);
  }

private:
  friend promise_type;
  explicit stream(std::coroutine_handle<promise_type> coroutine) noexcept
      : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

namespace detail {

template <class T> stream<T> stream_promise<T>::get_return_object() noexcept {
  return stream<T>(std::coroutine_handle<stream_promise>::from_promise(*this));
}

} // namespace detail

} // namespace corort

#endif
