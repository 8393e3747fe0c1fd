/// \file
/// semaphore: a number of permits that tasks take and give back.

#ifndef CORORT_SEMAPHORE_HPP
#define CORORT_SEMAPHORE_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/gate.hpp"
#include "corort/error.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace corort {

/// Lets as many tasks pass as there are permits.
///
/// First come, first served, whatever they ask for: a task that waits for many
/// permits is not overtaken by those that want few. Those whose permits are
/// there are queued, not resumed: none of their code runs inside `release`.
/// Nobody may wait for it when it is destroyed.
class semaphore {
public:
  class guard;
  class acquire_awaiter;

  /// The most permits there can be.
  static constexpr std::size_t max() noexcept { return detail::max_gate_state; }

  /// With \p permits that can be taken at once, `max()` at most.
  explicit semaphore(std::size_t permits) noexcept : gate_(permits) {
    if (permits > max())
      detail::fail("semaphore with more than max() permits");
  }
  semaphore(const semaphore &) = delete;
  semaphore &operator=(const semaphore &) = delete;
  ~semaphore() {
    if (gate_.in_use())
      detail::fail("semaphore destroyed while tasks wait for it");
  }

  /// Waits for \p count permits: `auto permit = co_await s.acquire();`. Takes
  /// all of them at once; until they are there, it takes none.
  ///
  /// \par Cancel safety
  /// Safe. A cancelled waiter leaves the queue and takes no permit; those
  /// behind it are served if there is enough for them.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  acquire_awaiter acquire(std::size_t count = 1) noexcept;

  /// Takes \p count permits if they are there and nobody waits.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  [[nodiscard]] std::optional<guard>
  try_acquire(std::size_t count = 1) noexcept;

  /// Adds \p count permits. They need not have been taken before. The program
  /// ends if there are more than `max()` then.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  void release(std::size_t count = 1) noexcept;

  /// How many permits nobody has, at some time during the call.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  std::size_t available() const noexcept { return gate_.load(); }

private:
  static bool take(detail::gate_state &s, std::size_t count) noexcept {
    if (s < count)
      return false;
    s -= count;
    return true;
  }

  detail::gate<acquire_awaiter> gate_;
};

/// Holds permits until it is destroyed.
class [[nodiscard("the permits are given back at once")]] COROLINT_ASYNC_GUARD()
    semaphore::guard {
public:
  guard(guard && other) noexcept
      : semaphore_(std::exchange(other.semaphore_, nullptr)),
        count_(other.count_) {}
  guard &operator=(guard &&other) noexcept {
    guard moved(std::move(other));
    std::swap(semaphore_, moved.semaphore_);
    std::swap(count_, moved.count_);
    return *this;
  }
  ~guard() { release(); }

  /// False once they were released, kept or moved from.
  bool owns_permits() const noexcept { return semaphore_ != nullptr; }

  /// Gives the permits back before the guard goes; does nothing the second
  /// time.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// A guard is used by one thread at a time.
  COROLINT_RELEASES("lock=this")
  void release() noexcept {
    if (semaphore_)
      std::exchange(semaphore_, nullptr)->release(count_);
  }

  /// The guard does not give them back; somebody calls `semaphore::release`
  /// for them, or they are gone.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// A guard is used by one thread at a time.
  void keep() noexcept { semaphore_ = nullptr; }

private:
  friend semaphore;
  guard(semaphore & s, std::size_t count) noexcept
      : semaphore_(&s), count_(count) {}

  semaphore *semaphore_;
  std::size_t count_;
};

/// Returned by `semaphore::acquire`.
class [[nodiscard("co_await it to get the permits")]] COROLINT_AWAITABLE(
    "takes=permit") semaphore::acquire_awaiter final
    : public detail::gate_waiter<acquire_awaiter> {
public:
  ~acquire_awaiter() {
    if (leave())
      semaphore_.release(count_);
  }

  bool await_ready() noexcept {
    return semaphore_.gate_.try_pass(
        [this](detail::gate_state &s) { return take(s, count_); });
  }
  [[nodiscard("the permits are given back at once")]] guard
  await_resume() noexcept {
    accept();
    return guard(semaphore_, count_);
  }

  const char *what() const noexcept override { return "semaphore::acquire"; }

  // For the gate.
  bool admit(detail::gate_state & s) const noexcept { return take(s, count_); }

private:
  friend semaphore;
  acquire_awaiter(semaphore & s, std::size_t count) noexcept
      : gate_waiter(s.gate_), semaphore_(s), count_(count) {}

  semaphore &semaphore_;
  std::size_t count_;
};

inline void semaphore::release(std::size_t count) noexcept {
  gate_.change([count](detail::gate_state &s) {
    if (count > max() - s)
      detail::fail("semaphore with more than max() permits");
    s += count;
  });
}

inline semaphore::acquire_awaiter
semaphore::acquire(std::size_t count) noexcept {
  return acquire_awaiter(*this, count);
}

inline std::optional<semaphore::guard>
semaphore::try_acquire(std::size_t count) noexcept {
  if (!gate_.try_pass(
          [count](detail::gate_state &s) { return take(s, count); }))
    return std::nullopt;
  return guard(*this, count);
}

} // namespace corort

#endif
