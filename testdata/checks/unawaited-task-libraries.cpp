// Tasks of corort and Asio that are dropped without ever having run.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/asio.hpp"
#include "corort/corort.hpp"

#include <chrono>
#include <vector>

using namespace std::chrono_literals;
using asio::awaitable;

corort::task<> work();
corort::task<int> fetch();
awaitable<void> echo();
awaitable<int> read();

corort::task<> dropped() {
  fetch();
  // CHECK: :[[#@LINE-1]]:3: warning: 'fetch' never runs: its '{{.*}}task<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  auto t = work();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'work' never runs [coro-unawaited-task]
  co_return;
}

corort::task<> combined_and_dropped() {
  corort::when_all(fetch(), fetch());
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}when_all' never runs: its {{.*}} is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  auto both = corort::when_all(work(), work());
  // CHECK: :[[#@LINE-1]]:8: warning: 'both' is never awaited, so '{{.*}}when_all' never runs [coro-unawaited-task]
  co_return;
}

corort::task<> combined_and_awaited() {
  co_await corort::when_all(work(), work());
  auto [first, second] = co_await corort::when_all(fetch(), fetch());
  auto first_task = fetch();
  auto second_task = fetch();
  co_await corort::when_all(std::move(first_task), std::move(second_task));
  std::vector<corort::task<>> tasks;
  tasks.push_back(work());
  co_await corort::when_all(std::move(tasks));
  (void)first;
  (void)second;
}

corort::task<> spawned() {
  corort::spawn(work()).detach();
  auto handle = corort::spawn(fetch());
  co_await handle;
  auto later = work();
  corort::spawn(std::move(later)).detach();
  corort::spawn([]() -> corort::task<> { co_await work(); }).detach();
}

int run() {
  corort::block_on(work());
  return corort::block_on(fetch());
}

awaitable<void> dropped_awaitable() {
  echo();
  // CHECK: :[[#@LINE-1]]:3: warning: 'echo' never runs: its '{{.*}}awaitable<void>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  auto t = read();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'read' never runs [coro-unawaited-task]
  co_return;
}

awaitable<void> dropped_operation() {
  asio::steady_timer timer(co_await asio::this_coro::executor, 1s);
  timer.async_wait(asio::use_awaitable);
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}async_wait' never runs: its '{{.*}}awaitable<void>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

awaitable<void> awaited_operations() {
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, 1s);
  co_await timer.async_wait(asio::use_awaitable);
  timer.async_wait([] {});
  co_await echo();
  asio::co_spawn(executor, echo(), asio::detached);
  asio::co_spawn(executor, echo, asio::detached);
  asio::co_spawn(executor, [] { return echo(); }, asio::detached);
  co_await asio::co_spawn(executor, read(), asio::use_awaitable);
  auto pending = read();
  co_await std::move(pending);
}

awaitable<void> dropped_spawn() {
  auto executor = co_await asio::this_coro::executor;
  asio::co_spawn(executor, read(), asio::use_awaitable);
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}co_spawn' never runs: its '{{.*}}awaitable<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}
