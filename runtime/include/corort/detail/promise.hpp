/// \file
/// The promise of a task: who awaits it, where it runs, what it ended with.

#ifndef CORORT_DETAIL_PROMISE_HPP
#define CORORT_DETAIL_PROMISE_HPP

#include "corort/detail/config.hpp"
#include "corort/detail/result.hpp"
#include "corort/scheduler.hpp"

#include <concepts>
#include <coroutine>
#include <exception>
#include <source_location>
#include <type_traits>
#include <utility>

namespace corort {
template <class T> class task;
}

namespace corort::detail {

/// Told when a task ends that no coroutine awaits directly.
class completion {
public:
  /// Called once, while the task is suspended for good; may destroy it.
  /// \returns what to run next on this thread.
  virtual std::coroutine_handle<> on_done() noexcept = 0;

protected:
  ~completion() = default;
};

class promise_base {
public:
#if CORORT_DEBUG
  explicit promise_base(std::source_location where) noexcept : where_(where) {}
#endif

  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    CORORT_SUSPEND std::coroutine_handle<>
    await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      promise_base &promise = ended.promise();
      if (promise.completion_)
        return promise.completion_->on_done();
      return promise.caller_;
    }
    void await_resume() const noexcept {}
  };
  final_awaiter final_suspend() const noexcept { return {}; }

  /// The task runs on behalf of \p caller, which continues when it ends.
  void start_for(std::coroutine_handle<> caller, scheduler *where) noexcept {
    caller_ = caller;
    scheduler_ = where;
    started_ = true;
  }
  /// The task runs on its own; \p done is told when it ends.
  void start_for(completion &done, scheduler *where) noexcept {
    completion_ = &done;
    scheduler_ = where;
    started_ = true;
  }

  /// Where the task runs; null before it has started.
  scheduler *where() const noexcept { return scheduler_; }
  bool started() const noexcept { return started_; }

  /// The coroutine, for error reports.
  std::source_location location() const noexcept {
#if CORORT_DEBUG
    return where_;
#else
    return {};
#endif
  }

private:
  std::coroutine_handle<> caller_;
  completion *completion_ = nullptr;
  scheduler *scheduler_ = nullptr;
  bool started_ = false;
#if CORORT_DEBUG
  std::source_location where_;
#endif
};

/// The scheduler a suspended coroutine belongs to. Coroutines that are not
/// corort's take part too: they continue on the current scheduler.
template <class Promise>
scheduler &scheduler_of(std::coroutine_handle<Promise> coroutine) {
  if constexpr (std::derived_from<Promise, promise_base>)
    return *coroutine.promise().where();
  else
    return current_scheduler();
}

/// `co_return` of a `From` gives a `To`. A reference must bind to the very
/// object: a converted temporary would be gone before anyone sees it.
template <class From, class To>
concept returnable = std::convertible_to<From, To> &&
    (!std::is_reference_v<To> ||
     std::convertible_to<std::remove_reference_t<From> *,
                         std::remove_reference_t<To> *>);

template <class T> class promise_result : public promise_base {
public:
  using promise_base::promise_base;

  template <class U = T>
  requires returnable<U &&, T>
  void return_value(U &&value) {
    if constexpr (std::is_reference_v<T>)
      result_.set(value);
    else
      result_.set(std::forward<U>(value));
  }
  void unhandled_exception() noexcept {
    result_.fail(std::current_exception());
  }
  result<T> &outcome() noexcept { return result_; }

private:
  result<T> result_;
};

template <> class promise_result<void> : public promise_base {
public:
  using promise_base::promise_base;

  void return_void() noexcept { result_.set(); }
  void unhandled_exception() noexcept {
    result_.fail(std::current_exception());
  }
  result<void> &outcome() noexcept { return result_; }

private:
  result<void> result_;
};

template <class T> class promise final : public promise_result<T> {
public:
#if CORORT_DEBUG
  // The default argument is evaluated in the coroutine, and so names it.
  explicit promise(
      std::source_location where = std::source_location::current()) noexcept
      : promise_result<T>(where) {}
#endif
  task<T> get_return_object() noexcept;
};

} // namespace corort::detail

#endif
