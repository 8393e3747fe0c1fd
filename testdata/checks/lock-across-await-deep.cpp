// Locks held in indirect ways: inside other objects, by parameters, through
// helpers and factories.
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
// Parameters
//===----------------------------------------------------------------------===//

task<> held_by_parameter(std::unique_lock<std::mutex> guard) {
  // CHECK: :[[#@LINE-1]]:55: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-2]]:8: note: suspends here before the body runs
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:1: note: suspends here when the body has run
  // CHECK-NEXT: :[[#@LINE-5]]:55: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> released_parameter(std::unique_lock<std::mutex> guard) {
  // CHECK: :[[#@LINE-1]]:56: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-2]]:8: note: suspends here before the body runs
  guard.unlock();
  co_await work();
}

eager<> held_by_parameter_of_eager(std::unique_lock<std::mutex> guard) {
  // CHECK: :[[#@LINE-1]]:65: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: suspends here when the body has run
  co_await work();
}

eager<> released_parameter_of_eager(std::unique_lock<std::mutex> guard) {
  guard.unlock();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Inside other objects
//===----------------------------------------------------------------------===//

task<> held_in_optional() {
  std::optional<std::lock_guard<std::mutex>> guard(m);
  // CHECK: :[[#@LINE-1]]:46: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> held_in_optional_emplaced() {
  std::optional<std::unique_lock<std::mutex>> guard;
  guard.emplace(m);
  // CHECK: :[[#@LINE-1]]:3: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> optional_never_filled() {
  std::optional<std::unique_lock<std::mutex>> guard;
  co_await work();
}

task<> optional_reset() {
  std::optional<std::unique_lock<std::mutex>> guard(m);
  touch();
  guard.reset();
  co_await work();
}

task<> held_in_unique_ptr() {
  auto guard = std::make_unique<std::lock_guard<std::mutex>>(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> unique_ptr_reset() {
  auto guard = std::make_unique<std::lock_guard<std::mutex>>(m);
  guard.reset();
  co_await work();
}

task<> held_in_tuple() {
  std::tuple guards{Lock(m), Lock(other)};
  // CHECK: :[[#@LINE-1]]:14: warning: 'guards' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> held_in_pair() {
  auto guarded = std::make_pair(Lock(m), 1);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guarded' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

struct Access {
  Lock lock;
  int *value;
};

task<> held_in_aggregate(int *value) {
  Access access{Lock(m), value};
  // CHECK: :[[#@LINE-1]]:10: warning: 'access.lock' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> held_in_lambda_capture() {
  Lock guard(m);
  auto keeper = [guard = std::move(guard)] {};
  // CHECK: :[[#@LINE-1]]:8: warning: 'keeper' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> held_in_vector() {
  std::vector<Lock> guards;
  guards.emplace_back(m);
  // CHECK: :[[#@LINE-1]]:3: warning: 'guards' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> vector_cleared() {
  std::vector<Lock> guards;
  guards.emplace_back(m);
  guards.clear();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Factories and helpers
//===----------------------------------------------------------------------===//

Lock lock_it();
[[nodiscard]] std::unique_lock<std::mutex> lock_other() {
  return std::unique_lock(other);
}

task<> held_from_factory() {
  auto guard = lock_it();
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_from_visible_factory() {
  Lock guard = lock_other();
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

std::unique_lock<std::mutex> not_yet() {
  return std::unique_lock(m, std::defer_lock);
}

task<> deferred_from_visible_factory() {
  auto guard = not_yet();
  co_await work();
}

void take() { m.lock(); }
void give() { m.unlock(); }

task<> held_by_helper() {
  take();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  give();
}

task<> released_by_helper() {
  m.lock();
  give();
  co_await work();
}

task<> both_by_helpers() {
  take();
  give();
  co_await work();
}

class Queue {
public:
  task<> held_by_member_helper() {
    enter();
    // CHECK: :[[#@LINE-1]]:5: warning: 'm_' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    leave();
  }
  task<> released_by_member_helper() {
    m_.lock();
    leave();
    co_await work();
  }

private:
  void enter() { m_.lock(); }
  void leave() { m_.unlock(); }
  std::mutex m_;
};

task<> unlocked_by_lambda() {
  Lock guard(m);
  auto unlock = [&] { guard.unlock(); };
  unlock();
  co_await work();
}

void unlock(Lock &guard) { guard.unlock(); }

task<> unlocked_by_helper_taking_the_guard() {
  Lock guard(m);
  unlock(guard);
  co_await work();
}

void hand_over(Lock &&guard);

task<> moved_by_ternary() {
  Lock guard(m);
  if (ready())
    hand_over(std::move(guard));
  else
    guard.unlock();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Locks without a guard
//===----------------------------------------------------------------------===//

task<> both_locked_by_hand() {
  std::lock(m, other);
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK: :[[#@LINE-2]]:16: warning: 'other' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  m.unlock();
  other.unlock();
}

task<> relocked_by_hand() {
  m.lock();
  m.unlock();
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  m.unlock();
}

task<> released_by_a_guard_that_adopts() {
  m.lock();
  {
    std::unique_lock guard(m, std::adopt_lock);
  }
  co_await work();
}

task<> adopted_after_release() {
  Lock guard(m);
  std::mutex *raw = guard.release();
  std::lock_guard keeper(*raw, std::adopt_lock);
  // CHECK: :[[#@LINE-1]]:19: warning: 'keeper' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}
