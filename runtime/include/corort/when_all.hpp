/// \file
/// when_all: runs several tasks as part of one.

#ifndef CORORT_WHEN_ALL_HPP
#define CORORT_WHEN_ALL_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/promise.hpp"
#include "corort/task.hpp"

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace corort {

namespace detail {

/// Starts its tasks one after the other on the thread of the task that awaits
/// it, and resumes that task when all have ended.
template <class Tasks> class start_all final : completion {
public:
  explicit start_all(Tasks &tasks) noexcept : tasks_(tasks) {}

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  CORORT_SUSPEND std::coroutine_handle<>
  await_suspend(std::coroutine_handle<Promise> parent) noexcept {
    parent_ = parent;
    scheduler *where = parent.promise().where();
    tasks_([&](auto &child) {
      // The starter counts as one more until it has started everybody: no child
      // may resume the parent, and so destroy this, before that.
      running_.fetch_add(1, std::memory_order_relaxed);
      auto coroutine = task_access::get(child);
      coroutine.promise().start_for(*this, where);
      coroutine.resume();
    });
    return on_done();
  }
  void await_resume() const noexcept {}

private:
  std::coroutine_handle<> on_done() noexcept override {
    // Acquires what the other children did, for the parent.
    if (running_.fetch_sub(1, std::memory_order_acq_rel) != 1)
      return std::noop_coroutine();
    return parent_;
  }

  Tasks &tasks_;
  std::atomic<std::size_t> running_{1};
  std::coroutine_handle<> parent_;
};

template <class T>
using when_all_element =
    std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class T> when_all_element<T> take_result(task<T> &ended) {
  if constexpr (std::is_void_v<T>) {
    task_access::outcome(ended).take();
    return {};
  } else {
    return task_access::outcome(ended).take();
  }
}

template <class... T>
using when_all_result = std::conditional_t<(std::is_void_v<T> && ...), void,
                                           std::tuple<when_all_element<T>...>>;

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
/// As safe as what the tasks themselves await.
/// \par Throws
/// Once all have ended, the exception of the first one in order that threw.
/// \par Thread safety
/// May be called from any thread.
template <class... T>
COROLINT_AWAITS_ALL()
task<detail::when_all_result<T...>> when_all(task<T>... tasks) {
  auto each = [&](auto &&start) { (start(tasks), ...); };
  co_await detail::start_all(each);
  // Braces, so that exceptions are looked for in order.
  using results = std::tuple<detail::when_all_element<T>...>;
  if constexpr ((std::is_void_v<T> && ...))
    (void)results{detail::take_result(tasks)...};
  else
    co_return results{detail::take_result(tasks)...};
}

/// As above, for any number of tasks; gives a vector of their results, or
/// nothing if they have none.
template <class T>
requires(!std::is_reference_v<T>) COROLINT_AWAITS_ALL()
COROLINT_CONSUMES_TASK(0)
task<std::conditional_t<std::is_void_v<T>, void,
                        std::vector<detail::when_all_element<T>>>>
when_all(std::vector<task<T>> tasks) {
  auto each = [&](auto &&start) {
    for (task<T> &child : tasks)
      start(child);
  };
  co_await detail::start_all(each);
  if constexpr (std::is_void_v<T>) {
    for (task<T> &child : tasks)
      detail::take_result(child);
  } else {
    std::vector<T> results;
    results.reserve(tasks.size());
    for (task<T> &child : tasks)
      results.push_back(detail::take_result(child));
    co_return results;
  }
}

} // namespace corort

#endif
