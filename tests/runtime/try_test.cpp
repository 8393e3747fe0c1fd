/// \file
/// try_: values pass, errors end the coroutine, and nothing is thrown.
/// Over 400 lines: each kind of value, error and coroutine.

#include "support.hpp"

#include "corort/try.hpp"

#include <gtest/gtest.h>

#include <coroutine>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::expected;
using corort::spawn;
using corort::task;
using corort::try_;
using corort::unexpect;
using corort::unexpected;

enum class error { odd, late };

expected<int, error> half(int v) {
  if (v % 2 != 0)
    return unexpected(error::odd);
  return v / 2;
}

/// An error made from another one: implicitly from `error`, else explicitly.
struct report {
  report(error e) : text(e == error::odd ? "odd" : "late") {}
  explicit report(std::string why) : text(std::move(why)) {}

  std::string text;
};

/// Notes its name when it is destroyed, and that no exception is under way.
class noted {
public:
  noted(std::string &log, char name) noexcept : log_(log), name_(name) {}
  noted(const noted &) = delete;
  noted &operator=(const noted &) = delete;
  ~noted() {
    EXPECT_EQ(std::uncaught_exceptions(), 0);
    log_ += name_;
  }

private:
  std::string &log_;
  char name_;
};

template <class T>
concept can_try = requires(T (&make)()) {
  try_(make());
};

static_assert(can_try<expected<int, error>>);
static_assert(can_try<expected<int, error> &>);
static_assert(can_try<const expected<void, error> &>);
static_assert(can_try<task<expected<int, error>>>);
static_assert(can_try<corort::join_handle<expected<int, error>> &>);
static_assert(!can_try<int>);
static_assert(!can_try<task<int>>);
static_assert(!can_try<task<>>);
static_assert(!can_try<task<expected<int, error>> &>); // Must be moved.

template <class T>
using given = decltype(try_(std::declval<T>()).await_resume());

static_assert(std::is_same_v<given<expected<int, error>>, int>);
static_assert(std::is_same_v<given<const expected<int, error> &>, int>);
static_assert(std::is_void_v<given<task<expected<void, error>>>>);

// ---- of an expected --------------------------------------------------------

TEST(Try, GivesTheValue) {
  auto body = []() -> task<expected<int, error>> {
    const int two = co_await try_(half(4));
    auto named = half(two);
    const int one = co_await try_(named);
    EXPECT_EQ(named, 1); // Was copied.
    co_return two + one;
  };
  EXPECT_EQ(block_on(body()), 3);
}

TEST(Try, EndsTheCoroutineWithTheError) {
  bool went_on = false;
  auto body = [&]() -> task<expected<std::string, error>> {
    co_await try_(half(3));
    went_on = true;
    co_return "value";
  };
  EXPECT_EQ(block_on(body()), unexpected(error::odd));
  EXPECT_FALSE(went_on);
}

TEST(Try, ConvertsTheError) {
  auto implicitly = []() -> task<expected<int, report>> {
    co_return co_await try_(half(3));
  };
  EXPECT_EQ(block_on(implicitly()).error().text, "odd");
  auto explicitly = []() -> task<expected<int, report>> {
    const expected<void, std::string> disk(unexpect, "disk full");
    co_await try_(disk);
    co_return 1;
  };
  EXPECT_EQ(block_on(explicitly()).error().text, "disk full");
}

TEST(Try, MovesWhatCanOnlyMove) {
  using pointer = std::unique_ptr<int>;
  auto make = [](int v) -> expected<pointer, pointer> {
    auto made = std::make_unique<int>(v);
    if (v < 0)
      return unexpected(std::move(made));
    return made;
  };
  auto body = [&](int v) -> task<expected<pointer, pointer>> {
    pointer first = co_await try_(make(1));
    auto named = make(v);
    pointer second = co_await try_(std::move(named));
    *second += *first;
    co_return second;
  };
  EXPECT_EQ(**block_on(body(2)), 3);
  EXPECT_EQ(*block_on(body(-2)).error(), -2);
}

