// Awaits that never suspend, in all the ways in which that can be seen.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/asio.hpp"
#include "../include/task.hpp"

#include <coroutine>
#include <mutex>

std::mutex m;
bool ready();

struct AlwaysReady {
  bool await_ready() const { return true; }
  void await_suspend(std::coroutine_handle<>) {}
  int await_resume() { return 1; }
};

struct AwaitedAsReady {
  AlwaysReady operator co_await() const { return {}; }
};

struct AwaitedAsReadyOutside {};
AlwaysReady operator co_await(AwaitedAsReadyOutside) { return {}; }

/// `false` resumes at once.
struct Declines {
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<>) { return false; }
  void await_resume() {}
};

struct DeclinesSometimes {
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<>) { return ready(); }
  void await_resume() {}
};

/// Its own handle is resumed at once.
struct ResumesItself {
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<>
  await_suspend(std::coroutine_handle<> caller) noexcept {
    return caller;
  }
  void await_resume() noexcept {}
};

struct ResumesAnother {
  std::coroutine_handle<> other;
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept {
    return other;
  }
  void await_resume() noexcept {}
};

task<> always_ready() {
  std::lock_guard guard(m);
  co_await AlwaysReady{};
}

task<> always_ready_by_member_operator() {
  std::lock_guard guard(m);
  co_await AwaitedAsReady{};
}

task<> always_ready_by_free_operator() {
  std::lock_guard guard(m);
  co_await AwaitedAsReadyOutside{};
}

task<> declines_to_suspend() {
  std::lock_guard guard(m);
  co_await Declines{};
}

task<> held_when_it_declines_sometimes() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await DeclinesSometimes{};
}

task<> resumes_itself() {
  std::lock_guard guard(m);
  co_await ResumesItself{};
}

task<> held_when_another_is_resumed(std::coroutine_handle<> other) {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await ResumesAnother{other};
}

/// One of several, and only that one is listed.
task<> held_at_the_other_await() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  co_await Declines{};
  co_await work();
  co_await AlwaysReady{};
}

//===----------------------------------------------------------------------===//
// By the promise
//===----------------------------------------------------------------------===//

/// Asks the promise for something by awaiting a tag.
struct job {
  struct promise_type {
    struct get_id {};
    job get_return_object();
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void();
    void unhandled_exception();
    AlwaysReady await_transform(get_id) { return {}; }
    event await_transform(event e) { return e; }
  };
};

job asks_its_promise() {
  std::lock_guard guard(m);
  co_await job::promise_type::get_id{};
}

job held_at_what_the_promise_passes_on() {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

asio::awaitable<void> asks_for_its_executor() {
  std::lock_guard guard(m);
  auto executor = co_await asio::this_coro::executor;
  (void)executor;
}

asio::awaitable<void> held_at_an_operation(asio::steady_timer &timer) {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await timer.async_wait(asio::use_awaitable);
}

//===----------------------------------------------------------------------===//
// Never reached
//===----------------------------------------------------------------------===//

[[noreturn]] void fail();

task<> dead_branch() {
  std::lock_guard guard(m);
  if (false)
    co_await work();
}

task<> after_a_call_that_does_not_return() {
  std::lock_guard guard(m);
  if (ready()) {
    fail();
    co_await work();
  }
}

#define ENSURE(condition)                                                      \
  if (!(condition))                                                            \
  fail()

task<> checked_while_locked() {
  m.lock();
  ENSURE(ready());
  m.unlock();
  co_await work();
}
