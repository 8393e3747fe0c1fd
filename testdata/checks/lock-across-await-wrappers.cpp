// Classes around a lock or a guard: bases, methods that enter and leave, tell,
// hand out and give away.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <mutex>
#include <utility>

std::mutex m;
bool ready();
void touch();

using Lock = std::unique_lock<std::mutex>;

//===----------------------------------------------------------------------===//
// Methods of a guard's owner
//===----------------------------------------------------------------------===//

class Section {
public:
  void leave() {
    if (lock_)
      lock_.unlock();
  }
  bool held() const { return lock_.owns_lock(); }
  Lock take() { return std::move(lock_); }
  Lock &get() { return lock_; }
  Lock *pointer() { return &lock_; }

private:
  Lock lock_{m};
};

task<> held_by_owner() {
  Section section;
  // CHECK: :[[#@LINE-1]]:11: warning: 'section' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  section.leave();
}

task<> left_before() {
  Section section;
  touch();
  section.leave();
  co_await work();
}

task<> method_tells() {
  Section section;
  if (ready())
    section.leave();
  if (!section.held())
    co_await work();
}

task<> held_by_what_was_taken() {
  Section section;
  auto mine = section.take();
  // CHECK: :[[#@LINE-1]]:8: warning: 'mine' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> taken_and_ended() {
  Section section;
  {
    auto mine = section.take();
    touch();
  }
  co_await work();
}

task<> unlocked_through_a_returned_reference() {
  Section section;
  section.get().unlock();
  co_await work();
}

task<> unlocked_through_a_kept_reference() {
  Section section;
  auto &guard = section.get();
  guard.unlock();
  co_await work();
}

