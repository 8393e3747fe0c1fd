/// \file
/// What corort keeps per thread.

#ifndef CORORT_DETAIL_THREAD_CONTEXT_HPP
#define CORORT_DETAIL_THREAD_CONTEXT_HPP

#include <coroutine>
#include <utility>

namespace corort {
class scheduler;
}

namespace corort::detail {

struct worker;

struct thread_context {
  /// Where this thread's `spawn` goes; null on threads that are not corort's.
  scheduler *current = nullptr;
  /// Whose queue it works on; null on threads that are no workers.
  worker *self = nullptr;
  /// It runs tasks, so it must not wait for one.
  bool runs_tasks = false;
  /// It is destroying tasks that were stopped or left over: what they drop is
  /// no mistake.
  bool tearing_down = false;
};

inline constinit thread_local thread_context current_thread;

// Clang before 16 and inlined accesses in general could keep the address over
// a suspension, after which another thread may go on; the intrinsics of later
// ones, and g++'s early split of coroutines, rule that out.
inline thread_context &this_thread() noexcept { return current_thread; }

/// Destroys a task that stands still for good, and what it awaits.
inline void destroy_stopped(std::coroutine_handle<> outermost) noexcept {
  const bool before = std::exchange(this_thread().tearing_down, true);
  outermost.destroy();
  this_thread().tearing_down = before;
}

} // namespace corort::detail

#endif
