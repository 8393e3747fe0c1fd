/// \file
/// The barest coroutine: what calling, suspending and resuming one costs with
/// nothing that a runtime needs besides.

#ifndef CORORT_BENCH_BARE_HPP
#define CORORT_BENCH_BARE_HPP

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <new>
#include <utility>

namespace bench {

/// Recycles the frames of its thread, by size.
class frame_list {
public:
  static void *take(std::size_t size) {
    node *&first = free_[size_class(size)];
    if (!first)
      return ::operator new(size_class(size) * grain);
    return std::exchange(first, first->next);
  }
  static void give(void *frame, std::size_t size) noexcept {
    node *&first = free_[size_class(size)];
    first = ::new (frame) node{first};
  }

private:
  struct node {
    node *next;
  };
  static constexpr std::size_t grain = 32;
  static constexpr std::size_t largest = 1024;
  static std::size_t size_class(std::size_t size) noexcept {
    return (size + grain - 1) / grain;
  }
  static constinit inline thread_local node *free_[largest / grain + 1] = {};
};

/// A lazy coroutine, its frame below 1 KiB, that gives one number to whoever
/// awaits it, or many to whoever resumes it by hand. No exceptions, no checks.
class [[nodiscard]] bare {
public:
  struct promise_type {
    struct to_caller {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<>
      await_suspend(std::coroutine_handle<promise_type> ended) const noexcept {
        return ended.promise().caller;
      }
      void await_resume() const noexcept {}
    };

    bare get_return_object() noexcept {
      return bare(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    to_caller final_suspend() const noexcept { return {}; }
    void return_value(std::uint64_t result) noexcept { value = result; }
    std::suspend_always yield_value(std::uint64_t next) noexcept {
      value = next;
      return {};
    }
    void unhandled_exception() noexcept { std::terminate(); }

    static void *operator new(std::size_t size) {
      return frame_list::take(size);
    }
    static void operator delete(void *frame, std::size_t size) noexcept {
      frame_list::give(frame, size);
    }

    std::uint64_t value = 0;
    std::coroutine_handle<> caller = std::noop_coroutine();
  };

  bare(bare &&other) noexcept
      : coroutine_(std::exchange(other.coroutine_, {})) {}
  bare &operator=(bare &&) = delete;
  ~bare() {
    if (coroutine_)
      coroutine_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<>
  await_suspend(std::coroutine_handle<> caller) const noexcept {
    coroutine_.promise().caller = caller;
    return coroutine_;
  }
  std::uint64_t await_resume() const noexcept { return value(); }

  /// Runs it until it suspends or ends.
  void resume() const { coroutine_.resume(); }
  /// What it returned, or yielded last.
  std::uint64_t value() const noexcept { return coroutine_.promise().value; }

private:
  explicit bare(std::coroutine_handle<promise_type> coroutine) noexcept
      : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

} // namespace bench

#endif
