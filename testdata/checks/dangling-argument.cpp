// Temporaries that coroutines refer to and that die before the coroutine ends,
// and variables that die before the task is awaited.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-dangling-argument %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using corort::task;

task<> work();
bool ready();
int number();
std::string name();
std::vector<int> numbers();
void use(int);

task<> by_reference(const std::string &text);
task<> by_rvalue(std::string &&text);
task<> by_view(std::string_view text);
task<> by_span(std::span<const int> values);
task<> by_c_string(const char *text);
task<> by_pointer(const int *value);
task<> by_int_reference(const int &value);
task<> by_callable(const std::function<void()> &callable);
task<> by_vector(const std::vector<int> &values);
task<int> size_of(const std::string &text);

//===----------------------------------------------------------------------===//
// Temporaries
//===----------------------------------------------------------------------===//

task<> stored_and_awaited_later() {
  auto later = by_reference(std::string("x"));
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:29: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
  // CHECK-NEXT: :[[#@LINE-3]]:45: note: the temporary is destroyed at the end of this full-expression
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: the task is used here, after that
  // CHECK-NEXT: :[[#@LINE-21]]:40: note: the coroutine keeps 'text' as the reference that it is declared as
}

task<> converted_from_literal() {
  auto later = by_reference("x");
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:29: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
}

task<> spawned() {
  corort::spawn(by_reference("x")).detach();
  // CHECK: :[[#@LINE-1]]:30: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-3]]:43: note: the temporary is destroyed at the end of this full-expression
  // CHECK-NEXT: :[[#@LINE-35]]:40: note: the coroutine keeps 'text' as the reference that it is declared as
  co_await work();
}

task<> spawned_result_of_call() {
  corort::spawn(by_reference(name())).detach();
  // CHECK: :[[#@LINE-1]]:30: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
  co_await work();
}

task<> spawned_concatenation(int id) {
  corort::spawn(by_reference("id " + std::to_string(id))).detach();
  // CHECK: :[[#@LINE-1]]:30: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
  co_await work();
}

task<> handle_awaited_later() {
  auto handle = corort::spawn(by_reference("x"));
  co_await handle;
  // CHECK: :[[#@LINE-2]]:44: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
}

task<> returned() {
  return by_reference("x");
  // CHECK: :[[#@LINE-1]]:23: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: returned to the caller here
  // CHECK-NEXT: :[[#@LINE-3]]:26: note: the temporary is destroyed at the end of this full-expression
  // CHECK-NEXT: :[[#@LINE-62]]:40: note: the coroutine keeps 'text' as the reference that it is declared as
}

task<> returned_on_one_branch(const std::string &text) {
  return ready() ? by_reference(text) : by_reference("x");
  // CHECK: :[[#@LINE-1]]:54: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
}

task<> bound_to_rvalue_reference() {
  auto later = by_rvalue("x");
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:26: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
}

task<> local_moved_to_rvalue_reference(std::string text) {
  auto later = by_rvalue(std::move(text));
  co_await std::move(later);
}

task<> view_of_temporary() {
  auto later = by_view(name());
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:24: warning: coroutine keeps a view of a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
  // CHECK-NEXT: :[[#@LINE-3]]:30: note: the temporary is destroyed at the end of this full-expression
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: the task is used here, after that
}

