// Awaitables that are no coroutines: timers, locks and senders that do nothing
// until they are awaited, and near misses that run by themselves.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <coroutine>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

bool ready();
void touch();
void use(int);
void arm_timer(int ms, std::coroutine_handle<> waiter);
task<> combine(task<> t);

/// The operation begins in await_suspend.
struct sleep_op {
  int ms;
  bool await_ready() const noexcept { return ms <= 0; }
  void await_suspend(std::coroutine_handle<> waiter) { arm_timer(ms, waiter); }
  void await_resume() const noexcept {}
};

sleep_op sleep_ms(int ms) { return {ms}; }

/// Gives a lock when it is awaited.
class queue_mutex {
public:
  class guard {
  public:
    explicit guard(queue_mutex &mutex) : mutex_(&mutex) {}
    guard(guard &&other) noexcept
        : mutex_(std::exchange(other.mutex_, nullptr)) {}
    ~guard() {
      if (mutex_)
        mutex_->unlock();
    }

  private:
    queue_mutex *mutex_;
  };
  struct lock_op {
    queue_mutex &mutex;
    bool await_ready() noexcept { return mutex.try_lock(); }
    void await_suspend(std::coroutine_handle<> waiter) {
      mutex.waiting_.push_back(waiter);
    }
    guard await_resume() noexcept { return guard(mutex); }
  };

  lock_op scoped_lock() { return {*this}; }
  bool try_lock() { return !std::exchange(held_, true); }
  void unlock() { held_ = false; }

private:
  bool held_ = false;
  std::deque<std::coroutine_handle<>> waiting_;
};

//===----------------------------------------------------------------------===//
// Timers
//===----------------------------------------------------------------------===//

task<> dropped() {
  sleep_ms(5);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sleep_ms' never runs: its 'sleep_op' is dropped without being awaited [coro-unawaited-task]
  // CHECK-NEXT: note: 'sleep_ms' returns a 'sleep_op', which does nothing until it is awaited
  (void)sleep_ms(5);
  // CHECK: :[[#@LINE-1]]:9: warning: 'sleep_ms' never runs: its 'sleep_op' is dropped without being awaited [coro-unawaited-task]
  co_await work();
}

task<> never_awaited() {
  auto nap = sleep_ms(5);
  // CHECK: :[[#@LINE-1]]:8: warning: 'nap' is never awaited, so 'sleep_ms' never runs [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+3]]:1: note: 'nap' is dropped here
  // CHECK-NEXT: note: 'sleep_ms' returns a 'sleep_op', which does nothing until it is awaited
  co_await work();
}

task<> awaited_on_one_branch() {
  auto nap = sleep_ms(5);
  // CHECK: :[[#@LINE-1]]:8: warning: 'nap' is not awaited on every path, so 'sleep_ms' does not always run [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+2]]:7: note: this condition is false on the way
  // CHECK-NEXT: :[[#@LINE+3]]:1: note: 'nap' is dropped here
  if (ready())
    co_await nap;
}

/// What is awaited is what `operator co_await` returns.
struct delay {
  int ms;
  sleep_op operator co_await() const { return {ms}; }
};

delay wait_for(int ms) { return {ms}; }

task<> with_an_operator_dropped() {
  wait_for(5);
  // CHECK: :[[#@LINE-1]]:3: warning: 'wait_for' never runs: its 'delay' is dropped without being awaited [coro-unawaited-task]
  co_return;
}

task<> awaited() {
  co_await sleep_ms(5);
  co_await wait_for(5);
  auto nap = sleep_ms(6);
  co_await nap;
  co_await nap;
}

task<> awaited_after_a_look() {
  sleep_op nap{5};
  nap.ms *= 2;
  co_await nap;
  auto other = sleep_ms(3);
  if (other.await_ready())
    co_return;
  co_await other;
}

sleep_op returned(int ms) {
  auto nap = sleep_ms(ms);
  return nap;
}

template <class Awaitable> task<> await_it(Awaitable awaitable) {
  co_await awaitable;
}

task<> passed_on() { co_await await_it(sleep_ms(1)); }

void suspended_by_hand(std::coroutine_handle<> waiter) {
  auto nap = sleep_ms(5);
  nap.await_suspend(waiter);
}

//===----------------------------------------------------------------------===//
// Locks
//===----------------------------------------------------------------------===//

task<> lock_dropped(queue_mutex &mutex) {
  mutex.scoped_lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'scoped_lock' never runs: its 'lock_op' is dropped without being awaited [coro-unawaited-task]
  // CHECK-NEXT: note: 'scoped_lock' returns a 'lock_op', which does nothing until it is awaited
  touch();
  co_return;
}