TEST(Try, OfVoid) {
  auto body = [](expected<void, error> step) -> task<expected<void, error>> {
    co_await try_(step);
    co_return {};
  };
  EXPECT_TRUE(block_on(body({})));
  EXPECT_EQ(block_on(body(unexpected(error::late))), unexpected(error::late));
}

// ---- what becomes of the coroutine -----------------------------------------

TEST(Try, PassesThroughSeveralLevels) {
  std::string log;
  auto inner = [&]() -> task<expected<int, error>> {
    noted c(log, 'c');
    co_return co_await try_(half(3));
  };
  auto middle = [&]() -> task<expected<long, report>> {
    noted b(log, 'b');
    const int v = co_await try_(co_await inner());
    log += '!';
    co_return v;
  };
  auto outer = [&]() -> task<expected<void, std::string>> {
    noted a(log, 'a');
    auto result = co_await middle();
    log += '|';
    co_await try_(std::move(result).transform_error(
        [](report r) { return std::move(r.text); }));
    log += '!';
    co_return {};
  };
  EXPECT_EQ(block_on(outer()), unexpected("odd"));
  EXPECT_EQ(log, "cb|a"); // Inner frames go before outer ones.
}

TEST(Try, ThrowsNothing) {
  auto inner = []() -> task<expected<int, error>> {
    try {
      co_return co_await try_(half(3));
    } catch (...) {
      ADD_FAILURE() << "thrown where it ended";
      throw;
    }
  };
  auto outer = [&]() -> task<expected<int, error>> {
    try {
      co_return co_await try_(inner());
    } catch (...) {
      ADD_FAILURE() << "thrown at the caller";
      throw;
    }
  };
  EXPECT_FALSE(block_on(outer()));
}

TEST(Try, LocalsGoWithTheTask) {
  int alive = 0;
  auto ends = [&]() -> task<expected<int, error>> {
    test::counted local(alive);
    co_return co_await try_(half(3));
  };
  auto body = [&]() -> task<> {
    EXPECT_FALSE(co_await ends());
    EXPECT_EQ(alive, 0);
    {
      auto named = ends();
      EXPECT_FALSE(co_await std::move(named));
    }
    EXPECT_EQ(alive, 0);
  };
  block_on(body());
}

TEST(Try, LocksAreFreeAfterwards) {
  test::run_alone([]() -> task<> {
    corort::mutex m;
    auto ends = [&]() -> task<expected<int, error>> {
      auto held = co_await m.lock();
      co_await corort::yield();
      co_return co_await try_(half(3));
    };
    EXPECT_FALSE(co_await ends());
    EXPECT_TRUE(m.try_lock());

    auto named = ends();
    EXPECT_FALSE(co_await std::move(named));
    EXPECT_TRUE(m.try_lock());

    // Those who run beside it need the lock to end.
    auto [a, b] = co_await corort::when_all(ends(), ends());
    EXPECT_FALSE(a || b);
    EXPECT_TRUE(m.try_lock());

    // Before the handle is awaited.
    auto handle = spawn(ends());
    co_await test::settle();
    EXPECT_TRUE(m.try_lock());
    EXPECT_FALSE(co_await handle);
  });
}

TEST(Try, AConversionThatThrowsThrowsThere) {
  struct picky {
    explicit picky(error) { throw std::domain_error("no such error"); }
  };
  auto body = []() -> task<expected<int, picky>> {
    try {
      co_await try_(half(3));
    } catch (const std::domain_error &) {
      co_return 7;
    }
    co_return 8;
  };
  EXPECT_EQ(*block_on(body()), 7);
}

// ---- of an awaitable -------------------------------------------------------

task<expected<int, error>> half_later(int v) {
  co_await corort::sleep_for(1s);
  co_return co_await try_(half(v));
}

TEST(Try, AwaitsATask) {
  test::run_alone([]() -> task<> {
    auto body = [](int v) -> task<expected<int, report>> {
      const int first = co_await try_(half_later(v));
      co_return co_await try_(half_later(first));
    };
    auto good = spawn(body(8)), bad = spawn(body(6)), worse = spawn(body(1));
    co_await test::settle();
    co_await test::pass(1s);
    co_await test::pass(1s);
    EXPECT_EQ(*co_await good, 2);
    EXPECT_EQ((co_await bad).error().text, "odd");
    EXPECT_EQ((co_await worse).error().text, "odd");
  });
}

