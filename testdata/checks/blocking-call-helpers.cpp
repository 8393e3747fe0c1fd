// Helpers that block: the finding is at the call in the coroutine, the chain in
// its notes.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <variant>
#include <vector>

using namespace std::chrono_literals;

bool ready();
void touch();
int declared_only(int);

void nap() { std::this_thread::sleep_for(10ms); }

task<> through_a_helper() {
  nap();
  // CHECK: :[[#@LINE-1]]:3: warning: 'nap' blocks the thread in coroutine 'through_a_helper' [coro-blocking-call]
  co_await work();
}

int parse(std::ifstream &in) {
  std::string line;
  std::getline(in, line);
  return int(line.size());
}
int load(const std::string &path, std::ifstream &in) {
  touch();
  return path.empty() ? 0 : parse(in);
}

task<> through_two_helpers(std::ifstream &in) {
  int size = load("settings", in);
  // CHECK: :[[#@LINE-1]]:14: warning: 'load' blocks the thread in coroutine 'through_two_helpers' [coro-blocking-call]
  co_await save(size);
}

task<> called_twice_two_findings() {
  nap();
  // CHECK: :[[#@LINE-1]]:3: warning: 'nap' blocks the thread in coroutine 'called_twice_two_findings' [coro-blocking-call]
  nap();
  // CHECK: :[[#@LINE-1]]:3: warning: 'nap' blocks the thread in coroutine 'called_twice_two_findings' [coro-blocking-call]
  co_await work();
}

void even(int n);
void odd(int n) {
  if (n > 0)
    even(n - 1);
}
void even(int n) {
  if (n == 0)
    nap();
  else
    odd(n - 1);
}

task<> through_recursion() {
  odd(7);
  // CHECK: :[[#@LINE-1]]:3: warning: 'odd' blocks the thread in coroutine 'through_recursion' [coro-blocking-call]
  co_await work();
}

void forever(int n) {
  if (n > 0)
    forever(n - 1);
}

task<> harmless_recursion() {
  forever(3);
  co_await work();
}

void store(int) { touch(); }
void store(const char *) { nap(); }

task<> through_one_overload() {
  store(1);
  store("x");
  // CHECK: :[[#@LINE-1]]:3: warning: 'store' blocks the thread in coroutine 'through_one_overload' [coro-blocking-call]
  co_await work();
}

class Log {
public:
  Log() { nap(); }
  explicit Log(int) {}
  Log &operator<<(int value) {
    nap();
    return *this;
  }
  void flush() { nap(); }
  void flush_declared();
};

task<> through_constructor() {
  Log log;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: '{{.*}}Log' blocks the thread in coroutine 'through_constructor' [coro-blocking-call]
  co_await work();
}

task<> through_member(Log &log) {
  log.flush();
  // CHECK: :[[#@LINE-1]]:3: warning: 'Log::flush' blocks the thread in coroutine 'through_member' [coro-blocking-call]
  log.flush_declared();
  co_await work();
}

task<> through_operator(Log &log) {
  log << 1;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Log::operator<<' blocks the thread in coroutine 'through_operator' [coro-blocking-call]
  co_await work();
}

task<> through_another_constructor() {
  Log log(1);
  co_await work();
}

template <class T> T slow(T value) {
  nap();
  return value;
}

task<> through_template() {
  int value = slow(1);
  // CHECK: :[[#@LINE-1]]:15: warning: 'slow' blocks the thread in coroutine 'through_template' [coro-blocking-call]
  co_await save(value);
}

template <class T> task<> through_helper_in_template(T value) {
  nap();
  // CHECK: :[[#@LINE-1]]:3: warning: 'nap' blocks the thread in coroutine 'through_helper_in_template' [coro-blocking-call]
  co_await save(int(value));
}

template task<> through_helper_in_template(int);
template task<> through_helper_in_template(long);

task<> through_lambda_called_in_place() {
  [] { nap(); }();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'through_lambda_called_in_place' [coro-blocking-call]
  co_await work();
}

task<> through_named_lambda() {
  auto pause = [] { nap(); };
  pause();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread in coroutine 'through_named_lambda' [coro-blocking-call]
  co_await work();
}

namespace deep {
void one() { nap(); }
void two() { one(); }
void three() { two(); }
} // namespace deep

task<> through_three() {
  deep::three();
  // CHECK: :[[#@LINE-1]]:3: warning: 'deep::three' blocks the thread in coroutine 'through_three' [coro-blocking-call]
  co_await work();
}

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

void calls_the_helper() { nap(); }

task<> unknown_callee() {
  declared_only(1);
  co_await work();
}

/// A coroutine that blocks has its finding where it blocks, not at its callers.
task<> blocks_itself() {
  nap();
  // CHECK: :[[#@LINE-1]]:3: warning: 'nap' blocks the thread in coroutine 'blocks_itself' [coro-blocking-call]
  co_await work();
}

task<> awaits_the_one_that_blocks() { co_await blocks_itself(); }

void starts_a_thread() {
  std::thread([] { nap(); }).detach();
}

task<> through_thread_start() {
  starts_a_thread();
  co_await work();
}

/// What it gets in await_resume is there: that is why it was resumed.
struct future_awaiter {
  std::future<int> &future;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    std::thread([this, waiter] {
      future.wait();
      waiter.resume();
    }).detach();
  }
  int await_resume() { return future.get(); }
};

task<> awaits_a_future(std::future<int> &future) {
  co_await save(co_await future_awaiter{future});
}

void start_one(std::vector<std::jthread> &all) {
  all.push_back(std::jthread(touch));
}

/// What joins is the one that was moved to, wherever that ends.
task<> through_moved_thread(std::vector<std::jthread> &all) {
  start_one(all);
  all.push_back(std::jthread(touch));
  co_await work();
}

auto make_pause() {
  return [] { nap(); };
}

task<> only_makes_the_lambda() {
  auto pause = make_pause();
  (void)pause;
  co_await work();
}

void dead() {
  if (false)
    nap();
}

task<> through_dead_code() {
  dead();
  co_await work();
}

template <bool Wait> void maybe() {
  if constexpr (Wait)
    nap();
}

task<> through_discarded_statement() {
  maybe<false>();
  co_await work();
}

[[clang::annotate("corolint:assume-nonblocking")]] void trusted() { nap(); }

task<> through_trusted() {
  trusted();
  co_await work();
}

struct Base {
  virtual ~Base() = default;
  virtual void run() = 0;
};
struct Slow : Base {
  void run() override { nap(); }
};
struct Fast : Base {
  void run() override { touch(); }
};

task<> one_override_does_not_block(Base &base) {
  base.run();
  co_await work();
}

std::mutex m;

void locked() {
  std::lock_guard lock(m);
  touch();
}

task<> through_a_short_lock() {
  locked();
  co_await work();
}

std::string format(int value) {
  char text[16];
  std::snprintf(text, sizeof text, "%d", value);
  return text;
}

task<> through_formatting() {
  format(1);
  co_await work();
}

task<> sorts(std::vector<int> values) {
  std::sort(values.begin(), values.end());
  std::for_each(values.begin(), values.end(), [](int) { touch(); });
  auto shared = std::make_shared<std::string>("x");
  co_await work();
}
