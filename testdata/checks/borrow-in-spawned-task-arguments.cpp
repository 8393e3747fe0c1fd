// Tasks that borrow through their arguments or through `this`.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using corort::task;

task<> work();
void use(int);
void use(const std::string &);

task<> by_reference(const std::string &text);
task<> by_view(std::string_view text);
task<> by_pointer(const int *value);
task<int> count(std::vector<int> &values);

/// Like `corort::spawn`, and less picky.
template <class F, class... Args>
COROLINT_SPAWN(0, "on=other-thread", "keeps=yes", "returns=nothing")
void launch(F body, Args... args);

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

task<> argument_by_reference() {
  std::string text = "x";
  corort::spawn(by_reference(text)).detach();
  // CHECK: :[[#@LINE-1]]:30: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'text' of type 'std::string' is destroyed at the end of this scope
  co_await work();
}

task<> argument_by_pointer() {
  int local = 0;
  corort::spawn(by_pointer(&local)).detach();
  // CHECK: :[[#@LINE-1]]:28: warning: task keeps a pointer to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'local' of type 'int' is destroyed at the end of this scope
  co_await work();
}

task<> argument_by_view() {
  std::string text = "x";
  corort::spawn(by_view(text)).detach();
  // CHECK: :[[#@LINE-1]]:25: warning: task keeps a view of 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'text' of type 'std::string' is destroyed at the end of this scope
  co_await work();
}

task<> argument_by_ref_wrapper() {
  std::string text = "x";
  launch(by_reference, std::ref(text));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> argument_vouched_for() {
  std::string text = "x";
  corort::spawn(by_reference, corort::unsafe_send(std::ref(text))).detach();
  co_await work();
}

task<> argument_returned(std::string text) {
  return by_reference(text);
  // CHECK: :[[#@LINE-1]]:23: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: {{.*}}returned to the caller here
}

task<int> local_returned() {
  std::vector<int> values{1, 2};
  return count(values);
  // CHECK: :[[#@LINE-1]]:16: warning: task keeps a reference to 'values', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: {{.*}}returned to the caller here
  // CHECK-NEXT: :[[#@LINE+1]]:1: note: 'values' of type 'std::vector<int>' is destroyed at the end of this scope
}

//===----------------------------------------------------------------------===//
// this
//===----------------------------------------------------------------------===//

class Session {
public:
  void captured_this() {
    corort::spawn([this]() -> task<> {
      use(value_);
      co_return;
    }).detach();
    // CHECK: :[[#@LINE-4]]:20: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }

  void member_coroutine() {
    corort::spawn(run()).detach();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }

  task<> joined_this() {
    auto handle = corort::spawn(run());
    co_await handle;
  }

  task<> awaited_this() { co_await run(); }

private:
  task<> run();
  int value_ = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
  void kept_by_self() {
    corort::spawn([this, self = shared_from_this()]() -> task<> {
      use(value_);
      co_return;
    }).detach();
  }

  void kept_by_self_argument() {
    corort::spawn(serve(shared_from_this())).detach();
  }

  void kept_by_self_only() {
    corort::spawn([self = shared_from_this()]() -> task<> {
      co_await self->run();
    }).detach();
  }

private:
  task<> serve(std::shared_ptr<Connection> self);
  task<> run();
  int value_ = 0;
};
