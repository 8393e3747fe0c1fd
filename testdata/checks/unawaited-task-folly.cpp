// Tasks of folly::coro: which are owed an await, and who takes them.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 | %FileCheck %s

#include "../include/folly.hpp"

#include <chrono>

using namespace std::chrono_literals;
using folly::coro::Task;

Task<> work();
Task<int> fetch();

Task<> dropped() {
  work();
  // CHECK: :[[#@LINE-1]]:3: warning: 'work' {{.*}}[coro-unawaited-task]
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' {{.*}}[coro-unawaited-task]
  (void)fetch();
  // CHECK: :[[#@LINE-1]]:9: warning: 'fetch' {{.*}}[coro-unawaited-task]
  co_return;
}

Task<> combined_and_dropped() {
  folly::coro::collectAll(work(), fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}collectAll' {{.*}}[coro-unawaited-task]
  auto any = folly::coro::collectAny(fetch(), fetch());
  // CHECK: :[[#@LINE-1]]:8: warning: 'any' {{.*}}[coro-unawaited-task]
  folly::coro::timeout(fetch(), 1s);
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}timeout' {{.*}}[coro-unawaited-task]
  folly::coro::co_awaitTry(fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}co_awaitTry{{.*}}[coro-unawaited-task]
  folly::coro::co_withCancellation(0, work());
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}[coro-unawaited-task]
  folly::coro::toTask(fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}[coro-unawaited-task]
  co_return;
}

void given_an_executor_and_dropped(folly::Executor *executor) {
  work().scheduleOn(executor);
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}[coro-unawaited-task]
  auto t = folly::coro::co_withExecutor(executor, fetch());
  // CHECK: :[[#@LINE-1]]:8: warning: 't' {{.*}}[coro-unawaited-task]
}

// The future has no executor, so nothing runs the task.
void turned_into_a_future_and_dropped() {
  fetch().semi();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}[coro-unawaited-task]
  auto future = folly::coro::toSemiFuture(fetch());
  // CHECK: :[[#@LINE-1]]:8: warning: 'future' {{.*}}[coro-unawaited-task]
}

Task<> lock_dropped(folly::coro::Mutex &m) {
  m.co_lock();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}co_lock{{.*}}[coro-unawaited-task]
  auto lock = m.co_scoped_lock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'lock' {{.*}}[coro-unawaited-task]
  co_return;
}

Task<> scope_left_unjoined(folly::Executor *executor) {
  folly::coro::AsyncScope scope;
  scope.add(folly::coro::co_withExecutor(executor, work()));
  scope.joinAsync();
  // CHECK: :[[#@LINE-1]]:3: warning: 'joinAsync' {{.*}}[coro-unawaited-task]
  co_return;
}

Task<> awaited(folly::coro::Mutex &m, folly::Executor *executor) {
  auto lock = co_await m.co_scoped_lock();
  co_await work();
  auto t = fetch();
  co_await std::move(t);
  co_await folly::coro::collectAll(work(), fetch());
  co_await folly::coro::co_awaitTry(fetch());
  co_await folly::coro::co_withExecutor(executor, work());
  co_await folly::coro::co_invoke([]() -> Task<> { co_await work(); });
  std::vector<Task<int>> tasks;
  tasks.push_back(fetch());
  co_await folly::coro::collectAllRange(std::move(tasks));
}

void started(folly::Executor *executor) {
  work().scheduleOn(executor).start();
  folly::coro::co_withExecutor(executor, work()).start();
  folly::coro::co_withExecutor(executor, work()).start([](auto &&) {});
  auto t = folly::coro::co_withExecutor(executor, fetch());
  auto future = std::move(t).start();
}

int waited() {
  folly::coro::blockingWait(work());
  auto t = fetch();
  fetch().semi().get();
  return folly::coro::blocking_wait(std::move(t));
}
