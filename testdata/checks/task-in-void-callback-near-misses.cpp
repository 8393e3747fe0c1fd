// Callbacks whose tasks somebody takes, and callbacks that return none.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-task-in-void-callback %s -- -std=c++23 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include "corort/corort.hpp"

#include <algorithm>
#include <any>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

task<int> fetch();
task<> store(const std::string &name);
task<> flush();
eager<> start();
detached fire();
generator<int> numbers();
void touch();
corort::task<> serve();

void on_event(std::function<void()> handler);
void on_connect(std::function<task<>()> handler);
void on_either(std::function<void()> handler);
void on_either(std::function<task<>()> handler, int);
void run_now(task<> t);

void returns_a_task() {
  on_connect(flush);
  on_connect([]() -> task<> { co_await work(); });
  std::function<task<>()> handler = flush;
  std::function<std::function<task<>()>()> factory = [] { return flush; };
  std::packaged_task<task<>()> packaged(flush);
  on_either(flush, 1);
}

void returns_nothing() {
  on_event([] { touch(); });
  on_event([] { run_now(flush()); });
  on_event([] { corort::spawn(serve()).detach(); });
  std::function<void()> same = [] {};
  on_event(same);
  on_event(std::function<void()>(touch));
  on_event(nullptr);
}

/// They run by themselves, and nobody has to keep them.
void fire_and_forget() {
  on_event(start);
  on_event(fire);
  on_event([]() -> detached { co_await work(); });
  on_event([]() -> eager<> { co_await work(); });
  std::thread(fire).join();
}

void not_a_task() {
  on_event([] { return 1; });
  on_event(numbers);
  std::any anything = flush;
  std::variant<std::function<void()>, std::function<task<>()>> either =
      std::function<task<>()>(flush);
}

void spawned() {
  corort::spawn([]() -> corort::task<> { co_await serve(); }).detach();
  corort::spawn(serve).detach();
}

void used(std::vector<std::string> &names) {
  std::vector<task<>> tasks;
  std::transform(names.begin(), names.end(), std::back_inserter(tasks), store);
  std::for_each(names.begin(), names.end(), [&](const std::string &name) {
    tasks.push_back(store(name));
  });
  std::ranges::for_each(names, [](auto &&t) { run_now(std::move(t)); }, store);
  auto t = std::invoke(flush);
  auto u = std::invoke_r<task<>>(flush);
  run_now(std::move(t));
  run_now(std::move(u));
}

/// Awaits what it calls where that is a task.
template <class F> task<> awaits(F f) {
  co_await f();
  if constexpr (std::is_void_v<decltype(f())>)
    f();
  else
    co_await f();
}

template <class F> void collects(std::vector<task<>> &tasks, F &&f) {
  tasks.push_back(f());
}

template <class F> auto returns(F &&f) { return f(); }

template <class F> void spawns(F &&f) { corort::spawn(f()).detach(); }

template <class F> void spawns_it(F &&f) {
  corort::spawn(std::forward<F>(f)).detach();
}

template <class F> void adapts(F &&f) {
  if constexpr (std::is_void_v<std::invoke_result_t<F>>)
    on_event(std::forward<F>(f));
  else
    on_event([f = std::forward<F>(f)] { corort::spawn(f()).detach(); });
}

template <class F> void asks(F &&f) {
  using Result = decltype(f());
  static_assert(sizeof(f()) > 0);
  static_assert(!noexcept(f()) || !std::is_void_v<Result>);
}

template <class F> class lazily {
public:
  explicit lazily(F f) : f_(std::move(f)) {}
  auto get() { return f_(); }

private:
  F f_;
};

/// Takes coroutines, too, and starts them.
template <class Signature> class signal;
template <class... Args> class signal<void(Args...)> {
public:
  template <class F> signal(F &&f) {
    if constexpr (std::is_void_v<std::invoke_result_t<F, Args...>>)
      handler_ = std::forward<F>(f);
    else
      handler_ = [f](Args... args) { corort::spawn(f(args...)).detach(); };
  }
  void operator()(Args... args) const { handler_(args...); }

private:
  std::function<void(Args...)> handler_;
};

task<> templates(std::vector<task<>> &tasks) {
  co_await awaits([]() -> task<> { co_await work(); });
  co_await awaits(flush);
  collects(tasks, flush);
  co_await returns(flush);
  spawns(serve);
  spawns_it(serve);
  adapts(serve);
  asks(flush);
  co_await lazily(flush).get();
  signal<void()> handler = serve;
  handler();
}

/// Not known before it is instantiated.
template <class F> void uninstantiated(F &&f) { on_event(std::forward<F>(f)); }
template <class T> void uninstantiated(T t, int) { on_event([=] { t.run(); }); }

/// Only one of its call operators returns a task.
struct Either {
  void operator()() const;
  task<> operator()(int) const;
};

void overloaded() { on_event(Either{}); }
