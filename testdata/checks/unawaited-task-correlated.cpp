// Branches that depend on each other: whether the path that makes a task and
// the path that leaves it can be one.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <optional>
#include <vector>

using corort::task;

task<int> fetch(int);
task<> flush();
task<> save(int);
task<> await_all(std::vector<task<>> tasks);
bool ready();
void touch();
void use(int);
void run(task<> t);

enum class Mode { fast, slow, none };

struct Config {
  bool enabled;
  bool verbose;
};

//===----------------------------------------------------------------------===//
// Stored under one condition, awaited under another
//===----------------------------------------------------------------------===//

task<> two_flags(bool wanted, bool now) {
  task<> t;
  if (wanted)
    t = flush();
    // CHECK: :[[#@LINE-1]]:9: warning: 't' is not awaited on every path, so 'flush' does not always run [coro-unawaited-task]
    // CHECK-NEXT: :[[#@LINE-3]]:7: note: this condition is true on the way
    // CHECK-NEXT: :[[#@LINE+3]]:7: note: this condition is false on the way
    // CHECK-NEXT: :[[#@LINE+4]]:1: note: 't' is dropped here
    // CHECK-NEXT: note: 'flush' returns a '{{task<(void)?>}}', which does nothing until it is awaited
  if (now)
    co_await std::move(t);
}

task<> nested_flags(const Config &config) {
  auto t = flush();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is not awaited on every path, so 'flush' does not always run [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+3]]:7: note: this condition is true on the way
  // CHECK-NEXT: :[[#@LINE+3]]:9: note: this condition is false on the way
  // CHECK-NEXT: :[[#@LINE+7]]:1: note: 't' is dropped here
  if (config.enabled) {
    if (config.verbose)
      co_await std::move(t);
  } else {
    co_await std::move(t);
  }
}

task<> early_return_past_a_filled_vector(const std::vector<int> &ids) {
  std::vector<task<>> tasks;
  for (int id : ids)
    tasks.push_back(save(id));
    // CHECK: :[[#@LINE-1]]:21: warning: 'tasks' is not awaited on every path, so 'save' does not always run [coro-unawaited-task]
  if (ready())
    co_return;
  for (auto &t : tasks)
    co_await std::move(t);
}

task<> early_return_by_an_error() {
  auto cleanup = save(9);
  // CHECK: :[[#@LINE-1]]:8: warning: 'cleanup' is not awaited on every path, so 'save' does not always run [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+2]]:38: note: this condition is true on the way
  // CHECK-NEXT: :[[#@LINE+2]]:5: note: 'cleanup' is dropped here
  if (int error = co_await fetch(1); error < 0)
    co_return;
  co_await std::move(cleanup);
}

task<int> early_return_by_a_result() {
  auto first = fetch(1);
  auto second = fetch(2);
  // CHECK: :[[#@LINE-1]]:8: warning: 'second' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+3]]:7: note: this condition is true on the way
  // CHECK-NEXT: :[[#@LINE+3]]:5: note: 'second' is dropped here
  int value = co_await std::move(first);
  if (value == 0)
    co_return 0;
  co_return value + co_await std::move(second);
}

task<> one_enumerator_missing(Mode mode) {
  auto t = flush();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is not awaited on every path, so 'flush' does not always run [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+11]]:1: note: 't' is dropped here
  switch (mode) {
  case Mode::fast:
    co_await std::move(t);
    break;
  case Mode::slow:
    run(std::move(t));
    break;
  case Mode::none:
    break;
  }
}

task<> overwritten_the_last_time_round() {
  auto next = fetch(0);
  for (int i = 1; i < 9; ++i) {
    int value = co_await std::move(next);
    next = fetch(i);
    // CHECK: :[[#@LINE-1]]:12: warning: 'next' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
    use(value);
  }
}

task<> one_of_two_arms(bool which) {
  auto first = save(1);
  // CHECK: :[[#@LINE-1]]:8: warning: 'first' is not awaited on every path, so 'save' does not always run [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+6]]:13: note: this condition is false on the way
  // CHECK-NEXT: :[[#@LINE+6]]:1: note: 'first' is dropped here
  auto second = save(2);
  // CHECK: :[[#@LINE-1]]:8: warning: 'second' is not awaited on every path, so 'save' does not always run [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+2]]:13: note: this condition is true on the way
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'second' is dropped here
  co_await (which ? std::move(first) : std::move(second));
}

//===----------------------------------------------------------------------===//
// Flags
//===----------------------------------------------------------------------===//

task<> one_flag(bool wanted) {
  task<> t;
  if (wanted)
    t = flush();
  touch();
  if (wanted)
    co_await std::move(t);
}

task<> one_flag_negated(bool skip) {
  task<> t;
  if (!skip)
    t = flush();
  if (skip)
    co_return;
  co_await std::move(t);
}

