/// \file
/// block_on: waits for a task on a thread that is not a worker.

#ifndef CORORT_BLOCK_ON_HPP
#define CORORT_BLOCK_ON_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/join_state.hpp"
#include "corort/join_handle.hpp"
#include "corort/spawn.hpp"
#include "corort/task.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace corort {

namespace detail {

/// A thread that waits for work to end.
class thread_waiter final : public join_waiter {
public:
  void wait() {
    std::unique_lock lock(mutex_);
    woken_.wait(lock, [this] { return done_; });
  }

private:
  void wake() noexcept override {
    // Notified under the lock, as the waiter is gone once it sees `done_`.
    std::lock_guard lock(mutex_);
    done_ = true;
    woken_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable woken_;
  bool done_ = false;
};

inline void refuse_on_worker() noexcept {
  if (this_thread().worker)
    fail("block_on called by a task: co_await instead, a worker that waits for "
         "another task can wait for ever");
}

} // namespace detail

/// Waits until the work has ended and gives its result. Called by a task, it
/// ends the program with a message.
///
/// \par Throws
/// What the work threw; `task_abandoned` if its scheduler was destroyed first.
/// \par Thread safety
/// May be called from any thread that is not a worker.
template <class T> COROLINT_WAITS_FOR_TASK() T block_on(join_handle<T> handle) {
  detail::refuse_on_worker();
  if (!handle)
    detail::fail("block_on of an empty join_handle");
  struct releaser {
    detail::join_state<T> *state;
    ~releaser() { state->release(); }
  } last{detail::handle_access::release(handle)};
  detail::thread_waiter waiter;
  if (last.state->wait(waiter))
    waiter.wait();
  return last.state->take();
}

/// Runs \p work on \p where, waits until it has ended and gives its result.
/// Called by a task, it ends the program with a message.
///
/// \par Throws
/// What the task throws; std::bad_alloc.
/// \par Thread safety
/// May be called from any thread that is not a worker.
template <class T>
COROLINT_WAITS_FOR_TASK()
COROLINT_CONSUMES_TASK(1) T block_on(scheduler &where, task<T> work) {
  detail::refuse_on_worker();
  return corort::block_on(corort::spawn_on(where, std::move(work)));
}

/// Runs \p work on the current scheduler, or the default one, waits until it
/// has ended and gives its result: `int main() { return block_on(run()); }`.
/// Called by a task, it ends the program with a message.
///
/// \par Throws
/// What the task throws; std::bad_alloc; std::system_error if the default
/// scheduler can't be started.
/// \par Thread safety
/// May be called from any thread that is not a worker.
template <class T>
COROLINT_WAITS_FOR_TASK()
COROLINT_CONSUMES_TASK(0) T block_on(task<T> work) {
  detail::refuse_on_worker();
  return corort::block_on(current_scheduler(), std::move(work));
}

} // namespace corort

#endif
