// Coroutines where callbacks that return nothing are expected, and near misses.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-task-in-void-callback %s -- -std=c++23 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

task<int> fetch();
task<> store(const std::string &name);
task<> flush();
eager<> start();
detached fire();
void touch();

struct Session {
  task<> run();
  void stop();
};

/// Starts at once, and is destroyed, running or not, with its object.
struct running {
  struct promise_type {
    running get_return_object();
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void();
    void unhandled_exception();
  };
  reading<void> operator co_await() const noexcept;
  ~running() { frame.destroy(); }
  std::coroutine_handle<promise_type> frame;
};

void on_event(std::function<void()> handler);
void on_text(const std::function<void(const std::string &)> &handler);
void on_connect(std::function<task<>()> handler);
void spawn_all(std::vector<std::function<void()>> handlers);

//===----------------------------------------------------------------------===//
// Conversions to callables that return nothing
//===----------------------------------------------------------------------===//

void converted() {
  on_event([]() -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:12: warning: each call of this lambda drops its 'task<>': 'std::function<void ()>' returns nothing [coro-task-in-void-callback]
  // CHECK-NEXT: :[[#@LINE-2]]:29: note: the lambda returns a 'task<>', which does nothing until it is awaited
  on_text(store);
  // CHECK: :[[#@LINE-1]]:11: warning: each call of 'store' drops its 'task<>': 'std::function<void (const std::string &)>' returns nothing [coro-task-in-void-callback]
  // CHECK-NEXT: :{{[0-9]+}}:8: note: each call returns a 'task<>', which does nothing until it is awaited
  on_text(&store);
  // CHECK: :[[#@LINE-1]]:11: warning: each call of 'store' drops its 'task<>': {{.*}}
}

void converted_lambda_that_is_no_coroutine(Session &session) {
  on_event([&] { return session.run(); });
  // CHECK: :[[#@LINE-1]]:12: warning: each call of this lambda drops its 'task<>': 'std::function<void ()>' returns nothing [coro-task-in-void-callback]
}

void converted_variable() {
  auto handler = []() -> task<> { co_await work(); };
  on_event(handler);
  // CHECK: :[[#@LINE-1]]:12: warning: each call of 'handler' drops its 'task<>': 'std::function<void ()>' returns nothing [coro-task-in-void-callback]
  on_event(std::move(handler));
  // CHECK: :[[#@LINE-1]]:12: warning: each call of 'handler' drops its 'task<>': 'std::function<void ()>' returns nothing [coro-task-in-void-callback]
}

void initialised() {
  std::function<void()> a = []() -> task<> { co_await work(); };
  // CHECK: :[[#@LINE-1]]:29: warning: each call of this lambda drops its 'task<>': {{.*}}
  std::function<void()> b(flush);
  // CHECK: :[[#@LINE-1]]:27: warning: each call of 'flush' drops its 'task<>': {{.*}}
  std::function<void()> c{flush};
  // CHECK: :[[#@LINE-1]]:27: warning: each call of 'flush' drops its 'task<>': {{.*}}
  std::move_only_function<void()> d = flush;
  // CHECK: :[[#@LINE-1]]:39: warning: each call of 'flush' drops its 'task<>': 'std::move_only_function<void ()>' returns nothing [coro-task-in-void-callback]
  std::packaged_task<void()> e(flush);
  // CHECK: :[[#@LINE-1]]:32: warning: each call of 'flush' drops its 'task<>': 'std::packaged_task<void ()>' returns nothing [coro-task-in-void-callback]
  std::function<void(Session &)> f = &Session::run;
  // CHECK: :[[#@LINE-1]]:38: warning: each call of 'run' drops its 'task<>': {{.*}}
}

void assigned(std::function<void()> &handler,
              std::map<std::string, std::function<void()>> &handlers) {
  handler = [] { return flush(); };
  // CHECK: :[[#@LINE-1]]:13: warning: each call of this lambda drops its 'task<>': 'std::function<void ()>' returns nothing [coro-task-in-void-callback]
  handlers["stop"] = flush;
  // CHECK: :[[#@LINE-1]]:22: warning: each call of 'flush' drops its 'task<>': {{.*}}
}

std::function<void()> returned() {
  return []() -> task<> { co_await work(); };
  // CHECK: :[[#@LINE-1]]:10: warning: each call of this lambda drops its 'task<>': {{.*}}
}

void converted_from_another() {
  std::function<task<>()> typed = flush;
  on_event(typed);
  // CHECK: :[[#@LINE-1]]:12: warning: each call of 'typed' drops its 'task<>': {{.*}}
}

void bound(Session &session) {
  on_event(std::bind(&Session::run, &session));
  // CHECK: :[[#@LINE-1]]:12: warning: each call of 'std::bind(&Session::run, &session)' drops its 'task<>': {{.*}}
  on_event(std::bind_front(store, "x"));
  // CHECK: :[[#@LINE-1]]:12: warning: each call of 'std::bind_front(store, "x")' drops its 'task<>': {{.*}}
  on_event(std::ref(flush));
  // CHECK: :[[#@LINE-1]]:12: warning: each call of 'flush' drops its 'task<>': {{.*}}
}

struct Saver {
  std::string name;
  task<> operator()() const { co_await work(); }
};

void function_object() {
  on_event(Saver{"x"});
  // CHECK: :[[#@LINE-1]]:12: warning: each call of {{.*}} drops its 'task<>': {{.*}}
}

void generic_lambda() {
  on_text([](const auto &) -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:11: warning: each call of this lambda drops its 'task<>': {{.*}}
  on_text([](auto &&text) { return store(text); });
  // CHECK: :[[#@LINE-1]]:11: warning: each call of this lambda drops its 'task<>': {{.*}}
}

void in_containers() {
  std::vector<std::function<void()>> handlers{flush};
  // CHECK: :[[#@LINE-1]]:47: warning: each call of 'flush' drops its 'task<>': {{.*}}
  handlers.push_back([]() -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:22: warning: each call of this lambda drops its 'task<>': {{.*}}
  handlers.emplace_back(flush);
  // CHECK: :[[#@LINE-1]]:25: warning: each call of 'flush' drops its 'task<>': 'std::function<void ()>' returns nothing [coro-task-in-void-callback]
  std::map<int, std::function<void()>> by_id{{1, flush}};
  // CHECK: :[[#@LINE-1]]:50: warning: each call of 'flush' drops its 'task<>': {{.*}}
  by_id.emplace(1, flush);
  // CHECK: :[[#@LINE-1]]:20: warning: each call of 'flush' drops its 'task<>': {{.*}}
  by_id.insert_or_assign(1, flush);
  // CHECK: :[[#@LINE-1]]:29: warning: each call of 'flush' drops its 'task<>': {{.*}}
  by_id.try_emplace(1, [] { return flush(); });
  // CHECK: :[[#@LINE-1]]:24: warning: each call of this lambda drops its 'task<>': {{.*}}
  std::optional<std::function<void()>> maybe = flush;
  // CHECK: :[[#@LINE-1]]:48: warning: each call of 'flush' drops its 'task<>': {{.*}}
  auto shared = std::make_shared<std::function<void()>>(flush);
  // CHECK: :[[#@LINE-1]]:57: warning: each call of 'flush' drops its 'task<>': {{.*}}
  spawn_all({flush, [] {}});
  // CHECK: :[[#@LINE-1]]:14: warning: each call of 'flush' drops its 'task<>': {{.*}}
}

struct Button {
  std::function<void()> pressed = []() -> task<> { co_await work(); };
  // CHECK: :[[#@LINE-1]]:35: warning: each call of this lambda drops its 'task<>': {{.*}}
  std::function<void()> released;
  Button() : released(flush) {}
  // CHECK: :[[#@LINE-1]]:23: warning: each call of 'flush' drops its 'task<>': {{.*}}
  explicit Button(std::function<void()> handler);
};

std::function<void()> at_exit = flush;
// CHECK: :[[#@LINE-1]]:33: warning: each call of 'flush' drops its 'task<>': {{.*}}

void into_constructor() {
  Button button([]() -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:17: warning: each call of this lambda drops its 'task<>': {{.*}}
  auto made = std::make_unique<Button>([] {});
  (void)button;
}

void cancelled_when_dropped() {
  on_event([]() -> running { co_await work(); });
  // CHECK: :[[#@LINE-1]]:12: warning: each call of this lambda drops its 'running': 'std::function<void ()>' returns nothing [coro-task-in-void-callback]
  // CHECK-NEXT: :[[#@LINE-2]]:30: note: the lambda returns a 'running', which is cancelled when it is dropped
}

//===----------------------------------------------------------------------===//
// What calls and drops
//===----------------------------------------------------------------------===//

void algorithms(std::vector<std::string> &names) {
  std::for_each(names.begin(), names.end(), store);
  // CHECK: :[[#@LINE-1]]:45: warning: each call of 'store' drops its 'task<>': 'for_each' ignores what it returns [coro-task-in-void-callback]
  std::ranges::for_each(names, [](const std::string &name) -> task<> {
    // CHECK: :[[#@LINE-1]]:32: warning: each call of this lambda drops its 'task<>': 'for_each' ignores what it returns [coro-task-in-void-callback]
    co_await store(name);
  });
  std::for_each_n(names.begin(), 3, [](auto &name) { return store(name); });
  // CHECK: :[[#@LINE-1]]:37: warning: each call of this lambda drops its 'task<>': 'for_each_n' ignores what it returns [coro-task-in-void-callback]
}

void called_once(std::once_flag &once) {
  std::call_once(once, flush);
  // CHECK: :[[#@LINE-1]]:24: warning: each call of 'flush' drops its 'task<>': 'call_once' ignores what it returns [coro-task-in-void-callback]
  std::invoke_r<void>(flush);
  // CHECK: :[[#@LINE-1]]:23: warning: each call of 'flush' drops its 'task<>': 'invoke_r' ignores what it returns [coro-task-in-void-callback]
}

void threads() {
  std::thread a(flush);
  // CHECK: :[[#@LINE-1]]:17: warning: each call of 'flush' drops its 'task<>': 'thread' ignores what it returns [coro-task-in-void-callback]
  std::jthread b([]() -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:18: warning: each call of this lambda drops its 'task<>': 'jthread' ignores what it returns [coro-task-in-void-callback]
  std::vector<std::thread> all;
  all.emplace_back(flush);
  // CHECK: :[[#@LINE-1]]:20: warning: each call of 'flush' drops its 'task<>': 'thread' ignores what it returns [coro-task-in-void-callback]
  all.push_back(std::thread(flush));
  // CHECK: :[[#@LINE-1]]:29: warning: each call of 'flush' drops its 'task<>': 'thread' ignores what it returns [coro-task-in-void-callback]
}

//===----------------------------------------------------------------------===//
// Templates of the file
//===----------------------------------------------------------------------===//

template <class F> void twice(F f) {
  f();
  f();
}

template <class Range, class F> void each(Range &&range, F &&f) {
  for (auto &&item : range)
    (void)f(item);
}

template <class F> void through(F &&f) { twice(std::forward<F>(f)); }

template <class F> void keeps(F &&f) {
  static std::vector<std::function<void()>> handlers;
  handlers.push_back(std::forward<F>(f));
}

void templates(std::vector<std::string> &names) {
  twice([]() -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:9: warning: each call of this lambda drops its 'task<>': 'twice' ignores what it returns [coro-task-in-void-callback]
  // CHECK-NEXT: :226:3: note: the 'task<>' is dropped here
  // CHECK-NEXT: :243:26: note: the lambda returns a 'task<>', which does nothing until it is awaited
  each(names, store);
  // CHECK: :[[#@LINE-1]]:15: warning: each call of 'store' drops its 'task<>': 'each' ignores what it returns [coro-task-in-void-callback]
  through(flush);
  // CHECK: :[[#@LINE-1]]:11: warning: each call of 'flush' drops its 'task<>': 'through' ignores what it returns [coro-task-in-void-callback]
  // CHECK-NEXT: :235:42: note: the 'task<>' is dropped here
  keeps(flush);
  // CHECK: :[[#@LINE-1]]:9: warning: each call of 'flush' drops its 'task<>': 'keeps' ignores what it returns [coro-task-in-void-callback]
  // CHECK-NEXT: :239:22: note: a 'std::function<void ()>' is made of it here, which returns nothing
}

template <class F> class finally {
public:
  explicit finally(F f) : f_(std::move(f)) {}
  ~finally() { f_(); }

private:
  F f_;
};

template <class F> struct at_end {
  F f;
  ~at_end() { f(); }
};
template <class F> at_end(F) -> at_end<F>;

class Loop {
public:
  template <class F> void post(F &&f) {
    jobs_.push_back(std::make_unique<job_of<std::decay_t<F>>>(f));
  }
  void run() {
    for (auto &job : jobs_)
      job->run();
  }

private:
  struct job {
    virtual ~job() = default;
    virtual void run() = 0;
  };
  template <class F> struct job_of : job {
    explicit job_of(F f) : f(std::move(f)) {}
    void run() override { f(); }
    F f;
  };
  std::vector<std::unique_ptr<job>> jobs_;
};

void class_templates(Loop &loop) {
  finally a([]() -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:13: warning: each call of this lambda drops its 'task<>': 'finally' ignores what it returns [coro-task-in-void-callback]
  at_end b{flush};
  // CHECK: :[[#@LINE-1]]:12: warning: each call of 'flush' drops its 'task<>': 'at_end' ignores what it returns [coro-task-in-void-callback]
  loop.post([]() -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:13: warning: each call of this lambda drops its 'task<>': 'post' ignores what it returns [coro-task-in-void-callback]
}
