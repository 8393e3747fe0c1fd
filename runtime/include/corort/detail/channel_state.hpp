/// \file
/// channel_state: what the two ends of a channel share.

#ifndef CORORT_DETAIL_CHANNEL_STATE_HPP
#define CORORT_DETAIL_CHANNEL_STATE_HPP

#include "corort/detail/channel_ring.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/detail/spinlock.hpp"
#include "corort/detail/wait_queue.hpp"
#include "corort/scheduler.hpp"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace corort::detail {

template <class T> class channel_state;

/// A value on its way into a channel.
template <class T>
class send_operation : public leaf, public wait_links<send_operation<T>> {
protected:
  explicit send_operation(T value) noexcept : value_(std::move(value)) {}
  ~send_operation() = default;

  T value_;
  bool sent_ = false;

private:
  friend channel_state<T>;
};

/// Waits for a value.
template <class T> class recv_operation : public leaf {
protected:
  recv_operation() noexcept = default;
  ~recv_operation() = default;

  std::optional<T> value_;

private:
  friend channel_state<T>;
};

/// The ring and who waits for it.
///
/// Nobody looks at a queue while there is neither a full ring nor an empty one.
/// Who is about to wait says so and looks at the ring once more; who changes
/// the ring looks afterwards who waits. A receiver that waits is woken with its
/// value: it need not look again. Senders that wait are let in as soon as there
/// is room, but put behind all that is ready, so that the receiver goes on and
/// they find an empty ring.
template <class T> class channel_state {
public:
  using ring = channel_ring<T>;
  using push_result = typename ring::push_result;

  explicit channel_state(std::size_t capacity) : ring_(capacity) {}

  // For senders.

  void add_sender() noexcept {
    senders_.fetch_add(1, std::memory_order_relaxed);
  }

  void remove_sender() noexcept {
    sim_release(this);
    if (senders_.fetch_sub(1, std::memory_order_acq_rel) != 1)
      return;
    recv_operation<T> *last_wait;
    {
      std::lock_guard lock(lock_);
      last_wait = receiver_.exchange(nullptr, std::memory_order_relaxed);
      if (last_wait && !last_wait->claim())
        return;
    }
    // Each value has woken its receiver, so there is none left.
    if (last_wait)
      last_wait->resume();
  }

  /// Moves \p value only if it is pushed.
  push_result push(T &value) noexcept {
    const push_result result = ring_.push(value);
    if (result == push_result::pushed)
      wake_receiver();
    return result;
  }

  /// In `await_suspend`; \p enter publishes \p op.
  /// \returns whether to stay suspended.
  template <class Enter>
  bool send(send_operation<T> &op, Enter enter) noexcept {
    std::unique_lock lock(lock_);
    if (!enter()) {
      lock.unlock();
      op.branch().branch_stopped();
      return true;
    }
    if (!ring_.is_closed()) {
      ring_.block();
      waiting_.store(true, std::memory_order_seq_cst);
      if (!senders_waiting_.empty() || !ring_.has_place()) {
        senders_waiting_.push(op);
        return true;
      }
    }
    if (!op.claim()) { // `cancel` waits for the lock.
      unblock_if_nobody_waits();
      return true;
    }
    if (ring_.is_closed())
      return false;
    const auto place = ring_.reserve();
    unblock_if_nobody_waits();
    lock.unlock();
    ring_.fill(place, op.value_);
    op.sent_ = true;
    wake_receiver();
    return false;
  }

  /// Stopped, or destroyed while it waits.
  void forget(send_operation<T> &op) noexcept {
    std::lock_guard lock(lock_);
    senders_waiting_.remove(op);
    unblock_if_nobody_waits();
  }

  // For the receiver.

  bool pop(std::optional<T> &to) noexcept {
    if (!ring_.pop(to))
      return false;
    if (waiting_.load(std::memory_order_seq_cst)) [[unlikely]]
      admit_senders();
    return true;
  }

  /// No sender is left; what `pop` does not find then will never come.
  bool senders_gone() const noexcept {
    if (senders_.load(std::memory_order_acquire) != 0)
      return false;
    sim_acquire(this);
    return true;
  }

  /// In `await_suspend`; \p enter publishes \p op.
  /// \returns whether to stay suspended.
  template <class Enter>
  bool receive(recv_operation<T> &op, Enter enter) noexcept {
    std::unique_lock lock(lock_);
    if (!enter()) {
      lock.unlock();
      op.branch().branch_stopped();
      return true;
    }
    receiver_.store(&op, std::memory_order_seq_cst);
    const bool closed = senders_gone();
    if (!ring_.readable() && !closed)
      return true;
    receiver_.store(nullptr, std::memory_order_relaxed);
    if (!op.claim()) // `cancel` waits for the lock.
      return true;
    lock.unlock();
    pop(op.value_);
    return false;
  }

  bool waits(const recv_operation<T> &op) const noexcept {
    return receiver_.load(std::memory_order_relaxed) == &op;
  }

  /// Stopped, or destroyed while it waits.
  void forget(recv_operation<T> &op) noexcept {
    std::lock_guard lock(lock_);
    if (waits(op))
      receiver_.store(nullptr, std::memory_order_relaxed);
  }

  /// The receiver goes.
  void close() noexcept {
    wait_queue<send_operation<T>> refused;
    {
      std::lock_guard lock(lock_);
      ring_.close();
      while (send_operation<T> *op = senders_waiting_.claim_first())
        refused.push(*op);
      unblock_if_nobody_waits();
    }
    while (send_operation<T> *op = refused.front()) {
      refused.remove(*op);
      op->resume();
    }
    for (std::optional<T> dropped; ring_.pop(dropped);)
      dropped.reset();
  }

private:
  /// After a push. Takes the value for a receiver that waits.
  void wake_receiver() noexcept {
    if (!receiver_.load(std::memory_order_seq_cst)) [[likely]]
      return;
    recv_operation<T> *op;
    {
      std::lock_guard lock(lock_);
      op = receiver_.load(std::memory_order_relaxed);
      if (!op || !ring_.readable())
        return; // Whoever fills the place in front will wake it.
      receiver_.store(nullptr, std::memory_order_relaxed);
      if (!op->claim())
        return;
    }
    // It is suspended, so this thread stands in for it.
    pop(op->value_);
    op->resume();
  }

  /// After a pop. Lets in those who wait for as long as there is room.
  void admit_senders() noexcept {
    for (;;) {
      send_operation<T> *op;
      typename ring::position place{};
      {
        std::lock_guard lock(lock_);
        if (senders_waiting_.empty() || !ring_.has_place())
          return;
        op = senders_waiting_.claim_first();
        if (op)
          place = ring_.reserve();
        unblock_if_nobody_waits();
      }
      if (!op)
        return;
      ring_.fill(place, op->value_);
      op->sent_ = true;
      op->where().schedule_last(*op);
    }
  }

  void unblock_if_nobody_waits() noexcept {
    if (!senders_waiting_.empty())
      return;
    waiting_.store(false, std::memory_order_relaxed);
    ring_.unblock();
  }

  ring ring_;
  alignas(cache_line) spinlock lock_;
  /// Whether senders wait or are about to.
  std::atomic<bool> waiting_{false};
  /// The receiver, if it waits.
  std::atomic<recv_operation<T> *> receiver_{nullptr};
  wait_queue<send_operation<T>> senders_waiting_;
  std::atomic<std::size_t> senders_{1};
};

} // namespace corort::detail

#endif
