// Suggestions: where there are any, and for which guard.
//
// RUN: %corolint check --format=json --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck --implicit-check-not=title %s

#include "../include/task.hpp"

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

std::mutex m;
std::shared_mutex sm;
int value;
int other;
bool ready();
void touch();

//===----------------------------------------------------------------------===//
// Both, or one
//===----------------------------------------------------------------------===//

task<> can_be_unlocked() {
  std::unique_lock both(m);
  // CHECK: "message": "'both' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'both' before suspending",
  // CHECK: "replacement": "{ "
  // CHECK: "replacement": "}\n  "
  // CHECK: "title": "unlock 'both' before suspending",
  // CHECK: "replacement": "both.unlock();\n  "
  ++value;
  co_await work();
}

task<> cannot_be_unlocked() {
  std::lock_guard only_scope(m);
  // CHECK: "message": "'only_scope' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'only_scope' before suspending",
  ++value;
  co_await work();
}

task<> several_mutexes() {
  std::scoped_lock several(m, sm);
  // CHECK: "message": "'several' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'several' before suspending",
  ++value;
  co_await work();
}

task<> shared() {
  std::shared_lock reader(sm);
  // CHECK: "message": "'reader' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'reader' before suspending",
  // CHECK: "title": "unlock 'reader' before suspending",
  int copy = 0;
  copy += value;
  co_await save(other);
}

/// The scope would end what the await needs.
task<> declares_what_is_awaited() {
  std::unique_lock only_unlock(m);
  // CHECK: "message": "'only_unlock' is still locked when the coroutine suspends",
  // CHECK: "title": "unlock 'only_unlock' before suspending",
  int copy = value;
  co_await save(copy);
}

task<> declares_what_is_used_later() {
  std::shared_lock only_unlock_later(sm);
  // CHECK: "message": "'only_unlock_later' is still locked when the coroutine suspends",
  // CHECK: "title": "unlock 'only_unlock_later' before suspending",
  const int copy = value;
  co_await work();
  other = copy;
}

/// Neither will do.
task<> declares_under_a_lock_guard() {
  std::lock_guard neither(m);
  // CHECK: "message": "'neither' is still locked when the coroutine suspends",
  int copy = value;
  co_await save(copy);
}

task<> fills_what_is_awaited() {
  int copy = 0;
  std::lock_guard fills(m);
  // CHECK: "message": "'fills' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'fills' before suspending",
  copy = value;
  co_await save(copy);
}

//===----------------------------------------------------------------------===//
// The statement that suspends
//===----------------------------------------------------------------------===//

task<> awaits_in_a_branch() {
  std::unique_lock before_if(m);
  // CHECK: "message": "'before_if' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'before_if' before suspending",
  // CHECK: "title": "unlock 'before_if' before suspending",
  ++value;
  if (ready())
    co_await work();
}

task<> awaits_in_a_loop() {
  std::lock_guard before_loop(m);
  // CHECK: "message": "'before_loop' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'before_loop' before suspending",
  ++value;
  for (int i = 0; i < 3; ++i) {
    touch();
    co_await work();
  }
}

task<> awaits_twice() {
  std::unique_lock before_first(m);
  // CHECK: "message": "'before_first' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'before_first' before suspending",
  // CHECK: "title": "unlock 'before_first' before suspending",
  ++value;
  co_await work();
  co_await save(1);
}

task<> declared_in_a_block() {
  while (ready()) {
    std::lock_guard in_block(m);
    // CHECK: "message": "'in_block' is still locked when the coroutine suspends",
    // CHECK: "title": "end the scope of 'in_block' before suspending",
    ++value;
    co_await work();
  }
}

task<> moved_into() {
  std::unique_lock from(m);
  std::unique_lock to = std::move(from);
  // CHECK: "message": "'to' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'to' before suspending",
  // CHECK: "title": "unlock 'to' before suspending",
  ++value;
  co_await work();
}

