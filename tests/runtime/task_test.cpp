/// \file
/// task: when it runs, what it gives, and when its frame goes.

#include "support.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using corort::block_on;
using corort::task;

task<int> value(int v) { co_return v; }
task<> fails() {
  co_await value(0);
  throw std::runtime_error("broken");
}

TEST(Task, DoesNotRunUntilAwaited) {
  bool ran = false;
  auto work = [&]() -> task<> {
    ran = true;
    co_return;
  };
  {
    auto never = work();
    EXPECT_TRUE(never);
  }
  EXPECT_FALSE(ran);
  block_on(work());
  EXPECT_TRUE(ran);
}

TEST(Task, NeverStartedDestroysItsArguments) {
  int alive = 0;
  auto keep = [](test::counted) -> task<> { co_return; };
  {
    auto never = keep(test::counted(alive));
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(Task, FrameGoesWithTheAwaiting) {
  int alive = 0;
  auto keep = [](test::counted) -> task<int *> {
    static int one = 1;
    co_return &one;
  };
  auto body = [&]() -> task<> {
    auto named = keep(test::counted(alive));
    EXPECT_EQ(*co_await std::move(named), alive); // Arguments live until here.
    EXPECT_EQ(alive, 0);
    EXPECT_FALSE(named);
    co_await keep(test::counted(alive));
    EXPECT_EQ(alive, 0);
  };
  block_on(body());
}

TEST(Task, GivesMoveOnlyValues) {
  auto make = []() -> task<std::unique_ptr<int>> {
    co_return std::make_unique<int>(7);
  };
  EXPECT_EQ(*block_on(make()), 7);
}

TEST(Task, GivesTheVeryObjectForReferences) {
  int object = 1;
  auto left = [&]() -> task<int &> { co_return object; };
  auto constant = [&]() -> task<const int &> { co_return object; };
  auto right = [&]() -> task<int &&> { co_return std::move(object); };
  auto body = [&]() -> task<> {
    int &l = co_await left();
    EXPECT_EQ(&l, &object);
    const int &c = co_await constant();
    EXPECT_EQ(&c, &object);
    int &&r = co_await right();
    EXPECT_EQ(&r, &object);
  };
  block_on(body());
  int &through = block_on(left());
  EXPECT_EQ(&through, &object);
}

TEST(Task, GivesValuesWithoutADefault) {
  struct point {
    explicit point(int a) : x(a) {}
    int x;
  };
  auto make = []() -> task<const point> { co_return point(3); };
  EXPECT_EQ(block_on(make()).x, 3);
}

TEST(Task, ConvertsWhatIsReturned) {
  auto text = []() -> task<std::string> { co_return "text"; };
  auto braces = []() -> task<std::vector<int>> { co_return {1, 2, 3}; };
  auto empty = []() -> task<std::optional<int>> { co_return std::nullopt; };
  EXPECT_EQ(block_on(text()), "text");
  EXPECT_EQ(block_on(braces()).size(), 3u);
  EXPECT_FALSE(block_on(empty()));
}

TEST(Task, ExceptionsAreValuesToo) {
  // A task whose result is an exception_ptr has not failed.
  auto give = []() -> task<std::exception_ptr> {
    co_return std::make_exception_ptr(std::runtime_error("kept"));
  };
  EXPECT_TRUE(block_on(give()));
}

TEST(Task, ThrowsToItsAwaiter) {
  auto body = []() -> task<std::string> {
    try {
      co_await fails();
    } catch (const std::runtime_error &e) {
      co_return e.what();
    }
    co_return "nothing thrown";
  };
  EXPECT_EQ(block_on(body()), "broken");
}

TEST(Task, ExceptionPassesThroughLevels) {
  int alive = 0;
  auto middle = [&]() -> task<> {
    test::counted local(alive);
    co_await fails();
  };
  auto outer = [&]() -> task<> {
    test::counted local(alive);
    co_await middle();
  };
  EXPECT_THROW(block_on(outer()), std::runtime_error);
  EXPECT_EQ(alive, 0);
}

TEST(Task, ThrowingReturnConversionIsItsException) {
  struct picky {
    explicit(false) picky(int) { throw std::invalid_argument("picky"); }
  };
  auto body = []() -> task<picky> { co_return 1; };
  EXPECT_THROW(block_on(body()), std::invalid_argument);
}

TEST(Task, MovesLeaveTheSourceEmpty) {
  auto first = value(1);
  auto second = std::move(first);
  EXPECT_FALSE(first); // NOLINT(bugprone-use-after-move): what is tested.
  EXPECT_TRUE(second);
  auto third = value(3);
  third = std::move(second);
  EXPECT_FALSE(second); // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(block_on(std::move(third)), 1);
}

TEST(Task, LongLoopOfReadyTasksNeedsNoStack) {
#if defined(__GNUC__) && !defined(__clang__) &&                                \
    (!defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) ||                \
     defined(__SANITIZE_THREAD__))
  GTEST_SKIP() << "g++ only transfers by tail call in optimised code";
#endif
  auto body = []() -> task<long> {
    long sum = 0;
    for (int i = 0; i < 1'000'000; ++i)
      sum += co_await value(1);
    co_return sum;
  };
  EXPECT_EQ(block_on(body()), 1'000'000);
}

task<int> countdown(int depth) {
  if (depth == 0)
    co_return 0;
  co_return 1 + co_await countdown(depth - 1);
}

TEST(Task, DeepChainEnds) { EXPECT_EQ(block_on(countdown(1000)), 1000); }

using TaskDeathTest = testing::Test;

TEST(TaskDeathTest, SecondAwaitEndsTheProgram) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto twice = []() -> task<> {
    auto once = value(1);
    co_await std::move(once);
    co_await std::move(once); // NOLINT(bugprone-use-after-move)
  };
  EXPECT_DEATH(block_on(twice()), "already awaited");
}

TEST(TaskDeathTest, AwaitOfAnEmptyTaskEndsTheProgram) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto body = []() -> task<> { co_await task<>(); };
  EXPECT_DEATH(block_on(body()), "empty");
}

} // namespace
