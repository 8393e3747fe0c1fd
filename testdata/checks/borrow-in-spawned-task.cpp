// Tasks that outlive the scope whose variables they borrow, and near misses.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using corort::task;

task<> work();
bool ready();
void use(int);
void use(const std::string &);

task<> by_reference(const std::string &text);
task<> by_value(std::string text);
task<> by_view(std::string_view text);
task<> by_pointer(const int *value);
task<int> count(std::vector<int> &values);

int global = 0;

//===----------------------------------------------------------------------===//
// Captures
//===----------------------------------------------------------------------===//

task<> captured_by_reference() {
  int local = 0;
  corort::spawn([&local]() -> task<> {
    use(local);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:19: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-5]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'local' of type 'int' is destroyed at the end of this scope
  co_await work();
}

task<> captured_by_default() {
  int local = 0;
  corort::spawn([&]() -> task<> {
    use(local);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:18: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-5]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'local' of type 'int' is destroyed at the end of this scope
  co_await work();
}

task<> captured_as_reference_by_init() {
  int local = 0;
  corort::spawn([&alias = local]() -> task<> {
    use(alias);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:19: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> captured_as_pointer() {
  int local = 0;
  corort::spawn([pointer = &local]() -> task<> {
    use(*pointer);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:18: warning: task keeps a pointer to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> captured_from_nested_scope() {
  if (ready()) {
    std::string text = "x";
    corort::spawn([&text]() -> task<> {
      use(text);
      co_return;
    }).detach();
    // CHECK: :[[#@LINE-4]]:21: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
    // CHECK-NEXT: :[[#@LINE-5]]:5: note: the task leaves here: 'spawn' runs it on another thread
    // CHECK-NEXT: :[[#@LINE+1]]:3: note: 'text' of type 'std::string' is destroyed at the end of this scope
  }
  co_await work();
}

task<> captured_loop_variable(std::vector<int> values) {
  for (int value : values)
    corort::spawn([&value]() -> task<> {
      use(value);
      co_return;
    }).detach();
  // CHECK: :[[#@LINE-4]]:21: warning: task keeps a reference to 'value', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> captured_parameter(std::string text) {
  corort::spawn([&text]() -> task<> {
    use(text);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:19: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-5]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'text' of type 'std::string' is destroyed at the end of this scope
  co_await work();
}

task<> captured_in_named_lambda() {
  int local = 0;
  auto body = [&local]() -> task<> {
    use(local);
    co_return;
  };
  // CHECK: :[[#@LINE-4]]:17: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  corort::spawn(body).detach();
  co_await work();
}

void captured_in_plain_function() {
  int local = 0;
  corort::spawn([&local]() -> task<> {
    use(local);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:19: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-5]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+1]]:1: note: 'local' of type 'int' is destroyed at the end of this scope
}

task<> two_captures_two_findings() {
  int first = 0;
  int second = 0;
  corort::spawn([&first, &second]() -> task<> {
    use(first + second);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:19: warning: task keeps a reference to 'first', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK: :[[#@LINE-5]]:27: warning: task keeps a reference to 'second', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> handle_detached_later() {
  int local = 0;
  auto handle = corort::spawn([&local]() -> task<> {
    use(local);
    co_return;
  });
  // CHECK: :[[#@LINE-4]]:33: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
  handle.detach();
}

task<> joined_on_one_branch_only() {
  int local = 0;
  auto handle = corort::spawn([&local]() -> task<> {
    use(local);
    co_return;
  });
  // CHECK: :[[#@LINE-4]]:33: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  if (ready())
    co_await handle;
  else
    handle.detach();
}

corort::join_handle<> handle_returned() {
  int local = 0;
  return corort::spawn([&local]() -> task<> {
    use(local);
    co_return;
  });
  // CHECK: :[[#@LINE-4]]:26: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

task<> handle_awaited() {
  int local = 0;
  auto handle = corort::spawn([&local]() -> task<> {
    use(local);
    co_return;
  });
  co_await handle;
}

task<> handle_awaited_at_once() {
  int local = 0;
  co_await corort::spawn([&local]() -> task<> {
    use(local);
    co_return;
  });
}

task<> argument_awaited_at_once() {
  std::string text = "x";
  co_await corort::spawn(by_reference(text));
}

task<> joined_on_both_branches() {
  int local = 0;
  auto handle = corort::spawn([&local]() -> task<> {
    use(local);
    co_return;
  });
  if (ready()) {
    use(1);
    co_await handle;
  } else {
    co_await handle;
  }
}

task<> handles_collected_and_awaited() {
  int local = 0;
  std::vector<corort::join_handle<>> handles;
  for (int i = 0; i < 4; ++i)
    handles.push_back(corort::spawn([&local]() -> task<> {
      use(local);
      co_return;
    }));
  for (auto &handle : handles)
    co_await handle;
}

task<> captured_by_value() {
  int local = 0;
  corort::spawn([local]() -> task<> {
    use(local);
    co_return;
  }).detach();
  co_await work();
}

task<> captured_by_value_default() {
  int local = 0;
  corort::spawn([=]() -> task<> {
    use(local);
    co_return;
  }).detach();
  co_await work();
}

task<> captured_by_move() {
  auto owner = std::make_unique<int>(1);
  corort::spawn([owner = std::move(owner)]() -> task<> {
    use(*owner);
    co_return;
  }).detach();
  co_await work();
}

task<> captured_shared_pointer() {
  auto shared = std::make_shared<std::string>("x");
  corort::spawn([shared]() -> task<> {
    use(*shared);
    co_return;
  }).detach();
  co_await work();
}

task<> captured_nothing() {
  corort::spawn([&]() -> task<> {
    use(global);
    co_return;
  }).detach();
  co_await work();
}

task<> captured_static() {
  static int local = 0;
  corort::spawn([&]() -> task<> {
    use(local);
    co_return;
  }).detach();
  co_await work();
}

task<> captured_global_by_address() {
  corort::spawn([pointer = &global]() -> task<> {
    use(*pointer);
    co_return;
  }).detach();
  co_await work();
}

task<> argument_by_value() {
  std::string text = "x";
  corort::spawn(by_value(text)).detach();
  corort::spawn(by_value(std::move(text))).detach();
  co_await work();
}

task<> argument_given_to_the_spawn() {
  std::string text = "x";
  corort::spawn(by_value, text).detach();
  co_await work();
}

task<> forwarded_reference(const std::string &text) {
  return by_reference(text);
}

void forwarded_reference_spawned(const std::string &text) {
  corort::spawn(by_reference(text)).detach();
}

void forwarded_capture(int &callers) {
  corort::spawn([&callers]() -> task<> {
    use(callers);
    co_return;
  }).detach();
}

task<> awaited_with_locals() {
  std::string text = "x";
  co_await by_reference(text);
}

task<> awaited_together() {
  std::string text = "x";
  co_await corort::when_all(by_reference(text), by_view(text));
}

task<> made_by_a_lambda(std::vector<int> ids) {
  std::string text = "x";
  std::vector<int> results(ids.size());
  auto make = [&text](int) -> task<> { return by_reference(text); };
  std::vector<task<>> tasks;
  for (int id : ids) {
    tasks.push_back(make(id));
    tasks.push_back([&](int i) { return by_pointer(&results[i]); }(id));
  }
  co_await corort::when_all(std::move(tasks));
}

task<int> awaited_in_co_return() {
  std::vector<int> values{1, 2};
  co_return co_await count(values);
}

void never_invoked() {
  int local = 0;
  auto body = [&local]() -> task<> {
    use(local);
    co_return;
  };
  (void)body;
}

void run_to_its_end() {
  int local = 0;
  corort::block_on([&local]() -> task<> {
    use(local);
    co_return;
  }());
}

int run_with_locals() {
  std::vector<int> values{1, 2};
  return corort::block_on(count(values));
}

void spawned_and_blocked_on() {
  int local = 0;
  corort::block_on([](int &local) -> task<> {
    auto handle = corort::spawn([&local]() -> task<> {
      use(local);
      co_return;
    });
    co_await handle;
  }(local));
}

task<> offloaded_and_awaited() {
  int local = 0;
  co_await corort::spawn_blocking([&local] { use(local); });
}

void called_now(std::vector<int> &values) {
  int sum = 0;
  for (int value : values)
    [&] { sum += value; }();
  use(sum);
}
