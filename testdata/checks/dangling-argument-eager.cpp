// Coroutines that run from their start, and generators: what they read before
// they suspend is still there.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-dangling-argument,coro-capture-outlives-closure %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <string>
#include <string_view>
#include <vector>

std::string name();
std::vector<int> numbers();
void use(int);
void use(const std::string &);
task<> by_value(std::string text);

//===----------------------------------------------------------------------===//
// Eager
//===----------------------------------------------------------------------===//

detached read_later(const std::string &text) {
  co_await work();
  use(text);
}

detached read_first(const std::string &text) {
  use(text);
  co_await work();
}

detached read_in_first_operand(const std::string &text) {
  co_await by_value(text);
  co_await work();
}

detached read_on_each_pass(const std::string &text) {
  for (int i = 0; i < 3; ++i) {
    use(text);
    co_await work();
  }
}

detached copied_first(const std::string &text) {
  std::string own = text;
  co_await work();
  use(own);
}

detached never_suspends(const std::string &text) {
  co_await ready_now();
  use(text);
}

eager<> unseen(const std::string &text);

void temporary_read_later() {
  read_later("x");
  // CHECK: :[[#@LINE-1]]:14: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: the task leaves here: 'read_later' does not wait for it
  // CHECK-NEXT: :[[#@LINE-3]]:17: note: the temporary is destroyed at the end of this full-expression
  // CHECK-NEXT: :[[#@LINE-40]]:40: note: the coroutine keeps 'text' as the reference that it is declared as
  // CHECK-NEXT: :[[#@LINE-5]]:14: note: take 'text' by value
}

void temporary_read_on_each_pass() {
  read_on_each_pass("x");
  // CHECK: :[[#@LINE-1]]:21: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
}

eager<> eager_task_awaited_later() {
  auto later = unseen("x");
  co_await later;
  // CHECK: :[[#@LINE-2]]:23: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
}

void temporary_read_first() {
  read_first("x");
  read_in_first_operand("x");
  copied_first("x");
  never_suspends("x");
}

eager<> eager_task_awaited_at_once() { co_await unseen("x"); }

void callers_string(const std::string &text) { read_later(text); }

void captures_read_later(int local) {
  [local]() -> detached {
    co_await work();
    use(local);
  }();
  // CHECK: :[[#@LINE-4]]:3: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

void captures_read_first(int local) {
  [local]() -> detached {
    use(local);
    co_await work();
  }();
  [local]() -> detached { co_await save(local); }();
}

void captures_moved_out_first(std::string text) {
  [text = std::move(text)]() mutable -> detached {
    std::string own = std::move(text);
    co_await work();
    use(own);
  }();
}

void no_captures(int local) {
  [](int local) -> detached {
    co_await work();
    use(local);
  }(local);
}

//===----------------------------------------------------------------------===//
// Generators
//===----------------------------------------------------------------------===//

generator<int> each_of(const std::vector<int> &values) {
  for (int value : values)
    co_yield value;
}

generator<int> up_to(int limit) {
  for (int i = 0; i < limit; ++i)
    co_yield i;
}

generator<std::string_view> words_of(std::string_view text) { co_yield text; }

generator<int> twice(generator<int> values) {
  for (int value : values)
    co_yield 2 * value;
}

struct Numbers {
  std::vector<int> values;
  generator<int> all() {
    for (int value : values)
      co_yield value;
  }
};

int consume(generator<int> values);

/// Before C++23 temporaries in the header die before the first pass.
void temporary_in_loop_header() {
  for (int value : each_of(numbers()))
    use(value);
  // CHECK: :[[#@LINE-2]]:28: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

void temporary_in_chain() {
  for (int value : twice(each_of(numbers())))
    use(value);
  // CHECK: :[[#@LINE-2]]:34: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

void temporary_view() {
  for (std::string_view word : words_of(name()))
    use(static_cast<int>(word.size()));
  // CHECK: :[[#@LINE-2]]:41: warning: coroutine keeps a view of a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

void temporary_object() {
  for (int value : Numbers{numbers()}.all())
    use(value);
  // CHECK: :[[#@LINE-2]]:20: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

void called_lambda_in_loop_header(int limit) {
  for (int value : [limit]() -> generator<int> { co_yield limit; }())
    use(value);
  // CHECK: :[[#@LINE-2]]:20: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

generator<int> generator_returned(std::vector<int> values) {
  return [values]() -> generator<int> {
    for (int value : values)
      co_yield value;
  }();
  // CHECK: :[[#@LINE-4]]:10: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

void values_with_a_name() {
  auto values = numbers();
  for (int value : each_of(values))
    use(value);
  for (int value : twice(each_of(values)))
    use(value);
  for (int value : up_to(3))
    use(value);
  for (std::string_view word : words_of("literal"))
    use(static_cast<int>(word.size()));
}

int consumed_at_once(int limit) {
  return consume(each_of(numbers())) +
         consume([limit]() -> generator<int> { co_yield limit; }());
}

void named_lambda(int limit) {
  auto make = [&]() -> generator<int> { co_yield limit; };
  for (int value : make())
    use(value);
}
