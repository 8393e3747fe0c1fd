// drogon's tasks and operations are owed an await; its AsyncTask is not.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 | %FileCheck %s

#include "../include/drogon.hpp"

using drogon::Task;

Task<> work();
Task<int> fetch();
drogon::AsyncTask running();

Task<> dropped(trantor::EventLoop *loop) {
  work();
  // CHECK: :[[#@LINE-1]]:3: warning: 'work' {{.*}}[coro-unawaited-task]
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' {{.*}}[coro-unawaited-task]
  drogon::sleepCoro(loop, 1);
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}sleepCoro{{.*}}[coro-unawaited-task]
  drogon::switchThreadCoro(loop);
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}switchThreadCoro{{.*}}[coro-unawaited-task]
  co_return;
}

Task<> lock_dropped(drogon::Mutex &m) {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}lock{{.*}}[coro-unawaited-task]
  auto lock = m.scoped_lock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'lock' {{.*}}[coro-unawaited-task]
  co_return;
}

Task<> awaited(drogon::Mutex &m, trantor::EventLoop *loop) {
  auto lock = co_await m.scoped_lock();
  co_await work();
  auto t = fetch();
  co_await t;
  co_await drogon::sleepCoro(loop, 1);
}

void runs_without_being_awaited() { running(); }

int spawned() {
  drogon::async_run(work);
  drogon::async_run([]() -> Task<> { co_await work(); });
  auto future = drogon::co_future(fetch());
  auto t = fetch();
  return drogon::sync_wait(t) + drogon::sync_wait(fetch());
}
