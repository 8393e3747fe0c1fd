/// \file
/// scheduler: the threads that run tasks, their clock, and their blocking pool.

#ifndef CORORT_SCHEDULER_HPP
#define CORORT_SCHEDULER_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/blocking_pool.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/root.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/detail/thread_context.hpp"
#include "corort/detail/timer_queue.hpp"
#include "corort/detail/worker_pool.hpp"
#include "corort/error.hpp"

#include <algorithm>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <thread>

namespace corort {

/// How a scheduler is set up.
struct scheduler_options {
  /// Worker threads; 0 for one per processor.
  unsigned threads = 0;
  /// The most threads that `spawn_blocking` uses at a time; at least one.
  unsigned blocking_threads = 64;
  /// How long such a thread waits for more work before it ends.
  std::chrono::nanoseconds blocking_keep_alive = std::chrono::seconds(10);
  /// Time stands still but for `scheduler::advance`. For tests.
  bool manual_time = false;
};

/// A fixed set of worker threads that share out ready tasks, with the timers
/// and the blocking pool that belong to them.
///
/// Most programs need none of their own: `spawn` and `block_on` use the current
/// one, which is `default_scheduler()` on threads that are not workers.
///
/// Each worker runs what became ready last first, and takes the oldest from
/// others when it has nothing left; tasks that yield or whose timer ran out
/// go behind all that, in order.
///
/// Destroying it waits for what is running right now and for blocking calls
/// under way. Tasks that have not ended are destroyed where they are suspended;
/// whoever joins one gets `task_cancelled`. No other thread may be using the
/// scheduler by then, or anything a task of it waits for.
class COROLINT_EXECUTOR("threads=many", "blocking=no") scheduler {
public:
  /// \throws std::system_error if a thread can't be started; std::bad_alloc.
  explicit scheduler(scheduler_options options = {})
      : scheduler(options, nullptr) {
    workers_.start();
  }
  scheduler(const scheduler &) = delete;
  scheduler &operator=(const scheduler &) = delete;

  ~scheduler() {
    if (detail::this_thread().current == this && !simulator_)
      detail::fail("scheduler destroyed by one of its own tasks");
    workers_.stop();
    blocking_.stop();
    abandon_tasks();
  }

  /// The scheduler whose worker or blocking thread this is; null on others.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  static scheduler *current() noexcept { return detail::this_thread().current; }

  /// How many worker threads it has.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  unsigned threads() const noexcept { return workers_.size(); }

  /// The time that sleepers go by.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  detail::time_point now() const noexcept {
    return detail::time_point(std::chrono::nanoseconds(timers_.now()));
  }

  /// Moves manual time on and queues, in the order they are due, the sleepers
  /// it passes. The program ends if the scheduler has no manual time.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void advance(std::chrono::nanoseconds by) noexcept {
    if (!timers_.manual())
      detail::fail("advance() on a scheduler without manual time");
    timers_.advance(static_cast<std::uint64_t>(by.count()));
    fire_timers();
  }

  // What follows is for authors of awaitables.

  /// Queues a coroutine that became ready again, or a job. \p node must stay
  /// valid until it is run, and may be gone when this returns.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void schedule(detail::work_node &node) noexcept {
    if (simulator_) [[unlikely]]
      return simulator_->ready(node);
    workers_.wake(node);
  }

  /// As `schedule`, for work that is new: another worker may take it.
  void schedule_new(detail::work_node &node) noexcept {
    if (simulator_) [[unlikely]]
      return simulator_->ready(node);
    workers_.push(node);
  }

  /// Queues several coroutines that are new, on this thread and without nodes;
  /// the other workers hear of it at the end.
  class new_work {
  public:
    explicit new_work(scheduler &where) noexcept
        : pool_(where.workers_),
          self_(where.simulator_ ? nullptr : pool_.mine()) {}
    new_work(const new_work &) = delete;
    new_work &operator=(const new_work &) = delete;
    ~new_work() {
      if (self_)
        pool_.notify();
    }

    /// \returns false if this is no worker's thread or there is no memory; the
    /// caller then has to run it.
    bool try_add(std::coroutine_handle<> coroutine) noexcept {
      return self_ && pool_.try_push(*self_, coroutine);
    }

  private:
    detail::worker_pool &pool_;
    detail::worker *const self_;
  };

  /// As `schedule`, behind everything that is ready now.
  void schedule_last(detail::work_node &node) noexcept {
    if (simulator_) [[unlikely]]
      return simulator_->ready(node);
    workers_.push_patient(node);
  }

  /// The clock and who waits for it. Tell `timer_added` of new ones.
  detail::timer_queue &timers() noexcept { return timers_; }
  void timer_added() noexcept { workers_.timer_added(); }

  /// Queues the timers that are due. \returns how many.
  std::size_t fire_timers() noexcept {
    return timers_.fire([this](detail::work_node &n) { schedule_last(n); });
  }

  /// The threads for blocking calls.
  detail::blocking_pool &blocking() noexcept { return blocking_; }
  detail::simulator *simulation() const noexcept { return simulator_; }

  /// The branch of coroutines that are not corort's.
  detail::context &foreign_branch() noexcept { return foreign_; }

protected:
  /// Without threads of its own if \p simulation is not null.
  scheduler(scheduler_options options, detail::simulator *simulation)
      : timers_(options.manual_time), simulator_(simulation), foreign_(*this),
        workers_(*this, timers_, simulation ? 0 : count(options)),
        blocking_(options.blocking_threads, options.blocking_keep_alive,
                  simulation) {}

  /// Destroys what has not ended.
  void abandon_tasks() noexcept {
    detail::thread_context &context = detail::this_thread();
    const detail::thread_context before = context;
    context = {.current = this,
               .self = nullptr,
               .runs_tasks = false,
               .tearing_down = true};
    // Destructors may spawn.
    for (bool found = true; found;) {
      found = false;
      detail::root_pool::for_each([&](detail::root &r) {
        if (r.lives_on() == this) {
          found = true;
          r.abandon();
        }
      });
    }
    context = before;
  }

private:
  class foreign_context final : public detail::context {
  public:
    explicit foreign_context(scheduler &where) noexcept
        : context(&where, detail::branch_kind::shared) {}

  private:
    void on_stopped() noexcept override {}
  };

  static unsigned count(const scheduler_options &options) noexcept {
    const unsigned processors = std::thread::hardware_concurrency();
    return std::max(options.threads ? options.threads : processors, 1u);
  }

  detail::timer_queue timers_;
  detail::simulator *const simulator_;
  foreign_context foreign_;
  detail::worker_pool workers_;
  detail::blocking_pool blocking_;
};

/// The scheduler of the process: started by its first use, destroyed when the
/// program ends. If one of its own tasks ends the program, by `std::exit`, it
/// is left running: its threads can't wait for themselves.
///
/// \par Throws
/// std::system_error if a thread can't be started.
/// \par Thread safety
/// May be called from any thread.
inline scheduler &default_scheduler() {
  struct owner {
    scheduler *instance = new scheduler;
    ~owner() {
      if (scheduler::current() != instance)
        delete instance;
    }
  };
  static owner the;
  return *the.instance;
}

/// The current scheduler if there is one, else `default_scheduler()`.
inline scheduler &current_scheduler() {
  scheduler *current = scheduler::current();
  return current ? *current : default_scheduler();
}

namespace detail {

inline void schedule_on(scheduler &where, work_node &node) noexcept {
  where.schedule(node);
}

inline context &foreign_branch() noexcept {
  return current_scheduler().foreign_branch();
}

} // namespace detail

} // namespace corort

#endif
