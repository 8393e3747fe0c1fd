/// \file
/// gate: a word of state and the tasks that wait for it to let them pass. What
/// locks, counters and events have in common.

#ifndef CORORT_DETAIL_GATE_HPP
#define CORORT_DETAIL_GATE_HPP

#include "corort/detail/config.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/detail/spinlock.hpp"
#include "corort/detail/wait_queue.hpp"

#include <atomic>
#include <coroutine>
#include <cstdint>

namespace corort::detail {

/// The two highest bits are 0.
using gate_state = std::uint64_t;
inline constexpr gate_state max_gate_state = ~gate_state{0} >> 2;

/// What the state means is up to the owner, and whom it lets pass to `Waiter`,
/// the awaiter, see `gate_waiter`. First come, first served: nobody passes
/// before one who waits.
///
/// Two flags share the word with the state. As long as nobody waits, whoever
/// passes or changes the state does so by one compare-exchange. Otherwise the
/// flag `busy` is a lock: its holder alone changes the word, and gives it back
/// by the last store it makes to the gate. So a gate may be destroyed by
/// whoever sees its last state, even if the one who set it has not returned.
template <class Waiter> class gate {
public:
  explicit gate(gate_state initial) noexcept : word_(initial << flag_bits) {}
  gate(const gate &) = delete;
  gate &operator=(const gate &) = delete;

  gate_state load() const noexcept {
    return word_.load(std::memory_order_acquire) >> flag_bits;
  }

  /// For the owner's destructor.
  bool in_use() const noexcept {
    return (word_.load(std::memory_order_relaxed) & (waiting | busy)) != 0;
  }

  /// Passes without waiting if `pass(gate_state &)` returns true; it then has
  /// made the state what it is afterwards. It may be called more than once.
  /// \returns false if not, or if others wait.
  template <class Pass> bool try_pass(Pass pass) noexcept {
    std::uint64_t word = word_.load(std::memory_order_acquire);
    for (spin_wait spin;;) {
      const gate_state before = word >> flag_bits;
      gate_state after = before;
      if (!pass(after) || (word & waiting))
        return false;
      if (after == before) {
        sim_acquire(this);
        return true;
      }
      if (word & busy) {
        spin();
        word = word_.load(std::memory_order_acquire);
      } else if (word_.compare_exchange_weak(word, after << flag_bits,
                                             std::memory_order_acq_rel,
                                             std::memory_order_acquire)) {
        sim_acquire(this);
        return true;
      }
    }
  }

  /// Calls `edit(gate_state &)`, maybe more than once, and lets those pass whom
  /// the new state admits. They are queued, not resumed.
  template <class Edit> void change(Edit edit) noexcept {
    sim_release(this);
    std::uint64_t word = word_.load(std::memory_order_relaxed);
    while (!(word & (waiting | busy))) {
      gate_state after = word >> flag_bits;
      edit(after);
      if (word_.compare_exchange_weak(word, after << flag_bits,
                                      std::memory_order_acq_rel,
                                      std::memory_order_relaxed)) [[likely]]
        return;
    }
    gate_state after = lock();
    edit(after);
    serve(after);
  }

  // For those who wait. Whoever holds the lock changes the state by giving it
  // back: after `unlock` and `serve` the gate may be gone.

  gate_state lock() noexcept {
    for (spin_wait spin;; spin()) {
      std::uint64_t word = word_.load(std::memory_order_relaxed);
      if (!(word & busy) && word_.compare_exchange_weak(
                                word, word | busy, std::memory_order_acquire,
                                std::memory_order_relaxed))
        return word >> flag_bits;
    }
  }
  void unlock(gate_state after) noexcept {
    word_.store(after << flag_bits | (queue_.empty() ? 0 : waiting),
                std::memory_order_release);
  }

  /// Unlocks, and lets those pass whom \p after admits.
  void serve(gate_state after) noexcept {
    Waiter *first = nullptr;
    Waiter **last = &first;
    while (Waiter *w = queue_.front()) {
      gate_state next = after;
      if (!w->admit(next))
        break;
      queue_.remove(*w);
      if (!w->claim())
        continue; // Asked to stop; it is let go of.
      w->admitted_ = true;
      after = next;
      *last = w;
      last = &w->next_waiter;
    }
    *last = nullptr;
    unlock(after);
    while (first) {
      Waiter &passed = *first;
      first = passed.next_waiter; // It is gone once it is resumed.
      passed.resume();
    }
  }

  wait_queue<Waiter> &queue() noexcept { return queue_; }

private:
  static constexpr int flag_bits = 2;
  static constexpr std::uint64_t busy = 1;
  static constexpr std::uint64_t waiting = 2;

  std::atomic<std::uint64_t> word_;
  wait_queue<Waiter> queue_;
};

/// The base of `Waiter`, which has
///
///     bool admit(gate_state &) const noexcept;
///
/// true if the state lets it pass; it then has made the state what it is
/// afterwards. Its destructor calls `leave`.
template <class Waiter>
class gate_waiter : public leaf, public wait_links<Waiter> {
public:
  template <class Promise>
  CORORT_SUSPEND bool
  await_suspend(std::coroutine_handle<Promise> coroutine) noexcept {
    gate<Waiter> &at = gate_;
    const gate_state before = at.lock();
    if (!this->enter(coroutine)) {
      at.unlock(before);
      this->stopped();
      return true;
    }
    gate_state after = before;
    if (at.queue().empty() && self().admit(after)) {
      const bool passed = claim(); // If not, `cancel` waits for the lock.
      at.unlock(passed ? after : before);
      return !passed;
    }
    at.queue().push(self());
    at.unlock(before);
    return true;
  }

  /// It was queued, and passes no more: makes the state what it is without it.
  void withdraw(gate_state &) const noexcept {}

protected:
  explicit gate_waiter(gate<Waiter> &at) noexcept : gate_(at) {}
  ~gate_waiter() = default;

  /// For `await_resume`: what it passed for is its own now.
  void accept() noexcept {
    sim_acquire(&gate_);
    admitted_ = false;
  }

  /// For the destructor. \returns true if it has passed, but the coroutine did
  /// not live to see it: what it took must be given back.
  bool leave() noexcept {
    if (this->place) [[unlikely]]
      leave_queue();
    return admitted_;
  }

private:
  friend gate<Waiter>;

  Waiter &self() noexcept { return static_cast<Waiter &>(*this); }

  void cancel() noexcept final {
    leave_queue();
    this->stopped();
  }

  void leave_queue() noexcept {
    gate_state s = gate_.lock();
    if (this->place) {
      gate_.queue().remove(self());
      self().withdraw(s);
    }
    gate_.serve(s); // It may have been in the way of others.
  }

  gate<Waiter> &gate_;
  bool admitted_ = false;
};

} // namespace corort::detail

#endif
