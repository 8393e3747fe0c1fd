// Waiting, in a coroutine, for what needs the coroutine's thread to go on.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-sync-wait-in-coroutine,coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/asio.hpp"
#include "corolint/annotations.hpp"
#include "corort/corort.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <thread>
#include <utility>

using corort::task;
using namespace std::chrono_literals;

bool ready();
task<int> fetch();
task<> work();

task<int> directly() {
  co_return corort::block_on(fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'corort::block_on' waits for a task in coroutine 'directly' [coro-sync-wait-in-coroutine]
  // CHECK-NEXT: note: tasks run on this thread;{{.*}}
}

task<int> on_a_scheduler(corort::scheduler &world) {
  const int value = corort::block_on(world, fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'corort::block_on' waits for a task in coroutine 'on_a_scheduler' [coro-sync-wait-in-coroutine]
  co_return value;
}

int load() { return corort::block_on(fetch()); }
int load_both() { return load() + load(); }

task<int> through_helpers() {
  const int value = load_both();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'load_both' waits for a task in coroutine 'through_helpers' [coro-sync-wait-in-coroutine]
  // CHECK-NEXT: note: 'load_both' calls 'load' here
  // CHECK-NEXT: note: 'load' calls 'corort::block_on', which waits for a task
  co_return value;
}

struct Session {
  Session() : value(load()) {}
  ~Session() { corort::block_on(work()); }
  int value;
};

task<int> in_special_members() {
  Session session;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Session' waits for a task in coroutine 'in_special_members' [coro-sync-wait-in-coroutine]
  co_return session.value;
}

void each(const std::function<void()> &action) { action(); }

task<> in_lambda_that_runs_now() {
  each([] { load(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda waits for a task in coroutine 'in_lambda_that_runs_now' [coro-sync-wait-in-coroutine]
  [] { load(); }();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: the lambda waits for a task in coroutine 'in_lambda_that_runs_now' [coro-sync-wait-in-coroutine]
  co_await work();
}

template <class T> task<T> in_template(T value) {
  value += corort::block_on(fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'corort::block_on' waits for a task in coroutine 'in_template' [coro-sync-wait-in-coroutine]
  co_return value;
}
template task<int> in_template(int);
template task<long> in_template(long);

asio::awaitable<void> runs_the_loop(asio::io_context &context) {
  context.run();
  // CHECK: :[[#@LINE-1]]:3: warning: 'asio::io_context::run' waits for an event loop in coroutine 'runs_the_loop' [coro-sync-wait-in-coroutine]
  context.poll();
  co_return;
}

/// Its own loop waits for nobody else, but with the thread.
asio::awaitable<void> runs_its_own_loop() {
  asio::io_context context;
  context.run();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'asio::io_context::run' blocks the thread in coroutine 'runs_its_own_loop' [coro-blocking-call]
  co_return;
}

COROLINT_WAITS_FOR_TASK() int sync(task<int>);

task<> by_annotation() {
  sync(fetch());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'sync' waits for a task in coroutine 'by_annotation' [coro-sync-wait-in-coroutine]
  co_await work();
}

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

int plain_function() { return corort::block_on(fetch()); }

void starts_one() {
  std::thread([] { load(); }).detach();
}

task<> elsewhere() {
  co_await corort::spawn_blocking([] { return load(); });
  co_await corort::spawn_blocking(load);
  std::thread([] { load(); }).detach();
  starts_one();
  auto later = [] { return load(); };
  std::function<int()> kept = load;
  co_await work();
}

task<int> awaits() { co_return co_await fetch(); }

struct looks_alike {
  int block_on(task<int>);
  int get();
  void run();
};

task<> other_names(looks_alike object) {
  object.block_on(fetch());
  object.get();
  object.run();
  co_await work();
}

COROLINT_SWITCHES_EXECUTOR("blocking=yes") corort::task<> to_background();

task<> where_blocking_is_fine() {
  co_await to_background();
  load();
}

/// Blocks, and so it is the other check's.
task<int> blocks_only(std::future<int> future) {
  co_return future.get();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread in coroutine 'blocks_only' [coro-blocking-call]
}

asio::awaitable<int> job();

asio::awaitable<int> on_its_own_executor() {
  auto executor = co_await asio::this_coro::executor;
  auto done = asio::co_spawn(executor, job(), asio::use_future);
  co_return done.get();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' waits for a task in coroutine 'on_its_own_executor' [coro-sync-wait-in-coroutine]
}
