// Which branches, loops and jumps reach a suspension with the lock held.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <mutex>

std::mutex m;
bool ready();
bool done();
void touch();

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
