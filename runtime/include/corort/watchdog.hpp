/// \file
/// watchdog: tells of tasks that keep their worker for long, and of programs
/// where nothing happens any more. Needs CORORT_DEBUG.

#ifndef CORORT_WATCHDOG_HPP
#define CORORT_WATCHDOG_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/stack.hpp"
#include "corort/detail/watched_thread.hpp"
#include "corort/detail/work_watch.hpp"
#include "corort/dump_tasks.hpp"
#include "corort/error.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <pthread.h>
#include <semaphore.h>
#include <source_location>
#include <thread>

namespace corort {

namespace detail {

/// What a thread tells of itself when it is sent a signal.
struct stack_sample {
  std::array<void *, 32> calls;
  int depth = 0;
  std::source_location after;
  sem_t taken;
};

inline stack_sample requested_sample;

inline void take_sample(int) noexcept {
  const int before = errno;
  stack_sample &s = requested_sample;
  s.depth = capture_stack(s.calls.data(), static_cast<int>(s.calls.size()));
  s.after = this_work.site.where;
  ::sem_post(&s.taken);
  errno = before;
}

} // namespace detail

/// How a `watchdog` looks.
struct watchdog_options {
  /// A task that runs for so long without suspending is reported as
  /// `error_kind::worker_blocked`, once, with the calls it is in.
  std::chrono::nanoseconds longest_run = std::chrono::milliseconds(100);
  /// If none has run for so long and there are some, `error_kind::all_asleep`
  /// is reported, and all are printed with what they wait for.
  std::chrono::nanoseconds longest_sleep = std::chrono::hours(1);
  /// Sent to a thread that is to tell where it is. System calls it is in may
  /// fail with EINTR.
  int signal = SIGURG;
  /// Looks only when `look` is called. For tests.
  bool manual = false;
};

/// Watches all workers of the process while it lives; one at a time.
class watchdog {
public:
  using clock = std::chrono::steady_clock;

  /// \throws std::system_error if its thread can't be started.
  explicit watchdog(watchdog_options options = {}) : options_(options) {
    ::sem_init(&detail::requested_sample.taken, 0, 0);
    struct sigaction action = {};
    action.sa_handler = &detail::take_sample;
    action.sa_flags = SA_RESTART;
    ::sigaction(options_.signal, &action, &before_);
    void *warm_up[1];
    detail::capture_stack(warm_up, 1);
    if (!options_.manual)
      thread_ = std::thread([this] { watch(); });
  }
  watchdog(const watchdog &) = delete;
  watchdog &operator=(const watchdog &) = delete;
  ~watchdog() {
    if (thread_.joinable()) {
      {
        std::lock_guard lock(mutex_);
        stopping_ = true;
      }
      wake_.notify_one();
      thread_.join();
    }
    ::sigaction(options_.signal, &before_, nullptr);
  }

  /// Looks once, as if it were \p now.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// Only for a watchdog that is `manual`, by one thread at a time.
  void look(clock::time_point now) noexcept {
    bool any_ran = false;
    detail::watched_thread::for_each([&](detail::watched_thread &t) {
      const std::uint64_t runs = t.runs();
      const std::int64_t time = now.time_since_epoch().count();
      if (runs != t.seen_runs || t.seen_at == 0) {
        any_ran = any_ran || t.seen_runs != runs;
        t.seen_runs = runs;
        t.seen_at = time;
        t.reported = false;
      } else if (runs % 2 == 1) {
        any_ran = true;
        if (!t.reported && time - t.seen_at >= options_.longest_run.count()) {
          t.reported = true;
          report_blocked(t);
        }
      }
    });
    look_for_sleep(now, any_ran);
  }

private:
  void report_blocked(detail::watched_thread &t) noexcept {
    detail::stack_sample &sample = detail::requested_sample;
    // ThreadSanitizer holds signals back until the thread does something.
    if (!CORORT_TSAN) {
      if (::pthread_kill(t.id(), options_.signal) != 0)
        return;
      while (::sem_wait(&sample.taken) != 0) {
      }
    }
    detail::report({.kind = error_kind::worker_blocked,
                    .where = sample.after,
                    .exception = nullptr,
                    .stack = sample.calls.data(),
                    .stack_depth = sample.depth});
  }

  void look_for_sleep(clock::time_point now, bool any_ran) noexcept {
    bool any_task = false;
    detail::debug_branch::for_each(
        [&](const detail::debug_branch::view &) { any_task = true; });
    if (any_ran || !any_task || asleep_since_ == clock::time_point()) {
      asleep_since_ = now;
      told_ = false;
    } else if (!told_ && now - asleep_since_ >= options_.longest_sleep) {
      told_ = true;
      detail::report(
          {.kind = error_kind::all_asleep, .where = {}, .exception = nullptr});
      dump_tasks();
    }
  }

  void watch() {
    const auto pause = options_.longest_run / 4;
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, pause, [this] { return stopping_; }))
      look(clock::now());
  }

  const watchdog_options options_;
  struct sigaction before_ = {};
  clock::time_point asleep_since_;
  bool told_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace corort

#endif
