// Scope guards that unlock, and guards that unlock while they live.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/boost_thread.hpp"
#include "../include/task.hpp"

#include <memory>
#include <mutex>
#include <utility>

std::mutex m;
boost::mutex bm;
bool ready();
void touch();

template <class F> class ScopeExit {
public:
  explicit ScopeExit(F f) : f_(std::move(f)) {}
  ScopeExit(ScopeExit &&other)
      : f_(std::move(other.f_)), armed_(std::exchange(other.armed_, false)) {}
  ~ScopeExit() {
    if (armed_)
      f_();
  }
  void release() { armed_ = false; }

private:
  F f_;
  bool armed_ = true;
};
template <class F> ScopeExit<F> finally(F f) {
  return ScopeExit<F>(std::move(f));
}
struct Defer {};
template <class F> ScopeExit<F> operator+(Defer, F f) {
  return ScopeExit<F>(std::move(f));
}
#define DEFER auto deferred = Defer{} + [&]

//===----------------------------------------------------------------------===//
// A lambda unlocks at the end
//===----------------------------------------------------------------------===//

task<> held_until_finally() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  auto unlock = finally([&] { m.unlock(); });
  co_await work();
}

task<> released_by_finally() {
  {
    m.lock();
    auto unlock = finally([&] { m.unlock(); });
    touch();
  }
  co_await work();
}

task<> held_until_scope_exit() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  ScopeExit unlock([] { m.unlock(); });
  co_await work();
}

task<> released_by_scope_exit() {
  {
    m.lock();
    ScopeExit unlock([] { m.unlock(); });
    touch();
  }
  co_await work();
}

task<> held_until_defer() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  DEFER { m.unlock(); };
  co_await work();
}

task<> released_by_defer() {
  if (ready()) {
    m.lock();
    DEFER { m.unlock(); };
    touch();
  }
  co_await work();
}

task<> parameter_released_by_finally(std::mutex &mutex) {
  {
    mutex.lock();
    auto unlock = finally([&mutex] { mutex.unlock(); });
    touch();
  }
  co_await work();
}

task<> dismissed_and_unlocked() {
  m.lock();
  auto unlock = finally([] { m.unlock(); });
  unlock.release();
  m.unlock();
  co_await work();
}

/// It does something else at the end.
task<> held_beside_a_scope_exit() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  {
    auto log = finally([] { touch(); });
  }
  co_await work();
  m.unlock();
}

//===----------------------------------------------------------------------===//
// A destructor or a deleter unlocks
//===----------------------------------------------------------------------===//

task<> held_until_local_struct() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  struct Unlocks {
    ~Unlocks() { m.unlock(); }
  } unlocks;
  co_await work();
}

task<> released_by_local_struct() {
  {
    m.lock();
    struct Unlocks {
      ~Unlocks() { m.unlock(); }
    } unlocks;
    touch();
  }
  co_await work();
}

task<> held_by_local_guard() {
  struct Both {
    Both() { m.lock(); }
    ~Both() { m.unlock(); }
  } both;
  // CHECK: :[[#@LINE-1]]:5: warning: 'both' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> local_guard_ended() {
  {
    struct Both {
      Both() { m.lock(); }
      ~Both() { m.unlock(); }
    } both;
    touch();
  }
  co_await work();
}

struct Unlock {
  void operator()(std::mutex *mutex) const { mutex->unlock(); }
};

task<> held_until_the_deleter() {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
  std::unique_ptr<std::mutex, Unlock> held(&m);
  co_await work();
}

task<> released_by_the_deleter() {
  m.lock();
  std::unique_ptr<std::mutex, Unlock> held(&m);
  held.reset();
  co_await work();
}

task<> released_by_a_shared_pointers_deleter() {
  {
    m.lock();
    std::shared_ptr<void> held(nullptr, [](void *) { m.unlock(); });
    touch();
  }
  co_await work();
}

//===----------------------------------------------------------------------===//
// Unlocked while it lives
//===----------------------------------------------------------------------===//

template <class Mutex> struct UnlockGuard {
  explicit UnlockGuard(Mutex &mutex) : mutex(mutex) { mutex.unlock(); }
  ~UnlockGuard() { mutex.lock(); }
  Mutex &mutex;
};

task<> guard_unlocked_meanwhile() {
  std::unique_lock guard(m);
  {
    UnlockGuard unlocked(guard);
    co_await work();
  }
  touch();
}

/// Fine: the mutex is unlocked, whoever locked it.
task<> guards_mutex_unlocked_meanwhile() {
  std::unique_lock guard(m);
  {
    UnlockGuard unlocked(m);
    co_await work();
  }
  touch();
}

/// The unlocking guard's end locks it again.
task<> locked_again_at_the_end() {
  m.lock();
  {
    UnlockGuard unlocked(m);
    // CHECK: :[[#@LINE-1]]:17: warning: 'm' is still locked when the coroutine suspends [coro-lock-across-await]
    // CHECK-NEXT: :[[#@LINE+4]]:3: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:17: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
    touch();
  }
  co_await work();
  m.unlock();
}

task<> guard_locked_again_at_the_end() {
  boost::unique_lock guard(bm);
  {
    boost::reverse_lock unlocked(guard);
    // CHECK: :[[#@LINE-1]]:25: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
    touch();
  }
  co_await work();
}

task<> relocked_by_finally() {
  std::unique_lock guard(m);
  {
    guard.unlock();
    auto relock = finally([&] { guard.lock(); });
    co_await work();
  }
  touch();
}
