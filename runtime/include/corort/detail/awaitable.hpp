/// \file
/// What may be the operand of `co_await`, and what that gives.

#ifndef CORORT_DETAIL_AWAITABLE_HPP
#define CORORT_DETAIL_AWAITABLE_HPP

#include <type_traits>
#include <utility>

namespace corort::detail {

/// The awaiter of `co_await operand`, [expr.await]/3; an lvalue if it is the
/// operand itself.
template <class T> decltype(auto) awaiter_of(T &&operand) {
  if constexpr (requires { std::forward<T>(operand).operator co_await(); })
    return std::forward<T>(operand).operator co_await();
  else if constexpr (requires { operator co_await(std::forward<T>(operand)); })
    return operator co_await(std::forward<T>(operand));
  else
    return static_cast<std::remove_reference_t<T> &>(operand);
}

template <class T>
using awaiter_t = decltype(detail::awaiter_of(std::declval<T>()));

/// What `co_await` of a `T` gives.
template <class T>
using await_result_t =
    decltype(detail::awaiter_of(std::declval<T>()).await_resume());

/// Whether `co_await` may be applied to a `T`.
template <class T>
concept awaitable = requires {
  detail::awaiter_of(std::declval<T>()).await_ready();
  typename await_result_t<T>;
};

} // namespace corort::detail

#endif
