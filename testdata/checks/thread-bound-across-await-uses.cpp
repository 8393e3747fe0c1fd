// When a reference into thread-local storage is used after a suspension.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-thread-bound-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include "corolint/annotations.hpp"

#include <memory>
#include <string>
#include <vector>

struct context {
  int id;
  std::string name;
  std::shared_ptr<context> parent;
  context *next;
  void touch();
};

thread_local context current;
thread_local std::vector<int> numbers;
thread_local std::shared_ptr<context> shared;
thread_local context *pointer;

bool ready();
context &get() { return current; }

task<> used_before_only() {
  auto &c = current;
  c.touch();
  co_await save(c.id);
}

task<> named_again() {
  current.touch();
  co_await work();
  current.touch();
}

task<> copied() {
  auto c = current;
  auto name = current.name;
  co_await work();
  c.touch();
  name.clear();
}

task<> value_of_a_pointer() {
  auto *c = pointer;
  auto p = shared;
  auto &s = *shared;
  auto *n = current.next;
  auto &parent = *current.parent;
  co_await work();
  c->touch();
  p->touch();
  s.touch();
  n->touch();
  parent.touch();
}

task<> bound_again() {
  context *c = &current;
  co_await work();
  c = &current;
  c->touch();
}

task<> bound_in_the_loop() {
  while (ready()) {
    auto &c = current;
    c.touch();
    co_await work();
  }
}

task<> bound_before_the_loop() {
  auto &c = current;
  // CHECK: :[[#@LINE-1]]:9: warning: 'c' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+5]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:5: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:9: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  while (ready()) {
    c.touch();
    co_await work();
  }
}

task<> used_on_another_branch() {
  auto &c = current;
  if (ready())
    co_await work();
  else
    c.touch();
}

task<> used_after_both_branches() {
  auto &c = current;
  // CHECK: :[[#@LINE-1]]:9: warning: 'c' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+5]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE+6]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-5]]:9: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  if (ready())
    co_await work();
  else
    co_await save(1);
  c.touch();
}

task<> address_compared() {
  auto *c = &current;
  auto &r = current;
  co_await work();
  if (c == &current && &r != c)
    co_return;
}

task<> never_suspends() {
  auto &c = current;
  co_await ready_now();
  c.touch();
}

task<> captured_and_called_before() {
  auto &c = current;
  auto f = [&c] { c.touch(); };
  f();
  co_await work();
}

task<> captured_after() {
  auto &c = current;
  // CHECK: :[[#@LINE-1]]:9: warning: 'c' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:14: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:9: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  co_await work();
  auto f = [&c] { c.touch(); };
  f();
}

task<> given_to_what_is_awaited() {
  auto &c = current;
  co_await save(c.id);
}

task<> somebody_elses(context &c, context *p) {
  co_await work();
  c.touch();
  p->touch();
}

template <class Awaitable> task<> in_a_template(Awaitable a) {
  auto &c = get();
  // CHECK: :[[#@LINE-1]]:9: warning: 'c' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-131]]:18: note: 'get' hands it out here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-5]]:9: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  co_await a;
  c.touch();
}

generator<int> generators_stay_in_the_thread() {
  for (int n : numbers)
    co_yield n;
}

/// Coroutines of this kind never leave their thread.
template <class T = void> struct COROLINT_TASK("threads=one") local : task<T> {
  struct promise_type {
    local get_return_object();
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void();
    void unhandled_exception();
  };
};

local<> one_thread() {
  auto &c = current;
  co_await work();
  c.touch();
}
