// The option Strict: locks that belong to a task count, too.
//
// RUN: %corolint check --format=concise --exit-zero --profile=strict --checks=coro-lock-across-await %s -- -std=c++20 %runtime %include | %FileCheck %s
// RUN: %corolint check --format=concise --checks=coro-lock-across-await %s -- -std=c++20 %runtime %include -DQUIET

#include <corort/corort.hpp>

#include "cppcoro.hpp"
#include "libcoro.hpp"
#include "seastar.hpp"

#include <memory>
#include <mutex>
#include <optional>

corort::mutex m;
corort::task<void> work();

corort::task<void> guard_of_a_task() {
  auto guard = co_await m.lock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:8: note: 'corort::mutex' stays locked for as long as others run; end the guard's scope or unlock it before suspending
  co_await work();
  co_await work();
}

corort::task<void> scope_ends_first() {
  {
    auto guard = co_await m.lock();
  }
  co_await work();
}

corort::task<void> never_suspends_again() {
  auto guard = co_await m.lock();
}

corort::task<void> temporary_guard() {
  co_await m.lock();
  co_await work();
}

corort::task<void> one_branch(bool urgent) {
  std::optional<corort::mutex::guard> kept;
  auto guard = co_await m.lock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK: note: 'corort::mutex' stays locked
  if (urgent)
    co_await work();
}

corort::task<void> second_lock() {
  corort::mutex other;
  auto first = co_await m.lock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'first' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:17: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: 'corort::mutex' stays locked
  auto second = co_await other.lock();
}

coro::task<> by_hand(coro::mutex &mutex) {
  co_await mutex.lock();
  // CHECK: :[[#@LINE-1]]:12: warning: 'mutex' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:12: note: 'coro::mutex' stays locked for as long as others run; unlock it before suspending
  co_await coro::event();
  mutex.unlock();
}

coro::task<> by_hand_and_unlocked(coro::mutex &mutex) {
  co_await mutex.lock();
  mutex.unlock();
  co_await coro::event();
}

coro::task<> unlocked_guard(coro::mutex &mutex) {
  auto guard = co_await mutex.scoped_lock();
  guard.unlock();
  co_await coro::event();
}

cppcoro::task<> method_of_another_name(cppcoro::async_mutex &mutex,
                                       cppcoro::task<> next) {
  co_await mutex.lock_async();
  // CHECK: :[[#@LINE-1]]:12: warning: 'mutex' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK: note: 'cppcoro::async_mutex' stays locked
  co_await next;
  mutex.unlock();
}

seastar::future<> units(seastar::semaphore &sem) {
  auto held = co_await seastar::get_units(sem, 1);
  // CHECK: :[[#@LINE-1]]:8: warning: 'held' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK: note: the lock stays locked for as long as others run; end the guard's scope or unlock it before suspending
  co_await seastar::get_units(sem, 1);
}

#ifndef QUIET
// What is found without the option stays as it is.
std::mutex of_threads;
corort::task<void> of_a_thread() {
  std::lock_guard guard(of_threads);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: note: to stay locked while suspended, use corort::mutex
  co_await work();
}
#endif
