// The notes that tell how a task comes to what it refers to.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <string>
#include <string_view>
#include <utility>

using corort::task;

void use(std::string_view);
void log();

void behind_a_default() {
  std::string text = "x";
  corort::spawn([&]() -> task<> {
    log();
    use(text);
    use(text);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-6]]:18: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-7]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'text' of type 'std::string' is destroyed at the end of this scope
  // CHECK-NEXT: :[[#@LINE-7]]:9: note: the task uses 'text' here
}

void through_a_view() {
  std::string text = "x";
  std::string_view view = text;
  corort::spawn([view]() -> task<> {
    use(view);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:18: warning: task keeps a view of 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-5]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'text' of type 'std::string' is destroyed at the end of this scope
  // CHECK-NEXT: :[[#@LINE-8]]:20: note: 'view' refers to 'text' from here on
}

void start(task<> work) { corort::spawn(std::move(work)).detach(); }

task<> read(std::string_view view) {
  use(view);
  co_return;
}

void through_a_function_of_this_file() {
  std::string text = "x";
  start(read(text));
  // CHECK: :[[#@LINE-1]]:14: warning: task keeps a view of 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: the task leaves here: 'start' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'text' of type 'std::string' is destroyed at the end of this scope
  // CHECK-NEXT: :[[#@LINE-13]]:27: note: 'start' hands it to 'spawn' here
}
