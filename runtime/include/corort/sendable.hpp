/// \file
/// sendable: which types may be handed to a task that runs on its own.

#ifndef CORORT_SENDABLE_HPP
#define CORORT_SENDABLE_HPP

#include "corolint/annotations.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <shared_mutex>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace corort {

/// Whether a `T` may not leave its thread. Says so of your own type by a member
/// `using corort_thread_bound = void;`, which derived classes inherit, or a
/// specialisation of this.
template <class T> inline constexpr bool thread_bound = requires {
  typename T::corort_thread_bound;
};

/// Holds a value that is sent on its sender's word, as `unsafe_send` makes it.
template <class T>
struct COROLINT_SEND("its sender vouches for it") unsafe_sent {
  T value;
};

/// Sends what is not `sendable`: `spawn(watch, unsafe_send(&device))`. The
/// caller vouches that what \p value refers to outlives the task, and that
/// other threads may use it. The task's function gets the value itself, and an
/// `X &` for `unsafe_send(std::ref(x))`.
template <class T>
constexpr unsafe_sent<std::decay_t<T>> unsafe_send(T &&value) {
  return {std::forward<T>(value)};
}

namespace detail {

/// Why something can't be sent.
enum class hazard {
  none,
  reference,
  pointer,
  text,
  view,
  iterator,
  lock,
  thread,
  declared
};

template <class T> inline constexpr bool is_reference_wrapper = false;
template <class T>
inline constexpr bool is_reference_wrapper<std::reference_wrapper<T>> = true;

template <class T> inline constexpr bool is_lock = false;
template <class M> inline constexpr bool is_lock<std::lock_guard<M>> = true;
template <class M> inline constexpr bool is_lock<std::unique_lock<M>> = true;
template <class M> inline constexpr bool is_lock<std::shared_lock<M>> = true;
template <class... M>
inline constexpr bool is_lock<std::scoped_lock<M...>> = true;

/// A view whose iterators outlive it points into something else.
template <class T>
inline constexpr bool is_borrowed_view =
    std::ranges::view<T> &&std::ranges::borrowed_range<T>;
template <class T>
inline constexpr bool is_borrowed_view<std::ranges::empty_view<T>> = false;
template <class W, class B>
inline constexpr bool is_borrowed_view<std::ranges::iota_view<W, B>> = false;
template <class T>
inline constexpr bool is_borrowed_view<std::initializer_list<T>> = true;

/// What is wrong with a `T` as such, whatever its parts are.
template <class T> consteval hazard hazard_of() {
  if constexpr (std::is_reference_v<T> || is_reference_wrapper<T>)
    return hazard::reference;
  else if constexpr (std::is_pointer_v<T>)
    return std::is_function_v<std::remove_pointer_t<T>> ? hazard::none
           : std::is_same_v<std::remove_cv_t<std::remove_pointer_t<T>>, char>
               ? hazard::text
               : hazard::pointer;
  else if constexpr (thread_bound<T>)
    return hazard::thread;
  else if constexpr (!requires { sizeof(T); })
    return hazard::none; // Not known here, as behind a pointer.
  else if constexpr (is_lock<T>)
    return hazard::lock;
  else if constexpr (is_borrowed_view<T>)
    return hazard::view;
  else if constexpr (std::input_or_output_iterator<T>)
    return hazard::iterator;
  else
    return hazard::none;
}

template <class... T> struct types {};

/// The types whose values a `T` holds, as far as that is known.
template <class T> struct parts { using list = types<>; };

template <class T, class U> struct parts<std::pair<T, U>> {
  using list = types<T, U>;
};
template <class... T> struct parts<std::tuple<T...>> {
  using list = types<T...>;
};
template <class... T> struct parts<std::variant<T...>> {
  using list = types<T...>;
};
template <class T> struct parts<std::optional<T>> { using list = types<T>; };
template <class T, std::size_t N> struct parts<std::array<T, N>> {
  using list = types<T>;
};
template <class T, class A> struct parts<std::vector<T, A>> {
  using list = types<T>;
};
template <class T, class D> struct parts<std::unique_ptr<T, D>> {
  using list = types<std::remove_extent_t<T>>;
};
template <class T> struct parts<std::shared_ptr<T>> {
  using list = types<std::remove_extent_t<T>>;
};
template <class W, class B> struct parts<std::ranges::iota_view<W, B>> {
  using list = types<W>;
};
/// A range adaptor: what it adapts.
template <std::ranges::view T>
requires requires(T &&view) { std::move(view).base(); }
struct parts<T> {
  using list = types<std::remove_cvref_t<decltype(std::declval<T>().base())>>;
};

/// Whether a `T` can be sent; else why not, and which part of it is to blame.
template <class T> struct verdict;

template <class Whole, class Parts> struct verdict_on {
  using culprit = Whole;
  static constexpr hazard why = hazard::none;
};
template <class Whole, class First, class... Rest>
struct verdict_on<Whole, types<First, Rest...>>
    : std::conditional_t<verdict<First>::why == hazard::none,
                         verdict_on<Whole, types<Rest...>>, verdict<First>> {};

/// What corort says of a `T` of which the program says nothing.
template <class T, hazard Why = hazard_of<T>()> struct judgement {
  using culprit = T;
  static constexpr hazard why = Why;
};
template <class T>
struct judgement<T, hazard::none> : verdict_on<T, typename parts<T>::list> {};

} // namespace detail