TEST(Try, AwaitsAHandle) {
  auto body = [](int v) -> task<expected<int, error>> {
    auto handle =
        spawn([v]() -> task<expected<int, error>> { co_return half(v); });
    co_return co_await try_(handle);
  };
  EXPECT_EQ(block_on(body(4)), 2);
  EXPECT_EQ(block_on(body(3)), unexpected(error::odd));
}

TEST(Try, AwaitsWhatCanNotMove) {
  struct reading {
    explicit reading(int v) noexcept : v_(v) {}
    reading(const reading &) = delete;
    reading &operator=(const reading &) = delete;

    bool await_ready() const noexcept { return true; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    expected<void, error> await_resume() const noexcept {
      return half(v_).transform([](int) {});
    }

    int v_;
  };
  auto body = [](int v) -> task<expected<int, error>> {
    co_await try_(reading(v));
    co_return 1;
  };
  EXPECT_EQ(block_on(body(4)), 1);
  EXPECT_EQ(block_on(body(3)), unexpected(error::odd));
}

TEST(Try, PassesExceptionsOfTheTaskOn) {
  auto fails = []() -> task<expected<int, error>> {
    co_await corort::yield();
    throw std::out_of_range("far");
  };
  auto body = [&]() -> task<expected<int, error>> {
    co_return co_await try_(fails());
  };
  EXPECT_THROW((void)block_on(body()), std::out_of_range);
}

TEST(Try, AwaitingIsDestroyedWithItsTask) {
  int alive = 0;
  bool went_on = false;
  {
    corort::scheduler world({.threads = 1, .manual_time = true});
    auto inner = [&]() -> task<expected<int, error>> {
      test::counted local(alive);
      co_return co_await try_(half_later(2));
    };
    auto outer = [&]() -> task<expected<int, error>> {
      test::counted local(alive);
      const int v = co_await try_(inner());
      went_on = true;
      co_return v;
    };
    auto body = [&]() -> task<> {
      spawn(outer()).detach();
      co_await test::settle();
      EXPECT_EQ(alive, 2);
    };
    block_on(world, body());
  }
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(went_on);
}

// ---- among other tasks -----------------------------------------------------

TEST(Try, InWhenAll) {
  auto body = []() -> task<> {
    auto some = [](int v) -> task<expected<int, error>> {
      co_await corort::yield();
      co_return co_await try_(half(v));
    };
    auto [a, b, c] = co_await corort::when_all(some(2), some(3), some(4));
    EXPECT_EQ(a, 1);
    EXPECT_EQ(b, unexpected(error::odd));
    EXPECT_EQ(c, 2);
  };
  block_on(body());
}

TEST(Try, InASpawnedTask) {
  auto some = [](int v) -> task<expected<int, error>> {
    co_return co_await try_(half(v));
  };
  auto body = [&]() -> task<> {
    auto of_task = spawn(some(3)), of_function = spawn(some, 3);
    EXPECT_EQ(co_await of_task, unexpected(error::odd));
    EXPECT_EQ(co_await of_function, unexpected(error::odd));
  };
  block_on(body());
}

TEST(TryStress, EndsOnManyWorkers) {
  corort::scheduler four({.threads = 4});
  static constexpr int tasks = 2000;
  auto inner = [](int v) -> task<expected<int, error>> {
    auto owned = std::make_unique<int>(v);
    for (int round = 0; round < v % 3; ++round)
      co_await corort::yield();
    co_return co_await try_(half(*owned));
  };
  auto outer = [&](int v) -> task<expected<long, report>> {
    co_return co_await try_(inner(v)) + co_await try_(co_await inner(v));
  };
  auto body = [&]() -> task<int> {
    std::vector<task<expected<long, report>>> all;
    for (int v = 0; v < tasks; ++v)
      all.push_back(outer(v));
    int failed = 0;
    for (auto &result : co_await corort::when_all(std::move(all)))
      failed += !result;
    co_return failed;
  };
  EXPECT_EQ(block_on(four, body()), tasks / 2);
}

} // namespace
