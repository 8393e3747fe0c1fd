// Which code runs where it stands, which later, and which somewhere else.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"
#include "corort/corort.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

bool ready();
void touch();
void nap() { std::this_thread::sleep_for(10ms); }
void declared(std::function<void()>);
void declared_pointer(void (*)());

//===----------------------------------------------------------------------===//
// Function pointers and std::function with a known target
//===----------------------------------------------------------------------===//

task<> pointer_never_assigned() {
  void (*pause)() = nap;
  pause();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'pointer_never_assigned' [coro-blocking-call]
  co_await work();
}

task<> pointer_assigned_once() {
  void (*pause)() = nullptr;
  pause = &nap;
  pause();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'pointer_assigned_once' [coro-blocking-call]
  co_await work();
}

task<> pointer_to_either() {
  void (*pause)() = nap;
  if (ready())
    pause = touch;
  pause();
  co_await work();
}

void doze() { nap(); }

task<> both_targets_block() {
  void (*pause)() = ready() ? nap : doze;
  pause();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'both_targets_block' [coro-blocking-call]
  co_await work();
}

void choose(void (**)());

task<> pointer_changed_elsewhere() {
  void (*pause)() = nap;
  choose(&pause);
  pause();
  co_await work();
}

task<> pointer_passed_in(void (*pause)()) {
  pause();
  co_await work();
}

task<> constant_pointer() {
  static constexpr auto pause = &nap;
  pause();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'constant_pointer' [coro-blocking-call]
  co_await work();
}

task<> function_object() {
  std::function<void()> pause = nap;
  pause();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'function_object' [coro-blocking-call]
  co_await work();
}

task<> function_object_of_lambda() {
  std::function<void()> pause = [] { nap(); };
  if (pause)
    pause();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'function_object_of_lambda' [coro-blocking-call]
  co_await work();
}

task<> function_object_assigned() {
  std::function<void()> pause;
  pause = [] { nap(); };
  pause();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'function_object_assigned' [coro-blocking-call]
  co_await work();
}

task<> function_object_reassigned() {
  std::function<void()> pause = nap;
  pause = touch;
  pause();
  co_await work();
}

task<> lambda_as_pointer() {
  void (*pause)() = [] { nap(); };
  pause();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'lambda_as_pointer' [coro-blocking-call]
  auto other = +[] { nap(); };
  other();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'lambda_as_pointer' [coro-blocking-call]
  co_await work();
}

struct Store {
  void flush() { nap(); }
  void touch() {}
  virtual void sync() { nap(); }
};
struct Disk : Store {
  void sync() override {}
};

task<> member_pointer(Store &store) {
  void (Store::*member)() = &Store::flush;
  (store.*member)();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Store::flush' blocks the thread in coroutine 'member_pointer' [coro-blocking-call]
  std::invoke(member, store);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Store::flush' blocks the thread in coroutine 'member_pointer' [coro-blocking-call]
  void (Store::*other)() = &Store::touch;
  (store.*other)();
  co_await work();
}

task<> virtual_member_pointer(Store &store) {
  void (Store::*member)() = &Store::sync;
  (store.*member)();
  co_await work();
}

struct Nap {
  void operator()() const { nap(); }
};

task<> functor() {
  Nap pause;
  pause();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Nap::operator()' blocks the thread in coroutine 'functor' [coro-blocking-call]
  Nap()();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Nap::operator()' blocks the thread in coroutine 'functor' [coro-blocking-call]
  std::invoke(pause);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Nap::operator()' blocks the thread in coroutine 'functor' [coro-blocking-call]
  co_await work();
}

task<> through_reference_wrapper(std::vector<int> values) {
  auto pause = [](int) { nap(); };
  std::for_each(values.begin(), values.end(), std::ref(pause));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'through_reference_wrapper' [coro-blocking-call]
  co_await work();
}

//===----------------------------------------------------------------------===//
// Lambdas
//===----------------------------------------------------------------------===//

task<> immediately_invoked() {
  const int value = [] { nap(); return 1; }();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'immediately_invoked' [coro-blocking-call]
  co_await save(value);
}

task<> lambda_in_lambda() {
  auto inner = [] { nap(); };
  auto outer = [inner] { inner(); };
  outer();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'lambda_in_lambda' [coro-blocking-call]
  co_await work();
}

task<> lambda_made_in_lambda() {
  auto outer = [] { return [] { nap(); }; };
  auto inner = outer();
  outer()();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'lambda_made_in_lambda' [coro-blocking-call]
  inner();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'lambda_made_in_lambda' [coro-blocking-call]
  co_await work();
}

