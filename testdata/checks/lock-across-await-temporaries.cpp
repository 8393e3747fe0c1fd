// Guards that are temporaries: until the end of their full expression, of the
// operand that is evaluated, or of the reference that keeps them.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <mutex>
#include <utility>
#include <vector>

std::mutex m;
bool ready();
void touch();

using Lock = std::unique_lock<std::mutex>;
using Guard = std::lock_guard<std::mutex>;

bool use(const Guard &proof);
int count(const Lock &proof);
Lock take();

//===----------------------------------------------------------------------===//
// Operands that are evaluated on a condition
//===----------------------------------------------------------------------===//

task<> second_operand(bool wanted) {
  if (wanted && use(Guard(m)))
    co_return;
  co_await work();
}

task<> second_operand_of_or(bool wanted) {
  bool used = wanted || use(Guard(m));
  (void)used;
  co_await work();
}

task<> operand_of_ternary(bool wanted) {
  wanted ? (void)use(Guard(m)) : (void)0;
  co_await work();
}

task<> operand_from_factory(bool wanted) {
  if (wanted && take().owns_lock())
    co_return;
  co_await work();
}

task<> operand_in_loop_condition(bool wanted) {
  while (wanted && use(Guard(m)))
    co_await work();
}

task<> held_through_a_later_operand(bool wanted) {
  bool both = wanted && use(Guard(m)) && (co_await read_some() > 0);
  // CHECK: :[[#@LINE-1]]:29: warning: temporary 'lock_guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-2]]:43: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:29: note: 'std::mutex' belongs to the thread that locked it; finish with it in a statement of its own before suspending
  (void)both;
}

task<> operand_before_the_await(bool wanted) {
  int value = wanted ? count(take()) : 0;
  co_await save(value);
}

//===----------------------------------------------------------------------===//
// The awaited expression
//===----------------------------------------------------------------------===//

task<> held_in_argument_of_argument() {
  co_await save(count(Lock(m)));
  // CHECK: :[[#@LINE-1]]:23: warning: temporary 'unique_lock' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:23: note: 'std::mutex' belongs to the thread that locked it; finish with it in a statement of its own before suspending
}

task<> held_in_comma() {
  co_await (std::lock_guard(m), work());
  // CHECK: :[[#@LINE-1]]:13: warning: temporary 'lock_guard' is still locked when the coroutine suspends [coro-lock-across-await]
}

task<> comma_in_another_statement() {
  auto read = (std::lock_guard(m), read_some());
  int value = co_await std::move(read);
  (void)value;
}

/// Fine: it is unlocked before the operand is awaited.
task<> unlocked_in_comma() {
  Lock guard(m);
  co_await (guard.unlock(), work());
}

task<> unlocked_in_called_lambda() {
  Lock guard(m);
  co_await [&] {
    guard.unlock();
    return work();
  }();
}

generator<int> held_in_yielded_operand() {
  co_yield count(Lock(m));
  // CHECK: :[[#@LINE-1]]:18: warning: temporary 'unique_lock' is still locked when the coroutine suspends [coro-lock-across-await]
}

//===----------------------------------------------------------------------===//
// Wrappers that lock on access
//===----------------------------------------------------------------------===//

template <class T> class Synchronized {
public:
  class Pointer {
  public:
    Pointer(std::mutex &mutex, T &value) : lock_(mutex), value_(&value) {}
    T *operator->() { return value_; }
    T &operator*() { return *value_; }

  private:
    Lock lock_;
    T *value_;
  };

  Pointer lock() { return Pointer(mutex_, value_); }
  Pointer operator->() { return lock(); }
  template <class F> decltype(auto) with(F &&f) {
    Guard guard(mutex_);
    return f(value_);
  }

private:
  T value_;
  std::mutex mutex_;
};

struct Stats {
  int hits;
  std::vector<int> sizes;
  void bump();
};
Synchronized<Stats> stats;
Synchronized<int> number;

task<> held_in_awaited_access() {
  co_await save(stats->hits);
  // CHECK: :[[#@LINE-1]]:17: warning: temporary 'Pointer' is still locked when the coroutine suspends [coro-lock-across-await]
}

task<> held_in_awaited_dereference() {
  co_await save(*number.lock());
  // CHECK: :[[#@LINE-1]]:18: warning: temporary 'Pointer' is still locked when the coroutine suspends [coro-lock-across-await]
}

task<> access_in_another_statement() {
  stats->bump();
  int hits = stats->hits;
  co_await save(hits);
}

task<> access_in_condition() {
  if (stats->hits > 3)
    co_await work();
}

task<> access_in_switch() {
  switch (stats.lock()->hits) {
  case 1:
    co_await work();
  }
}

/// Fine: the right side comes first.
task<> assigned_from_the_await() { *number.lock() = co_await read_some(); }

task<> task_from_locked_function() {
  co_await stats.with([](Stats &locked) { return save(locked.hits); });
}

//===----------------------------------------------------------------------===//
// Kept by a reference
//===----------------------------------------------------------------------===//

task<> held_by_forwarding_reference() {
  auto &&guard = Lock(m);
  // CHECK: :[[#@LINE-1]]:10: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> references_scope_ended() {
  {
    const auto &guard = Guard(m);
    touch();
  }
  co_await work();
}

task<> references_scope_ended_in_loop() {
  while (ready()) {
    {
      auto &&guard = take();
      touch();
    }
    co_await work();
  }
}

struct Access {
  Lock lock;
  int &value;
};

task<> held_by_reference_to_member(int &value) {
  auto &&lock = Access{Lock(m), value}.lock;
  // CHECK: :[[#@LINE-1]]:10: warning: 'lock' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> binding_to_temporary_ended(int &value) {
  {
    auto &&[lock, same] = Access{Lock(m), value};
    ++same;
  }
  co_await work();
}

struct View {
  Lock lock;
  std::vector<int> &values;
  auto begin() { return values.begin(); }
  auto end() { return values.end(); }
};
std::vector<int> values;
View view() { return {Lock(m), values}; }

task<> held_by_range() {
  for (int value : view())
    // CHECK: :[[#@LINE-1]]:20: warning: temporary 'View' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await save(value);
}

task<> range_ended() {
  int sum = 0;
  for (int value : view())
    sum += value;
  co_await save(sum);
}
