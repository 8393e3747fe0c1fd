// Tasks in containers: filled and never emptied, or awaited in all the ways
// there are.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <queue>
#include <span>
#include <unordered_map>
#include <vector>

using corort::task;

task<int> fetch(int);
task<> flush();
task<> save(int);
bool ready();
void use(long);
void run(task<> t);
void run_all(std::vector<task<>> tasks);
std::vector<task<>> make_all();
task<> await_all(std::vector<task<>> tasks);

//===----------------------------------------------------------------------===//
// Filled and dropped
//===----------------------------------------------------------------------===//

void filled_and_dropped() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  // CHECK: :[[#@LINE-1]]:19: warning: 'tasks' is never awaited, so 'flush' never runs [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+3]]:1: note: 'tasks' is dropped here
  // CHECK-NEXT: note: 'flush' returns a '{{task<(void)?>}}', which does nothing until it is awaited
  tasks.emplace_back(flush());
}

void filled_in_a_loop_and_counted(int n) {
  std::vector<task<int>> tasks;
  for (int i = 0; i < n; ++i)
    tasks.push_back(fetch(i));
    // CHECK: :[[#@LINE-1]]:21: warning: 'tasks' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  use(tasks.size());
}

void filled_and_cleared() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  // CHECK: :[[#@LINE-1]]:19: warning: 'tasks' is never awaited, so 'flush' never runs [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: 'tasks' is emptied here
  // CHECK-NEXT: note: 'flush' returns a '{{task<(void)?>}}', which does nothing until it is awaited
  tasks.clear();
}

void looked_at_in_a_loop() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  // CHECK: :[[#@LINE-1]]:19: warning: 'tasks' is never awaited, so 'flush' never runs [coro-unawaited-task]
  for (auto &t : tasks)
    use(t ? 1 : 0);
}

void popped() {
  std::queue<task<>> tasks;
  tasks.push(flush());
  // CHECK: :[[#@LINE-1]]:14: warning: 'tasks' is never awaited, so 'flush' never runs [coro-unawaited-task]
  tasks.pop();
}

void by_key_and_counted() {
  std::unordered_map<int, task<>> tasks;
  tasks[1] = flush();
  // CHECK: :[[#@LINE-1]]:14: warning: 'tasks[1]' is never awaited, so 'flush' never runs [coro-unawaited-task]
  use(tasks.size());
}

void made_elsewhere_and_dropped() {
  auto tasks = make_all();
  // CHECK: :[[#@LINE-1]]:8: warning: 'tasks' is never awaited, so what 'make_all' returned never runs [coro-unawaited-task]
}

void made_elsewhere_and_not_even_kept() {
  make_all();
  // CHECK: :[[#@LINE-1]]:3: warning: what 'make_all' returned never runs: its 'std::vector<{{task<(void)?>}}>' is dropped without being awaited [coro-unawaited-task]
}

task<> awaited_on_one_branch() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  // CHECK: :[[#@LINE-1]]:19: warning: 'tasks' is not awaited on every path, so 'flush' does not always run [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+2]]:7: note: this condition is false on the way
  // CHECK-NEXT: :[[#@LINE+3]]:1: note: 'tasks' is dropped here
  if (ready())
    co_await await_all(std::move(tasks));
}

task<> combined_but_not_awaited() {
  std::vector<task<int>> tasks;
  tasks.push_back(fetch(1));
  corort::when_all(std::move(tasks));
  // CHECK: :[[#@LINE-1]]:3: warning: 'when_all' never runs: its 'task<detail::each_result<int>>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  co_return;
}

//===----------------------------------------------------------------------===//
// Awaited
//===----------------------------------------------------------------------===//

task<> by_range_for() {
  std::vector<task<int>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(fetch(i));
  for (auto &t : tasks)
    use(co_await std::move(t));
}

task<> by_index() {
  std::vector<task<int>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.emplace_back(fetch(i));
  for (std::size_t i = 0; i < tasks.size(); ++i)
    use(co_await std::move(tasks[i]));
}

task<> by_the_index_that_filled_it(int n) {
  std::vector<task<int>> tasks;
  for (int i = 0; i < n; ++i)
    tasks.push_back(fetch(i));
  for (int i = 0; i < n; ++i)
    use(co_await std::move(tasks[i]));
}

task<> by_the_size_of_what_filled_it(const std::vector<int> &ids) {
  std::vector<task<int>> tasks;
  for (int id : ids)
    tasks.push_back(fetch(id));
  for (std::size_t i = 0; i < ids.size(); ++i)
    use(ids[i] + co_await std::move(tasks[i]));
}

task<> by_index_backwards() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  for (auto i = tasks.size(); i-- > 0;)
    co_await std::move(tasks[i]);
}

task<> by_iterators() {
  std::vector<task<int>> tasks;
  tasks.push_back(fetch(1));
  for (auto it = tasks.begin(); it != tasks.end(); ++it)
    use(co_await std::move(*it));
}

