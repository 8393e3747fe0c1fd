// Functions that pass on what they are given: one that spawns it is a spawn,
// one that keeps it keeps it, one that calls it calls it.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using corort::task;

task<> work();
task<> send(const std::string &text);
std::string name();
void use(int);

//===----------------------------------------------------------------------===//
// Spawns
//===----------------------------------------------------------------------===//

void in_background(std::function<task<>()> body) {
  corort::spawn(std::move(body)).detach();
}
template <class F> void in_background_any(F body) {
  corort::spawn(std::move(body)).detach();
}
template <class F> void in_background_forward(F &&body) {
  corort::spawn(std::forward<F>(body)).detach();
}
void start(task<> made) { corort::spawn(std::move(made)).detach(); }
void on_thread(std::function<void()> body) {
  std::thread(std::move(body)).detach();
}
void on_thread_wrapped(std::function<void()> body) {
  std::thread([body] { body(); }).detach();
}
template <class F> void two_levels(F body) {
  in_background_any(std::move(body));
}
void second_only(const std::function<void()> &first,
                 std::function<void()> second) {
  first();
  std::thread(std::move(second)).detach();
}

void given_to_function_object() {
  std::string local = name();
  in_background([&local]() -> task<> { co_await send(local); });
  // CHECK: :[[#@LINE-1]]:19: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: the task leaves here: 'in_background' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+3]]:1: note: 'local'
  // CHECK-NEXT: :[[#@LINE-30]]:3: note: 'in_background'
  // CHECK-NEXT: :[[#@LINE-5]]:19: note: move 'local' into the task
}

void given_to_template() {
  std::string local = name();
  in_background_any([&local]() -> task<> { co_await send(local); });
  // CHECK: :[[#@LINE-1]]:23: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void forwarded() {
  std::string local = name();
  in_background_forward([&local]() -> task<> { co_await send(local); });
  // CHECK: :[[#@LINE-1]]:27: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void task_given() {
  std::string local = name();
  start(send(local));
  // CHECK: :[[#@LINE-1]]:14: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void given_to_a_thread() {
  int local = 0;
  on_thread([&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:15: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void given_to_a_thread_in_a_lambda() {
  int local = 0;
  on_thread_wrapped([&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:23: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void given_through_two_levels() {
  std::string local = name();
  two_levels([&local]() -> task<> { co_await send(local); });
  // CHECK: :[[#@LINE-1]]:16: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void second_argument() {
  int local = 0;
  second_only([&local] { use(local); }, [] {});
  second_only([] {}, [&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:24: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

class Pool {
public:
  void post(std::function<void()> body) {
    std::thread(std::move(body)).detach();
  }
};

void member_that_spawns(Pool &pool) {
  int local = 0;
  pool.post([&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:15: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

//===----------------------------------------------------------------------===//
// Keeps
//===----------------------------------------------------------------------===//

class Events {
public:
  void on_event(std::function<void()> handler) {
    handlers_.push_back(std::move(handler));
  }

private:
  std::vector<std::function<void()>> handlers_;
};

void handler_kept(Events &events) {
  int local = 0;
  events.on_event([&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:21: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void events_of_this_function() {
  int local = 0;
  Events events;
  events.on_event([&local] { use(local); });
}

void handler_by_value(Events &events) {
  int local = 0;
  events.on_event([local] { use(local); });
}

//===----------------------------------------------------------------------===//
// Calls and waits
//===----------------------------------------------------------------------===//

void call_now(const std::function<void()> &body) { body(); }
template <class F> void call_twice(F body) {
  body();
  body();
}
void on_thread_and_join(std::function<void()> body) {
  std::thread thread(std::move(body));
  thread.join();
}
template <class F> task<> retry(F body) {
  co_await body();
  co_await body();
}
template <class F> corort::join_handle<> begin(F body) {
  return corort::spawn(std::move(body));
}
void unseen(std::function<void()> body);

void called_now() {
  int local = 0;
  call_now([&local] { use(local); });
  call_twice([&local] { use(local); });
}

void joined_by_the_helper() {
  int local = 0;
  on_thread_and_join([&local] { use(local); });
}

task<> awaited_by_the_caller() {
  std::string local = name();
  co_await retry([&local]() -> task<> { co_await send(local); });
  auto later = retry([&local]() -> task<> { co_await send(local); });
  co_await std::move(later);
}

task<> handle_of_the_helper_awaited() {
  std::string local = name();
  auto handle = begin([&local]() -> task<> { co_await send(local); });
  co_await handle;
}

task<> handle_of_the_helper_dropped() {
  std::string local = name();
  auto handle = begin([&local]() -> task<> { co_await send(local); });
  // CHECK: :[[#@LINE-1]]:25: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

void nothing_is_known() {
  int local = 0;
  unseen([&local] { use(local); });
}

void by_value() {
  std::string local = name();
  in_background([local]() -> task<> { co_await send(local); });
  on_thread([local] { use(int(local.size())); });
}
