// Futures of seastar run whether or not somebody awaits them; only a lock or a
// permit that nobody awaits is not there.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 | %FileCheck %s

#include "../include/seastar.hpp"

#include <tuple>

using namespace std::chrono_literals;
using seastar::future;

future<> work();
future<int> fetch();

void runs_without_being_awaited() {
  (void)work();
  (void)work().finally([] {});
  auto f = fetch();
  (void)seastar::async([] { work().get(); });
  std::ignore = seastar::sleep(1s);
}

future<> awaited(seastar::semaphore &slots) {
  co_await work();
  auto f = fetch();
  co_await std::move(f);
  co_await seastar::when_all(work(), fetch());
  auto units = co_await seastar::get_units(slots, 1);
  co_await slots.wait();
  co_await seastar::coroutine::maybe_yield();
}

future<> chained(seastar::semaphore &slots) {
  return seastar::get_units(slots, 1).then([](auto) { return work(); });
}

future<> permit_forgotten(seastar::semaphore &slots) {
  auto units = seastar::get_units(slots, 1);
  // CHECK: :[[#@LINE-1]]:8: warning: 'units' {{.*}}[coro-unawaited-task]
  co_await work();
}

future<> permit_dropped(seastar::semaphore &slots) {
  slots.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}wait{{.*}}[coro-unawaited-task]
  co_await work();
}

future<> operation_dropped() {
  auto yield = seastar::coroutine::maybe_yield();
  // CHECK: :[[#@LINE-1]]:8: warning: 'yield' {{.*}}[coro-unawaited-task]
  co_await work();
}
