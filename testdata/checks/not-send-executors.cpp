// Where a task runs decides whether what it takes along has to be Send.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-not-send %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/asio.hpp"
#include "../include/smart_ptr.hpp"
#include "corolint/annotations.hpp"
#include "corort/corort.hpp"

#include <functional>
#include <utility>

using corort::task;

struct entry {
  int value = 0;
};
using handle = boost::local_shared_ptr<entry>;
void use(int);
task<> work();
task<> by_value(handle);
asio::awaitable<void> serve(handle);

//===----------------------------------------------------------------------===//
// Executors
//===----------------------------------------------------------------------===//

void on_a_pool(asio::thread_pool &pool, handle shared) {
  asio::co_spawn(pool, serve(shared), asio::detached);
  // CHECK: :[[#@LINE-1]]:30: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:30: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'co_spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:48: note: 'shared' stays behind and shares what it has with the copy
}

void on_a_pool_of_one(handle shared) {
  asio::thread_pool pool(1);
  asio::co_spawn(pool, serve(shared), asio::detached); // Fine.
}

void on_some_context(asio::io_context &io, handle shared) {
  asio::co_spawn(io, serve(shared), asio::detached); // Fine: not known.
}

class COROLINT_EXECUTOR("threads=one") loop {
public:
  COROLINT_SPAWN(0, "on=by-executor", "executor=this", "keeps=yes")
  void post(std::function<void()>);
};
class COROLINT_EXECUTOR("threads=many") workers {
public:
  COROLINT_SPAWN(0, "on=by-executor", "executor=this", "keeps=yes")
  void post(std::function<void()>);
};
void on_a_loop(loop &l, handle shared) {
  l.post([shared] { use(shared->value); }); // Fine.
}
void on_workers(workers &w, handle shared) {
  w.post([shared] { use(shared->value); });
  // CHECK: :[[#@LINE-1]]:11: warning: 'shared' goes to another thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:11: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'post' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:36: note: 'shared' stays behind and shares what it has with the copy
}

//===----------------------------------------------------------------------===//
// Alive across a suspension
//===----------------------------------------------------------------------===//

handle current; // The one of this thread, one would think.

task<> keeps_it() {
  handle mine = current;
  // CHECK: :[[#@LINE-1]]:10: warning: 'mine' is alive when the coroutine suspends to go on in any thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE+73]]:3: note: 'spawn' starts the coroutine where there are many threads
  co_await work();
  use(mine->value);
}
task<> drops_it() {
  {
    handle mine = current;
    use(mine->value);
  }
  co_await work(); // Fine: gone.
}
task<> resets_it() {
  handle mine = current;
  use(mine->value);
  mine.reset();
  co_await work(); // Fine: empty.
}
task<> makes_its_own() {
  auto mine = boost::make_local_shared<entry>();
  co_await work(); // Fine: nobody else has one.
  use(mine->value);
}
task<> keeps_it_on_one_branch(bool really) {
  handle mine;
  // CHECK: :[[#@LINE-1]]:10: warning: 'mine' is alive when the coroutine suspends to go on in any thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE+4]]:7: note: this condition is true on the way
  // CHECK-NEXT: :[[#@LINE+5]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:10: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE+49]]:3: note: 'spawn' starts the coroutine where there are many threads
  if (really)
    mine = current;
  co_await work();
  use(1);
}
task<> awaited_by_one() {
  handle mine = current;
  // CHECK: :[[#@LINE-1]]:10: warning: 'mine' is alive when the coroutine suspends to go on in any thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE+39]]:3: note: 'spawn' starts the coroutine where there are many threads
  co_await work();
  use(mine->value);
}
task<> awaits_one() { co_await awaited_by_one(); }
task<> nobody_spawns_it() {
  handle mine = current;
  co_await work(); // Fine: not known where.
  use(mine->value);
}

class COROLINT_EXECUTOR("threads=many") pool {
public:
  COROLINT_SWITCHES_EXECUTOR("to=this") task<> schedule();
};
task<> goes_there(pool &p) {
  handle mine = current;
  // CHECK: :[[#@LINE-1]]:10: warning: 'mine' is alive when the coroutine suspends to go on in any thread, but a 'boost::local_shared_ptr<entry>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE+1]]:3: note: 'schedule' takes the coroutine where there are many threads
  co_await p.schedule();
  use(mine->value);
}
task<> goes_there_without_it(pool &p) {
  {
    handle mine = current;
    co_await work(); // Fine: not known where.
    use(mine->value);
  }
  co_await p.schedule();
}

void start() {
  corort::spawn(keeps_it()).detach();
  corort::spawn(drops_it()).detach();
  corort::spawn(resets_it()).detach();
  corort::spawn(makes_its_own()).detach();
  corort::spawn(keeps_it_on_one_branch(true)).detach();
  corort::spawn(awaits_one()).detach();
}
