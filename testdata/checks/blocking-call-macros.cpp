// Calls that a macro hides.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 | %FileCheck %s

#include "../include/assertions.hpp"
#include "../include/task.hpp"

#include <chrono>
#include <thread>

bool nap() {
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return true;
}

#define NAP() nap()

task<> the_files_own_macro() {
  NAP();
  // CHECK: :[[#@LINE-1]]:3: warning: 'nap' blocks the thread in coroutine 'the_files_own_macro' [coro-blocking-call]
  // CHECK-NEXT: :[[#@LINE-5]]:15: note: expanded from macro 'NAP'
  // CHECK-NEXT: note: 'nap' calls 'std::this_thread::sleep_for', which sleeps
  co_await work();
}

task<> an_argument_of_a_macro() {
  CHECK_THAT(nap());
  // CHECK: :[[#@LINE-1]]:14: warning: 'nap' blocks the thread in coroutine 'an_argument_of_a_macro' [coro-blocking-call]
  // CHECK-NEXT: note: {{.*}}sleep_for
  co_await work();
}

/// What a framework does behind its macros is its own business.
task<> somebody_elses_macro(bool ok) {
  CHECK_THAT(ok);
  co_await work();
}
