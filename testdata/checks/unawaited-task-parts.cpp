// Tasks in parts of other objects: members, bindings, elements and pointees
// that nobody awaits, and near misses.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

task<int> fetch();
task<> flush();
bool ready();
void touch();
void use(int);
void run(task<> t);
void post(std::function<void()>);

struct Job {
  int id;
  task<> body;
};
struct Pair {
  task<int> first;
  task<int> second;
};
struct Nest {
  Job job;
  std::optional<task<int>> extra;
};

void run_job(Job job);

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

void member_by_name() {
  Job job{.id = 3, .body = flush()};
  // CHECK: :[[#@LINE-1]]:28: warning: 'job.body' is never awaited, so 'flush' never runs [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+3]]:1: note: 'job.body' is dropped here
  // CHECK-NEXT: note: 'flush' returns a '{{task<(void)?>}}', which does nothing until it is awaited
  use(job.id);
}

void member_assigned() {
  Job job{1, flush()};
  run_job(std::move(job));
  job.body = flush();
  // CHECK: :[[#@LINE-1]]:14: warning: 'job.body' is never awaited, so 'flush' never runs [coro-unawaited-task]
  use(job.id);
}

void member_of_a_temporary() {
  Job{3, flush()};
  // CHECK: :[[#@LINE-1]]:10: warning: 'flush' never runs: its '{{task<(void)?>}}' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

task<> one_of_two_members() {
  Pair pair{fetch(), fetch()};
  // CHECK: :[[#@LINE-1]]:22: warning: 'pair.second' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  use(co_await pair.first);
}

task<> member_of_a_member() {
  Nest nest{{1, flush()}, fetch()};
  // CHECK: :[[#@LINE-1]]:17: warning: 'nest.job.body' is never awaited, so 'flush' never runs [coro-unawaited-task]
  use(co_await *nest.extra);
}

void one_member_given_away(Job spare) {
  Nest nest{{1, flush()}, fetch()};
  // CHECK: :[[#@LINE-1]]:27: warning: 'nest.extra' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  run_job(std::move(nest.job));
}

struct Derived : Job {
  int more;
};

void member_of_a_base() {
  Derived job{{1, flush()}, 2};
  // CHECK: :[[#@LINE-1]]:19: warning: 'job.body' is never awaited, so 'flush' never runs [coro-unawaited-task]
  use(job.id);
}

task<> members_awaited() {
  Nest nest{{1, flush()}, fetch()};
  co_await std::move(nest.job.body);
  if (nest.extra)
    use(co_await *nest.extra);
}

task<> member_of_a_base_awaited() {
  Derived job{{1, flush()}, 2};
  Job &same = job;
  co_await same.body;
}

task<> member_through_a_member_pointer() {
  Job job{1, flush()};
  auto member = &Job::body;
  co_await (job.*member);
}

Job members_returned() {
  Job job{1, flush()};
  return job;
}

void members_passed_on() {
  Job job{1, flush()};
  run_job(std::move(job));
  run_job({2, flush()});
}

task<> members_swapped() {
  Pair pair{fetch(), fetch()};
  std::swap(pair.first, pair.second);
  use(co_await pair.first + co_await pair.second);
}

//===----------------------------------------------------------------------===//
// Pairs, tuples and bindings
//===----------------------------------------------------------------------===//

void pair_of_which_the_number_is_read() {
  auto pair = std::make_pair(fetch(), 2);
  // CHECK: :[[#@LINE-1]]:30: warning: 'std::get<0>(pair)' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  use(pair.second);
}

task<> one_of_a_tuple() {
  std::tuple<task<int>, task<int>> both{fetch(), fetch()};
  // CHECK: :[[#@LINE-1]]:50: warning: 'std::get<1>(both)' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  use(co_await std::get<0>(both));
}

task<> one_of_two_bindings() {
  auto [first, second] = Pair{fetch(), fetch()};
  // CHECK: :[[#@LINE-1]]:40: warning: 'second' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  use(co_await first);
}

std::tuple<task<int>, int> fetch_with_size();

void binding_of_a_result() {
  auto [body, size] = fetch_with_size();
  // CHECK: :[[#@LINE-1]]:23: warning: 'body' is never awaited, so what 'fetch_with_size' returned never runs [coro-unawaited-task]
  use(size);
}

task<> both_bindings() {
  auto [first, second] = Pair{fetch(), fetch()};
  use(co_await first + co_await second);
}

task<> bindings_by_reference() {
  Pair pair{fetch(), fetch()};
  auto &[first, second] = pair;
  use(co_await first + co_await second);
}

task<> bindings_of_a_result() {
  auto [body, size] = fetch_with_size();
  use(co_await body + size);
}

task<> all_of_a_tuple_applied() {
  auto both = std::make_tuple(flush(), flush());
  std::apply([](auto &...tasks) { (run(std::move(tasks)), ...); }, both);
  co_return;
}

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

task<> one_element() {
  task<int> tasks[2] = {fetch(), fetch()};
  // CHECK: :[[#@LINE-1]]:34: warning: 'tasks[1]' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  use(co_await tasks[0]);
}

void array_whose_size_is_asked() {
  std::array tasks{fetch(), fetch()};
  // CHECK: :[[#@LINE-1]]:20: warning: 'tasks[0]' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  // CHECK: :[[#@LINE-2]]:29: warning: 'tasks[1]' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  use(tasks.size());
}

task<> array_in_a_loop() {
  task<int> tasks[] = {fetch(), fetch()};
  for (auto &t : tasks)
    use(co_await t);
}

task<> array_by_constant_index() {
  std::array tasks{fetch(), fetch()};
  use(co_await std::get<0>(tasks));
  use(co_await tasks[1]);
}

task<> array_by_counter() {
  std::array<task<int>, 2> tasks{fetch(), fetch()};
  for (int i = 0; i < 2; ++i)
    use(co_await tasks[i]);
}

task<> array_of_pointers() {
  auto first = flush();
  auto second = flush();
  for (auto *t : {&first, &second})
    co_await *t;
}

//===----------------------------------------------------------------------===//
// Optionals and pointers
//===----------------------------------------------------------------------===//

void optional_filled_later() {
  std::optional<task<int>> t;
  t.emplace(fetch());
  // CHECK: :[[#@LINE-1]]:13: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
}

void optional_emptied() {
  std::optional<task<int>> t = fetch();
  // CHECK: :[[#@LINE-1]]:28: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: 't' is emptied here
  // CHECK-NEXT: note: 'fetch' returns a 'task<int>', which does nothing until it is awaited
  t.reset();
}

void pointer_emptied() {
  auto t = std::make_unique<task<int>>(fetch());
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
  t.reset();
}

void pointer_to_new() {
  std::unique_ptr<task<int>> t(new task<int>(fetch()));
  // CHECK: :[[#@LINE-1]]:30: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
}

void shared_and_dropped() {
  auto t = std::make_shared<task<int>>(fetch());
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'fetch' never runs [coro-unawaited-task]
}

task<> optional_awaited_on_one_branch() {
  std::optional<task<int>> t = fetch();
  // CHECK: :[[#@LINE-1]]:28: warning: 't' is not awaited on every path, so 'fetch' does not always run [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+2]]:7: note: this condition is false on the way
  // CHECK-NEXT: :[[#@LINE+3]]:1: note: 't' is dropped here
  if (ready())
    use(co_await *t);
}

task<> optional_taken_out() {
  std::optional<task<int>> t = fetch();
  auto taken = *std::move(t);
  use(co_await taken);
}

task<> optional_by_its_reference() {
  std::optional<task<int>> t;
  auto &same = t.emplace(fetch());
  use(co_await same);
}

task<> pointer_released() {
  auto t = std::make_unique<task<int>>(fetch());
  use(co_await *t.release());
}

void shared_and_captured() {
  auto t = std::make_shared<task<>>(flush());
  post([t] { run(std::move(*t)); });
}

task<> member_of_a_pointee() {
  auto job = std::make_unique<Job>(Job{1, flush()});
  co_await job->body;
}
