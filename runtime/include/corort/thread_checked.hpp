/// \file
/// thread_checked: a value that only one thread may use.

#ifndef CORORT_THREAD_CHECKED_HPP
#define CORORT_THREAD_CHECKED_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/config.hpp"
#include "corort/error.hpp"

#include <source_location>
#include <thread>
#include <utility>

namespace corort {

/// Holds a value that belongs to the thread that made it, as a handle of a
/// library with a state per thread. A task that keeps one across `co_await` may
/// go on in another thread; with CORORT_DEBUG, using it there is reported as
/// `error_kind::wrong_thread`. It is not `sendable`.
template <class T>
class COROLINT_THREAD_BOUND("its value belongs to one thread") thread_checked {
public:
  using corort_thread_bound = void;

  explicit thread_checked(T value) : value_(std::move(value)) {}
  thread_checked(const thread_checked &) = delete;
  thread_checked &operator=(const thread_checked &) = delete;

  /// The value, for use now.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// Only the thread that made it may call it; that is what it checks.
  T &get([[maybe_unused]] std::source_location where =
             std::source_location::current()) noexcept {
#if CORORT_DEBUG
    if (owner_ != std::this_thread::get_id())
      detail::report({.kind = error_kind::wrong_thread,
                      .where = where,
                      .exception = nullptr});
#endif
    return value_;
  }

private:
  T value_;
#if CORORT_DEBUG
  const std::thread::id owner_ = std::this_thread::get_id();
#endif
};

} // namespace corort

#endif
