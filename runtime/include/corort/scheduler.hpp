/// \file
/// scheduler: the threads that run tasks.

#ifndef CORORT_SCHEDULER_HPP
#define CORORT_SCHEDULER_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/blocking_pool.hpp"
#include "corort/detail/ready_queue.hpp"
#include "corort/detail/timer_heap.hpp"
#include "corort/error.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

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

class scheduler;

namespace detail {

/// What corort keeps per thread.
struct thread_context {
  /// Where this thread's `spawn` goes; null on threads that are not corort's.
  scheduler *current = nullptr;
  /// It runs tasks, so it must not wait for one.
  bool worker = false;
  /// It is destroying the tasks that were left over.
  bool tearing_down = false;
};

/// Never inlined: a coroutine may be resumed on another thread, and must not
/// keep the address of the former one's context.
[[gnu::noinline]] inline thread_context &this_thread() noexcept {
  static constinit thread_local thread_context context;
  return context;
}

/// Work that a scheduler owns until it has ended: a spawned task.
class root_node {
public:
  /// Destroys the work instead of finishing it. It may destroy the node.
  virtual void abandon() noexcept = 0;

  root_node *prev = nullptr;
  root_node *next = nullptr;

protected:
  ~root_node() = default;
};

} // namespace detail

/// A fixed set of worker threads, first come, first served, with the timers and
/// the blocking pool that belong to them.
///
/// Most programs need none of their own: `spawn` and `block_on` use the current
/// one, which is `default_scheduler()` on threads that are not workers.
///
/// Destroying it waits for what is running right now and for blocking calls
/// under way. Tasks that have not ended are destroyed where they are suspended;
/// whoever joins one gets `task_abandoned`. No other thread may be using the
/// scheduler by then, or anything a task of it waits for.
class COROLINT_EXECUTOR("threads=many", "blocking=no") scheduler {
public:
  /// \throws std::system_error if a thread can't be started.
  explicit scheduler(scheduler_options options = {})
      : manual_time_(options.manual_time),
        pool_(options.blocking_threads, options.blocking_keep_alive) {
    const unsigned processors = std::thread::hardware_concurrency();
    const unsigned count =
        std::max(options.threads ? options.threads : processors, 1u);
    try {
      workers_.reserve(count);
      for (unsigned i = 0; i < count; ++i)
        workers_.emplace_back([this] { run_worker(); });
    } catch (...) {
      stop_workers();
      throw;
    }
  }
  scheduler(const scheduler &) = delete;
  scheduler &operator=(const scheduler &) = delete;

  ~scheduler() {
    detail::thread_context &context = detail::this_thread();
    if (context.current == this)
      detail::fail("scheduler destroyed by one of its own tasks");
    stop_workers();
    pool_.stop();
    const detail::thread_context before = context;
    context = {.current = this, .worker = false, .tearing_down = true};
    while (detail::root_node *root = take_root())
      root->abandon();
    context = before;
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
  unsigned threads() const noexcept {
    return static_cast<unsigned>(workers_.size());
  }

  /// The time that sleepers go by.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  detail::time_point now() const noexcept {
    if (!manual_time_)
      return std::chrono::steady_clock::now();
    std::lock_guard lock(mutex_);
    return manual_now_;
  }

  /// Moves manual time on and queues, in the order they are due, the sleepers
  /// it passes. The program ends if the scheduler has no manual time.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void advance(std::chrono::nanoseconds by) noexcept {
    if (!manual_time_)
      detail::fail("advance() on a scheduler without manual time");
    std::lock_guard lock(mutex_);
    manual_now_ += by;
    if (queue_due(manual_now_))
      wake_.notify_all();
  }

  // What follows is for authors of awaitables.

  /// Queues a suspended coroutine. \p node must stay valid until it is resumed,
  /// and may be gone when this returns.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void schedule(detail::ready_node &node) noexcept {
    std::lock_guard lock(mutex_);
    ready_.push(node);
    // Notified under the lock: once it is free, a worker may run the coroutine,
    // and with it the program may come to destroy this scheduler.
    wake_.notify_one();
  }

  /// Queues a suspended coroutine once \p node is due. As `schedule`, but
  /// \throws std::bad_alloc; then \p node is not queued.
  void schedule_at(detail::timer_node &node) {
    std::lock_guard lock(mutex_);
    timers_.push(node);
    wake_.notify_one();
  }

  /// Takes back \p node if it is not yet due.
  void cancel(detail::timer_node &node) noexcept {
    std::lock_guard lock(mutex_);
    timers_.remove(node);
  }

  /// Owns \p root from now on, and queues its coroutine.
  void adopt(detail::root_node &root, detail::ready_node &node) noexcept {
    std::lock_guard lock(mutex_);
    root.prev = nullptr;
    root.next = roots_;
    if (roots_)
      roots_->prev = &root;
    roots_ = &root;
    ready_.push(node);
    wake_.notify_one();
  }

  /// Gives \p root up: it has ended.
  void forget(detail::root_node &root) noexcept {
    std::lock_guard lock(mutex_);
    unlink(root);
  }

  /// The threads for blocking calls.
  detail::blocking_pool &blocking() noexcept { return pool_; }

private:
  void stop_workers() noexcept {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      wake_.notify_all();
    }
    for (std::thread &worker : workers_)
      worker.join();
  }

  void run_worker() noexcept {
    detail::this_thread() = {
        .current = this, .worker = true, .tearing_down = false};
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      if (!manual_time_ && !timers_.empty())
        queue_due(std::chrono::steady_clock::now());
      if (detail::ready_node *node = ready_.pop()) {
        std::coroutine_handle<> coroutine = node->coroutine;
        lock.unlock();
        coroutine.resume();
        lock.lock();
      } else {
        wait(lock);
      }
    }
  }

  void wait(std::unique_lock<std::mutex> &lock) noexcept {
    if (manual_time_ || timers_.empty()) {
      wake_.wait(lock);
      return;
    }
    // Far deadlines would overflow the clock that the wait is done in.
    const auto latest =
        std::chrono::steady_clock::now() + std::chrono::hours(1);
    wake_.wait_until(lock, std::min(timers_.next_due(), latest));
  }

  /// \returns how many.
  std::size_t queue_due(detail::time_point now) noexcept {
    std::size_t count = 0;
    for (; detail::timer_node *node = timers_.pop_due(now); ++count)
      ready_.push(*node);
    // The caller runs one of them itself; the others need somebody.
    if (count > 1)
      wake_.notify_all();
    return count;
  }

  void unlink(detail::root_node &root) noexcept {
    (root.prev ? root.prev->next : roots_) = root.next;
    if (root.next)
      root.next->prev = root.prev;
  }

  detail::root_node *take_root() noexcept {
    std::lock_guard lock(mutex_);
    detail::root_node *root = roots_;
    if (root)
      unlink(*root);
    return root;
  }

  const bool manual_time_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  // One lock for all of it: a worker must look at the queue and the timers and
  // fall asleep in one step.
  detail::ready_queue ready_;
  detail::timer_heap timers_;
  detail::root_node *roots_ = nullptr;
  detail::time_point manual_now_{};
  bool stopping_ = false;
  std::vector<std::thread> workers_;
  detail::blocking_pool pool_;
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

} // namespace corort

#endif
