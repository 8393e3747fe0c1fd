// After a switch to an executor whose threads may block, nothing counts until the
// switch back.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"
#include "corolint/annotations.hpp"

#include <chrono>
#include <memory>
#include <thread>

using namespace std::chrono_literals;

bool ready();
void nap() { std::this_thread::sleep_for(10ms); }

namespace concurrencpp {
class executor {
public:
  virtual ~executor();
};
class thread_executor : public executor {};
class thread_pool_executor : public executor {};
class worker_thread_executor : public executor {};
struct switcher {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>);
  void await_resume() const;
};
template <class Executor> switcher resume_on(std::shared_ptr<Executor> executor);
template <class Executor> switcher resume_on(Executor &executor);
} // namespace concurrencpp

using thread_executor = std::shared_ptr<concurrencpp::thread_executor>;
using pool_executor = std::shared_ptr<concurrencpp::thread_pool_executor>;
using any_executor = std::shared_ptr<concurrencpp::executor>;

task<> before_and_after(thread_executor threads, pool_executor pool) {
  nap();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'before_and_after' [coro-blocking-call]
  co_await concurrencpp::resume_on(threads);
  nap();
  std::this_thread::sleep_for(10ms);
  co_await work();
  nap();
  co_await concurrencpp::resume_on(pool);
  nap();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'before_and_after' [coro-blocking-call]
}

task<> to_a_pool(pool_executor pool) {
  co_await concurrencpp::resume_on(pool);
  nap();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'to_a_pool' [coro-blocking-call]
}

/// Its owner knows what it is for.
task<> to_some_executor(any_executor executor) {
  co_await concurrencpp::resume_on(executor);
  nap();
}

task<> by_reference(concurrencpp::thread_executor &threads) {
  co_await concurrencpp::resume_on(threads);
  nap();
}

task<> on_one_branch(thread_executor threads) {
  if (ready())
    co_await concurrencpp::resume_on(threads);
  nap();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'on_one_branch' [coro-blocking-call]
}

task<> same_condition(thread_executor threads, bool slow) {
  if (slow)
    co_await concurrencpp::resume_on(threads);
  co_await work();
  if (slow)
    nap();
}

task<> on_both_branches(thread_executor threads) {
  if (ready())
    co_await concurrencpp::resume_on(threads);
  else
    co_await concurrencpp::resume_on(threads);
  nap();
}

task<> in_a_loop(thread_executor threads, pool_executor pool) {
  while (ready()) {
    co_await concurrencpp::resume_on(threads);
    nap();
    co_await concurrencpp::resume_on(pool);
  }
}

task<> in_a_loop_without_return(thread_executor threads) {
  while (ready()) {
    nap();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'in_a_loop_without_return' [coro-blocking-call]
    co_await concurrencpp::resume_on(threads);
  }
}

task<> named_first(thread_executor threads) {
  auto there = concurrencpp::resume_on(threads);
  co_await there;
  nap();
}

task<> not_awaited(thread_executor threads) {
  auto there = concurrencpp::resume_on(threads);
  nap();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'not_awaited' [coro-blocking-call]
  co_await there;
}

task<> when_it_throws(thread_executor threads) {
  try {
    co_await concurrencpp::resume_on(threads);
    nap();
  } catch (...) {
    nap();
  }
}

task<> destroyed_there(thread_executor threads) {
  struct Flusher {
    ~Flusher() { nap(); }
  } flusher;
  co_await concurrencpp::resume_on(threads);
}

COROLINT_SWITCHES_EXECUTOR("blocking=yes") event to_background();
COROLINT_SWITCHES_EXECUTOR("blocking=no") event to_loop();

task<> by_annotation() {
  co_await to_background();
  nap();
  co_await to_loop();
  nap();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'by_annotation' [coro-blocking-call]
}

struct COROLINT_EXECUTOR("blocking=yes") Blocking {
  COROLINT_SWITCHES_EXECUTOR("to=this") event schedule();
};
struct Scheduler {
  COROLINT_SWITCHES_EXECUTOR("to=this") event schedule();
};

task<> by_annotated_executor(Blocking &blocking, Scheduler &scheduler) {
  co_await blocking.schedule();
  nap();
  co_await scheduler.schedule();
  nap();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'by_annotated_executor' [coro-blocking-call]
}

class Runtime {
public:
  COROLINT_EXECUTOR("blocking=yes") pool_executor background();
  pool_executor pool();
};

task<> by_what_returns_it(Runtime &runtime) {
  co_await concurrencpp::resume_on(runtime.background());
  nap();
  co_await concurrencpp::resume_on(runtime.pool());
  nap();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'by_what_returns_it' [coro-blocking-call]
  auto background = runtime.background();
  co_await concurrencpp::resume_on(background);
  nap();
}
