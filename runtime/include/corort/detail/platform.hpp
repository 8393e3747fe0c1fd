/// \file
/// What the machine offers below the standard library: waiting for a word to
/// change, asymmetric fences, a hint for spinning.

#ifndef CORORT_DETAIL_PLATFORM_HPP
#define CORORT_DETAIL_PLATFORM_HPP

#include "corort/detail/config.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// 1 to wait in the kernel, 0 to wait in a table of condition variables.
#ifndef CORORT_FUTEX
#if defined(__linux__) && defined(__LP64__)
#define CORORT_FUTEX 1
#else
#define CORORT_FUTEX 0
#endif
#endif

/// 1 to make the rare side of a pair of fences pay for both. ThreadSanitizer
/// knows nothing of membarrier.
#ifndef CORORT_MEMBARRIER
#if defined(__linux__) && !CORORT_TSAN
#define CORORT_MEMBARRIER 1
#else
#define CORORT_MEMBARRIER 0
#endif
#endif

#if CORORT_FUTEX
#include <cerrno>
#include <ctime>
#include <linux/futex.h>
#else
#include <condition_variable>
#include <functional>
#include <mutex>
#endif
#if CORORT_MEMBARRIER
#include <linux/membarrier.h>
#endif
#if CORORT_FUTEX || CORORT_MEMBARRIER
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace corort::detail {

/// Data that different threads write belongs this many bytes apart.
/// (`std::hardware_destructive_interference_size` depends on compiler flags, so
/// GCC warns about it in headers.)
inline constexpr std::size_t cache_line = 64;

/// Tells the processor that this is a spin loop.
inline void cpu_relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield");
#endif
}

// ---- waiting for a word ----------------------------------------------------

#if CORORT_FUTEX

static_assert(std::atomic<std::uint32_t>::is_always_lock_free &&
              sizeof(std::atomic<std::uint32_t>) == 4);

inline long futex(std::atomic<std::uint32_t> &word, int operation,
                  std::uint32_t value,
                  const std::timespec *timeout = nullptr) noexcept {
  return ::syscall(SYS_futex, &word, operation | FUTEX_PRIVATE_FLAG, value,
                   timeout, nullptr, 0);
}

#else

/// Where the threads wait whose word hashes to it.
struct wait_bucket {
  std::mutex mutex;
  std::condition_variable changed;

  static wait_bucket &of(const void *word) noexcept {
    constexpr std::size_t count = 64;
    // Never destroyed: threads may outlive the static objects.
    static wait_bucket *const table = new wait_bucket[count];
    return table[std::hash<const void *>{}(word) / cache_line % count];
  }

  /// Taking the mutex puts us after the look of whoever is about to wait.
  static void wake(const void *word) noexcept {
    wait_bucket &bucket = of(word);
    { std::lock_guard lock(bucket.mutex); }
    // All of them, as they may be waiting for different words.
    bucket.changed.notify_all();
  }
};

#endif

/// Waits while \p word is \p expected. May return early: look again.
inline void futex_wait(std::atomic<std::uint32_t> &word,
                       std::uint32_t expected) noexcept {
#if CORORT_FUTEX
  futex(word, FUTEX_WAIT, expected);
#else
  wait_bucket &bucket = wait_bucket::of(&word);
  std::unique_lock lock(bucket.mutex);
  if (word.load(std::memory_order_acquire) == expected)
    bucket.changed.wait(lock);
#endif
}

/// As `futex_wait`, but for no longer than \p time.
/// \returns false if it waited that long.
inline bool futex_wait_for(std::atomic<std::uint32_t> &word,
                           std::uint32_t expected,
                           std::chrono::nanoseconds time) noexcept {
  time = std::max(time, std::chrono::nanoseconds::zero());
#if CORORT_FUTEX
  constexpr auto second = std::chrono::nanoseconds(std::chrono::seconds(1));
  const std::timespec timeout = {.tv_sec = time / second,
                                 .tv_nsec = (time % second).count()};
  return futex(word, FUTEX_WAIT, expected, &timeout) == 0 || errno != ETIMEDOUT;
#else
  // Far deadlines would overflow the clock that the wait is done in.
  const auto wait =
      std::min<std::chrono::nanoseconds>(time, std::chrono::hours(24));
  wait_bucket &bucket = wait_bucket::of(&word);
  std::unique_lock lock(bucket.mutex);
  return word.load(std::memory_order_acquire) != expected ||
         bucket.changed.wait_for(lock, wait) == std::cv_status::no_timeout ||
         wait < time;
#endif
}

/// Wakes a thread that waits for \p word, which the caller has changed. Never
/// touches \p word itself: it may be gone.
inline void futex_wake_one(std::atomic<std::uint32_t> &word) noexcept {
#if CORORT_FUTEX
  futex(word, FUTEX_WAKE, 1);
#else
  wait_bucket::wake(&word);
#endif
}

/// As `futex_wake_one`, but wakes all of them.
inline void futex_wake_all(std::atomic<std::uint32_t> &word) noexcept {
#if CORORT_FUTEX
  futex(word, FUTEX_WAKE, INT32_MAX);
#else
  wait_bucket::wake(&word);
#endif
}

// ---- asymmetric fences -----------------------------------------------------
//
// A store, a fence and a load of something else in two threads: at least one of
// them sees the other's store. The thread that often does so uses
// `light_fence()`, which is free; the one that seldom does uses
// `heavy_fence()`, which makes the kernel run a fence on every processor that
// runs this program. Two light fences order nothing.

/// Whether membarrier works; never goes back to false.
inline constinit std::atomic<bool> heavy_fence_registered{false};

/// Called before the threads are started that use fences; may be repeated.
inline void register_heavy_fence() noexcept {
#if CORORT_MEMBARRIER
  // Old kernels have none, and some sandboxes forbid it.
  if (::syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0,
                0) == 0)
    heavy_fence_registered.store(true, std::memory_order_release);
#endif
}

/// `std::atomic_thread_fence`.
inline void fence(std::memory_order order) noexcept {
#if CORORT_TSAN && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtsan" // It only orders atomics here.
#endif
  std::atomic_thread_fence(order);
#if CORORT_TSAN && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
}

/// Orders this thread's stores before its later loads for those who use
/// `heavy_fence()`.
inline void light_fence() noexcept {
  // A thread that has not seen the registration yet makes a real fence, which
  // is also right beside a heavy one.
  if (heavy_fence_registered.load(std::memory_order_relaxed)) [[likely]]
    std::atomic_signal_fence(std::memory_order_seq_cst);
  else
    fence(std::memory_order_seq_cst);
}

/// Orders this thread's stores before its later loads, and those of all threads
/// that use `light_fence()`.
inline void heavy_fence() noexcept {
#if CORORT_MEMBARRIER
  if (heavy_fence_registered.load(std::memory_order_acquire)) [[likely]] {
    // Once registered it can't fail; going on without would lose wake-ups.
    if (::syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0)
      std::abort();
    return;
  }
#endif
  fence(std::memory_order_seq_cst);
}

} // namespace corort::detail

#endif
