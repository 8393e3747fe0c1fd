/// \file
/// spawnable_with: which functions, with which arguments, make a task that may
/// run on its own.

#ifndef CORORT_SPAWNABLE_HPP
#define CORORT_SPAWNABLE_HPP

#include "corort/detail/config.hpp"
#include "corort/sendable.hpp"
#include "corort/task.hpp"

#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace corort {

namespace detail {

/// What the task's function gets for an argument of type `T`: an rvalue, or the
/// object of a `reference_wrapper`; for an `unsafe_sent`, what is in it.
template <class T> T &&received(T &value) noexcept { return std::move(value); }
template <class T> T &received(std::reference_wrapper<T> &reference) noexcept {
  return reference;
}
template <class T> decltype(auto) received(unsafe_sent<T> &sent) noexcept {
  return detail::received(sent.value);
}
template <class T>
using received_t = decltype(detail::received(std::declval<T &>()));

/// What `fn(args...)` gives in the new task.
template <class Fn, class... Args>
using spawned_t = std::invoke_result_t<received_t<Fn>, received_t<Args>...>;

// Arguments are converted to parameters here, as in a call of the user's own
// that nobody sees: `std::invoke` does not warn of that either.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"

template <class Method, class Object, class... Args>
CORORT_WRAPPER decltype(auto) call_method(Method method, Object &&object,
                                          Args &&...args) {
  if constexpr (requires {
                  (std::forward<Object>(object).*
                   method)(std::forward<Args>(args)...);
                })
    return (std::forward<Object>(object).*method)(std::forward<Args>(args)...);
  else
    return ((*std::forward<Object>(object)).*
            method)(std::forward<Args>(args)...);
}

/// Calls \p fn as the task's function is called. It is `std::invoke`, which
/// Clang, with CORORT_STRICT, does not let return a task.
template <class Fn, class... Args>
CORORT_WRAPPER spawned_t<Fn, Args...> call_spawned(Fn &fn, Args &...args) {
  if constexpr (std::is_member_pointer_v<std::remove_cvref_t<received_t<Fn>>>)
    return detail::call_method(detail::received(fn), detail::received(args)...);
  else
    return detail::received(fn)(detail::received(args)...);
}

#pragma GCC diagnostic pop

/// The `N`th of `T`; for one too many, an int, which is fine anywhere.
template <std::size_t N, class... T>
using nth_t = std::tuple_element_t<(N < sizeof...(T) ? N : sizeof...(T)),
                                   std::tuple<T..., int>>;

// One concept for each argument, as the compilers' notes show the names of
// concepts, and not which element of a pack they looked at.
template <class Fn>
concept function_is_sendable = sendable<Fn>;
template <class... Args>
concept argument_1_is_sendable = sendable<nth_t<0, Args...>>;
template <class... Args>
concept argument_2_is_sendable = sendable<nth_t<1, Args...>>;
template <class... Args>
concept argument_3_is_sendable = sendable<nth_t<2, Args...>>;
template <class... Args>
concept argument_4_is_sendable = sendable<nth_t<3, Args...>>;
template <class... Args>
concept all_arguments_are_sendable = (sendable<Args> && ...);

template <class... Args>
concept arguments_are_sendable = argument_1_is_sendable<Args...> &&
    argument_2_is_sendable<Args...> && argument_3_is_sendable<Args...> &&
    argument_4_is_sendable<Args...> && all_arguments_are_sendable<Args...>;

/// What is left to ask of a `T` that may borrow: an int, which is fine, if that
/// is all it does.
template <class T>
using not_borrowed_t =
    std::conditional_t<verdict<T>::why == hazard::lock ||
                           verdict<T>::why == hazard::thread ||
                           verdict<T>::why == hazard::declared,
                       T, int>;

template <class Fn, class... Args>
concept callable_in_task =
    demand(std::is_invocable_v<received_t<Fn>, received_t<Args>...>,
           "the function does not take these arguments, which it gets as "
           "rvalues: take them by value");

template <class Fn, class... Args>
concept makes_a_task = demand(is_task<spawned_t<Fn, Args...>>,
                              "the function must return a corort::task");

} // namespace detail

/// `fn(args...)` makes a task that may run on its own: all of them are
/// `sendable`, and the function, called with rvalues as `std::invoke` does,
/// returns a task.
template <class Fn, class... Args>
concept spawnable_with = detail::function_is_sendable<Fn> &&
    detail::arguments_are_sendable<Args...> &&
    detail::callable_in_task<Fn, Args...> && detail::makes_a_task<Fn, Args...>;

/// The same for a child of a scope, which may borrow from its parent.
template <class Fn, class... Args>
concept spawnable_in_scope =
    detail::function_is_sendable<detail::not_borrowed_t<Fn>> &&
    detail::arguments_are_sendable<detail::not_borrowed_t<Args>...> &&
    detail::callable_in_task<Fn, Args...> && detail::makes_a_task<Fn, Args...>;

} // namespace corort

#endif
