/// \file
/// start_all: starts several tasks as part of one and waits for all of them.

#ifndef CORORT_DETAIL_START_ALL_HPP
#define CORORT_DETAIL_START_ALL_HPP

#include "corort/detail/branches.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/result.hpp"
#include "corort/scheduler.hpp"
#include "corort/task.hpp"

#include <coroutine>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

namespace corort::detail {

template <class T>
using element = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// A task that is to be run beside others, and later its result. The frame is
/// destroyed as soon as the task ends, and with it the arguments: others may
/// be waiting for that, as the receiver of a channel is for its senders.
template <class T> class child final : completion {
public:
  child() noexcept = default;
  child(task<T> &&work) noexcept : coroutine_(task_access::release(work)) {}
  child(const child &) = delete;
  child &operator=(const child &) = delete;
  ~child() {
    if (coroutine_)
      coroutine_.destroy();
  }

  void set(task<T> &&work) noexcept { coroutine_ = task_access::release(work); }

  /// \returns the coroutine, to be run in \p branch; \p joiner is told.
  std::coroutine_handle<> begin(joining_leaf &joiner,
                                context &branch) noexcept {
    joiner_ = &joiner;
    coroutine_.promise().start_for(*this, branch);
    return coroutine_;
  }

  /// Its result, once it has ended, or its exception.
  element<T> take() {
    if constexpr (std::is_void_v<T>) {
      result_.take();
      return {};
    } else {
      return result_.take();
    }
  }

private:
  std::coroutine_handle<> on_done() noexcept override {
    result_.set_from(std::move(coroutine_.promise().outcome()));
    std::exchange(coroutine_, nullptr).destroy();
    return joiner_->next_after_branch();
  }

  std::coroutine_handle<promise<T>> coroutine_;
  joining_leaf *joiner_ = nullptr;
  result<T> result_;
};

enum class start_mode {
  /// One after the other on this thread.
  in_line,
  /// Each for whichever worker takes it.
  queued,
};

/// `Children` calls what it is given with each `child`.
template <start_mode Mode, class Children>
class start_all final : public joining_leaf {
public:
  start_all(std::size_t count, Children &children) noexcept
      : count_(count), children_(children) {}

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
    children_([&](auto &one) { start(one, branch, i++); });
    return this->next_after_branch();
  }
  void await_resume() const noexcept {}

  const char *what() const noexcept override { return "when_all"; }

private:
  template <class T>
  void start(child<T> &one, context &parent, std::size_t i) noexcept {
    context *branch = &parent;
    if (!branches_.empty()) {
      branch = &branches_[i];
      if (branch->stop_requested()) {
        this->branch_gone(); // We count, so it was not the last one.
        return;
      }
    }
    std::coroutine_handle<> coroutine = one.begin(*this, *branch);
    if (Mode == start_mode::in_line || i + 1 == count_ ||
        !parent.where().try_schedule_new(coroutine))
      coroutine.resume();
  }

  void stop_branches() noexcept override { branches_.request_stop(); }

  const std::size_t count_;
  Children &children_;
  branch_array branches_;
};

} // namespace corort::detail

#endif
