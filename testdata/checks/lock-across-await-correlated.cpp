// A condition tested twice is one condition: what is locked under it is unlocked
// under it.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

std::mutex m;
void touch();

struct Settings {
  bool sync;
  int level;
  bool is_sync() const;
};

task<> tests_a_pointer(std::mutex *lock) {
  if (lock)
    lock->lock();
  touch();
  if (lock != nullptr)
    lock->unlock();
  co_await work();
}

task<> tests_a_field(const Settings &settings) {
  if (settings.sync)
    m.lock();
  touch();
  if (settings.sync)
    m.unlock();
  co_await work();
}

task<> tests_a_const_method(const Settings &settings) {
  if (settings.is_sync())
    m.lock();
  touch();
  if (settings.is_sync())
    m.unlock();
  co_await work();
}

task<> tests_inverse_comparisons(int level) {
  if (level > 2)
    m.lock();
  touch();
  if (level <= 2)
    co_return;
  m.unlock();
  co_await work();
}

task<> tests_an_optional(std::optional<int> value) {
  if (value)
    m.lock();
  touch();
  if (value.has_value())
    m.unlock();
  co_await work();
}

task<> switches_first(int level) {
  switch (level) {
  case 1:
    m.lock();
    break;
  default:
    break;
  }
  touch();
  if (level == 1)
    m.unlock();
  co_await work();
}

task<> changed_in_between(Settings settings) {
  if (settings.sync)
    m.lock();
  // CHECK: :[[#@LINE-1]]:5: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  settings.sync = false;
  if (settings.sync)
    m.unlock();
  co_await work();
}

task<> other_condition(bool first, bool second) {
  if (first)
    m.lock();
  // CHECK: :[[#@LINE-1]]:5: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  if (second)
    m.unlock();
  co_await work();
}

task<> emptied_optional_guard(bool wanted) {
  std::optional<std::lock_guard<std::mutex>> guard;
  if (wanted)
    guard.emplace(m);
  touch();
  guard = std::nullopt;
  co_await work();
}

task<> unlocked_by_an_owner_of_its_address() {
  m.lock();
  {
    std::unique_ptr<std::mutex, void (*)(std::mutex *)> unlocks(
        &m, [](std::mutex *held) { held->unlock(); });
    touch();
  }
  co_await work();
}
