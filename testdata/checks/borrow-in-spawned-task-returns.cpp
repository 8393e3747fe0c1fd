// Tasks that refer to locals and leave the function: returned, in containers,
// put into members or into what the caller owns.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using corort::task;

task<> work();
task<> send(const std::string &text);
task<> send_view(std::string_view text);
task<> send_copy(std::string text);
task<> count_up(int &value);
std::string name();
bool ready();

//===----------------------------------------------------------------------===//
// Returned
//===----------------------------------------------------------------------===//

task<> local_by_reference() {
  std::string text = name();
  return send(text);
  // CHECK: :[[#@LINE-1]]:15: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: returned to the caller here
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'text'
  // CHECK-NEXT: :[[#@LINE-17]]:32: note: the coroutine keeps 'text' as the reference that it is declared as
}

task<> parameter_by_reference(std::string text) {
  return send(text);
  // CHECK: :[[#@LINE-1]]:15: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
}

task<> view_of_local() {
  std::string text = name();
  return send_view(text);
  // CHECK: :[[#@LINE-1]]:20: warning: task keeps a view of 'text', which dies before the task ends [coro-borrow-in-spawned-task]
}

task<> by_variable() {
  std::string text = name();
  auto made = send(text);
  return made;
  // CHECK: :[[#@LINE-2]]:20: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
}

task<> on_one_branch(const std::string &theirs) {
  std::string text = name();
  if (ready())
    return send(theirs);
  return send(text);
  // CHECK: :[[#@LINE-1]]:15: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
}

task<> combined() {
  std::string text = name();
  return corort::when_all(send(text), work());
  // CHECK: :[[#@LINE-1]]:32: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
}

std::vector<task<>> in_vector() {
  std::string text = name();
  std::vector<task<>> tasks;
  tasks.push_back(send(text));
  // CHECK: :[[#@LINE-1]]:24: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  return tasks;
}

std::optional<task<>> in_optional() {
  std::string text = name();
  if (ready())
    return send(text);
  // CHECK: :[[#@LINE-1]]:17: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  return std::nullopt;
}

std::pair<int, task<>> in_pair() {
  std::string text = name();
  return {1, send(text)};
  // CHECK: :[[#@LINE-1]]:19: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
}

task<> callers_reference(const std::string &text) { return send(text); }
task<> callers_view(std::string_view text) { return send_view(text); }
task<> local_by_value() {
  std::string text = name();
  return send_copy(text);
}

task<> local_moved() {
  std::string text = name();
  return send_copy(std::move(text));
}

task<> static_local() {
  static const std::string text = "x";
  return send(text);
}

task<> reference_to_callers(std::vector<std::string> &texts) {
  std::string &first = texts.front();
  return send(first);
}

std::vector<task<>> of_callers_elements(const std::vector<std::string> &texts) {
  std::vector<task<>> tasks;
  for (const std::string &text : texts)
    tasks.push_back(send(text));
  return tasks;
}

int value_computed() {
  std::string text = name();
  return corort::block_on(
      [&]() -> task<int> { co_return static_cast<int>(text.size()); }());
}

//===----------------------------------------------------------------------===//
// Kept elsewhere
//===----------------------------------------------------------------------===//

void into_callers_vector(std::vector<task<>> &out) {
  std::string text = name();
  out.push_back(send(text));
  // CHECK: :[[#@LINE-1]]:22: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:17: note: the task leaves here: it is kept outside the function
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'text'
  // CHECK-NEXT: :[[#@LINE-119]]:32: note: the coroutine keeps 'text' as the reference that it is declared as
}

void into_callers_variable(task<> &out) {
  int local = 0;
  out = count_up(local);
  // CHECK: :[[#@LINE-1]]:18: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void into_callers_handles(std::vector<corort::join_handle<>> &out) {
  int local = 0;
  out.push_back(corort::spawn(count_up(local)));
  // CHECK: :[[#@LINE-1]]:40: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

class Agent {
public:
  void keeps_task_of_local() {
    int local = 0;
    later_ = count_up(local);
    // CHECK: :[[#@LINE-1]]:23: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  }
  void keeps_handle_of_parameter(int parameter) {
    handle_ = corort::spawn(count_up(parameter));
    // CHECK: :[[#@LINE-1]]:38: warning: task keeps a reference to 'parameter', which dies before the task ends [coro-borrow-in-spawned-task]
  }
  void collects(std::string text) {
    tasks_.push_back(send(text));
    // CHECK: :[[#@LINE-1]]:27: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  }
  void keeps_task_of_member() { later_ = count_up(value_); }
  void collects_value(std::string text) {
    tasks_.push_back(send_copy(std::move(text)));
  }
  void collects_callers(const std::string &text) {
    tasks_.push_back(send(text));
  }

private:
  int value_ = 0;
  std::optional<task<>> later_;
  corort::join_handle<> handle_;
  std::vector<task<>> tasks_;
};

std::map<int, task<>> all_tasks;

void into_a_global() {
  int local = 0;
  all_tasks.emplace(1, count_up(local));
  // CHECK: :[[#@LINE-1]]:33: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void elements_of_callers(std::vector<task<>> &out,
                         std::vector<std::string> &texts) {
  for (std::string &text : texts)
    out.push_back(send(text));
}

/// Nobody else sees this one.
task<> into_own_vector() {
  std::string text = name();
  std::vector<task<>> tasks;
  tasks.push_back(send(text));
  for (auto &each : tasks)
    co_await std::move(each);
}

void replaced_before_it_leaves(task<> &out) {
  int local = 0;
  auto made = count_up(local);
  out = work();
  (void)made;
}
