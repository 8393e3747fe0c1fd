// Locks and guards that are told by their structure or their attributes.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <memory>
#include <mutex>
#include <vector>

bool ready();
void touch();

//===----------------------------------------------------------------------===//
// By structure and by attribute
//===----------------------------------------------------------------------===//

std::mutex m;

class Locker {
public:
  explicit Locker(std::mutex &mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Locker() { mutex_.unlock(); }

private:
  std::mutex &mutex_;
};

task<> held_by_structure() {
  Locker locker(m);
  // CHECK: :[[#@LINE-1]]:10: warning: 'locker' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> structure_released_before() {
  { Locker locker(m); }
  co_await work();
}

class PointerLocker {
public:
  explicit PointerLocker(std::mutex *mutex) : mutex_(mutex) {
    if (mutex_)
      mutex_->lock();
  }
  ~PointerLocker() {
    if (mutex_)
      mutex_->unlock();
  }

private:
  std::mutex *mutex_;
};

task<> held_by_structure_through_pointer() {
  PointerLocker locker(&m);
  // CHECK: :[[#@LINE-1]]:17: warning: 'locker' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:17: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

/// Owns a guard, and so is one.
class Section {
public:
  explicit Section(std::mutex &mutex) : guard_(mutex) {}

private:
  std::lock_guard<std::mutex> guard_;
};

task<> held_by_member() {
  Section section(m);
  // CHECK: :[[#@LINE-1]]:11: warning: 'section' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:11: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

struct Derived : std::unique_lock<std::mutex> {
  using std::unique_lock<std::mutex>::unique_lock;
};

task<> held_by_base() {
  Derived guard(m);
  // CHECK: :[[#@LINE-1]]:11: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:11: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

class __attribute__((capability("mutex"))) Monitor {
public:
  void Enter() __attribute__((acquire_capability()));
  void Leave() __attribute__((release_capability()));
};

class __attribute__((scoped_lockable)) Inside {
public:
  explicit Inside(Monitor &monitor) __attribute__((acquire_capability(monitor)));
  ~Inside() __attribute__((release_capability()));
};

Monitor monitor;

task<> held_by_attribute() {
  Inside inside(monitor);
  // CHECK: :[[#@LINE-1]]:10: warning: 'inside' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_attribute_manually() {
  monitor.Enter();
  // CHECK: :[[#@LINE-1]]:3: warning: 'monitor' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'Monitor' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  monitor.Leave();
}

/// The other way round: unlocks while it lives.
class Unlocker {
public:
  explicit Unlocker(std::mutex &mutex) : mutex_(mutex) { mutex_.unlock(); }
  ~Unlocker() { mutex_.lock(); }

private:
  std::mutex &mutex_;
};

task<> unlocked_meanwhile() {
  m.lock();
  {
    Unlocker unlocker(m);
    co_await work();
  }
  m.unlock();
}

/// Scope guards that have nothing to do with locks.
class Timer {
public:
  explicit Timer(int &total) : total_(total) { ++total_; }
  ~Timer() { --total_; }

private:
  int &total_;
};

task<> not_a_guard(int &total) {
  Timer timer(total);
  co_await work();
}

class Transaction {
public:
  explicit Transaction(int &db);
  ~Transaction();
  void lock_rows();
};

task<> not_a_guard_either(int &db) {
  Transaction transaction(db);
  transaction.lock_rows();
  co_await work();
}

/// Locks for a moment in both, but holds nothing in between.
class Registration {
public:
  explicit Registration(std::mutex &mutex) : mutex_(mutex) {
    std::lock_guard guard(mutex_);
    touch();
  }
  ~Registration() {
    std::lock_guard guard(mutex_);
    touch();
  }

private:
  std::mutex &mutex_;
};

task<> locks_only_for_a_moment() {
  Registration registration(m);
  co_await work();
}

class Counted {
public:
  explicit Counted(std::mutex &mutex) : mutex_(mutex) {
    mutex_.lock();
    touch();
    mutex_.unlock();
  }
  ~Counted() {
    mutex_.lock();
    touch();
    mutex_.unlock();
  }

private:
  std::mutex &mutex_;
};

task<> balanced_in_constructor_and_destructor() {
  Counted counted(m);
  co_await work();
}

/// Owns a mutex, not a hold on it.
struct Owner {
  std::mutex mutex;
  std::unique_ptr<std::mutex> other;
};

task<> owns_mutexes() {
  Owner owner;
  std::mutex local;
  co_await work();
}
