/// \file
/// The wheel of sleepers, alone: against a sorted list, over long jumps and at
/// the ends of the clock.

#include "corort/detail/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

namespace {

using corort::detail::timer_node;
using corort::detail::timer_wheel;

constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t second = 1000 * ms;
constexpr std::uint64_t hour = 3600 * second;
constexpr std::uint64_t never = ~std::uint64_t{0};

/// Lets \p wheel expire and \returns whom, in order.
std::vector<timer_node *> expire(timer_wheel &wheel, std::uint64_t now) {
  std::vector<timer_node *> out;
  const std::size_t count = wheel.expire(now, [&](timer_node &node) {
    EXPECT_EQ(node.prev, nullptr);
    EXPECT_LE(node.due, now);
    out.push_back(&node);
  });
  EXPECT_EQ(count, out.size());
  return out;
}

void add(timer_wheel &wheel, timer_node &node, std::uint64_t due,
         std::uint64_t now = 0) {
  node.due = due;
  wheel.add(node, now);
  EXPECT_NE(node.prev, nullptr);
}

using nodes = std::vector<timer_node *>;

TEST(TimerWheel, EmptyHasNothingDue) {
  timer_wheel wheel;
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(wheel.next_due(), never);
  EXPECT_EQ(wheel.earliest(), never);
  EXPECT_EQ(expire(wheel, hour), nodes{});
}

TEST(TimerWheel, ExpiresAtTheVeryNanosecond) {
  timer_wheel wheel;
  timer_node a, b;
  add(wheel, a, 1'500'000);
  add(wheel, b, 1'500'001); // In the same slot.
  EXPECT_EQ(wheel.next_due(), 1'500'000u);
  EXPECT_EQ(expire(wheel, 1'499'999), nodes{});
  EXPECT_EQ(expire(wheel, 1'500'000), nodes{&a});
  EXPECT_EQ(wheel.next_due(), 1'500'001u);
  EXPECT_EQ(expire(wheel, 1'500'000), nodes{});
  EXPECT_EQ(expire(wheel, 1'500'001), nodes{&b});
  EXPECT_TRUE(wheel.empty());
}

TEST(TimerWheel, OverdueExpiresNext) {
  timer_wheel wheel;
  timer_node late, soon, zero, far;
  add(wheel, far, hour);
  add(wheel, soon, 8 * ms);
  expire(wheel, 10 * ms);
  add(wheel, soon, 11 * ms, 10 * ms);
  add(wheel, late, 9 * ms, 10 * ms);
  add(wheel, zero, 0, 10 * ms);
  EXPECT_EQ(wheel.next_due(), 10 * ms);
  EXPECT_EQ(wheel.earliest(), 10 * ms);
  EXPECT_EQ(expire(wheel, 10 * ms), (nodes{&late, &zero}));
  EXPECT_EQ(expire(wheel, 11 * ms), nodes{&soon});
}

TEST(TimerWheel, DeadlineThenArrivalDecide) {
  timer_wheel wheel;
  std::array<timer_node, 6> n;
  add(wheel, n[0], 3 * hour);
  add(wheel, n[1], hour);
  add(wheel, n[2], 3 * hour);
  add(wheel, n[3], hour);
  EXPECT_EQ(expire(wheel, hour - 1), nodes{}); // Both have gone down a level.
  add(wheel, n[4], hour, hour - 1);
  add(wheel, n[5], 2 * hour, hour - 1);
  EXPECT_EQ(expire(wheel, 5 * hour),
            (nodes{&n[1], &n[3], &n[4], &n[5], &n[0], &n[2]}));
}

TEST(TimerWheel, RemovedDoesNotExpire) {
  timer_wheel wheel;
  std::array<timer_node, 4> n;
  for (timer_node &node : n)
    add(wheel, node, 5 * ms);
  wheel.remove(n[3]); // The first of its slot,
  wheel.remove(n[1]); // one in the middle,
  wheel.remove(n[0]); // the last.
  wheel.remove(n[0]); // Nothing.
  EXPECT_EQ(n[0].prev, nullptr);
  EXPECT_EQ(wheel.earliest(), 5 * ms);
  EXPECT_EQ(expire(wheel, hour), nodes{&n[2]});
  wheel.remove(n[2]);
  EXPECT_TRUE(wheel.empty());
}

TEST(TimerWheel, LastOneRemovedLeavesNothingDue) {
  timer_wheel wheel;
  timer_node node, other;
  add(wheel, node, hour);
  add(wheel, other, ms);
  wheel.remove(other);
  EXPECT_EQ(wheel.earliest(), hour);
  wheel.remove(node);
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(wheel.next_due(), never);
  EXPECT_EQ(wheel.earliest(), never);
}

TEST(TimerWheel, NeverIsNeverDue) {
  timer_wheel wheel;
  timer_node endless, last;
  add(wheel, endless, never);
  EXPECT_FALSE(wheel.empty());
  EXPECT_EQ(wheel.next_due(), never);
  EXPECT_EQ(wheel.earliest(), never);
  add(wheel, last, never - 1);
  EXPECT_EQ(wheel.earliest(), never - 1);
  EXPECT_EQ(expire(wheel, never - 2), nodes{});
  EXPECT_EQ(expire(wheel, never), nodes{&last});
  EXPECT_EQ(expire(wheel, never), nodes{});
  wheel.remove(endless);
  EXPECT_TRUE(wheel.empty());
}

/// Of two threads that read the clock, the later one may come first.
TEST(TimerWheel, ClockMayStepBackALittle) {
  timer_wheel wheel;
  timer_node a, b, c;
  add(wheel, a, 10 * second);
  EXPECT_EQ(expire(wheel, 10 * second), nodes{&a});
  add(wheel, b, 10 * second + 1, 10 * second - 2 * ms);
  add(wheel, c, 10 * second - ms, 10 * second - 2 * ms);
  EXPECT_EQ(expire(wheel, 10 * second - 2 * ms), nodes{});
  EXPECT_EQ(expire(wheel, 10 * second), nodes{&c});
  EXPECT_EQ(expire(wheel, 10 * second + 1), nodes{&b});
}

TEST(TimerWheel, ClockMayStartLate) {
  timer_wheel wheel;
  const std::uint64_t now = 1000 * 24 * hour + 12345;
  timer_node node;
  add(wheel, node, now + 2 * ms, now);
  EXPECT_EQ(wheel.next_due(), now + 2 * ms);
  EXPECT_EQ(expire(wheel, now + 2 * ms - 1), nodes{});
  EXPECT_EQ(expire(wheel, now + 2 * ms), nodes{&node});
}

TEST(TimerWheel, BoundIsExactForFew) {
  timer_wheel wheel;
  std::array<timer_node, 11> n;
  std::uint64_t due = 1;
  for (timer_node &node : n)
    add(wheel, node, due *= 37);
  for (timer_node &node : n) {
    EXPECT_EQ(wheel.next_due(), node.due);
    EXPECT_EQ(expire(wheel, wheel.next_due()), nodes{&node});
  }
}

/// To the deadline by the bound alone, as a worker parks.
TEST(TimerWheel, BoundLeadsToTheDeadlineInFewSteps) {
  for (std::uint64_t deadline : {hour - 1, std::uint64_t{1} << 40}) {
    timer_wheel wheel;
    std::vector<timer_node> all(100);
    for (timer_node &node : all)
      add(wheel, node, deadline);
    timer_node first;
    add(wheel, first, 1);
    EXPECT_EQ(expire(wheel, 1), nodes{&first});
    int steps = 0;
    for (std::uint64_t now = 1; !wheel.empty(); ++steps) {
      ASSERT_GT(wheel.next_due(), now);
      now = wheel.next_due();
      ASSERT_LE(now, deadline);
      EXPECT_EQ(expire(wheel, now).size(), now == deadline ? all.size() : 0);
    }
    EXPECT_LE(steps, 8);
  }
}

TEST(TimerWheel, FarSleepersAreNotLookedAtForNearOnes) {
  timer_wheel wheel;
  std::vector<timer_node> far(1000);
  for (timer_node &node : far)
    add(wheel, node, hour);
  timer_node near;
  for (std::uint64_t now = 0; now < second; now += ms) {
    add(wheel, near, now + ms, now);
    EXPECT_EQ(expire(wheel, now + ms), nodes{&near});
    // It would be exact had they been looked at.
    EXPECT_LT(wheel.next_due(), hour);
  }
  EXPECT_EQ(wheel.earliest(), hour);
  EXPECT_EQ(expire(wheel, hour).size(), far.size());
}

/// What the wheel must be, in the plainest way.
class model {
public:
  void add(timer_node &node) { sleepers_.emplace(node.due, &node); }

