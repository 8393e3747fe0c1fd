/// \file
/// What a spawned piece of work and its join_handle share.

#ifndef CORORT_DETAIL_JOIN_STATE_HPP
#define CORORT_DETAIL_JOIN_STATE_HPP

#include "corort/detail/result.hpp"
#include "corort/scheduler.hpp"

#include <atomic>
#include <cstdint>
#include <exception>
#include <source_location>

namespace corort {

/// What joining a task throws that was destroyed with its scheduler.
class task_abandoned : public std::exception {
public:
  const char *what() const noexcept override {
    return "the task's scheduler was destroyed before the task ended";
  }
};

} // namespace corort

namespace corort::detail {

/// Somebody who waits for work to end.
class join_waiter {
public:
  /// Called once the work has ended. The waiter may be gone when it returns.
  virtual void wake() noexcept = 0;

protected:
  ~join_waiter() = default;
};

/// Shared by the work and by its handle, who both start with a reference; the
/// last one deletes it. One atomic word says whether the work is done, and else
/// who waits for it.
class join_state_base {
public:
  join_state_base() = default;
  join_state_base(const join_state_base &) = delete;
  join_state_base &operator=(const join_state_base &) = delete;

  bool done() const noexcept {
    return word_.load(std::memory_order_acquire) == is_done;
  }

  /// \returns false if the work was done already; \p waiter is not called then.
  bool wait(join_waiter &waiter) noexcept {
    std::uintptr_t expected = 0;
    return word_.compare_exchange_strong(
        expected, reinterpret_cast<std::uintptr_t>(&waiter),
        std::memory_order_acq_rel, std::memory_order_acquire);
  }

  /// Takes the waiter back if it was not yet called.
  void stop_waiting(join_waiter &waiter) noexcept {
    auto expected = reinterpret_cast<std::uintptr_t>(&waiter);
    word_.compare_exchange_strong(expected, 0, std::memory_order_acq_rel,
                                  std::memory_order_acquire);
  }

  void release() noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete this;
  }

  /// The work's coroutine, for error reports.
  std::source_location where{};

protected:
  virtual ~join_state_base() = default;

  /// The outcome is stored; wakes the waiter and gives up the work's reference.
  void finish() noexcept {
    const std::uintptr_t before =
        word_.exchange(is_done, std::memory_order_acq_rel);
    if (before)
      reinterpret_cast<join_waiter *>(before)->wake();
    release();
  }

private:
  static constexpr std::uintptr_t is_done = 1;

  std::atomic<std::uintptr_t> word_{0};
  std::atomic<int> references_{2};
};

/// Adds the outcome.
template <class T> class join_state : public join_state_base {
public:
  /// Only once the work is done.
  T take() { return outcome_.take(); }

protected:
  ~join_state() override {
    if (std::exception_ptr lost = outcome_.exception(); lost && !abandoned_)
      report({.kind = error_kind::exception_lost,
              .where = where,
              .exception = std::move(lost)});
  }

  /// The work will not end; whoever joins it is told so.
  void finish_abandoned() noexcept {
    abandoned_ = true;
    outcome_.fail(std::make_exception_ptr(task_abandoned()));
    finish();
  }

  result<T> outcome_;

private:
  bool abandoned_ = false;
};

} // namespace corort::detail

#endif
