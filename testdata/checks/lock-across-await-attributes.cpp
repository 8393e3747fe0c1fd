// Locks and functions that only have thread-safety attributes.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

void touch();

class __attribute__((capability("mutex"))) Monitor {
public:
  void Acquire() __attribute__((acquire_capability()));
  void AcquireShared() __attribute__((acquire_shared_capability()));
  bool Attempt() __attribute__((try_acquire_capability(true)));
  bool AttemptFails() __attribute__((try_acquire_capability(false)));
  void Drop() __attribute__((release_capability()));
  void DropAny() __attribute__((release_generic_capability()));
};

class __attribute__((scoped_lockable)) Inside {
public:
  explicit Inside(Monitor &monitor)
      __attribute__((acquire_capability(monitor)));
  Inside(Monitor &monitor, int later) __attribute__((locks_excluded(monitor)));
  ~Inside() __attribute__((release_capability()));
  void Again() __attribute__((acquire_capability()));
  void Off() __attribute__((release_capability()));
};

Monitor monitor;
Monitor second;

void grab() __attribute__((acquire_capability(monitor)));
void drop() __attribute__((release_capability(monitor)));
bool grab_try() __attribute__((try_acquire_capability(true, monitor)));
void grab_it(Monitor &which) __attribute__((acquire_capability(which)));
void drop_it(Monitor &which) __attribute__((release_capability(which)));
void use() __attribute__((requires_capability(monitor)));

//===----------------------------------------------------------------------===//
// Methods
//===----------------------------------------------------------------------===//

task<> held_shared() {
  monitor.AcquireShared();
  // CHECK: :[[#@LINE-1]]:3: warning: 'monitor' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  monitor.DropAny();
}

task<> shared_released() {
  monitor.AcquireShared();
  monitor.DropAny();
  co_await work();
}

task<> held_on_success() {
  if (monitor.Attempt()) {
    // CHECK: :[[#@LINE-1]]:7: warning: 'monitor' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    monitor.Drop();
  }
}

task<> attempt_failed() {
  if (!monitor.Attempt()) {
    co_await work();
    co_return;
  }
  monitor.Drop();
}

/// Fine: it returns true when it has failed.
task<> inverted_attempt_failed() {
  if (monitor.AttemptFails()) {
    co_await work();
    co_return;
  }
  monitor.Drop();
}

//===----------------------------------------------------------------------===//
// Scoped
//===----------------------------------------------------------------------===//

task<> scope_off() {
  Inside inside(monitor);
  touch();
  inside.Off();
  co_await work();
}

task<> scope_on_again() {
  Inside inside(monitor);
  inside.Off();
  co_await work();
  inside.Again();
  // CHECK: :[[#@LINE-1]]:3: warning: 'inside' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'Monitor' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: end the scope of 'inside' before suspending
  co_await work();
}

/// Fine: this constructor does not lock.
task<> scope_deferred() {
  Inside inside(monitor, 1);
  co_await work();
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

task<> held_by_function() {
  grab();
  // CHECK: :[[#@LINE-1]]:3: warning: 'monitor' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  drop();
}

task<> released_by_function() {
  grab();
  use();
  drop();
  co_await work();
}

task<> released_by_method() {
  grab();
  monitor.Drop();
  co_await work();
}

task<> function_failed() {
  if (!grab_try()) {
    co_await work();
    co_return;
  }
  drop();
}

task<> held_by_argument() {
  grab_it(second);
  // CHECK: :[[#@LINE-1]]:3: warning: 'second' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  drop_it(second);
}

task<> released_by_argument() {
  grab_it(second);
  drop_it(second);
  co_await work();
}

task<> another_argument_released() {
  grab_it(monitor);
  // CHECK: :[[#@LINE-1]]:3: warning: 'monitor' is still locked when the coroutine suspends [coro-lock-across-await]
  grab_it(second);
  drop_it(second);
  co_await work();
  drop_it(monitor);
}
