// Coroutines that reach a callback for nothing by longer ways.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-task-in-void-callback %s -- -std=c++20 | %FileCheck %s

#include "../include/task.hpp"

#include <algorithm>
#include <barrier>
#include <execution>
#include <functional>
#include <future>
#include <memory>
#include <ranges>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

task<> flush();
task<> finish(int *handle);
task<> store(const std::string &name);
void touch();
bool ready();

struct Session {
  task<> run();
  std::string name;
};

//===----------------------------------------------------------------------===//
// Where conversions hide
//===----------------------------------------------------------------------===//

struct Handlers {
  std::function<void()> opened;
  std::function<void(const std::string &)> named;
};

void on_event(std::function<void()> handler = [] { return flush(); });
// CHECK: :[[#@LINE-1]]:47: warning: each call of this lambda drops its 'task<>': 'std::function<void ()>' returns nothing [coro-task-in-void-callback]

void in_aggregates() {
  Handlers handlers{.opened = flush, .named = store};
  // CHECK: :[[#@LINE-1]]:31: warning: each call of 'flush' drops its 'task<>': {{.*}}
  // CHECK: :[[#@LINE-2]]:47: warning: each call of 'store' drops its 'task<>': 'std::function<void (const std::string &)>' returns nothing [coro-task-in-void-callback]
  handlers = {touch, [](const std::string &name) { return store(name); }};
  // CHECK: :[[#@LINE-1]]:22: warning: each call of this lambda drops its 'task<>': {{.*}}
}

void in_expressions() {
  auto made = std::function<void()>{[&] { return flush(); }};
  // CHECK: :[[#@LINE-1]]:37: warning: each call of this lambda drops its 'task<>': {{.*}}
  std::function<void()> chosen =
      ready() ? std::function<void()>(flush) : nullptr;
  // CHECK: :[[#@LINE-1]]:39: warning: each call of 'flush' drops its 'task<>': {{.*}}
  auto *owned = new std::function<void()>(flush);
  // CHECK: :[[#@LINE-1]]:43: warning: each call of 'flush' drops its 'task<>': {{.*}}
  auto captured = [handler = std::function<void()>(flush)] { handler(); };
  // CHECK: :[[#@LINE-1]]:52: warning: each call of 'flush' drops its 'task<>': {{.*}}
  delete owned;
}

using callback = std::function<void()>;

callback by_alias() {
  return flush;
  // CHECK: :[[#@LINE-1]]:10: warning: each call of 'flush' drops its 'task<>': 'std::function<void ()>' returns nothing [coro-task-in-void-callback]
}

#define ON(handler) on_event([] { return handler(); })

void by_macro() {
  ON(flush);
  // CHECK: :[[#@LINE-1]]:3: warning: each call of this lambda drops its 'task<>': {{.*}}
}

void several_tasks() {
  on_event([] { return std::make_pair(flush(), 1); });
  // CHECK: :[[#@LINE-1]]:12: warning: each call of this lambda drops its 'pair<{{.*}}>': {{.*}}
}

void in_a_lambda() {
  auto listen = [] { on_event(flush); };
  // CHECK: :[[#@LINE-1]]:31: warning: each call of 'flush' drops its 'task<>': {{.*}}
  listen();
}

task<> in_a_coroutine(Session &session) {
  on_event([&]() -> task<> { co_await session.run(); });
  // CHECK: :[[#@LINE-1]]:12: warning: each call of this lambda drops its 'task<>': {{.*}}
  co_await work();
}

template <class T> void in_a_template(T &session) {
  on_event([&] { return session.run(); });
  // CHECK: :[[#@LINE-1]]:12: warning: each call of this lambda drops its 'task<>': {{.*}}
}

void instantiates(Session &session) { in_a_template(session); }

//===----------------------------------------------------------------------===//
// What the standard library calls for nothing
//===----------------------------------------------------------------------===//

void algorithms(std::vector<Session> &sessions, std::vector<std::string> &names) {
  std::for_each(std::execution::par, names.begin(), names.end(), store);
  // CHECK: :[[#@LINE-1]]:66: warning: each call of 'store' drops its 'task<>': 'for_each' ignores what it returns [coro-task-in-void-callback]
  std::ranges::for_each(sessions, &Session::run);
  // CHECK: :[[#@LINE-1]]:35: warning: each call of 'run' drops its 'task<>': 'for_each' ignores what it returns [coro-task-in-void-callback]
  std::ranges::for_each(sessions, store, &Session::name);
  // CHECK: :[[#@LINE-1]]:35: warning: each call of 'store' drops its 'task<>': 'for_each' ignores what it returns [coro-task-in-void-callback]
  std::ranges::for_each(names.begin(), names.end(), store);
  // CHECK: :[[#@LINE-1]]:53: warning: each call of 'store' drops its 'task<>': 'for_each' ignores what it returns [coro-task-in-void-callback]
  std::ranges::for_each(names | std::views::take(2),
                        [](auto &name) { return store(name); });
  // CHECK: :[[#@LINE-1]]:25: warning: each call of this lambda drops its 'task<>': 'for_each' ignores what it returns [coro-task-in-void-callback]
}

