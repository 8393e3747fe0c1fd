// Guards that an awaiter or an awaited call is given.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <functional>
#include <mutex>
#include <utility>

using Lock = std::unique_lock<std::mutex>;

std::mutex m;

struct Suspends {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() noexcept {}
};

struct TakesInInitialiser : Suspends {
  explicit TakesInInitialiser(Lock &lock) : kept(std::move(lock)) {}
  void await_suspend(std::coroutine_handle<>) { Lock mine = std::move(kept); }
  Lock kept;
};

struct UnlocksInBody : Suspends {
  explicit UnlocksInBody(Lock &lock) { lock.unlock(); }
};

struct UnlocksWhileSuspended : Suspends {
  explicit UnlocksWhileSuspended(Lock &lock) : lock(lock) {}
  void await_suspend(std::coroutine_handle<>) { lock.unlock(); }
  Lock &lock;
};

/// Nobody can see what it does with the guard.
struct Opaque : Suspends {
  explicit Opaque(Lock &lock);
};

task<> taken_in_initialiser() {
  Lock guard(m);
  co_await TakesInInitialiser(guard);
}

task<> unlocked_in_body() {
  Lock guard(m);
  co_await UnlocksInBody(guard);
}

task<> unlocked_while_suspended() {
  Lock guard(m);
  co_await UnlocksWhileSuspended(guard);
}

task<> given_to_an_opaque_awaiter() {
  Lock guard(m);
  co_await Opaque(guard);
}

task<> given_to_a_named_awaiter() {
  Lock guard(m);
  Opaque awaiter(guard);
  co_await awaiter;
}

//===----------------------------------------------------------------------===//
// Through the awaited call
//===----------------------------------------------------------------------===//

event wait_until(Lock &guard, bool (*condition)());
event hand_over(Lock guard);
event hand_pointer(Lock *guard);
event hand_reference(std::reference_wrapper<Lock> guard);
UnlocksWhileSuspended make(Lock &guard) { return UnlocksWhileSuspended(guard); }
bool ready();

task<> waits_with_a_condition() {
  Lock guard(m);
  co_await wait_until(guard, ready);
}

task<> handed_over_by_value() {
  Lock guard(m);
  co_await hand_over(std::move(guard));
  co_await work();
}

task<> handed_by_pointer() {
  Lock guard(m);
  co_await hand_pointer(&guard);
}

task<> handed_by_reference_wrapper() {
  Lock guard(m);
  co_await hand_reference(std::ref(guard));
}

task<> awaiter_from_a_function() {
  Lock guard(m);
  co_await make(guard);
}

/// The other guard stays.
task<> held_beside_the_given_one(std::mutex &second) {
  Lock guard(m);
  std::lock_guard other(second);
  // CHECK: :[[#@LINE-1]]:19: warning: 'other' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await wait_until(guard, ready);
}
