/// \file
/// simulator: what runs the tasks of a simulated scheduler, and what the rest
/// of corort tells it.

#ifndef CORORT_DETAIL_SIMULATOR_HPP
#define CORORT_DETAIL_SIMULATOR_HPP

#include "corort/detail/await_site.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/work_node.hpp"

#include <cstdint>

namespace corort::detail {

/// Runs tasks in place of worker threads: the simulation. It is asked by the
/// thread that it runs on, and by no other.
class simulator {
public:
  /// As `scheduler::schedule`, but \p node may be gone when this returns.
  virtual void ready(work_node &node) noexcept = 0;

  /// Takes back the node of this word. \returns false if it has been run.
  virtual bool withdraw(std::uintptr_t word) noexcept = 0;

  /// A task is about to await \p site. \returns false if it is to go on;
  /// otherwise \p node is run when it is its turn.
  virtual bool pause(work_node &node, const await_site &site) noexcept = 0;

  /// \p frame suspends in \p site.
  virtual void suspended(void *frame, const await_site &site) noexcept = 0;
  /// It goes on, or is destroyed there.
  virtual void not_suspended(void *frame) noexcept = 0;

  /// All that was done before \p what was released happens before all that is
  /// done after it was acquired.
  virtual void released(const void *what) noexcept = 0;
  virtual void acquired(const void *what) noexcept = 0;
  /// What is at this address is a new one.
  virtual void renewed(const void *what) noexcept = 0;

protected:
  ~simulator() = default;
};

#if CORORT_DEBUG
/// That of this thread; null outside of a simulation.
inline constinit thread_local simulator *simulated = nullptr;

/// How many frames this thread has allocated more than freed.
inline constinit thread_local std::int64_t frames_here = 0;
#endif

// What orders tasks: a primitive calls `sim_release` before it lets others go
// on, and `sim_acquire` where one of them does. \p what is the primitive, or
// the item that is handed over. No code without CORORT_DEBUG.

inline void sim_release([[maybe_unused]] const void *what) noexcept {
#if CORORT_DEBUG
  if (simulated)
    simulated->released(what);
#endif
}

inline void sim_acquire([[maybe_unused]] const void *what) noexcept {
#if CORORT_DEBUG
  if (simulated)
    simulated->acquired(what);
#endif
}

/// For what is used again at the same address.
inline void sim_renew([[maybe_unused]] const void *what) noexcept {
#if CORORT_DEBUG
  if (simulated)
    simulated->renewed(what);
#endif
}

} // namespace corort::detail

#endif
