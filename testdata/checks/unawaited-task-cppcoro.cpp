// Tasks and operations of cppcoro: which are owed an await, and who takes them.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 | %FileCheck %s

#include "../include/cppcoro.hpp"

using namespace std::chrono_literals;
using cppcoro::task;

task<> work();
task<int> fetch();
cppcoro::shared_task<int> share();

task<> dropped() {
  work();
  // CHECK: :[[#@LINE-1]]:3: warning: 'work' {{.*}}[coro-unawaited-task]
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' {{.*}}[coro-unawaited-task]
  (void)share();
  // CHECK: :[[#@LINE-1]]:9: warning: 'share' {{.*}}[coro-unawaited-task]
  co_return;
}

task<> combined_and_dropped(cppcoro::static_thread_pool &pool) {
  cppcoro::when_all(work(), fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}when_all' {{.*}}[coro-unawaited-task]
  cppcoro::when_all_ready(work(), work());
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}when_all_ready' {{.*}}[coro-unawaited-task]
  auto both = cppcoro::when_all(work(), fetch());
  // CHECK: :[[#@LINE-1]]:8: warning: 'both' {{.*}}[coro-unawaited-task]
  cppcoro::schedule_on(pool, fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}schedule_on' {{.*}}[coro-unawaited-task]
  cppcoro::make_shared_task(fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}make_shared_task' {{.*}}[coro-unawaited-task]
  co_return;
}

task<> operation_dropped(cppcoro::async_mutex &m, cppcoro::io_service &io,
                         cppcoro::static_thread_pool &pool,
                         cppcoro::async_scope &scope) {
  m.lock_async();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}lock_async{{.*}}[coro-unawaited-task]
  auto lock = m.scoped_lock_async();
  // CHECK: :[[#@LINE-1]]:8: warning: 'lock' {{.*}}[coro-unawaited-task]
  pool.schedule();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}schedule{{.*}}[coro-unawaited-task]
  io.schedule_after(1s);
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}schedule_after{{.*}}[coro-unawaited-task]
  scope.join();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}join{{.*}}[coro-unawaited-task]
  co_return;
}

task<> awaited(cppcoro::async_mutex &m, cppcoro::static_thread_pool &pool) {
  co_await pool.schedule();
  auto lock = co_await m.scoped_lock_async();
  co_await work();
  auto t = fetch();
  co_await t;
  auto later = work();
  co_await later.when_ready();
  co_await cppcoro::when_all(work(), fetch());
  auto both = cppcoro::when_all_ready(work(), work());
  co_await std::move(both);
  std::vector<task<>> tasks;
  tasks.push_back(work());
  co_await cppcoro::when_all(std::move(tasks));
  co_await cppcoro::resume_on(pool, fetch());
  auto shared = share();
  auto again = shared;
  co_await again;
}

task<> spawned() {
  cppcoro::async_scope scope;
  scope.spawn(work());
  auto t = work();
  scope.spawn(std::move(t));
  co_await scope.join();
}

int waited() {
  cppcoro::sync_wait(work());
  auto t = fetch();
  return cppcoro::sync_wait(t);
}
