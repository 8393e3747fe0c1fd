/// \file
/// event and auto_reset_event: who passes, when, and that stopping those who
/// wait loses no set.

#include "sync_support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::auto_reset_event;
using corort::event;
using corort::scheduler;
using corort::spawn;
using corort::task;

TEST(Event, LetsEverybodyPassOnceSet) {
  test::run_alone([]() -> task<> {
    event e;
    int passed = 0;
    auto wait = [&]() -> task<> {
      co_await e.wait();
      ++passed;
    };
    std::vector<corort::join_handle<>> all;
    for (int i = 0; i < 3; ++i)
      all.push_back(co_await test::begin(wait));
    EXPECT_EQ(passed, 0);
    e.set();
    EXPECT_EQ(passed, 0); // Not resumed on our stack.
    co_await test::join(all);
    EXPECT_EQ(passed, 3);
    co_await e.wait(); // Nor need others wait.
    EXPECT_TRUE(e.is_set());
  });
}

TEST(Event, WaitsAgainOnceReset) {
  test::run_alone([]() -> task<> {
    event e(true);
    co_await e.wait();
    e.reset();
    EXPECT_FALSE(e.is_set());
    int passed = 0;
    auto wait = [&]() -> task<> {
      co_await e.wait();
      ++passed;
    };
    auto first = co_await test::begin(wait);
    e.set();
    e.reset(); // Those who waited pass all the same.
    auto second = co_await test::begin(wait);
    co_await first;
    EXPECT_EQ(passed, 1);
    e.set();
    co_await second;
    EXPECT_EQ(passed, 2);
  });
}

TEST(Event, StoppedWaiterLeavesTheQueue) {
  test::run_alone([]() -> task<> {
    event e;
    int passed = 0;
    auto wait = [&]() -> task<> {
      co_await e.wait();
      ++passed;
    };
    auto a = co_await test::begin(wait);
    auto b = co_await test::begin(wait);
    auto not_begun = spawn(wait);
    a.abort();
    not_begun.abort();
    EXPECT_TRUE(co_await test::was_stopped(a));
    EXPECT_TRUE(co_await test::was_stopped(not_begun));
    e.set();
    co_await b;
    EXPECT_EQ(passed, 1);
  });
}

TEST(Event, DestroyedWaitersLeaveTheQueue) {
  event e;
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto wait = [&]() -> task<> { co_await e.wait(); };
    auto body = [&]() -> task<> {
      for (int i = 0; i < 3; ++i)
        (co_await test::begin(wait)).detach();
    };
    corort::block_on(world, body());
  }
  e.set();
}

TEST(EventStress, WhatWasWrittenBeforeIsSeen) {
  test::run_on_four([]() -> task<> {
    for (int round = 0; round < 2'000; ++round) {
      event e;
      int written = 0;
      auto read = [&]() -> task<> {
        co_await e.wait();
        EXPECT_EQ(written, 1);
      };
      std::vector<corort::join_handle<>> all;
      for (int i = 0; i < 4; ++i)
        all.push_back(spawn(read));
      if (round % 2)
        co_await corort::yield();
      written = 1;
      e.set();
      co_await test::join(all);
    }
  });
}

