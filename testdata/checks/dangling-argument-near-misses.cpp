// Arguments that live as long as the coroutines that refer to them.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-dangling-argument,coro-borrow-in-spawned-task,coro-capture-outlives-closure %s -- -std=c++20 %runtime | %FileCheck %s

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

task<> by_value(std::string text);
task<> by_reference(const std::string &text);
task<> by_view(std::string_view text);
task<> by_span(std::span<const int> values);
task<> by_c_string(const char *text);
task<> by_int_reference(const int &value);
task<> by_owner(std::unique_ptr<int> owner);
task<> by_shared(std::shared_ptr<int> owner);
task<> by_function(std::function<void()> callable);
task<> by_numbers(std::vector<int> values);
task<int> size_of(const std::string &text);

//===----------------------------------------------------------------------===//
// Waited for in the statement that makes them
//===----------------------------------------------------------------------===//

task<> awaited_at_once() {
  co_await by_reference(std::string("x"));
  co_await by_view(name());
  co_await by_int_reference(number());
  co_await by_span(numbers());
}

task<int> awaited_in_expression() {
  co_return co_await size_of("x") + co_await size_of(name());
}

task<> awaited_in_condition() {
  if (co_await size_of("x") > 1)
    co_await work();
  while (co_await size_of(name()) > 1)
    co_await work();
}

task<> awaited_in_initialiser() {
  int size = co_await size_of("x");
  auto more = co_await size_of(name());
  use(size + more);
}

task<> spawned_and_awaited_at_once() {
  co_await corort::spawn(by_reference("x"));
}

task<> awaited_with_others() {
  co_await corort::when_all(by_reference("x"), by_view(name()));
}

int blocked_on_at_once() { return corort::block_on(size_of("x")); }

task<> awaited_through_move() { co_await std::move(by_reference("x")); }

//===----------------------------------------------------------------------===//
// Kept by the coroutine, or by nobody
//===----------------------------------------------------------------------===//

task<> taken_by_value() {
  corort::spawn(by_value("x")).detach();
  corort::spawn(by_value(name())).detach();
  corort::spawn(by_owner(std::make_unique<int>(1))).detach();
  corort::spawn(by_shared(std::make_shared<int>(1))).detach();
  corort::spawn(by_function([] {})).detach();
  corort::spawn(by_numbers({1, 2, 3})).detach();
  auto later = by_value(name());
  co_await std::move(later);
}

task<> returned_by_value() { return by_value("x"); }

/// The spawn keeps what it calls the coroutine with.
task<> given_to_the_spawn() {
  corort::spawn(by_reference, std::string("x")).detach();
  corort::spawn(by_reference, name()).detach();
  co_await work();
}

task<> literals() {
  corort::spawn(by_view("x")).detach();
  corort::spawn(by_c_string("x")).detach();
  auto later = by_view("x");
  co_await std::move(later);
}

constexpr int constants[] = {1, 2};
const std::string global_name = "x";

task<> statics() {
  static const std::string text = "x";
  corort::spawn(by_reference(text)).detach();
  corort::spawn(by_reference(global_name)).detach();
  corort::spawn(by_span(constants)).detach();
  co_await work();
}

const std::string &known_name();

task<> references_of_others(const std::string &text) {
  corort::spawn(by_reference(known_name())).detach();
  corort::spawn(by_reference(text)).detach();
  auto later = by_reference(text);
  co_await std::move(later);
}

task<> forwarded(const std::string &text) { return by_reference(text); }

template <class T> task<> forwarded_rvalue(T &&text) {
  return by_reference(std::forward<T>(text));
}

//===----------------------------------------------------------------------===//
// Variables that outlive the task
//===----------------------------------------------------------------------===//

task<> named_argument() {
  std::string text = name();
  auto later = by_reference(text);
  co_await std::move(later);
}

/// A reference makes its temporary live as long as itself.
task<> temporary_with_a_reference() {
  const std::string &text = name();
  auto &&numbers_of_it = numbers();
  auto later = by_reference(text);
  auto more = by_span(numbers_of_it);
  co_await std::move(later);
  co_await std::move(more);
}

task<> awaited_in_the_inner_scope() {
  task<> later = work();
  {
    std::string text = name();
    later = by_reference(text);
    co_await std::move(later);
  }
}

task<> awaited_on_each_pass() {
  for (int i = 0; i < 3; ++i) {
    std::string text = std::to_string(i);
    auto later = by_reference(text);
    co_await std::move(later);
  }
}

task<> elements_by_reference(std::vector<std::string> texts) {
  std::vector<task<>> tasks;
  for (const std::string &text : texts)
    tasks.push_back(by_reference(text));
  for (auto &each : tasks)
    co_await std::move(each);
}

task<> collected_and_awaited_together(std::vector<std::string> texts) {
  std::vector<task<>> tasks;
  for (auto &text : texts)
    tasks.push_back(by_view(text));
  co_await corort::when_all(std::move(tasks));
}

task<> argument_outside_the_branch() {
  std::string text = name();
  std::optional<task<>> later;
  if (ready())
    later = by_reference(text);
  if (later)
    co_await *std::move(later);
}

/// The first one dies with the variable, unawaited.
task<> replaced_before_it_is_awaited() {
  task<> later = work();
  {
    std::string text = name();
    later = by_reference(text);
    later = work();
  }
  co_await std::move(later);
}

void never_awaited() {
  auto later = by_reference("x");
  (void)later;
}

//===----------------------------------------------------------------------===//
// Plain functions
//===----------------------------------------------------------------------===//

task<> copies(const std::string &text) { return by_value(text); }
task<int> measures(const std::string &text);
task<> ignores(const std::string &, int id) {
  return by_int_reference(id > 0 ? constants[0] : constants[1]);
}

task<> through_functions_that_copy() {
  auto later = copies("x");
  co_await std::move(later);
  auto more = ignores("x", 1);
  co_await std::move(more);
}

int plain_result(const std::string &text);

task<> value_of_temporary() {
  corort::spawn(by_value(std::to_string(plain_result("x")))).detach();
  co_await work();
}
