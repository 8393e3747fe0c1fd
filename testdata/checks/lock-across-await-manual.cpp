// Locks taken and given back by hand.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <atomic>
#include <mutex>
#include <pthread.h>
#include <shared_mutex>

std::mutex m;
std::mutex other;
std::shared_mutex sm;
bool ready();
bool done();
void touch();

task<> held() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  m.unlock();
}

task<> never_unlocked() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
}

task<> held_shared() {
  sm.lock_shared();
  // CHECK: :[[#@LINE-1]]:3: warning: 'sm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::shared_mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  sm.unlock_shared();
}

task<> held_on_parameter(std::mutex &lock) {
  lock.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'lock' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  lock.unlock();
}

task<> held_on_pointer(std::mutex *lock) {
  lock->lock();
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}lock' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+1]]:3: note: suspends here
  co_await work();
  lock->unlock();
}

struct State {
  std::mutex mutex;
  int value;
};

task<> held_on_field(State &state) {
  state.mutex.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'state.mutex' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  state.mutex.unlock();
}

class Cache {
public:
  task<> held_on_member() {
    m_.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'm_' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:5: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
    co_await work();
    m_.unlock();
  }
  task<> held_on_this() {
    this->m_.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'm_' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:5: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
    co_await work();
    this->m_.unlock();
  }
  task<> spelled_both_ways() {
    m_.lock();
    touch();
    this->m_.unlock();
    co_await work();
  }

private:
  std::mutex m_;
};

task<> listed_until_unlocked() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  co_await save(1);
  m.unlock();
  co_await work();
}

task<> released_before() {
  m.lock();
  touch();
  m.unlock();
  co_await work();
}

task<> acquired_after() {
  co_await work();
  m.lock();
  touch();
  m.unlock();
}

task<> other_lock_released(State &first, State &second) {
  first.mutex.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'first.mutex' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+4]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  second.mutex.lock();
  second.mutex.unlock();
  co_await work();
  first.mutex.unlock();
}

task<> released_on_one_branch() {
  m.lock();
  if (ready())
    m.unlock();
  // CHECK: :[[#@LINE-3]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-3]]:7: note: this condition is false on the way
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-6]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
}

task<> released_on_every_branch() {
  m.lock();
  if (ready()) {
    m.unlock();
  } else {
    touch();
    m.unlock();
  }
  co_await work();
}

task<> early_return_with_lock() {
  m.lock();
  if (ready()) {
    m.unlock();
    co_return;
  }
  touch();
  m.unlock();
  co_await work();
}

task<> tried() {
  if (m.try_lock()) {
    // CHECK: :[[#@LINE-1]]:7: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:7: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
    co_await work();
    m.unlock();
  }
}

task<> tried_and_failed() {
  if (!m.try_lock()) {
    co_await work();
    co_return;
  }
  touch();
  m.unlock();
}

task<> tried_until_taken() {
  while (!m.try_lock())
    co_await work();
  touch();
  m.unlock();
}

task<> tried_until_taken_and_held() {
  while (!m.try_lock())
    co_await save(0);
  // CHECK: :[[#@LINE-2]]:11: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:11: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  m.unlock();
}

task<> back_edge_carries_the_lock() {
  while (!done()) {
    co_await work();
    m.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
    touch();
  }
}

task<> balanced_in_loop() {
  while (!done()) {
    m.lock();
    touch();
    m.unlock();
    co_await work();
  }
}

pthread_mutex_t pm = PTHREAD_MUTEX_INITIALIZER;
pthread_spinlock_t spin;
pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;

task<> held_pthread() {
  pthread_mutex_lock(&pm);
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}pm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+1]]:3: note: suspends here
  co_await work();
  pthread_mutex_unlock(&pm);
}

task<> held_pthread_spin() {
  pthread_spin_lock(&spin);
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}spin' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+1]]:3: note: suspends here
  co_await work();
  pthread_spin_unlock(&spin);
}

task<> held_pthread_read() {
  pthread_rwlock_rdlock(&rw);
  // CHECK: :[[#@LINE-1]]:3: warning: '{{.*}}rw' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+1]]:3: note: suspends here
  co_await work();
  pthread_rwlock_unlock(&rw);
}

task<> released_pthread() {
  pthread_mutex_lock(&pm);
  touch();
  pthread_mutex_unlock(&pm);
  co_await work();
}

/// A lock by structure: lock() returns nothing, and there is an unlock().
class SpinLock {
public:
  void lock() {
    while (flag_.test_and_set())
      ;
  }
  void unlock() { flag_.clear(); }

private:
  std::atomic_flag flag_;
};

SpinLock own;

task<> held_own_lock() {
  own.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'own' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'SpinLock' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  own.unlock();
}

task<> held_own_lock_by_guard() {
  std::lock_guard guard(own);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'SpinLock' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> released_own_lock() {
  own.lock();
  own.unlock();
  co_await work();
}

/// Things that have a lock() and are no locks.
struct Door {
  void lock();
  bool closed() const;
};

task<> not_a_lock(Door &door) {
  door.lock();
  co_await work();
}

#include <memory>

task<> weak_pointer(std::weak_ptr<int> weak) {
  auto strong = weak.lock();
  co_await work();
}
