/// \file
/// spawn_blocking: calls functions that block their thread.

#ifndef CORORT_SPAWN_BLOCKING_HPP
#define CORORT_SPAWN_BLOCKING_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/blocking_pool.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/result.hpp"
#include "corort/join_handle.hpp"
#include "corort/scheduler.hpp"
#include "corort/spawn.hpp"
#include "corort/task.hpp"

#include <atomic>
#include <concepts>
#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace corort {

namespace detail {

/// A call on the blocking pool. It can be stopped until it has begun; after
/// that, its task stops when the function has returned.
template <class Fn> class blocking_call final : public leaf, pool_job {
  using value = std::invoke_result_t<Fn>;

public:
  explicit blocking_call(Fn fn) : fn_(std::move(fn)) {}

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  CORORT_SUSPEND bool await_suspend(std::coroutine_handle<Promise> waiting) {
    blocking_pool &pool = branch_of(waiting).where().blocking();
    if (!pool.submit(*this, [&] { return this->enter(waiting); }))
      this->stopped();
    return true;
  }
  value await_resume() { return outcome_.take(); }

  const char *what() const noexcept override { return "spawn_blocking"; }

private:
  void run() noexcept override {
    this_thread().current = &where();
    try {
      if constexpr (std::is_void_v<value>) {
        std::move (*fn_)();
        outcome_.set();
      } else {
        outcome_.set(std::move(*fn_)());
      }
    } catch (...) {
      outcome_.fail(std::current_exception());
    }
    // What the function owns goes before its end is seen.
    fn_.reset();
    if (claim())
      resume();
    else
      one_of_two();
  }

  /// Its coroutine is destroyed with the scheduler.
  void abandon() noexcept override { fn_.reset(); }

  void cancel() noexcept override {
    if (where().blocking().withdraw(*this))
      this->stopped();
    else
      one_of_two();
  }

  /// A call under way that is stopped: the canceller and the caller must both
  /// be done with this.
  void one_of_two() noexcept {
    if (first_left_.exchange(true, std::memory_order_acq_rel))
      this->stopped();
  }

  std::optional<Fn> fn_;
  result<value> outcome_;
  std::atomic<bool> first_left_{false};
};

template <class Fn> task<std::invoke_result_t<Fn>> call_blocking(Fn fn) {
  co_return co_await blocking_call<Fn>(std::move(fn));
}

} // namespace detail

/// Calls \p fn on a thread that \p where keeps for calls that block, and gives
/// its result to whoever awaits the handle. \p fn is moved, and destroyed when
/// it has returned.
///
/// There are at most `scheduler_options::blocking_threads`, so calls may wait
/// their turn. A call that is under way can't be stopped: `abort()` then takes effect
/// when it has returned, and its result is lost.
///
/// \par Throws
/// std::bad_alloc. Awaiting the handle throws what \p fn threw, and
/// std::system_error if not a single thread could be started.
/// \par Thread safety
/// May be called from any thread.
template <std::invocable Fn>
COROLINT_OFFLOAD(1)
join_handle<std::invoke_result_t<Fn>> spawn_blocking_on(scheduler &where,
                                                        Fn fn) {
  auto call = detail::call_blocking(std::move(fn));
  return detail::start_root_here(where, call);
}

/// As `spawn_blocking_on` the current scheduler, or the default one on threads
/// that are not workers: `auto text = co_await spawn_blocking(read_file);`.
///
/// \par Throws
/// As `spawn_blocking_on`; std::system_error if the default scheduler can't be
/// started.
/// \par Thread safety
/// May be called from any thread.
template <std::invocable Fn>
COROLINT_OFFLOAD(0)
join_handle<std::invoke_result_t<Fn>> spawn_blocking(Fn fn) {
  return corort::spawn_blocking_on(current_scheduler(), std::move(fn));
}

} // namespace corort

#endif