  void remove(timer_node &node) {
    auto [first, last] = sleepers_.equal_range(node.due);
    sleepers_.erase(
        std::find_if(first, last, [&](auto &s) { return s.second == &node; }));
  }

  nodes expire(std::uint64_t now) {
    nodes out;
    while (!sleepers_.empty() && sleepers_.begin()->first <= now &&
           sleepers_.begin()->first != never) {
      out.push_back(sleepers_.begin()->second);
      sleepers_.erase(sleepers_.begin());
    }
    return out;
  }

  std::uint64_t earliest() const {
    return sleepers_.empty() ? never : sleepers_.begin()->first;
  }
  bool empty() const { return sleepers_.empty(); }

private:
  std::multimap<std::uint64_t, timer_node *> sleepers_;
};

/// A wheel and its model, driven by \p seed in the same way.
class comparison {
public:
  explicit comparison(std::uint32_t seed)
      : random_(seed), now_(below(2) ? some_time() : 0) {}

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFatalFailure(); ++i)
      step();
  }

private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  /// Of any order of magnitude, or next to a power of two.
  std::uint64_t some_time() {
    const std::uint64_t power = std::uint64_t{1} << below(50);
    switch (below(4)) {
    case 0:
      return power + below(3) - 1;
    case 1:
      return below(40) * ms; // So that some are due at the same time.
    default:
      return random_() % power;
    }
  }

  std::uint64_t some_deadline() {
    switch (below(16)) {
    case 0:
      return never - below(2);
    case 1:
      return now_ - std::min(now_, some_time());
    case 2:
      return last_due_;
    default:
      return now_ + some_time();
    }
  }

  void step() {
    timer_node &node = nodes_[below(nodes_.size())];
    if (!node.prev) {
      const std::uint64_t due = some_deadline();
      last_due_ = node.due = due;
      wheel_.add(node, now_);
      ASSERT_TRUE(node.due == due || (due < node.due && node.due <= now_));
      model_.add(node);
    } else if (below(3) == 0) {
      wheel_.remove(node);
      model_.remove(node);
    }
    if (below(5) == 0) {
      if (now_ < never / 2)
        now_ += some_time();
      ASSERT_EQ(expire(wheel_, now_), model_.expire(now_));
    } else if (below(16) == 0 && model_.earliest() < never / 2) {
      now_ = std::max(now_, wheel_.next_due()); // As the worker that parked.
      ASSERT_EQ(expire(wheel_, now_), model_.expire(now_));
      ASSERT_GT(wheel_.next_due(), now_);
    }
    ASSERT_EQ(wheel_.earliest(), model_.earliest());
    ASSERT_LE(wheel_.next_due(), model_.earliest());
    ASSERT_EQ(wheel_.next_due() == never, model_.earliest() == never);
    ASSERT_EQ(wheel_.empty(), model_.empty());
  }

  std::mt19937_64 random_;
  timer_wheel wheel_;
  model model_;
  std::array<timer_node, 48> nodes_;
  std::uint64_t now_;
  std::uint64_t last_due_ = 0;
};

TEST(TimerWheel, AgreesWithItsModel) {
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    comparison(seed).run(1000);
    ASSERT_FALSE(HasFatalFailure());
  }
}

TEST(TimerWheel, KeepsOrderInLargeBatches) {
  std::mt19937_64 random(1);
  for (std::uint64_t spread :
       {std::uint64_t{1}, std::uint64_t{100}, ms, hour}) {
    timer_wheel wheel;
    model expected;
    std::vector<timer_node> all(5000);
    for (timer_node &node : all) {
      add(wheel, node, random() % spread);
      expected.add(node);
    }
    EXPECT_EQ(expire(wheel, spread / 2), expected.expire(spread / 2));
    EXPECT_EQ(expire(wheel, spread), expected.expire(spread));
    EXPECT_TRUE(wheel.empty());
  }
}

} // namespace
