/// \file
/// sim: runs a program again and again, each time in another order.

#ifndef CORORT_SIM_HPP
#define CORORT_SIM_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/config.hpp"

#if !CORORT_DEBUG
#error "corort/sim.hpp needs CORORT_DEBUG=1, in every file of the program"
#endif

#include "corort/error.hpp"
#include "corort/sim/order.hpp"
#include "corort/sim/result.hpp"
#include "corort/sim/shared.hpp"
#include "corort/sim/shrink.hpp"
#include "corort/sim/world.hpp"

#include <coroutine>
#include <cstdint>
#include <optional>
#include <source_location>
#include <utility>
#include <vector>

/// Deterministic simulation. A body, a callable that returns a task, is run
/// with all that it spawns on the calling thread, on a scheduler and a clock of
/// its own. Which task goes on is chosen at every `co_await` that may wait, so
/// every one of them is taken for one that does. Time passes when all wait.
/// `spawn_blocking` calls its function at once when it is its turn.
///
/// An execution ends when the body has ended and all else waits, or fails; what
/// is left is destroyed as by the destructor of a scheduler. The body must do
/// the same each time it is called: no threads, no clocks, no addresses.
namespace corort::sim {

/// Runs \p body once, in an order that \p seed decides: the same on every run
/// and every machine.
///
/// \par Throws
/// std::bad_alloc. What the body throws is a failure.
/// \par Thread safety
/// One simulation at a time, on a thread that runs no tasks.
template <class Body>
result run(std::uint64_t seed, Body body, options how = {}) {
  detail::order choices(seed);
  return detail::shrunk(detail::execute(choices, body, how), seed, body, how);
}

/// Runs \p body with each seed below \p count, until one fails.
///
/// \par Throws
/// std::bad_alloc. What the body throws is a failure.
/// \par Thread safety
/// One simulation at a time, on a thread that runs no tasks.
template <class Body>
result run_seeds(std::uint64_t count, Body body, options how = {}) {
  result last;
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    detail::order choices(seed);
    last = detail::execute(choices, body, how);
    last.executions = seed + 1;
    if (!last.ok())
      return detail::shrunk(std::move(last), seed, body, how);
  }
  return last;
}

/// Runs \p body in every order there is, within the limits of \p how, until
/// one fails. For small bodies: two tasks with five steps each make 252 orders,
/// three make 756,756.
///
/// \par Throws
/// std::bad_alloc. What the body throws is a failure.
/// \par Thread safety
/// One simulation at a time, on a thread that runs no tasks.
template <class Body> result exhaust(Body body, options how = {}) {
  detail::exhaustive_search search(how.preemptions);
  for (std::uint64_t count = 1;; ++count) {
    detail::order choices(search.next());
    result last = detail::execute(choices, body, how);
    last.executions = count;
    if (!last.ok())
      return detail::shrunk(std::move(last), std::nullopt, body, how);
    if (!search.advance(choices.taken()))
      return last;
    if (count == how.executions) {
      last.kind = failure::execution_limit;
      return last;
    }
  }
}

/// Runs \p body in the order of `result::choices`.
///
/// \par Throws
/// std::bad_alloc. What the body throws is a failure.
/// \par Thread safety
/// One simulation at a time, on a thread that runs no tasks.
template <class Body>
result replay(std::vector<std::uint32_t> order, Body body, options how = {}) {
  detail::order choices(std::move(order));
  return detail::execute(choices, body, how);
}

/// Runs \p body again and again, and asks it to stop one step later each time,
/// until it ends before: at every place where it waits, or could have waited,
/// it is stopped once. All are in the same order; `exhaust` a body that aborts
/// a task for more.
///
/// \par Throws
/// std::bad_alloc. What the body throws is a failure.
/// \par Thread safety
/// One simulation at a time, on a thread that runs no tasks.
template <class Body> result sweep(Body body, options how = {}) {
  for (how.stop_at = 1;; ++how.stop_at) {
    result last = replay({}, body, how);
    last.executions = how.stop_at;
    if (!last.ok() || last.steps < how.stop_at)
      return last;
  }
}

/// Returned by `point`.
class [[nodiscard("co_await it")]] COROLINT_AWAITABLE()
point_awaiter{public : bool await_ready() const noexcept {return true;
} // namespace corort::sim
void await_suspend(std::coroutine_handle<>) const noexcept {}
void await_resume() const noexcept {}

const char *what() const noexcept { return "sim::point"; }
}
;

/// Lets others run here, in a simulation: `co_await sim::point()`, between two
/// steps that do not await and that threads could come between.
///
/// \par Cancel safety
/// Safe.
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
inline point_awaiter point() noexcept { return {}; }

/// Makes the execution fail if \p condition is false: `sim::check(sum == 3)`.
/// It ends when the task suspends. Outside of a simulation the program ends.
///
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
inline void
check(bool condition,
      std::source_location where = std::source_location::current()) noexcept {
  if (condition)
    return;
  detail::world *here = detail::world::current();
  if (!here)
    corort::detail::fail("sim::check failed outside of a simulation");
  here->fail(failure::check, detail::describe(where));
}

/// Whether this thread simulates.
///
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
inline bool simulating() noexcept {
  return detail::world::current() != nullptr;
}

} // namespace corort::sim

#endif
