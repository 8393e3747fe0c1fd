// Tasks and operations of libcoro: which are owed an await, and who takes them.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 | %FileCheck %s

#include "../include/libcoro.hpp"

using namespace std::chrono_literals;
using coro::task;

task<> work();
task<int> fetch();

task<> dropped(coro::queue<int> &queue) {
  work();
  // CHECK: :[[#@LINE-1]]:3: warning: 'work' {{.*}}[coro-unawaited-task]
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' {{.*}}[coro-unawaited-task]
  queue.push(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'push' {{.*}}[coro-unawaited-task]
  co_return;
}

task<> combined_and_dropped(coro::thread_pool &pool) {
  coro::when_all(work(), fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}when_all' {{.*}}[coro-unawaited-task]
  coro::when_any(work(), fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}when_any' {{.*}}[coro-unawaited-task]
  pool.schedule(fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: 'schedule' {{.*}}[coro-unawaited-task]
  co_return;
}

task<> operation_dropped(coro::mutex &m, coro::semaphore<1> &slots,
                         coro::scheduler &io, coro::thread_pool &pool) {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}lock{{.*}}[coro-unawaited-task]
  auto lock = m.scoped_lock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'lock' {{.*}}[coro-unawaited-task]
  slots.acquire();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}acquire{{.*}}[coro-unawaited-task]
  io.schedule();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}schedule{{.*}}[coro-unawaited-task]
  io.yield_for(1ms);
  // CHECK: :[[#@LINE-1]]:3: warning: 'yield_for' {{.*}}[coro-unawaited-task]
  pool.yield();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}yield{{.*}}[coro-unawaited-task]
  co_return;
}

task<> awaited(coro::mutex &m, coro::thread_pool &pool) {
  co_await pool.schedule();
  auto lock = co_await m.scoped_lock();
  co_await work();
  auto t = fetch();
  co_await t;
  auto started = work();
  started.resume();
  co_await coro::when_all(work(), fetch());
  co_await pool.schedule(fetch());
  std::vector<task<>> tasks;
  tasks.emplace_back(work());
  co_await coro::when_all(std::move(tasks));
}

task<> spawned(coro::thread_pool &pool, coro::scheduler &io) {
  pool.spawn_detached(work());
  auto t = work();
  io.spawn_detached(std::move(t));
  // These run, whether or not somebody awaits the task that stands for them.
  auto join = pool.spawn_joinable(work());
  co_await join;
  coro::task_group<coro::thread_pool> group(&pool, work());
  (void)group.start(work());
  co_await group;
}

void runs_and_is_waited_for_when_dropped(coro::thread_pool &pool) {
  pool.spawn_joinable(work());
}

int waited() {
  coro::sync_wait(work());
  auto t = fetch();
  return coro::sync_wait(t);
}
