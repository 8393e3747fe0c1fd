// Templates, of which most are never instantiated.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <mutex>
#include <utility>
#include <vector>

std::mutex m;
void touch();

//===----------------------------------------------------------------------===//
// Dependent statements
//===----------------------------------------------------------------------===//

task<> held_in_dependent_range_for(auto &state) {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  for (auto &part : state.parts())
    co_await part.load();
}

task<> held_after_dependent_range_for(auto &state) {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  for (auto &part : state.parts())
    part();
  co_await work();
}

task<> released_before_dependent_range_for(auto &state) {
  {
    std::lock_guard guard(m);
    state.prepare();
  }
  for (auto &part : state.parts())
    co_await part.load();
}

task<> held_after_dependent_binding(auto &state) {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  auto [first, second] = state.pair();
  co_await work();
}

template <bool Waits> task<> held_in_dependent_branch() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  if constexpr (Waits)
    co_await work();
}

/// Fine: both are there, or none.
template <bool Sync> task<> same_constant_twice() {
  if constexpr (Sync)
    m.lock();
  touch();
  if constexpr (Sync)
    m.unlock();
  co_await work();
}

template <bool Sync> task<> held_under_a_constant() {
  if constexpr (Sync)
    m.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  if constexpr (Sync)
    m.unlock();
}

template <class... Mutexes> task<> held_pack(Mutexes &...mutexes) {
  std::scoped_lock guard(mutexes...);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

template <class... Mutexes> task<> pack_released(Mutexes &...mutexes) {
  {
    std::scoped_lock guard(mutexes...);
    touch();
  }
  co_await work();
}

template <class Mutex> task<> dependent_unlocked(Mutex &mutex) {
  std::unique_lock guard(mutex);
  guard.unlock();
  co_await work();
}

template <class Mutex> task<> dependent_deferred(Mutex &mutex) {
  std::unique_lock<Mutex> guard(mutex, std::defer_lock);
  co_await work();
}

template <class Mutex> task<> dependent_tried(Mutex &mutex) {
  std::unique_lock<Mutex> guard(mutex, std::try_to_lock);
  if (!guard.owns_lock())
    co_await work();
}

/// Fine: nobody knows what it is.
template <class Door> task<> perhaps_no_lock(Door &door) {
  door.lock();
  co_await work();
  door.unlock();
}

template <class Mutex> task<> awaited_lock(Mutex &mutex) {
  auto guard = co_await mutex.lock();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Members of class templates
//===----------------------------------------------------------------------===//

template <class T> class Queue {
public:
  task<T> held_until_filled() {
    std::unique_lock guard(mutex_);
    // CHECK: :[[#@LINE-1]]:22: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+3]]:7: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:22: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    while (values_.empty())
      co_await filled_;
    co_return pop();
  }

  task<T> unlocked_until_filled() {
    std::unique_lock guard(mutex_);
    while (values_.empty()) {
      guard.unlock();
      co_await filled_;
      guard.lock();
    }
    co_return pop();
  }

  task<bool> emptiness_copied() {
    mutex_.lock();
    bool empty = values_.empty();
    mutex_.unlock();
    if (empty)
      co_await filled_;
    co_return empty;
  }

  task<bool> failed_to_lock() {
    if (!mutex_.try_lock()) {
      co_await filled_;
      co_return false;
    }
    values_.clear();
    mutex_.unlock();
    co_return true;
  }

  task<> held_by_own_methods() {
    enter();
    // CHECK: :[[#@LINE-1]]:5: warning: 'mutex_' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await filled_;
    leave();
  }

  task<> released_by_own_methods() {
    enter();
    values_.clear();
    this->leave();
    co_await filled_;
  }

  task<> own_factorys_guard_ended() {
    {
      auto guard = hold();
      values_.clear();
    }
    co_await filled_;
  }

private:
  T pop();
  void enter() { mutex_.lock(); }
  void leave() { mutex_.unlock(); }
  std::unique_lock<std::mutex> hold() { return std::unique_lock(mutex_); }

  std::mutex mutex_;
  std::vector<T> values_;
  event filled_;
};

//===----------------------------------------------------------------------===//
// Instantiations
//===----------------------------------------------------------------------===//

struct Fast {
  static constexpr bool sync = false;
};
struct Slow {
  static constexpr bool sync = true;
};

/// One finding, although only one instantiation locks.
template <class Policy> task<> held_by_one_instantiation() {
  std::unique_lock guard(m, std::defer_lock);
  if constexpr (Policy::sync)
    guard.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}
template task<> held_by_one_instantiation<Fast>();
template task<> held_by_one_instantiation<Slow>();

template <class Guard> task<> forwarded(Guard &&guard) {
  {
    auto mine = std::forward<Guard>(guard);
    touch();
  }
  co_await work();
}
task<> forwards() { return forwarded(std::unique_lock(m)); }

/// In a template that is never instantiated, a lambda that is a coroutine.
template <class T> void outer(T) {
  auto inner = [](auto &state) -> task<> {
    std::lock_guard guard(m);
    // CHECK: :[[#@LINE-1]]:21: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await state.load();
  };
  (void)inner;
}
