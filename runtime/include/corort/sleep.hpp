/// \file
/// sleep_for: pauses a task, not its thread.

#ifndef CORORT_SLEEP_HPP
#define CORORT_SLEEP_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/timer_queue.hpp"
#include "corort/scheduler.hpp"

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <mutex>

namespace corort {

/// Returned by `sleep_for`.
class [[nodiscard("co_await it to sleep")]] COROLINT_AWAITABLE()
    sleep_awaiter final : public detail::leaf,
                          detail::timer {
public:
  explicit sleep_awaiter(std::chrono::nanoseconds duration) noexcept
      : duration_(duration) {}
  ~sleep_awaiter() {
    if (prev)
      leave();
  }

  bool await_ready() const noexcept { return duration_.count() <= 0; }
  template <class Promise>
  CORORT_SUSPEND bool
  await_suspend(std::coroutine_handle<Promise> sleeper) noexcept {
    scheduler &home = detail::branch_of(sleeper).where();
    detail::timer_queue &timers = home.timers();
    {
      std::unique_lock lock(timers.lock());
      if (!this->enter(sleeper)) {
        lock.unlock();
        this->stopped();
        return true;
      }
      const std::uint64_t now = timers.now();
      const auto wait = static_cast<std::uint64_t>(duration_.count());
      timers.add(*this, wait < ~now ? now + wait : ~std::uint64_t{0});
    }
    // This may be gone, but not the scheduler: its worker runs us.
    home.timer_added();
    return true;
  }
  void await_resume() noexcept {}

  const char *what() const noexcept override { return "sleep"; }

private:
  detail::work_node *due_now() noexcept override {
    return claim() ? this : nullptr;
  }

  void cancel() noexcept override {
    leave();
    this->stopped();
  }

  void leave() noexcept {
    detail::timer_queue &timers = where().timers();
    std::lock_guard lock(timers.lock());
    timers.remove(*this);
  }

  std::chrono::nanoseconds duration_;
};

/// Continues the task no sooner than \p duration from now: `co_await
/// sleep_for(5ms)`. Does not suspend if \p duration is zero or negative.
///
/// \par Cancel safety
/// Safe. A cancelled sleeper's timer is removed.
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
inline sleep_awaiter sleep_for(std::chrono::nanoseconds duration) noexcept {
  return sleep_awaiter(duration);
}

} // namespace corort

#endif
