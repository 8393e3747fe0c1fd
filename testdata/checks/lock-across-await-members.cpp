// Guards that are members: of this, of other objects, of structs with several,
// and what constructors make of them.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <utility>

std::mutex m;
std::mutex other;
void touch();

using Lock = std::unique_lock<std::mutex>;

//===----------------------------------------------------------------------===//
// Members of this
//===----------------------------------------------------------------------===//

class Session {
public:
  Session() : held_(mutex_, std::defer_lock) {}

  task<> held_by_member() {
    held_.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'held_' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:5: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
    held_.unlock();
  }

  task<> member_released_before() {
    held_.lock();
    touch();
    this->held_.unlock();
    co_await work();
  }

  task<> held_by_assigned_member() {
    held_ = Lock(mutex_);
    // CHECK: :[[#@LINE-1]]:5: warning: 'held_' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    held_ = {};
  }

  task<> assigned_member_released_before() {
    held_ = Lock(mutex_);
    touch();
    held_ = {};
    co_await work();
  }

  task<> held_by_member_moved_into() {
    Lock guard(mutex_);
    held_ = std::move(guard);
    // CHECK: :[[#@LINE-1]]:5: warning: 'held_' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    held_.unlock();
  }

  task<> member_moved_out_of() {
    held_.lock();
    {
      Lock mine = std::move(held_);
      touch();
    }
    co_await work();
  }

  task<> held_by_tried_member() {
    if (held_.try_lock()) {
      // CHECK: :[[#@LINE-1]]:9: warning: 'held_' is still locked when the coroutine suspends [coro-lock-across-await]
      co_await work();
      held_.unlock();
    }
  }

  task<> failed_to_lock_member() {
    if (!held_.try_lock()) {
      co_await work();
      co_return;
    }
    held_.unlock();
  }

  task<> member_unlocked_around_the_await() {
    if (held_.owns_lock())
      held_.unlock();
    co_await work();
    held_.lock();
  }

  task<> held_by_optional_member() {
    perhaps_.emplace(mutex_);
    // CHECK: :[[#@LINE-1]]:5: warning: 'perhaps_' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    perhaps_.reset();
  }

  task<> optional_member_reset() {
    perhaps_.emplace(mutex_);
    touch();
    perhaps_.reset();
    co_await work();
  }

  task<> held_by_methods() {
    begin();
    // CHECK: :[[#@LINE-1]]:5: warning: 'held_' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+41]]:18: note: this call leaves it locked
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-4]]:5: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
    co_await work();
    end();
  }

  task<> released_by_methods() {
    begin();
    touch();
    end();
    co_await work();
  }

  /// Fine: what the mutex is called does not matter.
  task<> adopted_under_another_name() {
    this->mutex_.lock();
    {
      std::lock_guard guard(mutex_, std::adopt_lock);
      touch();
    }
    co_await work();
  }

  static task<> held_by_member_of_parameter(Session &session) {
    session.held_.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'session.held_' is still locked when the coroutine suspends [coro-lock-across-await]
    co_await work();
    session.held_.unlock();
  }

  static task<> other_session_released(Session &first, Session &second) {
    first.begin();
    // CHECK: :[[#@LINE-1]]:5: warning: 'first.held_' is still locked when the coroutine suspends [coro-lock-across-await]
    second.begin();
    second.end();
    co_await work();
    first.end();
  }

private:
  void begin() { held_ = Lock(mutex_); }
  void end() { held_.unlock(); }

  std::mutex mutex_;
  Lock held_;
  std::optional<Lock> perhaps_;
};

//===----------------------------------------------------------------------===//
// Structs with guards
//===----------------------------------------------------------------------===//

struct Two {
  Lock first, second;
};

task<> one_of_two_still_held() {
  Two two{Lock(m), Lock(other)};
  // CHECK: :[[#@LINE-1]]:7: warning: 'two.second' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:7: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  two.first.unlock();
  co_await work();
}

task<> both_of_two_released() {
  Two two{Lock(m), Lock(other)};
  two.first.unlock();
  two.second.unlock();
  co_await work();
}

task<> one_of_two_locked_again() {
  Two two{Lock(m), Lock(other)};
  two.first.unlock();
  two.second.unlock();
  two.second.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'two.second' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

/// Each member has its own suspensions: one is released after the first.
task<> two_held_for_different_times() {
  Two two{Lock(m), Lock(other)};
  // CHECK: :[[#@LINE-1]]:7: warning: 'two' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+4]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:7: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
  two.first.unlock();
  co_await save(2);
}

struct Operation {
  Lock lock;
  std::string name;
  int tries = 0;
};

task<> filled_later() {
  Operation op;
  op.name = "read";
  op.lock = Lock(m);
  // CHECK: :[[#@LINE-1]]:3: warning: 'op.lock' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> filled_later_and_released() {
  Operation op;
  op.lock = Lock(m);
  ++op.tries;
  op.lock.unlock();
  co_await work();
}

/// Fine: the guard in it owns nothing.
task<> never_filled() {
  Operation op;
  co_await work();
}

struct Outer {
  Operation op;
  int depth;
};

task<> held_by_member_of_member() {
  Outer outer{{Lock(m), "read"}, 1};
  // CHECK: :[[#@LINE-1]]:9: warning: 'outer.op.lock' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> member_of_member_released() {
  Outer outer{{Lock(m), "read"}, 1};
  outer.op.lock.unlock();
  co_await work();
}

task<> moved_into_a_parameters_member(Operation &op) {
  Lock guard(m);
  op.lock = std::move(guard);
  // CHECK: :[[#@LINE-1]]:3: warning: 'op.lock' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  op.lock.unlock();
}

struct Locked {
  Lock lock;
  int &data;
};
Locked open_it(int &data) { return {Lock(m), data}; }

task<> held_by_structured_binding(int &value) {
  auto [lock, data] = open_it(value);
  // CHECK: :[[#@LINE-1]]:8: warning: '{{.*lock}}' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await save(data);
}

task<> structured_binding_released(int &value) {
  auto [lock, data] = open_it(value);
  ++data;
  lock.unlock();
  co_await work();
}

task<> structured_binding_moved_from(int &value) {
  auto [lock, data] = open_it(value);
  {
    Lock mine = std::move(lock);
    ++data;
  }
  co_await work();
}

//===----------------------------------------------------------------------===//
// Constructors
//===----------------------------------------------------------------------===//

struct LocksByDefault {
  Lock lock{m};
};

task<> held_by_default_member_initialiser() {
  LocksByDefault object;
  // CHECK: :[[#@LINE-1]]:18: warning: 'object.lock' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

struct DefersByDefault {
  std::mutex mutex;
  Lock lock{mutex, std::defer_lock};
};

task<> default_member_initialiser_defers() {
  DefersByDefault object;
  co_await work();
}

struct LocksInBody {
  Lock lock;
  LocksInBody() { lock = Lock(m); }
};

task<> held_by_constructor_body() {
  LocksInBody object;
  // CHECK: :[[#@LINE-1]]:15: warning: 'object.lock' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

struct UnlocksInBody {
  Lock lock;
  explicit UnlocksInBody(std::mutex &mutex) : lock(mutex) {
    touch();
    lock.unlock();
  }
};

task<> released_in_constructor_body() {
  UnlocksInBody object(m);
  co_await work();
}

/// Fine: whether it locks is decided by the argument.
struct LocksIf {
  Lock lock;
  LocksIf(std::mutex &mutex, bool now) : lock(mutex, std::defer_lock) {
    if (now)
      lock.lock();
  }
};

task<> locks_by_flag() {
  LocksIf object(m, false);
  co_await work();
}
