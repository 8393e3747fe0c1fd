// Tasks that are used again after an await or an owner has used them up, and
// near misses.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-double-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <memory>
#include <optional>
#include <vector>

using corort::task;

task<int> fetch();
task<> flush();
bool ready();
void touch();
void use(int);
void run(task<> t);
void look_at(task<> &t);
bool try_run(task<> &&t);

//===----------------------------------------------------------------------===//
// Awaited twice
//===----------------------------------------------------------------------===//

task<> twice() {
  auto t = flush();
  co_await std::move(t);
  co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' is awaited twice, and a '{{.*}}task<{{(void)?}}>' runs once [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: the first await is here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: there is nothing left to run
}

task<> again_on_one_branch() {
  auto t = flush();
  co_await std::move(t);
  if (ready())
    co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:24: warning: 't' is awaited twice, and a '{{.*}}task<{{(void)?}}>' runs once [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-4]]:22: note: the first await is here
  // CHECK-NEXT: :[[#@LINE-4]]:7: note: this condition is true on the way
  // CHECK-NEXT: :[[#@LINE-4]]:24: note: there is nothing left to run
}

task<> each_time_round() {
  auto t = flush();
  while (ready())
    co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:24: warning: 't' is awaited again each time round the loop [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-2]]:24: note: there is nothing left to run
}

task<> a_parameter(task<int> t) {
  use(co_await std::move(t));
  use(co_await std::move(t));
  // CHECK: :[[#@LINE-1]]:26: warning: 't' is awaited twice, and a 'task<int>' runs once [coro-double-await]
  // CHECK-NEXT: note: the first await is here
  // CHECK-NEXT: note: there is nothing left to run
}

task<int> tried_again() {
  auto t = fetch();
  for (;;) {
    try {
      co_return co_await std::move(t);
      // CHECK: :[[#@LINE-1]]:36: warning: 't' is awaited again each time round the loop [coro-double-await]
      // CHECK-NEXT: :[[#@LINE-2]]:36: note: there is nothing left to run
    } catch (...) {
      touch();
    }
  }
}

task<> in_a_lambda() {
  auto both = [](task<> t) -> task<> {
    co_await std::move(t);
    co_await std::move(t);
    // CHECK: :[[#@LINE-1]]:24: warning: 't' is awaited twice, and a '{{.*}}task<{{(void)?}}>' runs once [coro-double-await]
    // CHECK-NEXT: note: the first await is here
    // CHECK-NEXT: note: there is nothing left to run
  };
  co_await both(flush());
}

//===----------------------------------------------------------------------===//
// Moved
//===----------------------------------------------------------------------===//

task<> spawned_then_awaited() {
  auto t = flush();
  corort::spawn(std::move(t)).detach();
  co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' is awaited after it was moved into 'spawn' [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-3]]:27: note: it is moved into 'spawn' here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: there is no task left in 't'
}

task<> given_away_then_awaited() {
  auto t = flush();
  run(std::move(t));
  co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' is awaited after it was moved into 'run' [coro-double-await]
  // CHECK-NEXT: note: it is moved into 'run' here
  // CHECK-NEXT: note: there is no task left in 't'
}

task<> awaited_then_spawned() {
  auto t = flush();
  co_await std::move(t);
  corort::spawn(std::move(t)).detach();
  // CHECK: :[[#@LINE-1]]:27: warning: 't' is handed over after it was awaited [coro-double-await]
  // CHECK-NEXT: note: the first await is here
  // CHECK-NEXT: note: there is nothing left to run
}

void handed_over_twice() {
  auto t = flush();
  run(std::move(t));
  run(std::move(t));
  // CHECK: :[[#@LINE-1]]:17: warning: 't' is moved from twice [coro-double-await]
  // CHECK-NEXT: note: it is moved into 'run' here
  // CHECK-NEXT: note: there is no task left in 't'
}

