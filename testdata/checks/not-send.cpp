// Values that belong to one thread and go to another, and near misses.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-not-send %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/smart_ptr.hpp"
#include "corort/corort.hpp"

#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

using boost::local_shared_ptr;
using corort::spawn;
using corort::task;

struct entry {
  int value = 0;
};
using handle = local_shared_ptr<entry>;

task<> work();
void use(int);
void look(const handle &);
task<> by_value(handle);
task<> by_value_second(int, handle);
handle find();

//===----------------------------------------------------------------------===//
// Captures
//===----------------------------------------------------------------------===//

task<> captured_by_copy(handle shared) {
  spawn([shared]() -> task<> {
    use(shared->value);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:10: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-5]]:10: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-6]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-8]]:32: note: 'shared' stays behind and shares what it has with the copy
  co_await work();
}

task<> captured_by_default(handle shared) {
  spawn([=]() -> task<> {
    use(shared->value);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:10: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-5]]:10: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-6]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-8]]:35: note: 'shared' stays behind and shares what it has with the copy
  co_await work();
}

task<> captured_by_init(handle shared) {
  spawn([mine = shared]() -> task<> {
    use(mine->value);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:10: warning: 'mine' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-5]]:10: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-6]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-8]]:32: note: 'shared' stays behind and shares what it has with the copy
  co_await work();
}

// The caller has copies of what it passed in.
task<> parameter_moved_in(handle shared) {
  spawn([mine = std::move(shared)]() -> task<> {
    use(mine->value);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:10: warning: 'mine' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-5]]:10: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-6]]:3: note: the task leaves here: 'spawn' runs it on another thread
  co_await work();
}

task<> captured_content(handle shared) {
  spawn([value = shared->value]() -> task<> { // Fine: a number.
    use(value);
    co_return;
  }).detach();
  co_await work();
}

task<> captured_where_it_stays(handle shared) {
  co_await [shared]() -> task<> { // Fine: runs in the same thread.
    use(shared->value);
    co_return;
  }();
}

struct holder {
  handle shared;
  void start() {
    spawn([mine = shared]() -> task<> {
      use(mine->value);
      co_return;
    }).detach();
    // CHECK: :[[#@LINE-4]]:12: warning: 'mine' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
    // CHECK-NEXT: :[[#@LINE-5]]:12: note: its reference count is not atomic
    // CHECK-NEXT: :[[#@LINE-6]]:5: note: the task leaves here: 'spawn' runs it on another thread
  }
  void start_whole() {
    std::thread([*this] { use(shared->value); }).detach();
    // CHECK: :[[#@LINE-1]]:18: warning: '*this' goes to another thread, but a 'holder' belongs to one [coro-not-send]
    // CHECK-NEXT: :[[#@LINE-13]]:10: note: 'holder::shared' -> 'boost::local_shared_ptr<entry>': its reference count is not atomic
    // CHECK-NEXT: :[[#@LINE-3]]:5: note: the task leaves here: 'std::thread' runs it on another thread
  }
};

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

task<> given_to_a_coroutine(handle shared) {
  spawn(by_value(shared)).detach();
  // CHECK: :[[#@LINE-1]]:18: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:18: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:36: note: 'shared' stays behind and shares what it has with the copy
  spawn(by_value_second(1, shared)).detach();
  // CHECK: :[[#@LINE-1]]:28: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:28: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-10]]:36: note: 'shared' stays behind and shares what it has with the copy
  co_await work();
}

task<> awaited_here(handle shared) {
  co_await by_value(shared); // Fine: runs in the same thread.
}

task<> named_task(handle shared) {
  auto later = by_value(shared);
  // CHECK: :[[#@LINE-1]]:25: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:25: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:26: note: 'shared' stays behind and shares what it has with the copy
  spawn(std::move(later)).detach();
  co_await work();
}

void given_to_a_thread(handle shared) {
  std::thread on_its_own([](handle mine) { use(mine->value); }, shared);
  // CHECK: :[[#@LINE-1]]:65: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:65: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:15: note: the task leaves here: 'std::thread' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:31: note: 'shared' stays behind and shares what it has with the copy
  on_its_own.join();
}

void bound(handle shared) {
  std::thread on_its_own(std::bind(look, shared));
  // CHECK: :[[#@LINE-1]]:42: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:42: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:15: note: the task leaves here: 'std::thread' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:19: note: 'shared' stays behind and shares what it has with the copy
  on_its_own.join();
}

void wrapped(handle shared) {
  std::function<void()> job = [shared] { use(shared->value); };
  // CHECK: :[[#@LINE-1]]:32: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:32: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE+2]]:15: note: the task leaves here: 'std::thread' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:21: note: 'shared' stays behind and shares what it has with the copy
  std::thread on_its_own(job);
  on_its_own.join();
}

