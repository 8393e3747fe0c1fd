/// \file
/// model_atomics: what `std_atomics` supplies, as operations of a model; and
/// what else the threads of a model may share.

#ifndef COROLINT_TESTS_RUNTIME_MODEL_ATOMICS_HPP
#define COROLINT_TESTS_RUNTIME_MODEL_ATOMICS_HPP

#include "checker.hpp"
#include "memory.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace model {

/// As `std::atomic`, with all that was ever stored in it.
template <class T> class atomic {
public:
  atomic() : atomic(T{}) {}
  atomic(T value) { append(value, std::memory_order_relaxed); }
  atomic(const atomic &) = delete;
  atomic &operator=(const atomic &) = delete;

  T load(std::memory_order order = std::memory_order_seq_cst) const {
    checker::the().step();
    return load_now(order);
  }
  /// Part of the operation before it.
  T load_now(std::memory_order order) const {
    const std::size_t back = checker::the().choose_value(readable(order));
    return read(latest() - back, order);
  }

  void store(T value, std::memory_order order = std::memory_order_seq_cst) {
    checker::the().step();
    append(value, order);
    note("store", value);
  }

  T exchange(T value, std::memory_order order = std::memory_order_seq_cst) {
    return modify([=](T) { return value; }, order);
  }
  T fetch_add(T by,
              std::memory_order order =
                  std::memory_order_seq_cst) requires std::is_integral_v<T> {
    return modify([=](T old) { return static_cast<T>(old + by); }, order);
  }
  T fetch_sub(T by,
              std::memory_order order =
                  std::memory_order_seq_cst) requires std::is_integral_v<T> {
    return modify([=](T old) { return static_cast<T>(old - by); }, order);
  }
  T fetch_or(T bits,
             std::memory_order order =
                 std::memory_order_seq_cst) requires std::is_integral_v<T> {
    return modify([=](T old) { return static_cast<T>(old | bits); }, order);
  }
  T fetch_and(T bits,
              std::memory_order order =
                  std::memory_order_seq_cst) requires std::is_integral_v<T> {
    return modify([=](T old) { return static_cast<T>(old & bits); }, order);
  }

  bool compare_exchange_strong(T &expected, T desired, std::memory_order order,
                               std::memory_order failure) {
    return compare_exchange(expected, desired, order, failure, false);
  }
  bool
  compare_exchange_strong(T &expected, T desired,
                          std::memory_order order = std::memory_order_seq_cst) {
    return compare_exchange(expected, desired, order, on_failure(order), false);
  }
  bool compare_exchange_weak(T &expected, T desired, std::memory_order order,
                             std::memory_order failure) {
    return compare_exchange(expected, desired, order, failure, true);
  }
  bool
  compare_exchange_weak(T &expected, T desired,
                        std::memory_order order = std::memory_order_seq_cst) {
    return compare_exchange(expected, desired, order, on_failure(order), true);
  }

private:
  struct message {
    T value;
    view released;
  };

  static std::memory_order on_failure(std::memory_order order) noexcept {
    switch (order) {
    case std::memory_order_acq_rel:
      return std::memory_order_acquire;
    case std::memory_order_release:
      return std::memory_order_relaxed;
    default:
      return order;
    }
  }

  std::size_t latest() const noexcept { return history_.size() - 1; }

  /// How many of the latest values a load may return.
  std::size_t readable(std::memory_order order) const {
    checker &c = checker::the();
    if (!c.weak())
      return 1;
    time_stamp oldest = c.mine().current.oldest[location_];
    if (order == std::memory_order_seq_cst)
      oldest = std::max(oldest, c.agreed().oldest[location_]);
    return history_.size() - oldest;
  }

  T read(std::size_t when, std::memory_order order) const {
    checker &c = checker::the();
    const message &read = history_[when];
    see(when, order);
    c.mine().receive(read.released, order);
    note("load", read.value);
    return read.value;
  }

  void see(std::size_t when, std::memory_order order) const {
    checker &c = checker::the();
    const auto stamp = static_cast<time_stamp>(when);
    auto &oldest = c.mine().current.oldest[location_];
    oldest = std::max(oldest, stamp);
    if (order == std::memory_order_seq_cst) {
      auto &agreed = c.agreed().oldest[location_];
      agreed = std::max(agreed, stamp);
    }
  }

  message &append(T value, std::memory_order order) {
    checker &c = checker::the();
    see(history_.size(), order);
    history_.push_back({value, c.mine().message(order)});
    message &added = history_.back();
    added.released.oldest[location_] =
        static_cast<time_stamp>(history_.size() - 1);
    return added;
  }

  template <class F> T modify(F change, std::memory_order order) {
    checker::the().step();
    return modify_now(change, order);
  }

  template <class F> T modify_now(F change, std::memory_order order) {
    const message before = history_.back();
    checker::the().mine().receive(before.released, order);
    const T after = change(before.value);
    // A release sequence: it passes on what it has read.
    append(after, order).released.join(before.released);
    note("modify", after);
    return before.value;
  }

  bool compare_exchange(T &expected, T desired, std::memory_order order,
                        std::memory_order failure, bool may_fail) {
    checker &c = checker::the();
    c.step();
    if (may_fail && c.choose_spurious_failure()) {
      expected = load_now(failure);
      return false;
    }
    // It fails by reading any value but the expected one; it can succeed only
    // on the latest.
    std::vector<std::size_t> reads{latest()};
    for (std::size_t back = 1; back < readable(failure); ++back)
      if (history_[latest() - back].value != expected)
        reads.push_back(latest() - back);
    const std::size_t chosen = c.choose_value(reads.size());
    if (chosen == 0 && history_.back().value == expected) {
      modify_now([=](T) { return desired; }, order);
      return true;
    }
    expected = read(reads[chosen], failure);
    return false;
  }

  void note(const char *operation, T value) const {
    std::uint64_t shown;
    if constexpr (std::is_pointer_v<T>)
      shown = reinterpret_cast<std::uintptr_t>(value);
    else
      shown = static_cast<std::uint64_t>(value);
    checker::the().note(operation, location_, shown);
  }

  const std::size_t location_ = checker::the().new_location();
  std::vector<message> history_;
};

