// Handles of running work that are dropped, and near misses.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-discarded-handle %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"
#include "corolint/annotations.hpp"

#include <coroutine>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>
#include <vector>

template <class Derived> struct running {
  struct promise_type {
    Derived get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

/// Dropping it destroys the coroutine wherever it is.
struct cancelling : running<cancelling> {
  std::coroutine_handle<> frame;
  ~cancelling() {
    if (frame)
      frame.destroy();
  }
};

/// Dropping it lets the coroutine go on.
struct detaching : running<detaching> {
  ~detaching() {}
};

struct COROLINT_JOIN_HANDLE("drop=blocks", "join=join") waiting_handle {
  void join();
};

struct COROLINT_JOIN_HANDLE("drop=terminates", "join=join",
                            "detach=detach") strict_handle {
  void join();
  void detach();
  bool joinable() const;
};

cancelling start();
detaching start_detached();
waiting_handle start_waiting();
strict_handle start_strict();
bool ready();
void touch();
void keep(cancelling);
corort::task<> save();

//===----------------------------------------------------------------------===//
// Dropped at once
//===----------------------------------------------------------------------===//

void cancelled() {
  start();
  // CHECK: :[[#@LINE-1]]:3: warning: 'start' is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: keep the handle, await it, or say what becomes of the work
}

void waited_for() {
  start_waiting();
  // CHECK: :[[#@LINE-1]]:3: warning: 'start_waiting' is waited for right here: its 'waiting_handle' is dropped [coro-discarded-handle]
  // CHECK-NEXT: note: keep the handle
}

void ended() {
  start_strict();
  // CHECK: :[[#@LINE-1]]:3: warning: 'start_strict' ends the program if it is still running: its 'strict_handle' is dropped [coro-discarded-handle]
  // CHECK-NEXT: note: keep the handle
}

corort::task<> unheard_of() {
  corort::spawn(save());
  // CHECK: :[[#@LINE-1]]:3: warning: 'spawn' runs unheard of, and its exception is lost: its 'join_handle<void>' is dropped [coro-discarded-handle]
  // CHECK-NEXT: note: keep the handle
  co_return;
}

void on_one_branch() {
  if (ready())
    start();
  // CHECK: :[[#@LINE-1]]:5: warning: 'start' is cancelled at once
  // CHECK-NEXT: note: keep the handle
}

//===----------------------------------------------------------------------===//
// Not joined on some path
//===----------------------------------------------------------------------===//

void not_joined() {
  auto handle = start_strict();
  // CHECK: :[[#@LINE-1]]:8: warning: 'handle' is dropped without being joined, which ends the program if its work is still running [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'handle' is dropped here
  touch();
}

void left_early() {
  auto handle = start_strict();
  // CHECK: :[[#@LINE-1]]:8: warning: 'handle' is dropped on one path without being joined, which ends the program if its work is still running [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE+2]]:7: note: this condition is true on the way
  // CHECK-NEXT: :[[#@LINE+2]]:5: note: 'handle' is dropped here
  if (ready())
    return;
  handle.join();
}

void a_thread() {
  std::thread worker(touch);
  // CHECK: :[[#@LINE-1]]:15: warning: 'worker' is dropped on one path without being joined, which ends the program if its work is still running [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE+2]]:7: note: this condition is true on the way
  // CHECK-NEXT: :[[#@LINE+2]]:5: note: 'worker' is dropped here
  if (ready())
    return;
  worker.join();
}

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

cancelling kept_awaited_and_returned() {
  co_await start();
  auto handle = start();
  keep(start());
  co_await handle;
}

cancelling returned() { return start(); }

void kept_for_the_scope() {
  auto timer = start();
  auto other = start_waiting();
  touch();
}

void detached() { start_detached(); }

void said_so() {
  (void)start();
  std::ignore = start();
}

void let_go_by_name() {
  corort::spawn(save()).detach();
  start_strict().detach();
  start_waiting().join();
}

void joined() {
  auto handle = start_strict();
  if (ready())
    handle.detach();
  else
    handle.join();
}

void joined_if_it_can_be() {
  std::thread worker;
  if (ready())
    worker = std::thread(touch);
  if (worker.joinable())
    worker.join();
}

void joined_all() {
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i)
    workers.emplace_back(touch);
  for (auto &worker : workers)
    worker.join();
}

void moved_on(std::vector<std::thread> &workers) {
  std::thread worker(touch);
  workers.push_back(std::move(worker));
}

class Server {
public:
  void run() { loop_ = start(); }
  ~Server() { touch(); }

private:
  std::optional<cancelling> loop_;
};
