/// \file
/// scope: children end before their owner, however either of them ends.
/// Over 400 lines: each way of ending, for the owner and for the children.

#include "support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::mutex;
using corort::open_scope;
using corort::scheduler;
using corort::scope;
using corort::sleep_for;
using corort::spawn;
using corort::task;
using corort::with_scope;

/// Runs \p body in virtual time that passes whenever all tasks wait.
template <class Body> void run_in_time(Body body) {
  test::run_alone([body]() -> task<> {
    auto handle = spawn(body());
    while (!handle.done())
      co_await test::pass(1ms);
    co_await handle;
  });
}

task<> never() { co_await sleep_for(std::chrono::hours(1'000)); }

task<> throw_after(std::chrono::nanoseconds delay, const char *what) {
  co_await sleep_for(delay);
  throw std::runtime_error(what);
}

TEST(Scope, JoinWaitsForAllChildren) {
  run_in_time([]() -> task<> {
    int ended = 0;
    auto child = [&](std::chrono::nanoseconds delay) -> task<> {
      co_await sleep_for(delay);
      ++ended;
    };
    auto children = co_await open_scope();
    for (int i = 0; i < 5; ++i)
      children.spawn(child, i * 1ms);
    children.spawn(child(7ms));
    co_await children.join();
    EXPECT_EQ(ended, 6);
  });
}

TEST(Scope, EmptyOneNeedsNoJoin) {
  test::run_alone([]() -> task<> {
    auto children = co_await open_scope();
    auto other = co_await open_scope();
    co_await other.join();
  });
}

TEST(Scope, CanBeUsedAgainAfterJoin) {
  run_in_time([]() -> task<> {
    int ended = 0;
    auto child = [&]() -> task<> {
      co_await corort::yield();
      ++ended;
    };
    auto children = co_await open_scope();
    children.spawn(child());
    co_await children.join();
    children.spawn(child());
    co_await children.join();
    EXPECT_EQ(ended, 2);
  });
}

TEST(Scope, ChildrenStartChildren) {
  run_in_time([]() -> task<> {
    struct tree {
      static task<> grow(scope &in, int depth, int &leaves) {
        if (depth == 0) {
          ++leaves;
          co_return;
        }
        in.spawn(grow(in, depth - 1, leaves));
        in.spawn(grow(in, depth - 1, leaves));
        co_await corort::yield();
      }
    };
    int leaves = 0;
    auto children = co_await open_scope();
    children.spawn(tree::grow(children, 6, leaves));
    co_await children.join();
    EXPECT_EQ(leaves, 64);
  });
}

TEST(Scope, FirstExceptionStopsTheSiblingsAndIsRethrown) {
  run_in_time([]() -> task<> {
    int alive = 0;
    auto sibling = [&]() -> task<> {
      test::counted here(alive);
      co_await never();
    };
    std::string what;
    auto children = co_await open_scope();
    children.spawn(sibling());
    children.spawn(throw_after(2ms, "second"));
    children.spawn(throw_after(1ms, "first"));
    children.spawn(sibling());
    try {
      co_await children.join();
    } catch (const std::runtime_error &e) {
      what = e.what();
    }
    EXPECT_EQ(what, "first");
    EXPECT_EQ(alive, 0);
  });
}

TEST(Scope, StopAsksTheChildren) {
  run_in_time([]() -> task<> {
    int alive = 0;
    bool started = false;
    auto child = [&]() -> task<> {
      test::counted here(alive);
      co_await never();
    };
    auto late = [&]() -> task<> {
      started = true;
      co_return;
    };
    auto children = co_await open_scope();
    children.spawn(child());
    children.spawn(child());
    co_await test::settle();
    children.stop();
    children.stop();
    children.spawn(late()); // Is not started any more.
    EXPECT_EQ(alive, 2);
    co_await children.join();
    EXPECT_EQ(alive, 0);
    EXPECT_FALSE(started);
  });
}

TEST(Scope, AbortOfTheOwnerAsksTheChildrenAtOnce) {
  test::run_alone([]() -> task<> {
    std::string log;
    struct logs {
      std::string &log;
      char name;
      ~logs() { log += name; }
    };
    auto child = [&]() -> task<> {
      logs here{log, 'c'};
      co_await never();
    };
    // The owner waits for something other than its children.
    auto owner = [&]() -> task<> {
      logs here{log, 'o'};
      auto children = co_await open_scope();
      children.spawn(child());
      children.spawn(child());
      co_await never();
    };
    auto handle = spawn(owner());
    co_await test::settle();
    handle.abort();
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_EQ(log, "cco");
  });
}

TEST(Scope, AbortWhileItIsJoined) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    auto child = [&]() -> task<> {
      test::counted here(alive);
      co_await never();
    };
    auto owner = [&]() -> task<> {
      auto children = co_await open_scope();
      children.spawn(child());
      auto inner = co_await open_scope();
      inner.spawn(child());
      co_await inner.join();
    };
    auto handle = spawn(owner());
    co_await test::settle();
    handle.abort();
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_EQ(alive, 0);
  });
}

