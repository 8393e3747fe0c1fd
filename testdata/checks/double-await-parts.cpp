// Parts of objects that are used up twice: members, elements, pointees and
// captures, and near misses where somebody filled them again.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-double-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

using corort::task;

task<int> fetch(int);
task<> flush();
bool ready();
void use(int);
void run(task<> t);
void refill(task<> &t);
task<> await_all(std::vector<task<>> tasks);

struct Job {
  int id = 0;
  task<> body;
};

Job next_job();

//===----------------------------------------------------------------------===//
// Members, elements and pointees
//===----------------------------------------------------------------------===//

task<> member_twice() {
  Job job{1, flush()};
  co_await std::move(job.body);
  co_await std::move(job.body);
  // CHECK: :[[#@LINE-1]]:22: warning: 'job.body' is awaited twice, and a '{{task<(void)?>}}' runs once [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: the first await is here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: there is nothing left to run
}

task<> optional_twice() {
  std::optional<task<>> t = flush();
  co_await std::move(*t);
  co_await std::move(*t);
  // CHECK: :[[#@LINE-1]]:23: warning: 't' is awaited twice, and a '{{task<(void)?>}}' runs once [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-3]]:23: note: the first await is here
  // CHECK-NEXT: :[[#@LINE-3]]:23: note: there is nothing left to run
}

task<> optional_that_is_still_engaged() {
  std::optional<task<>> t = flush();
  co_await std::move(*t);
  if (t)
    co_await std::move(*t);
    // CHECK: :[[#@LINE-1]]:25: warning: 't' is awaited twice, and a '{{task<(void)?>}}' runs once [coro-double-await]
    // CHECK-NEXT: :[[#@LINE-4]]:23: note: the first await is here
    // CHECK-NEXT: :[[#@LINE-4]]:7: note: this condition is true on the way
    // CHECK-NEXT: :[[#@LINE-4]]:25: note: there is nothing left to run
}

task<> pointee_twice() {
  auto t = std::make_unique<task<>>(flush());
  co_await std::move(*t);
  co_await std::move(*t);
  // CHECK: :[[#@LINE-1]]:23: warning: 't' is awaited twice, and a '{{task<(void)?>}}' runs once [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-3]]:23: note: the first await is here
  // CHECK-NEXT: :[[#@LINE-3]]:23: note: there is nothing left to run
}

task<> binding_twice() {
  auto [first, second] = std::pair{fetch(1), fetch(2)};
  use(co_await std::move(first) + co_await std::move(second));
  use(co_await std::move(first));
  // CHECK: :[[#@LINE-1]]:26: warning: 'first' is awaited twice, and a 'task<int>' runs once [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-3]]:26: note: the first await is here
  // CHECK-NEXT: :[[#@LINE-3]]:26: note: there is nothing left to run
}

task<> by_two_names() {
  auto t = flush();
  auto &same = t;
  co_await std::move(same);
  co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' is awaited twice, and a '{{task<(void)?>}}' runs once [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: the first await is here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: there is nothing left to run
}

task<> into_a_member_and_again() {
  auto t = flush();
  Job job{1, std::move(t)};
  co_await std::move(job.body);
  co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' is awaited after it was moved [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-4]]:24: note: it is moved from here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: there is no task left in 't'
}

task<> into_a_container_each_time() {
  std::vector<task<>> tasks;
  auto t = flush();
  for (int i = 0; i < 3; ++i)
    tasks.push_back(std::move(t));
    // CHECK: :[[#@LINE-1]]:31: warning: 't' is moved from again each time round the loop [coro-double-await]
    // CHECK-NEXT: :[[#@LINE-2]]:31: note: there is no task left in 't'
  co_await await_all(std::move(tasks));
}

task<> both_arguments() {
  auto t = fetch(1);
  co_await corort::when_all(std::move(t), std::move(t));
  // CHECK: :[[#@LINE-1]]:53: warning: 't' is moved from twice [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-2]]:39: note: it is moved into 'when_all' here
  // CHECK-NEXT: :[[#@LINE-3]]:53: note: there is no task left in 't'
}