task<> lock_not_awaited(queue_mutex &mutex) {
  auto lock = mutex.scoped_lock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'lock' is never awaited, so 'scoped_lock' never runs [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: 'lock' is dropped here
  // CHECK-NEXT: note: 'scoped_lock' returns a 'lock_op', which does nothing until it is awaited
  touch();
  co_return;
}

struct Locked {
  queue_mutex mutex;
  auto lock() { return mutex.scoped_lock(); }
};

task<> lock_of_a_forwarder_not_awaited(Locked &locked) {
  auto lock = locked.lock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'lock' is never awaited, so 'lock' never runs [coro-unawaited-task]
  touch();
  co_return;
}

task<> second_lock_not_awaited(queue_mutex &a, queue_mutex &b) {
  auto first = co_await a.scoped_lock();
  auto second = b.scoped_lock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'second' is never awaited, so 'scoped_lock' never runs [coro-unawaited-task]
  touch();
}

task<> lock_awaited(queue_mutex &mutex) {
  auto lock = co_await mutex.scoped_lock();
  touch();
}

task<> lock_awaited_later(queue_mutex &a, queue_mutex &b) {
  auto first = a.scoped_lock();
  auto second = b.scoped_lock();
  auto held_first = co_await first;
  auto held_second = co_await second;
  touch();
}

task<> lock_tried(queue_mutex &mutex) {
  if (mutex.try_lock())
    mutex.unlock();
  mutex.try_lock();
  co_return;
}

task<> lock_of_a_forwarder_awaited(Locked &locked) {
  auto lock = co_await locked.lock();
  touch();
}

//===----------------------------------------------------------------------===//
// Senders
//===----------------------------------------------------------------------===//

namespace execution {
struct sender_t {};
template <class Sender> void start_detached(Sender sender);
template <class Sender> void sync_wait(Sender sender);

struct schedule_sender {
  using sender_concept = sender_t;
  template <class Receiver> struct operation {
    Receiver receiver;
    void start() noexcept { receiver.set_value(); }
  };
  template <class Receiver>
  operation<Receiver> connect(Receiver receiver) const {
    return {std::move(receiver)};
  }
};

template <class F> struct then_sender {
  using sender_concept = sender_t;
  schedule_sender before;
  F function;
  template <class Receiver> auto connect(Receiver receiver) && {
    return before.connect(std::move(receiver));
  }
};

schedule_sender schedule();
template <class F> then_sender<F> then(schedule_sender before, F function);
} // namespace execution

void sender_dropped() {
  execution::schedule();
  // CHECK: :[[#@LINE-1]]:3: warning: 'schedule' never runs: its 'schedule_sender' is dropped without being awaited [coro-unawaited-task]
}

void sender_with_a_continuation_dropped() {
  execution::then(execution::schedule(), [] { touch(); });
  // CHECK: :[[#@LINE-1]]:3: warning: 'then' never runs: its 'then_sender{{.*}}' is dropped without being awaited [coro-unawaited-task]
}

void sender_in_a_variable_dropped() {
  auto sender = execution::schedule();
  // CHECK: :[[#@LINE-1]]:8: warning: 'sender' is never awaited, so 'schedule' never runs [coro-unawaited-task]
}

void senders_started() {
  execution::start_detached(execution::schedule());
  auto sender = execution::then(execution::schedule(), [] { touch(); });
  execution::sync_wait(std::move(sender));
}

//===----------------------------------------------------------------------===//
// What runs by itself, or is no operation
//===----------------------------------------------------------------------===//

struct io_state {
  bool done = false;
  std::coroutine_handle<> waiter;
};
void submit(int file, std::shared_ptr<io_state> state);

/// The constructor starts it.
class write_op {
public:
  explicit write_op(int file) { submit(file, state_); }
  bool await_ready() { return state_->done; }
  void await_suspend(std::coroutine_handle<> waiter) {
    state_->waiter = waiter;
  }
  void await_resume() {}

private:
  std::shared_ptr<io_state> state_ = std::make_shared<io_state>();
};

write_op write(int file) { return write_op(file); }

/// The function starts it.
struct read_op {
  std::shared_ptr<io_state> state;
  bool await_ready() { return state->done; }
  void await_suspend(std::coroutine_handle<> waiter) { state->waiter = waiter; }
  int await_resume() { return 0; }
};

read_op start_read(int file) {
  auto state = std::make_shared<io_state>();
  submit(file, state);
  return {state};
}

read_op start_read_elsewhere(int file);

void started_already() {
  write(3);
  auto other = write(4);
  start_read(3);
  start_read_elsewhere(3);
  auto unused = start_read(4);
}

/// Somebody else sets it.
class async_event {
public:
  void set() { set_ = true; }
  bool await_ready() const { return set_; }
  void await_suspend(std::coroutine_handle<> waiter) { waiter_ = waiter; }
  void await_resume() {}

private:
  bool set_ = false;
  std::coroutine_handle<> waiter_;
};

async_event &global_event();

void events() {
  async_event local;
  local.set();
  global_event();
  global_event().set();
}

/// Never suspends, so it has nothing to wait for.
struct ready_tag {
  bool await_ready() const { return true; }
  void await_suspend(std::coroutine_handle<>) const {}
  int await_resume() const { return 0; }
};

task<> always_ready() {
  auto tag = ready_tag{};
  use(co_await ready_tag{});
}

void yields_by_hand(generator<int>::promise_type &promise) {
  promise.yield_value(3);
}

struct tick_or_tock {
  bool await_ready() const;
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

tick_or_tock tock();
tick_or_tock tick() { return tock(); }
tick_or_tock tock() { return tick(); }

task<> made_by_nobody() {
  tick();
  co_await work();
}
