// A guard held at a suspension, by each guard of the standard library.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <mutex>
#include <shared_mutex>
#include <vector>

std::mutex m;
std::mutex other;
std::recursive_mutex rm;
std::timed_mutex tm;
std::shared_mutex sm;
bool ready();
void touch();

//===----------------------------------------------------------------------===//
// The guards of the standard library
//===----------------------------------------------------------------------===//

task<> held_by_lock_guard() {
  std::lock_guard<std::mutex> guard(m);
  // CHECK: :[[#@LINE-1]]:31: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:31: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_deduced_lock_guard() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_braces() {
  std::lock_guard guard{rm};
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::recursive_mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_unique_lock() {
  std::unique_lock guard(tm);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:20: note: 'std::timed_mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_shared_lock() {
  std::shared_lock guard(sm);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:20: note: 'std::shared_mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_scoped_lock() {
  std::scoped_lock guard(m);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:20: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_scoped_lock_of_two() {
  std::scoped_lock guard(m, other);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:20: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_auto() {
  auto guard = std::unique_lock(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_auto_lock_guard() {
  const auto guard = std::lock_guard<std::mutex>(m);
  // CHECK: :[[#@LINE-1]]:14: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:14: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_extended_temporary() {
  const auto &guard = std::lock_guard(m);
  // CHECK: :[[#@LINE-1]]:15: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:15: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

using Guard = std::lock_guard<std::mutex>;
template <class M> using Exclusive = std::unique_lock<M>;
using Mutex = std::mutex;

task<> held_by_alias() {
  Guard guard(m);
  // CHECK: :[[#@LINE-1]]:9: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:9: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_by_alias_template(Mutex &mutex) {
  Exclusive<Mutex> guard(mutex);
  // CHECK: :[[#@LINE-1]]:20: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:20: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

#define GUARD(name) std::lock_guard name(m)

task<> held_by_macro() {
  GUARD(guard);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> two_guards_two_findings() {
  std::lock_guard outer(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'outer' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  std::lock_guard inner(other);
  // CHECK: :[[#@LINE-1]]:19: warning: 'inner' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

//===----------------------------------------------------------------------===//
// Whose lock it is
//===----------------------------------------------------------------------===//

class Account {
public:
  task<> held_on_member() {
    std::lock_guard guard(mutex_);
    // CHECK: :[[#@LINE-1]]:21: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:21: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
  }

  task<> held_on_this() {
    std::lock_guard guard(this->mutex_);
    // CHECK: :[[#@LINE-1]]:21: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:21: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
  }

  task<int> released_before_member_await() {
    int balance;
    {
      std::lock_guard guard(mutex_);
      balance = balance_;
    }
    co_await save(balance);
    co_return balance;
  }

private:
  std::mutex mutex_;
  int balance_ = 0;
};

task<> held_on_element(std::vector<std::mutex> &locks, int i) {
  std::lock_guard guard(locks[i]);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_on_static() {
  static std::mutex once;
  std::lock_guard guard(once);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

task<> released_before() {
  {
    std::lock_guard guard(m);
    touch();
  }
  co_await work();
}

task<> acquired_after() {
  co_await work();
  std::lock_guard guard(m);
  touch();
}

task<> between_awaits() {
  co_await work();
  {
    std::lock_guard guard(m);
    touch();
  }
  co_await work();
}

task<> released_in_each_iteration(std::vector<int> &values) {
  for (int value : values) {
    {
      std::lock_guard guard(m);
      touch();
    }
    co_await save(value);
  }
}

task<> if_initialiser_ended() {
  if (std::lock_guard guard(m); ready())
    touch();
  co_await work();
}

task<> initialised_from_the_await() {
  int value = co_await read_some();
  std::lock_guard guard(m);
  (void)value;
}

task<> only_a_reference(std::unique_lock<std::mutex> &guard) {
  (void)guard;
  co_await work();
}

task<> only_a_pointer(std::unique_lock<std::mutex> *guard) {
  (void)guard;
  co_await work();
}

std::unique_lock<std::mutex> &shared_guard();

task<> reference_to_somebody_elses() {
  auto &guard = shared_guard();
  (void)guard;
  co_await work();
}

task<> await_in_nested_lambda() {
  std::lock_guard guard(m);
  auto later = []() -> task<> { co_await work(); };
  (void)later;
  co_return;
}

task<> guard_in_nested_lambda() {
  auto locked = [] {
    std::lock_guard guard(m);
    touch();
  };
  locked();
  co_await work();
}

task<> guard_in_local_class() {
  struct Local {
    void run() {
      std::lock_guard guard(m);
      touch();
    }
  };
  Local().run();
  co_await work();
}

void not_a_coroutine() {
  std::lock_guard guard(m);
  touch();
}

task<int> only_co_return() {
  std::lock_guard guard(m);
  co_return 1;
}

task<> not_evaluated() {
  std::lock_guard guard(m);
  static_assert(sizeof(work()) > 0);
  co_return;
}

task<> never_suspends() {
  std::lock_guard guard(m);
  co_await std::suspend_never{};
  co_await ready_now{};
}

async_mutex am;

task<> coroutine_aware_lock() {
  auto guard = co_await am.scoped_lock();
  co_await work();
}

task<> coroutine_aware_manual_lock() {
  co_await am.lock();
  co_await work();
  am.unlock();
}

/// Its wait() gives the lock back while the coroutine is suspended.
struct condition {
  event wait(std::unique_lock<std::mutex> &guard);
  event wait_on(std::mutex &mutex);
};

/// Unlocks the guard in await_suspend.
struct waiter {
  waiter(condition &changed, std::unique_lock<std::mutex> &guard);
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

task<> given_to_the_awaiter(condition &changed) {
  std::unique_lock guard(m);
  co_await waiter(changed, guard);
}

task<> given_to_the_awaited_call(condition &changed) {
  std::unique_lock guard(m);
  while (!ready())
    co_await changed.wait(guard);
  co_await changed.wait_on(m);
}

/// A mutex-shaped word in somebody's vocabulary.
namespace chess {
struct board {};
template <class T> struct lock_guard {
  explicit lock_guard(T &piece) : piece(piece) {}
  T &piece;
};
} // namespace chess

task<> only_a_name(chess::board &board) {
  chess::lock_guard guard(board);
  co_await work();
}
