/// \file
/// What holds when work is asked to stop: docs/cancellation.md, for the core.
/// Over 400 lines: one case for each thing a task can be stopped at.

#include "support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::fork_all;
using corort::join_handle;
using corort::masked;
using corort::mutex;
using corort::open_scope;
using corort::scheduler;
using corort::sleep_for;
using corort::spawn;
using corort::task;
using corort::task_cancelled;
using corort::when_all;
using corort::yield;

task<> never() { co_await sleep_for(std::chrono::hours(1'000)); }

/// Whether joining \p handle throws `task_cancelled`.
template <class T> task<bool> was_cancelled(join_handle<T> handle) {
  try {
    (void)co_await handle;
  } catch (const task_cancelled &) {
    co_return true;
  }
  co_return false;
}

/// Adds its name to a log when it goes.
struct logs {
  std::string &log;
  char name;
  logs(std::string &l, char n) noexcept : log(l), name(n) {}
  logs(const logs &) = delete;
  logs &operator=(const logs &) = delete;
  ~logs() { log += name; }
};

/// Aborts a task that waits in \p wait, which must not come back.
void stops_in(std::function<task<>()> wait) {
  test::run_alone([&]() -> task<> {
    std::string log;
    auto inner = [&]() -> task<> {
      logs here(log, 'i');
      co_await wait();
      log += '!';
    };
    auto outer = [&]() -> task<> {
      logs here(log, 'o');
      co_await inner();
      log += '!';
    };
    auto handle = spawn(outer());
    co_await test::settle();
    EXPECT_FALSE(handle.done());
    handle.abort();
    handle.abort(); // Once is as good as twice.
    EXPECT_EQ(log, "");
    EXPECT_TRUE(co_await was_cancelled(std::move(handle)));
    EXPECT_EQ(log, "io");
  });
}

TEST(Abort, InASleep) { stops_in(never); }

TEST(Abort, InALock) {
  mutex m;
  auto held = *m.try_lock();
  stops_in([&]() -> task<> { auto second = co_await m.lock(); });
  held.unlock();
  EXPECT_TRUE(m.try_lock());
}

TEST(Abort, InAJoinDetachesWhatIsJoined) {
  stops_in([]() -> task<> {
    auto other = spawn(never());
    co_await other;
  });
}

TEST(Abort, InAYield) {
  test::run_alone([]() -> task<> {
    int rounds = 0;
    auto spins = [&]() -> task<> {
      for (;;) {
        co_await yield();
        ++rounds;
      }
    };
    auto handle = spawn(spins());
    co_await test::settle();
    handle.abort();
    const int before = rounds;
    EXPECT_TRUE(co_await was_cancelled(std::move(handle)));
    EXPECT_LE(rounds, before + 1); // It was queued, so it runs once more.
  });
}

TEST(Abort, InAWhenAll) {
  stops_in([]() -> task<> { co_await when_all(never(), never()); });
  stops_in([]() -> task<> { co_await fork_all(never(), never()); });
  stops_in([]() -> task<> {
    std::vector<task<>> many;
    for (int i = 0; i < 5; ++i)
      many.push_back(when_all(never(), never()));
    co_await when_all(std::move(many));
  });
}

TEST(Abort, InAWhenAllOfWhichSomeHaveEnded) {
  stops_in([]() -> task<> {
    auto ends = []() -> task<int> { co_return 1; };
    co_await when_all(ends(), never(), ends());
  });
}

/// Holds the one thread for blocking calls until it is opened.
class gate {
public:
  void wait() {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void wait_for_visitor() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_; });
  }
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool waiting_ = false;
  bool open_ = false;
};

TEST(Abort, OfABlockingCallThatHasNotBegun) {
  scheduler world({.threads = 1, .blocking_threads = 1, .manual_time = true});
  gate g;
  bool called = false;
  auto body = [&]() -> task<> {
    auto first = corort::spawn_blocking([&] { g.wait(); });
    auto second = corort::spawn_blocking([&] { called = true; });
    second.abort();
    EXPECT_TRUE(co_await was_cancelled(std::move(second)));
    g.open();
    co_await first;
  };
  block_on(world, body());
  EXPECT_FALSE(called);
}

TEST(Abort, OfABlockingCallUnderWayTakesEffectAfterIt) {
  scheduler world({.threads = 1, .manual_time = true});
  gate g;
  bool called = false;
  auto body = [&]() -> task<> {
    auto call = corort::spawn_blocking([&] {
      g.wait();
      called = true;
      return 3;
    });
    g.wait_for_visitor();
    call.abort();
    g.open();
    EXPECT_TRUE(co_await was_cancelled(std::move(call)));
    EXPECT_TRUE(called);
  };
  block_on(world, body());
}

TEST(Abort, BeforeItStartsStopsAtTheFirstSuspension) {
  test::run_alone([]() -> task<> {
    std::string log;
    auto work = [&]() -> task<> {
      log += 'a';
      co_await yield();
      log += 'b';
    };
    auto handle = spawn(work());
    handle.abort();
    EXPECT_TRUE(co_await was_cancelled(std::move(handle)));
    EXPECT_EQ(log, "a");
  });
}

TEST(Abort, OfATaskThatNeverWaits) {
  test::run_alone([]() -> task<> {
    auto work = []() -> task<int> {
      mutex m;
      auto held = co_await m.lock(); // Free, so it does not wait.
      co_return 5;
    };
    auto handle = spawn(work());
    handle.abort();
    const int value = co_await handle;
    EXPECT_EQ(value, 5);
  });
}

TEST(Abort, AfterItsEndChangesNothing) {
  test::run_alone([]() -> task<> {
    auto work = []() -> task<int> { co_return 5; };
    auto handle = spawn(work());
    co_await test::settle();
    EXPECT_TRUE(handle.done());
    handle.abort();
    const int value = co_await handle;
    EXPECT_EQ(value, 5);
    handle.abort(); // Of an empty one.
  });
}

TEST(Abort, WhileItRuns) {
  test::run_alone([]() -> task<> {
    std::string log;
    join_handle<> self;
    auto work = [&]() -> task<> {
      logs here(log, 'w');
      EXPECT_FALSE(co_await corort::this_task::stop_requested());
      self.abort();
      EXPECT_TRUE(co_await corort::this_task::stop_requested());
      log += 'a';
      co_await yield();
      log += 'b';
    };
    self = spawn(work());
    co_await test::settle();
    EXPECT_TRUE(co_await was_cancelled(std::move(self)));
    EXPECT_EQ(log, "aw");
  });
}

TEST(Abort, NobodyCatchesIt) {
  test::run_alone([]() -> task<> {
    std::string log;
    auto work = [&]() -> task<> {
      try {
        logs here(log, 'd');
        co_await never();
      } catch (...) {
        log += 'c';
      }
      log += '!';
    };
    auto handle = spawn(work());
    co_await test::settle();
    handle.abort();
    EXPECT_TRUE(co_await was_cancelled(std::move(handle)));
    EXPECT_EQ(log, "d");
  });
}

TEST(Abort, WhatHasCompletedReachesTheTask) {
  test::run_alone([]() -> task<> {
    mutex m;
    bool got = false;
    auto work = [&]() -> task<> {
      auto held = co_await m.lock();
      got = true;
      co_await yield();
      ADD_FAILURE() << "went on";
    };
    auto held = co_await m.lock();
    auto handle = spawn(work());
    co_await test::settle();
    held.unlock();
    handle.abort();
    EXPECT_TRUE(co_await was_cancelled(std::move(handle)));
    EXPECT_TRUE(got);
    EXPECT_TRUE(m.try_lock());
  });
}

TEST(Abort, OfADetachedJoinerKeepsTheJoined) {
  test::run_alone([]() -> task<> {
    bool ended = false;
    auto work = [&]() -> task<> {
      co_await sleep_for(1ms);
      ended = true;
    };
    auto joins = [&]() -> task<> {
      auto inner = spawn(work());
      co_await inner;
    };
    auto handle = spawn(joins());
    co_await test::settle();
    handle.abort();
    EXPECT_TRUE(co_await was_cancelled(std::move(handle)));
    co_await test::pass(1ms);
    EXPECT_TRUE(ended);
  });
}

TEST(Abort, DoesNotReachSpawnedTasks) {
  test::run_alone([]() -> task<> {
    bool ended = false;
    auto work = [&]() -> task<> {
      co_await sleep_for(1ms);
      ended = true;
    };
    auto parent = [&]() -> task<> {
      spawn(work()).detach();
      co_await never();
    };
    auto handle = spawn(parent());
    co_await test::settle();
    handle.abort();
    EXPECT_TRUE(co_await was_cancelled(std::move(handle)));
    co_await test::pass(1ms);
    EXPECT_TRUE(ended);
  });
}

// A branch that has stopped must let go of what it owns although its sibling
// still runs: the sibling may wait for it.
TEST(Abort, StoppedBranchesDoNotWaitForEachOther) {
  test::run_alone([]() -> task<> {
    mutex m;
    bool cleaned = false;
    auto holds = [&]() -> task<> {
      auto held = co_await m.lock();
      co_await never();
    };
    auto locks = [&]() -> task<> { auto held = co_await m.lock(); };
    auto cleans_up = [&]() -> task<> {
      co_await masked(locks());
      cleaned = true;
    };
    auto both = [&]() -> task<> { co_await when_all(holds(), cleans_up()); };
    auto first = spawn(both());
    co_await test::settle();
    first.abort();
    EXPECT_TRUE(co_await was_cancelled(std::move(first)));
    EXPECT_TRUE(cleaned);

    cleaned = false;
    auto either = [&]() -> task<> {
      co_await corort::select(holds(), cleans_up());
      co_await yield(); // The clean-up has won.
    };
    auto second = spawn(either());
    co_await test::settle();
    second.abort();
    EXPECT_TRUE(co_await was_cancelled(std::move(second)));
    EXPECT_TRUE(cleaned);
  });
}

TEST(Abort, ScopesInBranches) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    auto child = [&]() -> task<> {
      test::counted here(alive);
      co_await never();
    };
    auto owner = [&]() -> task<> {
      auto children = co_await open_scope();
      children.spawn(child());
      co_await child();
    };
    auto deeper = [&]() -> task<> { co_await owner(); };
    auto all = [&]() -> task<> {
      co_await when_all(owner(), owner(), deeper());
    };
    auto handle = spawn(all());
    co_await test::settle();
    EXPECT_EQ(alive, 6);
    handle.abort();
    EXPECT_TRUE(co_await was_cancelled(std::move(handle)));
    EXPECT_EQ(alive, 0);
  });
}

