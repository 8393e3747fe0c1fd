// Locks and guards that are not the standard library's.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/absl.hpp"
#include "../include/boost_thread.hpp"
#include "../include/folly.hpp"
#include "../include/qt.hpp"
#include "../include/task.hpp"
#include "corort/corort.hpp"

#include <memory>
#include <mutex>
#include <vector>

bool ready();
void touch();

//===----------------------------------------------------------------------===//
// Boost
//===----------------------------------------------------------------------===//

boost::mutex bm;
boost::shared_mutex bsm;

task<> held_boost_lock_guard() {
  boost::lock_guard<boost::mutex> guard(bm);
  // CHECK: :[[#@LINE-1]]:35: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:35: note: 'boost::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_boost_unique_lock() {
  boost::unique_lock guard(bm);
  // CHECK: :[[#@LINE-1]]:22: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: 'boost::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
  guard.unlock();
  co_await work();
}

task<> held_boost_shared_lock() {
  boost::shared_lock<boost::shared_mutex> guard(bsm);
  // CHECK: :[[#@LINE-1]]:43: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:43: note: 'boost::shared_mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_boost_manual() {
  bm.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'bm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'boost::mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  bm.unlock();
}

task<> boost_deferred() {
  boost::unique_lock<boost::mutex> guard(bm, boost::defer_lock);
  co_await work();
}

task<> boost_released_before() {
  { boost::lock_guard<boost::mutex> guard(bm); }
  boost::unique_lock<boost::mutex> other(bm);
  other.unlock();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Abseil
//===----------------------------------------------------------------------===//

absl::Mutex amu;

task<> held_absl() {
  absl::MutexLock lock(&amu);
  // CHECK: :[[#@LINE-1]]:19: warning: 'lock' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_absl_reader() {
  absl::ReaderMutexLock lock(&amu);
  // CHECK: :[[#@LINE-1]]:25: warning: 'lock' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:25: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_absl_manual() {
  amu.Lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'amu' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'absl::Mutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  amu.Unlock();
}

task<> absl_released_early() {
  absl::ReleasableMutexLock lock(&amu);
  touch();
  lock.Release();
  co_await work();
}

task<> absl_released_before() {
  { absl::MutexLock lock(&amu); }
  amu.Lock();
  amu.Unlock();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Qt
//===----------------------------------------------------------------------===//

QMutex qm;
QReadWriteLock qrw;

task<> held_qt() {
  QMutexLocker locker(&qm);
  // CHECK: :[[#@LINE-1]]:16: warning: 'locker' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:16: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_qt_read() {
  QReadLocker locker(&qrw);
  // CHECK: :[[#@LINE-1]]:15: warning: 'locker' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:15: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await work();
}

task<> held_qt_manual() {
  qm.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'qm' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'QMutex' belongs to the thread that locked it; unlock it before suspending
  co_await work();
  qm.unlock();
}

task<> qt_unlocked_before() {
  QMutexLocker<QMutex> locker(&qm);
  locker.unlock();
  co_await work();
  locker.relock();
}

//===----------------------------------------------------------------------===//
// folly
//===----------------------------------------------------------------------===//

folly::Synchronized<std::vector<int>> values;
folly::coro::Mutex fm;

folly::coro::Task<> flush();

folly::coro::Task<> held_locked_pointer() {
  auto locked = values.wlock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'locked' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  locked->push_back(1);
  co_await flush();
}

folly::coro::Task<int> held_read_locked_pointer() {
  const auto locked = values.rlock();
  // CHECK: :[[#@LINE-1]]:14: warning: 'locked' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:14: note: {{.*}} belongs to the thread that {{locked|took}} it; end the guard's scope or unlock it before suspending
  co_await flush();
  co_return locked->front();
}

folly::coro::Task<> locked_pointer_ended() {
  {
    auto locked = values.wlock();
    locked->push_back(1);
  }
  values.wlock()->push_back(2);
  values.withWLock([](auto &v) { v.push_back(3); });
  auto copy = values.copy();
  co_await flush();
}

folly::coro::Task<> locked_pointer_unlocked() {
  auto locked = values.wlock();
  locked.unlock();
  co_await flush();
}

folly::coro::Task<> coroutine_aware_folly() {
  std::unique_lock<folly::coro::Mutex> guard = co_await fm.co_scoped_lock();
  co_await flush();
}

folly::coro::Task<> coroutine_aware_folly_auto() {
  auto guard = co_await fm.co_scoped_lock();
  co_await flush();
}

folly::coro::Task<> coroutine_aware_folly_manual() {
  co_await fm.co_lock();
  co_await flush();
  fm.unlock();
}

//===----------------------------------------------------------------------===//
// corort
//===----------------------------------------------------------------------===//

corort::mutex cm;

corort::task<> coroutine_aware_corort() {
  auto guard = co_await cm.lock();
  co_await corort::yield();
}
