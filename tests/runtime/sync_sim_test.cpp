/// \file
/// The primitives that tasks wait at, in every order: small bodies
/// exhaustively, larger ones in thousands of orders. In each some are stopped
/// while others hand over.

#include "corort/sim.hpp"
#include "sync_support.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <vector>

namespace {

/// What a task may refer to that is joined before it goes.
template <class T> auto by_ref(T &object) {
  return corort::unsafe_send(std::ref(object));
}

using corort::auto_reset_event;
using corort::barrier;
using corort::event;
using corort::latch;
using corort::mutex;
using corort::semaphore;
using corort::shared_mutex;
using corort::spawn;
using corort::task;
namespace sim = corort::sim;

using handles = std::vector<corort::join_handle<>>;

/// Stops the first \p count of \p all, then joins all.
task<std::size_t> stop_some(handles &all, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    co_await corort::yield();
    all[i].abort();
  }
  std::size_t ended = 0;
  for (auto &handle : all)
    if (!co_await test::was_stopped(handle))
      ++ended;
  sim::check(ended >= all.size() - count);
  co_return ended;
}

/// `body(tasks)` starts so many. With \p few of them it has all orders, with
/// one more those in which they seldom take turns before they must, and with
/// five some.
template <class Body> void try_orders(Body body, int few) {
  const sim::result all = sim::exhaust([&] { return body(few); });
  EXPECT_TRUE(all.ok()) << all.text();
  const sim::result most =
      sim::exhaust([&] { return body(few + 1); }, {.preemptions = 1});
  EXPECT_TRUE(most.ok()) << most.text();
  const sim::result some = sim::run_seeds(2'000, [&] { return body(5); });
  EXPECT_TRUE(some.ok()) << some.text();
}

task<> lock_alone(mutex &m, bool &taken) {
  auto held = co_await m.lock();
  sim::check(!std::exchange(taken, true));
  test::at_exit leave([&] { taken = false; });
  co_await corort::yield();
}

task<> mutex_body(int tasks) {
  mutex m;
  bool taken = false;
  handles all;
  for (int i = 0; i < tasks; ++i)
    all.push_back(spawn(lock_alone, by_ref(m), by_ref(taken)));
  co_await stop_some(all, (all.size() + 1) / 2);
  sim::check(m.try_lock().has_value());
}

TEST(SyncSim, Mutex) { try_orders(mutex_body, 2); }

/// Whichever is free first; the other one is given up.
task<> lock_either(mutex &a, mutex &b, int &inside) {
  auto held = co_await corort::select(a.lock(), b.lock());
  ++inside;
  test::at_exit leave([&] { --inside; });
  sim::check(inside <= 2);
  co_await corort::yield();
}

task<> select_body(int tasks) {
  mutex a, b;
  int inside = 0;
  handles all;
  for (int i = 0; i < tasks; ++i)
    all.push_back(
        spawn(lock_either, by_ref(a), by_ref(b), by_ref(inside)));
  // So that they have to wait for both.
  auto first = a.try_lock();
  auto second = b.try_lock();
  co_await corort::yield();
  first.reset();
  second.reset();
  co_await stop_some(all, (all.size() + 1) / 2);
  sim::check(a.try_lock() && b.try_lock());
}

TEST(SyncSim, SelectOfMutexes) {
  const sim::result all = sim::exhaust([] { return select_body(1); });
  EXPECT_TRUE(all.ok()) << all.text();
  const sim::result some = sim::run_seeds(2'000, [] { return select_body(3); });
  EXPECT_TRUE(some.ok()) << some.text();
}

task<> take_permits(semaphore &s, std::size_t count, std::size_t &inside) {
  auto permits = co_await s.acquire(count);
  inside += count;
  sim::check(inside <= 2);
  test::at_exit leave([&, count] { inside -= count; });
  co_await corort::yield();
}

task<> semaphore_body(int tasks) {
  semaphore s(2);
  std::size_t inside = 0;
  handles all;
  for (int i = 0; i < tasks; ++i)
    all.push_back(
        spawn(take_permits, by_ref(s), i % 2 ? 1u : 2u, by_ref(inside)));
  co_await stop_some(all, (all.size() + 1) / 2);
  sim::check(s.available() == 2);
}

TEST(SyncSim, Semaphore) { try_orders(semaphore_body, 2); }

task<> wait_for(event &e, int &passed) {
  co_await e.wait();
  ++passed;
}

task<> event_body(int tasks) {
  event e;
  int passed = 0;
  handles all;
  for (int i = 0; i < tasks; ++i)
    all.push_back(spawn(wait_for, by_ref(e), by_ref(passed)));
  auto setter = spawn([&]() -> task<> {
    e.set();
    co_return;
  });
  const std::size_t ended = co_await stop_some(all, (all.size() + 1) / 2);
  co_await setter;
  sim::check(passed == static_cast<int>(ended));
}

TEST(SyncSim, Event) { try_orders(event_body, 1); }

task<> wait_for_one(auto_reset_event &e, int &passed) {
  co_await e.wait();
  ++passed;
}

/// It is set once: one of them passes, or the next one would.
task<> auto_reset_event_body(int tasks) {
  auto_reset_event e;
  int passed = 0;
  handles all;
  for (int i = 0; i < tasks; ++i)
    all.push_back(spawn(wait_for_one, by_ref(e), by_ref(passed)));
  auto setter = spawn([&]() -> task<> {
    e.set();
    co_return;
  });
  co_await stop_some(all, all.size());
  co_await setter;
  sim::check(passed + e.try_wait() == 1);
}

TEST(SyncSim, AutoResetEvent) { try_orders(auto_reset_event_body, 1); }

task<> read(shared_mutex &m, int &readers, int &writers) {
  auto held = co_await m.lock_shared();
  ++readers;
  test::at_exit leave([&] { --readers; });
  sim::check(writers == 0);
  co_await corort::yield();
}

task<> write(shared_mutex &m, int &readers, int &writers) {
  auto held = co_await m.lock();
  ++writers;
  test::at_exit leave([&] { --writers; });
  sim::check(readers == 0 && writers == 1);
  co_await corort::yield();
}

task<> shared_mutex_body(int tasks) {
  shared_mutex m;
  int readers = 0;
  int writers = 0;
  handles all;
  for (int i = 0; i < tasks; ++i)
    all.push_back(spawn(i % 2 ? read : write, by_ref(m), by_ref(readers),
                        by_ref(writers)));
  co_await stop_some(all, (all.size() + 1) / 2);
  sim::check(m.try_lock().has_value());
}

TEST(SyncSim, SharedMutex) { try_orders(shared_mutex_body, 2); }

task<> arrive_at(latch &l) { co_await l.arrive_and_wait(); }

task<> latch_body(int tasks) {
  latch l(static_cast<std::size_t>(tasks));
  handles all;
  for (int i = 0; i < tasks; ++i)
    all.push_back(spawn(arrive_at, by_ref(l)));
  co_await stop_some(all, (all.size() + 1) / 2);
  sim::check(l.try_wait());
}

TEST(SyncSim, Latch) { try_orders(latch_body, 2); }

/// Those who are stopped drop out; the others meet until the end.
task<> meet(barrier &b, int &phase) {
  test::at_exit drop([&] { b.arrive_and_drop(); });
  for (int i = 0; i < 2; ++i) {
    const int before = phase;
    if (co_await b.arrive_and_wait())
      ++phase;
    sim::check(phase <= before + 1);
  }
}

task<> barrier_body(int tasks) {
  barrier b(static_cast<std::size_t>(tasks));
  int phase = 0;
  handles all;
  for (int i = 0; i < tasks; ++i)
    all.push_back(spawn(meet, by_ref(b), by_ref(phase)));
  co_await stop_some(all, (all.size() + 1) / 2);
}

TEST(SyncSim, Barrier) { try_orders(barrier_body, 2); }

} // namespace