TEST(Scope, ChildrenMayUseLocalsOfAnOwnerThatIsStopped) {
  test::run_alone([]() -> task<> {
    bool seen = false;
    auto owner = [&]() -> task<> {
      std::string local = "still here, and long enough to be on the heap";
      auto child = [&]() -> task<> {
        co_await corort::masked(test::settle());
        seen = local.size() == 45;
      };
      auto children = co_await open_scope();
      children.spawn(child());
      co_await children.join();
    };
    auto handle = spawn(owner());
    co_await corort::yield();
    handle.abort();
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_TRUE(seen);
  });
}

TEST(Scope, OpenedByATaskThatWasStopped) {
  test::run_alone([]() -> task<> {
    bool started = false;
    auto child = [&]() -> task<> {
      started = true;
      co_return;
    };
    auto owner = [&]() -> task<> {
      auto children = co_await open_scope();
      children.spawn(child());
      co_await children.join();
      ADD_FAILURE() << "joined";
    };
    auto handle = spawn(owner());
    handle.abort(); // Before it runs: it stops where it first waits.
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_FALSE(started);
  });
}

TEST(Scope, JoinCanLoseARace) {
  run_in_time([]() -> task<> {
    bool ended = false;
    auto child = [&]() -> task<> {
      co_await sleep_for(5ms);
      ended = true;
    };
    auto children = co_await open_scope();
    children.spawn(child());
    auto early = co_await corort::timeout(1ms, children.join());
    EXPECT_FALSE(early.has_value());
    EXPECT_FALSE(ended);
    co_await children.join();
    EXPECT_TRUE(ended);
  });
}

TEST(Scope, InABranchThatLoses) {
  run_in_time([]() -> task<> {
    int alive = 0;
    auto child = [&]() -> task<> {
      test::counted here(alive);
      co_await never();
    };
    auto owner = [&]() -> task<> {
      auto children = co_await open_scope();
      children.spawn(child());
      children.spawn(child());
      co_await corort::when_all(child(), child());
    };
    auto first = co_await corort::select(owner(), sleep_for(2ms), owner());
    EXPECT_EQ(first.index(), 1u);
    EXPECT_EQ(alive, 0);
  });
}

TEST(WithScope, RunsTheBodyAndJoins) {
  run_in_time([]() -> task<> {
    int ended = 0;
    auto body = [&](scope &children) -> task<> {
      for (int i = 0; i < 3; ++i)
        children.spawn([&]() -> task<> {
          co_await sleep_for(2ms);
          ++ended;
        });
      co_await sleep_for(1ms);
      ++ended;
    };
    co_await with_scope(body);
    EXPECT_EQ(ended, 4);
  });
}

TEST(WithScope, ExceptionOfTheBodyStopsTheChildren) {
  run_in_time([]() -> task<> {
    int alive = 0;
    auto body = [&](scope &children) -> task<> {
      children.spawn([&]() -> task<> {
        test::counted here(alive);
        co_await never();
      });
      co_await sleep_for(1ms);
      throw std::runtime_error("body");
    };
    std::string what;
    auto scoped = with_scope(body);
    try {
      co_await std::move(scoped);
    } catch (const std::runtime_error &e) {
      what = e.what();
    }
    EXPECT_EQ(what, "body");
    EXPECT_EQ(alive, 0);
  });
}

