/// \file
/// Stream adapters: what each gives, how much it asks for, early ends.

#include "support.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using namespace corort::streams;
using corort::spawn;
using corort::stream;
using corort::task;

stream<int> count(int to) {
  for (int i = 0; i < to; ++i)
    co_yield i;
}

TEST(StreamAdapters, MapFilterTakeChain) {
  test::run_alone([]() -> task<> {
    auto odd_squares = count(100) | filter([](int i) { return i % 2 == 1; }) |
                       map([](int i) { return std::to_string(i * i); }) |
                       take(3);
    const auto got = co_await collect(std::move(odd_squares));
    EXPECT_EQ(got, (std::vector<std::string>{"1", "9", "25"}));
  });
}

TEST(StreamAdapters, ThenAwaitsOneAfterTheOther) {
  test::run_alone([]() -> task<> {
    int running = 0;
    auto slow = [&](int i) -> task<int> {
      EXPECT_EQ(++running, 1);
      co_await corort::yield();
      --running;
      co_return 2 * i;
    };
    const auto got = co_await collect(count(3) | then(slow));
    EXPECT_EQ(got, (std::vector{0, 2, 4}));
  });
}

TEST(StreamAdapters, TakeAsksForNoMore) {
  test::run_alone([]() -> task<> {
    int asked = 0;
    int alive = 0;
    auto source = [](int &asked, test::counted thing) -> stream<int> {
      auto kept = std::move(thing);
      for (;;)
        co_yield ++asked;
    };
    auto two = source(asked, test::counted(alive)) | take(2);
    EXPECT_EQ(*co_await two.next(), 1);
    EXPECT_EQ(*co_await two.next(), 2);
    EXPECT_EQ(alive, 1);
    EXPECT_EQ(co_await two.next(), nullptr);
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(alive, 0);
    auto none = count(5) | take(0);
    EXPECT_EQ(co_await none.next(), nullptr);
  });
}

TEST(StreamAdapters, ChunksAreFullButTheLast) {
  test::run_alone([]() -> task<> {
    auto sizes = [](const std::vector<int> &chunk) { return chunk.size(); };
    auto got = co_await collect(count(7) | chunks(3) | map(sizes));
    EXPECT_EQ(got, (std::vector<std::size_t>{3, 3, 1}));
    got = co_await collect(count(6) | chunks(3) | map(sizes));
    EXPECT_EQ(got, (std::vector<std::size_t>{3, 3}));
    got = co_await collect(count(2) | chunks(0) | map(sizes));
    EXPECT_EQ(got, (std::vector<std::size_t>{1, 1}));
    got = co_await collect(count(0) | chunks(3) | map(sizes));
    EXPECT_TRUE(got.empty());
  });
}

TEST(StreamAdapters, ThrottleSpacesValues) {
  test::run_alone([]() -> task<> {
    std::vector<int> got;
    auto note = [&](int i) { got.push_back(i); };
    auto consumer = spawn(for_each(count(3) | throttle(10ms), note));
    co_await test::settle();
    EXPECT_EQ(got.size(), 1u);
    co_await test::pass(9ms);
    EXPECT_EQ(got.size(), 1u);
    co_await test::pass(1ms);
    EXPECT_EQ(got.size(), 2u);
    co_await test::pass(10ms);
    co_await consumer;
    EXPECT_EQ(got, (std::vector{0, 1, 2}));
  });
}

TEST(StreamAdapters, ForEachAwaitsTasks) {
  test::run_alone([]() -> task<> {
    int sum = 0;
    auto add = [&](int i) -> task<> {
      co_await corort::yield();
      sum += i;
    };
    co_await for_each(count(4), add);
    EXPECT_EQ(sum, 6);
  });
}

TEST(StreamAdapters, ValuesThatOnlyMovePassThrough) {
  test::run_alone([]() -> task<> {
    auto box = [](int i) { return std::make_unique<int>(i); };
    auto big = [](const std::unique_ptr<int> &p) { return *p > 1; };
    auto boxes = co_await collect(count(4) | map(box) | filter(big) | take(5));
    EXPECT_EQ(boxes.size(), 2u);
    EXPECT_EQ(*boxes[1], 3);
  });
}

TEST(StreamAdapters, WhatAFunctionThrowsEndsTheStream) {
  test::run_alone([]() -> task<> {
    auto fails = [](int i) -> int {
      return i < 1 ? i : throw std::runtime_error("too much");
    };
    auto s = count(5) | map(fails) | take(5);
    EXPECT_EQ(*co_await s.next(), 0);
    EXPECT_THROW((void)co_await s.next(), std::runtime_error);
    EXPECT_EQ(co_await s.next(), nullptr);
  });
}

TEST(StreamAdapters, StoppedInsideAChainDestroysIt) {
  test::run_alone([]() -> task<> {
    int alive = 0;
    auto source = [](test::counted thing) -> stream<int> {
      auto kept = std::move(thing);
      co_await corort::sleep_for(1h);
      co_yield 0;
    };
    auto same = [](int i) { return i; };
    auto chain = source(test::counted(alive)) | map(same) | take(1);
    auto consumer = spawn(for_each(std::move(chain), same));
    co_await test::settle();
    EXPECT_EQ(alive, 1);
    consumer.abort();
    EXPECT_THROW(co_await consumer, corort::task_cancelled);
    EXPECT_EQ(alive, 0);
  });
}

TEST(StreamSources, IterTakesContainersAndCopiesViews) {
  test::run_alone([]() -> task<> {
    std::vector<std::string> names{"a name that is long enough to be allocated",
                                   "b"};
    EXPECT_EQ(co_await collect(iter(std::views::all(names))), names);
    EXPECT_EQ(co_await collect(iter(names)), names);
    EXPECT_EQ((co_await collect(iter(std::move(names)))).size(), 2u);
    auto numbers = co_await collect(iter(std::views::iota(1, 4)));
    EXPECT_EQ(numbers, (std::vector{1, 2, 3}));
    std::vector<std::unique_ptr<int>> boxes(2);
    EXPECT_EQ((co_await collect(iter(std::move(boxes)))).size(), 2u);
  });
}

TEST(StreamSources, ReceiverStreamHoldsTheSenderBack) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = corort::channel<int>(1);
    int sent = 0;
    auto produce = [&](corort::channel_sender<int> to) -> task<> {
      while (co_await to.send(sent))
        ++sent;
    };
    auto producer = spawn(produce, std::move(tx));
    auto three = receiver_stream(std::move(rx)) | take(3);
    EXPECT_EQ(*co_await three.next(), 0);
    co_await test::settle();
    EXPECT_EQ(sent, 2); // One received, one inside.
    auto rest = co_await collect(std::move(three));
    EXPECT_EQ(rest, (std::vector{1, 2}));
    co_await producer; // The end of the stream was the end of the receiver.
  });
}

/// Not a stream, but used like one.
class countdown {
public:
  using value_type = int;
  explicit countdown(int from) : left_(from) {}
  task<int *> next() {
    co_await corort::yield();
    co_return left_-- > 0 ? &left_ : nullptr;
  }

private:
  int left_;
};

TEST(StreamSources, EraseHidesTheType) {
  test::run_alone([]() -> task<> {
    std::vector<corort::any_stream<int>> streams;
    streams.push_back(erase(countdown(3)));
    streams.push_back(count(2) | map([](int i) { return i + 10; }));
    auto got = co_await collect(std::move(streams[0]));
    EXPECT_EQ(got, (std::vector{2, 1, 0}));
    got = co_await collect(std::move(streams[1]));
    EXPECT_EQ(got, (std::vector{10, 11}));
  });
}

} // namespace