TEST(Shutdown, DestroysWhatWaitsInnerFramesFirst) {
  std::string log;
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto inner = [&]() -> task<> {
      logs here(log, 'i');
      co_await never();
    };
    auto outer = [&]() -> task<> {
      logs here(log, 'o');
      co_await inner();
    };
    auto body = [&]() -> task<> {
      spawn(outer()).detach();
      co_await test::settle();
    };
    block_on(world, body());
    EXPECT_EQ(log, "");
  }
  EXPECT_EQ(log, "io");
}

TEST(Shutdown, OfEveryKindOfBranch) {
  int alive = 0;
  mutex m;
  auto held = *m.try_lock();
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto child = [&]() -> task<> {
      test::counted here(alive);
      co_await never();
    };
    auto owner = [&]() -> task<> {
      auto children = co_await open_scope();
      children.spawn(child());
      co_await child();
    };
    auto joins = [&]() -> task<> {
      auto other = spawn(child());
      co_await other;
    };
    auto locks = [&]() -> task<> {
      auto second = co_await corort::timeout(1h, m.lock());
    };
    auto scoped = [&](corort::scope &s) -> task<> {
      s.spawn(owner());
      co_await fork_all(owner(), owner());
    };
    auto all = [&]() -> task<> {
      co_await when_all(owner(), joins(), locks(), masked(owner()),
                        corort::with_scope(scoped));
    };
    auto body = [&]() -> task<> {
      spawn(all()).detach();
      auto stopped = spawn(all());
      co_await test::settle();
      stopped.abort();
      stopped.detach();
    };
    block_on(world, body());
    EXPECT_NE(alive, 0);
  }
  EXPECT_EQ(alive, 0);
  held.unlock();
  EXPECT_TRUE(m.try_lock());
}

