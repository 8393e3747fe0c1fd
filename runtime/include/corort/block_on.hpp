/// \file
/// block_on: waits for a task on a thread that is not a worker.

#ifndef CORORT_BLOCK_ON_HPP
#define CORORT_BLOCK_ON_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/platform.hpp"
#include "corort/join_handle.hpp"
#include "corort/scheduler.hpp"
#include "corort/task.hpp"

#include <atomic>
#include <concepts>
#include <coroutine>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace corort {

namespace detail {

/// A branch that a thread waits for. Nobody can stop it.
class awaited_branch final : public context, completion {
public:
  explicit awaited_branch(scheduler &where) noexcept
      : context(&where, branch_kind::unstoppable) {}

  /// Runs \p work, and waits until it has ended.
  template <class T> void run(task<T> &work) noexcept {
    auto coroutine = task_access::get(work);
    coroutine.promise().start_for(*this, *this);
    work_node start(coroutine);
    where().schedule_new(start);
    while (done_.load(std::memory_order_acquire) == 0)
      futex_wait(done_, 0);
  }

private:
  std::coroutine_handle<> on_done() noexcept override {
    // The waiter may be gone once it sees it; waking needs the address only.
    std::atomic<std::uint32_t> &done = done_;
    done.store(1, std::memory_order_release);
    futex_wake_one(done);
    return std::noop_coroutine();
  }
  void on_stopped() noexcept override {}

  std::atomic<std::uint32_t> done_{0};
};

inline void refuse_on_worker() noexcept {
  if (this_thread().runs_tasks)
    fail("block_on called by a task: co_await instead, a worker that waits for "
         "another task can wait for ever");
}

template <class T> task<T> join(join_handle<T> handle) {
  co_return co_await handle;
}

} // namespace detail

/// Runs \p work on \p where, waits until it has ended and gives its result.
/// Called by a task, it ends the program with a message.
///
/// \par Throws
/// What the task throws.
/// \par Thread safety
/// May be called from any thread that is not a worker.
template <class T>
COROLINT_WAITS_FOR_TASK()
COROLINT_CONSUMES_TASK(1) T block_on(scheduler &where, task<T> work) {
  detail::refuse_on_worker();
  detail::awaited_branch(where).run(work);
  return detail::task_access::outcome(work).take();
}

/// Runs \p work on the current scheduler, or the default one, waits until it
/// has ended and gives its result: `int main() { return block_on(run()); }`.
/// Called by a task, it ends the program with a message.
///
/// \par Throws
/// What the task throws; std::system_error if the default scheduler can't be
/// started.
/// \par Thread safety
/// May be called from any thread that is not a worker.
template <class T>
COROLINT_WAITS_FOR_TASK()
COROLINT_CONSUMES_TASK(0) T block_on(task<T> work) {
  detail::refuse_on_worker();
  return corort::block_on(current_scheduler(), std::move(work));
}

/// Waits until the work has ended and gives its result. Called by a task, it
/// ends the program with a message.
///
/// \par Throws
/// What the work threw; `task_cancelled` if it was stopped; std::bad_alloc.
/// \par Thread safety
/// May be called from any thread that is not a worker.
template <class T> COROLINT_WAITS_FOR_TASK() T block_on(join_handle<T> handle) {
  detail::refuse_on_worker();
  return corort::block_on(detail::join(std::move(handle)));
}

namespace detail {

template <class Run> int run_main(Run run, int count, char **words) {
  auto start = [&] {
    if constexpr (std::invocable<Run, std::vector<std::string>>)
      return run(std::vector<std::string>(words, words + count));
    else
      return run();
  };
  if constexpr (std::is_void_v<typename decltype(start())::value_type>) {
    corort::block_on(start());
    return 0;
  } else {
    return corort::block_on(start());
  }
}

} // namespace detail

} // namespace corort

/// Defines `main`, which runs the coroutine \p run on the default scheduler and
/// returns its result: a `task<int>`, or a `task<>` for 0. It gets the words of
/// the command line, the program's name first, if it takes a
/// `std::vector<std::string>`.
///
/// \par Throws
/// What the task throws.
#define CORORT_MAIN(run)                                                       \
  int main(int count, char **words) {                                          \
    return corort::detail::run_main(run, count, words);                        \
  }

#endif