/// The inner guard ends with the outer one.
task<> two_guards() {
  std::lock_guard outer(m);
  // CHECK: "message": "'outer' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'outer' before suspending",
  std::lock_guard inner(sm);
  // CHECK: "message": "'inner' is still locked when the coroutine suspends",
  // CHECK: "title": "end the scope of 'inner' before suspending",
  ++value;
  co_await work();
}

//===----------------------------------------------------------------------===//
// None
//===----------------------------------------------------------------------===//

task<> unlocked_after() {
  std::unique_lock unlocked_after_it(m);
  // CHECK: "message": "'unlocked_after_it' is still locked when the coroutine suspends",
  ++value;
  co_await work();
  unlocked_after_it.unlock();
}

/// What is used under the lock is used after it, too.
task<> same_global_after() {
  std::unique_lock global_after(m);
  // CHECK: "message": "'global_after' is still locked when the coroutine suspends",
  ++value;
  co_await work();
  ++value;
}

task<> same_object_after(std::shared_ptr<int> &counter) {
  std::unique_lock reference_after(m);
  // CHECK: "message": "'reference_after' is still locked when the coroutine suspends",
  ++*counter;
  co_await work();
  ++*counter;
}

task<> same_pointer_awaited(int *counter) {
  std::unique_lock pointer_awaited(m);
  // CHECK: "message": "'pointer_awaited' is still locked when the coroutine suspends",
  ++*counter;
  co_await save(*counter);
}

class Account {
public:
  task<> same_member_after() {
    std::lock_guard member_after(mutex_);
    // CHECK: "message": "'member_after' is still locked when the coroutine suspends",
    ++balance_;
    co_await work();
    --balance_;
  }

  task<> same_member_awaited() {
    std::lock_guard member_awaited(mutex_);
    // CHECK: "message": "'member_awaited' is still locked when the coroutine suspends",
    ++balance_;
    co_await save(balance_);
  }

  task<> another_member_after() {
    std::lock_guard other_member(mutex_);
    // CHECK: "message": "'other_member' is still locked when the coroutine suspends",
    // CHECK: "title": "end the scope of 'other_member' before suspending",
    ++balance_;
    co_await work();
    ++calls_;
  }

private:
  std::mutex mutex_;
  int balance_ = 0;
  int calls_ = 0;
};

/// The lock is about what comes after it.
task<> nothing_before() {
  std::unique_lock nothing(m);
  // CHECK: "message": "'nothing' is still locked when the coroutine suspends",
  co_await work();
}

task<> awaits_in_the_next_declaration() {
  std::unique_lock next(m);
  // CHECK: "message": "'next' is still locked when the coroutine suspends",
  int count = co_await read_some();
  value = count;
}

#define GUARD(name) std::lock_guard name(m)

task<> guard_from_a_macro() {
  GUARD(from_macro);
  // CHECK: "message": "'from_macro' is still locked when the coroutine suspends",
  ++value;
  co_await work();
}

#define AWAIT(what) co_await what

task<> await_from_a_macro() {
  std::lock_guard awaited_in_macro(m);
  // CHECK: "message": "'awaited_in_macro' is still locked when the coroutine suspends",
  ++value;
  AWAIT(work());
}

task<> declared_with_another() {
  std::unique_lock first_of_two(m), second_of_two(m, std::defer_lock);
  // CHECK: "message": "'first_of_two' is still locked when the coroutine suspends",
  ++value;
  co_await work();
}

task<> parameter(std::unique_lock<std::mutex> given) {
  // CHECK: "message": "'given' is still locked when the coroutine suspends",
  ++value;
  co_await work();
}

task<> locked_by_hand() {
  m.lock();
  // CHECK: "message": "'m' is still locked when the coroutine suspends",
  ++value;
  co_await work();
  m.unlock();
}

task<> declared_in_if() {
  if (std::unique_lock in_if(m); ready()) {
    // CHECK: "message": "'in_if' is still locked when the coroutine suspends",
    ++value;
    co_await work();
  }
}