task<> member_refilled() {
  Job job{1, flush()};
  co_await std::move(job.body);
  job.body = flush();
  co_await std::move(job.body);
}

task<> object_refilled() {
  Job job = next_job();
  while (job.id) {
    co_await std::move(job.body);
    job = next_job();
  }
}

task<> optional_refilled() {
  std::optional<task<>> t = flush();
  co_await std::move(*t);
  t.emplace(flush());
  co_await std::move(*t);
  t.reset();
  if (t)
    co_await std::move(*t);
}

task<> optional_emptied_in_a_loop() {
  std::optional<task<>> once = flush();
  for (int i = 0; i < 5; ++i) {
    if (once) {
      co_await std::move(*once);
      once.reset();
    }
  }
}

task<> pointee_emptied_in_a_loop() {
  auto once = std::make_unique<task<>>(flush());
  do {
    if (once) {
      co_await std::move(*once);
      once.reset();
    }
  } while (ready());
}

task<> other_elements(std::array<task<>, 4> &tasks) {
  co_await std::move(tasks[0]);
  co_await std::move(tasks[1]);
  int i = 2;
  co_await std::move(tasks[i]);
  ++i;
  co_await std::move(tasks[i]);
}

task<> element_by_element(std::deque<task<>> tasks) {
  while (!tasks.empty()) {
    co_await std::move(tasks.front());
    tasks.pop_front();
  }
}

task<> next_of_an_iterator(std::vector<task<>> &tasks) {
  auto it = tasks.begin();
  co_await std::move(*it);
  ++it;
  co_await std::move(*it++);
  co_await std::move(*it);
}

task<> container_refilled() {
  std::vector<task<>> tasks;
  for (int round = 0; round < 3; ++round) {
    tasks.push_back(flush());
    co_await await_all(std::move(tasks));
    tasks.clear();
  }
}

task<> pointer_to_another() {
  auto first = flush();
  auto second = flush();
  auto *current = &first, *next = &second;
  co_await std::move(*current);
  std::swap(current, next);
  co_await std::move(*current);
}

//===----------------------------------------------------------------------===//
// Lambdas
//===----------------------------------------------------------------------===//

task<> after_a_capture_by_move() {
  auto t = flush();
  auto later = [t = std::move(t)]() mutable -> task<> {
    co_await std::move(t);
  };
  co_await later();
  co_await std::move(t);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' is awaited after it was moved [coro-double-await]
  // CHECK-NEXT: :[[#@LINE-6]]:31: note: it is moved from here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: there is no task left in 't'
}

task<> lambda_that_refills() {
  task<int> t;
  auto arm = [&] { t = fetch(1); };
  arm();
  use(co_await std::move(t));
  arm();
  use(co_await std::move(t));
}

task<> lambda_that_makes_one() {
  auto make = [] { return flush(); };
  co_await make();
  co_await make();
}

task<> callee_that_refills() {
  auto t = flush();
  while (ready()) {
    co_await std::move(t);
    refill(t);
  }
  co_await std::move(t);
}

//===----------------------------------------------------------------------===//
// Moves that may be refused
//===----------------------------------------------------------------------===//

bool offer(task<> &&t);

task<> refused_by_a_function() {
  auto t = flush();
  if (offer(std::move(t)))
    co_return;
  co_await std::move(t);
}

task<> refused_by_a_map(std::map<int, task<>> &tasks) {
  auto t = flush();
  if (!tasks.try_emplace(1, std::move(t)).second)
    co_await std::move(t);
}

task<> swapped_back() {
  auto t = flush();
  auto other = std::move(t);
  t = std::move(other);
  co_await std::move(t);
}

task<> exchanged() {
  auto t = fetch(0);
  for (int i = 0; i < 3; ++i)
    use(co_await std::exchange(t, fetch(i)));
  use(co_await std::move(t));
}

task<> only_its_type(task<> t) {
  using Result = decltype(await_all(std::declval<std::vector<task<>>>()));
  static_assert(sizeof(Result) == sizeof(std::move(t)));
  co_await std::move(t);
}
