/// \file
/// The threads that run blocking calls.

#ifndef CORORT_DETAIL_BLOCKING_POOL_HPP
#define CORORT_DETAIL_BLOCKING_POOL_HPP

#include "corort/detail/simulator.hpp"
#include "corort/detail/work_node.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

namespace corort::detail {

/// A blocking call to make. At most one of `run` and `abandon` is called.
class pool_job : public job {
public:
  /// The pool has stopped; the call will not be made.
  virtual void abandon() noexcept = 0;

  pool_job *next = nullptr;

protected:
  ~pool_job() = default;
};

/// Starts a thread when a job finds none idle, up to a limit; beyond it jobs
/// wait their turn. A thread that stays idle ends. In a simulation there are no
/// threads: jobs take their turn with the tasks. Thread safe.
class blocking_pool {
public:
  blocking_pool(std::size_t limit, std::chrono::nanoseconds keep_alive,
                simulator *simulation)
      : limit_(limit ? limit : 1), keep_alive_(keep_alive),
        simulator_(simulation) {}
  blocking_pool(const blocking_pool &) = delete;
  blocking_pool &operator=(const blocking_pool &) = delete;
  ~blocking_pool() { stop(); }

  /// Runs \p job if \p enter, called under the pool's lock, returns true. Once
  /// the pool has stopped it is never run.
  /// \returns what \p enter returned.
  /// \throws std::system_error, std::bad_alloc if there is no thread and none
  /// can be started; \p enter is then not called.
  template <class Enter> bool submit(pool_job &job, Enter enter) {
    if (simulator_) [[unlikely]]
      return simulate(job, enter);
    std::list<std::thread> ended;
    {
      std::unique_lock lock(mutex_);
      if (!stopped_ && queued_ + 1 > idle_ && threads_.size() < limit_)
        start_thread();
      if (!enter())
        return false;
      // Not before: from here on nothing keeps us from joining them.
      ended.swap(ended_);
      job.next = nullptr;
      *tail_ = &job;
      tail_ = &job.next;
      ++queued_;
      wake_.notify_one();
    }
    join(ended);
    return true;
  }

  /// Takes back a job that has not begun. \returns false if it has.
  bool withdraw(pool_job &job) noexcept {
    if (simulator_) [[unlikely]]
      return simulator_->withdraw(work_node(job).word());
    std::lock_guard lock(mutex_);
    for (pool_job **at = &head_; *at; at = &(*at)->next) {
      if (*at != &job)
        continue;
      *at = job.next;
      if (tail_ == &job.next)
        tail_ = at;
      --queued_;
      return true;
    }
    return false;
  }

  /// Abandons the jobs that wait and joins the threads once their jobs are
  /// done. Must not be called by one of them.
  void stop() noexcept {
    pool_job *left;
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
      left = std::exchange(head_, nullptr);
      tail_ = &head_;
      queued_ = 0;
      wake_.notify_all();
    }
    while (left)
      std::exchange(left, left->next)->abandon();
    // Threads keep their place in the list once the pool has stopped.
    join(threads_);
    join(ended_);
  }

private:
  using thread_list = std::list<std::thread>;

  static void join(thread_list &threads) noexcept {
    for (std::thread &thread : threads)
      thread.join();
    threads.clear();
  }

  template <class Enter> bool simulate(pool_job &job, Enter enter) {
    if (!enter())
      return false;
    work_node turn(job);
    simulator_->ready(turn);
    return true;
  }

  /// Having one thread is enough to go on, so only the first must succeed.
  void start_thread() {
    try {
      thread_list one(1);
      auto self = one.begin();
      *self = std::thread([this, self] { run(self); });
      threads_.splice(threads_.end(), one);
    } catch (...) {
      if (threads_.empty())
        throw;
    }
  }

  void run(thread_list::iterator self) noexcept {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      const bool woken = wake_.wait_for(lock, keep_alive_,
                                        [this] { return head_ || stopped_; });
      --idle_;
      if (stopped_)
        return;
      if (!woken) {
        // Somebody else joins this thread: a thread can't join itself.
        ended_.splice(ended_.end(), threads_, self);
        return;
      }
      pool_job *job = std::exchange(head_, head_->next);
      if (!head_)
        tail_ = &head_;
      --queued_;
      lock.unlock();
      job->run();
      lock.lock();
    }
  }

  const std::size_t limit_;
  const std::chrono::nanoseconds keep_alive_;
  simulator *const simulator_;
  std::mutex mutex_;
  std::condition_variable wake_;
  pool_job *head_ = nullptr;
  pool_job **tail_ = &head_;
  std::size_t queued_ = 0;
  std::size_t idle_ = 0;
  bool stopped_ = false;
  thread_list threads_;
  thread_list ended_;
};

} // namespace corort::detail

#endif