/// Whether a `T` may be sent, in its member `value`. Specialise it, derived
/// from `std::true_type` or `std::false_type`, for types of yours that corort
/// misjudges.
template <class T>
struct is_sendable : std::bool_constant<detail::judgement<T>::why == //
                                        detail::hazard::none> {
  using judged_by_corort = void;
};
template <class T>
requires std::is_const_v<T> || std::is_volatile_v<T>
struct is_sendable<T> : is_sendable<std::remove_cv_t<T>> {
};
template <class T> struct is_sendable<unsafe_sent<T>> : std::true_type {};

namespace detail {

template <class T> struct verdict {
  using culprit = T;
  static constexpr hazard why =
      is_sendable<T>::value ? hazard::none : hazard::declared;
};
template <class T>
requires requires { typename is_sendable<T>::judged_by_corort; }
struct verdict<T> : judgement<std::remove_cv_t<T>> {};

template <class T> using culprit = typename verdict<T>::culprit;

/// What a constraint demands, and what to do about it if it does not hold:
/// compilers show the text with the expression.
constexpr bool demand(bool holds, const char *) noexcept { return holds; }

template <class T>
concept no_reference =
    demand(verdict<T>::why != hazard::reference,
           "a reference does not keep its object alive: pass a copy or a "
           "std::shared_ptr, or unsafe_send(std::ref(x)) if it lives longer");

template <class T>
concept no_raw_pointer =
    demand(verdict<T>::why != hazard::pointer,
           "a raw pointer does not keep its object alive: pass the object, a "
           "std::unique_ptr or a std::shared_ptr, or unsafe_send(p) if it "
           "lives longer") &&
    demand(verdict<T>::why != hazard::text,
           "a pointer does not keep its text alive: pass a std::string, or "
           "unsafe_send(text) if it lives longer, as literals do");

template <class T>
concept no_borrowed_view =
    demand(verdict<T>::why != hazard::view,
           "a view does not own its elements: pass a std::string or a "
           "container, or unsafe_send(view) if they live longer");

template <class T>
concept no_iterator =
    demand(verdict<T>::why != hazard::iterator,
           "an iterator does not own its range: pass the range, or "
           "unsafe_send(i) if the range lives longer");

template <class T>
concept no_lock_of_a_thread =
    demand(verdict<T>::why != hazard::lock,
           "the thread that locked must unlock: let the task lock, or use a "
           "corort::mutex");

template <class T>
concept not_bound_to_a_thread =
    demand(verdict<T>::why != hazard::thread,
           "its type declares itself corort::thread_bound: make it in the "
           "task, or leave it to its own thread");

template <class T>
concept not_declared_unsendable =
    demand(verdict<T>::why != hazard::declared,
           "corort::is_sendable is specialised for its type, and says no");

} // namespace detail

/// What may be handed to a task that runs on its own: it owns what it uses, and
/// does not belong to a thread. References, raw pointers, views, iterators,
/// `std` locks and `thread_bound` types are not sendable, neither are pairs,
/// tuples, variants, optionals, arrays, vectors and smart pointers of such.
/// Members of classes and captures of lambdas are not seen; corolint sees them.
template <class T>
concept sendable = detail::no_reference<detail::culprit<T>> &&
    detail::no_raw_pointer<detail::culprit<T>> &&
    detail::no_borrowed_view<detail::culprit<T>> &&
    detail::no_iterator<detail::culprit<T>> &&
    detail::no_lock_of_a_thread<detail::culprit<T>> &&
    detail::not_bound_to_a_thread<detail::culprit<T>> &&
    detail::not_declared_unsendable<detail::culprit<T>>;

} // namespace corort

#endif