task<> view_of_part_of_temporary() {
  auto later = by_view(std::string_view(name()).substr(1));
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:24: warning: coroutine keeps a view of a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> span_of_temporary() {
  auto later = by_span(numbers());
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:24: warning: coroutine keeps a view of a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> c_string_of_temporary() {
  auto later = by_c_string(name().c_str());
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:28: warning: coroutine keeps a pointer to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> pointer_out_of_temporary_owner() {
  auto later = by_pointer(std::make_unique<int>(1).get());
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:27: warning: coroutine keeps a pointer to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> data_of_temporary() {
  auto later = by_pointer(numbers().data());
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:27: warning: coroutine keeps a pointer to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> number_by_reference() {
  auto later = by_int_reference(number());
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:33: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> literal_by_reference() {
  auto later = by_int_reference(3);
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:33: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> conversion_makes_a_temporary(short value) {
  auto later = by_int_reference(value);
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:33: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> braced_list() {
  auto later = by_vector({1, 2, 3});
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:26: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> lambda_to_function() {
  auto later = by_callable([] {});
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:28: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> in_a_loop() {
  std::vector<corort::join_handle<>> handles;
  for (int i = 0; i < 3; ++i)
    handles.push_back(corort::spawn(by_reference(std::to_string(i))));
  // CHECK: :[[#@LINE-1]]:50: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
  for (auto &handle : handles)
    co_await handle;
}

task<> one_of_two_branches() {
  std::string text = name();
  auto later = ready() ? by_reference(text) : by_reference("x");
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:60: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
}

task<> in_optional() {
  std::optional<task<>> later;
  if (ready())
    later = by_reference("x");
  // CHECK: :[[#@LINE-1]]:26: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
  if (later)
    co_await *std::move(later);
}

int blocked_on_later() {
  auto later = size_of("x");
  return corort::block_on(std::move(later));
  // CHECK: :[[#@LINE-2]]:24: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
}

task<> combined_and_awaited_later() {
  auto both = corort::when_all(by_reference("x"), work());
  co_await std::move(both);
  // CHECK: :[[#@LINE-2]]:45: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
}

//===----------------------------------------------------------------------===//
// Variables of inner scopes
//===----------------------------------------------------------------------===//

task<> variable_of_inner_scope() {
  task<> later = work();
  {
    std::string text = name();
    later = by_reference(text);
  }
  co_await std::move(later);
  // CHECK: :[[#@LINE-3]]:26: warning: coroutine keeps a reference to 'text', which dies before the task is awaited [coro-dangling-argument]
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'text'
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: the task is used here, after that
  // CHECK-NEXT: :[[#@LINE-200]]:40: note: the coroutine keeps 'text' as the reference that it is declared as
}

task<> variable_of_branch() {
  std::optional<task<>> later;
  if (ready()) {
    std::string text = name();
    later.emplace(by_reference(text));
  }
  if (later)
    co_await *std::move(later);
  // CHECK: :[[#@LINE-4]]:32: warning: coroutine keeps a reference to 'text', which dies before the task is awaited [coro-dangling-argument]
}

task<> variable_of_loop() {
  std::vector<task<>> tasks;
  for (int i = 0; i < 3; ++i) {
    std::string text = std::to_string(i);
    tasks.push_back(by_reference(text));
  }
  for (auto &each : tasks)
    co_await std::move(each);
  // CHECK: :[[#@LINE-4]]:34: warning: coroutine keeps a reference to 'text', which dies before the task is awaited [coro-dangling-argument]
}

task<> copy_of_element(std::vector<std::string> texts) {
  std::vector<task<>> tasks;
  for (std::string text : texts)
    tasks.push_back(by_reference(text));
  for (auto &each : tasks)
    co_await std::move(each);
  // CHECK: :[[#@LINE-3]]:34: warning: coroutine keeps a reference to 'text', which dies before the task is awaited [coro-dangling-argument]
}

task<> counter_of_loop() {
  std::vector<task<>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(by_int_reference(i));
  for (auto &each : tasks)
    co_await std::move(each);
  // CHECK: :[[#@LINE-3]]:38: warning: coroutine keeps a reference to 'i', which dies before the task is awaited [coro-dangling-argument]
}

task<> view_of_variable_of_inner_scope() {
  task<> later = work();
  {
    std::string text = name();
    std::string_view view = text;
    later = by_view(view);
  }
  co_await std::move(later);
  // CHECK: :[[#@LINE-3]]:21: warning: coroutine keeps a view of 'text', which dies before the task is awaited [coro-dangling-argument]
}

task<> variable_of_try() {
  std::optional<task<>> later;
  try {
    std::string text = name();
    later = by_reference(text);
  } catch (...) {
    co_return;
  }
  co_await *std::move(later);
  // CHECK: :[[#@LINE-5]]:26: warning: coroutine keeps a reference to 'text', which dies before the task is awaited [coro-dangling-argument]
}
