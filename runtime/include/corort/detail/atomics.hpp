/// \file
/// The atomic operations that lock-free parts are written in.

#ifndef CORORT_DETAIL_ATOMICS_HPP
#define CORORT_DETAIL_ATOMICS_HPP

#include "corort/detail/platform.hpp"

#include <atomic>

namespace corort::detail {

/// Those of the machine. A model checker puts its own in their place.
struct std_atomics {
  template <class T> using atomic = std::atomic<T>;

  static void fence(std::memory_order order) noexcept { detail::fence(order); }
};

} // namespace corort::detail

#endif
