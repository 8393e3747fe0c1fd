// Tasks that are used as their results, and near misses.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-task-as-value %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include "corort/corort.hpp"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

task<bool> allowed();
task<bool> allowed_by(const std::string &name);
task<int> fetch();
task<> flush();
task<task<bool>> nested();
eager<bool> start();
corort::task<bool> ask();
void touch();
void take(task<bool> t);
bool ready();

//===----------------------------------------------------------------------===//
// Tested
//===----------------------------------------------------------------------===//

task<> tested() {
  if (allowed())
    // CHECK: :[[#@LINE-1]]:7: warning: the 'task<bool>' of 'allowed' is tested without being awaited [coro-task-as-value]
    // CHECK-NEXT: :19:12: note: 'allowed' returns a 'task<bool>', whose result 'co_await' gives
    // CHECK-NEXT: task.hpp:{{[0-9:]+}}: note: this says whether there is a task, nothing of what it gives
    touch();
  if (!allowed())
    // CHECK: :[[#@LINE-1]]:8: warning: the 'task<bool>' of 'allowed' is tested without being awaited [coro-task-as-value]
    co_return;
  while (allowed_by("x"))
    // CHECK: :[[#@LINE-1]]:10: warning: the 'task<bool>' of 'allowed_by' is tested without being awaited [coro-task-as-value]
    touch();
  do
    touch();
  while (allowed());
  // CHECK: :[[#@LINE-1]]:10: warning: the 'task<bool>' of 'allowed' is tested {{.*}}
  for (; allowed();)
    // CHECK: :[[#@LINE-1]]:10: warning: the 'task<bool>' of 'allowed' is tested {{.*}}
    touch();
  co_await work();
}

task<> tested_in_operators() {
  const bool both = ready() && allowed();
  // CHECK: :[[#@LINE-1]]:32: warning: the 'task<bool>' of 'allowed' is tested {{.*}}
  const bool either = allowed() || ready();
  // CHECK: :[[#@LINE-1]]:23: warning: the 'task<bool>' of 'allowed' is tested {{.*}}
  const int choice = allowed() ? 1 : 2;
  // CHECK: :[[#@LINE-1]]:22: warning: the 'task<bool>' of 'allowed' is tested {{.*}}
  const bool cast = static_cast<bool>(allowed());
  // CHECK: :[[#@LINE-1]]:39: warning: the 'task<bool>' of 'allowed' is tested {{.*}}
  bool initialised(allowed());
  // CHECK: :[[#@LINE-1]]:20: warning: the 'task<bool>' of 'allowed' is tested {{.*}}
  assert(allowed());
  // CHECK: :[[#@LINE-1]]:10: warning: the 'task<bool>' of 'allowed' is tested {{.*}}
  if ((ready() ? allowed() : allowed_by("x")))
    // CHECK: :[[#@LINE-1]]:8: warning: the 'task<bool>' of 'ready() ? allowed() : allowed_by("x")' is tested {{.*}}
    touch();
  co_await work();
}

bool tested_in_a_plain_function() {
  if (fetch())
    // CHECK: :[[#@LINE-1]]:7: warning: the 'task<int>' of 'fetch' is tested {{.*}}
    return true;
  return bool(ask());
  // CHECK: :[[#@LINE-1]]:15: warning: the 'task<bool>' of 'ask' is tested {{.*}}
}

task<> tested_without_a_result() {
  if (flush())
    // CHECK: :[[#@LINE-1]]:7: warning: the 'task<>' of 'flush' is tested without being awaited [coro-task-as-value]
    // CHECK-NEXT: :22:8: note: 'flush' returns a 'task<>', which 'co_await' waits for
    touch();
  co_await work();
}

task<> tested_lambda() {
  auto check = []() -> task<bool> { co_return co_await allowed(); };
  if (check())
    // CHECK: :[[#@LINE-1]]:7: warning: the 'task<bool>' of 'check()' is tested {{.*}}
    touch();
  co_await work();
}

struct Session {
  task<bool> alive() const;
  explicit operator bool() const;
};