TEST(Shutdown, AnAbortThatHasNotTakenEffect) {
  int alive = 0;
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto work = [&]() -> task<> {
      test::counted here(alive);
      co_await never();
    };
    auto body = [&]() -> task<> {
      auto one = spawn(work());
      auto two = spawn(work());
      co_await test::settle();
      one.abort();
      one.detach();
      two.detach();
    };
    block_on(world, body());
  }
  EXPECT_EQ(alive, 0);
}

/// Aborts tasks that do \p work, at all kinds of moments, from other tasks and
/// from a thread that is no worker. \returns how many were stopped in time.
int race_aborts(int rounds, std::function<task<>(int)> work) {
  scheduler four({.threads = 4});
  std::atomic<int> cancelled{0};
  std::atomic<int> ended{0};
  auto abort_some = [&](int seed) -> task<> {
    for (int i = 0; i < rounds; ++i) {
      auto handle = spawn(work, i + seed);
      for (int n = 0; n < (i + seed) % 5; ++n)
        co_await yield();
      handle.abort();
      (co_await was_cancelled(std::move(handle)) ? cancelled : ended)
          .fetch_add(1, std::memory_order_relaxed);
    }
  };
  auto body = [&]() -> task<> {
    std::vector<join_handle<>> all;
    for (int t = 0; t < 4; ++t)
      all.push_back(spawn(abort_some, t));
    for (auto &handle : all)
      co_await handle;
  };
  std::thread outside([&] {
    for (int i = 0; i < rounds; ++i) {
      auto handle = corort::spawn_on(four, work, i);
      handle.abort();
      const bool was = corort::block_on(four, was_cancelled(std::move(handle)));
      (was ? cancelled : ended).fetch_add(1, std::memory_order_relaxed);
    }
  });
  block_on(four, body());
  outside.join();
  EXPECT_EQ(cancelled.load() + ended.load(), 5 * rounds);
  return cancelled.load();
}

