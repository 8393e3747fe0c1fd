// Locks held under conditions, in templates, by temporaries.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

std::mutex m;
std::mutex other;
bool ready();
bool done();
void touch();

using Lock = std::unique_lock<std::mutex>;

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

task<> tried_but_not_tested() {
  Lock guard(m, std::try_to_lock);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> result_of_try_lock_in_variable() {
  bool taken = m.try_lock();
  if (taken) {
    // CHECK: :[[#@LINE-2]]:16: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    m.unlock();
  }
}

task<> failed_try_lock_in_variable() {
  bool taken = m.try_lock();
  if (!taken) {
    co_await work();
    co_return;
  }
  m.unlock();
}

/// The same condition twice: what it said the first time, it says again.
task<> same_condition_twice(bool lock) {
  if (lock)
    m.lock();
  touch();
  if (lock)
    m.unlock();
  co_await work();
}

task<> correlated_deferred(bool lock) {
  Lock guard(m, std::defer_lock);
  if (lock)
    guard.lock();
  touch();
  if (guard.owns_lock())
    guard.unlock();
  co_await work();
}

task<> and_in_condition() {
  Lock guard(m, std::defer_lock);
  if (ready() && guard.try_lock()) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
  }
}

//===----------------------------------------------------------------------===//
// Templates
//===----------------------------------------------------------------------===//

template <class Mutex> task<> held_on_dependent_mutex(Mutex &mutex) {
  std::lock_guard guard(mutex);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

template <class Mutex> task<> released_dependent_mutex(Mutex &mutex) {
  {
    std::lock_guard<Mutex> guard(mutex);
  }
  co_await work();
}

template <class T> class Box {
public:
  task<T> held_in_class_template() {
    std::scoped_lock guard(mutex_);
    // CHECK: :[[#@LINE-1]]:22: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:22: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
    co_return value_;
  }

private:
  std::mutex mutex_;
  T value_;
};

template class Box<int>;
template class Box<long>;

auto generic = [](auto awaitable) -> task<> {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await awaitable;
};

//===----------------------------------------------------------------------===//
// Temporaries and implicit suspensions
//===----------------------------------------------------------------------===//

event guarded(const Lock &proof);

task<> temporary_argument_of_the_awaited_call() {
  co_await guarded(Lock(m));
  // CHECK: :[[#@LINE-1]]:20: warning: temporary '{{.*}}' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: suspends here
}

stream<int> numbers();

task<> held_in_iteration() {
  Lock guard(m);
  auto all = numbers();
  // CHECK: :[[#@LINE-2]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  for (auto it = co_await all.begin(); it != all.end(); co_await ++it)
    touch();
}
