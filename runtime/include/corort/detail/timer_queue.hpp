/// \file
/// The clock of a scheduler and who waits for it.

#ifndef CORORT_DETAIL_TIMER_QUEUE_HPP
#define CORORT_DETAIL_TIMER_QUEUE_HPP

#include "corort/detail/spinlock.hpp"
#include "corort/detail/timer_wheel.hpp"
#include "corort/detail/work_node.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace corort::detail {

using time_point = std::chrono::steady_clock::time_point;

/// Something that happens at a time. Lives in the awaiter.
class timer : public timer_node {
public:
  /// It is due and no longer queued. Called under the queue's lock.
  /// \returns what to queue, or null.
  virtual work_node *due_now() noexcept = 0;

protected:
  ~timer() = default;
};

/// Thread safe, except where it says "under the lock".
class timer_queue {
public:
  explicit timer_queue(bool manual) noexcept : manual_(manual) {}

  bool manual() const noexcept { return manual_; }

  /// In nanoseconds; since an arbitrary time, or since the start of manual
  /// time.
  std::uint64_t now() const noexcept {
    if (manual_)
      return manual_now_.load(std::memory_order_acquire);
    return static_cast<std::uint64_t>(
        std::chrono::nanoseconds(
            std::chrono::steady_clock::now().time_since_epoch())
            .count());
  }

  /// Moves manual time on. Under the lock, who sets a timer by the old time has
  /// set it before.
  void advance(std::uint64_t by) noexcept {
    std::lock_guard lock(lock_);
    manual_now_.fetch_add(by, std::memory_order_acq_rel);
  }

  /// Guards the timers, and the claims of leaves that wait for them.
  spinlock &lock() noexcept { return lock_; }

  /// Under the lock; so was \p now read.
  void add(timer &t, std::uint64_t due, std::uint64_t now) noexcept {
    t.due = manual_ || due == timer_wheel::never ? due : round_up(due);
    wheel_.add(t, now);
  }
  /// Under the lock. Does nothing if it is not queued.
  void remove(timer &t) noexcept { wheel_.remove(t); }

  /// No timer is due before; ~0 if there is none. A lower bound.
  std::uint64_t next_due() const noexcept { return wheel_.next_due(); }
  /// The same, exactly.
  std::uint64_t earliest() noexcept {
    std::lock_guard lock(lock_);
    return wheel_.earliest();
  }

  /// Calls `fn(work_node &)` for what is due by now, in order, without the
  /// lock. \returns how many: of a real clock maybe none if another thread is
  /// at it.
  template <class Fn> std::size_t fire(Fn fn) noexcept {
    const std::uint64_t next = next_due();
    if (next == timer_wheel::never)
      return 0;
    const std::uint64_t time = now();
    if (time < next)
      return 0;
    work_node *first = nullptr;
    work_node **last = &first;
    {
      std::unique_lock lock(lock_, std::try_to_lock);
      if (!lock && !manual_)
        return 0;
      if (!lock)
        lock.lock();
      wheel_.expire(time, [&](timer_node &node) {
        if (work_node *work = static_cast<timer &>(node).due_now()) {
          work->next = nullptr;
          *last = work;
          last = &work->next;
        }
      });
    }
    std::size_t count = 0;
    for (; first; ++count) {
      work_node &work = *first;
      first = work.next; // It is gone once it is queued.
      fn(work);
    }
    return count;
  }

private:
  /// Timers of a real clock that are this close together go off together; the
  /// kernel wakes a thread no more precisely.
  static constexpr std::uint64_t slack = std::uint64_t{1} << 16;

  static std::uint64_t round_up(std::uint64_t due) noexcept {
    return (due + slack - 1) / slack * slack;
  }

  const bool manual_;
  std::atomic<std::uint64_t> manual_now_{0};
  spinlock lock_;
  timer_wheel wheel_;
};

} // namespace corort::detail

#endif
