// Tasks that keep `this`: what keeps the object alive until they end, and what
// does not.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using corort::task;

task<> work();
void use(int);

//===----------------------------------------------------------------------===//
// Nothing does
//===----------------------------------------------------------------------===//

class Plain {
public:
  void captured() {
    corort::spawn([this]() -> task<> {
      co_await work();
      use(value_);
    }).detach();
    // CHECK: :[[#@LINE-4]]:20: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
    // CHECK-NEXT: :[[#@LINE-5]]:5: note: the task leaves here: 'spawn' runs it on another thread
  }
  void captured_by_default() {
    corort::spawn([&]() -> task<> {
      co_await work();
      use(value_);
    }).detach();
    // CHECK: :[[#@LINE-4]]:20: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }
  void captured_by_copy_default() {
    corort::spawn([=, this]() -> task<> {
      co_await work();
      use(value_);
    }).detach();
    // CHECK: :[[#@LINE-4]]:23: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }
  void member_coroutine() {
    corort::spawn(run()).detach();
    // CHECK: :[[#@LINE-1]]:19: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }
  void member_by_reference() {
    corort::spawn([&value = value_]() -> task<> {
      co_await work();
      use(value);
    }).detach();
    // CHECK: :[[#@LINE-4]]:21: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }
  void on_a_thread() {
    std::thread([this] { use(value_); }).detach();
    // CHECK: :[[#@LINE-1]]:18: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }
  void bound() {
    std::thread(std::bind(&Plain::count, this)).detach();
    // CHECK: :[[#@LINE-1]]:42: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }
  void method_and_object() {
    std::thread(&Plain::count, this).detach();
    // CHECK: :[[#@LINE-1]]:32: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }
  task<> from_a_coroutine() {
    corort::spawn(run()).detach();
    // CHECK: :[[#@LINE-1]]:19: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
    co_await work();
  }

  void copied() {
    corort::spawn([*this]() -> task<> {
      co_await work();
      use(value_);
    }).detach();
  }
  void value_only() {
    corort::spawn([value = value_]() -> task<> {
      co_await work();
      use(value);
    }).detach();
  }
  void joined() {
    std::thread thread([this] { use(value_); });
    thread.join();
  }
  task<> awaited() {
    auto handle = corort::spawn(run());
    co_await run();
    co_await handle;
  }
  /// The caller has the object.
  task<> returned() { return run(); }
  corort::join_handle<> handle_returned() { return corort::spawn(run()); }
  void of_the_class() { corort::spawn(shared_by_all(1)).detach(); }

private:
  task<> run();
  static task<> shared_by_all(int id);
  void count();
  int value_ = 0;
};

//===----------------------------------------------------------------------===//
// An owner goes along
//===----------------------------------------------------------------------===//

class Session : public std::enable_shared_from_this<Session> {
public:
  void owner_captured() {
    corort::spawn([self = shared_from_this()]() -> task<> {
      co_await self->run();
    }).detach();
  }
  void owner_and_this() {
    corort::spawn([this, self = shared_from_this()]() -> task<> {
      co_await run();
    }).detach();
  }
  void owner_in_variable() {
    auto self = shared_from_this();
    corort::spawn([self, this]() -> task<> { co_await run(); }).detach();
  }
  void owner_as_parameter() {
    corort::spawn([](std::shared_ptr<Session> self) -> task<> {
      co_await self->run();
    }(shared_from_this()))
        .detach();
  }
  void owner_on_a_thread() {
    std::thread([this, self = shared_from_this()] { use(value_); }).detach();
  }
  void owner_forgotten() {
    corort::spawn([this]() -> task<> { co_await run(); }).detach();
    // CHECK: :[[#@LINE-1]]:20: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }
  void owner_stays_here() {
    auto self = shared_from_this();
    corort::spawn(run()).detach();
    // CHECK: :[[#@LINE-1]]:19: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }

private:
  task<> run();
  int value_ = 0;
};

//===----------------------------------------------------------------------===//
// The object waits
//===----------------------------------------------------------------------===//

class JoinsInDestructor {
public:
  ~JoinsInDestructor() { thread_.join(); }
  void start() {
    thread_ = std::thread([this] { use(value_); });
  }

private:
  int value_ = 0;
  std::thread thread_;
};

class JoinedByMember {
public:
  void start() {
    thread_ = std::jthread([this] { use(value_); });
  }

private:
  int value_ = 0;
  std::jthread thread_;
};

class BlocksInDestructor {
public:
  ~BlocksInDestructor() { corort::block_on(std::move(handle_)); }
  void start() { handle_ = corort::spawn(run()); }

private:
  task<> run();
  corort::join_handle<> handle_;
};

//===----------------------------------------------------------------------===//
// Objects that are locals
//===----------------------------------------------------------------------===//

struct Counter {
  task<> run();
  int value = 0;
};

task<> local_object() {
  Counter counter;
  corort::spawn(counter.run()).detach();
  // CHECK: :[[#@LINE-1]]:17: warning: task keeps a reference to 'counter', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> object_of_unique_owner() {
  auto counter = std::make_unique<Counter>();
  corort::spawn(counter->run()).detach();
  // CHECK: :[[#@LINE-1]]:17: warning: task keeps a reference to 'counter', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> local_object_joined() {
  Counter counter;
  auto handle = corort::spawn(counter.run());
  co_await handle;
}

task<> object_moved_into_the_task() {
  auto counter = std::make_unique<Counter>();
  corort::spawn([counter = std::move(counter)]() -> task<> {
    co_await counter->run();
  }).detach();
  co_await work();
}

task<> object_shared_with_the_task() {
  auto counter = std::make_shared<Counter>();
  corort::spawn([counter]() -> task<> { co_await counter->run(); }).detach();
  co_await work();
}

void object_of_others(Counter &counter) {
  corort::spawn(counter.run()).detach();
}
