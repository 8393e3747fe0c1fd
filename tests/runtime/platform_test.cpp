/// \file
/// Waiting for a word, and fences of which one side is free.

#include "corort/detail/platform.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using namespace corort::detail;

TEST(Futex, DoesNotWaitForWhatHasHappened) {
  std::atomic<std::uint32_t> word{1};
  futex_wait(word, 0);
  EXPECT_TRUE(futex_wait_for(word, 0, 1h));
}

TEST(Futex, GivesUp) {
  std::atomic<std::uint32_t> word{0};
  EXPECT_FALSE(futex_wait_for(word, 0, 0ns));
  EXPECT_FALSE(futex_wait_for(word, 0, -1h));
  // It may be woken for no reason, but not for ever.
  while (futex_wait_for(word, 0, 1us)) {
  }
}

void wait_until(std::atomic<std::uint32_t> &word, std::uint32_t value,
                bool timed) {
  for (;;) {
    const std::uint32_t now = word.load(std::memory_order_acquire);
    if (now == value)
      return;
    if (timed)
      futex_wait_for(word, now, std::chrono::nanoseconds::max());
    else
      futex_wait(word, now);
  }
}

TEST(Futex, WakesOne) {
  std::atomic<std::uint32_t> word{0};
  constexpr std::uint32_t rounds = 2000;
  const auto play = [&](std::uint32_t parity) {
    for (std::uint32_t i = parity; i < rounds; i += 2) {
      wait_until(word, i, i % 4 < 2);
      word.store(i + 1, std::memory_order_release);
      futex_wake_one(word);
    }
  };
  std::thread other(play, 1);
  play(0);
  other.join();
  EXPECT_EQ(word.load(), rounds);
}

TEST(Futex, WakesAll) {
  std::atomic<std::uint32_t> word{0};
  std::vector<std::thread> waiting;
  for (int i = 0; i < 4; ++i)
    waiting.emplace_back([&, i] { wait_until(word, 1, i % 2 == 0); });
  word.store(1, std::memory_order_release);
  futex_wake_all(word);
  for (std::thread &each : waiting)
    each.join();
}

/// Two threads each store to one word and load the other, again and again.
/// \returns how often both missed what the other stored.
template <class First, class Second> int missed(First first, Second second) {
  constexpr int rounds = 1000;
  struct alignas(cache_line) padded {
    std::atomic<int> value{0};
  };
  padded x, y, arrived;
  std::vector<int> seen(rounds);
  const auto meet = [&](int round) {
    arrived.value.fetch_add(1);
    // Spinning brings both here at once, as long as each has a processor.
    for (int spins = 0; arrived.value.load() < 2 * (round + 1); ++spins)
      if (spins < 1000)
        cpu_relax();
      else
        std::this_thread::yield();
  };
  std::thread other([&] {
    for (int round = 0; round < rounds; ++round) {
      meet(round);
      y.value.store(round + 1, std::memory_order_relaxed);
      second();
      seen[static_cast<std::size_t>(round)] =
          x.value.load(std::memory_order_relaxed);
    }
  });
  std::vector<int> mine(rounds);
  for (int round = 0; round < rounds; ++round) {
    meet(round);
    x.value.store(round + 1, std::memory_order_relaxed);
    first();
    mine[static_cast<std::size_t>(round)] =
        y.value.load(std::memory_order_relaxed);
  }
  other.join();
  int count = 0;
  for (int round = 0; round < rounds; ++round)
    count += mine[static_cast<std::size_t>(round)] <= round &&
             seen[static_cast<std::size_t>(round)] <= round;
  return count;
}

// Before the registration, which is for the whole process.
TEST(Fences, UnregisteredLightFencesAreReal) {
  ASSERT_FALSE(heavy_fence_registered.load());
  EXPECT_EQ(missed([] { light_fence(); }, [] { light_fence(); }), 0);
  EXPECT_EQ(missed([] { light_fence(); }, [] { heavy_fence(); }), 0);
}

TEST(Fences, OneHeavyFenceIsEnoughForBothSides) {
  register_heavy_fence();
  register_heavy_fence();
  EXPECT_EQ(missed([] { light_fence(); }, [] { heavy_fence(); }), 0);
  EXPECT_EQ(missed([] { heavy_fence(); }, [] { heavy_fence(); }), 0);
}

} // namespace
