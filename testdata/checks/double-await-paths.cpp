// Which paths use a task up twice: branches, loops, handlers and flags, and
// near misses where no path does.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-double-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <cassert>
#include <utility>
#include <vector>

using corort::task;

task<int> fetch(int);
task<> flush();
task<> with_timeout(task<> t);
bool ready();
void touch();
void use(int);
void run(task<> t);

//===----------------------------------------------------------------------===//
// On one path
//===----------------------------------------------------------------------===//

task<> again_after_the_branches() {
  auto t = flush();
  if (ready())
    run(std::move(t));
  else
    corort::spawn(std::move(t)).detach();
  co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' is awaited after it was moved into 'run' [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-5]]:19: note: it is moved into 'run' here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: there is no task left in 't'
}

task<> two_flags(bool first, bool second) {
  auto t = flush();
  if (first)
    co_await std::move(t);
  if (second)
    co_await std::move(t);
    // CHECK: :[[#@LINE-1]]:24: warning: 't' is awaited twice, and a '{{task<(void)?>}}' runs once [coro-double-await]
    // CHECK-NEXT: :[[#@LINE-4]]:24: note: the first await is here
    // CHECK-NEXT: :[[#@LINE-4]]:7: note: this condition is true on the way
    // CHECK-NEXT: :[[#@LINE-4]]:24: note: there is nothing left to run
}

task<> after_a_timeout() {
  auto t = flush();
  try {
    co_await with_timeout(std::move(t));
  } catch (...) {
    touch();
  }
  co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' is awaited after it was moved into 'with_timeout' [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-6]]:37: note: it is moved into 'with_timeout' here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: there is no task left in 't'
}

task<> again_in_a_fallthrough(int kind) {
  auto t = flush();
  switch (kind) {
  case 1:
    co_await std::move(t);
    [[fallthrough]];
  default:
    co_await std::move(t);
    // CHECK: :[[#@LINE-1]]:24: warning: 't' is awaited twice, and a '{{task<(void)?>}}' runs once [coro-double-await]
    // CHECK-NEXT: :[[#@LINE-5]]:24: note: the first await is here
    // CHECK-NEXT: :[[#@LINE-3]]:24: note: there is nothing left to run
  }
}

task<> tried_again_after_a_failure() {
  auto t = flush();
  bool failed = false;
  try {
    co_await std::move(t);
  } catch (...) {
    failed = true;
  }
  if (failed)
    co_await std::move(t);
    // CHECK: :[[#@LINE-1]]:24: warning: 't' is awaited twice, and a '{{task<(void)?>}}' runs once [coro-double-await]
    // CHECK-NEXT: :[[#@LINE-7]]:24: note: the first await is here
    // CHECK-NEXT: :[[#@LINE-4]]:7: note: this condition is true on the way
    // CHECK-NEXT: :[[#@LINE-4]]:24: note: there is nothing left to run
}

task<> as_a_loop_condition() {
  auto t = fetch(1);
  while (co_await std::move(t))
  // CHECK: :[[#@LINE-1]]:29: warning: 't' is awaited again each time round the loop [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-2]]:29: note: there is nothing left to run
    touch();
}

void handed_over_in_a_do_loop(int n) {
  auto t = flush();
  do
    run(std::move(t));
    // CHECK: :[[#@LINE-1]]:19: warning: 't' is moved from again each time round the loop [coro-double-await]
    // CHECK-NEXT: :[[#@LINE+2]]:10: note: this condition is true on the way
    // CHECK-NEXT: :[[#@LINE-3]]:19: note: there is no task left in 't'
  while (n-- > 0);
}

task<> unless_it_is_skipped(const std::vector<int> &ids) {
  auto t = flush();
  for (int id : ids) {
    if (id < 0)
      continue;
    co_await std::move(t);
    // CHECK: :[[#@LINE-1]]:24: warning: 't' is awaited again each time round the loop [coro-double-await]
    // CHECK-NEXT: :[[#@LINE-2]]:24: note: there is nothing left to run
  }
}

//===----------------------------------------------------------------------===//
// On no path
//===----------------------------------------------------------------------===//

task<> once_told_by_the_index() {
  auto once = flush();
  for (int i = 0; i < 3; ++i)
    if (i == 0)
      co_await std::move(once);
}

task<> wrapped_each_time(int n) {
  auto t = flush();
  while (n-- > 0)
    t = with_timeout(std::move(t));
  co_await std::move(t);
}

task<> left_by_an_exception() {
  auto t = flush();
  if (ready()) {
    run(std::move(t));
    throw 1;
  }
  co_await std::move(t);
}

task<int> a_new_one_for_each_try() {
  for (int i = 0; i < 3; ++i) {
    auto t = fetch(i);
    try {
      co_return co_await std::move(t);
    } catch (...) {
      touch();
    }
  }
  co_return 0;
}

task<> told_by_a_flag_that_is_set() {
  auto t = flush();
  bool done = false;
  if (ready()) {
    co_await std::move(t);
    done = true;
  }
  touch();
  if (!done)
    co_await std::move(t);
}

task<> told_by_a_flag_of_the_caller(bool background) {
  auto t = flush();
  if (background)
    run(std::move(t));
  touch();
  if (!background)
    co_await std::move(t);
}

task<> first_time_round() {
  auto once = flush();
  bool first = true;
  for (int i = 0; i < 3; ++i) {
    if (first) {
      co_await std::move(once);
      first = false;
    }
    touch();
  }
}

task<int> returned_out_of_the_loop(const std::vector<int> &ids) {
  auto t = fetch(1);
  for (int id : ids)
    if (id > 2)
      co_return co_await std::move(t);
  co_return co_await std::move(t);
}

task<> one_of_the_cases(int kind) {
  auto t = flush();
  switch (kind) {
  case 0:
    co_await std::move(t);
    break;
  case 1:
    run(std::move(t));
    break;
  default:
    co_await with_timeout(std::move(t));
  }
}

task<> one_of_the_operands(bool now) {
  auto first = fetch(1);
  auto second = fetch(2);
  use(now ? co_await std::move(first) : co_await std::move(second));
  use(now ? co_await std::move(second) : co_await std::move(first));
}

task<> refilled_on_the_branch() {
  auto t = flush();
  if (ready()) {
    co_await std::move(t);
    t = flush();
  }
  co_await std::move(t);
}

task<> one_ahead() {
  auto t = fetch(0);
  for (int i = 1; i < 3; ++i) {
    use(co_await std::move(t));
    t = fetch(i);
  }
  use(co_await std::move(t));
}

struct Node {
  task<Node *> next();
};

task<> refilled_by_what_it_gave(Node *node) {
  auto t = node->next();
  while (Node *next = co_await std::move(t))
    t = next->next();
}

task<> asserted_that_it_is_gone() {
  auto t = flush();
  run(std::move(t));
  assert(!t);
  co_return;
}

[[noreturn]] void fail();

task<> ends_on_that_branch() {
  auto t = flush();
  if (ready()) {
    run(std::move(t));
    fail();
  }
  co_await std::move(t);
}
