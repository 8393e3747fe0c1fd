/// \file
/// start_all: starts several tasks as part of one and waits for all of them.

#ifndef CORORT_DETAIL_START_ALL_HPP
#define CORORT_DETAIL_START_ALL_HPP

#include "corort/detail/branches.hpp"
#include "corort/detail/child.hpp"
#include "corort/detail/config.hpp"
#include "corort/scheduler.hpp"

#include <coroutine>
#include <cstddef>

namespace corort::detail {

enum class start_mode {
  /// One after the other on this thread.
  in_line,
  /// Each for whichever worker takes it.
  queued,
};

/// `Children` has a `size()`, and an `each(fn)` that calls `fn(child &)`.
/// It must be destroyed before the branches.
template <start_mode Mode, class Children>
class start_all final : public joining_leaf {
public:
  start_all(Children &children, branch_array &branches) noexcept
      : children_(children), branches_(branches) {}

  bool await_ready() const noexcept { return children_.size() == 0; }

  template <class Promise>
  CORORT_SUSPEND std::coroutine_handle<>
  await_suspend(std::coroutine_handle<Promise> parent) {
    context &branch = branch_of(parent);
    if (branch.tracked())
      branches_.create(children_.size(), branch.where(), *this);
    this->expect(children_.size());
    if (!this->enter(parent)) {
      this->stopped();
      return std::noop_coroutine();
    }
    if constexpr (Mode == start_mode::in_line)
      return start_in_line(branch);
    else
      return start_queued(branch);
  }
  void await_resume() const noexcept {}

  const char *what() const noexcept override { return "when_all"; }

private:
  std::coroutine_handle<> start_in_line(context &parent) noexcept {
    std::size_t i = 0;
    children_.each([&](auto &one) {
      if (std::coroutine_handle<> coroutine = begin(one, parent, i++))
        coroutine.resume();
    });
    return this->next_after_branch();
  }

  std::coroutine_handle<> start_queued(context &parent) noexcept {
    std::size_t i = 0;
    std::coroutine_handle<> last; // For this thread.
    scheduler::new_work queue(parent.where());
    children_.each([&](auto &one) {
      std::coroutine_handle<> coroutine = begin(one, parent, i++);
      if (!coroutine)
        return;
      if (last && !queue.try_add(last))
        last.resume();
      last = coroutine;
    });
    std::coroutine_handle<> next = this->next_after_branch();
    return last ? last : next;
  }

  /// \returns its coroutine, or null if it is not to start any more.
  template <class T>
  std::coroutine_handle<> begin(child<T> &one, context &parent,
                                std::size_t i) noexcept {
    if (branches_.empty()) [[likely]]
      return one.begin(*this, parent);
    if (!branches_[i].stop_requested())
      return one.begin(*this, branches_[i]);
    this->branch_gone(); // We count, so it was not the last one.
    return nullptr;
  }

  void stop_branches() noexcept override { branches_.request_stop(); }

  Children &children_;
  branch_array &branches_;
};

} // namespace corort::detail

#endif
