// What try functions return: how it is compared, stored and tested again.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <cerrno>
#include <mutex>
#include <pthread.h>
#include <threads.h>

std::mutex m;
std::mutex other;
pthread_mutex_t pm = PTHREAD_MUTEX_INITIALIZER;
pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
mtx_t cm;
bool ready();
void touch();

using Lock = std::unique_lock<std::mutex>;

//===----------------------------------------------------------------------===//
// Compared and stored
//===----------------------------------------------------------------------===//

task<> compared_with_false() {
  if (m.try_lock() == false) {
    co_await work();
    co_return;
  }
  m.unlock();
}

task<> compared_with_true() {
  if (m.try_lock() == true) {
    // CHECK: :[[#@LINE-1]]:7: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    m.unlock();
  }
}

task<> assigned_in_a_condition() {
  bool taken = false;
  for (int i = 0; i < 5 && !(taken = m.try_lock()); ++i)
    co_await work();
  if (!taken)
    co_return;
  m.unlock();
  co_await work();
}

task<> guard_assigned_in_a_condition() {
  Lock guard;
  while (!(guard = Lock(m, std::try_to_lock)))
    co_await work();
  touch();
}

task<> held_after_assignment_in_a_condition() {
  Lock guard;
  while (!(guard = Lock(m, std::try_to_lock)))
    // CHECK: :[[#@LINE-1]]:12: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await save(0);
  co_await work();
}

task<> stored_in_braces() {
  Lock guard(m, std::try_to_lock);
  bool taken{guard};
  if (!taken)
    co_await work();
}

task<> stored_by_cast() {
  Lock guard(m, std::try_to_lock);
  const auto taken = static_cast<bool>(guard);
  if (!taken)
    co_await work();
}

task<> held_as_stored_by_cast() {
  Lock guard(m, std::try_to_lock);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  const bool taken = bool(guard);
  if (taken)
    co_await work();
}

task<> stored_by_ternary() {
  Lock guard(m, std::try_to_lock);
  const bool taken = guard ? true : false;
  if (!taken)
    co_await work();
}

task<> stored_negated() {
  Lock guard(m, std::try_to_lock);
  auto contended = !guard;
  if (contended)
    co_await work();
}

task<> stored_with_something_else() {
  Lock guard(m, std::try_to_lock);
  const bool both = guard && ready();
  if (both)
    co_return;
  if (guard)
    guard.unlock();
  co_await work();
}

task<> tested_by_ternary() {
  Lock guard(m, std::try_to_lock);
  int value = guard.owns_lock() ? 0 : co_await read_some();
  (void)value;
}

/// Not owned, or owned and something else: one of the two holds it.
task<> tested_with_something_else() {
  Lock guard(m, std::try_to_lock);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  if (!guard || ready())
    co_await work();
}

task<> unlocked_if_something_else() {
  Lock guard(m, std::try_to_lock);
  if (!guard || ready()) {
    if (guard)
      guard.unlock();
    co_await work();
  }
}

/// Fine: both or none.
task<> both_tried() {
  Lock first(m, std::defer_lock), second(other, std::defer_lock);
  while (std::try_lock(first, second) != -1)
    co_await work();
  touch();
}

//===----------------------------------------------------------------------===//
// Functions of C
//===----------------------------------------------------------------------===//

task<> held_when_zero() {
  if (pthread_mutex_trylock(&pm) == 0) {
    // CHECK: :[[#@LINE-1]]:7: warning: 'pm' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    pthread_mutex_unlock(&pm);
  }
}

task<> held_when_not_nonzero() {
  int error = pthread_mutex_trylock(&pm);
  // CHECK: :[[#@LINE-1]]:15: warning: 'pm' is still locked when the coroutine suspends [coro-lock-across-await]
  if (error)
    co_return;
  co_await work();
  pthread_mutex_unlock(&pm);
}

task<> not_zero() {
  while (pthread_mutex_trylock(&pm) != 0)
    co_await work();
  pthread_mutex_unlock(&pm);
}

task<> busy() {
  int error = pthread_mutex_trylock(&pm);
  if (error == EBUSY) {
    co_await work();
    co_return;
  }
  pthread_mutex_unlock(&pm);
}

task<> busy_in_a_loop() {
  int error;
  while ((error = pthread_mutex_trylock(&pm)) == EBUSY)
    co_await work();
  pthread_mutex_unlock(&pm);
}

task<> held_unless_locking_failed() {
  if (pthread_mutex_lock(&pm) != 0)
    // CHECK: :[[#@LINE-1]]:7: warning: 'pm' is still locked when the coroutine suspends [coro-lock-across-await]
    co_return;
  co_await work();
  pthread_mutex_unlock(&pm);
}

task<> locking_failed() {
  if (int error = pthread_mutex_lock(&pm); error != 0) {
    co_await save(error);
    co_return;
  }
  pthread_mutex_unlock(&pm);
}

task<> held_for_writing() {
  if (pthread_rwlock_trywrlock(&rw) == 0) {
    // CHECK: :[[#@LINE-1]]:7: warning: 'rw' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    pthread_rwlock_unlock(&rw);
  }
}

task<> held_mtx() {
  if (mtx_trylock(&cm) == thrd_success) {
    // CHECK: :[[#@LINE-1]]:7: warning: 'cm' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    mtx_unlock(&cm);
  }
}

task<> busy_mtx() {
  if (mtx_trylock(&cm) == thrd_busy) {
    co_await work();
    co_return;
  }
  mtx_unlock(&cm);
}

int try_for_code() { return m.try_lock() ? 0 : -1; }
enum class Status { Taken, Busy };
Status try_for_status() { return m.try_lock() ? Status::Taken : Status::Busy; }

task<> helper_returns_a_code() {
  if (try_for_code() < 0) {
    co_await work();
    co_return;
  }
  m.unlock();
}

task<> helper_returns_a_status() {
  if (try_for_status() != Status::Taken) {
    co_await work();
    co_return;
  }
  m.unlock();
}

//===----------------------------------------------------------------------===//
// Flags
//===----------------------------------------------------------------------===//

task<> integer_flag() {
  int held = 0;
  if (ready()) {
    m.lock();
    held = 1;
  }
  touch();
  if (held == 1)
    m.unlock();
  co_await work();
}

task<> held_under_integer_flag() {
  int held = 0;
  if (ready()) {
    m.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+5]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:5: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
    held = 1;
  }
  if (held != 0)
    co_await work();
}

task<> enum_flag() {
  Status status = Status::Busy;
  if (ready()) {
    m.lock();
    status = Status::Taken;
  }
  touch();
  if (status == Status::Taken)
    m.unlock();
  co_await work();
}

task<> number_tested_in_two_ways(int number) {
  if (number != 0)
    m.lock();
  touch();
  if (number)
    m.unlock();
  co_await work();
}

int threads;

/// Fine: the author means the same.
task<> global_flag() {
  if (threads)
    m.lock();
  touch();
  if (threads)
    m.unlock();
  co_await work();
}
