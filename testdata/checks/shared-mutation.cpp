// Objects that two tasks use at the same time, and near misses.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-shared-mutation %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

using corort::spawn;
using corort::task;
using corort::when_all;

task<> work();
task<int> fetch(int id);
void use(int);

struct Counter {
  int hits = 0;
  int misses = 0;
};

//===----------------------------------------------------------------------===//
// Two tasks
//===----------------------------------------------------------------------===//

task<> captured_by_reference() {
  int n = 0;
  auto a = spawn([&n]() -> task<> {
    co_await work();
    ++n;
    // CHECK: :[[#@LINE-1]]:7: warning: 'n' is written by two tasks that run at the same time [coro-shared-mutation]
    // CHECK-NEXT: :[[#@LINE+6]]:5: note: it is written here, too
    // CHECK-NEXT: :[[#@LINE-5]]:12: note: 'spawn' starts the task here; it runs on another thread
    // CHECK-NEXT: :[[#@LINE+2]]:12: note: 'spawn' starts the other task here; it runs on another thread
  });
  auto b = spawn([&n]() -> task<> {
    co_await work();
    n = 2;
  });
  co_await a;
  co_await b;
}

task<> one_only_reads() {
  int n = 0;
  auto a = spawn([&]() -> task<> {
    use(n);
    co_return;
  });
  auto b = spawn([&]() -> task<> {
    co_await work();
    n = 2;
    // CHECK: :[[#@LINE-1]]:5: warning: 'n' is written by a task while another one reads it [coro-shared-mutation]
    // CHECK-NEXT: :[[#@LINE-7]]:9: note: it is read here
    // CHECK-NEXT: :[[#@LINE-5]]:12: note: 'spawn' starts the task here; it runs on another thread
    // CHECK-NEXT: :[[#@LINE-10]]:12: note: 'spawn' starts the other task here; it runs on another thread
  });
  co_await a;
  co_await b;
}

task<> both_only_read() {
  int n = 0;
  auto a = spawn([&]() -> task<> {
    use(n);
    co_return;
  });
  auto b = spawn([&]() -> task<> {
    use(n + 1);
    co_return;
  });
  co_await a;
  co_await b;
}

task<> each_has_a_copy() {
  int n = 0;
  auto a = spawn([n]() mutable -> task<> {
    use(++n);
    co_return;
  });
  auto b = spawn([n]() mutable -> task<> {
    use(++n);
    co_return;
  });
  co_await a;
  co_await b;
}

task<> joined_in_between() {
  int n = 0;
  auto a = spawn([&]() -> task<> {
    n = 1;
    co_return;
  });
  co_await a;
  auto b = spawn([&]() -> task<> {
    n = 2;
    co_return;
  });
  co_await b;
}

task<> add(Counter &counter) {
  co_await work();
  ++counter.hits;
  // CHECK: :[[#@LINE-1]]:13: warning: 'counter.hits' is written by two tasks that run at the same time [coro-shared-mutation]
  // CHECK-NEXT: :[[#@LINE+6]]:12: note: 'spawn' starts the task here; it runs on another thread
  // CHECK-NEXT: :[[#@LINE+6]]:12: note: 'spawn' starts the other task here; it runs on another thread
}

task<> given_by_reference() {
  Counter counter;
  auto a = spawn(add(counter));
  auto b = spawn(add(counter));
  co_await a;
  co_await b;
}

task<> given_different_objects() {
  Counter one, other;
  auto a = spawn(add(one));
  auto b = spawn(add(other));
  co_await a;
  co_await b;
}

task<> different_members() {
  Counter counter;
  auto a = spawn([&]() -> task<> {
    counter.hits = 1;
    co_return;
  });
  auto b = spawn([&]() -> task<> {
    counter.misses = 1;
    co_return;
  });
  co_await a;
  co_await b;
}

task<> behind_copies_of_one_pointer() {
  auto counter = std::make_shared<Counter>();
  spawn([counter]() -> task<> {
    co_await work();
    ++counter->hits;
    // CHECK: :[[#@LINE-1]]:16: warning: 'counter->hits' is written by a task while another one reads it [coro-shared-mutation]
    // CHECK-NEXT: :[[#@LINE+6]]:15: note: it is read here
    // CHECK-NEXT: :[[#@LINE-5]]:3: note: 'spawn' starts the task here; it runs on another thread
    // CHECK-NEXT: :[[#@LINE+2]]:3: note: 'spawn' starts the other task here; it runs on another thread
  }).detach();
  spawn([mine = counter]() -> task<> {
    co_await work();
    use(mine->hits);
  }).detach();
  co_return;
}

task<> on_other_branches(bool first) {
  auto counter = std::make_shared<Counter>();
  if (first)
    spawn([counter]() -> task<> {
      ++counter->hits;
      co_return;
    }).detach();
  else
    spawn([counter]() -> task<> {
      --counter->hits;
      co_return;
    }).detach();
  co_return;
}

int requests = 0;

