/// \file
/// event: something that happens, and that tasks wait for.

#ifndef CORORT_EVENT_HPP
#define CORORT_EVENT_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/gate.hpp"
#include "corort/error.hpp"

#include <utility>

namespace corort {

/// Lets everybody pass once it is set, until it is reset.
///
/// Those who wait are queued by `set`, in the order they came, and not resumed:
/// none of their code runs inside it. `set` and then `reset` lets pass exactly
/// those who wait now. Nobody may wait for it when it is destroyed.
class event {
public:
  class wait_awaiter;

  explicit event(bool set = false) noexcept : gate_(set) {}
  event(const event &) = delete;
  event &operator=(const event &) = delete;
  ~event() {
    if (gate_.in_use())
      detail::fail("event destroyed while tasks wait for it");
  }

  /// Lets everybody pass: those who wait and those who come. What was written
  /// before is seen by those who pass.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void set() noexcept;

  /// Those who come have to wait again.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void reset() noexcept;

  /// Whether waiting would not wait, at some time during the call.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  bool is_set() const noexcept { return gate_.load() != 0; }

  /// Waits until it is set: `co_await ready.wait();`
  ///
  /// \par Cancel safety
  /// Safe. A cancelled waiter leaves the queue.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  wait_awaiter wait() noexcept;

private:
  detail::gate<wait_awaiter> gate_;
};

/// Returned by `event::wait`.
class [[nodiscard("co_await it to wait")]] COROLINT_AWAITABLE()
    event::wait_awaiter final : public detail::gate_waiter<wait_awaiter> {
public:
  ~wait_awaiter() { leave(); }

  bool await_ready() const noexcept { return event_.is_set(); }
  void await_resume() noexcept {}

  const char *what() const noexcept override { return "event::wait"; }

  // For the gate.
  bool admit(detail::gate_state & s) const noexcept { return s != 0; }

private:
  friend event;
  explicit wait_awaiter(event & e) noexcept : gate_waiter(e.gate_), event_(e) {}

  event &event_;
};

inline void event::set() noexcept {
  gate_.change([](detail::gate_state &s) { s = 1; });
}

inline void event::reset() noexcept {
  gate_.change([](detail::gate_state &s) { s = 0; });
}

inline event::wait_awaiter event::wait() noexcept {
  return wait_awaiter(*this);
}

/// Lets one task pass each time it is set.
///
/// Set while nobody waits, it stays set until the next one comes; setting it
/// again before adds nothing. Those who wait are served first come, first
/// served, and queued, not resumed: none of their code runs inside `set`. So a
/// producer that publishes, then sets, and a consumer that waits, then takes
/// all there is, miss nothing. Nobody may wait for it when it is destroyed.
class auto_reset_event {
public:
  class wait_awaiter;

  explicit auto_reset_event(bool set = false) noexcept : gate_(set) {}
  auto_reset_event(const auto_reset_event &) = delete;
  auto_reset_event &operator=(const auto_reset_event &) = delete;
  ~auto_reset_event() {
    if (gate_.in_use())
      detail::fail("auto_reset_event destroyed while tasks wait for it");
  }

  /// Lets one task pass: the first who waits, or the next to come. What was
  /// written before is seen by the one who passes.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void set() noexcept;

  /// Takes back a `set` that nobody has passed for.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void reset() noexcept;

  /// Passes, and returns true, if it is set.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  [[nodiscard]] bool try_wait() noexcept { return gate_.try_pass(take); }

  /// Waits until it is set, and resets it: `co_await changed.wait();`
  ///
  /// \par Cancel safety
  /// Safe. A cancelled waiter leaves the queue; a `set` lets the next one pass
  /// in its place.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  wait_awaiter wait() noexcept;

private:
  static bool take(detail::gate_state &s) noexcept {
    return std::exchange(s, 0) != 0;
  }

  detail::gate<wait_awaiter> gate_;
};

/// Returned by `auto_reset_event::wait`.
class [[nodiscard("co_await it to wait")]] COROLINT_AWAITABLE()
    auto_reset_event::wait_awaiter final
    : public detail::gate_waiter<wait_awaiter> {
public:
  ~wait_awaiter() {
    if (leave())
      event_.set();
  }

  bool await_ready() noexcept { return event_.try_wait(); }
  void await_resume() noexcept { accept(); }

  const char *what() const noexcept override {
    return "auto_reset_event::wait";
  }

  // For the gate.
  bool admit(detail::gate_state & s) const noexcept { return take(s); }

private:
  friend auto_reset_event;
  explicit wait_awaiter(auto_reset_event & e) noexcept
      : gate_waiter(e.gate_), event_(e) {}

  auto_reset_event &event_;
};

inline void auto_reset_event::set() noexcept {
  gate_.change([](detail::gate_state &s) { s = 1; });
}

inline void auto_reset_event::reset() noexcept {
  gate_.change([](detail::gate_state &s) { s = 0; });
}

inline auto_reset_event::wait_awaiter auto_reset_event::wait() noexcept {
  return wait_awaiter(*this);
}

} // namespace corort

#endif
