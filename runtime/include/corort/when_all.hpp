/// \file
/// when_all: runs several tasks as part of one.

#ifndef CORORT_WHEN_ALL_HPP
#define CORORT_WHEN_ALL_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/start_all.hpp"
#include "corort/task.hpp"

#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace corort {

namespace detail {

template <class... T>
using when_all_result = std::conditional_t<(std::is_void_v<T> && ...), void,
                                           std::tuple<element<T>...>>;

template <class T>
using each_result =
    std::conditional_t<std::is_void_v<T>, void, std::vector<element<T>>>;

template <start_mode Mode, class T>
task<each_result<T>> run_each(std::vector<task<T>> tasks) {
  const std::size_t count = tasks.size();
  const auto children = std::make_unique<child<T>[]>(count);
  for (std::size_t i = 0; i < count; ++i)
    children[i].set(std::move(tasks[i]));
  auto each = [&](auto &&start) {
    for (std::size_t i = 0; i < count; ++i)
      start(children[i]);
  };
  if constexpr (std::is_void_v<T>) {
    co_await start_all<Mode, decltype(each)>(count, each);
    for (std::size_t i = 0; i < count; ++i)
      children[i].take();
  } else {
    // First, so that no result is lost for want of memory.
    std::vector<T> results;
    results.reserve(count);
    co_await start_all<Mode, decltype(each)>(count, each);
    for (std::size_t i = 0; i < count; ++i)
      results.push_back(children[i].take());
    co_return results;
  }
}

template <start_mode Mode, class... T>
task<when_all_result<T...>> run_all(task<T>... tasks) {
  std::tuple<child<T>...> children{std::move(tasks)...};
  auto each = [&](auto &&start) {
    std::apply([&](auto &...one) { (start(one), ...); }, children);
  };
  co_await start_all<Mode, decltype(each)>(sizeof...(T), each);
  // Braces, so that exceptions are looked for in order.
  using results = std::tuple<element<T>...>;
  auto take = [](auto &...one) { return results{one.take()...}; };
  if constexpr ((std::is_void_v<T> && ...))
    (void)std::apply(take, children);
  else
    co_return std::apply(take, children);
}

} // namespace detail

/// Runs all tasks as part of the one that awaits the result, and gives a tuple
/// of their results in order: `auto [a, b] = co_await when_all(f(), g());`.
/// `std::monostate` stands for void; the result is void if all are.
///
/// They start in order, each when the one before has ended or suspended for the
/// first time. From then on they run at the same time on the scheduler's
/// threads.
///
/// \par Cancel safety
/// Asks all of them to stop and waits until they have; as safe as they are.
/// \par Throws
/// Once all have ended, the exception of the first one in order that threw.
/// \par Thread safety
/// May be called from any thread.
template <class... T>
COROLINT_AWAITS_ALL()
CORORT_WRAPPER task<detail::when_all_result<T...>> when_all(task<T>... tasks) {
  return detail::run_all<detail::start_mode::in_line>(std::move(tasks)...);
}

/// As above, for any number of tasks; gives a vector of their results, or
/// nothing if they have none.
template <class T>
requires(!std::is_reference_v<T>) COROLINT_AWAITS_ALL()
COROLINT_CONSUMES_TASK(0)
CORORT_WRAPPER task<detail::each_result<T>> when_all(std::vector<task<T>> tasks) {
  return detail::run_each<detail::start_mode::in_line>(std::move(tasks));
}

/// As `when_all`, for tasks that compute: each may run on another worker from
/// its start. The last one starts on the caller's.
///
/// \par Cancel safety
/// As of `when_all`.
/// \par Throws
/// As `when_all`.
/// \par Thread safety
/// May be called from any thread.
template <class... T>
COROLINT_AWAITS_ALL()
CORORT_WRAPPER task<detail::when_all_result<T...>> fork_all(task<T>... tasks) {
  return detail::run_all<detail::start_mode::queued>(std::move(tasks)...);
}

/// As above, for any number of tasks.
template <class T>
requires(!std::is_reference_v<T>) COROLINT_AWAITS_ALL()
COROLINT_CONSUMES_TASK(0)
CORORT_WRAPPER task<detail::each_result<T>> fork_all(std::vector<task<T>> tasks) {
  return detail::run_each<detail::start_mode::queued>(std::move(tasks));
}

} // namespace corort

#endif