task<> never_called() {
  auto pause = [] { nap(); };
  std::function<void()> kept = pause;
  co_await work();
}

task<> generic_lambda() {
  auto pause = [](auto time) { std::this_thread::sleep_for(time); };
  pause(10ms);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'generic_lambda' [coro-blocking-call]
  co_await work();
}

void lambda_coroutine() {
  auto run = []() -> task<> {
    nap();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in a lambda coroutine [coro-blocking-call]
    co_await work();
  };
  (void)run;
}

//===----------------------------------------------------------------------===//
// Helpers that call what they are given
//===----------------------------------------------------------------------===//

template <class F> void retry(F action) { action(); }
template <class F> void forwarded(F &&action) { std::forward<F>(action)(); }

task<> template_helper() {
  retry([] { nap(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'template_helper' [coro-blocking-call]
  forwarded([] { nap(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'template_helper' [coro-blocking-call]
  retry(nap);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'template_helper' [coro-blocking-call]
  forwarded(nap);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'template_helper' [coro-blocking-call]
  retry(std::function<void()>(nap));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'template_helper' [coro-blocking-call]
  retry([] { touch(); });
  retry(touch);
  co_await work();
}

void run_pointer(void (*action)()) { action(); }
void run_object(const std::function<void()> &action) {
  if (action)
    action();
}
void run_moved(std::function<void()> action) {
  run_object(std::move(action));
}
void run_if(bool really, std::function<void()> action) {
  if (really)
    run_moved(action);
}

task<> helper_with_parameter() {
  run_pointer(nap);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'helper_with_parameter' [coro-blocking-call]
  run_pointer(&nap);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'helper_with_parameter' [coro-blocking-call]
  run_pointer([] { nap(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'helper_with_parameter' [coro-blocking-call]
  run_object(nap);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'helper_with_parameter' [coro-blocking-call]
  run_object([] { nap(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'helper_with_parameter' [coro-blocking-call]
  run_moved([] { nap(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'helper_with_parameter' [coro-blocking-call]
  run_if(ready(), nap);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'helper_with_parameter' [coro-blocking-call]
  run_pointer(touch);
  run_object([] { touch(); });
  co_await work();
}

task<> helper_with_variable() {
  auto pause = [] { nap(); };
  run_object(pause);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'helper_with_variable' [coro-blocking-call]
  std::function<void()> kept = nap;
  run_object(kept);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'helper_with_variable' [coro-blocking-call]
  run_moved(std::move(kept));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'helper_with_variable' [coro-blocking-call]
  co_await work();
}

void on_each(std::vector<int> &values, const std::function<void(int)> &action) {
  std::for_each(values.begin(), values.end(), action);
}

task<> helper_that_hands_on(std::vector<int> values) {
  on_each(values, [](int) { nap(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda blocks the thread in coroutine 'helper_that_hands_on' [coro-blocking-call]
  on_each(values, [](int) { touch(); });
  co_await work();
}

void run_twice(void (*action)(), int depth) {
  action();
  if (depth > 0)
    run_twice(action, depth - 1);
}

task<> recursive_helper() {
  run_twice(nap, 3);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'recursive_helper' [coro-blocking-call]
  co_await work();
}

struct Queue {
  std::vector<std::function<void()>> later;
  void add(std::function<void()> action) { later.push_back(std::move(action)); }
  void replace(std::function<void()> action) {
    action = touch;
    action();
  }
};

task<> helper_that_keeps(Queue &queue) {
  queue.add(nap);
  queue.add([] { nap(); });
  queue.replace(nap);
  declared(nap);
  declared_pointer(nap);
  co_await work();
}

//===----------------------------------------------------------------------===//
// Elsewhere
//===----------------------------------------------------------------------===//

void in_background(std::function<void()> action) {
  std::thread(std::move(action)).detach();
}
template <class F> auto on_pool(F action) {
  return corort::spawn_blocking([action] { return action(); });
}
void start(void (*action)()) { std::thread(action).detach(); }

task<> offloaded() {
  in_background(nap);
  in_background([] { nap(); });
  start(nap);
  co_await on_pool([] { nap(); });
  co_await on_pool(nap);
  auto pause = [] { nap(); };
  co_await corort::spawn_blocking(pause);
  co_await corort::spawn_blocking([&] { pause(); });
  std::thread(pause).detach();
}
