/// \file
/// result: what a task ended with.

#ifndef CORORT_DETAIL_RESULT_HPP
#define CORORT_DETAIL_RESULT_HPP

#include "corort/error.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

namespace corort::detail {

struct nothing {};

/// Nothing yet, a value or reference, or an exception. Not a variant: this is
/// in every frame, and is written and read once.
template <class T> class result {
  static_assert(std::is_void_v<T> || std::is_reference_v<T> ||
                    std::is_move_constructible_v<T>,
                "a task's result must be void, a reference, or movable");

  using stored = std::conditional_t<
      std::is_void_v<T>, nothing,
      std::conditional_t<std::is_reference_v<T>,
                         std::add_pointer_t<std::remove_reference_t<T>>,
                         std::remove_cv_t<T>>>;

public:
  result() noexcept {}
  result(const result &) = delete;
  result &operator=(const result &) = delete;
  ~result() { reset(); }

  /// Stores a value; for references, where it is.
  template <class... U> void set(U &&...value) {
    if constexpr (std::is_reference_v<T>)
      std::construct_at(&value_, std::addressof(value)...);
    else
      std::construct_at(&value_, std::forward<U>(value)...);
    state_ = state::value;
  }

  // Not inlined: it is in the way of what happens mostly.
  [[gnu::noinline]] void fail(std::exception_ptr exception) noexcept {
    // `co_return` may have stored a value before a destructor threw.
    reset();
    std::construct_at(&exception_, std::move(exception));
    state_ = state::exception;
  }

  /// Moves here what \p other holds; the exception that throws, if it does.
  void set_from(result &&other) noexcept {
    if (other.state_ == state::exception) {
      fail(std::move(other.exception_));
    } else if (other.state_ == state::value) {
      if constexpr (std::is_nothrow_move_constructible_v<stored>) {
        std::construct_at(&value_, std::move(other.value_));
        state_ = state::value;
      } else {
        try {
          std::construct_at(&value_, std::move(other.value_));
          state_ = state::value;
        } catch (...) {
          fail(std::current_exception());
        }
      }
    }
  }

  bool has_value() const noexcept { return state_ == state::value; }

  /// The value, or where the reference goes. There must be one.
  const stored &peek() const noexcept { return value_; }

  /// \returns null unless it holds an exception.
  std::exception_ptr exception() const noexcept {
    return state_ == state::exception ? exception_ : nullptr;
  }

  /// Moves the value out, or throws the exception.
  T take() {
    if (state_ == state::exception) [[unlikely]]
      std::rethrow_exception(std::exchange(exception_, nullptr));
    if (state_ != state::value) [[unlikely]]
      detail::fail("result of a task that has not ended");
    if constexpr (std::is_reference_v<T>)
      return static_cast<T>(*value_);
    else if constexpr (!std::is_void_v<T>)
      return std::move(value_);
  }

private:
  enum class state : std::uint8_t { empty, value, exception };

  void reset() noexcept {
    if (state_ == state::value)
      std::destroy_at(&value_);
    else if (state_ == state::exception)
      std::destroy_at(&exception_);
    state_ = state::empty;
  }

  union {
    stored value_;
    std::exception_ptr exception_;
  };
  state state_ = state::empty;
};

} // namespace corort::detail

#endif
