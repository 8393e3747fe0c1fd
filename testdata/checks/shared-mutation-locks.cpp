// Locks, atomics, and what else keeps tasks from being at one object at once.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-shared-mutation %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <atomic>
#include <mutex>
#include <shared_mutex>

using corort::spawn;
using corort::task;

task<> work();

struct Account {
  std::mutex mutex;
  int balance = 0;
};

task<> deposit(Account &account) {
  std::lock_guard held(account.mutex);
  ++account.balance;
  co_return;
}

task<> withdraw(Account &account) {
  std::lock_guard held(account.mutex);
  --account.balance;
  co_return;
}

task<> the_same_lock() {
  Account account;
  auto a = spawn(deposit(account));
  auto b = spawn(withdraw(account));
  co_await a;
  co_await b;
}

task<> a_lock_on_one_side() {
  Account account;
  auto a = spawn(deposit(account));
  account.balance = 0;
  // CHECK: :[[#@LINE-1]]:11: warning: 'account.balance' is written while a task that was started before writes it, too [coro-shared-mutation]
  // CHECK-NEXT: :[[#@LINE-23]]:13: note: it is written here, too
  // CHECK-NEXT: :[[#@LINE-4]]:12: note: 'spawn' starts the other task here; it runs on another thread
  // CHECK-NEXT: :[[#@LINE-25]]:13: note: 'account.mutex' is held here, but not where it is written
  co_await a;
}

task<> a_lock_for_tasks() {
  corort::mutex mutex;
  int n = 0;
  auto a = spawn([&]() -> task<> {
    auto held = co_await mutex.lock();
    ++n;
  });
  auto b = spawn([&]() -> task<> {
    auto held = co_await mutex.lock();
    ++n;
  });
  co_await a;
  co_await b;
}

task<> given_back_too_soon() {
  std::mutex mutex;
  int n = 0;
  auto a = spawn([&]() -> task<> {
    std::unique_lock held(mutex);
    held.unlock();
    ++n;
    // CHECK: :[[#@LINE-1]]:7: warning: 'n' is written by two tasks that run at the same time [coro-shared-mutation]
    // CHECK-NEXT: :[[#@LINE+8]]:7: note: it is written here, too
    // CHECK-NEXT: :[[#@LINE-6]]:12: note: 'spawn' starts the task here; it runs on another thread
    // CHECK-NEXT: :[[#@LINE+4]]:12: note: 'spawn' starts the other task here; it runs on another thread
    // CHECK-NEXT: :[[#@LINE+5]]:7: note: 'mutex' is held here, but not where it is written
    co_return;
  });
  auto b = spawn([&]() -> task<> {
    std::unique_lock held(mutex);
    ++n;
    co_return;
  });
  co_await a;
  co_await b;
}

task<> atomics() {
  std::atomic<int> n = 0;
  auto a = spawn([&]() -> task<> {
    ++n;
    co_return;
  });
  auto b = spawn([&]() -> task<> {
    n += 2;
    co_return;
  });
  co_await a;
  co_await b;
}

task<> the_last_one_sums_up() {
  std::atomic<int> left = 2;
  int n = 0;
  const auto part = [&]() -> task<> {
    co_await work();
    if (--left == 0)
      n = 1;
  };
  auto a = spawn(part);
  auto b = spawn(part);
  co_await a;
  co_await b;
}

class Cache {
public:
  task<> warm() {
    auto a = spawn(read());
    auto b = spawn(write());
    co_await a;
    co_await b;
  }
  task<> spoil() {
    auto a = spawn(read());
    auto b = spawn(write_as_reader());
    co_await a;
    co_await b;
  }

private:
  task<> read() {
    std::shared_lock held(mutex_);
    copy_ = value_;
    co_return;
  }
  task<> write() {
    std::unique_lock held(mutex_);
    ++value_;
    co_return;
  }
  task<> write_as_reader() {
    std::shared_lock held(mutex_);
    ++value_;
    // CHECK: :[[#@LINE-1]]:7: warning: 'value_' is written by a task while another one reads it [coro-shared-mutation]
    // CHECK-NEXT: :[[#@LINE-12]]:13: note: it is read here
    // CHECK-NEXT: :[[#@LINE-21]]:14: note: 'spawn' starts the task here; it runs on another thread
    // CHECK-NEXT: :[[#@LINE-23]]:14: note: 'spawn' starts the other task here; it runs on another thread
    // CHECK-NEXT: :[[#@LINE-5]]:7: note: 'mutex_' is held here as a reader's lock
    // CHECK-NEXT: :[[#@LINE-16]]:13: note: 'mutex_' is held here as a reader's lock
    co_return;
  }

  std::shared_mutex mutex_;
  int value_ = 0;
  std::atomic<int> copy_ = 0;
};

class Journal {
public:
  task<> append_twice() {
    auto a = spawn(append());
    auto b = spawn(append());
    co_await a;
    co_await b;
  }

private:
  // Called with the lock.
  void count() { ++lines_; }
  task<> append() {
    std::lock_guard held(mutex_);
    count();
    co_return;
  }

  std::mutex mutex_;
  int lines_ = 0;
};
