/// \file
/// start_all: starts several tasks as part of one and waits for all of them.

#ifndef CORORT_DETAIL_START_ALL_HPP
#define CORORT_DETAIL_START_ALL_HPP

#include "corort/detail/branches.hpp"
#include "corort/detail/config.hpp"
#include "corort/scheduler.hpp"
#include "corort/task.hpp"

#include <coroutine>
#include <cstddef>
#include <type_traits>
#include <variant>

namespace corort::detail {

enum class start_mode {
  /// One after the other on this thread.
  in_line,
  /// Each for whichever worker takes it.
  queued,
};

/// `Tasks` calls what it is given with each of its tasks. The results stay in
/// the tasks.
template <start_mode Mode, class Tasks>
class start_all final : public joining_leaf, completion {
public:
  start_all(std::size_t count, Tasks &tasks) noexcept
      : count_(count), tasks_(tasks) {}

  bool await_ready() const noexcept { return count_ == 0; }

  template <class Promise>
  CORORT_SUSPEND std::coroutine_handle<>
  await_suspend(std::coroutine_handle<Promise> parent) {
    context &branch = branch_of(parent);
    if (branch.tracked())
      branches_.create(count_, branch.where(), *this);
    this->expect(count_);
    if (!this->enter(parent)) {
      this->stopped();
      return std::noop_coroutine();
    }
    std::size_t i = 0;
    tasks_([&](auto &child) { start(child, branch, i++); });
    return this->next_after_branch();
  }
  void await_resume() const noexcept {}

  const char *what() const noexcept override { return "when_all"; }

private:
  template <class T> void start(task<T> &child, context &parent, std::size_t i) {
    auto coroutine = task_access::get(child);
    if (branches_.empty()) {
      coroutine.promise().start_for(static_cast<completion &>(*this), parent);
    } else {
      if (branches_[i].stop_requested()) {
        this->branch_gone(); // We count, so it was not the last one.
        return;
      }
      coroutine.promise().start_for(branches_[i], branches_[i]);
    }
    if (Mode == start_mode::in_line || i + 1 == count_ ||
        !parent.where().try_schedule_new(coroutine))
      coroutine.resume();
  }

  std::coroutine_handle<> on_done() noexcept override {
    return this->next_after_branch();
  }
  void stop_branches() noexcept override { branches_.request_stop(); }

  const std::size_t count_;
  Tasks &tasks_;
  branch_array branches_;
};

template <class T>
using element = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class T> element<T> take_result(task<T> &ended) {
  if constexpr (std::is_void_v<T>) {
    task_access::outcome(ended).take();
    return {};
  } else {
    return task_access::outcome(ended).take();
  }
}

} // namespace corort::detail

#endif
