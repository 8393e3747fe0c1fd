// Functions of the file that are given a guard, return one, or have only
// thread-safety attributes.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

std::mutex m;
bool ready();
void touch();

using Lock = std::unique_lock<std::mutex>;

//===----------------------------------------------------------------------===//
// Given a guard
//===----------------------------------------------------------------------===//

void unlock_pointed(Lock *guard) {
  if (guard)
    guard->unlock();
}
void unlock_if_held(Lock &guard) {
  if (guard.owns_lock())
    guard.unlock();
}
void read_only(const Lock &guard) { (void)guard.owns_lock(); }
void count_if_held(Lock &guard) {
  if (guard.owns_lock())
    touch();
}
void ensure_locked(Lock &guard) {
  if (!guard.owns_lock())
    guard.lock();
}
bool holds(const Lock &guard) { return guard.owns_lock(); }

task<> unlocked_by_pointer() {
  Lock guard(m);
  unlock_pointed(&guard);
  co_await work();
}

task<> unlocked_if_held() {
  Lock guard(m);
  unlock_if_held(guard);
  co_await work();
}

task<> held_after_being_read() {
  Lock guard(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  read_only(guard);
  co_await work();
}

task<> held_after_being_tested() {
  Lock guard(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  count_if_held(guard);
  co_await work();
}

task<> ensured() {
  Lock guard(m, std::defer_lock);
  ensure_locked(guard);
  // CHECK: :[[#@LINE-1]]:3: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-34]]:5: note: this call leaves it locked
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-5]]:3: note: end the scope of 'guard' before suspending
  co_await work();
}

task<> ensured_and_released() {
  Lock guard(m, std::defer_lock);
  ensure_locked(guard);
  touch();
  guard.unlock();
  co_await work();
}

/// One finding: it was locked before.
task<> ensured_once_more() {
  Lock guard(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  ensure_locked(guard);
  co_await work();
}

task<> helper_tells() {
  Lock guard(m, std::try_to_lock);
  if (!holds(guard)) {
    co_await work();
    co_return;
  }
  touch();
}

void breathe(Lock &guard) {
  guard.unlock();
  touch();
  guard.lock();
}

task<> unlocked_and_locked_again() {
  Lock guard(m);
  breathe(guard);
  // CHECK: :[[#@LINE-1]]:3: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

void take_into(Lock &out) { out = Lock(m); }
void take_into_optional(std::optional<Lock> &out) { out.emplace(m); }

task<> held_by_out_parameter() {
  Lock guard;
  take_into(guard);
  // CHECK: :[[#@LINE-1]]:3: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> out_parameter_released() {
  Lock guard;
  take_into(guard);
  guard.unlock();
  co_await work();
}

task<> held_by_optional_out_parameter() {
  std::optional<Lock> guard;
  take_into_optional(guard);
  // CHECK: :[[#@LINE-1]]:3: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

void clear_all(std::vector<Lock> &guards) { guards.clear(); }

task<> cleared_by_helper() {
  std::vector<Lock> guards;
  guards.emplace_back(m);
  clear_all(guards);
  co_await work();
}

void end(std::unique_ptr<std::lock_guard<std::mutex>> &guard) { guard.reset(); }

task<> owner_reset_by_helper() {
  auto guard = std::make_unique<std::lock_guard<std::mutex>>(m);
  end(guard);
  co_await work();
}

//===----------------------------------------------------------------------===//
// Given away, or not
//===----------------------------------------------------------------------===//

void sink(Lock &&guard) { Lock mine(std::move(guard)); }
void no_sink(Lock &&guard) { (void)guard.owns_lock(); }
Lock forward(Lock guard) { return guard; }
Lock &same(Lock &guard) { return guard; }

task<> moved_into_sink() {
  Lock guard(m);
  sink(std::move(guard));
  co_await work();
}

/// `std::move` alone moves nothing.
task<> not_moved_from() {
  Lock guard(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  no_sink(std::move(guard));
  co_await work();
}

task<> held_by_what_comes_back() {
  Lock guard(m);
  Lock mine = forward(std::move(guard));
  // CHECK: :[[#@LINE-1]]:8: warning: 'mine' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> what_comes_back_dropped() {
  Lock guard(m);
  forward(std::move(guard));
  co_await work();
}

task<> deferred_comes_back() {
  Lock guard(m, std::defer_lock);
  Lock mine = forward(std::move(guard));
  co_await work();
}

task<> unlocked_as_what_comes_back() {
  Lock guard(m);
  same(guard).unlock();
  co_await work();
}

detached consume(Lock guard) {
  touch();
  guard.unlock();
  co_await work();
}

/// Fine: the other coroutine unlocks its parameter first.
task<> given_to_a_coroutine() {
  Lock guard(m);
  consume(std::move(guard));
  co_await work();
}

//===----------------------------------------------------------------------===//
// Returned
//===----------------------------------------------------------------------===//

Lock attempt() { return Lock(m, std::try_to_lock); }
Lock lock_if(bool wanted) {
  if (wanted)
    return Lock(m);
  return {};
}
Lock adopt() {
  m.lock();
  return Lock(m, std::adopt_lock);
}
Lock unlocked() {
  Lock guard(m);
  touch();
  guard.unlock();
  return guard;
}
std::optional<Lock> perhaps() {
  if (ready())
    return std::nullopt;
  return Lock(m);
}
template <class Mutex, class... Tags> auto make(Mutex &mutex, Tags &&...tags) {
  return std::unique_lock<Mutex>(mutex, std::forward<Tags>(tags)...);
}

task<> held_by_attempt() {
  auto guard = attempt();
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  if (guard)
    co_await work();
}

task<> attempt_failed() {
  auto guard = attempt();
  if (!guard)
    co_await work();
}

task<> held_by_conditional_factory(bool wanted) {
  auto guard = lock_if(wanted);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> conditional_factory_returned_nothing(bool wanted) {
  auto guard = lock_if(wanted);
  if (!guard.owns_lock())
    co_await work();
}

/// One finding, for the guard.
task<> held_by_adopting_factory() {
  auto guard = adopt();
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> adopting_factorys_guard_ended() {
  {
    auto guard = adopt();
    touch();
  }
  co_await work();
}

task<> returned_unlocked() {
  auto guard = unlocked();
  co_await work();
}

task<> optional_factory_returned_nothing() {
  auto guard = perhaps();
  if (!guard) {
    co_await work();
    co_return;
  }
  touch();
}

task<> held_by_forwarding_factory() {
  auto guard = make(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> forwarding_factory_defers() {
  auto guard = make(m, std::defer_lock);
  co_await work();
}
