/// \file
/// when_all: order of start, results, and what happens when some throw.

#include "support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::scheduler;
using corort::sleep_for;
using corort::task;
using corort::when_all;

task<int> value(int v) { co_return v; }
task<> nothing() { co_return; }

TEST(WhenAll, GivesResultsInOrder) {
  int object = 1;
  auto refer = [&]() -> task<int &> { co_return object; };
  auto own = []() -> task<std::unique_ptr<int>> {
    co_return std::make_unique<int>(2);
  };
  auto body = [&]() -> task<> {
    auto results = co_await when_all(value(0), refer(), own(), nothing());
    static_assert(
        std::is_same_v<
            decltype(results),
            std::tuple<int, int &, std::unique_ptr<int>, std::monostate>>);
    EXPECT_EQ(std::get<0>(results), 0);
    EXPECT_EQ(&std::get<1>(results), &object);
    EXPECT_EQ(*std::get<2>(results), 2);
  };
  block_on(body());
}

TEST(WhenAll, OfVoidsIsVoid) {
  static_assert(
      std::is_same_v<decltype(when_all(nothing(), nothing())), task<>>);
  static_assert(std::is_same_v<decltype(when_all()), task<>>);
  static_assert(
      std::is_same_v<decltype(when_all(std::vector<task<>>())), task<>>);
  block_on(when_all(nothing(), nothing()));
  block_on(when_all());
  block_on(when_all(std::vector<task<>>()));
}

TEST(WhenAll, OfAVector) {
  std::vector<task<int>> tasks;
  for (int i = 0; i < 100; ++i)
    tasks.push_back(value(i));
  auto results = block_on(when_all(std::move(tasks)));
  ASSERT_EQ(results.size(), 100u);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(results[static_cast<std::size_t>(i)], i);
}

TEST(WhenAll, StartsInlineAndInOrder) {
  test::run_alone([]() -> task<> {
    std::string order;
    auto child = [&](char name) -> task<> {
      order += name;
      co_await sleep_for(1s);
      order += static_cast<char>(name - 'a' + 'A');
    };
    auto all = corort::spawn(when_all(child('a'), child('b'), child('c')));
    co_await corort::yield(); // One turn is enough for all to start.
    EXPECT_EQ(order, "abc");
    co_await test::pass(1s);
    EXPECT_EQ(order, "abcABC");
    co_await all;
  });
}

TEST(WhenAll, RethrowsTheFirstInOrderOnceAllHaveEnded) {
  test::run_alone([]() -> task<> {
    int ended = 0;
    auto late = [&]() -> task<> {
      co_await sleep_for(2s);
      ++ended;
      throw std::out_of_range("first in order, last in time");
    };
    auto early = [&]() -> task<int> {
      co_await sleep_for(1s);
      ++ended;
      throw std::logic_error("first in time");
    };
    auto fine = [&]() -> task<> {
      co_await sleep_for(3s);
      ++ended;
    };
    auto all = corort::spawn(when_all(late(), early(), fine()));
    co_await test::settle();
    co_await test::pass(5s);
    EXPECT_EQ(ended, 3);
    EXPECT_THROW(co_await all, std::out_of_range);
  });
}

TEST(WhenAll, VectorRethrowsToo) {
  auto fails = []() -> task<int> {
    co_await corort::yield();
    throw std::out_of_range("far");
  };
  std::vector<task<int>> tasks;
  tasks.push_back(value(1));
  tasks.push_back(fails());
  EXPECT_THROW(block_on(when_all(std::move(tasks))), std::out_of_range);
}

TEST(WhenAll, Nests) {
  auto [inner, c] = block_on(when_all(when_all(value(1), value(2)), value(3)));
  EXPECT_EQ(inner, std::tuple(1, 2));
  EXPECT_EQ(c, 3);
}

TEST(WhenAll, NeverAwaitedStartsNobody) {
  bool ran = false;
  auto child = [&]() -> task<> {
    ran = true;
    co_return;
  };
  { auto never = when_all(child(), child()); }
  EXPECT_FALSE(ran);
}

TEST(WhenAllStress, ChildrenEndOnManyWorkers) {
  scheduler four({.threads = 4});
  auto child = [](int i) -> task<int> {
    for (int round = 0; round < i % 4; ++round)
      co_await corort::yield();
    co_return 1;
  };
  auto body = [&]() -> task<int> {
    int sum = 0;
    for (int round = 0; round < 1000; ++round) {
      std::vector<task<int>> tasks;
      for (int i = 0; i < 50; ++i)
        tasks.push_back(child(i));
      for (int one : co_await when_all(std::move(tasks)))
        sum += one;
    }
    co_return sum;
  };
  EXPECT_EQ(block_on(four, body()), 50'000);
}

} // namespace
