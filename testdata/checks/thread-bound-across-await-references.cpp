// References, pointers, views and iterators into thread-local storage that are
// used after a suspension.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-thread-bound-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include "corolint/annotations.hpp"

#include <ctime>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct context {
  int id;
  std::string name;
  std::vector<int> values;
  std::shared_ptr<context> parent;
  context *next;
  void touch();
};

thread_local context current;
thread_local std::vector<int> numbers;
thread_local std::unique_ptr<context> owned;
thread_local std::shared_ptr<context> shared;
thread_local context *pointer;
thread_local int table[8];
__thread int counter;
extern thread_local int elsewhere;
context global;

bool ready();
void read(const char *);
void read(int);

//===----------------------------------------------------------------------===//
// What refers to it
//===----------------------------------------------------------------------===//

task<> reference() {
  context &c = current;
  // CHECK: :[[#@LINE-1]]:12: warning: 'c' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+4]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+4]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:12: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  c.touch();
  co_await work();
  c.touch();
}

task<> reference_to_a_member() {
  auto &name = current.name;
  // CHECK: :[[#@LINE-1]]:9: warning: 'name' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:9: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  co_await work();
  name.clear();
}

task<> pointer_to_it() {
  context *c = &current;
  // CHECK: :[[#@LINE-1]]:12: warning: 'c' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:12: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  co_await work();
  c->touch();
}

task<> declared_elsewhere() {
  int &e = elsewhere, &c = counter;
  // CHECK: :[[#@LINE-1]]:8: warning: 'e' refers to thread-local 'elsewhere' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+7]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+7]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:8: note: each thread has its own 'elsewhere'; take it again after suspending, or copy what you need
  // CHECK: :[[#@LINE-5]]:24: warning: 'c' refers to thread-local 'counter' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:7: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-8]]:24: note: each thread has its own 'counter'; take it again after suspending, or copy what you need
  co_await work();
  e = c;
}

task<> element_of_an_array() {
  int *first = table, &second = table[1];
  // CHECK: :[[#@LINE-1]]:8: warning: 'first' refers to thread-local 'table' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+7]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+7]]:4: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:8: note: each thread has its own 'table'; take it again after suspending, or copy what you need
  // CHECK: :[[#@LINE-5]]:24: warning: 'second' refers to thread-local 'table' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:12: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-8]]:24: note: each thread has its own 'table'; take it again after suspending, or copy what you need
  co_await work();
  *first = second;
}

task<> element_of_a_container() {
  int &n = numbers.front(), &last = numbers[numbers.size() - 1];
  // CHECK: :[[#@LINE-1]]:8: warning: 'n' refers to thread-local 'numbers' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+7]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+7]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:8: note: each thread has its own 'numbers'; take it again after suspending, or copy what you need
  // CHECK: :[[#@LINE-5]]:30: warning: 'last' refers to thread-local 'numbers' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:7: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-8]]:30: note: each thread has its own 'numbers'; take it again after suspending, or copy what you need
  co_await work();
  n = last;
}

task<> object_of_a_unique_ptr() {
  auto &c = *owned;
  // CHECK: :[[#@LINE-1]]:9: warning: 'c' refers to thread-local 'owned' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+8]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+8]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:9: note: each thread has its own 'owned'; take it again after suspending, or copy what you need
  auto *p = owned.get();
  // CHECK: :[[#@LINE-1]]:9: warning: 'p' refers to thread-local 'owned' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+4]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:9: note: each thread has its own 'owned'; take it again after suspending, or copy what you need
  co_await work();
  c.touch();
  p->touch();
}

task<> view() {
  std::string_view name = current.name;
  // CHECK: :[[#@LINE-1]]:20: warning: 'name' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+13]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+13]]:8: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:20: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  std::span<int> all = numbers;
  // CHECK: :[[#@LINE-1]]:18: warning: 'all' refers to thread-local 'numbers' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+8]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+9]]:8: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:18: note: each thread has its own 'numbers'; take it again after suspending, or copy what you need
  const char *text = current.name.c_str();
  // CHECK: :[[#@LINE-1]]:15: warning: 'text' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+5]]:8: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:15: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  co_await work();
  read(name.data());
  read(all[0]);
  read(text);
}

task<> iterator() {
  auto it = numbers.begin();
  // CHECK: :[[#@LINE-1]]:8: warning: 'it' refers to thread-local 'numbers' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:5: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:8: note: each thread has its own 'numbers'; take it again after suspending, or copy what you need
  co_await work();
  ++it;
}

task<> binding() {
  auto &[id, name, values, parent, next] = current;
  // CHECK: :[[#@LINE-1]]:9: warning: 'id, name, values, parent, next' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:9: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  co_await work();
  name.clear();
}

