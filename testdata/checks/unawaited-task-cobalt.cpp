// Boost.Cobalt's tasks are lazy and owed an await; its promises run at once.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 | %FileCheck %s

#include "../include/cobalt.hpp"

namespace cobalt = boost::cobalt;
using cobalt::task;

task<> work();
task<int> fetch();
cobalt::promise<> running();

cobalt::promise<> dropped() {
  work();
  // CHECK: :[[#@LINE-1]]:3: warning: 'work' {{.*}}[coro-unawaited-task]
  auto t = fetch();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' {{.*}}[coro-unawaited-task]
  co_return;
}

task<> operation_dropped(cobalt::channel<int> &channel) {
  channel.read();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}read{{.*}}[coro-unawaited-task]
  channel.write(1);
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}write{{.*}}[coro-unawaited-task]
  co_return;
}

task<> combined_and_dropped() {
  cobalt::join(work(), work());
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}}join{{.*}}[coro-unawaited-task]
  auto first = cobalt::race(work(), fetch());
  // CHECK: :[[#@LINE-1]]:8: warning: 'first' {{.*}}[coro-unawaited-task]
  co_return;
}

task<> awaited(cobalt::channel<int> &channel) {
  co_await work();
  auto t = fetch();
  co_await t;
  co_await channel.read();
  co_await cobalt::join(work(), fetch());
  co_await cobalt::race(running(), running());
  cobalt::wait_group group;
  group.push_back(running());
  co_await group.wait();
}

void runs_without_being_awaited() {
  +running();
  auto p = running();
  p.detach();
}

int spawned(cobalt::executor ex) {
  cobalt::spawn(ex, work(), cobalt::detached_t());
  auto t = work();
  cobalt::spawn(ex, std::move(t), [](auto...) {});
  return cobalt::run(fetch());
}
