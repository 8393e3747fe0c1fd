/// \file
/// barrier: where tasks wait for each other, again and again.

#ifndef CORORT_BARRIER_HPP
#define CORORT_BARRIER_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/gate.hpp"
#include "corort/error.hpp"

#include <coroutine>
#include <cstddef>

namespace corort {

/// Lets tasks pass once as many as expected have arrived, then begins again; as
/// `std::barrier`.
///
/// Those who wait are queued by the last to arrive, not resumed: none of their
/// code runs inside its call. In place of a completion function, awaiting tells
/// who was last. Nobody may wait for it when it is destroyed.
class barrier {
public:
  class arrive_awaiter;

  explicit barrier(std::size_t expected) noexcept
      : gate_(begin(expected, 0)), expected_(expected) {}
  barrier(const barrier &) = delete;
  barrier &operator=(const barrier &) = delete;
  ~barrier() {
    if (gate_.in_use())
      detail::fail("barrier destroyed while tasks wait for it");
  }

  /// Arrives, and waits for the others: `co_await all_here.arrive_and_wait();`
  /// gives true to the one who was last. What they wrote before is seen by all
  /// who pass. The program ends if nobody is expected any more.
  ///
  /// \par Cancel safety
  /// Safe. A cancelled waiter has not arrived: the others go on waiting, until
  /// it, or another in its place, arrives or drops out. One that goes for good
  /// should call `arrive_and_drop`, in a destructor say. Cancelled when the
  /// last one has arrived, it has passed, but does not go on.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  arrive_awaiter arrive_and_wait() noexcept;

  /// Arrives without waiting, and is not expected any more from then on. The
  /// program ends if nobody is.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void arrive_and_drop() noexcept;

private:
  // The state is how many are to arrive yet, and in the lowest bit the parity
  // of the phase: nobody waits for longer than one.
  static detail::gate_state begin(std::size_t left,
                                  detail::gate_state parity) noexcept {
    return detail::gate_state{left} << 1 | parity;
  }
  static detail::gate_state parity(detail::gate_state s) noexcept {
    return s & 1;
  }

  /// Under the lock of the gate.
  detail::gate_state after_arrival(detail::gate_state s) const noexcept {
    const detail::gate_state left = s >> 1;
    if (left == 0)
      detail::fail("more tasks arrive at a barrier than it expects");
    return left > 1 ? s - 2 : begin(expected_, !parity(s));
  }

  detail::gate<arrive_awaiter> gate_;
  std::size_t expected_;
};

/// Returned by `barrier::arrive_and_wait`.
class [[nodiscard("co_await it to wait")]] COROLINT_AWAITABLE()
    barrier::arrive_awaiter final : public detail::gate_waiter<arrive_awaiter> {
public:
  ~arrive_awaiter() { leave(); }

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  CORORT_SUSPEND bool await_suspend(
      std::coroutine_handle<Promise> arriving) noexcept {
    detail::gate<arrive_awaiter> &gate = barrier_.gate_;
    const detail::gate_state before = gate.lock();
    if (!this->enter(arriving)) {
      gate.unlock(before);
      this->stopped();
      return true;
    }
    const detail::gate_state after = barrier_.after_arrival(before);
    parity_ = parity(before);
    if (parity(after) == parity_) {
      gate.queue().push(*this);
      gate.unlock(after);
      return true;
    }
    if (!claim()) { // Stopped meanwhile: `cancel` waits for the lock.
      gate.unlock(before);
      return true;
    }
    last_ = true;
    gate.serve(after);
    return false;
  }
  bool await_resume() noexcept { return last_; }

  const char *what() const noexcept override {
    return "barrier::arrive_and_wait";
  }

  // For the gate.
  bool admit(detail::gate_state & s) const noexcept {
    return parity(s) != parity_;
  }
  void withdraw(detail::gate_state & s) const noexcept { s += 2; }

private:
  friend barrier;
  explicit arrive_awaiter(barrier & b) noexcept
      : gate_waiter(b.gate_), barrier_(b) {}

  barrier &barrier_;
  detail::gate_state parity_ = 0;
  bool last_ = false;
};

inline void barrier::arrive_and_drop() noexcept {
  const detail::gate_state before = gate_.lock();
  --expected_;
  gate_.serve(after_arrival(before));
}

inline barrier::arrive_awaiter barrier::arrive_and_wait() noexcept {
  return arrive_awaiter(*this);
}

} // namespace corort

#endif
