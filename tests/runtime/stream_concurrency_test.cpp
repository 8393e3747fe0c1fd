/// \file
/// buffered and merge: order, how many at a time, early ends, stopping.

#include "support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using namespace corort::streams;
using corort::block_on;
using corort::open_scope;
using corort::scheduler;
using corort::spawn;
using corort::stream;
using corort::task;

stream<int> count(int to) {
  for (int i = 0; i < to; ++i)
    co_yield i;
}

TEST(Buffered, RunsSoManyAtATimeAndKeepsTheOrder) {
  test::run_alone([]() -> task<> {
    int running = 0;
    int most = 0;
    // The later ones are quicker.
    auto work = [&](int i) -> task<int> {
      most = std::max(most, ++running);
      co_await corort::sleep_for((20 - i) * 1ms);
      --running;
      co_return i;
    };
    auto consume = [&]() -> task<std::vector<int>> {
      auto children = co_await open_scope();
      auto got =
          co_await collect(count(10) | map(work) | buffered(children, 3));
      co_await children.join();
      co_return got;
    };
    auto consumer = spawn(consume());
    for (int i = 0; i < 100; ++i)
      co_await test::pass(1ms);
    const auto got = co_await consumer;
    EXPECT_EQ(got, (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    EXPECT_EQ(most, 3);
  });
}

TEST(Buffered, GivesResultsWhileTheSourceWaits) {
  test::run_alone([]() -> task<> {
    auto children = co_await open_scope();
    auto [tx, rx] = corort::channel<int>(8);
    auto twice = [](int i) -> task<int> { co_return 2 * i; };
    auto results =
        receiver_stream(std::move(rx)) | map(twice) | buffered(children, 4);
    EXPECT_TRUE(tx.try_send(1));
    EXPECT_EQ(*co_await results.next(), 2);
    EXPECT_TRUE(tx.try_send(2));
    EXPECT_EQ(*co_await results.next(), 4);
    { auto last = std::move(tx); }
    EXPECT_EQ(co_await results.next(), nullptr);
    co_await children.join();
  });
}

TEST(Buffered, ExceptionsComeInTheirPlace) {
  test::run_alone([]() -> task<> {
    auto children = co_await open_scope();
    auto fails = [](int i) -> task<int> {
      co_await corort::yield();
      co_return i != 1 ? i : throw std::runtime_error("one");
    };
    auto results = count(3) | map(fails) | buffered(children, 2);
    EXPECT_EQ(*co_await results.next(), 0);
    EXPECT_THROW((void)co_await results.next(), std::runtime_error);
    EXPECT_EQ(co_await results.next(), nullptr);

    auto bad_source = []() -> stream<int> {
      co_yield 5;
      throw std::logic_error("source");
    };
    auto same = [](int i) -> task<int> { co_return i; };
    auto more = bad_source() | map(same) | buffered(children, 2);
    EXPECT_EQ(*co_await more.next(), 5);
    EXPECT_THROW((void)co_await more.next(), std::logic_error);
    co_await children.join();
  });
}

TEST(Buffered, EarlyEndStartsNoMore) {
  test::run_alone([]() -> task<> {
    int started = 0;
    int alive = 0;
    auto children = co_await open_scope();
    auto work = [&](int i) -> task<int> {
      test::counted local(alive);
      ++started;
      co_await corort::sleep_for(1ms);
      co_return i;
    };
    {
      auto results = count(100) | map(work) | buffered(children, 3);
      auto first = [&]() -> task<int> { co_return *co_await results.next(); };
      auto waits = spawn(first());
      co_await test::settle();
      co_await test::pass(1ms);
      EXPECT_EQ(co_await waits, 0);
    }
    const int before = started;
    co_await test::pass(1ms);
    co_await test::pass(1ms);
    co_await children.join();
    EXPECT_LE(started, before + 1); // One was just being started.
    EXPECT_EQ(alive, 0);
  });
}

TEST(Buffered, StoppedConsumerWaitsForItsTasks) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    auto work = [&](int i) -> task<int> {
      test::counted local(alive);
      co_await corort::sleep_for(1h);
      co_return i;
    };
    auto consume = [&]() -> task<> {
      auto children = co_await open_scope();
      co_await collect(count(10) | map(work) | buffered(children, 4));
      co_await children.join();
    };
    auto consumer = spawn(consume());
    co_await test::settle();
    EXPECT_EQ(alive, 4);
    consumer.abort();
    EXPECT_THROW(co_await consumer, corort::task_cancelled);
    EXPECT_EQ(alive, 0);
  });
}

