/// \file
/// Locks: findings with notes, in a template and behind a macro, and each form
/// of suppression.

#include <app/counter.hpp>

#include <mutex>
#include <shared_mutex>

static std::mutex m;
static std::shared_mutex readers;

corort::task<void> held_through_two(app::counter &c) {
  std::unique_lock guard(m);
  co_await c.add(1);
  co_await c.add(2);
}

corort::task<void> unlocked_on_one_path(app::counter &c, bool early) {
  std::shared_lock guard(readers);
  if (early)
    guard.unlock();
  co_await c.add(3);
}

template <class T> corort::task<T> in_a_template(T value) {
  std::lock_guard guard(m);
  co_await corort::yield();
  co_return value;
}

corort::task<int> instantiates() { co_return co_await in_a_template(1); }

corort::task<void> suppressed_at_the_end_of_the_line() {
  std::lock_guard guard(m); // NOLINT(coro-lock-across-await)
  co_await corort::yield();
}

corort::task<void> suppressed_by_the_line_before() {
  // NOLINTNEXTLINE
  std::lock_guard guard(m);
  co_await corort::yield();
}

// NOLINTBEGIN(coro-*)
corort::task<void> suppressed_as_a_block() {
  std::lock_guard guard(m);
  co_await corort::yield();
}
// NOLINTEND(coro-*)

corort::task<void> suppressed_for_another_check() {
  std::lock_guard guard(m); // NOLINT(coro-blocking-call)
  co_await corort::yield();
}

corort::task<void> text_before_is_not_ascii() {
  /* größer */ std::lock_guard guard(m);
  co_await corort::yield();
}