task<> moved_to_another_variable() {
  auto t = flush();
  auto u = std::move(t);
  co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' is awaited after it was moved into 'u' [coro-double-await]
  // CHECK-NEXT: note: it is moved into 'u' here
  // CHECK-NEXT: note: there is no task left in 't'
  co_await std::move(u);
}

task<> moved_into_a_vector(std::vector<task<>> &all) {
  auto t = flush();
  all.push_back(std::move(t));
  co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' is awaited after it was moved into 'push_back' [coro-double-await]
  // CHECK-NEXT: note: it is moved into 'push_back' here
  // CHECK-NEXT: note: there is no task left in 't'
}

void moved_into_a_lambda() {
  auto t = flush();
  auto later = [t = std::move(t)]() mutable { run(std::move(t)); };
  later();
  run(std::move(t));
  // CHECK: :[[#@LINE-1]]:17: warning: 't' is moved from twice [coro-double-await]
  // CHECK-NEXT: note: it is moved
  // CHECK-NEXT: note: there is no task left in 't'
}

task<> combined_twice() {
  auto t = flush();
  co_await corort::when_all(std::move(t), flush());
  co_await corort::when_all(std::move(t), flush());
  // CHECK: :[[#@LINE-1]]:39: warning: 't' is moved from twice [coro-double-await]
  // CHECK-NEXT: note: it is moved into 'when_all' here
  // CHECK-NEXT: note: there is no task left in 't'
}

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

task<> one_or_the_other() {
  auto t = flush();
  if (ready())
    co_await std::move(t);
  else
    run(std::move(t));
}

task<> assigned_anew() {
  auto t = flush();
  co_await std::move(t);
  t = flush();
  co_await std::move(t);
}

task<> a_parameter_assigned_anew(task<> t) {
  co_await std::move(t);
  t = flush();
  co_await std::move(t);
}

task<> another_each_time() {
  for (int i = 0; i < 3; ++i) {
    auto t = flush();
    co_await std::move(t);
  }
}

task<> left_after_the_await() {
  auto t = flush();
  while (ready()) {
    co_await std::move(t);
    break;
  }
}

task<> done_once() {
  auto t = flush();
  bool done = false;
  for (int i = 0; i < 9; ++i) {
    if (!done)
      co_await std::move(t);
    done = true;
  }
}

task<> told_by_a_flag(bool now) {
  auto t = flush();
  if (now)
    co_await std::move(t);
  touch();
  if (!now)
    co_await std::move(t);
}

task<> asked_first() {
  auto t = flush();
  if (ready())
    run(std::move(t));
  if (t)
    co_await std::move(t);
}

task<> perhaps_not_taken() {
  auto t = flush();
  if (!try_run(std::move(t)))
    co_await std::move(t);
}

task<> filled_by_a_callee() {
  auto t = flush();
  co_await std::move(t);
  look_at(t);
  co_await std::move(t);
}

task<> elements_one_by_one() {
  std::vector<task<>> all;
  all.push_back(flush());
  all.push_back(flush());
  for (auto &t : all)
    co_await std::move(t);
}

task<> swapped() {
  auto t = flush();
  auto u = flush();
  co_await std::move(t);
  std::swap(t, u);
  co_await std::move(t);
}

task<> left_on_that_path() {
  auto t = flush();
  if (ready()) {
    run(std::move(t));
    co_return;
  }
  co_await std::move(t);
}

corort::task<> a_handle_is_no_task() {
  auto handle = corort::spawn(fetch());
  co_await std::move(handle);
}

/// May be awaited any number of times.
struct shared {
  struct promise_type {
    shared get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

shared common();

task<> awaited_by_many() {
  auto t = common();
  corort::block_on(flush());
  for (int i = 0; i < 3; ++i)
    touch();
  co_return;
}

shared awaits_twice() {
  auto t = common();
  co_await t;
  co_await t;
}

bool again();

/// As test frameworks write their assertions.
#define REQUIRE_DONE(expression)                                               \
  do {                                                                         \
    expression;                                                                \
  } while (again())

task<> in_a_macro() {
  auto t = flush();
  REQUIRE_DONE(co_await std::move(t));
}
