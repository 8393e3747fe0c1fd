/// \file
/// expected: a value, or the error that stands in its place.

#ifndef CORORT_EXPECTED_HPP
#define CORORT_EXPECTED_HPP

#include <version>

#if defined(__cpp_lib_expected) && __cpp_lib_expected >= 202211L
#include <expected>
#include <utility>

namespace corort {
using std::bad_expected_access;
using std::expected;
using std::unexpect;
using std::unexpect_t;
using std::unexpected;

namespace detail {
template <class T> inline constexpr bool is_expected = false;
template <class T, class E>
inline constexpr bool is_expected<expected<T, E>> = true;
template <class From> using error_of = decltype(std::declval<From>().error());
} // namespace detail
} // namespace corort

#else

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

// C++23's [expected] for C++20, but for `emplace`, `swap`, `error_or`,
// `rebind`; and assignment needs a value and an error that both move without a
// throw.

namespace corort {

template <class T, class E> class expected;
template <class E> class unexpected;

/// Asks a constructor of `expected` for an error.
struct unexpect_t {
  explicit unexpect_t() = default;
};
inline constexpr unexpect_t unexpect{};

namespace detail {

template <class T> inline constexpr bool is_expected = false;
template <class T, class E>
inline constexpr bool is_expected<expected<T, E>> = true;

template <class T> inline constexpr bool is_unexpected = false;
template <class E> inline constexpr bool is_unexpected<unexpected<E>> = true;

template <class From> using value_of = decltype(*std::declval<From>());
template <class From> using error_of = decltype(std::declval<From>().error());

/// The argument of a constructor: no tag, and not to be copied or moved.
template <class U, class Self, class V = std::remove_cvref_t<U>>
concept part_for =
    !std::same_as<V, Self> && !std::same_as<V, std::in_place_t> &&
    !std::same_as<V, unexpect_t>;

/// A `U` is the value of an `expected<T, E>`.
template <class U, class T, class E, class V = std::remove_cvref_t<U>>
concept value_for =
    part_for<U, expected<T, E>> && !is_unexpected<V> &&
    std::is_constructible_v<T, U> &&
    !(is_expected<V> && std::same_as<std::remove_cv_t<T>, bool>);

/// A `U` is an `unexpected`, whose error makes an `E`.
template <class U, class E>
concept unexpected_for = is_unexpected<std::remove_cvref_t<U>> &&
    std::is_constructible_v<E, error_of<U>>;

/// A `U` is another `expected`, whose parts make a `T` or an `E`.
template <class U, class T, class E>
concept parts_for =
    is_expected<std::remove_cvref_t<U>> && part_for<U, expected<T, E>> &&
    !value_for<U, T, E> &&
    std::is_constructible_v<E, error_of<U>> &&
    (std::is_void_v<T> ? std::is_void_v<value_of<U>>
                       : std::is_constructible_v<T, value_of<U>>);

} // namespace detail

/// An error on its way into an `expected`: `return unexpected(closed);`
template <class E> class unexpected {
  static_assert(std::is_object_v<E> && !std::is_array_v<E> &&
                    std::same_as<E, std::remove_cv_t<E>> &&
                    !detail::is_unexpected<E>,
                "an error must be an object, neither const nor volatile");

public:
  template <detail::part_for<unexpected> G = E>
  requires std::constructible_from<E, G>
  constexpr explicit unexpected(G &&error) : error_(std::forward<G>(error)) {}
  template <class... Args>
  requires std::constructible_from<E, Args...>
  constexpr explicit unexpected(std::in_place_t, Args &&...args)
      : error_(std::forward<Args>(args)...) {}

  constexpr E &error() &noexcept { return error_; }
  constexpr const E &error() const &noexcept { return error_; }
  constexpr E &&error() &&noexcept { return std::move(error_); }

  template <class G>
  friend constexpr bool operator==(const unexpected &a,
                                   const unexpected<G> &b) {
    return a.error() == b.error();
  }

private:
  E error_;
};

template <class E> unexpected(E) -> unexpected<E>;

/// Thrown by `expected::value` where there is none.
template <class E> class bad_expected_access;

/// The base of them all, for whom the error itself does not matter.
template <> class bad_expected_access<void> : public std::exception {
public:
  const char *what() const noexcept override {
    return "expected holds an error, not a value";
  }

protected:
  bad_expected_access() noexcept = default;
};

template <class E>
class bad_expected_access : public bad_expected_access<void> {
public:
  explicit bad_expected_access(E error) : error_(std::move(error)) {}

