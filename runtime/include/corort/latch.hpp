/// \file
/// latch: a counter that tasks wait for to reach zero, once.

#ifndef CORORT_LATCH_HPP
#define CORORT_LATCH_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/gate.hpp"
#include "corort/error.hpp"

#include <cstddef>

namespace corort {

/// Counts down to zero, then lets everybody pass for ever; as `std::latch`.
///
/// Those who wait are queued, not resumed: none of their code runs inside
/// `count_down`. Nobody may wait for it when it is destroyed.
class latch {
public:
  class wait_awaiter;

  explicit latch(std::size_t expected) noexcept : gate_(expected) {}
  latch(const latch &) = delete;
  latch &operator=(const latch &) = delete;
  ~latch() {
    if (gate_.in_use())
      detail::fail("latch destroyed while tasks wait for it");
  }

  /// Counts down by \p n. The program ends if less is left. What was written
  /// before is seen by those who pass.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void count_down(std::size_t n = 1) noexcept;

  /// Whether waiting would not wait.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  bool try_wait() const noexcept { return gate_.load() == 0; }

  /// Waits until nothing is left: `co_await all_there.wait();`
  ///
  /// \par Cancel safety
  /// Safe. A cancelled waiter leaves the queue.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  wait_awaiter wait() noexcept;

  /// Counts down by \p n, at once, and then waits until nothing is left:
  /// `co_await all_there.arrive_and_wait();`
  ///
  /// \par Cancel safety
  /// Safe. A cancelled waiter leaves the queue; it has counted.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  wait_awaiter arrive_and_wait(std::size_t n = 1) noexcept;

private:
  detail::gate<wait_awaiter> gate_;
};

/// Returned by `latch::wait` and `latch::arrive_and_wait`.
class [[nodiscard("co_await it to wait")]] COROLINT_AWAITABLE()
    latch::wait_awaiter final : public detail::gate_waiter<wait_awaiter> {
public:
  ~wait_awaiter() { leave(); }

  bool await_ready() const noexcept { return latch_.try_wait(); }
  void await_resume() noexcept {}

  const char *what() const noexcept override { return "latch::wait"; }

  // For the gate.
  bool admit(detail::gate_state & left) const noexcept { return left == 0; }

private:
  friend latch;
  explicit wait_awaiter(latch & l) noexcept : gate_waiter(l.gate_), latch_(l) {}

  latch &latch_;
};

inline void latch::count_down(std::size_t n) noexcept {
  gate_.change([n](detail::gate_state &left) {
    if (left < n)
      detail::fail("latch counted down below zero");
    left -= n;
  });
}

inline latch::wait_awaiter latch::wait() noexcept {
  return wait_awaiter(*this);
}

inline latch::wait_awaiter latch::arrive_and_wait(std::size_t n) noexcept {
  count_down(n);
  return wait();
}

} // namespace corort

#endif
