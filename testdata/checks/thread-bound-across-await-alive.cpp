// When a thread-bound object is alive at a suspension.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-thread-bound-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include "corolint/annotations.hpp"

#include <exception>

bool ready();
void touch();

thread_local bool inside;

struct deeper {
  deeper() { inside = true; }
  ~deeper() { inside = false; }
  void note(int);
};

template <class T> struct scoped_value {
  static inline thread_local T value{};
  T before;
  explicit scoped_value(T next) : before(value) { value = next; }
  ~scoped_value() { value = before; }
};

template <class F> struct on_failure {
  F f;
  int before = std::uncaught_exceptions();
  explicit on_failure(F f) : f(f) {}
  ~on_failure() {
    if (std::uncaught_exceptions() > before)
      f();
  }
};

class COROLINT_THREAD_BOUND("spans are nested on the thread's stack") span {
public:
  explicit span(const char *);
  ~span();
};

task<> ended_before() {
  {
    deeper scope;
    touch();
  }
  co_await work();
}

task<> made_after() {
  co_await work();
  deeper scope;
}

task<> never_suspends() {
  deeper scope;
  co_await ready_now();
}

task<> every_suspension_is_listed() {
  deeper scope;
  // CHECK: :[[#@LINE-1]]:10: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+4]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:10: note: it changes 'inside', which is thread_local, until it dies; end its scope before suspending
  co_await work();
  if (ready())
    co_await save(1);
}

task<> in_a_loop() {
  while (ready()) {
    co_await work();
    deeper scope;
    touch();
  }
}

task<> in_a_loop_and_awaited_there() {
  for (int i = 0; i != 3; ++i) {
    deeper scope;
    // CHECK: :[[#@LINE-1]]:12: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:12: note: it changes 'inside', which is thread_local, until it dies; end its scope before suspending
    co_await save(i);
  }
}

task<> in_an_init_statement() {
  if (deeper scope; ready())
  // CHECK: :[[#@LINE-1]]:14: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:14: note: it changes 'inside', which is thread_local, until it dies; end its scope before suspending
    co_await work();
}

task<> in_try() {
  try {
    deeper scope;
    // CHECK: :[[#@LINE-1]]:12: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:12: note: it changes 'inside', which is thread_local, until it dies; end its scope before suspending
    co_await work();
  } catch (...) {
    touch();
  }
}

task<> thrown_out_of_its_scope() {
  try {
    deeper scope;
    throw 1;
  } catch (...) {
  }
  co_await work();
}

#define SCOPE(Name) span scope_(Name)

task<> by_macro() {
  SCOPE("macro");
  // CHECK: :[[#@LINE-1]]:3: warning: 'scope_' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-5]]:26: note: expanded from macro 'SCOPE'
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: spans are nested on the thread's stack; end its scope before suspending
  // CHECK-NEXT: :[[#@LINE-8]]:26: note: expanded from macro 'SCOPE'
  co_await work();
}

template <class Awaitable> task<> in_a_template(Awaitable a) {
  deeper scope;
  // CHECK: :[[#@LINE-1]]:10: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: it changes 'inside', which is thread_local, until it dies; end its scope before suspending
  scoped_value<int> value(1);
  // CHECK: :[[#@LINE-1]]:21: warning: 'value' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:21: note: it changes 'value', which is thread_local, until it dies; end its scope before suspending
  co_await a;
}

template <class T> task<> dependent(T t) {
  scoped_value<T> scope(t);
  // CHECK: :[[#@LINE-1]]:19: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: it changes 'value', which is thread_local, until it dies; end its scope before suspending
  on_failure failure([] {});
  // CHECK: :[[#@LINE-1]]:14: warning: 'failure' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:14: note: it compares the exceptions in flight in this thread with those when it was made; end its scope before suspending
  co_await work();
}

struct session {
  span name_;
  deeper *depth_;
  task<> method() {
    deeper scope;
    // CHECK: :[[#@LINE-1]]:12: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:12: note: it changes 'inside', which is thread_local, until it dies; end its scope before suspending
    co_await work();
  }
  task<> member_of_the_object() { co_await work(); }
  task<> pointer() {
    depth_->note(1);
    co_await work();
  }
};

auto lambda = []() -> task<> {
  deeper scope;
  // CHECK: :[[#@LINE-1]]:10: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: it changes 'inside', which is thread_local, until it dies; end its scope before suspending
  co_await work();
};

task<> await_in_a_nested_lambda() {
  deeper scope;
  auto later = []() -> task<> { co_await work(); };
  (void)later;
  co_return;
}

generator<int> generators_stay_in_the_thread() {
  deeper scope;
  co_yield 1;
}

stream<int> streams_do_not() {
  deeper scope;
  // CHECK: :[[#@LINE-1]]:10: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: it changes 'inside', which is thread_local, until it dies; end its scope before suspending
  co_yield 1;
}