task<> through_another_reference() {
  auto &c = current;
  auto *p = &c;
  auto &name = p->name;
  // CHECK: :[[#@LINE-1]]:9: warning: 'name' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:9: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  co_await work();
  name.clear();
}

task<> range_for() {
  for (int n : numbers)
  // CHECK: :[[#@LINE-1]]:16: warning: 'numbers' is thread-local and walked over while the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:16: note: each thread has its own 'numbers'; walk over a copy
    co_await save(n);
}

task<> range_for_by_reference() {
  for (int &n : numbers) {
  // CHECK: :[[#@LINE-1]]:17: warning: 'numbers' is thread-local and walked over while the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:17: note: each thread has its own 'numbers'; walk over a copy
    co_await save(n);
    n = 0;
  }
}

task<> range_for_over_a_copy() {
  for (int n : std::vector(numbers))
    co_await save(n);
}

task<> range_for_without_an_await() {
  int sum = 0;
  for (int n : numbers)
    sum += n;
  co_await save(sum);
}

//===----------------------------------------------------------------------===//
// Through functions
//===----------------------------------------------------------------------===//

context &get() { return current; }
context &get_local() {
  thread_local context c;
  return c;
}
context &forwarded() { return get_local(); }
context *get_pointer() {
  if (!owned)
    return nullptr;
  return owned.get();
}
context &either(bool local) {
  if (local)
    return current;
  return global;
}
context &unknown();
context *value_of_pointer() { return pointer; }

struct registry {
  static context &instance() {
    static thread_local context c;
    return c;
  }
  context &mine() { return own_; }
  context *somebodys() { return own_.next; }
  context own_;
};
thread_local registry thread_registry;

task<> from_a_function() {
  auto &c = get();
  // CHECK: :[[#@LINE-1]]:9: warning: 'c' refers to thread-local 'current' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-33]]:18: note: 'get' hands it out here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-5]]:9: note: each thread has its own 'current'; take it again after suspending, or copy what you need
  co_await work();
  c.touch();
}

task<> from_a_function_of_a_function() {
  auto &c = forwarded();
  // CHECK: :[[#@LINE-1]]:9: warning: 'c' refers to thread-local 'c' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-39]]:24: note: 'forwarded' hands it out here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-5]]:9: note: each thread has its own 'c'; take it again after suspending, or copy what you need
  co_await work();
  c.touch();
}

task<> from_a_static_member_function() {
  auto &name = registry::instance().name;
  // CHECK: :[[#@LINE-1]]:9: warning: 'name' refers to thread-local 'c' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-33]]:5: note: 'instance' hands it out here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-5]]:9: note: each thread has its own 'c'; take it again after suspending, or copy what you need
  co_await work();
  name.clear();
}

task<> from_a_member_function_of_one() {
  auto &r = thread_registry;
  auto &c = r.mine();
  // CHECK: :[[#@LINE-1]]:9: warning: 'c' refers to thread-local 'thread_registry' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-43]]:21: note: 'mine' hands it out here
  // CHECK-NEXT: :[[#@LINE+4]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+4]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-5]]:9: note: each thread has its own 'thread_registry'; take it again after suspending, or copy what you need
  auto *s = thread_registry.somebodys();
  co_await work();
  c.touch();
  s->touch();
}

task<> from_a_function_that_can_return_null() {
  if (auto *c = get_pointer()) {
  // CHECK: :[[#@LINE-1]]:13: warning: 'c' refers to thread-local 'owned' and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-71]]:3: note: 'get_pointer' hands it out here
  // CHECK-NEXT: :[[#@LINE+3]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:5: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-5]]:13: note: each thread has its own 'owned'; take it again after suspending, or copy what you need
    co_await work();
    c->touch();
  }
}

COROLINT_THREAD_BOUND("arenas belong to a thread") context &arena();

task<> annotated() {
  context &a = arena();
  // CHECK: :[[#@LINE-1]]:12: warning: 'a' is what 'arena' gave this thread and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:12: note: arenas belong to a thread; take it again after suspending, or copy what you need
  co_await work();
  a.touch();
}

task<> from_the_c_library(std::time_t now) {
  const std::tm *t = std::localtime(&now);
  // CHECK: :[[#@LINE-1]]:18: warning: 't' is what 'localtime' gave this thread and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:8: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:18: note: it points into storage that the next such call overwrites, in whatever thread; take it again after suspending, or copy what you need
  co_await work();
  read(t->tm_hour);
}

task<> copied_from_the_c_library(std::time_t now) {
  const std::tm t = *std::localtime(&now);
  co_await work();
  read(t.tm_hour);
}

task<> from_functions_that_do_not_say(registry &r) {
  auto &a = either(ready());
  auto &b = unknown();
  auto &c = r.mine();
  auto *d = value_of_pointer();
  co_await work();
  a.touch();
  b.touch();
  c.touch();
  d->touch();
}
