/// \file
/// select, timeout, scope, with and try_when_all in every order: small bodies
/// exhaustively, larger ones in thousands of orders, each stopped at every
/// place where it can wait.

#include "corort/sim.hpp"
#include "sync_support.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <utility>

namespace {

using namespace std::chrono_literals;
using corort::expected;
using corort::mutex;
using corort::scope;
using corort::sleep_for;
using corort::spawn;
using corort::task;
using corort::yield;
namespace sim = corort::sim;

/// What a body keeps count of.
struct counts {
  int alive = 0;
  int cleaned = 0;
  int used = 0;
};

/// Waits for the lock, then for its turn.
task<int> step(mutex &m, counts &c, int value) {
  ++c.alive;
  test::at_exit leave([&] { --c.alive; });
  auto held = co_await m.lock();
  co_await yield();
  co_return value;
}

using work = std::function<task<>(mutex &, counts &)>;

/// Runs \p what in a task that is asked to stop at some time.
task<> stop_it(const work &what) {
  mutex m;
  counts c;
  auto handle = spawn(what(m, c));
  co_await yield();
  handle.abort();
  co_await test::was_stopped(handle);
  sim::check(c.alive == 0);
  sim::check(c.cleaned >= c.used);
  sim::check(m.try_lock().has_value());
}

/// Runs it to its end.
task<> finish_it(const work &what) {
  mutex m;
  counts c;
  co_await what(m, c);
  sim::check(c.alive == 0);
  sim::check(c.cleaned >= c.used);
  sim::check(m.try_lock().has_value());
}

void try_orders(const work &what, unsigned preemptions = 2) {
  for (auto run : {stop_it, finish_it}) {
    auto body = [&] { return run(what); };
    const sim::result most = sim::exhaust(body, {.preemptions = preemptions});
    EXPECT_TRUE(most.ok()) << most.text();
    const sim::result some = sim::run_seeds(1'000, body);
    EXPECT_TRUE(some.ok()) << some.text();
    const sim::result late = sim::run_seeds(1'000, body, {.busy_time = true});
    EXPECT_TRUE(late.ok()) << late.text();
  }
  const sim::result swept = sim::sweep([&] { return finish_it(what); });
  EXPECT_TRUE(swept.ok()) << swept.text();
}

TEST(StructureSim, SelectOfTasks) {
  try_orders([](mutex &m, counts &c) -> task<> {
    auto first = co_await corort::select(step(m, c, 0), step(m, c, 1));
    sim::check(c.alive == 0);
    sim::check(first.index() == 0 ? std::get<0>(first) == 0
                                  : std::get<1>(first) == 1);
  });
}

TEST(StructureSim, SelectOfOperationsAndATask) {
  try_orders([](mutex &m, counts &c) -> task<> {
    auto first =
        co_await corort::select(m.lock(), sleep_for(1ms), step(m, c, 2));
    sim::check(c.alive == 0);
    sim::check(first.index() != 0 || !m.try_lock());
  });
}

TEST(StructureSim, SelectInSelect) {
  try_orders(
      [](mutex &m, counts &c) -> task<> {
        co_await corort::select(corort::select(step(m, c, 0), m.lock()),
                                corort::when_all(step(m, c, 1), step(m, c, 2)));
        sim::check(c.alive == 0);
      },
      1);
}

TEST(StructureSim, Timeout) {
  try_orders([](mutex &m, counts &c) -> task<> {
    auto late = [](mutex &lock, counts &n) -> task<int> {
      co_await sleep_for(1ms);
      co_return co_await step(lock, n, 1);
    };
    auto r = co_await corort::timeout(1ms, late(m, c));
    sim::check(c.alive == 0);
    sim::check(!r.has_value() || *r == 1);
    (void)co_await corort::timeout(1ms, m.lock());
  });
}

task<> child(mutex &m, counts &c) { (void)co_await step(m, c, 0); }

TEST(StructureSim, Scope) {
  try_orders(
      [](mutex &m, counts &c) -> task<> {
        ++c.alive;
        test::at_exit leave([&] { sim::check(--c.alive == 0); });
        auto children = co_await corort::open_scope();
        children.spawn(child(m, c));
        children.spawn(child(m, c));
        co_await yield();
        co_await children.join();
        sim::check(c.alive == 1);
      },
      1);
}

TEST(StructureSim, ScopeWhoseChildrenStartMoreAndThrow) {
  try_orders(
      [](mutex &m, counts &c) -> task<> {
        auto throws = [](mutex &lock, counts &n) -> task<> {
          (void)co_await step(lock, n, 0);
          throw std::runtime_error("child");
        };
        auto body = [&](scope &children) -> task<> {
          children.spawn(child(m, c));
          co_await yield();
          children.spawn(throws(m, c));
        };
        bool threw = false;
        auto scoped = corort::with_scope(body);
        try {
          co_await std::move(scoped);
        } catch (const std::runtime_error &) {
          threw = true;
        }
        sim::check(threw);
        sim::check(c.alive == 0);
      },
      1);
}

TEST(StructureSim, JoinThatLosesARace) {
  try_orders(
      [](mutex &m, counts &c) -> task<> {
        auto children = co_await corort::open_scope();
        children.spawn(child(m, c));
        co_await corort::select(children.join(), yield());
        children.stop();
        co_await children.join();
        sim::check(c.alive == 0);
      },
      1);
}

TEST(StructureSim, With) {
  try_orders([](mutex &m, counts &c) -> task<> {
    auto use = [&](counts &n) -> task<int> {
      ++n.used;
      co_return co_await step(m, n, 1);
    };
    auto clean = [&](counts &n) -> task<> {
      auto held = co_await m.lock();
      co_await yield();
      ++n.cleaned;
    };
    // A reference, so that the counts are the body's own.
    auto by_reference = [&](std::reference_wrapper<counts> &n) {
      return use(n);
    };
    auto clean_reference = [&](std::reference_wrapper<counts> &n) {
      return clean(n);
    };
    auto r = co_await corort::timeout(
        1ms, corort::with(std::ref(c), by_reference, clean_reference));
    // One that is stopped before it begins is cleaned up after, too.
    sim::check(c.cleaned >= c.used && c.cleaned <= 1);
    sim::check(!r.has_value() || *r == 1);
  });
}

TEST(StructureSim, TryWhenAll) {
  try_orders([](mutex &m, counts &c) -> task<> {
    auto part = [](mutex &lock, counts &n,
                   int value) -> task<expected<int, int>> {
      const int got = co_await step(lock, n, value);
      if (got < 0)
        co_return corort::unexpected(got);
      co_return got;
    };
    auto all = co_await corort::try_when_all(part(m, c, 1), part(m, c, -2));
    sim::check(all == corort::unexpected(-2));
    sim::check(c.alive == 0);
  });
}

TEST(StructureSim, WhenAllOfScopes) {
  try_orders(
      [](mutex &m, counts &c) -> task<> {
        auto owner = [](mutex &lock, counts &n) -> task<> {
          auto children = co_await corort::open_scope();
          children.spawn(child(lock, n));
          co_await children.join();
        };
        co_await corort::when_all(owner(m, c), corort::masked(owner(m, c)));
        sim::check(c.alive == 0);
      },
      1);
}

} // namespace
