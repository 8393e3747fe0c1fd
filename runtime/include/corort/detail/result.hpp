/// \file
/// result: what a task ended with.

#ifndef CORORT_DETAIL_RESULT_HPP
#define CORORT_DETAIL_RESULT_HPP

#include "corort/error.hpp"

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace corort::detail {

/// Nothing yet, a value or reference, or an exception.
template <class T> class result {
  static_assert(std::is_void_v<T> || std::is_reference_v<T> ||
                    std::is_move_constructible_v<T>,
                "a task's result must be void, a reference, or movable");

  using stored = std::conditional_t<
      std::is_void_v<T>, std::monostate,
      std::conditional_t<std::is_reference_v<T>,
                         std::add_pointer_t<std::remove_reference_t<T>>,
                         std::remove_cv_t<T>>>;

public:
  /// Stores a value; for references, where it is.
  template <class... U> void set(U &&...value) {
    if constexpr (std::is_reference_v<T>)
      data_.template emplace<1>(std::addressof(value)...);
    else
      data_.template emplace<1>(std::forward<U>(value)...);
  }

  void fail(std::exception_ptr exception) noexcept {
    data_.template emplace<2>(std::move(exception));
  }

  /// Moves here what \p other holds. Not an assignment: the value may have none.
  void set_from(result &&other) {
    if (other.data_.index() == 1)
      data_.template emplace<1>(std::move(std::get<1>(other.data_)));
    else if (other.data_.index() == 2)
      fail(std::move(std::get<2>(other.data_)));
  }

  /// \returns null unless it holds an exception.
  std::exception_ptr exception() const noexcept {
    return data_.index() == 2 ? std::get<2>(data_) : nullptr;
  }

  /// Moves the value out, or throws the exception.
  T take() {
    if (data_.index() == 2)
      std::rethrow_exception(std::exchange(std::get<2>(data_), nullptr));
    if (data_.index() != 1)
      detail::fail("result of a task that has not ended");
    if constexpr (std::is_reference_v<T>)
      return static_cast<T>(*std::get<1>(data_));
    else if constexpr (!std::is_void_v<T>)
      return std::move(std::get<1>(data_));
  }

private:
  std::variant<std::monostate, stored, std::exception_ptr> data_;
};

} // namespace corort::detail

#endif
