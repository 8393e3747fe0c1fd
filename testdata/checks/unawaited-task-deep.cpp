// Lazy tasks that are dropped in indirect ways: inside containers, through
// combinators, as the results of other tasks.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

task<int> fetch();
task<int> fetch(int);
task<> flush();
task<task<int>> nested();
bool ready();
void touch();

task<> dropped_inner() {
  co_await nested();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

//===----------------------------------------------------------------------===//
// Inside other objects
//===----------------------------------------------------------------------===//

task<> in_dropped_optional() {
  std::optional<task<int>> t = fetch();
  // CHECK: :[[#@LINE-1]]:28: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

task<> in_dropped_unique_ptr() {
  auto t = std::make_unique<task<int>>(fetch());
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

task<> in_dropped_vector() {
  std::vector<task<>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(flush());
  // CHECK: :[[#@LINE-1]]:21: warning: 'tasks' is never awaited, so 'flush' never runs [coro-unawaited-task]
  co_await work();
}

task<> in_dropped_tuple() {
  auto both = std::make_tuple(fetch(), fetch(1));
  // CHECK: :[[#@LINE-1]]:31: warning: 'std::get<0>(both)' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  // CHECK: :[[#@LINE-2]]:40: warning: 'std::get<1>(both)' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

struct Pending {
  task<int> body;
  int id;
};

task<> in_dropped_struct() {
  Pending pending{fetch(), 1};
  // CHECK: :[[#@LINE-1]]:19: warning: 'pending.body' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

task<> in_awaited_struct() {
  Pending pending{fetch(), 1};
  co_await pending.body;
}

//===----------------------------------------------------------------------===//
// Callees
//===----------------------------------------------------------------------===//

void await_it(task<int> t);

task<> passed_to_one_that_may_not() {
  await_it(fetch());
  auto t = fetch();
  await_it(std::move(t));
  co_await work();
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

void report(int);
template <class T> task<T> operator|(task<T> t, void (*then)(T));

task<> piped_and_dropped() {
  fetch() | report;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

task<> piped_and_awaited() {
  co_await (fetch() | report);
}

task<> dropped_by_logical_operand() {
  ready() && (fetch(), true);
  // CHECK: :[[#@LINE-1]]:15: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

task<> converted_to_bool() {
  if (auto t = fetch())
    touch();
  // CHECK: :[[#@LINE-2]]:{{[0-9]+}}: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

//===----------------------------------------------------------------------===//
// Paths
//===----------------------------------------------------------------------===//

task<> moved_on_one_branch() {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
  if (ready())
    await_it(std::move(t));
}

task<> created_in_a_loop() {
  for (int i = 0; i < 3; ++i) {
    auto t = fetch(i);
    // CHECK: :[[#@LINE-1]]:10: warning: 't' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
    if (ready())
      continue;
    co_await t;
  }
}

task<> tested_flag(bool wanted) {
  std::optional<task<int>> t;
  if (wanted)
    t = fetch();
  touch();
  if (wanted)
    co_await *t;
}

task<> assigned_on_one_branch() {
  task<int> t = fetch();
  if (ready()) {
    co_await t;
    t = fetch(1);
  }
  co_await t;
}

task<> stopped_by_exception() {
  auto t = fetch();
  touch();
  try {
    touch();
  } catch (...) {
    throw;
  }
  co_await t;
}

//===----------------------------------------------------------------------===//
// Locks: the costliest await to forget
//===----------------------------------------------------------------------===//

struct write_lock {
  ~write_lock();
};
task<write_lock> hold_write_lock();
task<async_mutex::guard> hold_guard();
eager<write_lock> hold_eagerly();

task<> lock_not_awaited() {
  auto lock = hold_write_lock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'lock' is never awaited, so 'hold_write_lock' never runs{{.*}} [coro-unawaited-task]
  touch();
  co_await work();
}

task<> guard_not_awaited() {
  auto guard = hold_guard();
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is never awaited, so 'hold_guard' never runs{{.*}} [coro-unawaited-task]
  touch();
  co_await work();
}

task<> lock_awaited() {
  auto lock = co_await hold_write_lock();
  touch();
}

