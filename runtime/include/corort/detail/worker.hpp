/// \file
/// worker: what one thread of a scheduler has for itself.

#ifndef CORORT_DETAIL_WORKER_HPP
#define CORORT_DETAIL_WORKER_HPP

#include "corort/detail/fifo_ring.hpp"
#include "corort/detail/sleepers.hpp"
#include "corort/detail/work_deque.hpp"

#include <atomic>
#include <cstdint>

namespace corort {
class scheduler;
}

namespace corort::detail {

class worker_pool;

struct worker {
  worker(scheduler &where, worker_pool &pool, std::uint32_t number)
      : home(where), home_pool(&pool), random(number * 7919u + 1u) {}

  /// What its tasks made ready: it takes the newest, thieves the oldest.
  work_deque hot;
  /// Those that stepped back: yielded, or woken by the clock. In order.
  work_ring patient;

  scheduler &home;
  worker_pool *const home_pool;
  /// How many times it looked for work. Read by thieves, to see whether it is
  /// stuck in one task.
  std::atomic<std::uint32_t> turns{0};

  // Theft must pay: moving a task costs several cache lines. After a theft of
  // something short the worker leaves the others alone for a while, longer
  // each time. All in nanoseconds.
  std::uint64_t random;
  std::uint64_t pause = 0;
  std::uint64_t paused_until = 0;
  bool stole = false;

  /// The lone item this worker saw last, as its owner's turn, and when.
  std::uint32_t seen_worker = 0;
  std::uint32_t seen_turn = 0;
  std::uint64_t seen_at = 0;

  sleepers::place place;
};

} // namespace corort::detail

#endif
