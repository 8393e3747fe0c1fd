// A guard held at a suspension: where the await stands, and the statements that
// introduce the guard.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <mutex>
#include <vector>

std::mutex m;
bool ready();
void touch();

//===----------------------------------------------------------------------===//
// Where the await stands
//===----------------------------------------------------------------------===//

task<int> held_in_initialiser() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:15: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  int value = co_await read_some();
  co_return value;
}

task<> held_in_argument() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+2]]:17: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await save(co_await read_some());
}

task<> held_in_condition() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:7: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  if (co_await read_some() > 0)
    touch();
}

task<int> held_in_co_return() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:13: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_return co_await read_some();
}

task<int> held_in_ternary() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:25: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  int value = ready() ? co_await read_some() : 0;
  co_return value;
}

task<bool> held_in_logical_operand() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:26: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  bool both = ready() && co_await read_some() > 0;
  co_return both;
}

task<> held_in_nested_block() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+5]]:7: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  {
    touch();
    {
      co_await work();
    }
  }
}

task<> held_in_one_branch() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  if (ready()) {
    co_await work();
  }
}

task<> held_in_switch() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+6]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  switch (int(ready())) {
  case 0:
    break;
  default:
    co_await work();
  }
}

task<> held_in_try() {
  try {
    std::lock_guard guard(m);
    // CHECK: :[[#@LINE-1]]:21: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:21: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
  } catch (...) {
    touch();
  }
}

task<> held_around_try() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  try {
    co_await work();
  } catch (...) {
    touch();
  }
}

generator<int> held_at_yield() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_yield 1;
}

stream<int> held_at_both() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
  co_yield 1;
}

eager<> held_in_eager_task() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

detached held_in_detached() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

void held_in_lambda() {
  auto run = []() -> task<> {
    std::lock_guard guard(m);
    // CHECK: :[[#@LINE-1]]:21: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:21: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
  };
  touch();
  (void)run;
}

task<> held_through_five() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+7]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE+7]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+7]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-7]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
  co_await save(1);
  if (ready())
    co_await work();
  co_await read_some();
  co_await work();
}

task<> held_while_awaiting_a_task() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await held_in_initialiser();
}

struct Node {
  template <class T> task<T> held_in_member_template(T value) {
    std::lock_guard guard(mutex);
    // CHECK: :[[#@LINE-1]]:21: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:21: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
    co_return value;
  }
  std::mutex mutex;
};

template <class T> task<T> held_in_template(T value) {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
  co_return value;
}

template task<int> held_in_template<int>(int);
template task<long> held_in_template<long>(long);

template <class Awaitable> task<> held_at_dependent_await(Awaitable what) {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await what;
}

//===----------------------------------------------------------------------===//
// Statements that introduce the guard
//===----------------------------------------------------------------------===//

task<> held_by_if_initialiser() {
  if (std::lock_guard guard(m); ready())
    // CHECK: :[[#@LINE-1]]:23: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:23: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
}

task<> held_by_if_initialiser_in_else() {
  if (std::lock_guard guard(m); ready()) {
    // CHECK: :[[#@LINE-1]]:23: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+4]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:23: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    touch();
  } else {
    co_await work();
  }
}

task<> held_by_switch_initialiser() {
  switch (std::unique_lock guard(m); int(ready())) {
    // CHECK: :[[#@LINE-1]]:28: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+3]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:28: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  case 1:
    co_await work();
  }
}

task<> held_by_for_initialiser() {
  for (std::unique_lock guard(m); ready();)
    // CHECK: :[[#@LINE-1]]:25: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:25: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
}

task<> held_by_range_for_initialiser(std::vector<int> &values) {
  for (std::lock_guard guard(m); int value : values)
    // CHECK: :[[#@LINE-1]]:24: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:24: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await save(value);
}

task<> held_inside_loop(std::vector<int> &values) {
  for (int value : values) {
    std::lock_guard guard(m);
    // CHECK: :[[#@LINE-1]]:21: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:21: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await save(value);
  }
}

task<> held_around_loop(std::vector<int> &values) {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  for (int value : values)
    co_await save(value);
}
