/// \file
/// stream: values on demand, exceptions, and clean-up wherever it ends.

#include "support.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::scheduler;
using corort::spawn;
using corort::stream;
using corort::task;

stream<int> count(int to) {
  for (int i = 0; i < to; ++i)
    co_yield i;
}

TEST(Stream, GivesValuesAndEnds) {
  test::run_alone([]() -> task<> {
    auto numbers = count(3);
    for (int i = 0; i < 3; ++i) {
      int *n = co_await numbers.next();
      EXPECT_TRUE(n && *n == i);
    }
    EXPECT_EQ(co_await numbers.next(), nullptr);
    EXPECT_EQ(co_await numbers.next(), nullptr); // Still ended.
    auto none = count(0);
    EXPECT_EQ(co_await none.next(), nullptr);
  });
}

TEST(Stream, RunsOnlyWhenAsked) {
  test::run_alone([]() -> task<> {
    std::string log;
    auto make = [&]() -> stream<int> {
      log += 'a';
      co_yield 1;
      log += 'b';
      co_yield 2;
      log += 'c';
    };
    auto s = make();
    EXPECT_EQ(log, "");
    (void)co_await s.next();
    EXPECT_EQ(log, "a");
    (void)co_await s.next();
    EXPECT_EQ(log, "ab");
    (void)co_await s.next();
    EXPECT_EQ(log, "abc");
  });
}

stream<std::unique_ptr<int>> boxes() {
  co_yield std::make_unique<int>(1);
  auto second = std::make_unique<int>(2);
  co_yield std::move(second);
}

TEST(Stream, MovesWhatOnlyMoves) {
  test::run_alone([]() -> task<> {
    auto s = boxes();
    std::unique_ptr<int> first = std::move(*co_await s.next());
    std::unique_ptr<int> second = std::move(*co_await s.next());
    EXPECT_EQ(*first + *second, 3);
  });
}

stream<std::string> greetings() {
  std::string kept = "a greeting that is too long for the small buffer";
  co_yield kept; // A copy, since it is used again.
  co_yield kept;
  co_yield "converted";
}

TEST(Stream, CopiesWhatIsNamed) {
  test::run_alone([]() -> task<> {
    auto s = greetings();
    const std::string first = std::move(*co_await s.next());
    EXPECT_EQ(*co_await s.next(), first);
    EXPECT_EQ(*co_await s.next(), "converted");
  });
}

stream<int> waits_between(int to) {
  for (int i = 0; i < to; ++i) {
    co_await corort::sleep_for(1s);
    co_yield i;
    co_await corort::yield();
  }
}

TEST(Stream, AwaitsLikeATask) {
  test::run_alone([]() -> task<> {
    std::vector<int> got;
    auto consume = [&]() -> task<> {
      auto s = waits_between(3);
      while (int *n = co_await s.next())
        got.push_back(*n);
    };
    auto consumer = spawn(consume());
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(got.size(), i);
      co_await test::settle();
      co_await test::pass(1s);
    }
    co_await consumer;
    EXPECT_EQ(got, (std::vector{0, 1, 2}));
  });
}

TEST(Stream, AnotherTaskMayGoOnWithIt) {
  scheduler two({.threads = 2});
  auto first = [](stream<int> s) -> task<stream<int>> {
    EXPECT_EQ(*co_await s.next(), 0);
    co_await corort::yield();
    co_return s;
  };
  auto body = [&]() -> task<> {
    auto rest = co_await corort::spawn(first(count(3)));
    EXPECT_EQ(*co_await rest.next(), 1);
    EXPECT_EQ(*co_await rest.next(), 2);
    EXPECT_EQ(co_await rest.next(), nullptr);
  };
  block_on(two, body());
}

stream<int> fails_after(int n) {
  for (int i = 0; i < n; ++i)
    co_yield i;
  throw std::runtime_error("no more");
}

TEST(Stream, ThrowsOnceAndHasEnded) {
  test::run_alone([]() -> task<> {
    auto s = fails_after(1);
    EXPECT_EQ(*co_await s.next(), 0);
    EXPECT_THROW((void)co_await s.next(), std::runtime_error);
    EXPECT_EQ(co_await s.next(), nullptr);
  });
}

stream<int> holds(test::counted thing) {
  auto kept = std::move(thing);
  for (int i = 0;; ++i)
    co_yield i;
}

TEST(Stream, EarlyEndCleansUp) {
  int alive = 0;
  test::run_alone([&]() -> task<> {
    {
      auto never_asked = holds(test::counted(alive));
      EXPECT_EQ(alive, 1);
    }
    EXPECT_EQ(alive, 0);
    {
      auto s = holds(test::counted(alive));
      EXPECT_EQ(*co_await s.next(), 0);
      EXPECT_EQ(*co_await s.next(), 1);
      EXPECT_EQ(alive, 1);
    }
    EXPECT_EQ(alive, 0);
  });
}

stream<int> waits_for_ever(test::counted thing) {
  auto kept = std::move(thing);
  co_yield 0;
  co_await corort::sleep_for(1h);
}

TEST(StreamCancel, ConsumerThatIsStoppedInsideTakesItAlong) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    auto consume = [&]() -> task<> {
      auto s = waits_for_ever(test::counted(alive));
      while (co_await s.next()) {
      }
      ADD_FAILURE();
    };
    auto consumer = spawn(consume());
    co_await test::settle();
    EXPECT_EQ(alive, 1);
    consumer.abort();
    EXPECT_THROW(co_await consumer, corort::task_cancelled);
    EXPECT_EQ(alive, 0);
  });
}

TEST(StreamCancel, SchedulerGoesWhileItWaits) {
  int alive = 0;
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto consume = [&]() -> task<> {
      auto s = waits_for_ever(test::counted(alive));
      while (co_await s.next()) {
      }
    };
    auto body = [&]() -> task<> {
      spawn(consume()).detach();
      co_await test::settle();
    };
    block_on(world, body());
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(StreamStress, StoppedAnywhere) {
  scheduler four({.threads = 4});
  auto yields = []() -> stream<int> {
    for (int i = 0;; ++i) {
      co_await corort::yield();
      co_yield i;
    }
  };
  auto consume = [&]() -> task<> {
    auto s = yields();
    for (int i = 0;; ++i)
      EXPECT_EQ(*co_await s.next(), i);
  };
  auto body = [&]() -> task<> {
    for (int round = 0; round < 500; ++round) {
      auto consumer = spawn(consume());
      for (int i = 0; i < round % 8; ++i)
        co_await corort::yield();
      consumer.abort();
      EXPECT_THROW(co_await consumer, corort::task_cancelled);
    }
  };
  block_on(four, body());
}

TEST(StreamDeathTest, NextOfAMovedFromStreamEndsTheProgram) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        auto s = count(1);
        auto other = std::move(s);
        (void)s.next(); // NOLINT(bugprone-use-after-move)
      },
      "next\\(\\) of a stream that was moved from");
}

} // namespace
