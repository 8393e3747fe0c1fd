/// \file
/// expected: what it is made from, what it gives, and chains of operations.

#include "corort/expected.hpp"

#include <gtest/gtest.h>

#include <any>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using corort::bad_expected_access;
using corort::expected;
using corort::unexpect;
using corort::unexpected;

enum class error { closed, full };

constexpr expected<int, error> half(int v) {
  if (v % 2 != 0)
    return unexpected(error::full);
  return v / 2;
}

// ---- in constant expressions -----------------------------------------------

static_assert(half(4).has_value() && *half(4) == 2);
static_assert(!half(3) && half(3).error() == error::full);
static_assert(half(4).value() == 2 && half(3).value_or(7) == 7);
static_assert(half(8).and_then(half).and_then(half) == 1);
static_assert(half(8).transform([](int v) { return v + 0.5; }) == 4.5);
static_assert(half(3).transform_error([](error) { return 9L; }) ==
              unexpected(9));
static_assert(half(3).or_else([](error) -> expected<int, long> { return 5; }) ==
              5);

// ---- what can be made from what --------------------------------------------

template <class From, class To>
constexpr bool implicitly = std::is_convertible_v<From, To>;
template <class From, class To>
constexpr bool only_explicitly =
    std::is_constructible_v<To, From> && !std::is_convertible_v<From, To>;
template <class From, class To>
constexpr bool never = !std::is_constructible_v<To, From>;

struct from_int {
  explicit from_int(int) {}
};

static_assert(implicitly<int, expected<long, error>>);
static_assert(only_explicitly<int, expected<from_int, error>>);
static_assert(never<std::string, expected<int, error>>);

static_assert(implicitly<unexpected<const char *>, expected<int, std::string>>);
static_assert(only_explicitly<unexpected<int>, expected<int, from_int>>);
static_assert(never<unexpected<int>, expected<int, std::string>>);
static_assert(
    never<std::string, expected<int, std::string>>); // Not `unexpected`.

static_assert(implicitly<expected<int, const char *>, //
                         expected<long, std::string>>);
static_assert(only_explicitly<expected<int, error>, expected<from_int, error>>);
static_assert(only_explicitly<expected<int, int>, expected<int, from_int>>);
static_assert(never<expected<int, error>, expected<int, std::string>>);
static_assert(implicitly<expected<void, const char *>, //
                         expected<void, std::string>>);
static_assert(never<expected<int, error>, expected<void, error>>);
static_assert(never<expected<void, error>, expected<int, error>>);

using pointer = std::unique_ptr<int>;
static_assert(!std::is_copy_constructible_v<expected<pointer, error>>);
static_assert(!std::is_copy_assignable_v<expected<int, pointer>>);
static_assert(std::is_nothrow_move_constructible_v<expected<pointer, error>>);
static_assert(std::is_nothrow_move_assignable_v<expected<pointer, error>>);

static_assert(!std::is_default_constructible_v<expected<from_int, error>>);
static_assert(std::is_default_constructible_v<expected<void, error>>);

static_assert(std::is_same_v<decltype(unexpected("text")), //
                             unexpected<const char *>>);
static_assert(
    std::is_same_v<decltype(*std::declval<expected<std::string, error>>()),
                   std::string &&>);
static_assert(
    std::is_same_v<decltype(std::declval<expected<int, std::string>>().error()),
                   std::string &&>);

// ---- at run time -----------------------------------------------------------

TEST(Expected, HoldsAValueOrAnError) {
  expected<std::string, error> e("text");
  EXPECT_TRUE(e);
  EXPECT_EQ(*e, "text");
  EXPECT_EQ(e->size(), 4u);
  e = unexpected(error::closed);
  EXPECT_FALSE(e);
  EXPECT_EQ(e.error(), error::closed);
  e = "again";
  EXPECT_EQ(e, "again");
  e = {};
  EXPECT_EQ(e, "");
}

TEST(Expected, MakesItsPartsInPlace) {
  expected<std::vector<int>, error> e(std::in_place, 3u, 7);
  EXPECT_EQ(*e, std::vector({7, 7, 7}));
  expected<int, std::string> f(unexpect, 3u, 'x');
  EXPECT_EQ(f.error(), "xxx");
  expected<void, std::string> g(
      unexpected<std::string>(std::in_place, 2u, 'y'));
  EXPECT_EQ(g.error(), "yy");
}

