// Ways in which programs wait for their tasks, or start them, that are no
// awaits; each beside the one that does not.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task,coro-capture-outlives-closure,coro-dangling-argument %s -- -std=c++20 %runtime | %FileCheck --implicit-check-not=warning: %s

#include "corort/corort.hpp"

#include <coroutine>
#include <semaphore>
#include <span>
#include <string>
#include <utility>
#include <vector>

using corort::task;

task<> work();
task<int> count();
void use(int);

/// Runs on by itself.
struct detached {
  struct promise_type {
    detached get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
};

/// Is there when the call returns: whoever awaits an error ends its coroutine.
template <class T> struct expected {
  struct promise_type {
    expected get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void return_value(T);
    void unhandled_exception();
  };
  bool await_ready() const;
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
  bool ok() const;
};

//===----------------------------------------------------------------------===//
// What tells that a task has ended
//===----------------------------------------------------------------------===//

void released_by_the_task() {
  std::binary_semaphore done(0);
  int local = 0;
  [](int &local, std::binary_semaphore &done) -> detached {
    co_await work();
    ++local;
    done.release();
  }(local, done);
  done.acquire();
}

void released_by_nobody() {
  int local = 0;
  [](int &local) -> detached {
    co_await work();
    ++local;
  }(local);
  // CHECK: :[[#@LINE-1]]:5: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

struct Signal {
  void set();
};
std::pair<task<>, Signal> make_signal();

task<> told_by_the_other_half() {
  auto [told, signal] = make_signal();
  corort::spawn([&signal]() -> task<> {
    co_await work();
    signal.set();
  }).detach();
  co_await std::move(told);
}

/// A loop that is run by hand.
class Loop {
public:
  COROLINT_SPAWN(0, "keeps=yes", "returns=nothing") void post(task<> what);
  void Drain();
};

void drained(Loop &loop) {
  int local = 0;
  loop.post([](int &local) -> task<> {
    co_await work();
    ++local;
  }(local));
  loop.Drain();
}

void not_drained(Loop &loop) {
  int local = 0;
  loop.post([](int &local) -> task<> {
    co_await work();
    ++local;
  }(local));
  // CHECK: :[[#@LINE-1]]:5: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

/// Its caller awaits the end.
class Service {
public:
  void start() { corort::spawn(run()).detach(); }
  task<> stop() { return finished(); }

private:
  task<> run();
  task<> finished();
};

class Forgetful {
public:
  void start() { corort::spawn(run()).detach(); }
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]

private:
  task<> run();
};

//===----------------------------------------------------------------------===//
// What a task has done with before it first suspends
//===----------------------------------------------------------------------===//

void read_before_the_suspension(std::string text) {
  [&text]() -> detached {
    use(static_cast<int>(text.size()));
    co_await work();
  }();
}

void read_on_the_branch_that_does_not_suspend(std::string text, bool wait) {
  [&text, wait]() -> detached {
    if (wait) {
      co_await work();
      co_return;
    }
    use(static_cast<int>(text.size()));
  }();
}

void read_after_the_suspension(std::string text) {
  [](std::string &text) -> detached {
    co_await work();
    use(static_cast<int>(text.size()));
  }(text);
  // CHECK: :[[#@LINE-1]]:5: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
}

task<> wait_for(const bool *flag);

/// The reference leads past the lambda to the variable.
detached addressed_through_a_reference(bool &flag) {
  [&flag]() -> detached { co_await wait_for(&flag); }();
  co_return;
}

//===----------------------------------------------------------------------===//
// What is no task, or has nothing to read
//===----------------------------------------------------------------------===//

expected<int> parse(const std::string &text);

bool value_of_a_coroutine(int base) {
  auto sum = [&]() -> expected<int> { co_return base + co_await parse("1"); }();
  return sum.ok() && parse("2").ok();
}

task<> captures_an_empty_object() {
  auto one = []() -> task<int> { co_return 1; };
  auto first = one();
  co_await std::move(first);
}