void threads(Session &session, std::stop_token token) {
  std::thread([]() -> task<> { co_await work(); }).detach();
  // CHECK: :[[#@LINE-1]]:15: warning: each call of this lambda drops its 'task<>': 'thread' ignores what it returns [coro-task-in-void-callback]
  std::thread runs{&Session::run, &session};
  // CHECK: :[[#@LINE-1]]:20: warning: each call of 'run' drops its 'task<>': 'thread' ignores what it returns [coro-task-in-void-callback]
  std::stop_callback stopped(token, flush);
  // CHECK: :[[#@LINE-1]]:37: warning: each call of 'flush' drops its 'task<>': 'stop_callback' ignores what it returns [coro-task-in-void-callback]
  auto made = std::make_unique<std::thread>(flush);
  // CHECK: :[[#@LINE-1]]:45: warning: each call of 'flush' drops its 'task<>': 'thread' ignores what it returns [coro-task-in-void-callback]
  runs.join();
}

void futures() {
  std::async(flush);
  // CHECK: :[[#@LINE-1]]:14: warning: each call of 'flush' drops its 'task<>': 'async' returns it in a handle that nobody keeps [coro-task-in-void-callback]
  (void)std::async(std::launch::async, flush);
  // CHECK: :[[#@LINE-1]]:40: warning: each call of 'flush' drops its 'task<>': 'async' returns it in a handle that nobody keeps [coro-task-in-void-callback]
  auto kept = std::async(flush);
}

void deleters(int *handle) {
  std::shared_ptr<int> shared(handle, finish);
  // CHECK: :[[#@LINE-1]]:39: warning: each call of 'finish' drops its 'task<>': 'shared_ptr' ignores what it returns [coro-task-in-void-callback]
  auto end = [](int *h) -> task<> { co_await finish(h); };
  std::unique_ptr<int, decltype(end)> owned(handle, end);
  // CHECK: :[[#@LINE-1]]:53: warning: each call of 'end' drops its 'task<>': 'unique_ptr' ignores what it returns [coro-task-in-void-callback]
}

//===----------------------------------------------------------------------===//
// Templates that drop what they are given
//===----------------------------------------------------------------------===//

template <std::invocable F> void runs(F f) {
  if (ready())
    f();
}

template <class... Fs> void runs_all(Fs... fs) { (fs(), ...); }

template <class F, class... Args> void applies(F &&f, Args &&...args) {
  std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
}

template <class F> void later(F f) {
  std::thread([f = std::move(f)] { f(); }).detach();
}

template <class F> void captures(F &f) {
  on_event([&] { (void)f(); });
}

template <class F> void copies(F &&f) {
  auto own = std::forward<F>(f);
  for (int i = 0; i < 3; ++i)
    own();
}

template <class F> void recurses(F f, int depth) {
  if (depth > 0)
    return recurses(f, depth - 1);
  f();
}

void each_item(const std::vector<int> &items, auto &&action) {
  for (int item : items)
    action(item);
}