task<> a_flag_set_with_it() {
  bool have = false;
  task<> t;
  if (ready()) {
    t = flush();
    have = true;
  }
  if (have)
    co_await std::move(t);
}

task<> one_member(const Config &config) {
  task<> t;
  if (config.enabled)
    t = flush();
  touch();
  if (config.enabled)
    co_await std::move(t);
}

task<> a_conjunction(bool first, bool second) {
  task<> t;
  if (first && second)
    t = flush();
  if (first && second)
    co_await std::move(t);
}

task<> a_conjunction_with_a_name(bool first, bool second) {
  const bool wanted = first && second;
  task<> t;
  if (wanted)
    t = flush();
  if (wanted)
    co_await std::move(t);
}

task<> by_a_conditional_operator(bool wanted) {
  auto t = wanted ? flush() : task<>();
  if (wanted)
    co_await std::move(t);
}

task<> an_optional_of_something_else(const std::optional<int> &id) {
  task<> t;
  if (id)
    t = save(*id);
  if (id.has_value())
    co_await std::move(t);
}

task<> a_pointer_to_something_else(const int *id) {
  task<> t;
  if (id)
    t = save(*id);
  if (id != nullptr)
    co_await std::move(t);
}

task<> a_flag_and_the_task_itself(bool wanted) {
  task<> t;
  if (wanted)
    t = flush();
  if (wanted && t)
    co_await std::move(t);
  else if (t)
    run(std::move(t));
}

template <bool Wanted> task<> a_constant() {
  task<> t;
  if constexpr (Wanted)
    t = flush();
  if constexpr (Wanted)
    co_await std::move(t);
}

template task<> a_constant<true>();
template task<> a_constant<false>();

//===----------------------------------------------------------------------===//
// Enumerations and switches
//===----------------------------------------------------------------------===//

task<> compared_twice(Mode mode) {
  task<> t;
  if (mode != Mode::none)
    t = flush();
  if (mode == Mode::none)
    co_return;
  co_await std::move(t);
}

task<> compared_and_switched(Mode mode) {
  task<> t;
  if (mode == Mode::fast)
    t = flush();
  switch (mode) {
  case Mode::fast:
    co_await std::move(t);
    break;
  default:
    touch();
  }
}

task<> switched_twice(Mode mode) {
  task<> t;
  switch (mode) {
  case Mode::fast:
    t = flush();
    break;
  case Mode::slow:
    t = save(1);
    break;
  case Mode::none:
    break;
  }
  switch (mode) {
  case Mode::fast:
  case Mode::slow:
    co_await std::move(t);
    break;
  case Mode::none:
    break;
  }
}

task<> every_enumerator(Mode mode) {
  auto t = flush();
  switch (mode) {
  case Mode::fast:
    co_await std::move(t);
    break;
  case Mode::slow:
  case Mode::none:
    run(std::move(t));
    break;
  }
}

task<> a_state_machine() {
  task<> pending;
  for (Mode mode = Mode::none;;) {
    switch (mode) {
    case Mode::none:
      pending = flush();
      mode = Mode::fast;
      break;
    case Mode::fast:
      co_await std::move(pending);
      mode = Mode::slow;
      break;
    case Mode::slow:
      co_return;
    }
  }
}

//===----------------------------------------------------------------------===//
// Numbers and loops
//===----------------------------------------------------------------------===//

task<> the_sign_of_a_number(int n) {
  task<> t;
  if (n > 0)
    t = save(n);
  if (n <= 0)
    co_return;
  co_await std::move(t);
}

task<> a_counter() {
  int made = 0;
  task<> t;
  if (ready()) {
    t = flush();
    ++made;
  }
  if (made)
    co_await std::move(t);
}

task<> the_last_of_a_loop(int n) {
  task<int> t;
  for (int i = 0; i < n; ++i) {
    if (i > 0)
      use(co_await std::move(t));
    t = fetch(i);
  }
  if (n > 0)
    use(co_await std::move(t));
}

task<> one_ahead_of_the_loop() {
  auto next = fetch(0);
  for (int i = 1; i < 9; ++i) {
    int value = co_await std::move(next);
    next = fetch(i);
    use(value);
  }
  use(co_await std::move(next));
}

task<> until_it_was_awaited() {
  auto t = fetch(1);
  for (bool done = false; !done;) {
    if (ready()) {
      use(co_await std::move(t));
      done = true;
    }
  }
}

//===----------------------------------------------------------------------===//
// Assertions
//===----------------------------------------------------------------------===//

struct AssertionResult {
  bool success;
  explicit AssertionResult(bool value) : success(value) {}
  explicit operator bool() const { return success; }
};

// As a test library expands its ASSERT_TRUE.
#define REQUIRE(condition)                                                     \
  if (const AssertionResult result{bool(condition)}; result)                   \
    ;                                                                          \
  else                                                                         \
    co_return

task<> asserted_that_there_is_one() {
  auto t = flush();
  REQUIRE(t);
  co_await std::move(t);
}
