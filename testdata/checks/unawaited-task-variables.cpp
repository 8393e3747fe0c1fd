// Lazy tasks in variables that are not awaited, on some path or on any.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <string>

task<int> fetch();
task<> flush();
task<int> fetch(const std::string &name);
bool ready();
void touch();

task<> never_used() {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

task<> never_used_spelled_out() {
  task<int> t = fetch();
  // CHECK: :[[#@LINE-1]]:13: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

task<> never_used_maybe_unused() {
  [[maybe_unused]] auto t = fetch();
  // CHECK: :[[#@LINE-1]]:25: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

task<> never_used_underscore() {
  auto _ = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: '_' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

task<> never_used_but_named() {
  auto t = fetch();
  (void)t;
  // CHECK: :[[#@LINE-2]]:8: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

task<> never_used_reference() {
  auto &&t = fetch();
  // CHECK: :[[#@LINE-1]]:10: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

void never_used_in_plain_function() {
  auto t = flush();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'flush' never runs [coro-unawaited-task]
}

using Pending = task<int>;

task<> never_used_alias() {
  Pending t{fetch()};
  // CHECK: :[[#@LINE-1]]:11: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_await work();
}

task<> never_used_in_if_initialiser() {
  if (auto t = fetch(); ready())
    // CHECK: :[[#@LINE-1]]:12: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
    touch();
  co_await work();
}

task<> awaited_on_one_branch() {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
  if (ready())
    co_await t;
  // CHECK-NEXT: :[[#@LINE-2]]:7: note: this condition is false on the way
  // CHECK-NEXT: note: 't' is dropped here
}

task<> awaited_in_else() {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
  if (ready())
    touch();
  else
    co_await t;
  // CHECK-NEXT: :[[#@LINE-4]]:7: note: this condition is true on the way
  // CHECK-NEXT: note: 't' is dropped here
}

task<> early_return_past_it() {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
  if (ready())
    co_return;
  // CHECK-NEXT: :[[#@LINE-2]]:7: note: this condition is true on the way
  // CHECK-NEXT: note: 't' is dropped here
  co_await t;
}

task<> awaited_in_one_case(int kind) {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
  switch (kind) {
  case 0:
    co_await t;
    break;
  default:
    break;
  }
}

task<> awaited_in_a_loop_that_need_not_run(int n) {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
  for (int i = 0; i < n; ++i) {
    co_await t;
    break;
  }
}

task<> awaited_after_short_circuit() {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
  if (ready() && co_await t > 0)
    touch();
}

task<> overwritten_before_the_await() {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  t = fetch("x");
  co_await t;
}

task<> moved_and_dropped() {
  auto t = fetch();
  auto u = std::move(t);
  // CHECK: :[[#@LINE-1]]:8: warning: 'u' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  co_return;
}
