// Tasks given to functions whose bodies show that they never use them, and
// near misses of callees that do, or may.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <cassert>
#include <cstdlib>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

task<int> fetch();
task<> flush();
void touch();
void use(int);
void run(task<> t);
void post(std::function<void()>);
task<> combine(task<> first, task<> second);

//===----------------------------------------------------------------------===//
// Ignored
//===----------------------------------------------------------------------===//

void ignores(task<int> t) { touch(); }

void ignored() {
  ignores(fetch());
  // CHECK: :[[#@LINE-1]]:11: warning: 'fetch' never runs: the 'task<int>' is given to a function that never uses it [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE-5]]:24: note: this parameter is never used
  // CHECK-NEXT: note: 'fetch' returns a 'task<int>', which does nothing until it is awaited
}

task<> ignores_and_is_a_coroutine(task<int>) { co_await flush(); }

task<> ignored_without_a_name() {
  co_await ignores_and_is_a_coroutine(fetch());
  // CHECK: :[[#@LINE-1]]:39: warning: 'fetch' never runs: the 'task<int>' is given to a function that never uses it [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE-5]]:44: note: this parameter is never used
}

void looks_at(const task<int> &t) { use(t ? 1 : 0); }

void only_looked_at() {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  looks_at(t);
}

void peeks_at(task<int> &&t) { use(t ? 1 : 0); }

void ignored_as_a_temporary() {
  peeks_at(fetch());
  // CHECK: :[[#@LINE-1]]:12: warning: 'fetch' never runs: the 'task<int>' is given to a function that never uses it [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE-5]]:27: note: this parameter is never used
}

void ignored_as_a_variable() {
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  ignores(std::move(t));
}

template <class T> task<> ignores_any(T &&t) { co_await flush(); }

task<> ignored_by_a_template() {
  co_await ignores_any(fetch());
  // CHECK: :[[#@LINE-1]]:24: warning: 'fetch' never runs: the 'task<int>' is given to a function that never uses it [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE-5]]:43: note: this parameter is never used
}

void passes_to_one_that_ignores(task<int> t) { ignores(std::move(t)); }

void ignored_at_second_hand() {
  passes_to_one_that_ignores(fetch());
  // CHECK: :[[#@LINE-1]]:30: warning: 'fetch' never runs: the 'task<int>' is given to a function that never uses it [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE-5]]:43: note: this parameter is never used
}

task<> ignored_by_a_lambda() {
  auto step = [](task<> t) -> task<> { co_await work(); };
  co_await step(flush());
  // CHECK: :[[#@LINE-1]]:17: warning: 'flush' never runs: the '{{task<(void)?>}}' is given to a function that never uses it [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE-3]]:25: note: this parameter is never used
}

//===----------------------------------------------------------------------===//
// Given back, and dropped then
//===----------------------------------------------------------------------===//

task<int> same(task<int> t) { return t; }
auto wrapped(task<> t) { return std::make_unique<task<>>(std::move(t)); }
task<> awaits(task<int> t) { use(co_await t); }

