// An object that is bound to its thread is alive at a suspension: what binds a
// class.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-thread-bound-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include "corolint/annotations.hpp"

#include <exception>
#include <memory>
#include <mutex>
#include <vector>

void touch();

//===----------------------------------------------------------------------===//
// What binds a class
//===----------------------------------------------------------------------===//

thread_local bool inside;
struct context {
  int id;
};
thread_local context *current;
thread_local std::vector<int> stack;

/// Counts how deep this thread is.
struct deeper {
  deeper() { inside = true; }
  ~deeper() { inside = false; }
  void note(int);
};

task<> counts_in_thread_local() {
  deeper scope;
  // CHECK: :[[#@LINE-1]]:10: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: it changes 'inside', which is thread_local, until it dies; end its scope before suspending
  co_await work();
}

/// Sets what is current and puts back what was.
class as_current {
public:
  explicit as_current(context &c) : before_(current) { current = &c; }
  ~as_current() { current = before_; }

private:
  context *before_;
};

task<> sets_and_restores(context &c) {
  as_current scope(c);
  // CHECK: :[[#@LINE-1]]:14: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:14: note: it changes 'current', which is thread_local, until it dies; end its scope before suspending
  co_await work();
}

/// The same through helpers, exchange and an accessor.
class through_helpers {
public:
  explicit through_helpers(context &c) { enter(c); }
  ~through_helpers() { leave(); }
  static context *&top() {
    static thread_local context *c = nullptr;
    return c;
  }

private:
  void enter(context &c) { before_ = std::exchange(top(), &c); }
  void leave() { top() = before_; }
  context *before_;
};

task<> sets_in_helpers(context &c) {
  through_helpers scope(c);
  // CHECK: :[[#@LINE-1]]:19: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: it changes 'c', which is thread_local, until it dies; end its scope before suspending
  co_await work();
}

struct pushed {
  explicit pushed(int n) { stack.push_back(n); }
  ~pushed() { stack.pop_back(); }
};

task<> pushes_and_pops() {
  pushed scope(1);
  // CHECK: :[[#@LINE-1]]:10: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: it changes 'stack', which is thread_local, until it dies; end its scope before suspending
  co_await work();
}

template <class T> struct scoped_value {
  static inline thread_local T value{};
  T before;
  explicit scoped_value(T next) : before(value) { value = next; }
  ~scoped_value() { value = before; }
};

task<> template_with_static_member() {
  scoped_value<int> scope(1);
  // CHECK: :[[#@LINE-1]]:21: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:21: note: it changes 'value', which is thread_local, until it dies; end its scope before suspending
  co_await work();
}

/// Runs its function if an exception was thrown since.
template <class F> class on_failure {
public:
  explicit on_failure(F f) : f_(f) {}
  ~on_failure() {
    if (std::uncaught_exceptions() > before_)
      f_();
  }

private:
  F f_;
  int before_ = std::uncaught_exceptions();
};

task<> unwind_detector() {
  on_failure scope([] { touch(); });
  // CHECK: :[[#@LINE-1]]:14: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:14: note: it compares the exceptions in flight in this thread with those when it was made; end its scope before suspending
  co_await work();
}

class unwinding {
public:
  bool is_new() const { return before_ != std::uncaught_exceptions(); }

private:
  int before_ = std::uncaught_exceptions();
};

class commits {
public:
  ~commits() {
    if (!detector_.is_new())
      touch();
  }

private:
  unwinding detector_;
};

task<> unwind_detector_in_a_member() {
  commits scope;
  // CHECK: :[[#@LINE-1]]:11: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:11: note: it compares the exceptions in flight in this thread with those when it was made; end its scope before suspending
  co_await work();
}

class COROLINT_THREAD_BOUND("spans are nested on the thread's stack") span {
public:
  explicit span(const char *);
  span(span &&) noexcept;
  ~span();
  void annotate(int);
  void end();
};

task<> annotated() {
  span s("request");
  // CHECK: :[[#@LINE-1]]:8: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: spans are nested on the thread's stack; end its scope before suspending
  s.annotate(1);
  co_await work();
}

class COROLINT_THREAD_BOUND_UNTIL("hand_in", "tickets belong to a thread") ticket {
public:
  ticket();
  ~ticket();
  void hand_in();
};

task<> annotated_with_an_end() {
  ticket t;
  // CHECK: :[[#@LINE-1]]:10: warning: 't' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: tickets belong to a thread; end its scope before suspending
  co_await work();
  t.hand_in();
  co_await work();
}

COROLINT_THREAD_BOUND("the permit counts for its thread")
std::shared_ptr<int> permit();

task<> annotated_maker() {
  auto held = permit();
  // CHECK: :[[#@LINE-1]]:8: warning: 'held' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: the permit counts for its thread; end its scope before suspending
  co_await work();
}

//===----------------------------------------------------------------------===//
// What does not
//===----------------------------------------------------------------------===//

/// A cache of nodes for each thread: any thread may take and give back.
class node {
public:
  node() : next_(pool) {
    if (pool)
      pool = pool->next_;
  }
  ~node() {
    next_ = pool;
    pool = this;
  }

private:
  static thread_local node *pool;
  node *next_;
};

class buffer {
public:
  buffer() : data_(std::exchange(spare, nullptr)) {}
  ~buffer() { spare = data_; }

private:
  static thread_local char *spare;
  char *data_;
};

class popped {
public:
  popped() { stack.pop_back(); }
  ~popped() { stack.push_back(1); }
};

/// Statistics, not a state.
class counted {
public:
  counted() { ++made; }
  ~counted() { ++died; }

private:
  static thread_local int made, died;
};

class counted_for_all {
public:
  counted_for_all() { ++alive; }
  ~counted_for_all() { --alive; }

private:
  static int alive;
};

struct sometimes {
  sometimes() = default;
  explicit sometimes(int) { inside = true; }
  ~sometimes() { inside = false; }
};

task<> other_classes() {
  node n;
  buffer b;
  popped p;
  counted c;
  counted_for_all a;
  co_await work();
}

task<> the_constructor_that_does_nothing() {
  sometimes s;
  co_await work();
}

task<> the_constructor_that_binds() {
  sometimes s(1);
  // CHECK: :[[#@LINE-1]]:13: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:13: note: it changes 'inside', which is thread_local, until it dies; end its scope before suspending
  co_await work();
}

std::mutex m;

task<> a_lock_guard_is_another_check() {
  std::lock_guard guard(m);
  co_await work();
}
