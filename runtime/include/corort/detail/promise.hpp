/// \file
/// The promise of a task: who awaits it, its branch, what it ended with.

#ifndef CORORT_DETAIL_PROMISE_HPP
#define CORORT_DETAIL_PROMISE_HPP

#include "corort/detail/await_point.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/frame_memory.hpp"
#include "corort/detail/result.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/detail/work_watch.hpp"
#include "corort/error.hpp"

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

namespace corort {
template <class T> class task;
}

namespace corort::detail {

class root;
template <class T> class child;
template <class T> class promise;

/// A spawned task has ended.
template <class T>
std::coroutine_handle<> end_root(root &self, promise<T> &ended) noexcept;
/// A task that ran beside others has ended.
template <class T>
std::coroutine_handle<> end_child(child<T> &self, promise<T> &ended) noexcept;

class promise_base {
public:
#if CORORT_DEBUG
  explicit promise_base(std::source_location where) noexcept : where_(where) {}
#else
  promise_base() noexcept = default;
#endif

  static void *operator new(std::size_t size) {
    void *const frame = frame_allocate(size);
#if CORORT_DEBUG
    ++frames_here;
#endif
    return frame;
  }
  static void operator delete(void *frame, std::size_t size) noexcept {
#if CORORT_DEBUG
    --frames_here;
#endif
    frame_free(frame, size);
  }

  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    CORORT_SUSPEND std::coroutine_handle<>
    await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      return ended.promise().finish();
    }
    void await_resume() const noexcept {}
  };
  final_awaiter final_suspend() const noexcept { return {}; }

#if CORORT_DEBUG
  template <class Operand>
  decltype(auto) await_transform(
      Operand &&operand,
      std::source_location where = std::source_location::current()) {
    if constexpr (awaits_operation<Operand>)
      return await_point<Operand>(std::forward<Operand>(operand), where);
    else
      return std::forward<Operand>(operand);
  }
#endif

  /// The task runs on behalf of \p caller, which continues when it ends.
  void start_for(std::coroutine_handle<> caller, context &branch) noexcept {
    continuation_ = reinterpret_cast<std::uintptr_t>(caller.address());
    branch_ = &branch;
  }
  /// The task is the outermost one of a branch; \p done is told when it ends.
  void start_for(completion &done, context &branch) noexcept {
    continuation_ = reinterpret_cast<std::uintptr_t>(&done) | to_completion;
    branch_ = &branch;
  }
  // As `start_for(completion &)`, for the most frequent ones.
  void start_for(root &spawned) noexcept;
  template <class T>
  void start_for(child<T> &beside_others, context &branch) noexcept {
    continuation_ = reinterpret_cast<std::uintptr_t>(&beside_others) | to_child;
    branch_ = &branch;
  }

  /// The task must have been started.
  context &branch() const noexcept { return *branch_; }
  bool started() const noexcept { return branch_ != nullptr; }

  /// It runs on its own from now on.
  void check_spawned() const noexcept {
#if CORORT_DEBUG
    if (refers_to_stack_)
      report({.kind = error_kind::dangling_argument,
              .where = where_,
              .exception = nullptr});
#endif
  }

  /// The coroutine, for error reports; line 0 without CORORT_DEBUG.
  std::source_location location() const noexcept {
#if CORORT_DEBUG
    return where_;
#else
    return {};
#endif
  }

protected:
  // Tags of what is no caller. Frames are aligned to eight bytes at least.
  static constexpr std::uintptr_t to_completion = 1;
  static constexpr std::uintptr_t to_root = 2;
  static constexpr std::uintptr_t to_child = 3;
  static constexpr std::uintptr_t tags = 3;

  std::uintptr_t continuation() const noexcept { return continuation_; }

#if CORORT_DEBUG
  template <class... A> void called_with(A &...arguments) noexcept {
    refers_to_stack_ = (is_on_stack(arguments) || ...);
  }
#endif

private:
  /// The caller's frame, the completion, the root, or the child.
  std::uintptr_t continuation_ = 0;
  context *branch_ = nullptr;
#if CORORT_DEBUG
  template <class A> static bool is_on_stack(A &argument) noexcept {
    if constexpr (std::is_function_v<A>)
      return false;
    else
      return this_work.on_stack(
          const_cast<const std::remove_cv_t<A> *>(std::addressof(argument)));
  }

  std::source_location where_;
  bool refers_to_stack_ = false;
#endif
};

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
  // The default argument is evaluated in the coroutine, and so names it. The
  // others are what the coroutine was called with, if that is not much; of a
  // reference, what it refers to.
  explicit promise(
      std::source_location where = std::source_location::current()) noexcept
      : promise_result<T>(where) {}
  template <class A>
  explicit promise(A &a, std::source_location where =
                             std::source_location::current()) noexcept
      : promise_result<T>(where) {
    this->called_with(a);
  }
  template <class A, class B>
  promise(A &a, B &b,
          std::source_location where = std::source_location::current()) noexcept
      : promise_result<T>(where) {
    this->called_with(a, b);
  }
  template <class A, class B, class C>
  promise(A &a, B &b, C &c,
          std::source_location where = std::source_location::current()) noexcept
      : promise_result<T>(where) {
    this->called_with(a, b, c);
  }
  template <class A, class B, class C, class D>
  promise(A &a, B &b, C &c, D &d,
          std::source_location where = std::source_location::current()) noexcept
      : promise_result<T>(where) {
    this->called_with(a, b, c, d);
  }
#endif
  task<T> get_return_object() noexcept;

  /// The result is there and the coroutine is suspended.
  /// \returns what to run next; the coroutine may be gone by then.
  std::coroutine_handle<> finish() noexcept {
    const std::uintptr_t next = this->continuation();
    const std::uintptr_t tag = next & this->tags;
    void *const target = reinterpret_cast<void *>(next ^ tag);
    if (tag == 0) [[likely]]
      return std::coroutine_handle<>::from_address(target);
    if (tag == this->to_root)
      return end_root(*static_cast<root *>(target), *this);
    if (tag == this->to_child)
      return end_child(*static_cast<child<T> *>(target), *this);
    return static_cast<completion *>(target)->on_done();
  }
};

} // namespace corort::detail

#endif
