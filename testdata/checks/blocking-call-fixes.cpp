// The suggestion to await the library's own timer, and where there is none.
//
// RUN: %corolint check --format=json --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck --implicit-check-not=title %s

#include "../include/task.hpp"
#include "corort/corort.hpp"

#include <chrono>
#include <thread>

using namespace std::chrono_literals;

bool ready();

corort::task<> statement() {
  std::this_thread::sleep_for(10ms);
  // CHECK: "title": "replace it by 'co_await corort::sleep_for(10ms)'",
  // CHECK: "replacement": "co_await corort::sleep_for(10ms)"
  co_return;
}

corort::task<> argument_of_any_kind(std::chrono::milliseconds base, int n) {
  if (n > 0)
    std::this_thread::sleep_for(base * n + 1ms);
  // CHECK: "title": "replace it by 'co_await corort::sleep_for(base * n + 1ms)'",
  // CHECK: "replacement": "co_await corort::sleep_for(base * n + 1ms)"
  co_return;
}

//===----------------------------------------------------------------------===//
// None
//===----------------------------------------------------------------------===//

corort::task<> in_handler() {
  try {
    co_await corort::yield();
  } catch (...) {
    std::this_thread::sleep_for(10ms);
    // CHECK: "message": "'std::this_thread::sleep_for' blocks the thread in coroutine 'in_handler'",
  }
}

corort::task<> part_of_an_expression() {
  ready() ? std::this_thread::sleep_for(10ms) : void();
  // CHECK: "message": "'std::this_thread::sleep_for' blocks the thread in coroutine 'part_of_an_expression'",
  co_return;
}

#define NAP() std::this_thread::sleep_for(1ms)

corort::task<> in_a_macro() {
  NAP();
  // CHECK: "message": "'std::this_thread::sleep_for' blocks the thread in coroutine 'in_a_macro'",
  co_return;
}

void nap() { std::this_thread::sleep_for(10ms); }

corort::task<> in_a_helper() {
  nap();
  // CHECK: "message": "'nap' blocks the thread in coroutine 'in_a_helper'",
  co_return;
}

task<> another_library() {
  std::this_thread::sleep_for(10ms);
  // CHECK: "message": "'std::this_thread::sleep_for' blocks the thread in coroutine 'another_library'",
  co_await work();
}
