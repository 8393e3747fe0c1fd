// Lazy tasks that are dropped without ever having run, and near misses.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

task<int> fetch();
task<> flush();
task<int> fetch(const std::string &name);
eager<int> start();
bool ready();
void touch();
void run(task<> t);
void run_all(std::vector<task<>> tasks);
int block_on(task<int> t);

//===----------------------------------------------------------------------===//
// Dropped calls
//===----------------------------------------------------------------------===//

task<> dropped() {
  fetch();
  // CHECK: :[[#@LINE-1]]:3: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

task<> dropped_void() {
  flush();
  // CHECK: :[[#@LINE-1]]:3: warning: 'flush' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

void dropped_in_plain_function() {
  fetch();
  // CHECK: :[[#@LINE-1]]:3: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

task<> dropped_with_void_cast() {
  (void)fetch();
  // CHECK: :[[#@LINE-1]]:9: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  static_cast<void>(fetch());
  // CHECK: :[[#@LINE-1]]:21: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

task<> dropped_into_ignore() {
  std::ignore = fetch();
  // CHECK: :[[#@LINE-1]]:17: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

task<> dropped_on_one_branch() {
  if (ready())
    fetch();
  // CHECK: :[[#@LINE-1]]:5: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  else
    co_await fetch();
}

task<> dropped_in_loop() {
  for (int i = 0; i < 3; ++i)
    fetch("x");
  // CHECK: :[[#@LINE-1]]:5: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

task<> dropped_by_comma() {
  fetch(), touch();
  // CHECK: :[[#@LINE-1]]:3: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

task<> dropped_by_ternary() {
  ready() ? fetch() : fetch("x");
  // CHECK: :[[#@LINE-1]]:13: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  // CHECK: :[[#@LINE-2]]:23: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

task<> dropped_in_for_statement() {
  for (flush(); ready(); flush())
    // CHECK: :[[#@LINE-1]]:8: warning: 'flush' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
    // CHECK: :[[#@LINE-2]]:26: warning: 'flush' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
    touch();
  co_await work();
}

task<> dropped_in_try() {
  try {
    fetch();
    // CHECK: :[[#@LINE-1]]:5: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  } catch (...) {
    fetch();
    // CHECK: :[[#@LINE-1]]:5: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  }
  co_await work();
}

#define CALL(function) function()

task<> dropped_in_macro() {
  CALL(fetch);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

void dropped_in_lambda() {
  auto handler = [] {
    fetch();
    // CHECK: :[[#@LINE-1]]:5: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  };
  handler();
}

struct Database {
  task<> commit();
  static task<> open();
  virtual task<> close();
};

task<> dropped_member(Database &database, Database *other) {
  database.commit();
  // CHECK: :[[#@LINE-1]]:3: warning: '{{(Database::)?}}commit' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  Database::open();
  // CHECK: :[[#@LINE-1]]:3: warning: '{{(Database::)?}}open' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  other->close();
  // CHECK: :[[#@LINE-1]]:3: warning: '{{(Database::)?}}close' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

task<> dropped_lambda_coroutine() {
  auto step = []() -> task<> { co_await work(); };
  step();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

template <class T> task<T> fetch_as();

template <class T> task<> dropped_in_template() {
  fetch();
  // CHECK: :[[#@LINE-1]]:3: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await fetch_as<T>();
}

template task<> dropped_in_template<int>();
template task<> dropped_in_template<long>();

task<task<int>> nested();
