/// \file
/// try_when_all: runs several tasks as part of one until one of them fails.

#ifndef CORORT_TRY_WHEN_ALL_HPP
#define CORORT_TRY_WHEN_ALL_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/race.hpp"
#include "corort/detail/start_all.hpp"
#include "corort/expected.hpp"
#include "corort/task.hpp"

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace corort {

namespace detail {

struct first_to_fail {
  static constexpr const char *what = "try_when_all";
  static constexpr bool comes_back = false;
  static bool decides(const auto &ended) noexcept {
    return !ended.has_value() || !ended.peek().has_value();
  }
};

template <class E, class... T>
using try_result = expected<std::conditional_t<(std::is_void_v<T> && ...), void,
                                               std::tuple<element<T>...>>,
                            E>;

template <class E, class... T>
using race_to_fail = race<first_to_fail, expected<T, E>...>;

/// The error or exception of the first one that failed.
template <std::size_t I, class E, class... T>
unexpected<E> take_error(race_to_fail<E, T...> &over) {
  if constexpr (I + 1 < sizeof...(T))
    if (!over.template decided_by<I>())
      return take_error<I + 1, E, T...>(over);
  return unexpected<E>(over.template outcome<I>().take().error());
}

template <class T, class E>
element<T> take_value(result<expected<T, E>> &ended) {
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return *ended.take();
}

template <class E, class... T, std::size_t... I>
std::tuple<element<T>...> take_values(race_to_fail<E, T...> &over,
                                      std::index_sequence<I...>) {
  return {take_value(over.template outcome<I>())...};
}

template <class E, class... T>
task<try_result<E, T...>> run_try(task<expected<T, E>>... tasks) {
  race_to_fail<E, T...> all(contender<expected<T, E>>{std::move(tasks)}...);
  co_await all;
  if (all.decided())
    co_return take_error<0, E, T...>(all);
  if constexpr ((std::is_void_v<T> && ...))
    co_return try_result<E, T...>();
  else
    co_return take_values<E, T...>(all, std::index_sequence_for<T...>());
}

} // namespace detail

/// Runs all tasks as part of the one that awaits the result, and gives a tuple
/// of their values in order, or the first error:
///
///     expected<std::tuple<user, cart>, error> both =
///         co_await try_when_all(load_user(id), load_cart(id));
///
/// `std::monostate` stands for void; the value is void if all are. When one
/// ends with an error or an exception the others are asked to stop, and those
/// that have not started are not; the caller goes on when all have gone. What
/// they ended with is thrown away.
///
/// They start in order, each when the one before has ended or suspended for the
/// first time. From then on they run at the same time on the scheduler's
/// threads.
///
/// \par Cancel safety
/// Asks all of them to stop and waits until they have; as safe as they are.
/// \par Throws
/// The exception of the first one to fail, if that is how it failed;
/// std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <class E, class... T>
COROLINT_AWAITS_ALL()
task<detail::try_result<E, T...>> try_when_all(task<expected<T, E>>... tasks) {
  return detail::run_try<E, T...>(std::move(tasks)...);
}

} // namespace corort

#endif
