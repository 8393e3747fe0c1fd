// Lambda coroutines that read their captures while the lambda is there, and
// those that have none.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-capture-outlives-closure %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

using corort::task;

task<> work();
task<int> fetch(int id);
bool ready();
void use(int);
void use(const std::string &);

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

task<> lambda_itself_given(int local) {
  corort::spawn([local]() -> task<> {
    co_await work();
    use(local);
  }).detach();
  co_await work();
}

task<> awaited_at_once(int local) {
  co_await [&]() -> task<> {
    co_await work();
    use(local);
  }();
  use(co_await [local]() -> task<int> { co_return local; }());
}

task<> spawned_and_awaited_at_once(int local) {
  co_await corort::spawn([local]() -> task<> {
    co_await work();
    use(local);
  }());
}

task<> awaited_with_others(int local) {
  co_await corort::when_all(
      [&]() -> task<> {
        co_await work();
        use(local);
      }(),
      work());
}

int blocked_on_at_once(int local) {
  return corort::block_on([&]() -> task<int> { co_return local; }());
}

int spawned_and_blocked_on_at_once(int local) {
  return corort::block_on(
      corort::spawn([&]() -> task<int> { co_return local; }()));
}

task<> nothing_captured() {
  corort::spawn([]() -> task<> { co_await work(); }()).detach();
  corort::spawn([&]() -> task<> { co_await work(); }()).detach();
  corort::spawn([=]() -> task<> { co_await work(); }()).detach();
  auto later = []() -> task<> { co_await work(); }();
  co_await std::move(later);
}

int global = 0;

task<> only_globals_used() {
  static int local = 0;
  static constexpr int constant = 1;
  corort::spawn([&]() -> task<> {
    co_await work();
    use(global + local + constant);
  }())
      .detach();
  co_await work();
}

task<> data_as_parameters(int local, std::string text) {
  corort::spawn([](int local, std::string text) -> task<> {
    co_await work();
    use(local);
    use(text);
  }(local, text))
      .detach();
  auto later = [](int local) -> task<> {
    co_await work();
    use(local);
  }(local);
  co_await std::move(later);
}

task<> returned_with_parameters(int local) {
  return [](int local) -> task<> {
    co_await work();
    use(local);
  }(local);
}

/// It is no coroutine: it reads its captures while it is there.
task<> plain_lambda(int local) {
  auto later = [local] { return fetch(local); }();
  corort::spawn([local] { return fetch(local); }()).detach();
  use(co_await std::move(later));
}

/// A lazy task that nobody awaits reads nothing.
void never_awaited(int local) {
  auto later = [local]() -> task<> {
    co_await work();
    use(local);
  }();
  (void)later;
}

void never_called(int local) {
  auto body = [local]() -> task<> {
    co_await work();
    use(local);
  };
  (void)body;
}

task<> recursive(int depth) {
  auto visit = [&](auto &self, int level) -> task<> {
    if (level < depth)
      co_await self(self, level + 1);
  };
  co_await visit(visit, 0);
}

task<> size_only(std::vector<int> values) {
  corort::spawn(
      [&]() -> task<int> { co_return static_cast<int>(sizeof(values)); }())
      .detach();
  co_await work();
}
