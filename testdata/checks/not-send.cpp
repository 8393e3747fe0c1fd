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
  co_await work();
}

task<> captured_by_default(handle shared) {
  spawn([=]() -> task<> {
    use(shared->value);
    co_return;
  }).detach();
  co_await work();
}

task<> captured_by_init(handle shared) {
  spawn([mine = shared]() -> task<> {
    use(mine->value);
    co_return;
  }).detach();
  co_await work();
}

// The caller has copies of what it passed in.
task<> parameter_moved_in(handle shared) {
  spawn([mine = std::move(shared)]() -> task<> {
    use(mine->value);
    co_return;
  }).detach();
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
  }
  void start_whole() {
    std::thread([*this] { use(shared->value); }).detach();
  }
};

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

task<> given_to_a_coroutine(handle shared) {
  spawn(by_value(shared)).detach();
  spawn(by_value_second(1, shared)).detach();
  co_await work();
}

task<> awaited_here(handle shared) {
  co_await by_value(shared); // Fine: runs in the same thread.
}

task<> named_task(handle shared) {
  auto later = by_value(shared);
  spawn(std::move(later)).detach();
  co_await work();
}

void given_to_a_thread(handle shared) {
  std::thread on_its_own([](handle mine) { use(mine->value); }, shared);
  on_its_own.join();
}

void bound(handle shared) {
  std::thread on_its_own(std::bind(look, shared));
  on_its_own.join();
}

void wrapped(handle shared) {
  std::function<void()> job = [shared] { use(shared->value); };
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
  threads.front().join();
}

void deferred(handle shared) {
  auto later = std::async(std::launch::deferred,
                          [shared] { return shared->value; }); // Fine: here.
  use(later.get());
}

task<> handed_over_because_it_blocks(handle shared) {
  co_await corort::spawn_blocking([shared] { use(shared->value); });
}

void fire_and_forget(std::function<void()> job) {
  std::thread(std::move(job)).detach();
}

void passed_on(handle shared) {
  fire_and_forget([shared] { use(shared->value); });
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
  co_await work();
}

task<> moved_but_copied_before() {
  auto mine = boost::make_local_shared<entry>();
  handle other = mine;
  spawn(by_value(std::move(mine))).detach();
  use(other->value);
  co_await work();
}

task<> copied_though_not_needed() {
  auto mine = boost::make_local_shared<entry>();
  spawn([mine]() -> task<> {
    use(mine->value);
    co_return;
  }).detach();
  co_await work();
}

void copied_and_joined() {
  auto mine = boost::make_local_shared<entry>();
  std::thread on_its_own([mine] { use(mine->value); }); // Fine: one at a time.
  on_its_own.join();
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