template <class Iterator> task<> run_range(Iterator begin, Iterator end) {
  for (; begin != end; ++begin)
    co_await std::move(*begin);
}

task<> by_iterators_of_a_callee() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  co_await run_range(tasks.begin(), tasks.end());
}

task<> run_span(std::span<task<>> tasks) {
  for (auto &t : tasks)
    co_await std::move(t);
}

task<> by_a_span() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  co_await run_span(tasks);
}

task<> by_when_all() {
  std::vector<task<int>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(fetch(i));
  for (int value : co_await corort::when_all(std::move(tasks)))
    use(value);
}

void by_for_each() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  std::for_each(tasks.begin(), tasks.end(),
                [](task<> &t) { run(std::move(t)); });
}

task<> from_the_back() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  while (!tasks.empty()) {
    auto t = std::move(tasks.back());
    tasks.pop_back();
    co_await std::move(t);
  }
}

task<> from_the_front() {
  std::deque<task<>> tasks;
  tasks.push_back(flush());
  while (!tasks.empty()) {
    co_await std::move(tasks.front());
    tasks.pop_front();
  }
}

task<> window(const std::vector<int> &ids) {
  std::deque<task<int>> window;
  for (int id : ids) {
    if (window.size() == 4) {
      use(co_await std::move(window.front()));
      window.pop_front();
    }
    window.push_back(fetch(id));
  }
  for (auto &t : window)
    use(co_await std::move(t));
}

task<> by_key() {
  std::map<int, task<>> tasks;
  tasks[1] = flush();
  tasks.emplace(2, save(2));
  for (auto &[key, t] : tasks)
    co_await std::move(t);
}

task<> by_what_was_found() {
  std::map<int, task<>> tasks;
  tasks.try_emplace(1, flush());
  if (auto it = tasks.find(1); it != tasks.end())
    co_await std::move(it->second);
}

task<> by_the_reference_of_its_insertion() {
  std::vector<task<>> tasks;
  auto &t = tasks.emplace_back(flush());
  co_await std::move(t);
  std::deque<task<>> others;
  co_await std::move(others.emplace_back(flush()));
}

task<> nested() {
  std::vector<std::vector<task<>>> rows(2);
  rows[0].push_back(flush());
  rows[1].push_back(save(1));
  for (auto &row : rows)
    for (auto &t : row)
      co_await std::move(t);
}

task<> made_elsewhere_and_awaited() {
  for (auto &t : make_all())
    co_await std::move(t);
}

//===----------------------------------------------------------------------===//
// Asked how many there are
//===----------------------------------------------------------------------===//

task<> left_if_empty(const std::vector<int> &ids) {
  std::vector<task<>> tasks;
  for (int id : ids)
    if (id > 2)
      tasks.push_back(save(id));
  if (tasks.empty())
    co_return;
  co_await await_all(std::move(tasks));
}

task<> awaited_if_not_empty(const std::vector<int> &ids) {
  std::vector<task<>> tasks;
  for (int id : ids)
    tasks.push_back(save(id));
  if (tasks.size() == 1)
    co_await std::move(tasks.front());
  else if (!tasks.empty())
    co_await await_all(std::move(tasks));
}

task<> left_if_there_was_nothing_to_do(const std::vector<int> &ids) {
  std::vector<task<>> tasks;
  for (int id : ids)
    tasks.push_back(save(id));
  if (ids.empty())
    co_return;
  co_await await_all(std::move(tasks));
}

task<> cleared_after_the_await() {
  std::vector<task<>> batch;
  for (int i = 0; i < 9; ++i) {
    batch.push_back(save(i));
    if (batch.size() > 3) {
      for (auto &t : batch)
        co_await std::move(t);
      batch.clear();
    }
  }
  for (auto &t : batch)
    co_await std::move(t);
}

//===----------------------------------------------------------------------===//
// Moved on
//===----------------------------------------------------------------------===//

std::vector<task<>> returned() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  return tasks;
}

void into_another(std::vector<task<>> &out) {
  std::vector<task<>> tasks, others;
  tasks.push_back(flush());
  std::move(tasks.begin(), tasks.end(), std::back_inserter(out));
  others.push_back(flush());
  out.swap(others);
}

void into_a_function() {
  std::vector<task<>> tasks;
  tasks.push_back(flush());
  run_all(std::move(tasks));
}

task<> filled_by_a_lambda() {
  std::vector<task<>> tasks;
  auto add = [&](int id) { tasks.push_back(save(id)); };
  add(1);
  add(2);
  for (auto &t : tasks)
    co_await std::move(t);
}

struct Batch {
  std::vector<task<>> tasks;
  int count = 0;
};

Batch in_a_struct_that_is_returned() {
  Batch batch;
  for (int i = 0; i < 3; ++i) {
    batch.tasks.push_back(save(i));
    ++batch.count;
  }
  return batch;
}