void templates(const std::vector<int> &items) {
  runs(flush);
  // CHECK: :[[#@LINE-1]]:8: warning: each call of 'flush' drops its 'task<>': 'runs' ignores what it returns [coro-task-in-void-callback]
  runs_all(touch, flush);
  // CHECK: :[[#@LINE-1]]:19: warning: each call of 'flush' drops its 'task<>': 'runs_all' ignores what it returns [coro-task-in-void-callback]
  applies(store, "x");
  // CHECK: :[[#@LINE-1]]:11: warning: each call of 'store' drops its 'task<>': 'applies' ignores what it returns [coro-task-in-void-callback]
  later(flush);
  // CHECK: :[[#@LINE-1]]:9: warning: each call of 'flush' drops its 'task<>': 'later' ignores what it returns [coro-task-in-void-callback]
  captures(flush);
  // CHECK: :[[#@LINE-1]]:12: warning: each call of 'flush' drops its 'task<>': 'captures' ignores what it returns [coro-task-in-void-callback]
  copies(flush);
  // CHECK: :[[#@LINE-1]]:10: warning: each call of 'flush' drops its 'task<>': 'copies' ignores what it returns [coro-task-in-void-callback]
  recurses(flush, 2);
  // CHECK: :[[#@LINE-1]]:12: warning: each call of 'flush' drops its 'task<>': 'recurses' ignores what it returns [coro-task-in-void-callback]
  each_item(items, [](int) -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:20: warning: each call of this lambda drops its 'task<>': 'each_item' ignores what it returns [coro-task-in-void-callback]
  auto twice = [](auto f) {
    f();
    f();
  };
  twice(flush);
  // CHECK: :[[#@LINE-1]]:9: warning: each call of 'flush' drops its 'task<>': 'twice' ignores what it returns [coro-task-in-void-callback]
}

class Timer {
public:
  template <class F> explicit Timer(F f) : tick_(std::move(f)) {}
  template <class F> void on_end(F &&f) { end_ = std::forward<F>(f); }
  template <class F> Timer &operator+=(F f) {
    end_ = f;
    return *this;
  }

private:
  std::function<void()> tick_, end_;
};

void members(Timer &timer) {
  Timer started(flush);
  // CHECK: :[[#@LINE-1]]:17: warning: each call of 'flush' drops its 'task<>': 'Timer' ignores what it returns [coro-task-in-void-callback]
  timer.on_end(flush);
  // CHECK: :[[#@LINE-1]]:16: warning: each call of 'flush' drops its 'task<>': 'on_end' ignores what it returns [coro-task-in-void-callback]
  timer += flush;
  // CHECK: :[[#@LINE-1]]:12: warning: each call of 'flush' drops its 'task<>': 'operator+=' ignores what it returns [coro-task-in-void-callback]
}

/// A callable of any type behind a virtual function.
class Job {
public:
  template <class F> Job(F f) : held_(new holder<F>(std::move(f))) {}
  void operator()() { held_->call(); }

private:
  struct base {
    virtual ~base() = default;
    virtual void call() = 0;
  };
  template <class F> struct holder final : base {
    explicit holder(F f) : f(std::move(f)) {}
    void call() override { f(); }
    F f;
  };
  std::unique_ptr<base> held_;
};

void enqueue(Job job);

void type_erased() {
  enqueue(flush);
  // CHECK: :[[#@LINE-1]]:11: warning: each call of 'flush' drops its 'task<>': 'Job' ignores what it returns [coro-task-in-void-callback]
}

/// A reference to a callable of any type.
template <class Signature> class function_ref;
template <class R, class... Args> class function_ref<R(Args...)> {
public:
  template <class F>
  function_ref(F &&f)
      : object_(&f), call_([](void *object, Args... args) -> R {
          return R((*static_cast<std::remove_reference_t<F> *>(object))(
              args...));
        }) {}
  R operator()(Args... args) const { return call_(object_, args...); }

private:
  void *object_;
  R (*call_)(void *, Args...);
};

void for_names(function_ref<void(const std::string &)> f);
void for_tasks(function_ref<task<>(const std::string &)> f);

void through_a_pointer() {
  for_names([](const std::string &name) { return store(name); });
  // CHECK: :[[#@LINE-1]]:13: warning: each call of this lambda drops its 'task<>': 'function_ref' ignores what it returns [coro-task-in-void-callback]
  for_tasks([](const std::string &name) { return store(name); });
}

/// Only the call operator that the signature asks for counts.
struct Both {
  void operator()() const;
  task<> operator()(const std::string &name) const;
};

void overloads() {
  on_event(Both{});
  std::function<void(const std::string &)> named = Both{};
  // CHECK: :[[#@LINE-1]]:52: warning: each call of 'Both' drops its 'task<>': {{.*}}
}

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

void run_now(task<> t);

template <class F> void either(F f) {
  if constexpr (std::is_void_v<decltype(f())>)
    f();
  else
    run_now(f());
}

/// Awaits what is a task behind its virtual function.
class AsyncJob {
public:
  template <class F> AsyncJob(F f) : held_(std::make_unique<holder<F>>(f)) {}

private:
  struct base {
    virtual ~base() = default;
    virtual task<> call() = 0;
  };
  template <class F> struct holder final : base {
    explicit holder(F f) : f(std::move(f)) {}
    task<> call() override {
      if constexpr (std::is_void_v<decltype(f())>)
        f();
      else
        co_await f();
    }
    F f;
  };
  std::unique_ptr<base> held_;
};

template <class F> class Lazily {
public:
  explicit Lazily(F f) : f_(std::move(f)) {}
  ~Lazily() { touch(); }
  auto get() { return f_(); }

private:
  F f_;
};

/// A task that several may await, and copies of which are given away.
struct shared {
  struct promise_type {
    shared get_return_object();
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void();
    void unhandled_exception();
  };
  reading<void> operator co_await() const noexcept;
  std::shared_ptr<int> frame;
};

class Keeper {
public:
  void listen() {
    on_event([this] { return kept_; });
    on_event([]() -> shared { co_await work(); });
    // CHECK: :[[#@LINE-1]]:14: warning: each call of this lambda drops its 'shared': {{.*}}
  }

private:
  shared kept_;
};

task<> near_misses(std::vector<std::function<task<>()>> &all) {
  either(flush);
  either(touch);
  AsyncJob job(flush);
  co_await Lazily(flush).get();
  std::ranges::for_each(all, [](auto &f) { run_now(f()); });
  all.push_back(flush);
  all.emplace_back([]() -> task<> { co_await work(); });
  std::shared_ptr<int> shared(new int, [](int *p) { delete p; });
}
