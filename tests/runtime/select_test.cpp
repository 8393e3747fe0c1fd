/// \file
/// select: who wins, what becomes of the others, and that nothing is lost.
/// Over 400 lines: each kind of arm, as winner and as loser.

#include "support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::mutex;
using corort::scheduler;
using corort::select;
using corort::sleep_for;
using corort::spawn;
using corort::task;
using corort::when_all;

task<int> later(std::chrono::nanoseconds delay, int value) {
  co_await sleep_for(delay);
  co_return value;
}

task<int> at_once(int value) { co_return value; }

task<> never() { co_await sleep_for(std::chrono::hours(1'000)); }

/// Runs \p body in virtual time that jumps whenever all tasks wait.
template <class Body> auto run_in_time(Body body) {
  return test::run_alone([body]() -> task<> {
    auto handle = spawn(body());
    while (!handle.done())
      co_await test::pass(1ms);
    co_await handle;
  });
}

TEST(Select, GivesTheValueOfTheFirstToEnd) {
  run_in_time([]() -> task<> {
    auto first = co_await select(later(3ms, 3), later(1ms, 1), later(2ms, 2));
    EXPECT_EQ(first.index(), 1u);
    EXPECT_EQ(std::get<1>(first), 1);
  });
}

TEST(Select, AnArmThatEndsAtOnceIsTheOnlyOneStarted) {
  test::run_alone([]() -> task<> {
    bool started = false;
    auto other = [&]() -> task<> {
      started = true;
      co_return;
    };
    auto first = co_await select(at_once(1), other());
    EXPECT_EQ(first.index(), 0u);
    EXPECT_FALSE(started);
  });
}

TEST(Select, StartsInOrder) {
  run_in_time([]() -> task<> {
    std::string order;
    auto arm = [&](char name, std::chrono::nanoseconds delay) -> task<> {
      order += name;
      co_await sleep_for(delay);
    };
    co_await select(arm('a', 3ms), arm('b', 2ms), arm('c', 5ms));
    EXPECT_EQ(order, "abc");
  });
}

TEST(Select, LosersAreGoneBeforeItReturns) {
  run_in_time([]() -> task<> {
    int alive = 0;
    auto loser = [&]() -> task<> {
      test::counted outer(alive);
      auto inner = [&]() -> task<> {
        test::counted local(alive);
        co_await never();
      };
      co_await inner();
    };
    co_await select(loser(), later(1ms, 1), loser());
    EXPECT_EQ(alive, 0);
  });
}

TEST(Select, WaitsForLosersThatAreBusy) {
  test::run_alone([]() -> task<> {
    bool over = false;
    auto busy = [&]() -> task<> {
      while (!co_await corort::this_task::stop_requested())
        co_await corort::yield();
      over = true; // It did not wait again, so nothing stopped it.
    };
    auto first = co_await select(busy(), at_once(1));
    EXPECT_EQ(first.index(), 1u);
    EXPECT_TRUE(over);
  });
}

TEST(Select, ExceptionOfTheWinnerPasses) {
  run_in_time([]() -> task<> {
    auto throws = []() -> task<int> {
      co_await sleep_for(1ms);
      throw std::runtime_error("first");
    };
    EXPECT_THROW(
        {
          auto both = select(throws(), never());
          co_await std::move(both);
        },
        std::runtime_error);
  });
}

TEST(Select, ExceptionOfALoserIsDropped) {
  run_in_time([]() -> task<> {
    auto loser = []() -> task<int> {
      co_await corort::masked(later(3ms, 0)); // Can't be stopped here.
      throw std::runtime_error("late");
    };
    auto first = co_await select(loser(), later(1ms, 7));
    EXPECT_EQ(std::get<1>(first), 7);
  });
}

TEST(Select, TakesVoidReferencesAndMoveOnly) {
  test::run_alone([]() -> task<> {
    int target = 0;
    auto refers = [&]() -> task<int &> { co_return target; };
    auto owns = []() -> task<std::unique_ptr<int>> {
      co_return std::make_unique<int>(5);
    };
    auto a = co_await select(refers(), never());
    EXPECT_EQ(&std::get<0>(a).get(), &target);
    auto b = co_await select(never(), owns());
    EXPECT_EQ(*std::get<1>(b), 5);
  });
}

TEST(Select, OfOneArm) {
  run_in_time([]() -> task<> {
    auto only = co_await select(later(1ms, 9));
    EXPECT_EQ(std::get<0>(only), 9);
  });
}

TEST(Select, OfOperations) {
  run_in_time([]() -> task<> {
    mutex m;
    auto held = co_await m.lock();
    auto late = co_await select(m.lock(), sleep_for(1ms));
    EXPECT_EQ(late.index(), 1u);
    held.unlock();
    auto free = co_await select(m.lock(), sleep_for(1ms));
    EXPECT_EQ(free.index(), 0u);
    EXPECT_TRUE(std::get<0>(free).owns_lock());
    EXPECT_FALSE(m.try_lock());
  });
}

TEST(Select, OfAHandle) {
  run_in_time([]() -> task<> {
    auto quick = spawn(later(1ms, 4));
    auto won = co_await select(quick, sleep_for(5ms));
    EXPECT_EQ(std::get<0>(won), 4);
    auto slow = spawn(later(9ms, 4));
    auto lost = co_await select(std::move(slow), sleep_for(5ms));
    EXPECT_EQ(lost.index(), 1u);
  });
}

/// An awaitable that knows nothing of corort: it ends when it is told.
struct foreign_event {
  std::coroutine_handle<> waiter;
  struct awaiter {
    foreign_event &event;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) noexcept { event.waiter = h; }
    int await_resume() const noexcept { return 3; }
  };
  awaiter operator co_await() noexcept { return {*this}; }
};

TEST(Select, OfForeignAwaitables) {
  test::run_alone([]() -> task<> {
    foreign_event event;
    auto tell = [&]() -> task<> {
      co_await corort::yield();
      event.waiter.resume();
    };
    auto teller = spawn(tell());
    auto first = co_await select(event, never());
    EXPECT_EQ(std::get<0>(first), 3);
    co_await teller;
  });
}

TEST(Select, WaitsForAForeignLoser) {
  test::run_alone([]() -> task<> {
    foreign_event event;
    bool over = false;
    auto race = [&]() -> task<> {
      auto first = co_await select(event, at_once(1));
      EXPECT_EQ(first.index(), 1u);
      over = true;
    };
    auto racing = spawn(race());
    co_await test::settle();
    EXPECT_FALSE(over);
    event.waiter.resume();
    co_await racing;
    EXPECT_TRUE(over);
  });
}

TEST(Select, Nests) {
  run_in_time([]() -> task<> {
    auto outer =
        co_await select(select(later(5ms, 1), later(2ms, 2)), later(3ms, 3));
    EXPECT_EQ(outer.index(), 0u);
    EXPECT_EQ(std::get<1>(std::get<0>(outer)), 2);

    int alive = 0;
    auto slow = [&]() -> task<> {
      test::counted here(alive);
      co_await never();
    };
    auto quick = co_await select(select(slow(), slow()), later(1ms, 3));
    EXPECT_EQ(quick.index(), 1u);
    EXPECT_EQ(alive, 0);
  });
}

TEST(Select, InsideAndAroundWhenAll) {
  run_in_time([]() -> task<> {
    int alive = 0;
    auto slow = [&]() -> task<> {
      test::counted here(alive);
      co_await never();
    };
    auto [a, b] = co_await when_all(select(slow(), later(2ms, 1)),
                                    select(later(1ms, 2), slow()));
    EXPECT_EQ(std::get<1>(a), 1);
    EXPECT_EQ(std::get<0>(b), 2);
    auto c =
        co_await select(when_all(slow(), slow(), later(1ms, 1)), later(2ms, 5));
    EXPECT_EQ(std::get<1>(c), 5);
    EXPECT_EQ(alive, 0);
  });
}

TEST(Select, AbortStopsAllArmsInsideOut) {
  test::run_alone([]() -> task<> {
    std::string log;
    struct logs {
      std::string &log;
      char name;
      ~logs() { log += name; }
    };
    auto arm = [&](char outer_name, char inner_name) -> task<> {
      logs outer{log, outer_name};
      auto inner = [&]() -> task<> {
        logs here{log, inner_name};
        co_await never();
      };
      co_await inner();
    };
    auto race = [&]() -> task<> {
      logs owner{log, 'o'};
      co_await select(arm('B', 'a'), arm('D', 'c'));
    };
    auto handle = spawn(race());
    co_await test::settle();
    handle.abort();
    EXPECT_EQ(log, ""); // Only asked.
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_TRUE(log == "aBcDo" || log == "cDaBo") << log;
  });
}

TEST(Select, AbortBeforeItStartsItsArms) {
  test::run_alone([]() -> task<> {
    bool started = false;
    auto arm = [&]() -> task<> {
      started = true;
      co_await never();
    };
    auto race = [&]() -> task<> { co_await select(arm(), arm()); };
    auto handle = spawn(race());
    handle.abort();
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_FALSE(started);
  });
}

TEST(Select, WhatIsDecidedReachesATaskThatIsStopped) {
  test::run_alone([]() -> task<> {
    mutex m;
    bool got = false;
    bool past = false;
    auto race = [&]() -> task<> {
      auto first = co_await select(m.lock(), never());
      got = first.index() == 0;
      co_await corort::yield();
      past = true;
    };
    auto held = co_await m.lock();
    auto handle = spawn(race());
    co_await test::settle();
    held.unlock();  // The lock is the task's own now,
    handle.abort(); // although it does not know yet.
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_TRUE(got);
    EXPECT_FALSE(past);
    EXPECT_TRUE(m.try_lock());
  });
}

TEST(Select, SchedulerDestroyedInTheMiddle) {
  int alive = 0;
  mutex m;
  auto held = *m.try_lock();
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto arm = [&]() -> task<> {
      test::counted here(alive);
      co_await sleep_for(1h);
    };
    auto race = [&]() -> task<> {
      co_await select(arm(), m.lock(), sleep_for(1h), select(arm(), arm()),
                      when_all(arm(), arm()));
    };
    auto body = [&]() -> task<> {
      spawn(race()).detach();
      spawn(race()).detach();
      co_await test::settle();
    };
    block_on(world, body());
    EXPECT_EQ(alive, 10);
  }
  EXPECT_EQ(alive, 0);
  held.unlock();
  EXPECT_TRUE(m.try_lock());
}

TEST(SelectStress, OneWinnerAndNothingLost) {
  scheduler four({.threads = 4});
  mutex m;
  std::atomic<int> inside{0};
  std::atomic<int> wins{0};
  auto work = [&](int seed) -> task<> {
    for (int i = 0; i < 2'000; ++i) {
      // Three ways to the lock; one must win, and it must be the only one.
      auto locks = [&]() -> task<mutex::guard> {
        if ((i + seed) % 3 == 0)
          co_await corort::yield();
        co_return co_await m.lock();
      };
      auto first = co_await select(m.lock(), m.lock(), locks());
      EXPECT_EQ(inside.fetch_add(1), 0);
      if ((i + seed) % 5 == 0)
        co_await corort::yield();
      inside.fetch_sub(1);
      wins.fetch_add(1, std::memory_order_relaxed);
      static_cast<void>(first);
    }
  };
  auto body = [&]() -> task<> {
    std::vector<corort::join_handle<>> all;
    for (int t = 0; t < 6; ++t)
      all.push_back(spawn(work, t));
    for (auto &handle : all)
      co_await handle;
  };
  block_on(four, body());
  EXPECT_EQ(wins.load(), 12'000);
  EXPECT_TRUE(m.try_lock());
}

TEST(SelectStress, AbortAgainstCompletion) {
  scheduler four({.threads = 4});
  mutex m;
  std::atomic<int> alive{0};
  struct lives {
    std::atomic<int> &count;
    explicit lives(std::atomic<int> &c) : count(c) { ++count; }
    ~lives() { --count; }
  };
  auto work = [&]() -> task<> {
    lives here(alive);
    for (;;) {
      auto inner = [&]() -> task<> {
        lives there(alive);
        auto first = co_await select(m.lock(), sleep_for(1us));
        co_await corort::yield();
        static_cast<void>(first);
      };
      co_await select(inner(), inner(), sleep_for(20us));
    }
  };
  auto body = [&]() -> task<> {
    for (int round = 0; round < 300; ++round) {
      std::vector<corort::join_handle<>> all;
      for (int t = 0; t < 4; ++t)
        all.push_back(spawn(work));
      for (int i = 0; i < round % 7; ++i)
        co_await corort::yield();
      for (auto &handle : all) {
        handle.abort();
        bool cancelled = false;
        try {
          co_await handle;
        } catch (const corort::task_cancelled &) {
          cancelled = true;
        }
        EXPECT_TRUE(cancelled);
      }
    }
  };
  block_on(four, body());
  EXPECT_EQ(alive.load(), 0);
  EXPECT_TRUE(m.try_lock());
}

} // namespace
