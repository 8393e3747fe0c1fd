/// \file
/// watched_thread: the threads that run tasks, for those who look after them.
/// Used only with CORORT_DEBUG.

#ifndef CORORT_DETAIL_WATCHED_THREAD_HPP
#define CORORT_DETAIL_WATCHED_THREAD_HPP

#include "corort/detail/spinlock.hpp"
#include "corort/detail/work_watch.hpp"

#include <cstdint>
#include <mutex>
#include <pthread.h>

namespace corort::detail {

/// Puts its thread in a list, until it is destroyed.
class watched_thread {
public:
  watched_thread() noexcept {
    std::lock_guard lock(list_lock);
    next_ = first;
    place_ = &first;
    if (next_)
      next_->place_ = &next_;
    first = this;
  }
  watched_thread(const watched_thread &) = delete;
  watched_thread &operator=(const watched_thread &) = delete;
  ~watched_thread() {
    std::lock_guard lock(list_lock);
    *place_ = next_;
    if (next_)
      next_->place_ = place_;
  }

  pthread_t id() const noexcept { return id_; }

  /// How often it has begun and ended to run something: odd while it runs.
  std::uint64_t runs() const noexcept {
    return work_.runs.load(std::memory_order_relaxed);
  }

  /// What it ran when a watchdog saw it last, and when that was first seen.
  std::uint64_t seen_runs = 0;
  std::int64_t seen_at = 0;
  bool reported = false;

  /// Calls `fn(watched_thread &)` for each; meanwhile none ends.
  template <class Fn> static void for_each(Fn fn) {
    std::lock_guard lock(list_lock);
    for (watched_thread *t = first; t; t = t->next_)
      fn(*t);
  }

private:
  static inline constinit spinlock list_lock;
  static inline constinit watched_thread *first = nullptr;

  const pthread_t id_ = ::pthread_self();
  const work_watch &work_ = this_work;
  watched_thread *next_ = nullptr;
  watched_thread **place_ = nullptr;
};

} // namespace corort::detail

#endif
