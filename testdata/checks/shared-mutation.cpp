// Objects that two tasks use at the same time, and near misses.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-shared-mutation %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

using corort::spawn;
using corort::task;
using corort::when_all;

task<> work();
task<int> fetch(int id);
bool ready();
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
  co_await a;
}

task<> read_before_the_join() {
  int n = 0;
  auto a = spawn([&n]() -> task<> {
    co_await work();
    n = 1;
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

//===----------------------------------------------------------------------===//
// Locks
//===----------------------------------------------------------------------===//

struct Account {
  std::mutex mutex;
  int balance = 0;
};

task<> deposit(Account &account) {
  std::lock_guard held(account.mutex);
  ++account.balance;
  co_return;
}

task<> withdraw(Account &account) {
  std::lock_guard held(account.mutex);
  --account.balance;
  co_return;
}

task<> the_same_lock() {
  Account account;
  auto a = spawn(deposit(account));
  auto b = spawn(withdraw(account));
  co_await a;
  co_await b;
}

task<> a_lock_on_one_side() {
  Account account;
  auto a = spawn(deposit(account));
  account.balance = 0;
  co_await a;
}

task<> a_lock_for_tasks() {
  corort::mutex mutex;
  int n = 0;
  auto a = spawn([&]() -> task<> {
    auto held = co_await mutex.lock();
    ++n;
  });
  auto b = spawn([&]() -> task<> {
    auto held = co_await mutex.lock();
    ++n;
  });
  co_await a;
  co_await b;
}

task<> given_back_too_soon() {
  std::mutex mutex;
  int n = 0;
  auto a = spawn([&]() -> task<> {
    std::unique_lock held(mutex);
    held.unlock();
    ++n;
    co_return;
  });
  auto b = spawn([&]() -> task<> {
    std::unique_lock held(mutex);
    ++n;
    co_return;
  });
  co_await a;
  co_await b;
}

task<> atomics() {
  std::atomic<int> n = 0;
  auto a = spawn([&]() -> task<> {
    ++n;
    co_return;
  });
  auto b = spawn([&]() -> task<> {
    n += 2;
    co_return;
  });
  co_await a;
  co_await b;
}

task<> the_last_one_sums_up() {
  std::atomic<int> left = 2;
  int n = 0;
  const auto part = [&]() -> task<> {
    co_await work();
    if (--left == 0)
      n = 1;
  };
  auto a = spawn(part);
  auto b = spawn(part);
  co_await a;
  co_await b;
}
