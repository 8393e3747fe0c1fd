/// \file
/// Tasks, captures and blocking calls: one finding of each other check, and code
/// that is right.

#include <app/counter.hpp>

#include <chrono>
#include <cstdio>
#include <thread>

namespace {

corort::task<void> step(app::counter &c) { co_await c.add(1); }

void wait_a_little() {
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

} // namespace

corort::task<void> dropped(app::counter &c) {
  step(c);
  co_await step(c);
}

corort::task<void> awaited_on_one_branch(app::counter &c, bool busy) {
  auto pending = step(c);
  if (!busy)
    co_await std::move(pending);
}

corort::task<void> blocks() {
  std::this_thread::sleep_for(std::chrono::seconds(1));
  co_await corort::yield();
}

corort::task<void> blocks_in_a_helper() {
  wait_a_little();
  co_await corort::yield();
}

corort::task<void> prints() {
  std::puts("quiet unless this folder asks for console output");
  co_await corort::yield();
}

corort::task<void> right(app::counter &c) {
  const int value = co_await c.add(1);
  co_await corort::sleep_for(std::chrono::milliseconds(value));
}