TEST(Buffered, StoppedTasksGiveNoResult) {
  test::run_alone([]() -> task<> {
    auto children = co_await open_scope();
    auto work = [](int i) -> task<int> {
      co_await corort::sleep_for(1h);
      co_return i;
    };
    auto results = count(10) | map(work) | buffered(children, 2);
    auto next = [&]() -> task<> { (void)co_await results.next(); };
    auto waits = spawn(next());
    co_await test::settle();
    children.stop();
    EXPECT_THROW(co_await waits, corort::task_cancelled);
    co_await children.join();
    // Not one is started in it now.
    auto none = count(10) | map(work) | buffered(children, 2);
    EXPECT_THROW((void)co_await none.next(), corort::task_cancelled);
  });
}

stream<int> every(std::chrono::nanoseconds period, int first, int values) {
  for (int i = 0; i < values; ++i) {
    co_await corort::sleep_for(period);
    co_yield first + i;
  }
}

TEST(Merge, GivesEachValueAsSoonAsItIsThere) {
  test::run_alone([]() -> task<> {
    auto consume = []() -> task<std::vector<int>> {
      auto children = co_await open_scope();
      auto got = co_await collect(
          merge(children, every(2ms, 0, 3), every(3ms, 100, 2)));
      co_await children.join();
      co_return got;
    };
    auto consumer = spawn(consume());
    for (int i = 0; i < 20; ++i) {
      co_await test::settle();
      co_await test::pass(1ms);
    }
    auto got = co_await consumer;
    EXPECT_EQ(got.size(), 5u);
    EXPECT_EQ(got[0], 0);
    EXPECT_EQ(got[1], 100);
    EXPECT_EQ(got[2], 1);
  });
}

TEST(Merge, ThrowsWhatAStreamThrows) {
  test::run_alone([]() -> task<> {
    auto children = co_await open_scope();
    auto fails = []() -> stream<int> {
      co_yield 1;
      throw std::runtime_error("end");
    };
    auto merged = merge(children, fails());
    EXPECT_EQ(*co_await merged.next(), 1);
    EXPECT_THROW((void)co_await merged.next(), std::runtime_error);
    co_await children.join();
  });
}

TEST(Merge, EarlyEndEndsTheStreams) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    auto endless = [](test::counted thing) -> stream<int> {
      auto kept = std::move(thing);
      for (int i = 0;; ++i)
        co_yield i;
    };
    auto children = co_await open_scope();
    {
      auto merged = merge(children, endless(test::counted(alive)),
                          endless(test::counted(alive)));
      for (int i = 0; i < 5; ++i)
        EXPECT_NE(co_await merged.next(), nullptr);
    }
    co_await children.join();
    EXPECT_EQ(alive, 0);
  });
}

TEST(Merge, StoppedStreamsAreNotTakenForEnded) {
  test::run_alone([]() -> task<> {
    auto children = co_await open_scope();
    auto merged = merge(children, every(1h, 0, 1), count(1));
    EXPECT_EQ(*co_await merged.next(), 0);
    auto next = [&]() -> task<> { (void)co_await merged.next(); };
    auto waits = spawn(next());
    co_await test::settle();
    children.stop();
    EXPECT_THROW(co_await waits, corort::task_cancelled);
    co_await children.join();
  });
}

TEST(StreamConcurrencyStress, AllArrivesInOrder) {
  scheduler four({.threads = 4});
  auto body = []() -> task<> {
    auto children = co_await open_scope();
    auto work = [](int i) -> task<int> {
      if (i % 3 == 0)
        co_await corort::yield();
      co_return i;
    };
    auto results = count(5'000) | map(work) | buffered(children, 8);
    int expected = 0;
    while (int *i = co_await results.next())
      EXPECT_EQ(*i, expected++);
    EXPECT_EQ(expected, 5'000);
    const auto merged = co_await collect(
        merge(children, count(2'000), count(2'000), count(2'000)));
    EXPECT_EQ(merged.size(), 6'000u);
    co_await children.join();
  };
  block_on(four, body());
}

TEST(StreamConcurrencyStress, StoppedAtAnyTime) {
  scheduler four({.threads = 4});
  std::atomic<int> alive{0};
  auto work = [&](int i) -> task<int> {
    struct held {
      std::atomic<int> &n;
      ~held() { --n; }
    };
    ++alive;
    held local{alive};
    co_await corort::yield();
    co_return i;
  };
  auto consume = [&]() -> task<> {
    auto children = co_await open_scope();
    auto results = merge(children, count(1 << 30), count(1 << 30)) | map(work) |
                   buffered(children, 4);
    while (co_await results.next()) {
    }
    co_await children.join();
  };
  auto body = [&]() -> task<> {
    for (int round = 0; round < 200; ++round) {
      auto consumer = spawn(consume());
      for (int i = 0; i < round % 16; ++i)
        co_await corort::yield();
      consumer.abort();
      EXPECT_THROW(co_await consumer, corort::task_cancelled);
      EXPECT_EQ(alive, 0);
    }
  };
  block_on(four, body());
}

} // namespace