TEST(Expected, OfVoidHoldsAnErrorOrNothing) {
  expected<void, std::string> e;
  EXPECT_TRUE(e);
  e.value();
  EXPECT_EQ(e, (expected<void, std::string>()));
  e = unexpected("closed");
  EXPECT_THROW(e.value(), bad_expected_access<std::string>);
  EXPECT_EQ(e, unexpected("closed"));
  EXPECT_FALSE(e == (expected<void, std::string>()));
}

TEST(Expected, OfTwoEqualTypesKnowsWhichItHolds) {
  expected<int, int> value(1), failure(unexpect, 1);
  EXPECT_FALSE(value == failure);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(failure, unexpected(1));
  EXPECT_FALSE(failure == 1);
}

TEST(Expected, ConvertsBothParts) {
  expected<int, const char *> narrow(3);
  expected<long, std::string> wide = narrow;
  EXPECT_EQ(wide, 3);
  narrow = unexpected("closed");
  wide = narrow;
  EXPECT_EQ(wide, unexpected("closed"));
  // A value that can be made from anything is made from the whole.
  expected<std::any, error> any = half(4);
  EXPECT_TRUE((std::any_cast<expected<int, error>>(&*any)));
  // But not one that only asks whether there is a value.
  expected<bool, error> no = expected<bool, error>(false);
  EXPECT_EQ((expected<bool, long>(expected<bool, int>(false))), *no);
}

TEST(Expected, MovesWhatCanOnlyMove) {
  expected<pointer, error> e(std::make_unique<int>(1));
  expected<pointer, error> f(std::move(e));
  EXPECT_EQ(*e, nullptr);
  pointer out = *std::move(f);
  EXPECT_EQ(*out, 1);
  f = std::move(out);
  EXPECT_EQ(*std::move(f).value(), 1);
  expected<int, pointer> g(unexpect, std::make_unique<int>(2));
  EXPECT_EQ(*std::move(g).error(), 2);
}

TEST(Expected, ValueThrowsTheError) {
  expected<int, std::string> e(unexpect, "closed");
  try {
    e.value() = 1;
    FAIL();
  } catch (bad_expected_access<std::string> &failure) {
    EXPECT_EQ(failure.error(), "closed");
    EXPECT_STRNE(failure.what(), "");
  }
  EXPECT_EQ(e.error(), "closed");
  EXPECT_THROW(std::move(e).value(), bad_expected_access<void>);
  EXPECT_EQ(e.error(), ""); // Moved to the exception.
}

TEST(Expected, ChainsMoveWhatTheyPass) {
  auto e = expected<pointer, std::string>(std::make_unique<int>(3))
               .and_then([](pointer p) -> expected<pointer, std::string> {
                 ++*p;
                 return p;
               })
               .transform([](pointer p) { return *p * 10; });
  EXPECT_EQ(e, 40);
}

TEST(Expected, ChainsPassTheErrorBy) {
  int calls = 0;
  auto count = [&](int v) {
    ++calls;
    return v;
  };
  auto e = half(3).transform(count).transform_error(
      [](error) { return std::string("odd"); });
  EXPECT_EQ(e, unexpected("odd"));
  EXPECT_EQ(calls, 0);
  auto f = std::move(e).or_else([&](std::string why) -> expected<int, error> {
    return count(static_cast<int>(why.size()));
  });
  EXPECT_EQ(f, 3);
  EXPECT_EQ(calls, 1);
}

TEST(Expected, ChainsOfVoid) {
  int calls = 0;
  auto count = [&] { ++calls; };
  const auto e = half(4)
                     .transform([&](int) { ++calls; })
                     .transform(count)
                     .and_then([&]() -> expected<int, error> { return 5; });
  EXPECT_EQ(e, 5);
  EXPECT_EQ(calls, 2);
  expected<void, error> full(unexpect, error::full);
  EXPECT_EQ(full.transform(count).transform_error([](error) { return 1; }),
            unexpected(1));
  EXPECT_EQ(calls, 2);
  EXPECT_TRUE(full.or_else([](error) { return expected<void, int>(); }));
}

TEST(Expected, ChainsOnAnLvalueMayChangeIt) {
  auto e = half(4);
  (void)e.transform([](int &v) { v = 9; });
  EXPECT_EQ(e, 9);
}

TEST(Expected, ValueOrMoves) {
  expected<pointer, error> e(std::make_unique<int>(1));
  const pointer value = std::move(e).value_or(nullptr);
  EXPECT_EQ(*value, 1);
  e = unexpected(error::full);
  EXPECT_EQ(std::move(e).value_or(nullptr), nullptr);
}

} // namespace