void given_back() {
  same(fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: 'same' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

void given_back_in_a_pointer() {
  wrapped(flush());
  // CHECK: :[[#@LINE-1]]:3: warning: what 'wrapped' returned never runs: its '{{.*}}' is dropped without being awaited [coro-unawaited-task]
}

void awaited_by_one_that_does_not_run() {
  awaits(fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: 'awaits' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

task<> operator+(task<> first, task<> second) {
  return combine(std::move(first), std::move(second));
}

void operands() {
  flush() + flush();
  // CHECK: :[[#@LINE-1]]:3: warning: 'operator+' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

auto deduced() { return fetch(); }

void deduced_result() {
  deduced();
  // CHECK: :[[#@LINE-1]]:3: warning: 'deduced' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

task<> recursive(int n) {
  if (n > 0)
    recursive(n - 1);
    // CHECK: :[[#@LINE-1]]:5: warning: 'recursive' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await work();
}

//===----------------------------------------------------------------------===//
// In templates
//===----------------------------------------------------------------------===//

template <class T> task<> in_a_pattern(T &t) {
  flush();
  // CHECK: :[[#@LINE-1]]:3: warning: 'flush' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_await t.run();
}

template <class T> struct Server {
  task<> step();
  task<> serve() {
    step();
    // CHECK: :[[#@LINE-1]]:5: warning: 'step' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
    co_return;
  }
};

template <class T> task<> of_an_unknown_type(T t) {
  t.run();
  auto result = t.make();
  (void)result;
  co_return;
}

template <class F> task<> awaits_if_there_is_something(F f) {
  if constexpr (requires { f().operator co_await(); })
    co_await f();
  else
    f();
}

task<> for_either_kind() {
  co_await awaits_if_there_is_something(touch);
  co_await awaits_if_there_is_something(flush);
}

template <class F> auto traced(F f) {
  auto result = f();
  touch();
  return result;
}

task<> result_of_a_callback() {
  co_await traced(flush);
  traced(flush);
  // CHECK: :[[#@LINE-1]]:3: warning: 'traced' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

//===----------------------------------------------------------------------===//
// Used
//===----------------------------------------------------------------------===//

task<> awaited_by_the_callee() {
  co_await awaits(fetch());
  auto t = fetch();
  co_await awaits(std::move(t));
}

task<> looked_at_and_awaited() {
  auto t = fetch();
  looks_at(t);
  use(co_await t);
}

task<> given_back_and_awaited() {
  use(co_await same(fetch()));
  co_await *wrapped(flush());
}

std::vector<task<>> backlog;
void keeps(task<> t) { backlog.push_back(std::move(t)); }
void keeps_for_ever(task<> t) { static auto last = std::move(t); }
void passes_on(task<> &&t) { keeps(std::move(t)); }
void passes_on_a_reference(task<> &t) { passes_on(std::move(t)); }

void kept() {
  keeps(flush());
  keeps_for_ever(flush());
  passes_on(flush());
  auto t = flush();
  passes_on_a_reference(t);
}

void posts(task<> t) {
  auto shared = std::make_shared<task<>>(std::move(t));
  post([shared] { run(std::move(*shared)); });
}

void posted() { posts(flush()); }

void runs_in_the_background(task<> t) {
  [](task<> t) -> detached { co_await t; }(std::move(t));
}

void left_to_run() { runs_in_the_background(flush()); }

task<> drain(task<int> t, int n) {
  if (n == 0) {
    use(co_await t);
    co_return;
  }
  co_await drain(std::move(t), n - 1);
}

task<> awaited_in_a_recursion() { co_await drain(fetch(), 3); }

template <class... T> task<> awaits_each(T... t) { (co_await t, ...); }

task<> awaited_by_a_pack() { co_await awaits_each(flush(), fetch()); }

//===----------------------------------------------------------------------===//
// Callees that say nothing
//===----------------------------------------------------------------------===//

struct Executor {
  virtual ~Executor() = default;
  virtual void execute(task<> t) {}
  virtual task<> wrap(task<> t) = 0;
};

task<> through_virtual_functions(Executor &executor) {
  executor.execute(flush());
  co_await executor.wrap(flush());
}

void through_pointers(void (*function)(task<>),
                      const std::function<void(task<>)> &object) {
  function(flush());
  object(flush());
}

[[noreturn]] void fail();

void ends(task<> t) { fail(); }
void aborts(task<> t) {
  assert(false && "not written yet");
  std::abort();
}

void callees_that_never_come_back() {
  ends(flush());
  aborts(flush());
}

template <class T> void start_any(T &&t) {}
template <> void start_any(task<> &&t) { run(std::move(t)); }

void specialised() {
  start_any(flush());
  start_any(3);
}

std::vector<const task<> *> watched;
void watch(const task<> &t) { watched.push_back(&t); }

task<> watched_and_awaited() {
  auto t = flush();
  watch(t);
  co_await t;
}

template <bool Now> void sooner_or_later(task<> t) {
  if constexpr (Now)
    run(std::move(t));
  else
    backlog.push_back(std::move(t));
}

void chosen_when_compiled() {
  sooner_or_later<true>(flush());
  sooner_or_later<false>(flush());
}

void fills(task<> &out) { out = flush(); }

task<> filled_by_a_callee(task<> t) {
  fills(t);
  co_await t;
}

template <class T> struct held {
  explicit held(T &&t) : inner(std::move(t)) {}
  T inner;
};

/// Its constructor is the base's.
template <class T> struct awaitable_held : held<T> {
  using held<T>::held;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};

task<> given_to_an_inherited_constructor() {
  co_await awaitable_held<task<int>>(fetch());
}
