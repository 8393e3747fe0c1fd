// Which paths reach a suspension with the lock held, and which do not.
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
bool done();
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

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

task<> unlocked_on_one_branch() {
  std::unique_lock guard(m);
  if (ready())
    guard.unlock();
  // CHECK: :[[#@LINE-3]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-3]]:7: note: this condition is false on the way
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-6]]:20: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> unlocked_in_else() {
  std::unique_lock guard(m);
  if (ready())
    touch();
  else
    guard.unlock();
  // CHECK: :[[#@LINE-5]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-5]]:7: note: this condition is true on the way
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-8]]:20: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> unlocked_on_both_branches() {
  std::unique_lock guard(m);
  if (ready()) {
    touch();
    guard.unlock();
  } else {
    guard.unlock();
  }
  co_await work();
}

task<> locked_on_one_branch() {
  std::unique_lock guard(m, std::defer_lock);
  if (ready())
    guard.lock();
  // CHECK: :[[#@LINE-1]]:5: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> unlocked_on_the_awaiting_branch() {
  std::unique_lock guard(m);
  if (ready()) {
    guard.unlock();
    co_await work();
  } else {
    touch();
  }
}

task<> returns_early_with_lock() {
  std::unique_lock guard(m);
  if (ready())
    co_return;
  guard.unlock();
  co_await work();
}

task<> throws_with_lock() {
  std::unique_lock guard(m);
  if (!ready())
    throw 1;
  guard.unlock();
  co_await work();
}

task<> unlocked_in_switch() {
  std::unique_lock guard(m);
  switch (int(ready())) {
  case 0:
    guard.unlock();
    co_await work();
    break;
  default:
    touch();
    break;
  }
}

task<> falls_through_to_the_await() {
  std::unique_lock guard(m);
  switch (int(ready())) {
  case 0:
    touch();
    [[fallthrough]];
  case 1:
    // CHECK: :[[#@LINE-6]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-8]]:20: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
    break;
  default:
    break;
  }
}

//===----------------------------------------------------------------------===//
// Loops and jumps
//===----------------------------------------------------------------------===//

task<> back_edge_carries_the_lock() {
  std::unique_lock guard(m, std::defer_lock);
  while (!done()) {
    co_await work();
    guard.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  }
}

task<> unlocked_before_the_back_edge() {
  std::unique_lock guard(m, std::defer_lock);
  while (!done()) {
    co_await work();
    guard.lock();
    touch();
    guard.unlock();
  }
}

task<> relocked_in_each_iteration() {
  std::unique_lock guard(m);
  while (!done()) {
    guard.unlock();
    co_await work();
    guard.lock();
  }
}

task<> breaks_with_lock_then_unlocks() {
  std::unique_lock guard(m, std::defer_lock);
  while (true) {
    co_await work();
    guard.lock();
    if (done())
      break;
    guard.unlock();
  }
  guard.unlock();
  co_await work();
}

task<> do_while_body() {
  do {
    std::lock_guard guard(m);
    // CHECK: :[[#@LINE-1]]:21: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:21: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
  } while (!done());
}

task<> do_while_condition() {
  do {
    std::lock_guard guard(m);
    touch();
  } while (co_await read_some() > 0);
}

task<> goto_left_the_scope() {
  {
    std::lock_guard guard(m);
    if (ready())
      goto out;
    touch();
  }
out:
  co_await work();
}

task<> break_left_the_scope() {
  while (!done()) {
    std::lock_guard guard(m);
    if (ready())
      break;
  }
  co_await work();
}

task<> continue_left_the_scope() {
  while (!done()) {
    {
      std::lock_guard guard(m);
      if (ready())
        continue;
    }
    co_await work();
  }
}

task<> exception_left_the_scope() {
  try {
    std::lock_guard guard(m);
    touch();
  } catch (...) {
  }
  co_await work();
}

task<> dead_branch() {
  std::lock_guard guard(m);
  if constexpr (false)
    co_await work();
}

//===----------------------------------------------------------------------===//
// Temporaries
//===----------------------------------------------------------------------===//

task<> temporary_in_the_same_expression() {
  std::lock_guard<std::mutex>(m), co_await work();
  // CHECK: :[[#@LINE-1]]:3: warning: temporary 'lock_guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-2]]:35: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; finish with it in a statement of its own before suspending
}

task<> temporary_ended_before() {
  std::lock_guard<std::mutex>{m};
  co_await work();
}

task<> temporary_in_while_condition() {
  while (std::lock_guard<std::mutex>(m), !done())
    co_await work();
}

task<> temporary_in_if_condition() {
  if (std::lock_guard<std::mutex>(m), ready())
    co_await work();
}

int count(const std::unique_lock<std::mutex> &proof);

task<> temporary_as_proof() {
  int value = count(std::unique_lock(m));
  co_await save(value);
}