void erased(std::function<void()> job) {
  std::thread on_its_own(job); // Fine: nobody knows what is in it.
  on_its_own.join();
}

void in_a_container(handle shared) {
  std::vector<std::thread> threads;
  threads.emplace_back([shared] { use(shared->value); });
  // CHECK: :[[#@LINE-1]]:25: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:25: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'emplace_back' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-6]]:28: note: 'shared' stays behind and shares what it has with the copy
  threads.front().join();
}

void deferred(handle shared) {
  auto later = std::async(std::launch::deferred,
                          [shared] { return shared->value; }); // Fine: here.
  use(later.get());
}

task<> handed_over_because_it_blocks(handle shared) {
  co_await corort::spawn_blocking([shared] { use(shared->value); });
  // CHECK: :[[#@LINE-1]]:36: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:36: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:12: note: the task leaves here: 'spawn_blocking' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:45: note: 'shared' stays behind and shares what it has with the copy
}

void fire_and_forget(std::function<void()> job) {
  std::thread(std::move(job)).detach();
}

void passed_on(handle shared) {
  fire_and_forget([shared] { use(shared->value); });
  // CHECK: :[[#@LINE-1]]:20: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:20: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'fire_and_forget' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:23: note: 'shared' stays behind and shares what it has with the copy
}

//===----------------------------------------------------------------------===//
// The only owner
//===----------------------------------------------------------------------===//

task<> made_and_moved() {
  auto mine = boost::make_local_shared<entry>();
  mine->value = 1;
  spawn([mine = std::move(mine)]() -> task<> { // Fine: nobody else has one.
    use(mine->value);
    co_return;
  }).detach();
  co_await work();
}

task<> made_in_place() {
  spawn(by_value(boost::make_local_shared<entry>())).detach(); // Fine.
  spawn(by_value(handle(new entry))).detach();                 // Fine.
  co_await work();
}

task<> fetched() {
  spawn(by_value(find())).detach();
  // CHECK: :[[#@LINE-1]]:18: warning: this value goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:18: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'spawn' runs it on another thread
  co_await work();
}

task<> moved_but_copied_before() {
  auto mine = boost::make_local_shared<entry>();
  handle other = mine;
  spawn(by_value(std::move(mine))).detach();
  // CHECK: :[[#@LINE-1]]:18: warning: 'mine' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:18: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'spawn' runs it on another thread
  use(other->value);
  co_await work();
}

task<> copied_though_not_needed() {
  auto mine = boost::make_local_shared<entry>();
  spawn([mine]() -> task<> {
    use(mine->value);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:10: warning: 'mine' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-5]]:10: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-6]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-8]]:8: note: 'mine' stays behind and shares what it has with the copy
  // CHECK-NEXT: :[[#@LINE-8]]:10: note: move 'mine' into the task
  co_await work();
}

void copied_and_joined() {
  auto mine = boost::make_local_shared<entry>();
  std::thread on_its_own([mine] { use(mine->value); }); // Fine: one at a time.
  on_its_own.join();
}

task<> one_copy_for_each() {
  handle mine(new entry);
  std::vector<corort::join_handle<>> running;
  for (int i = 0; i < 3; ++i)
    running.push_back(spawn(by_value(mine)));
    // CHECK: :[[#@LINE-1]]:38: warning: 'mine' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
    // CHECK-NEXT: :[[#@LINE-2]]:38: note: its reference count is not atomic
    // CHECK-NEXT: :[[#@LINE-3]]:23: note: the task leaves here: 'spawn' runs it on another thread
    // CHECK-NEXT: :[[#@LINE-7]]:10: note: 'mine' stays behind and shares what it has with the copy
  for (auto &each : running)
    co_await each;
}

//===----------------------------------------------------------------------===//
// By reference
//===----------------------------------------------------------------------===//

task<> both_copy() {
  handle shared(new entry);
  auto running = spawn([&shared]() -> task<> {
    handle mine = shared;
    use(mine->value);
    co_return;
  });
  // CHECK: :[[#@LINE-5]]:26: warning: 'shared' is used by two threads at once, but a 'boost::local_shared_ptr<entry>' is made for one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-6]]:26: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-7]]:18: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+1]]:18: note: it is used here meanwhile
  handle other = shared;
  use(other->value);
  co_await running;
}

task<> one_copies_after_the_other() {
  handle shared(new entry);
  co_await spawn([&shared]() -> task<> { // Fine: over by then.
    handle mine = shared;
    use(mine->value);
    co_return;
  });
  handle other = shared;
  use(other->value);
}

task<> both_look() {
  handle shared(new entry);
  auto running = spawn([&shared]() -> task<> { // Fine: nothing is counted.
    use(shared->value);
    co_return;
  });
  use(shared->value);
  co_await running;
}