TEST(EventStress, StopsRaceWithSet) {
  std::atomic<int> passed = 0;
  int joined = 0;
  test::run_on_four([&]() -> task<> {
    for (int round = 0; round < 2'000; ++round) {
      event e;
      auto wait = [&]() -> task<> {
        co_await e.wait();
        ++passed;
      };
      auto set = [&]() -> task<> {
        e.set();
        co_return;
      };
      std::vector<corort::join_handle<>> all;
      for (int i = 0; i < 4; ++i)
        all.push_back(spawn(wait));
      for (int i = 0; i < round % 4; ++i)
        co_await corort::yield();
      auto setter = spawn(set);
      all[0].abort();
      all[2].abort();
      for (auto &handle : all)
        if (!co_await test::was_stopped(handle))
          ++joined;
      co_await setter;
    }
  });
  EXPECT_EQ(passed, joined);
  EXPECT_GE(joined, 2 * 2'000);
}

TEST(AutoResetEvent, LetsOnePassEachTimeItIsSet) {
  test::run_alone([]() -> task<> {
    auto_reset_event e;
    std::string order;
    auto wait = [&](char name) -> task<> {
      co_await e.wait();
      order += name;
    };
    std::vector<corort::join_handle<>> all;
    for (char name : {'a', 'b', 'c'})
      all.push_back(co_await test::begin(wait, name));
    e.set();
    EXPECT_EQ(order, "");       // Not resumed on our stack,
    EXPECT_FALSE(e.try_wait()); // but it has passed.
    co_await test::settle();
    EXPECT_EQ(order, "a");
    e.set();
    e.set();
    co_await test::join(all);
    EXPECT_EQ(order.size(), 3u);
  });
}

TEST(AutoResetEvent, StaysSetForTheNextOne) {
  test::run_alone([]() -> task<> {
    auto_reset_event e;
    e.set();
    e.set(); // Adds nothing.
    co_await e.wait();
    EXPECT_FALSE(e.try_wait());
    e.set();
    EXPECT_TRUE(e.try_wait());
    e.set();
    e.reset();
    EXPECT_FALSE(e.try_wait());
  });
}

TEST(AutoResetEvent, StoppedWaiterLeavesItToTheNextOne) {
  test::run_alone([]() -> task<> {
    auto_reset_event e;
    std::string order;
    auto wait = [&](char name) -> task<> {
      co_await e.wait();
      order += name;
    };
    auto a = co_await test::begin(wait, 'a');
    auto b = co_await test::begin(wait, 'b');
    auto not_begun = spawn(wait, 'n');
    not_begun.abort();
    EXPECT_TRUE(co_await test::was_stopped(not_begun));
    a.abort();
    EXPECT_TRUE(co_await test::was_stopped(a));
    e.set();
    co_await b;
    EXPECT_EQ(order, "b");
    EXPECT_FALSE(e.try_wait());
  });
}

TEST(AutoResetEvent, WaiterDestroyedOnItsTurnPassesItOn) {
  for (bool setter_first : {true, false}) {
    auto_reset_event e;
    {
      scheduler world({.threads = 1, .manual_time = true});
      auto wait = [&]() -> task<> { co_await e.wait(); };
      auto sleep = [&]() -> task<> {
        test::at_exit set([&] { e.set(); });
        co_await corort::sleep_for(1h);
      };
      auto body = [&]() -> task<> {
        if (setter_first)
          (co_await test::begin(sleep)).detach();
        for (int i = 0; i < 3; ++i)
          (co_await test::begin(wait)).detach();
        if (!setter_first)
          (co_await test::begin(sleep)).detach();
      };
      corort::block_on(world, body());
    }
    EXPECT_TRUE(e.try_wait());
  }
}

TEST(AutoResetEventStress, ProducerAndConsumerMissNothing) {
  auto_reset_event changed;
  std::atomic<int> made = 0;
  constexpr int all = 2 * 20'000;
  auto produce = [&]() -> task<> {
    for (int i = 0; i < all / 2; ++i) {
      made.fetch_add(1, std::memory_order_relaxed);
      changed.set();
      if (i % 64 == 0)
        co_await corort::yield();
    }
  };
  auto consume = [&]() -> task<> {
    while (made.load(std::memory_order_relaxed) < all)
      co_await changed.wait();
  };
  test::run_on_four([&]() -> task<> {
    auto consumer = spawn(consume);
    auto first = spawn(produce);
    auto second = spawn(produce);
    co_await first;
    co_await second;
    co_await consumer;
  });
}

TEST(AutoResetEventStress, StopsRaceWithSet) {
  test::run_on_four([]() -> task<> {
    for (int round = 0; round < 3'000; ++round) {
      auto_reset_event e;
      std::atomic<int> passed = 0;
      auto wait = [&]() -> task<> {
        co_await e.wait();
        ++passed;
      };
      auto set = [&]() -> task<> {
        e.set();
        co_return;
      };
      auto a = spawn(wait);
      auto b = spawn(wait);
      for (int i = 0; i < round % 4; ++i)
        co_await corort::yield();
      auto setter = spawn(set);
      a.abort();
      co_await setter;
      co_await test::was_stopped(a);
      b.abort();
      co_await test::was_stopped(b);
      // It was set once: one has passed, or may still.
      EXPECT_EQ(passed + (e.try_wait() ? 1 : 0), 1);
    }
  });
}

TEST(EventDeathTest, DestroyedWithWaiters) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto destroy = []<class Event>(std::optional<Event> e) {
    test::run_alone([&]() -> task<> {
      e.emplace();
      auto wait = [&]() -> task<> { co_await e->wait(); };
      auto waits = co_await test::begin(wait);
      e.reset();
      co_await waits;
    });
  };
  EXPECT_DEATH(destroy(std::optional<event>()),
               "event destroyed while tasks wait for it");
  EXPECT_DEATH(destroy(std::optional<auto_reset_event>()),
               "auto_reset_event destroyed while tasks wait for it");
}

} // namespace
