/// \file
/// spinlock: a lock for a handful of instructions.

#ifndef CORORT_DETAIL_SPINLOCK_HPP
#define CORORT_DETAIL_SPINLOCK_HPP

#include "corort/detail/platform.hpp"

#include <atomic>
#include <thread>

namespace corort::detail {

/// Called again and again while waiting for a few instructions of another
/// thread.
class spin_wait {
public:
  void operator()() noexcept {
    constexpr int patience = 64;
    if (++spins_ < patience)
      cpu_relax();
    else
      // That thread lost its processor; it may need this one.
      std::this_thread::yield();
  }

private:
  int spins_ = 0;
};

/// One byte, and nothing to do for the kernel as long as nobody holds it for
/// long. Hold it for a few stores, never across foreign code. Not fair.
class spinlock {
public:
  constexpr spinlock() noexcept = default;
  spinlock(const spinlock &) = delete;
  spinlock &operator=(const spinlock &) = delete;

  void lock() noexcept {
    if (!try_lock()) [[unlikely]]
      wait();
  }

  [[nodiscard]] bool try_lock() noexcept {
    return !held_.exchange(true, std::memory_order_acquire);
  }

  bool locked() const noexcept { return held_.load(std::memory_order_acquire); }

  void unlock() noexcept { held_.store(false, std::memory_order_release); }

private:
  [[gnu::noinline]] void wait() noexcept {
    spin_wait spin;
    do {
      // Only looks, so that the holder keeps its cache line.
      while (held_.load(std::memory_order_relaxed))
        spin();
    } while (!try_lock());
  }

  std::atomic<bool> held_{false};
};

} // namespace corort::detail

#endif
