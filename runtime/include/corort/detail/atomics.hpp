/// \file
/// The operations that lock-free parts are written in.

#ifndef CORORT_DETAIL_ATOMICS_HPP
#define CORORT_DETAIL_ATOMICS_HPP

#include "corort/detail/platform.hpp"
#include "corort/detail/spinlock.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace corort::detail {

/// Those of the machine. A model checker puts its own in their place.
struct std_atomics {
  template <class T> using atomic = std::atomic<T>;
  using lock = spinlock;

  static void fence(std::memory_order order) noexcept { detail::fence(order); }
  static void light_fence() noexcept { detail::light_fence(); }
  static void heavy_fence() noexcept { detail::heavy_fence(); }

  static void futex_wait(std::atomic<std::uint32_t> &word,
                         std::uint32_t expected) noexcept {
    detail::futex_wait(word, expected);
  }
  static void futex_wait_for(std::atomic<std::uint32_t> &word,
                             std::uint32_t expected,
                             std::chrono::nanoseconds time) noexcept {
    detail::futex_wait_for(word, expected, time);
  }
  static void futex_wake_one(std::atomic<std::uint32_t> &word) noexcept {
    detail::futex_wake_one(word);
  }
};

} // namespace corort::detail

#endif