/// Data that is not atomic: threads that use it must be ordered otherwise.
template <class T> class plain {
public:
  explicit plain(T value = {}) : value_(value) { wrote(); }
  plain(const plain &) = delete;
  plain &operator=(const plain &) = delete;

  T get() const {
    require(knows_write(), "data race: a read of what somebody else writes");
    const std::size_t reader = checker::the().running();
    reads_.steps[reader] = now(reader);
    return value_;
  }
  void set(T value) {
    require(knows_write(), "data race: two threads write");
    for (std::size_t i = 0; i < max_threads; ++i)
      require(reads_.steps[i] <= known(i),
              "data race: a write of what somebody else reads");
    value_ = value;
    wrote();
  }

private:
  static std::uint16_t known(std::size_t thread) {
    return checker::the().mine().current.steps[thread];
  }
  /// A step of its own: what was released so far does not cover it.
  static std::uint16_t now(std::size_t thread) {
    checker::the().tick();
    return known(thread);
  }

  bool knows_write() const { return written_ <= known(writer_); }
  void wrote() {
    writer_ = checker::the().running();
    written_ = now(writer_);
  }

  T value_;
  std::size_t writer_ = 0;
  std::uint16_t written_ = 0;
  mutable clock_view reads_;
};

/// As `std::mutex`; a thread that waits for it blocks.
class mutex {
public:
  void lock() {
    checker &c = checker::the();
    c.step();
    while (held_)
      c.block(this);
    held_ = true;
    c.mine().current.join(released_);
    c.note("lock", 0, 0);
  }
  void unlock() {
    checker &c = checker::the();
    c.step();
    held_ = false;
    released_ = c.mine().current;
    c.note("unlock", 0, 0);
    c.wake(this, /*all=*/true);
  }

private:
  bool held_ = false;
  view released_;
};

/// Stands in for `corort::detail::std_atomics`.
struct model_atomics {
  template <class T> using atomic = model::atomic<T>;
  using lock = model::mutex;

  static void fence(std::memory_order order) {
    checker &c = checker::the();
    c.step();
    c.mine().fence(order, c.agreed());
    c.note("fence", 0, 0);
  }
  /// Keeps the compiler from reordering; it orders nothing else.
  static void light_fence() {}
  static void heavy_fence() {
    fence(std::memory_order_seq_cst);
    checker::the().fence_all();
    fence(std::memory_order_seq_cst);
  }

  // The kernel's own lock makes these fences, and makes looking and falling
  // asleep one step.
  template <class T> static void futex_wait(atomic<T> &word, T expected) {
    if (futex_finds(word, expected))
      checker::the().block(&word);
  }
  template <class T, class Time>
  static void futex_wait_for(atomic<T> &word, T expected, Time) {
    if (futex_finds(word, expected))
      checker::the().block_for_a_time(&word);
  }
  template <class T> static void futex_wake_one(atomic<T> &word) {
    fence(std::memory_order_seq_cst);
    checker::the().wake(&word, /*all=*/false);
  }
  template <class T> static void futex_wake_all(atomic<T> &word) {
    fence(std::memory_order_seq_cst);
    checker::the().wake(&word, /*all=*/true);
  }

private:
  template <class T> static bool futex_finds(atomic<T> &word, T expected) {
    fence(std::memory_order_seq_cst);
    return word.load_now(std::memory_order_relaxed) == expected;
  }
};

} // namespace model

#endif
