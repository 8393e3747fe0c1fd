// Exceptions: which locks are held in a handler and after it.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <exception>
#include <mutex>
#include <stdexcept>

std::mutex m;
bool ready();
void touch();

using Lock = std::unique_lock<std::mutex>;

//===----------------------------------------------------------------------===//
// The guard is inside the try
//===----------------------------------------------------------------------===//

task<> flag_then_await() {
  bool failed = false;
  try {
    std::lock_guard guard(m);
    touch();
  } catch (...) {
    failed = true;
  }
  if (failed)
    co_await work();
}

task<> thrown_in_the_locked_block() {
  bool failed = false;
  try {
    std::lock_guard guard(m);
    if (!ready())
      throw std::runtime_error("not ready");
    touch();
  } catch (const std::exception &) {
    failed = true;
  }
  if (failed)
    co_await work();
}

task<> thrown_in_a_nested_block() {
  int code = 0;
  try {
    if (ready()) {
      Lock guard(m);
      if (!ready())
        throw 1;
    }
  } catch (int error) {
    code = error;
  }
  co_await save(code);
}

task<> error_kept() {
  std::exception_ptr error;
  {
    std::lock_guard guard(m);
    try {
      touch();
    } catch (...) {
      error = std::current_exception();
    }
  }
  if (error)
    co_await work();
}

task<> retried() {
  bool again;
  do {
    again = false;
    try {
      std::lock_guard guard(m);
      touch();
    } catch (...) {
      again = true;
    }
    if (again)
      co_await work();
  } while (again);
}

task<> await_then_guard() {
  try {
    co_await work();
    std::lock_guard guard(m);
    touch();
  } catch (...) {
  }
  co_await work();
}

task<> awaited_in_the_locked_try() {
  bool failed = false;
  {
    Lock guard(m);
    // CHECK: :[[#@LINE-1]]:10: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+3]]:7: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:10: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    try {
      co_await work();
    } catch (...) {
      failed = true;
    }
  }
  if (failed)
    co_await save(1);
}

//===----------------------------------------------------------------------===//
// The guard is outside
//===----------------------------------------------------------------------===//

task<> held_after_the_handler() {
  Lock guard(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+10]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:8: note: unlock 'guard' before suspending
  bool failed = false;
  try {
    touch();
  } catch (...) {
    failed = true;
  }
  if (failed)
    co_await work();
}

task<> held_when_thrown_before_the_unlock() {
  Lock guard(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  try {
    if (!ready())
      throw 1;
    guard.unlock();
  } catch (int) {
    touch();
  }
  co_await work();
}

task<> unlocked_in_the_handler() {
  Lock guard(m);
  bool failed = false;
  try {
    touch();
  } catch (...) {
    guard.unlock();
    failed = true;
  }
  if (failed)
    co_await work();
}

task<> unlocked_and_thrown_again() {
  m.lock();
  try {
    touch();
  } catch (...) {
    m.unlock();
    throw;
  }
  m.unlock();
  co_await work();
}

task<> held_in_the_try_that_unlocks() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  try {
    co_await work();
  } catch (...) {
    m.unlock();
    throw;
  }
  m.unlock();
}

/// Nothing unlocks by itself on the way to the handler.
task<> locked_by_hand_in_the_try() {
  try {
    m.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
    if (!ready())
      throw 1;
    m.unlock();
  } catch (int) {
    touch();
  }
  co_await work();
}

task<> unlocked_around_the_awaiting_try() {
  Lock guard(m);
  while (ready()) {
    guard.unlock();
    try {
      co_await work();
    } catch (const std::exception &) {
      touch();
    }
    guard.lock();
  }
}

task<> leaves_by_exception() {
  Lock guard(m);
  if (!ready())
    throw std::runtime_error("not ready");
  guard.unlock();
  co_await work();
}
