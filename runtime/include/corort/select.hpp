/// \file
/// select: waits for the first of several to end.

#ifndef CORORT_SELECT_HPP
#define CORORT_SELECT_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/operation.hpp"
#include "corort/detail/race.hpp"
#include "corort/task.hpp"

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

namespace corort {

namespace detail {

template <class T> struct alternative { using type = T; };
template <> struct alternative<void> { using type = std::monostate; };
template <class T> struct alternative<T &> {
  using type = std::reference_wrapper<T>;
};

template <class... T>
using select_result = std::variant<typename alternative<T>::type...>;

struct first_to_end {
  static constexpr const char *what = "select";
  static constexpr bool comes_back = false;
  static bool decides(const auto &) noexcept { return true; }
};

template <class Result, std::size_t I, class... T>
Result take_first(race<first_to_end, T...> &over) {
  if constexpr (I + 1 < sizeof...(T))
    if (!over.template decided_by<I>())
      return take_first<Result, I + 1>(over);
  if constexpr (std::is_same_v<std::variant_alternative_t<I, Result>,
                               std::monostate>) {
    over.template outcome<I>().take();
    return Result(std::in_place_index<I>);
  } else {
    return Result(std::in_place_index<I>, over.template outcome<I>().take());
  }
}

template <class... T>
task<select_result<T...>> run_select(contender<T>... who) {
  race<first_to_end, T...> all(std::move(who)...);
  co_await all;
  co_return take_first<select_result<T...>, 0>(all);
}

} // namespace detail

/// Waits for the first of several to end and gives its value as a
/// `std::variant`, whose index tells which it was. `std::monostate` stands for
/// void, `std::reference_wrapper` for a reference.
///
///     auto first = co_await select(queue.recv(), sleep_for(1s));
///     if (first.index() == 0)
///       use(std::get<0>(first));
///
/// The arms are tasks, or what else can be awaited: `recv()`, `lock()`,
/// `sleep_for(…)`, a join_handle. They start in order, each when the one before
/// has ended or suspended for the first time; once one has ended no more are
/// started. The others are asked to stop and are gone, with all they owned,
/// before the caller goes on. What they ended with all the same is thrown away.
///
/// Arms that are not tasks are used where they are: await the result in the
/// expression that makes them.
///
/// \par Cancel safety
/// Asks all arms to stop and waits until they have. Of the operations among
/// them at most one completes, and what it gives reaches the caller. A task
/// that loses takes with it what it has received by then.
/// \par Throws
/// What the first to end threw; std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <detail::awaitable... A>
requires(sizeof...(A) > 0) COROLINT_AWAITS_FIRST()
[[nodiscard]] auto select(A &&...arms) {
  return detail::run_select(detail::contend(std::forward<A>(arms))...);
}

} // namespace corort

#endif
