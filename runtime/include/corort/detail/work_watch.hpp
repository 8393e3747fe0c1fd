/// \file
/// work_watch: what is known of a thread while it runs a task. Used only with
/// CORORT_DEBUG.

#ifndef CORORT_DETAIL_WORK_WATCH_HPP
#define CORORT_DETAIL_WORK_WATCH_HPP

#include "corort/detail/await_site.hpp"
#include "corort/error.hpp"

#include <atomic>
#include <cstdint>
#include <utility>

namespace corort::detail {

struct work_watch {
  /// The task's frames on the stack lie below; null if none runs.
  const void *stack_base = nullptr;
  /// Where a task suspended or went on last, and the number of its branch.
  await_site site;
  std::uint64_t branch = 0;
  /// Odd while it runs something.
  std::atomic<std::uint64_t> runs{0};
  /// Locks of the thread: `watch_calls.hpp` counts them, and keeps the calls
  /// that led to the last one.
  int locks = 0;
  void *locked_by[16] = {};
  int locked_by_depth = 0;

  /// Whether \p address is on the stack of the task that runs, and so dead
  /// when it suspends.
  /// In a frame of its own, which lies below all of the task's.
  [[gnu::noinline]] bool on_stack(const void *address) const noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    return at < reinterpret_cast<std::uintptr_t>(stack_base) &&
           at > reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  }
};

inline constinit thread_local work_watch this_work;

/// Of a task that suspends: reports the locks that it leaves locked.
inline void report_locks() noexcept {
  work_watch &now = this_work;
  if (now.locks > 0) {
    // What reports it may lock.
    const void *const base = std::exchange(now.stack_base, nullptr);
    report({.kind = error_kind::thread_lock_held,
            .where = now.site.where,
            .exception = nullptr,
            .stack = now.locked_by,
            .stack_depth = now.locked_by_depth});
    now.stack_base = base;
  }
  // Below 0 if it has unlocked what it had locked before it suspended.
  now.locks = 0;
}

} // namespace corort::detail

#endif
