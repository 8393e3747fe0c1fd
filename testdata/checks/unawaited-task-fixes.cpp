// Where `co_await` is put in by itself, and where that is left to the author.
//
// RUN: cp %s %t.cpp
// RUN: %clang_tidy --quiet -load=%plugin --checks=-*,coro-unawaited-task --fix %t.cpp -- -std=c++20 %runtime > %t.log 2>&1
// RUN: grep -v CHECK: %t.cpp | %FileCheck %s

#include "corort/corort.hpp"

#include <mutex>

using corort::task;

task<> save();
task<int> count();
bool ready();
std::mutex mutex;

task<> a_statement() {
  save();
  count();
  co_return;
}
// CHECK: task<> a_statement() {
// CHECK-NEXT: {{^}}  co_await save();
// CHECK-NEXT: {{^}}  co_await count();

task<> on_one_branch() {
  if (ready())
    save();
  co_return;
}
// CHECK: task<> on_one_branch() {
// CHECK-NEXT: if
// CHECK-NEXT: {{^}}    co_await save();

/// The lock would be held across the await.
task<> near_a_lock() {
  std::lock_guard held(mutex);
  save();
  co_return;
}
// CHECK: task<> near_a_lock() {
// CHECK-NEXT: lock_guard
// CHECK-NEXT: {{^}}  save();

/// There is no awaiting in a handler.
task<> in_a_handler() {
  try {
    co_await save();
  } catch (...) {
    save();
  }
}
// CHECK: } catch (...) {
// CHECK-NEXT: {{^}}    save();

task<> said_so() {
  (void)save();
  co_return;
}
// CHECK: task<> said_so() {
// CHECK-NEXT: {{^}}  (void)save();

void in_no_coroutine() { save(); }
// CHECK: void in_no_coroutine() { save(); }
