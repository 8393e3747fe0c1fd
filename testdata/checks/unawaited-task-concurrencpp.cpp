// Results of concurrencpp: lazy ones are owed an await, others run anyway.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 | %FileCheck %s

#include "../include/concurrencpp.hpp"

using concurrencpp::lazy_result;
using concurrencpp::result;
using pool = std::shared_ptr<concurrencpp::thread_pool_executor>;

lazy_result<void> work();
lazy_result<int> fetch();
result<int> running();

result<void> dropped() {
  work();
  // CHECK: :[[#@LINE-1]]:3: warning: 'work' {{.*}}[coro-unawaited-task]
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' {{.*}}[coro-unawaited-task]
  (void)fetch();
  // CHECK: :[[#@LINE-1]]:9: warning: 'fetch' {{.*}}[coro-unawaited-task]
  co_return;
}

lazy_result<void> operation_dropped(concurrencpp::async_lock &m, pool p) {
  m.lock(p);
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}lock{{.*}}[coro-unawaited-task]
  concurrencpp::resume_on(p);
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}resume_on{{.*}}[coro-unawaited-task]
  fetch().resolve();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}[coro-unawaited-task]
  auto both = concurrencpp::when_all(p, running(), running());
  // CHECK: :[[#@LINE-1]]:8: warning: 'both' {{.*}}[coro-unawaited-task]
  co_return;
}

lazy_result<void> awaited(concurrencpp::async_lock &m, pool p) {
  co_await concurrencpp::resume_on(p);
  auto lock = co_await m.lock(p);
  co_await work();
  auto t = fetch();
  co_await t;
  co_await concurrencpp::when_all(p, running(), running());
}

void started() {
  work().run();
  auto t = fetch();
  auto r = t.run();
}

void runs_without_being_awaited(pool p) {
  running();
  auto r = running();
  (void)running();
  p->submit([] { return 1; });
  p->post([] {});
}

int waited() { return fetch().run().get(); }
