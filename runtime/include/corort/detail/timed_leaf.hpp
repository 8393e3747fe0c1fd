/// \file
/// timed_leaf: waits for a time on the scheduler's clock.

#ifndef CORORT_DETAIL_TIMED_LEAF_HPP
#define CORORT_DETAIL_TIMED_LEAF_HPP

#include "corort/detail/config.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/timer_queue.hpp"
#include "corort/scheduler.hpp"

#include <algorithm>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <mutex>

namespace corort::detail {

/// The base of awaiters that go on at a time, or some time from when they are
/// awaited: at once if that has passed. The end of the clock is never reached.
class timed_leaf : public leaf, timer {
public:
  bool await_ready() const noexcept { return false; }

  template <class Promise>
  CORORT_SUSPEND bool
  await_suspend(std::coroutine_handle<Promise> sleeper) noexcept {
    scheduler &home = branch_of(sleeper).where();
    timer_queue &timers = home.timers();
    {
      std::unique_lock lock(timers.lock());
      if (!this->enter(sleeper)) {
        lock.unlock();
        this->stopped();
        return true;
      }
      // Read under the lock, or `advance` could pass us unseen.
      const std::uint64_t now = timers.now();
      const std::uint64_t due = due_time(now);
      if (due <= now)
        return !claim(); // If it fails, `cancel` waits for the lock.
      timers.add(*this, due, now);
    }
    // This may be gone, but not the scheduler: its worker runs us.
    home.timer_added();
    return true;
  }

protected:
  explicit timed_leaf(std::chrono::nanoseconds wait) noexcept
      : time_(wait), from_now_(true) {}
  explicit timed_leaf(time_point when) noexcept
      : time_(when.time_since_epoch()), from_now_(false) {}
  ~timed_leaf() {
    if (prev)
      leave();
  }

private:
  std::uint64_t due_time(std::uint64_t now) const noexcept {
    constexpr auto end = static_cast<std::uint64_t>(
        std::chrono::nanoseconds(time_point::max().time_since_epoch()).count());
    const auto time = std::max(time_, std::chrono::nanoseconds::zero());
    const std::uint64_t due =
        (from_now_ ? now : 0) + static_cast<std::uint64_t>(time.count());
    return due < end ? due : timer_wheel::never;
  }

  work_node *due_now() noexcept override { return claim() ? this : nullptr; }

  void cancel() noexcept override {
    leave();
    this->stopped();
  }

  void leave() noexcept {
    timer_queue &timers = where().timers();
    std::lock_guard lock(timers.lock());
    timers.remove(*this);
  }

  const std::chrono::nanoseconds time_;
  const bool from_now_;
};

} // namespace corort::detail

#endif
