// Tasks of async_simple: which are owed an await, and who takes them.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 | %FileCheck %s

#include "../include/async_simple.hpp"

using namespace std::chrono_literals;
using async_simple::coro::Lazy;

Lazy<> work();
Lazy<int> fetch();
async_simple::Future<int> running();

Lazy<> dropped() {
  work();
  // CHECK: :[[#@LINE-1]]:3: warning: 'work' {{.*}}[coro-unawaited-task]
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' {{.*}}[coro-unawaited-task]
  async_simple::coro::sleep(1s);
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}sleep' {{.*}}[coro-unawaited-task]
  co_return;
}

void dropped_on_its_way(async_simple::Executor *executor) {
  work().via(executor);
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}[coro-unawaited-task]
  auto t = fetch().via(executor);
  // CHECK: :[[#@LINE-1]]:8: warning: 't' {{.*}}[coro-unawaited-task]
}

Lazy<> combined_and_dropped() {
  async_simple::coro::collectAll(work(), fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}collectAll' {{.*}}[coro-unawaited-task]
  auto any = async_simple::coro::collectAny(fetch(), fetch());
  // CHECK: :[[#@LINE-1]]:8: warning: 'any' {{.*}}[coro-unawaited-task]
  co_return;
}

Lazy<> lock_dropped(async_simple::coro::Mutex &m) {
  m.coLock();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}coLock{{.*}}[coro-unawaited-task]
  auto lock = m.coScopedLock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'lock' {{.*}}[coro-unawaited-task]
  co_return;
}

Lazy<> awaited(async_simple::coro::Mutex &m) {
  auto lock = co_await m.coScopedLock();
  co_await work();
  auto t = fetch();
  co_await t;
  auto moved = work();
  co_await std::move(moved);
  co_await async_simple::coro::collectAll(work(), fetch());
  std::vector<Lazy<int>> tasks;
  tasks.push_back(fetch());
  co_await async_simple::coro::collectAll(std::move(tasks));
}

void started(async_simple::Executor *executor) {
  work().start([](auto &&) {});
  work().via(executor).start([](auto &&) {});
  work().via(executor).detach();
  auto t = fetch();
  std::move(t).via(executor).start([](auto &&) {});
}

int waited(async_simple::Executor *executor) {
  async_simple::coro::syncAwait(work());
  auto t = fetch();
  async_simple::coro::syncAwait(t);
  return async_simple::coro::syncAwait(fetch(), executor);
}

void runs_without_being_awaited() {
  running();
  auto future = running();
}
