// Locals die in the reverse order of their declaration, inner scopes before
// outer ones: what that means for tasks and threads that refer to them.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <array>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using corort::task;

task<> work();
task<> count_up(int &value);
bool ready();
void use(int);
void use(const std::vector<int> &);

//===----------------------------------------------------------------------===//
// Threads that join when they are destroyed
//===----------------------------------------------------------------------===//

void declared_after_the_thread() {
  std::jthread thread;
  int local = 0;
  thread = std::jthread([&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:27: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:12: note: the task runs from here on, and nobody has waited for it when that happens
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'local'
  // CHECK-NEXT: :[[#@LINE-4]]:27: note: capture 'local' by value
}

void in_scope_inside_of_the_threads() {
  std::jthread thread;
  {
    int local = 0;
    thread = std::jthread([&local] { use(local); });
    // CHECK: :[[#@LINE-1]]:29: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  }
  thread.join();
}

void declared_after_the_threads() {
  std::vector<std::jthread> threads;
  std::vector<int> values(3);
  for (int &value : values)
    threads.emplace_back([&value] { use(value); });
  // CHECK: :[[#@LINE-1]]:28: warning: task keeps a reference to 'values', which dies before the task ends [coro-borrow-in-spawned-task]
}

void variable_of_the_loop() {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&i] { use(i); });
  // CHECK: :[[#@LINE-1]]:28: warning: task keeps a reference to 'i', which dies before the task ends [coro-borrow-in-spawned-task]
}

void mutex_declared_after_the_thread() {
  std::jthread thread;
  std::mutex mutex;
  thread = std::jthread([&mutex] { std::lock_guard lock(mutex); });
  // CHECK: :[[#@LINE-1]]:27: warning: task keeps a reference to 'mutex', which dies before the task ends [coro-borrow-in-spawned-task]
}

void thread_detached() {
  int local = 0;
  std::jthread thread([&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:25: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  thread.detach();
}

struct Worker {
  std::jthread thread;
};

void declared_after_the_worker() {
  Worker worker;
  int local = 0;
  worker.thread = std::jthread([&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:34: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

std::vector<std::jthread> all_threads;

void in_a_global() {
  int local = 0;
  all_threads.emplace_back([&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:30: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void declared_before_the_thread() {
  int local = 0;
  std::jthread thread([&local] { use(local); });
  use(1);
}

void assigned_to_a_thread_below() {
  int local = 0;
  std::jthread thread;
  thread = std::jthread([&local] { use(local); });
}

void declared_before_the_threads() {
  std::vector<int> values(3);
  std::vector<std::jthread> threads;
  for (int &value : values)
    threads.emplace_back([&value] { use(value); });
}

void joined_before_the_end() {
  std::jthread thread;
  int local = 0;
  thread = std::jthread([&local] { use(local); });
  thread.join();
}

void ended_before_the_end() {
  std::jthread thread;
  int local = 0;
  thread = std::jthread([&local] { use(local); });
  thread = {};
}

void threads_joined_one_by_one() {
  std::vector<std::jthread> threads;
  std::vector<int> values(3);
  for (int &value : values)
    threads.emplace_back([&value] { use(value); });
  for (std::jthread &thread : threads)
    thread.join();
}

void threads_cleared() {
  std::vector<std::jthread> threads;
  std::vector<int> values(3);
  for (int &value : values)
    threads.emplace_back([&value] { use(value); });
  threads.clear();
  use(values);
}

void value_of_the_loop() {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([i] { use(i); });
}

/// A temporary is joined at the end of its statement.
void temporary_thread() {
  int local = 0;
  std::jthread([&local] { use(local); });
  std::jthread([&local] { use(local); }).join();
}

void thread_in_optional() {
  int local = 0;
  std::optional<std::jthread> thread;
  if (ready())
    thread.emplace([&local] { use(local); });
}

void thread_in_owner() {
  int local = 0;
  auto thread = std::make_unique<std::jthread>([&local] { use(local); });
  use(1);
}

void worker_of_others(Worker &worker, int &theirs) {
  worker.thread = std::jthread([&theirs] { use(theirs); });
}

//===----------------------------------------------------------------------===//
// Handles and tasks awaited after the scope
//===----------------------------------------------------------------------===//

task<> handle_awaited_after_the_scope() {
  corort::join_handle<> handle;
  {
    int local = 0;
    handle = corort::spawn([&local]() -> task<> {
      co_await work();
      use(local);
    });
    // CHECK: :[[#@LINE-4]]:30: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
    // CHECK-NEXT: :[[#@LINE-5]]:14: note: the task runs from here on, and nobody has waited for it when that happens
    // CHECK-NEXT: :[[#@LINE+2]]:3: note: 'local'
    // CHECK-NEXT: :[[#@LINE-7]]:30: note: capture 'local' by value
  }
  co_await handle;
}

task<> handle_awaited_after_the_branch() {
  corort::join_handle<> handle;
  if (ready()) {
    int local = 0;
    handle = corort::spawn(count_up(local));
    // CHECK: :[[#@LINE-1]]:37: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  }
  if (handle)
    co_await handle;
}

task<> handles_awaited_after_the_loop() {
  std::vector<corort::join_handle<>> handles;
  for (int i = 0; i < 3; ++i) {
    int local = i;
    handles.push_back(corort::spawn([&local]() -> task<> {
      co_await work();
      use(local);
    }));
    // CHECK: :[[#@LINE-4]]:39: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  }
  for (auto &handle : handles)
    co_await handle;
}

task<> handle_awaited_after_the_try() {
  corort::join_handle<> handle;
  try {
    int local = 0;
    handle = corort::spawn(count_up(local));
    // CHECK: :[[#@LINE-1]]:37: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  } catch (...) {
  }
  if (handle)
    co_await handle;
}

task<> handle_overwritten() {
  int local = 0;
  auto handle = corort::spawn(count_up(local));
  // CHECK: :[[#@LINE-1]]:40: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  handle = corort::spawn(count_up(local));
  co_await handle;
}

task<> handle_moved_and_dropped() {
  int local = 0;
  auto handle = corort::spawn(count_up(local));
  // CHECK: :[[#@LINE-1]]:40: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  auto other = std::move(handle);
  co_await work();
}

task<> handles_dropped_in_a_vector(std::vector<int> values) {
  std::vector<corort::join_handle<>> handles;
  for (int &value : values)
    handles.push_back(corort::spawn(count_up(value)));
  // CHECK: :[[#@LINE-1]]:46: warning: task keeps a reference to 'values', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

struct Joiner {
  corort::join_handle<> handle;
  ~Joiner() { corort::block_on(std::move(handle)); }
};

void joiner_declared_first() {
  Joiner joiner;
  int local = 0;
  joiner.handle = corort::spawn(count_up(local));
  // CHECK: :[[#@LINE-1]]:42: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

struct Dropper {
  corort::join_handle<> handle;
  ~Dropper() { handle.detach(); }
};

void dropper_does_not_wait() {
  int local = 0;
  Dropper dropper{corort::spawn(count_up(local))};
  // CHECK: :[[#@LINE-1]]:42: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void joiner_declared_last() {
  int local = 0;
  Joiner joiner{corort::spawn(count_up(local))};
  if (ready())
    return;
  use(1);
}

task<> scope_inside_of_the_variables() {
  int local = 0;
  corort::join_handle<> handle;
  { handle = corort::spawn(count_up(local)); }
  co_await handle;
}

task<> handle_in_optional() {
  int local = 0;
  std::optional<corort::join_handle<>> handle;
  if (ready())
    handle.emplace(corort::spawn(count_up(local)));
  if (handle)
    co_await *handle;
}

task<> handles_in_array() {
  int local = 0;
  std::array handles{corort::spawn(count_up(local)),
                     corort::spawn(count_up(local))};
  co_await handles[0];
  co_await handles[1];
}

task<> handles_in_map() {
  int local = 0;
  std::map<int, corort::join_handle<>> handles;
  handles.emplace(1, corort::spawn(count_up(local)));
  for (auto &[key, handle] : handles)
    co_await handle;
}

task<> handle_moved_and_awaited() {
  int local = 0;
  auto handle = corort::spawn(count_up(local));
  auto other = std::move(handle);
  co_await other;
}

task<> handle_awaited_by_reference() {
  int local = 0;
  auto handle = corort::spawn(count_up(local));
  auto &same = handle;
  co_await same;
}

task<> join_all(std::vector<corort::join_handle<>> handles) {
  for (auto &handle : handles)
    co_await handle;
}

task<> handles_awaited_by_helper() {
  int local = 0;
  std::vector<corort::join_handle<>> handles;
  handles.push_back(corort::spawn(count_up(local)));
  co_await join_all(std::move(handles));
}
