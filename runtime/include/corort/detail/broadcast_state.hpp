/// \file
/// broadcast_state: what the ends of a broadcast share.

#ifndef CORORT_DETAIL_BROADCAST_STATE_HPP
#define CORORT_DETAIL_BROADCAST_STATE_HPP

#include "corort/detail/context.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/detail/spinlock.hpp"
#include "corort/detail/wait_queue.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace corort::detail {

template <class T> class broadcast_state;

/// A subscriber that looks for its next value, or waits for it.
template <class T>
class broadcast_operation : public leaf,
                            public wait_links<broadcast_operation<T>> {
protected:
  explicit broadcast_operation(std::uint64_t &position) noexcept
      : position_(position) {}
  ~broadcast_operation() = default;

  /// Null if it missed some, or if the channel is closed.
  std::shared_ptr<const T> value_;
  std::uint64_t missed_ = 0;

private:
  friend broadcast_state<T>;
  /// The subscriber's: how many values were sent before the one it wants.
  std::uint64_t &position_;
};

/// The last values, each shared by those who have it, and who waits for more.
/// A value is copied and destroyed outside of the lock.
template <class T> class broadcast_state {
  using operation = broadcast_operation<T>;

public:
  /// \throws std::bad_alloc
  explicit broadcast_state(std::size_t capacity)
      : last_values_(std::max<std::size_t>(capacity, 1)) {}

  void add_sender() noexcept {
    std::lock_guard lock(lock_);
    ++senders_;
  }

  void remove_sender() noexcept {
    wait_queue<operation> woken;
    {
      std::lock_guard lock(lock_);
      sim_release(this);
      if (--senders_ == 0)
        wake_all(woken, nullptr);
    }
    resume(woken);
  }

  /// \returns for how many subscribers it is.
  std::size_t send(std::shared_ptr<const T> value) noexcept {
    wait_queue<operation> woken;
    std::size_t receivers;
    {
      std::lock_guard lock(lock_);
      receivers = receivers_;
      if (receivers == 0)
        return 0;
      sim_release(this);
      wake_all(woken, value);
      // What was there before goes when the lock is free.
      std::swap(last_values_[sent_ % last_values_.size()], value);
      ++sent_;
    }
    resume(woken);
    return receivers;
  }

  /// \returns the position of the next value.
  std::uint64_t subscribe() noexcept {
    std::lock_guard lock(lock_);
    ++receivers_;
    return sent_;
  }

  void unsubscribe() noexcept {
    std::lock_guard lock(lock_);
    --receivers_;
  }

  /// \returns false if there is nothing yet.
  bool take(operation &op) noexcept {
    std::lock_guard lock(lock_);
    if (!has_news(op))
      return false;
    give(op);
    return true;
  }

  /// In `await_suspend`; \p enter publishes \p op.
  /// \returns whether to stay suspended.
  template <class Enter> bool receive(operation &op, Enter enter) noexcept {
    std::unique_lock lock(lock_);
    if (!enter()) {
      lock.unlock();
      op.branch().branch_stopped();
      return true;
    }
    if (!has_news(op)) {
      waiting_.push(op);
      return true;
    }
    if (!op.claim()) // `cancel` waits for the lock.
      return true;
    give(op);
    return false;
  }

  /// Stopped, or destroyed while it waits.
  void forget(operation &op) noexcept {
    std::lock_guard lock(lock_);
    waiting_.remove(op);
  }

private:
  bool has_news(const operation &op) const noexcept {
    return op.position_ != sent_ || senders_ == 0;
  }

  void give(operation &op) noexcept {
    sim_acquire(this);
    const std::uint64_t behind = sent_ - op.position_;
    if (behind == 0)
      return; // Closed.
    if (behind > last_values_.size()) {
      op.missed_ = behind - last_values_.size();
      op.position_ += op.missed_;
      return;
    }
    op.value_ = last_values_[op.position_ % last_values_.size()];
    ++op.position_;
  }

  /// Who waits has seen everything up to now, and gets \p value.
  void wake_all(wait_queue<operation> &woken,
                const std::shared_ptr<const T> &value) noexcept {
    while (operation *op = waiting_.claim_first()) {
      if (value) {
        op->value_ = value;
        ++op->position_;
      }
      woken.push(*op);
    }
  }

  static void resume(wait_queue<operation> &woken) noexcept {
    while (operation *op = woken.front()) {
      woken.remove(*op);
      op->resume();
    }
  }

  spinlock lock_;
  std::vector<std::shared_ptr<const T>> last_values_;
  std::uint64_t sent_ = 0;
  std::size_t senders_ = 1;
  std::size_t receivers_ = 0;
  wait_queue<operation> waiting_;
};

} // namespace corort::detail

#endif