/// Lives in frames.
class live {
public:
  explicit live(std::atomic<int> &count) noexcept : count_(count) {
    count_.fetch_add(1, std::memory_order_relaxed);
  }
  live(const live &) = delete;
  live &operator=(const live &) = delete;
  ~live() { count_.fetch_sub(1, std::memory_order_relaxed); }

private:
  std::atomic<int> &count_;
};

TEST(AbortStress, Sleeps) {
  std::atomic<int> alive{0};
  race_aborts(2'000, [&](int i) -> task<> {
    live here(alive);
    co_await sleep_for(std::chrono::microseconds(i % 3));
    co_await sleep_for(std::chrono::microseconds(1));
  });
  EXPECT_EQ(alive.load(), 0);
}

TEST(AbortStress, Locks) {
  std::atomic<int> alive{0};
  mutex m;
  int inside = 0;
  race_aborts(2'000, [&](int i) -> task<> {
    live here(alive);
    auto held = co_await m.lock();
    EXPECT_EQ(++inside, 1);
    if (i % 2 == 0) {
      --inside;
      co_await yield();
    } else {
      --inside;
    }
  });
  EXPECT_EQ(alive.load(), 0);
  EXPECT_TRUE(m.try_lock());
}

TEST(AbortStress, Joins) {
  std::atomic<int> alive{0};
  race_aborts(2'000, [&](int i) -> task<> {
    live here(alive);
    auto work = [](std::atomic<int> &count, int n) -> task<> {
      live there(count);
      for (; n > 0; --n)
        co_await yield();
    };
    auto inner = spawn(work(alive, i % 4));
    co_await inner;
  });
  // What was detached has ended with its scheduler.
  EXPECT_EQ(alive.load(), 0);
}

TEST(AbortStress, Branches) {
  std::atomic<int> alive{0};
  mutex m;
  auto part = [&](int i) -> task<> {
    live here(alive);
    if (i % 3 == 0)
      co_await yield();
    auto held = co_await m.lock();
    if (i % 3 == 1)
      co_await yield();
  };
  race_aborts(1'000, [&](int i) -> task<> {
    live here(alive);
    co_await when_all(part(i), part(i + 1), part(i + 2));
    co_await fork_all(part(i + 2), when_all(part(i), part(i + 1)));
  });
  EXPECT_EQ(alive.load(), 0);
  EXPECT_TRUE(m.try_lock());
}

TEST(AbortStress, BlockingCalls) {
  std::atomic<int> alive{0};
  race_aborts(500, [&](int) -> task<> {
    live here(alive);
    auto call = corort::spawn_blocking([] { return 1; });
    call.abort();
    (void)co_await was_cancelled(std::move(call));
  });
  EXPECT_EQ(alive.load(), 0);
}

TEST(AbortStress, Scopes) {
  std::atomic<int> alive{0};
  mutex m;
  race_aborts(1'000, [&](int i) -> task<> {
    live here(alive);
    auto children = co_await open_scope();
    auto child = [&]() -> task<> {
      live there(alive);
      co_await yield();
      auto held = co_await m.lock();
    };
    for (int n = 0; n < i % 4; ++n)
      children.spawn(child());
    if (i % 2 == 0)
      co_await yield();
    co_await children.join();
  });
  EXPECT_EQ(alive.load(), 0);
  EXPECT_TRUE(m.try_lock());
}

TEST(AbortStress, ShutdownInTheMiddle) {
  std::atomic<int> alive{0};
  for (int round = 0; round < 50; ++round) {
    mutex m;
    auto part = [&](int i) -> task<> {
      live here(alive);
      for (;;) {
        auto held = co_await m.lock();
        co_await sleep_for(std::chrono::microseconds(1 + i % 3));
      }
    };
    auto work = [&](int i) -> task<> {
      live here(alive);
      auto children = co_await open_scope();
      children.spawn(part(i));
      co_await corort::select(when_all(part(i), part(i + 1)),
                              corort::timeout(5us, part(i + 2)));
      children.stop();
      co_await children.join();
    };
    auto body = [&]() -> task<> {
      for (int i = 0; i < 8; ++i)
        spawn(work, i).detach();
      for (int i = 0; i < round; ++i)
        co_await yield();
    };
    {
      scheduler two({.threads = 2});
      block_on(two, body());
    }
    EXPECT_EQ(alive.load(), 0);
    EXPECT_TRUE(m.try_lock());
  }
}

} // namespace
