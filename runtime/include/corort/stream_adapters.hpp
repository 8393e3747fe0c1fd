/// \file
/// What makes a stream of a stream: `numbers() | map(square) | take(3)`.

#ifndef CORORT_STREAM_ADAPTERS_HPP
#define CORORT_STREAM_ADAPTERS_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/awaitable.hpp"
#include "corort/scheduler.hpp"
#include "corort/sleep.hpp"
#include "corort/stream.hpp"
#include "corort/task.hpp"

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

namespace corort {

namespace detail {

/// An adapter that waits for its stream.
template <class Apply> class stream_adapter {
public:
  explicit stream_adapter(Apply apply) : apply_(std::move(apply)) {}

  template <class T>
  friend auto operator|(stream<T> from, stream_adapter adapter) {
    return std::move(adapter.apply_)(std::move(from));
  }

private:
  Apply apply_;
};

template <class T, class Fn> using called_with = std::invoke_result_t<Fn &, T>;

template <class T, class Fn>
stream<std::remove_cvref_t<called_with<T, Fn>>> map_stream(stream<T> from,
                                                           Fn fn) {
  while (T *value = co_await from.next())
    co_yield std::invoke(fn, std::move(*value));
}

template <class T, class Fn>
stream<std::remove_cvref_t<await_result_t<called_with<T, Fn>>>>
then_stream(stream<T> from, Fn fn) {
  while (T *value = co_await from.next())
    co_yield co_await std::invoke(fn, std::move(*value));
}

template <class T, class Predicate>
stream<T> filter_stream(stream<T> from, Predicate keep) {
  while (T *value = co_await from.next())
    if (std::invoke(keep, std::as_const(*value)))
      co_yield std::move(*value);
}

template <class T> stream<T> take_stream(stream<T> from, std::size_t count) {
  // A local one goes when the last value has been taken; a parameter would
  // live on.
  stream<T> source = std::move(from);
  for (; count != 0; --count) {
    T *value = co_await source.next();
    if (!value)
      co_return;
    co_yield std::move(*value);
  }
}

template <class T>
stream<std::vector<T>> chunks_of_stream(stream<T> from, std::size_t count) {
  for (;;) {
    std::vector<T> chunk;
    while (chunk.size() < count) {
      T *value = co_await from.next();
      if (!value)
        break;
      chunk.push_back(std::move(*value));
    }
    const bool last = chunk.size() < count;
    if (!chunk.empty())
      co_yield std::move(chunk);
    if (last)
      co_return;
  }
}

template <class T>
stream<T> throttle_stream(stream<T> from, std::chrono::nanoseconds period) {
  T *value = co_await from.next();
  while (value) {
    const auto next_at = current_scheduler().now() + period;
    co_yield std::move(*value);
    value = co_await from.next();
    if (value)
      co_await sleep_until(next_at);
  }
}

} // namespace detail

/// What makes streams, and what takes them.
///
/// Adapters do nothing before their stream is asked, ask the one before them
/// for no more than they need, and destroy it with themselves. What a function
/// given to them throws, `next()` throws.
namespace streams {

/// `s | map(fn)`: the results of `fn(value)`.
///
/// \par Throws
/// What moving \p fn throws; applying it, std::bad_alloc as well.
/// \par Thread safety
/// May be called from any thread.
template <class Fn> auto map(Fn fn) {
  return detail::stream_adapter(
      [fn = std::move(fn)]<class T>(stream<T> from) mutable {
        return detail::map_stream(std::move(from), std::move(fn));
      });
}

/// `s | then(fn)`: the results of `co_await fn(value)`, one after the other.
///
/// \par Throws
/// As `map`.
/// \par Thread safety
/// May be called from any thread.
template <class Fn> auto then(Fn fn) {
  return detail::stream_adapter(
      [fn = std::move(fn)]<class T>(stream<T> from) mutable {
        return detail::then_stream(std::move(from), std::move(fn));
      });
}

/// `s | filter(keep)`: the values for which `keep(value)` is true.
///
/// \par Throws
/// As `map`.
/// \par Thread safety
/// May be called from any thread.
template <class Predicate> auto filter(Predicate keep) {
  return detail::stream_adapter(
      [keep = std::move(keep)]<class T>(stream<T> from) mutable {
        return detail::filter_stream(std::move(from), std::move(keep));
      });
}

/// `s | take(count)`: the first \p count values. It does not wait for another
/// one to know that it has ended.
///
/// \par Throws
/// Nothing; applying it, std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
inline auto take(std::size_t count) {
  return detail::stream_adapter([count]<class T>(stream<T> from) {
    return detail::take_stream(std::move(from), count);
  });
}

/// `s | chunks(count)`: vectors of \p count values, at least one; the last one
/// may be shorter. Waits until a chunk is full.
///
/// \par Throws
/// Nothing; applying it, std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
inline auto chunks(std::size_t count) {
  return detail::stream_adapter([count]<class T>(stream<T> from) {
    return detail::chunks_of_stream(std::move(from),
                                    std::max<std::size_t>(count, 1));
  });
}

/// `s | throttle(100ms)`: each value no sooner than \p period after the one
/// before it. None is left out.
///
/// \par Throws
/// Nothing; applying it, std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
inline auto throttle(std::chrono::nanoseconds period) {
  return detail::stream_adapter([period]<class T>(stream<T> from) {
    return detail::throttle_stream(std::move(from), period);
  });
}

/// Calls \p fn with each value of \p from, and awaits what it returns if that
/// can be awaited: `co_await for_each(lines(), print);`.
///
/// \par Cancel safety
/// As safe as the stream and \p fn.
/// \par Throws
/// What the stream and \p fn throw; std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <class T, class Fn> task<> for_each(stream<T> from, Fn fn) {
  while (T *value = co_await from.next()) {
    if constexpr (detail::awaitable<detail::called_with<T, Fn>>)
      co_await std::invoke(fn, std::move(*value));
    else
      std::invoke(fn, std::move(*value));
  }
}

/// The values of \p from: `auto all = co_await collect(numbers() | take(3));`.
///
/// \par Cancel safety
/// What was collected is lost.
/// \par Throws
/// What the stream throws; std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <class T> task<std::vector<T>> collect(stream<T> from) {
  std::vector<T> all;
  while (T *value = co_await from.next())
    all.push_back(std::move(*value));
  co_return all;
}

} // namespace streams

} // namespace corort

#endif
