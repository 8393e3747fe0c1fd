/// \file
/// block_on: results, errors, and where it is refused.

#include "support.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using corort::block_on;
using corort::scheduler;
using corort::spawn;
using corort::task;

TEST(BlockOn, GivesTheResult) {
  auto number = []() -> task<int> { co_return 3; };
  auto nothing = []() -> task<> { co_return; };
  EXPECT_EQ(block_on(number()), 3);
  block_on(nothing());
}

TEST(BlockOn, MainGetsTheWordsIfItWantsThem) {
  char name[] = "program";
  char word[] = "word";
  char *words[] = {name, word};
  auto count = [](std::vector<std::string> all) -> task<int> {
    EXPECT_EQ(all, (std::vector<std::string>{"program", "word"}));
    co_return 7;
  };
  auto none = []() -> task<> { co_return; };
  EXPECT_EQ(corort::detail::run_main(count, 2, words), 7);
  EXPECT_EQ(corort::detail::run_main(none, 2, words), 0);
}

TEST(BlockOn, ThrowsWhatTheTaskThrew) {
  auto fails = []() -> task<> {
    throw std::out_of_range("far");
    co_return;
  };
  EXPECT_THROW(block_on(fails()), std::out_of_range);
}

TEST(BlockOn, RunsTheTaskOnAWorker) {
  const std::thread::id caller = std::this_thread::get_id();
  auto where = []() -> task<std::thread::id> {
    co_return std::this_thread::get_id();
  };
  EXPECT_NE(block_on(where()), caller);
}

TEST(BlockOn, DestroysTheFrameBeforeItReturns) {
  int alive = 0;
  auto keep = [](test::counted) -> task<> { co_return; };
  block_on(keep(test::counted(alive)));
  EXPECT_EQ(alive, 0);
}

TEST(BlockOn, WaitsForAHandle) {
  auto number = []() -> task<int> { co_return 4; };
  EXPECT_EQ(block_on(spawn(number)), 4);
}

TEST(BlockOn, IsFineOnABlockingThread) {
  auto number = []() -> task<int> { co_return 5; };
  auto body = [&]() -> task<int> {
    co_return co_await corort::spawn_blocking(
        [&] { return block_on(number()); });
  };
  scheduler one({.threads = 1});
  EXPECT_EQ(block_on(one, body()), 5);
}

TEST(BlockOnDeathTest, IsRefusedOnAWorker) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto inner = []() -> task<> { co_return; };
  auto outer = [&]() -> task<> {
    block_on(inner());
    co_return;
  };
  EXPECT_DEATH(block_on(outer()), "block_on called by a task");
}

TEST(BlockOnDeathTest, IsRefusedOnAWorkerOfAnotherScheduler) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto inner = []() -> task<> { co_return; };
  auto outer = [&]() -> task<> {
    scheduler other({.threads = 1});
    block_on(other, inner());
    co_return;
  };
  EXPECT_DEATH(block_on(outer()), "block_on called by a task");
}

} // namespace
