/// \file
/// Streams that run several tasks at a time: buffered, merge.

#ifndef CORORT_STREAM_CONCURRENCY_HPP
#define CORORT_STREAM_CONCURRENCY_HPP

#include "corort/channel.hpp"
#include "corort/error.hpp"
#include "corort/oneshot.hpp"
#include "corort/scope.hpp"
#include "corort/semaphore.hpp"
#include "corort/stream.hpp"
#include "corort/stream_adapters.hpp"
#include "corort/task.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace corort {

namespace detail {

/// A value, what was thrown in its place, or neither: the end.
template <class T> struct outcome {
  std::optional<T> value = std::nullopt;
  std::exception_ptr failure = nullptr;

  bool is_end() const noexcept { return !value && !failure; }
  T take() {
    if (!value)
      std::rethrow_exception(std::move(failure));
    return *std::move(value);
  }
};

// g++ 12 destroys twice what braces make in a co_await, so outcomes are named.

/// Where the tasks come from, kept until the last one has ended: they may be
/// coroutines of a lambda that it holds. And how many there may be at a time.
template <class T> struct buffered_source {
  buffered_source(stream<task<T>> from, std::size_t count)
      : tasks(std::move(from)), places(count) {}

  stream<task<T>> tasks;
  semaphore places;
  bool ended = false;
};

/// The result of a task that was started, and its place.
template <class T> struct buffered_result {
  oneshot_receiver<outcome<T>> result;
  semaphore::guard place;
};

template <class T>
task<> run_buffered([[maybe_unused]] std::shared_ptr<buffered_source<T>> source,
                    task<T> work, oneshot_sender<outcome<T>> to) {
  outcome<T> result;
  try {
    result.value.emplace(co_await std::move(work));
  } catch (...) {
    result.failure = std::current_exception();
  }
  (void)std::move(to).send(std::move(result));
}

/// Starts the tasks, in order, for as long as there are places.
template <class T>
task<> start_buffered(scope &children,
                      std::shared_ptr<buffered_source<T>> source,
                      channel_sender<buffered_result<T>> order) {
  for (;;) {
    auto place = co_await source->places.acquire();
    task<T> work;
    outcome<T> failed;
    try {
      if (task<T> *next = co_await source->tasks.next())
        work = std::move(*next);
    } catch (...) {
      failed.failure = std::current_exception();
    }
    source->ended = !work;
    if (source->ended && failed.is_end())
      co_return;
    auto [to, result] = oneshot<outcome<T>>();
    buffered_result<T> next{std::move(result), std::move(place)};
    const auto sent = co_await order.send(std::move(next));
    if (source->ended) {
      (void)std::move(to).send(std::move(failed));
      co_return;
    }
    if (!sent) {
      // Nobody wants it any more; not the same as forgetting to await it.
      task_access::release(work).destroy();
      co_return;
    }
    children.spawn(run_buffered(source, std::move(work), std::move(to)));
  }
}

template <class T>
stream<T> buffered_stream(scope &children, stream<task<T>> from,
                          std::size_t count) {
  auto source = std::make_shared<buffered_source<T>>(std::move(from), count);
  auto [to, order] = channel<buffered_result<T>>(count);
  children.spawn(start_buffered(children, source, std::move(to)));
  while (auto next = co_await order.recv()) {
    std::optional<outcome<T>> result = co_await next->result.recv();
    if (!result)
      throw task_cancelled();
    next.reset(); // Its place is free: the consumer may take its time.
    co_yield result->take();
  }
  if (!source->ended)
    throw task_cancelled();
}

template <class T>
task<> send_stream(stream<T> from, channel_sender<outcome<T>> to) {
  for (;;) {
    outcome<T> next;
    try {
      if (T *value = co_await from.next())
        next.value.emplace(std::move(*value));
    } catch (...) {
      next.failure = std::current_exception();
    }
    const bool last = !next.value;
    if (!co_await to.send(std::move(next)) || last)
      co_return;
  }
}

template <class T>
stream<T> merge_streams(scope &children, std::vector<stream<T>> from) {
  auto [to, values] = channel<outcome<T>>(1);
  for (stream<T> &each : from)
    children.spawn(send_stream(std::move(each), to));
  { auto last = std::move(to); }
  std::size_t left = from.size();
  while (auto next = co_await values.recv()) {
    if (next->is_end())
      --left;
    else
      co_yield next->take();
  }
  if (left != 0)
    throw task_cancelled();
}

} // namespace detail

namespace streams {

/// `s | buffered(children, count)`, for a stream of tasks: runs up to \p count
/// of them at a time, at least one, and gives their results in order.
///
/// The tasks, and the stream that makes them, run as children of \p children,
/// also while the consumer does something else, so they may use what outlives
/// that scope. If the stream is destroyed early no more are started; those
/// under way are waited for by `join()` of the scope, and stopped by `stop()`.
/// What one throws, `next()` throws in its place; a task that was stopped gives
/// `task_cancelled`.
///
/// \par Throws
/// Nothing; applying it, std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
inline auto buffered(scope &children, std::size_t count) {
  return detail::stream_adapter(
      [&children, count]<class T>(stream<task<T>> from) {
        return detail::buffered_stream(children, std::move(from),
                                       std::max<std::size_t>(count, 1));
      });
}

/// The values of all streams, each as soon as it is there:
/// `merge(children, ticks(), keys())`.
///
/// The streams run as children of \p children, also while the consumer does
/// something else, one value ahead. If the merged stream is destroyed early,
/// each ends with its next value; `stop()` of the scope stops them at once, and
/// `join()` waits for them. What one throws, `next()` throws; if one was
/// stopped, it throws `task_cancelled` at the end.
///
/// \par Throws
/// std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <class T, std::same_as<stream<T>>... Others>
stream<T> merge(scope &children, stream<T> first, Others... others) {
  std::vector<stream<T>> all;
  all.reserve(1 + sizeof...(others));
  all.push_back(std::move(first));
  (all.push_back(std::move(others)), ...);
  return detail::merge_streams(children, std::move(all));
}

} // namespace streams

} // namespace corort

#endif