TEST(WithScope, ExceptionOfAChildStopsTheBody) {
  run_in_time([]() -> task<> {
    auto body = [&](scope &children) -> task<> {
      children.spawn(throw_after(1ms, "child"));
      co_await never();
    };
    auto scoped = with_scope(body);
    EXPECT_THROW(co_await std::move(scoped), std::runtime_error);
  });
}

TEST(Scope, SchedulerDestroyedInTheMiddle) {
  int alive = 0;
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto child = [&]() -> task<> {
      test::counted here(alive);
      auto grandchildren = co_await open_scope();
      grandchildren.spawn([&]() -> task<> {
        test::counted there(alive);
        co_await never();
      });
      co_await grandchildren.join();
    };
    auto owner = [&](bool stopped) -> task<> {
      auto children = co_await open_scope();
      children.spawn(child());
      children.spawn(corort::masked(child()));
      co_await test::settle();
      if (stopped)
        children.stop();
      co_await corort::select(
          corort::when_all(never(), corort::masked(child())), child());
    };
    auto body = [&]() -> task<> {
      auto stopped = spawn(owner(false));
      spawn(owner(true)).detach();
      spawn(owner(false)).detach();
      co_await test::settle();
      stopped.abort();
      stopped.detach();
      co_await test::settle();
    };
    block_on(world, body());
    EXPECT_NE(alive, 0);
  }
  EXPECT_EQ(alive, 0);
}

TEST(ScopeDeathTest, DestroyedWithChildrenEndsTheProgram) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        test::run_alone([]() -> task<> {
          auto children = co_await open_scope();
          children.spawn(never());
        });
      },
      "scope destroyed before its children have ended");
}

class live {
public:
  explicit live(std::atomic<int> &count) noexcept : count_(count) { ++count_; }
  live(const live &) = delete;
  live &operator=(const live &) = delete;
  ~live() { --count_; }

private:
  std::atomic<int> &count_;
};

TEST(ScopeStress, ManyChildren) {
  scheduler four({.threads = 4});
  auto body = []() -> task<> {
    for (int round = 0; round < 200; ++round) {
      std::atomic<int> ended{0};
      auto child = [&]() -> task<> {
        co_await corort::yield();
        ended.fetch_add(1, std::memory_order_relaxed);
      };
      auto children = co_await open_scope();
      for (int i = 0; i < 50; ++i)
        children.spawn(child());
      co_await children.join();
      EXPECT_EQ(ended.load(std::memory_order_relaxed), 50);
    }
  };
  block_on(four, body());
}

TEST(ScopeStress, StopsAgainstEnds) {
  scheduler four({.threads = 4});
  std::atomic<int> alive{0};
  mutex m;
  auto owner = [&](int seed) -> task<> {
    live here(alive);
    auto children = co_await open_scope();
    auto child = [&](int i) -> task<> {
      live there(alive);
      for (int n = 0; n < i; ++n)
        co_await corort::yield();
      auto held = co_await m.lock();
      if ((seed + i) % 7 == 0)
        throw std::runtime_error("one of them");
      if ((seed + i) % 5 == 0)
        children.stop();
      co_await sleep_for(10us);
    };
    for (int i = 0; i < 6; ++i)
      children.spawn(child, i);
    std::exception_ptr failure;
    try {
      co_await children.join();
    } catch (const std::runtime_error &) {
      failure = std::current_exception();
    }
    co_await children.join();
  };
  auto body = [&]() -> task<> {
    for (int round = 0; round < 500; ++round) {
      auto a = spawn(owner, round);
      auto b = spawn(owner, round + 3);
      for (int i = 0; i < round % 11; ++i)
        co_await corort::yield();
      if (round % 2 == 0)
        a.abort();
      try {
        co_await a;
      } catch (const corort::task_cancelled &) {
      }
      co_await b;
    }
  };
  block_on(four, body());
  EXPECT_EQ(alive.load(), 0);
  EXPECT_TRUE(m.try_lock());
}

} // namespace
