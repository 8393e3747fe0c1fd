/// \file
/// Anything that can be awaited, as a task.

#ifndef CORORT_DETAIL_OPERATION_HPP
#define CORORT_DETAIL_OPERATION_HPP

#include "corort/detail/awaitable.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/race.hpp"
#include "corort/task.hpp"

#include <concepts>
#include <coroutine>
#include <type_traits>
#include <utility>

namespace corort::detail {

/// One of ours: it completes under `claim`.
template <class A>
concept operation =
    std::derived_from<std::remove_reference_t<awaiter_t<A>>, leaf>;

/// Awaits without the short cut of `await_ready`, so that it completes only
/// under `claim`.
template <class A> class claimed_await {
public:
  explicit claimed_await(A &&a) : awaiter_(awaiter_of(std::forward<A>(a))) {}

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  decltype(auto) await_suspend(std::coroutine_handle<Promise> waiting) {
    return awaiter_.await_suspend(waiting);
  }
  decltype(auto) await_resume() { return awaiter_.await_resume(); }

  const char *what() const noexcept { return awaiter_.what(); }

private:
  awaiter_t<A> awaiter_;
};

template <class A>
using awaited_task = task<
    std::conditional_t<std::is_rvalue_reference_v<await_result_t<A>>,
                       std::remove_cvref_t<await_result_t<A>>, await_result_t<A>>>;

template <class A> awaited_task<A> await_as_task(A &&a) {
  if constexpr (operation<A>) {
    claimed_await<A> one(std::forward<A>(a));
    co_return co_await one;
  } else {
    co_return co_await std::forward<A>(a);
  }
}

/// Tasks are moved; what else can be awaited is referred to.
template <class A> auto contend(A &&a) {
  if constexpr (is_task<std::remove_cvref_t<A>>)
    return contender<typename std::remove_cvref_t<A>::value_type>{
        std::forward<A>(a)};
  else
    return contender<typename awaited_task<A>::value_type>{
        await_as_task<A>(std::forward<A>(a)), operation<A>};
}

} // namespace corort::detail

#endif
