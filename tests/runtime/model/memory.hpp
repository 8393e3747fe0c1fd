/// \file
/// What each thread of a model knows of memory: the C++20 memory model
/// ([intro.races], [atomics.order]) in terms of views.

#ifndef COROLINT_TESTS_RUNTIME_MODEL_MEMORY_HPP
#define COROLINT_TESTS_RUNTIME_MODEL_MEMORY_HPP

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace model {

inline constexpr std::size_t max_threads = 5;
inline constexpr std::size_t max_locations = 48;

/// A point in the history of an atomic: how many stores came before it.
using time_stamp = std::uint16_t;

/// For each atomic the oldest value that may still be read.
struct coherence_view {
  std::array<time_stamp, max_locations> oldest{};

  void join(const coherence_view &other) noexcept {
    for (std::size_t i = 0; i < max_locations; ++i)
      oldest[i] = std::max(oldest[i], other.oldest[i]);
  }
};

/// For each thread how many of its steps have happened before.
struct clock_view {
  std::array<std::uint16_t, max_threads> steps{};

  void join(const clock_view &other) noexcept {
    for (std::size_t i = 0; i < max_threads; ++i)
      steps[i] = std::max(steps[i], other.steps[i]);
  }
};

/// What synchronizing with somebody hands over.
struct view : coherence_view, clock_view {
  void join(const view &other) noexcept {
    coherence_view::join(other);
    clock_view::join(other);
  }
};

inline bool acquires(std::memory_order order) noexcept {
  return order == std::memory_order_acquire ||
         order == std::memory_order_consume ||
         order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

inline bool releases(std::memory_order order) noexcept {
  return order == std::memory_order_release ||
         order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

/// The memory side of one thread.
struct thread_memory {
  /// What it knows.
  view current;
  /// What an acquire fence would add: what its relaxed loads have met.
  view met;
  /// What its relaxed stores hand over: what it knew at its release fence.
  view published;

  void receive(const view &message, std::memory_order order) noexcept {
    (acquires(order) ? current : met).join(message);
  }
  const view &message(std::memory_order order) const noexcept {
    return releases(order) ? current : published;
  }

  /// \p agreed is what the fences and operations of seq_cst so far agree on.
  void fence(std::memory_order order, coherence_view &agreed) noexcept {
    if (acquires(order))
      current.join(met);
    if (order == std::memory_order_seq_cst) {
      current.coherence_view::join(agreed);
      agreed.join(current);
    }
    if (releases(order))
      published = current;
  }
};

} // namespace model

#endif
