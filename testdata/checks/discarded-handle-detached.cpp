// Handles whose work goes on without them, which only an option reports.
//
// RUN: %clang_tidy --quiet -load=%plugin --checks=-*,coro-discarded-handle --config='{CheckOptions: {coro-discarded-handle.ReportDetached: true}}' %s -- -std=c++20 2>/dev/null | %FileCheck %s
// RUN: %clang_tidy --quiet -load=%plugin --checks=-*,coro-discarded-handle %s -- -std=c++20 2>/dev/null | %FileCheck --check-prefix=SILENT %s

#include <coroutine>
#include <utility>

struct detaching {
  struct promise_type {
    detaching get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  ~detaching() {}
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

detaching start();

void dropped() {
  start();
  // CHECK: :[[#@LINE-1]]:3: warning: 'start' goes on with nobody to see its result or exception: its 'detaching' is dropped [coro-discarded-handle]
}

detaching awaited() { co_await start(); }

void said_so() { (void)start(); }

// SILENT-NOT: discarded-handle
