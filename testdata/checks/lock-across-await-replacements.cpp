// The library's own lock, where the coroutine's task belongs to a library that
// has one.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/asio.hpp"
#include "../include/cppcoro.hpp"
#include "../include/folly.hpp"
#include "../include/task.hpp"
#include "corort/corort.hpp"

#include <mutex>
#include <shared_mutex>

std::mutex m;
std::shared_mutex sm;
void touch();

//===----------------------------------------------------------------------===//
// corort
//===----------------------------------------------------------------------===//

corort::task<> corort_guard() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:19: note: to stay locked while suspended, use corort::mutex
  co_await corort::yield();
}

corort::task<int> corort_by_hand() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: to stay locked while suspended, use corort::mutex
  co_await corort::yield();
  m.unlock();
  co_return 1;
}

corort::task<> corort_shared_guard() {
  std::shared_lock guard(sm);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:20: note: 'std::shared_mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:20: note: to stay locked while suspended, use corort::shared_mutex
  co_await corort::yield();
}

/// It has no lock for readers: its mutex will do.
cppcoro::task<> cppcoro_shared_guard() {
  std::shared_lock guard(sm);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:20: note: 'std::shared_mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:20: note: to stay locked while suspended, use cppcoro::async_mutex
  co_await cppcoro::task<>();
}

corort::task<> corort_released() {
  {
    std::lock_guard guard(m);
    touch();
  }
  co_await corort::yield();
}

//===----------------------------------------------------------------------===//
// folly
//===----------------------------------------------------------------------===//

folly::coro::Task<> folly_guard() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:19: note: to stay locked while suspended, use folly::coro::Mutex
  co_await work();
}

folly::coro::Task<> folly_shared_guard() {
  std::shared_lock guard(sm);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:20: note: 'std::shared_mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:20: note: to stay locked while suspended, use folly::coro::SharedMutex
  co_await work();
}

folly::coro::Task<> folly_shared_by_hand() {
  sm.lock_shared();
  // CHECK: :[[#@LINE-1]]:3: warning: 'sm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::shared_mutex' belongs to the thread that locked it; unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: to stay locked while suspended, use folly::coro::SharedMutex
  co_await work();
  sm.unlock_shared();
}

//===----------------------------------------------------------------------===//
// asio
//===----------------------------------------------------------------------===//

asio::awaitable<void> asio_guard(asio::steady_timer &timer) {
  std::scoped_lock guard(m);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:20: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:20: note: to stay locked while suspended, use an asio::experimental::channel of size 1
  co_await timer.async_wait(asio::use_awaitable);
}

//===----------------------------------------------------------------------===//
// None is known
//===----------------------------------------------------------------------===//

task<> unknown_library() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

/// It is the coroutine's own task that counts.
task<> awaits_another_librarys_task() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await folly_guard();
}
