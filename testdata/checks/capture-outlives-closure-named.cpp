// Lambda coroutines with a name: which of their tasks outlive it, and which do
// not.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-capture-outlives-closure %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

using corort::task;

task<> work();
task<int> fetch(int id);
bool ready();
int number();
void use(int);
void use(const std::string &);

//===----------------------------------------------------------------------===//
// The lambda dies first
//===----------------------------------------------------------------------===//

task<> named_and_spawned(int local) {
  auto body = [local]() -> task<> {
    co_await work();
    use(local);
  };
  corort::spawn(body()).detach();
  co_await work();
  // CHECK: :[[#@LINE-6]]:15: warning: coroutine reads its captures from 'body', which dies before the coroutine ends [coro-capture-outlives-closure]
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+1]]:1: note: 'body'
}

task<int> named_and_returned(int local) {
  auto body = [local]() -> task<int> { co_return local; };
  return body();
  // CHECK: :[[#@LINE-2]]:15: warning: coroutine reads its captures from 'body', which dies before the coroutine ends [coro-capture-outlives-closure]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: returned to the caller here
  // CHECK-NEXT: :[[#@LINE+1]]:1: note: 'body'
}

task<int> named_and_returned_by_variable(int local) {
  auto body = [local]() -> task<int> { co_return local; };
  auto made = body();
  return made;
  // CHECK: :[[#@LINE-3]]:15: warning: coroutine reads its captures from 'body', which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<> named_in_inner_scope(int local) {
  task<> later = work();
  {
    auto body = [local]() -> task<> {
      co_await work();
      use(local);
    };
    later = body();
  }
  co_await std::move(later);
  // CHECK: :[[#@LINE-7]]:17: warning: coroutine reads its captures from 'body', which dies before the coroutine ends [coro-capture-outlives-closure]
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'body'
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: the task is used here, after that
}

task<> named_in_loop() {
  std::vector<corort::join_handle<>> handles;
  for (int i = 0; i < 3; ++i) {
    auto body = [i]() -> task<> {
      co_await work();
      use(i);
    };
    handles.push_back(corort::spawn(body()));
  }
  for (auto &handle : handles)
    co_await handle;
  // CHECK: :[[#@LINE-8]]:17: warning: coroutine reads its captures from 'body', which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<> named_and_joined_on_one_branch(int local) {
  auto body = [local]() -> task<> {
    co_await work();
    use(local);
  };
  auto handle = corort::spawn(body());
  if (ready())
    co_await handle;
  else
    handle.detach();
  // CHECK: :[[#@LINE-9]]:15: warning: coroutine reads its captures from 'body', which dies before the coroutine ends [coro-capture-outlives-closure]
}

/// Handles die before what was declared before them, and do not wait.
task<> named_and_handle_dropped(int local) {
  auto body = [local]() -> task<> {
    co_await work();
    use(local);
  };
  auto handle = corort::spawn(body());
  co_await work();
  // CHECK: :[[#@LINE-6]]:15: warning: coroutine reads its captures from 'body', which dies before the coroutine ends [coro-capture-outlives-closure]
}

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

task<> named_and_awaited(int local) {
  auto body = [local]() -> task<> {
    co_await work();
    use(local);
  };
  co_await body();
  auto later = body();
  co_await std::move(later);
}

task<> named_and_joined(int local) {
  auto body = [&local](int more) -> task<> {
    co_await work();
    use(local + more);
  };
  std::vector<corort::join_handle<>> handles;
  for (int i = 0; i < 3; ++i)
    handles.push_back(corort::spawn(body(i)));
  for (auto &handle : handles)
    co_await handle;
}

task<> named_and_joined_on_both_branches(int local) {
  auto body = [local]() -> task<> {
    co_await work();
    use(local);
  };
  auto handle = corort::spawn(body());
  if (ready()) {
    co_await handle;
    co_return;
  }
  co_await work();
  co_await handle;
}

task<> named_outside_the_loop(int local) {
  auto body = [local](int more) -> task<> {
    co_await work();
    use(local + more);
  };
  for (int i = 0; i < 3; ++i) {
    auto later = body(i);
    co_await std::move(later);
  }
}

task<> static_closure(int local) {
  static auto body = [local]() -> task<> {
    co_await work();
    use(local);
  };
  corort::spawn(body()).detach();
  return body();
}

task<> callers_closure(const auto &body) {
  corort::spawn(body()).detach();
  return body();
}

auto closure_returned(int local) {
  return [local]() -> task<> {
    co_await work();
    use(local);
  };
}

task<> named_lambda_given(int local) {
  auto body = [local]() -> task<> {
    co_await work();
    use(local);
  };
  corort::spawn(body).detach();
  corort::spawn(std::move(body)).detach();
  co_await work();
}