task<> count_request() {
  ++requests;
  // CHECK: :[[#@LINE-1]]:5: warning: 'requests' is written by two tasks that run at the same time [coro-shared-mutation]
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: 'spawn' starts the task here; it runs on another thread
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: 'spawn' starts the other task here; it runs on another thread
  co_return;
}

task<> started_twice() {
  spawn(count_request()).detach();
  spawn(count_request()).detach();
  co_return;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

task<> started_in_a_loop() {
  int sum = 0;
  std::vector<corort::join_handle<>> parts;
  for (int id = 0; id < 4; ++id)
    parts.push_back(spawn([&sum, id]() -> task<> { sum += co_await fetch(id); }));
    // CHECK: :[[#@LINE-1]]:52: warning: 'sum' is written by tasks of one kind that run at the same time [coro-shared-mutation]
    // CHECK-NEXT: :[[#@LINE-2]]:21: note: 'spawn' starts one here each time round, and does not wait for the one before
  for (auto &part : parts)
    co_await part;
}

task<> awaited_each_time_round() {
  int sum = 0;
  for (int id = 0; id < 4; ++id)
    co_await spawn([&sum, id]() -> task<> { sum += co_await fetch(id); });
}

task<> made_anew_each_time_round() {
  for (int id = 0; id < 4; ++id) {
    auto sum = std::make_shared<int>(0);
    spawn([sum, id]() -> task<> { *sum += co_await fetch(id); }).detach();
  }
  co_return;
}

task<> elements_by_index() {
  std::vector<int> results(4);
  std::vector<corort::join_handle<>> parts;
  for (int id = 0; id < 4; ++id)
    parts.push_back(
        spawn([&, id]() -> task<> { results[id] = co_await fetch(id); }));
  for (auto &part : parts)
    co_await part;
}

task<> elements_by_reference(std::vector<Counter> all) {
  std::vector<corort::join_handle<>> parts;
  for (Counter &one : all) {
    one.hits = 0;
    parts.push_back(spawn(add(one)));
  }
  for (auto &part : parts)
    co_await part;
}

task<> grown_by_all() {
  std::vector<int> results;
  std::vector<corort::join_handle<>> parts;
  for (int id = 0; id < 4; ++id)
    parts.push_back(
        spawn([&, id]() -> task<> { results.push_back(co_await fetch(id)); }));
        // CHECK: :[[#@LINE-1]]:37: warning: 'results' is written by tasks of one kind that run at the same time [coro-shared-mutation]
        // CHECK-NEXT: :[[#@LINE-2]]:9: note: 'spawn' starts one here each time round, and does not wait for the one before
  for (auto &part : parts)
    co_await part;
}

//===----------------------------------------------------------------------===//
// A task and the function that starts it
//===----------------------------------------------------------------------===//

task<> written_before_the_join() {
  int n = 0;
  auto a = spawn([&n]() -> task<> {
    co_await work();
    use(n);
  });
  n = 1;
  // CHECK: :[[#@LINE-1]]:3: warning: 'n' is written while a task that was started before reads it [coro-shared-mutation]
  // CHECK-NEXT: :[[#@LINE-4]]:9: note: it is read here
  // CHECK-NEXT: :[[#@LINE-7]]:12: note: 'spawn' starts the other task here; it runs on another thread
  co_await a;
}

task<> read_before_the_join() {
  int n = 0;
  auto a = spawn([&n]() -> task<> {
    co_await work();
    n = 1;
    // CHECK: :[[#@LINE-1]]:5: warning: 'n' is written by a task while the function that started it reads it [coro-shared-mutation]
    // CHECK-NEXT: :[[#@LINE+3]]:7: note: it is read here
    // CHECK-NEXT: :[[#@LINE-5]]:12: note: 'spawn' starts the task here; it runs on another thread
  });
  use(n);
  co_await a;
}

task<> read_behind_the_join() {
  int n = 0;
  auto a = spawn([&n]() -> task<> {
    co_await work();
    n = 1;
  });
  co_await a;
  use(n);
}

//===----------------------------------------------------------------------===//
// when_all
//===----------------------------------------------------------------------===//

class Page {
public:
  task<> load() {
    co_await when_all(text(), image());
    use(size_);
  }

  task<> load_in_turn() {
    co_await text();
    co_await image();
  }

  task<> measure() { co_await when_all(width(), height()); }

private:
  task<> text() { size_ += co_await fetch(1); }
  // CHECK: :[[#@LINE-1]]:19: warning: 'size_' is written by two tasks that run at the same time [coro-shared-mutation]
  // CHECK-NEXT: :[[#@LINE+3]]:20: note: it is written here, too
  // CHECK-NEXT: :[[#@LINE-15]]:23: note: 'when_all' runs this task
  // CHECK-NEXT: :[[#@LINE-16]]:31: note: 'when_all' runs this task
  task<> image() { size_ += co_await fetch(2); }
  // Does all it does before the next one begins.
  task<> width() {
    width_ = 1;
    co_return;
  }
  task<> height() {
    width_ = 2;
    co_return;
  }

  int size_ = 0;
  int width_ = 0;
};
