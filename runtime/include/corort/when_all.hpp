/// \file
/// when_all: runs several tasks as part of one.

#ifndef CORORT_WHEN_ALL_HPP
#define CORORT_WHEN_ALL_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/child.hpp"
#include "corort/detail/branches.hpp"
#include "corort/detail/start_all.hpp"
#include "corort/task.hpp"

#include <array>
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

/// The tasks of a vector.
template <class T> class child_list {
public:
  explicit child_list(std::vector<task<T>> &&tasks)
      : size_(tasks.size()),
        children_(std::make_unique_for_overwrite<child<T>[]>(size_)) {
    // First, so that no result is lost for want of memory.
    if constexpr (!std::is_void_v<T>)
      results_.reserve(size_);
    for (std::size_t i = 0; i < size_; ++i)
      children_[i].set(task_access::release(tasks[i]));
  }

  std::size_t size() const noexcept { return size_; }
  template <class Fn> void each(Fn fn) {
    for (std::size_t i = 0; i < size_; ++i)
      fn(children_[i]);
  }

  /// Their results, or the first exception, once all have ended.
  each_result<T> take() {
    if constexpr (std::is_void_v<T>) {
      each([](child<T> &one) { one.take(); });
    } else {
      each([&](child<T> &one) { results_.push_back(one.take()); });
      return std::move(results_);
    }
  }

private:
  std::size_t size_;
  std::unique_ptr<child<T>[]> children_;
  std::vector<element<T>> results_;
};

/// A number of tasks that is known.
template <class... T> class child_tuple {
  using first = std::tuple_element_t<0, std::tuple<T..., void>>;
  /// One loop is quicker than as many copies of its body.
  static constexpr bool alike = (std::is_same_v<T, first> && ...);

public:
  explicit child_tuple(task<T> &&...tasks) noexcept
      : children_{task_access::release(tasks)...} {}

  static constexpr std::size_t size() noexcept { return sizeof...(T); }
  template <class Fn> void each(Fn fn) {
    if constexpr (alike)
      for (child<first> &one : children_)
        fn(one);
    else
      std::apply([&](auto &...one) { (fn(one), ...); }, children_);
  }

  /// Their results, or the first exception, once all have ended.
  when_all_result<T...> take() {
    // Braces, so that exceptions are looked for in order.
    using results = std::tuple<element<T>...>;
    auto all = [](auto &...one) { return results{one.take()...}; };
    return static_cast<when_all_result<T...>>(std::apply(all, children_));
  }

private:
  std::conditional_t<alike, std::array<child<first>, sizeof...(T)>,
                     std::tuple<child<T>...>>
      children_;
};

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
task<detail::when_all_result<T...>> when_all(task<T>... tasks) {
  detail::branch_array branches;
  detail::child_tuple<T...> children(std::move(tasks)...);
  co_await detail::start_all<detail::start_mode::in_line, decltype(children)>(
      children, branches);
  co_return children.take();
}

/// As above, for any number of tasks; gives a vector of their results, or
/// nothing if they have none.
template <class T>
requires(!std::is_reference_v<T>) COROLINT_AWAITS_ALL()
COROLINT_CONSUMES_TASK(0)
task<detail::each_result<T>> when_all(std::vector<task<T>> tasks) {
  detail::branch_array branches;
  detail::child_list<T> children(std::move(tasks));
  co_await detail::start_all<detail::start_mode::in_line, decltype(children)>(
      children, branches);
  co_return children.take();
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
task<detail::when_all_result<T...>> fork_all(task<T>... tasks) {
  detail::branch_array branches;
  detail::child_tuple<T...> children(std::move(tasks)...);
  co_await detail::start_all<detail::start_mode::queued, decltype(children)>(
      children, branches);
  co_return children.take();
}

/// As above, for any number of tasks.
template <class T>
requires(!std::is_reference_v<T>) COROLINT_AWAITS_ALL()
COROLINT_CONSUMES_TASK(0)
task<detail::each_result<T>> fork_all(std::vector<task<T>> tasks) {
  detail::branch_array branches;
  detail::child_list<T> children(std::move(tasks));
  co_await detail::start_all<detail::start_mode::queued, decltype(children)>(
      children, branches);
  co_return children.take();
}

} // namespace corort

#endif