task<> tested_member(Session &session) {
  if (!session.alive())
    // CHECK: :[[#@LINE-1]]:8: warning: the 'task<bool>' of 'alive' is tested {{.*}}
    co_return;
  if (session)
    co_await work();
}

task<> awaited_once() {
  if (co_await nested())
    // CHECK: :[[#@LINE-1]]:7: warning: the 'task<bool>' of 'co_await nested()' is tested without being awaited [coro-task-as-value]
    touch();
  auto inner = co_await nested();
  if (inner)
    // CHECK: :[[#@LINE-1]]:7: warning: 'inner' is tested without being awaited: it is a 'task<bool>', not its result [coro-task-as-value]
    touch();
}

task<> tested_variable() {
  auto ok = allowed();
  if (!ok)
    // CHECK: :[[#@LINE-1]]:8: warning: 'ok' is tested without being awaited: it is a 'task<bool>', not its result [coro-task-as-value]
    co_return;
  co_await work();
}

task<> tested_condition_variable() {
  if (auto ok = allowed())
    // CHECK: :[[#@LINE-1]]:12: warning: 'ok' is tested without being awaited: {{.*}}
    touch();
  if (const auto &ok = allowed(); ok)
    // CHECK: :[[#@LINE-1]]:35: warning: 'ok' is tested without being awaited: {{.*}}
    touch();
  co_await work();
}

template <class T> task<> in_template(T value) {
  if (allowed())
    // CHECK: :[[#@LINE-1]]:7: warning: the 'task<bool>' of 'allowed' is tested {{.*}}
    touch();
  if (value())
    // CHECK: :[[#@LINE-1]]:7: warning: the 'task<int>' of {{.*}} is tested {{.*}}
    touch();
  co_await work();
}

task<> instantiates() { co_await in_template(fetch); }

void predicates(std::vector<std::string> &names) {
  if (std::any_of(names.begin(), names.end(), allowed_by))
    // CHECK: :[[#@LINE-1]]:47: warning: the 'task<bool>' that each call returns is tested by 'any_of' without being awaited [coro-task-as-value]
    touch();
  std::erase_if(names, [](const auto &name) { return allowed_by(name); });
  // CHECK: :[[#@LINE-1]]:24: warning: the 'task<bool>' that each call returns is tested by 'erase_if' {{.*}}
}

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

task<> awaited() {
  if (co_await allowed())
    touch();
  if (!co_await allowed() || co_await fetch() == 3)
    co_return;
  while (co_await co_await nested())
    touch();
  std::cout << co_await fetch();
}

/// Whether there is a task to await.
task<bool> presence(task<bool> t, std::optional<task<bool>> maybe,
                    std::unique_ptr<task<bool>> owned) {
  if (!t)
    co_return false;
  if (maybe)
    co_await *maybe;
  if (owned && co_await *owned)
    touch();
  auto own = allowed();
  if (own)
    co_await std::move(own);
  if (auto other = allowed())
    take(std::move(other));
  co_return co_await t;
}

bool has(const task<bool> &t) { return bool(t); }

class Holder {
public:
  bool busy() const { return bool(task_); }
  void set() {
    if (!task_)
      task_ = allowed();
  }

private:
  task<bool> task_;
};

std::optional<task<bool>> maybe_allowed();
std::unique_ptr<task<bool>> owned_allowed();
task<bool> &kept();
generator<bool> bits();

void not_tasks() {
  if (maybe_allowed())
    touch();
  if (owned_allowed())
    touch();
  if (kept())
    touch();
  static_assert(sizeof(bool(allowed())) == 1);
  static_assert(!noexcept(bool(allowed())));
}

template <class T> bool uninstantiated(T value) {
  return value() && bool(value.fetch());
}

/// Runs when it is converted: its result is what is tested.
template <class T> struct deferred_value {
  struct promise_type {
    deferred_value get_return_object();
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_value(T);
    void unhandled_exception();
  };
  reading<T> operator co_await() const noexcept;
  operator T() const;
};

deferred_value<bool> later();

void converted_to_its_result() {
  if (later())
    touch();
}
