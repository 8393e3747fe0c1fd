// Guards that are unlocked, released, moved, deferred or tried.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <mutex>
#include <shared_mutex>
#include <utility>

std::mutex m;
std::mutex other;
std::shared_mutex sm;
bool ready();
void touch();
void consume(std::unique_lock<std::mutex> guard);

//===----------------------------------------------------------------------===//
// unlock(), release(), move, swap
//===----------------------------------------------------------------------===//

task<> second_await_after_unlock() {
  std::unique_lock guard(m);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:20: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
  guard.unlock();
  co_await work();
}

task<> unlocked_before() {
  std::unique_lock guard(m);
  touch();
  guard.unlock();
  co_await work();
}

task<> unlocked_around_each_await() {
  std::unique_lock guard(m);
  guard.unlock();
  co_await work();
  guard.lock();
  touch();
  guard.unlock();
  co_await work();
}

task<> relocked_after() {
  std::unique_lock guard(m);
  guard.unlock();
  co_await work();
  guard.lock();
  touch();
}

task<> relocked_before() {
  std::unique_lock guard(m);
  guard.unlock();
  co_await work();
  guard.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+1]]:3: note: suspends here
  co_await work();
}

task<> shared_unlocked_before() {
  std::shared_lock guard(sm);
  guard.unlock();
  co_await work();
}

task<> released_to_somebody() {
  std::unique_lock guard(m);
  std::mutex *raw = guard.release();
  raw->unlock();
  co_await work();
}

task<> moved_into_sink() {
  std::unique_lock guard(m);
  consume(std::move(guard));
  co_await work();
}

task<> moved_into_guard_that_ended() {
  std::unique_lock guard(m);
  {
    std::unique_lock inner = std::move(guard);
    touch();
  }
  co_await work();
}

task<> moved_into_guard_still_held() {
  std::unique_lock guard(m);
  std::unique_lock keeper = std::move(guard);
  // CHECK: :[[#@LINE-1]]:20: warning: 'keeper' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+1]]:3: note: suspends here
  co_await work();
}

task<> swapped_with_empty() {
  std::unique_lock guard(m);
  {
    std::unique_lock<std::mutex> empty;
    guard.swap(empty);
  }
  co_await work();
}

task<> assigned_empty() {
  std::unique_lock guard(m);
  guard = {};
  co_await work();
}

task<> assigned_empty_by_name() {
  std::unique_lock guard(m);
  guard = std::unique_lock<std::mutex>();
  co_await work();
}

task<> returned_into_condition() {
  if (std::unique_lock guard(m); ready()) {
    guard.unlock();
    co_await work();
  }
}

//===----------------------------------------------------------------------===//
// Deferred and tried locks
//===----------------------------------------------------------------------===//

task<> empty_guard() {
  std::unique_lock<std::mutex> guard;
  co_await work();
}

task<> deferred_never_locked() {
  std::unique_lock guard(m, std::defer_lock);
  co_await work();
}

task<> deferred_then_locked() {
  std::unique_lock guard(m, std::defer_lock);
  guard.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+1]]:3: note: suspends here
  co_await work();
}

task<> deferred_locked_after() {
  std::unique_lock guard(m, std::defer_lock);
  co_await work();
  guard.lock();
  touch();
}

task<> deferred_locked_and_unlocked() {
  std::unique_lock guard(m, std::defer_lock);
  guard.lock();
  touch();
  guard.unlock();
  co_await work();
}

task<> adopted() {
  m.lock();
  std::lock_guard guard(m, std::adopt_lock);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> adopted_and_released_before() {
  m.lock();
  {
    std::lock_guard guard(m, std::adopt_lock);
    touch();
  }
  co_await work();
}

task<> both_locked_then_adopted() {
  std::lock(m, other);
  std::lock_guard first(m, std::adopt_lock);
  // CHECK: :[[#@LINE-1]]:19: warning: 'first' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  std::lock_guard second(other, std::adopt_lock);
  // CHECK: :[[#@LINE-1]]:19: warning: 'second' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> both_adopted_and_released_before() {
  {
    std::lock(m, other);
    std::lock_guard first(m, std::adopt_lock);
    std::lock_guard second(other, std::adopt_lock);
    touch();
  }
  co_await work();
}

task<> owns_lock_tested() {
  std::unique_lock guard(m, std::try_to_lock);
  if (guard.owns_lock())
    // CHECK: :[[#@LINE-2]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+1]]:5: note: suspends here
    co_await work();
}

task<> bool_tested() {
  std::unique_lock guard(m, std::try_to_lock);
  if (guard) {
    // CHECK: :[[#@LINE-2]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+1]]:5: note: suspends here
    co_await work();
  }
}

task<> only_when_not_owned() {
  std::unique_lock guard(m, std::try_to_lock);
  if (!guard.owns_lock()) {
    co_await work();
    co_return;
  }
  touch();
}

task<> only_when_not_owned_by_bool() {
  std::unique_lock guard(m, std::try_to_lock);
  if (!guard)
    co_await work();
}

task<> only_in_else_of_owned() {
  std::unique_lock guard(m, std::try_to_lock);
  if (guard.owns_lock()) {
    touch();
  } else {
    co_await work();
  }
}

task<> spins_until_owned() {
  std::unique_lock guard(m, std::try_to_lock);
  while (!guard.owns_lock()) {
    co_await work();
    guard.try_lock();
  }
  touch();
}

task<> early_return_when_owned() {
  std::unique_lock guard(m, std::try_to_lock);
  if (guard.owns_lock())
    co_return;
  co_await work();
}
