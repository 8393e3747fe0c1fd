// A sender does nothing until somebody connects and starts it.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 | %FileCheck %s

#include "../include/stdexec.hpp"

exec::task<void> work();

void dropped(stdexec::inline_scheduler scheduler) {
  work();
  // CHECK: :[[#@LINE-1]]:3: warning: 'work' {{.*}}[coro-unawaited-task]
  stdexec::schedule(scheduler);
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}[coro-unawaited-task]
  stdexec::then(stdexec::just(1), [](int) {});
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}[coro-unawaited-task]
  stdexec::just(1) | stdexec::then([](int) {});
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}[coro-unawaited-task]
  auto sender = stdexec::just(1) | stdexec::then([](int) {});
  // CHECK: :[[#@LINE-1]]:8: warning: 'sender' {{.*}}[coro-unawaited-task]
  stdexec::when_all(work(), stdexec::just(1));
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}[coro-unawaited-task]
}

exec::task<void> awaited(stdexec::inline_scheduler scheduler) {
  co_await work();
  co_await stdexec::schedule(scheduler);
  auto sender = stdexec::just(1) | stdexec::then([](int) {});
  co_await std::move(sender);
  co_await stdexec::when_all(work(), stdexec::just(1));
}

void started() {
  stdexec::sync_wait(work());
  stdexec::sync_wait(stdexec::just(1) | stdexec::then([](int) {}));
  exec::start_detached(work());
  auto sender = stdexec::just(1);
  exec::start_detached(std::move(sender));
  stdexec::spawn(stdexec::just(1), 0);
  // Runs, whether or not anybody awaits what stands for it.
  auto future = stdexec::spawn_future(stdexec::just(1), 0);
}

void connected() { auto operation = stdexec::connect(stdexec::just(1), 0); }

exec::task<void> scoped() {
  exec::async_scope scope;
  scope.spawn(work());
  co_await scope.on_empty();
}

auto returned() { return stdexec::just(1) | stdexec::then([](int) {}); }
