// Functions of the file that lock and unlock by hand: by name, by attribute,
// through parameters, by conditions, handed on, and out of sight.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <functional>
#include <mutex>

std::mutex m;
std::mutex other;
void touch();

void take() { m.lock(); }
void give() { m.unlock(); }

//===----------------------------------------------------------------------===//
// What a helper takes and gives
//===----------------------------------------------------------------------===//

void take_deeply() {
  touch();
  take();
}

task<> held_by_the_helpers_helper() {
  take_deeply();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-6]]:3: note: this call leaves it locked
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  give();
}

void take_both() { std::lock(m, other); }

/// Both are taken by one call, and so they are one finding.
task<> held_both() {
  take_both();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  m.unlock();
  other.unlock();
}

task<> released_both() {
  take_both();
  m.unlock();
  other.unlock();
  co_await work();
}

void lock_it(std::mutex &mutex) { mutex.lock(); }
void unlock_it(std::mutex *mutex) {
  if (mutex)
    mutex->unlock();
}

task<> held_by_argument() {
  lock_it(m);
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  unlock_it(&m);
}

task<> released_by_pointer() {
  lock_it(m);
  touch();
  unlock_it(&m);
  co_await work();
}

task<> another_argument_released() {
  lock_it(m);
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  lock_it(other);
  unlock_it(&other);
  co_await work();
  unlock_it(&m);
}

template <class Mutex> void take_any(Mutex &mutex) { mutex.lock(); }
template <class Mutex> void give_any(Mutex &mutex) { mutex.unlock(); }

task<> held_by_template() {
  take_any(m);
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  give_any(m);
}

task<> released_by_template() {
  take_any(m);
  give_any(m);
  co_await work();
}

void breathe() {
  m.unlock();
  touch();
  m.lock();
}

/// What is held is the second acquisition.
task<> unlocked_and_locked_again() {
  m.lock();
  breathe();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  m.unlock();
}

void take_for_a_guard() {
  m.lock();
  std::lock_guard guard(m, std::adopt_lock);
}

task<> adopted_inside() {
  take_for_a_guard();
  co_await work();
}

void give_by_a_guard() {
  std::unique_lock guard(m, std::adopt_lock);
  touch();
}

task<> released_by_an_adopting_guard() {
  m.lock();
  give_by_a_guard();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

bool try_to_take() {
  if (!m.try_lock())
    return false;
  touch();
  return true;
}

task<> held_on_success() {
  if (!try_to_take())
    // CHECK: :[[#@LINE-1]]:8: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
    co_return;
  co_await work();
  give();
}

task<> retried_until_taken() {
  while (!try_to_take())
    co_await work();
  give();
  co_await work();
}

void take_if(bool wanted) {
  if (wanted)
    m.lock();
}
void give_if(bool wanted) {
  if (wanted)
    m.unlock();
}

/// Fine: both ask the same.
task<> taken_and_given_on_condition(bool wanted) {
  take_if(wanted);
  touch();
  give_if(wanted);
  co_await work();
}

void take_or_throw() {
  if (!m.try_lock())
    throw 1;
}

task<> held_unless_thrown() {
  take_or_throw();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  give();
}

void take_spinning() {
  while (!m.try_lock())
    touch();
}

task<> held_after_spinning() {
  take_spinning();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  give();
}

/// Fine: nobody knows what recursion does.
void give_in_the_end(int depth) {
  if (depth > 0)
    give_in_the_end(depth - 1);
  else
    m.unlock();
}

task<> released_by_recursion() {
  m.lock();
  give_in_the_end(3);
  co_await work();
}

//===----------------------------------------------------------------------===//
// Out of sight
//===----------------------------------------------------------------------===//

void unlock_everything();
void count_everything();

/// Fine: its name says that it unlocks.
task<> declared_elsewhere() {
  m.lock();
  unlock_everything();
  co_await work();
}

task<> declared_elsewhere_for_something_else() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  count_everything();
  co_await work();
  m.unlock();
}

class Far {
public:
  task<> left_elsewhere() {
    mutex_.lock();
    leave();
    co_await work();
  }

private:
  void leave();
  std::mutex mutex_;
};

/// Fine: what the overriders do is not known.
struct Base {
  virtual void prepare() { m.lock(); }
  virtual void finish() { m.unlock(); }
};

task<> virtual_functions(Base &base) {
  base.prepare();
  touch();
  base.finish();
  co_await work();
}

struct Interface {
  virtual void lock() = 0;
  virtual void unlock() = 0;
};

task<> held_by_virtual_lock(Interface &lock) {
  lock.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'lock' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  lock.unlock();
}

//===----------------------------------------------------------------------===//
// Handed on
//===----------------------------------------------------------------------===//

void run(const std::function<void()> &job);
template <class Job> void run_now(Job &&job) { job(); }

task<> unlocked_by_function_pointer() {
  m.lock();
  void (*job)() = &give;
  job();
  co_await work();
}

task<> unlocked_by_function_object() {
  m.lock();
  std::function<void()> job = give;
  job();
  co_await work();
}

task<> unlocked_by_callback() {
  m.lock();
  run([] { m.unlock(); });
  co_await work();
}

task<> unlocked_by_forwarded_callback() {
  m.lock();
  run_now([&] { m.unlock(); });
  co_await work();
}

task<> unlocked_by_function_passed_by_name() {
  m.lock();
  run(give);
  co_await work();
}

task<> unlocked_by_invoke() {
  m.lock();
  std::invoke([&] { m.unlock(); });
  co_await work();
}

/// It unlocks nothing.
task<> held_beside_a_callback() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  run([] { touch(); });
  co_await work();
  m.unlock();
}