task<> unlocked_through_a_returned_pointer() {
  Section section;
  section.pointer()->unlock();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Bases
//===----------------------------------------------------------------------===//

struct Derived : Lock {
  using Lock::Lock;
};

task<> base_unlocked() {
  Derived guard(m);
  guard.unlock();
  co_await work();
}

task<> base_deferred() {
  Derived guard(m, std::defer_lock);
  co_await work();
}

class Transaction : Lock {
public:
  explicit Transaction(std::mutex &mutex) : Lock(mutex) {}
  void commit() { unlock(); }
};

task<> held_by_private_base() {
  Transaction transaction(m);
  // CHECK: :[[#@LINE-1]]:15: warning: 'transaction' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  transaction.commit();
}

task<> private_base_released() {
  Transaction transaction(m);
  transaction.commit();
  co_await work();
}

template <class Self> struct Lockable {
  std::mutex mutex;
  void lock() { mutex.lock(); }
  void unlock() { mutex.unlock(); }
  Lock guard() { return Lock(mutex); }
};
struct Item : Lockable<Item> {
  int count = 0;
};

task<> held_by_inherited_lock(Item &item) {
  item.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'item' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  item.unlock();
}

task<> inherited_lock_released(Item &item) {
  item.lock();
  ++item.count;
  item.unlock();
  co_await work();
}

task<> held_by_inherited_factory(Item &item) {
  auto guard = item.guard();
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

struct Registry : std::mutex {
  int count = 0;
};

task<> held_base_mutex(Registry &registry) {
  registry.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'registry' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  registry.unlock();
}

task<> base_mutex_released(Registry &registry) {
  registry.lock();
  ++registry.count;
  registry.unlock();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Locks with other names
//===----------------------------------------------------------------------===//

class CriticalSection {
public:
  void enter() { mutex_.lock(); }
  void leave() { mutex_.unlock(); }
  bool tryEnter() { return mutex_.try_lock(); }

private:
  std::mutex mutex_;
};

task<> entered(CriticalSection &section) {
  section.enter();
  // CHECK: :[[#@LINE-1]]:3: warning: 'section.mutex_' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE-11]]:18: note: this call leaves it locked
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: 'std::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  section.leave();
}

task<> entered_and_left(CriticalSection &section) {
  section.enter();
  touch();
  section.leave();
  co_await work();
}

task<> left_another(CriticalSection &first, CriticalSection &second) {
  first.enter();
  // CHECK: :[[#@LINE-1]]:3: warning: 'first.mutex_' is still locked when the coroutine suspends [coro-lock-across-await]
  second.enter();
  second.leave();
  co_await work();
  first.leave();
}

task<> failed_to_enter(CriticalSection &section) {
  if (!section.tryEnter()) {
    co_await work();
    co_return;
  }
  section.leave();
}

class EnterScope {
public:
  explicit EnterScope(CriticalSection &section) : section_(section) {
    section_.enter();
  }
  ~EnterScope() { section_.leave(); }

private:
  CriticalSection &section_;
};

task<> held_by_enter_scope(CriticalSection &section) {
  EnterScope scope(section);
  // CHECK: :[[#@LINE-1]]:14: warning: 'scope' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> enter_scope_ended(CriticalSection &section) {
  {
    EnterScope scope(section);
    touch();
  }
  co_await work();
}

/// Locked only on success, as `operator bool` tells.
template <class Mutex> class TryGuard {
public:
  explicit TryGuard(Mutex &mutex) : mutex_(mutex), taken_(mutex.try_lock()) {}
  ~TryGuard() {
    if (taken_)
      mutex_.unlock();
  }
  explicit operator bool() const { return taken_; }

private:
  Mutex &mutex_;
  bool taken_;
};

task<> held_by_try_guard() {
  TryGuard guard(m);
  // CHECK: :[[#@LINE-1]]:12: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  if (guard)
    co_await work();
}

task<> try_guard_failed() {
  TryGuard guard(m);
  if (!guard) {
    co_await work();
    co_return;
  }
  touch();
}

/// Locks unless it is told not to.
template <class Mutex> class PerhapsGuard {
public:
  explicit PerhapsGuard(Mutex *mutex) : mutex_(mutex) {
    if (mutex_)
      mutex_->lock();
  }
  ~PerhapsGuard() {
    if (mutex_)
      mutex_->unlock();
  }
  void dismiss() {
    mutex_->unlock();
    mutex_ = nullptr;
  }

private:
  Mutex *mutex_;
};

task<> null_guard() {
  PerhapsGuard<std::mutex> guard(nullptr);
  co_await work();
}

task<> dismissed_guard() {
  PerhapsGuard guard(&m);
  guard.dismiss();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Nothing is locked
//===----------------------------------------------------------------------===//

/// For single-threaded builds.
struct NullMutex {
  void lock() {}
  void unlock() {}
};

task<> null_mutex() {
  NullMutex none;
  std::lock_guard guard(none);
  co_await work();
}

/// A flag for one thread's own use.
class Flag {
public:
  void lock() { locked_ = true; }
  void unlock() { locked_ = false; }

private:
  bool locked_ = false;
};

task<> plain_flag(Flag &flag) {
  flag.lock();
  co_await work();
  flag.unlock();
}

/// Coroutines wait for it; there is no lock() for threads.
struct CoroutineLock {
  bool try_lock();
  void unlock();
  task<> co_lock();
};

task<> tried_coroutine_lock(CoroutineLock &lock) {
  if (!lock.try_lock())
    co_await lock.co_lock();
  co_await work();
  lock.unlock();
}

/// Its permits can be given back by any thread.
struct Semaphore {
  void acquire();
  void release();
};

task<> semaphore(Semaphore &permits) {
  permits.acquire();
  co_await work();
  permits.release();
}

/// Complains about its callers, but waits for nobody.
void report(int count);
[[noreturn]] void give_up();
#define CHECK_THAT(condition)                                                  \
  do {                                                                         \
    if (__builtin_expect(!(condition), 0)) {                                   \
      report(__LINE__);                                                        \
      give_up();                                                               \
    }                                                                          \
  } while (0)

class counted {
public:
  void lock() {
    CHECK_THAT(count_ < 9);
    ++count_;
  }
  void unlock() { --count_; }

private:
  int count_ = 0;
} counter;

task<> counted_while_suspended() {
  std::lock_guard guard(counter); // Fine: it only keeps count.
  co_await work();
}
