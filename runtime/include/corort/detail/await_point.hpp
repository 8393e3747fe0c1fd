/// \file
/// await_point: makes every `co_await` a place where a simulation can switch
/// tasks, and where reports can say that a task waits. Only with CORORT_DEBUG.

#ifndef CORORT_DETAIL_AWAIT_POINT_HPP
#define CORORT_DETAIL_AWAIT_POINT_HPP

#include "corort/detail/config.hpp"

#if CORORT_DEBUG

#include "corort/detail/awaitable.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/detail/work_node.hpp"

#include <concepts>
#include <coroutine>
#include <source_location>
#include <type_traits>
#include <utility>

namespace corort::detail {

/// What is awaited may wait, and has a name for reports: a leaf, or what acts
/// as one.
template <class T>
concept awaits_operation = requires(awaiter_t<T> &&awaiter) {
  awaiter.what();
};

/// Awaits an operation. In a simulation others may run before one that could
/// end at once; outside of one it adds nothing.
template <class Operand> class await_point final : job {
public:
  await_point(Operand &&operand, std::source_location where)
      : awaiter_(detail::awaiter_of(std::forward<Operand>(operand))),
        site_{where, awaiter_.what()} {}
  await_point(const await_point &) = delete;
  await_point &operator=(const await_point &) = delete;
  ~await_point() {
    if (frame_)
      simulated->not_suspended(frame_);
  }

  bool await_ready() { return !simulated && awaiter_.await_ready(); }

  template <class Promise>
  CORORT_SUSPEND std::coroutine_handle<>
  await_suspend(std::coroutine_handle<Promise> waiting) {
    branch_ = &branch_of(waiting);
    branch_->debug.waits(site_);
    if (!simulated)
      return next_after(awaiter_, waiting);
    waiting_ = waiting;
    begin_ = &await_point::begin<Promise>;
    work_node turn(static_cast<job &>(*this));
    if (simulated->pause(turn, site_))
      return std::noop_coroutine();
    return begin<Promise>(*this);
  }

  decltype(auto) await_resume() {
    if (frame_)
      simulated->not_suspended(std::exchange(frame_, nullptr));
    if (branch_)
      branch_->debug.goes_on(site_);
    return awaiter_.await_resume();
  }

private:
  /// The turn of the paused task.
  void run() noexcept override { begin_(*this).resume(); }

  template <class Promise>
  static std::coroutine_handle<> begin(await_point &self) {
    const auto waiting =
        std::coroutine_handle<Promise>::from_address(self.waiting_.address());
    // A task that was asked to stop stops here, however ready it is.
    if (!branch_of(waiting).stop_requested() && self.awaiter_.await_ready())
      return waiting;
    self.frame_ = waiting.address();
    simulated->suspended(self.frame_, self.site_);
    return next_after(self.awaiter_, waiting);
  }

  /// \returns what runs next.
  template <class Awaiter, class Promise>
  static std::coroutine_handle<>
  next_after(Awaiter &awaiter, std::coroutine_handle<Promise> waiting) {
    using returned = decltype(awaiter.await_suspend(waiting));
    if constexpr (std::is_void_v<returned>) {
      awaiter.await_suspend(waiting);
      return std::noop_coroutine();
    } else if constexpr (std::is_same_v<returned, bool>) {
      if (awaiter.await_suspend(waiting))
        return std::noop_coroutine();
      return waiting;
    } else {
      return awaiter.await_suspend(waiting);
    }
  }

  awaiter_t<Operand> awaiter_;
  const await_site site_;
  context *branch_ = nullptr;
  std::coroutine_handle<> waiting_;
  std::coroutine_handle<> (*begin_)(await_point &) = nullptr;
  /// While it is suspended in a simulation.
  void *frame_ = nullptr;
};

} // namespace corort::detail

#endif

#endif
