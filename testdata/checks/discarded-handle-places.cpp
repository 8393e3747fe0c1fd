// What dropping a handle does, read off its destructor, wherever the handle is
// made: in lambdas, members, loops, templates and macros.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-discarded-handle %s -- -std=c++20 %runtime | %FileCheck %s

#include <coroutine>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

bool ready();
void touch();
void use(bool);

struct promise_base {
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void return_void() {}
  void unhandled_exception() { std::terminate(); }
};

/// Dropping it destroys the coroutine where it is suspended.
class cancelling {
public:
  struct promise_type : promise_base {
    cancelling get_return_object() {
      return cancelling(
          std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };
  cancelling() = default;
  cancelling(cancelling &&other) noexcept
      : frame_(std::exchange(other.frame_, nullptr)) {}
  cancelling &operator=(cancelling &&other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~cancelling() {
    if (frame_)
      frame_.destroy();
  }
  bool done() const { return frame_.done(); }
  void detach() { frame_ = nullptr; }
  void cancel() { std::exchange(frame_, nullptr).destroy(); }
  bool await_ready() const noexcept { return frame_.done(); }
  void await_suspend(std::coroutine_handle<>);
  void await_resume();

private:
  explicit cancelling(std::coroutine_handle<promise_type> frame)
      : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

/// Dropping it ends the program.
class terminating {
public:
  struct promise_type : promise_base {
    terminating get_return_object();
  };
  terminating() = default;
  terminating(terminating &&other) noexcept
      : frame_(std::exchange(other.frame_, nullptr)) {}
  terminating &operator=(terminating &&other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~terminating() {
    if (frame_)
      std::terminate();
  }
  bool joinable() const noexcept { return frame_ != nullptr; }
  void detach() { frame_ = nullptr; }
  bool await_ready() const noexcept { return frame_.done(); }
  void await_suspend(std::coroutine_handle<>);
  void await_resume();

private:
  std::coroutine_handle<promise_type> frame_;
};

cancelling start();
cancelling start_one(int);
terminating start_strict();
void keep(cancelling handle);

//===----------------------------------------------------------------------===//
// By what their destructors do
//===----------------------------------------------------------------------===//

void destroys() {
  start();
  // CHECK: :[[#@LINE-1]]:3: warning: 'start' is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: keep the handle, await it, or say what becomes of the work
}

void terminates() {
  start_strict();
  // CHECK: :[[#@LINE-1]]:3: warning: 'start_strict' ends the program if it is still running: its 'terminating' is dropped [coro-discarded-handle]
  (void)start_strict();
  // CHECK: :[[#@LINE-1]]:9: warning: 'start_strict' ends the program if it is still running: its 'terminating' is dropped [coro-discarded-handle]
}

void terminates_at_the_end() {
  auto handle = start_strict();
  // CHECK: :[[#@LINE-1]]:8: warning: 'handle' is dropped without being joined, which ends the program if its work is still running [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'handle' is dropped here
  touch();
}

cancelling terminates_on_one_path() {
  auto handle = start_strict();
  // CHECK: :[[#@LINE-1]]:8: warning: 'handle' is dropped on one path without being joined, which ends the program if its work is still running [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE+2]]:7: note: this condition is false on the way
  // CHECK-NEXT: :[[#@LINE+3]]:1: note: 'handle' is dropped here
  if (ready())
    co_await handle;
}

void kept_for_the_scope() {
  auto handle = start();
  touch();
}

cancelling joined_or_detached() {
  auto handle = start_strict();
  if (ready())
    co_await handle;
  else
    handle.detach();
}

cancelling joined_if_there_is_one() {
  auto handle = start_strict();
  touch();
  if (handle.joinable())
    co_await handle;
}

void detached_under_the_same_condition(bool wanted) {
  terminating handle;
  if (wanted)
    handle = start_strict();
  touch();
  if (wanted)
    handle.detach();
}

struct Joiner {
  terminating &handle;
  ~Joiner() { handle.detach(); }
};

void detached_by_a_guard() {
  auto handle = start_strict();
  Joiner joiner{handle};
  if (ready())
    return;
  touch();
}

//===----------------------------------------------------------------------===//
// By place
//===----------------------------------------------------------------------===//

void in_a_loop() {
  for (int i = 0; i < 3; ++i)
    start_one(i);
    // CHECK: :[[#@LINE-1]]:5: warning: 'start_one' is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
}

void by_comma() {
  touch(), start();
  // CHECK: :[[#@LINE-1]]:12: warning: 'start' is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
}

void by_a_conditional_operator() {
  ready() ? start() : start_one(1);
  // CHECK: :[[#@LINE-1]]:13: warning: 'start' is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
  // CHECK: :[[#@LINE-2]]:23: warning: 'start_one' is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
}

void lambda_called_at_once() {
  [](int n) -> cancelling { co_await start_one(n); }(3);
  // CHECK: :[[#@LINE-1]]:3: warning: the lambda is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
}

void lambda_that_makes_one() {
  auto make = [] { return start(); };
  make();
  // CHECK: :[[#@LINE-1]]:3: warning: 'make' is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
}

class Peer {
public:
  void begin() {
    read();
    // CHECK: :[[#@LINE-1]]:5: warning: 'read' is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
  }
  void begin_and_keep() { reading_ = read(); }

private:
  cancelling read();
  cancelling reading_;
};

template <class F> void launch(F f) {
  start_one(f());
  // CHECK: :[[#@LINE-1]]:3: warning: 'start_one' is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
}

void in_a_template() {
  launch([] { return 1; });
}

#define START(n) start_one(n)

void in_a_macro() {
  START(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'start_one' is cancelled at once: its 'cancelling' is dropped [coro-discarded-handle]
  auto handle = START(2);
  handle.detach();
}

//===----------------------------------------------------------------------===//
// Kept
//===----------------------------------------------------------------------===//

class Service {
public:
  Service() : loop_(start()) {}
  void restart() {
    loop_ = start();
    all_.push_back(start());
    byId_[1] = start();
    perhaps_.emplace(start());
  }

private:
  cancelling loop_;
  std::vector<cancelling> all_;
  std::map<int, cancelling> byId_;
  std::optional<cancelling> perhaps_;
};

void captured(std::function<void()> &out) {
  auto handle = std::make_shared<cancelling>(start());
  out = [handle] { handle->cancel(); };
}

void asked_at_once() { use(start().done()); }

void given_away(cancelling &slot) {
  keep(start());
  auto handle = start();
  std::swap(slot, handle);
  auto old = std::exchange(slot, start());
}

void said_so() {
  (void)start();
  std::ignore = start();
  start().detach();
}

cancelling many_awaited() {
  std::vector<cancelling> handles;
  for (int i = 0; i < 3; ++i)
    handles.push_back(start_one(i));
  for (auto &handle : handles)
    co_await handle;
}
