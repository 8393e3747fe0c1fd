// Tasks that are used, and types that owe nothing: no finding.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

task<int> fetch();
task<> flush();
task<int> fetch(const std::string &name);
eager<int> start();
bool ready();
void touch();
void run(task<> t);
void run_all(std::vector<task<>> tasks);
int block_on(task<int> t);
task<task<int>> nested();

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

task<int> awaited() {
  co_await flush();
  int value = co_await fetch();
  co_return value + co_await fetch("x");
}

task<> awaited_later() {
  auto t = fetch();
  touch();
  co_await t;
}

task<> awaited_as_rvalue() {
  auto t = fetch();
  co_await std::move(t);
}

task<> awaited_on_both_branches() {
  auto t = fetch();
  if (ready()) {
    touch();
    co_await t;
  } else {
    co_await t;
  }
}

task<> awaited_in_condition() {
  auto t = fetch();
  if (co_await t > 0)
    touch();
}

task<> awaited_inside_try() {
  auto t = fetch();
  try {
    co_await t;
  } catch (...) {
    touch();
  }
}

task<> awaited_by_reference() {
  auto t = fetch();
  auto &same = t;
  co_await same;
}

task<int> returned() { return fetch(); }

task<int> returned_variable() {
  auto t = fetch();
  return t;
}

task<int> returned_moved() {
  auto t = fetch();
  return std::move(t);
}

task<int> returned_by_ternary() { return ready() ? fetch() : fetch("x"); }

task<task<int>> co_returned() { co_return fetch(); }

task<task<int>> co_returned_variable() {
  auto t = fetch();
  co_return std::move(t);
}

task<> nested_both_awaited() {
  int value = co_await co_await nested();
  auto inner = co_await nested();
  co_await inner;
  (void)value;
}

void passed_on() {
  run(flush());
  auto t = flush();
  run(std::move(t));
}

int waited_for() { return block_on(fetch()); }

task<> collected() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  tasks.emplace_back(flush());
  for (auto &t : tasks)
    co_await t;
}

void collected_and_passed_on() {
  std::vector<task<>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(flush());
  run_all(std::move(tasks));
}

task<> awaited_by_index() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  co_await tasks[0];
  co_await std::move(tasks.front());
}

class Holder {
public:
  void stores() { pending_ = flush(); }
  void stores_moved() {
    auto t = flush();
    pending_ = std::move(t);
  }
  void collects() { all_.push_back(flush()); }
  void indexes(int i) { byId_.insert_or_assign(i, flush()); }
  Holder() : pending_(flush()) {}

private:
  task<> pending_;
  std::vector<task<>> all_;
  std::map<int, task<>> byId_;
};

void into_out_parameter(task<> &out, std::vector<task<>> &all) {
  out = flush();
  all.push_back(flush());
}

auto captured_by_move() {
  auto t = flush();
  return [t = std::move(t)]() mutable -> task<> { co_await t; };
}

task<> conditional_task(bool wanted) {
  std::optional<task<int>> t;
  if (wanted)
    t = fetch();
  if (t)
    co_await *t;
}

task<> conditional_task_emplaced(bool wanted) {
  std::optional<task<int>> t;
  if (wanted)
    t.emplace(fetch());
  if (t.has_value())
    co_await std::move(*t);
}

task<> on_every_path_that_ends() {
  auto t = fetch();
  if (ready())
    throw 1;
  co_await t;
}

[[noreturn]] void fail();

task<> aborts() {
  auto t = fetch();
  if (ready())
    fail();
  co_await t;
}

task<> never_ends() {
  auto t = fetch();
  if (ready())
    for (;;)
      co_await work();
  co_await t;
}

task<> awaited_in_a_loop_that_runs() {
  auto t = fetch();
  for (int i = 0; i < 3; ++i)
    co_await t;
}

task<> awaited_in_do_while() {
  auto t = fetch();
  do {
    co_await t;
  } while (ready());
}

task<> loops_until_awaited() {
  auto t = fetch();
  while (true) {
    if (ready()) {
      co_await t;
      break;
    }
    co_await work();
  }
}

void eager_handles() {
  start();
  (void)start();
  auto running = start();
}

detached fire();

void detached_handles() {
  fire();
  auto nothing = fire();
}

void not_evaluated() {
  static_assert(sizeof(fetch()) > 0);
  using Result = decltype(fetch());
  static_assert(noexcept(fetch()) || true);
  static_assert(sizeof(Result *) > 0);
}

/// A task that runs from its destructor on: dropping it is how it is used.
struct scheduled {
  struct promise_type {
    scheduled get_return_object();
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void();
    void unhandled_exception();
  };
  ~scheduled() { frame.resume(); }
  event operator co_await();
  std::coroutine_handle<promise_type> frame;
};

scheduled in_background();

void started_by_its_destructor() {
  in_background();
  auto scope = in_background();
}

generator<int> numbers();

void generators_are_no_tasks() {
  for (int number : numbers())
    (void)number;
}

task<> defines_a_coroutine() {
  auto step = []() -> task<> { co_await work(); };
  co_await step();
}

task<> by_pointer() {
  auto t = std::make_unique<task<int>>(fetch());
  co_await *t;
}

task<> by_structured_binding() {
  auto [first, second] = std::make_tuple(fetch(), fetch("x"));
  co_await first;
  co_await second;
}

task<> swapped() {
  auto first = fetch();
  auto second = fetch("x");
  std::swap(first, second);
  co_await first;
  co_await second;
}

task<> assigned_then_awaited() {
  task<int> t = fetch();
  co_await t;
  t = fetch("x");
  co_await t;
}

/// A task type that is asked by name whether it holds a coroutine.
struct job {
  struct promise_type {
    job get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  job() = default;
  bool valid() const;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

job make_job();

job asked_before_the_await(bool wanted) {
  job t;
  if (wanted)
    t = make_job();
  if (t.valid())
    co_await t;
}

job left_when_there_is_none() {
  job t = make_job();
  if (!t.valid())
    co_return;
  co_await t;
}

task<> wanted_twice(int count) {
  std::optional<task<int>> t;
  if (count > 0)
    t = fetch();
  touch();
  if (count <= 0)
    co_return;
  co_await *t;
}

task<> moved_and_awaited() {
  auto t = fetch();
  auto u = std::move(t);
  co_await u;
}

//===----------------------------------------------------------------------===//
// The check does run
//===----------------------------------------------------------------------===//

void dropped_in_the_end() {
  fetch();
  // CHECK: :[[#@LINE-1]]:3: warning: 'fetch' never runs: its 'task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}