  E &error() &noexcept { return error_; }
  const E &error() const &noexcept { return error_; }
  E &&error() &&noexcept { return std::move(error_); }

private:
  E error_;
};

/// Holds a `T`, which may be void, or an `E` that says why there is none.
template <class T, class E> class [[nodiscard]] expected {
  static_assert(std::is_void_v<T> ||
                    (std::is_object_v<T> && !std::is_array_v<T>),
                "expected holds values: use a pointer or std::ref");

  using value_or_nothing =
      std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  using data = std::variant<value_or_nothing, E>;

  // Nothing could be left of either after an assignment that throws.
  static constexpr bool assignable =
      std::is_nothrow_move_constructible_v<value_or_nothing> &&
      std::is_nothrow_move_constructible_v<E>;

public:
  using value_type = T;
  using error_type = E;

  constexpr expected() = default;
  constexpr expected(const expected &) = default;
  constexpr expected(expected &&) = default;
  constexpr expected &operator=(const expected &) requires assignable = default;
  constexpr expected &operator=(expected &&) requires assignable = default;

  template <detail::value_for<T, E> U = std::remove_cv_t<T>>
  constexpr explicit(!std::is_convertible_v<U, T>) expected(U &&value)
      : data_(std::in_place_index<0>, std::forward<U>(value)) {}
  template <detail::unexpected_for<E> U>
  constexpr explicit(!std::is_convertible_v<detail::error_of<U>, E>)
      expected(U &&u)
      : data_(std::in_place_index<1>, std::forward<U>(u).error()) {}
  template <detail::parts_for<T, E> U>
  constexpr explicit(!(std::is_convertible_v<detail::value_of<U>, T> &&
                       std::is_convertible_v<detail::error_of<U>, E>))
      expected(U &&other)
      : data_(convert(std::forward<U>(other))) {}

  template <class... Args>
  requires std::constructible_from<value_or_nothing, Args...>
  constexpr explicit expected(std::in_place_t, Args &&...args)
      : data_(std::in_place_index<0>, std::forward<Args>(args)...) {}
  template <class... Args>
  requires std::constructible_from<E, Args...>
  constexpr explicit expected(unexpect_t, Args &&...args)
      : data_(std::in_place_index<1>, std::forward<Args>(args)...) {}

  constexpr bool has_value() const noexcept { return data_.index() == 0; }
  constexpr explicit operator bool() const noexcept { return has_value(); }

  /// The value; the program ends if there is none.
  constexpr std::add_lvalue_reference_t<T> operator*() &noexcept {
    if constexpr (!std::is_void_v<T>)
      return std::get<0>(data_);
  }
  constexpr std::add_lvalue_reference_t<const T> operator*() const &noexcept {
    if constexpr (!std::is_void_v<T>)
      return std::get<0>(data_);
  }
  constexpr std::add_rvalue_reference_t<T> operator*() &&noexcept {
    if constexpr (!std::is_void_v<T>)
      return std::get<0>(std::move(data_));
  }
  constexpr std::add_pointer_t<T> operator->() noexcept {
    return std::addressof(**this);
  }
  constexpr std::add_pointer_t<const T> operator->() const noexcept {
    return std::addressof(**this);
  }

  /// \throws bad_expected_access<E> with the error if it has no value.
  constexpr std::add_lvalue_reference_t<T> value() & { return *checked(*this); }
  constexpr std::add_lvalue_reference_t<const T> value() const & {
    return *checked(*this);
  }
  constexpr std::add_rvalue_reference_t<T> value() && {
    return *checked(std::move(*this));
  }

  /// The error; the program ends if there is a value.
  constexpr E &error() &noexcept { return std::get<1>(data_); }
  constexpr const E &error() const &noexcept { return std::get<1>(data_); }
  constexpr E &&error() &&noexcept { return std::get<1>(std::move(data_)); }

  template <class U> constexpr T value_or(U &&instead) const & {
    return has_value() ? **this : static_cast<T>(std::forward<U>(instead));
  }
  template <class U> constexpr T value_or(U &&instead) && {
    return has_value() ? *std::move(*this)
                       : static_cast<T>(std::forward<U>(instead));
  }

  /// `f(value)`, which is an `expected` with the same error, or the error.
  template <class F> constexpr auto and_then(F &&f) & {
    return then(*this, std::forward<F>(f));
  }
  template <class F> constexpr auto and_then(F &&f) const & {
    return then(*this, std::forward<F>(f));
  }
  template <class F> constexpr auto and_then(F &&f) && {
    return then(std::move(*this), std::forward<F>(f));
  }

  /// The value, or `f(error)`, which is an `expected` of the same value.
  template <class F> constexpr auto or_else(F &&f) & {
    return otherwise(*this, std::forward<F>(f));
  }
  template <class F> constexpr auto or_else(F &&f) const & {
    return otherwise(*this, std::forward<F>(f));
  }
  template <class F> constexpr auto or_else(F &&f) && {
    return otherwise(std::move(*this), std::forward<F>(f));
  }

  /// Holds `f(value)`, or the error.
  template <class F> constexpr auto transform(F &&f) & {
    return map(*this, std::forward<F>(f));
  }
  template <class F> constexpr auto transform(F &&f) const & {
    return map(*this, std::forward<F>(f));
  }
  template <class F> constexpr auto transform(F &&f) && {
    return map(std::move(*this), std::forward<F>(f));
  }

  /// Holds the value, or `f(error)`.
  template <class F> constexpr auto transform_error(F &&f) & {
    return map_error(*this, std::forward<F>(f));
  }
  template <class F> constexpr auto transform_error(F &&f) const & {
    return map_error(*this, std::forward<F>(f));
  }
  template <class F> constexpr auto transform_error(F &&f) && {
    return map_error(std::move(*this), std::forward<F>(f));
  }

  template <class U, class G>
  friend constexpr bool operator==(const expected &a, const expected<U, G> &b) {
    if (!a.has_value() || !b.has_value())
      return a.has_value() == b.has_value() && a.error() == b.error();
    if constexpr (std::is_void_v<T>)
      return true;
    else
      return *a == *b;
  }
  template <class U>
  requires(!std::is_void_v<T> && !detail::is_expected<U>) //
      friend constexpr bool
      operator==(const expected &a, const U &value) {
    return a.has_value() && *a == value;
  }
  template <class G>
  friend constexpr bool operator==(const expected &a, const unexpected<G> &b) {
    return !a.has_value() && a.error() == b.error();
  }

private:
  template <class Other> static constexpr data convert(Other &&other) {
    if (!other.has_value())
      return data(std::in_place_index<1>, std::forward<Other>(other).error());
    if constexpr (std::is_void_v<T>)
      return data();
    else
      return data(std::in_place_index<0>, *std::forward<Other>(other));
  }

  template <class Self> static constexpr Self &&checked(Self &&self) {
    if (!self.has_value())
      throw bad_expected_access<E>(std::forward<Self>(self).error());
    return std::forward<Self>(self);
  }

  /// `f(*self)`, or `f()` if that is void.
  template <class Self, class F>
  static constexpr decltype(auto) call(Self &&self, F &&f) {
    if constexpr (std::is_void_v<T>)
      return std::invoke(std::forward<F>(f));
    else
      return std::invoke(std::forward<F>(f), *std::forward<Self>(self));
  }

  /// The value of `self` in an `expected` with another error.
  template <class Result, class Self>
  static constexpr Result keep_value(Self &&self) {
    if constexpr (std::is_void_v<T>)
      return Result();
    else
      return Result(std::in_place, *std::forward<Self>(self));
  }

  template <class Self, class F>
  static constexpr auto then(Self &&self, F &&f) {
    using result = std::remove_cvref_t<decltype(call(std::forward<Self>(self),
                                                     std::forward<F>(f)))>;
    static_assert(std::same_as<typename result::error_type, E>,
                  "and_then needs an expected with the same type of error");
    if (!self.has_value())
      return result(unexpect, std::forward<Self>(self).error());
    return result(call(std::forward<Self>(self), std::forward<F>(f)));
  }

  template <class Self, class F>
  static constexpr auto otherwise(Self &&self, F &&f) {
    using result =
        std::remove_cvref_t<std::invoke_result_t<F, detail::error_of<Self>>>;
    static_assert(std::same_as<typename result::value_type, T>,
                  "or_else needs an expected with the same type of value");
    if (self.has_value())
      return keep_value<result>(std::forward<Self>(self));
    return result(
        std::invoke(std::forward<F>(f), std::forward<Self>(self).error()));
  }

  template <class Self, class F> static constexpr auto map(Self &&self, F &&f) {
    using value = std::remove_cv_t<decltype(call(std::forward<Self>(self),
                                                 std::forward<F>(f)))>;
    using result = expected<value, E>;
    if (!self.has_value())
      return result(unexpect, std::forward<Self>(self).error());
    if constexpr (std::is_void_v<value>) {
      call(std::forward<Self>(self), std::forward<F>(f));
      return result();
    } else {
      return result(std::in_place,
                    call(std::forward<Self>(self), std::forward<F>(f)));
    }
  }

  template <class Self, class F>
  static constexpr auto map_error(Self &&self, F &&f) {
    using error =
        std::remove_cv_t<std::invoke_result_t<F, detail::error_of<Self>>>;
    using result = expected<T, error>;
    if (self.has_value())
      return keep_value<result>(std::forward<Self>(self));
    return result(unexpect, std::invoke(std::forward<F>(f),
                                        std::forward<Self>(self).error()));
  }

  data data_;
};

} // namespace corort

#endif

#endif
