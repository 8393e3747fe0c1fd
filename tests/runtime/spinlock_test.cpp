/// \file
/// spinlock: exclusion, and what it hands over.

#include "corort/detail/spinlock.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <thread>
#include <vector>

namespace {

using corort::detail::spinlock;

static_assert(sizeof(spinlock) == 1);

constinit spinlock needs_no_initialization;

TEST(Spinlock, IsHeldByOne) {
  spinlock lock;
  EXPECT_TRUE(lock.try_lock());
  EXPECT_FALSE(lock.try_lock());
  lock.unlock();
  std::lock_guard held(lock);
  EXPECT_FALSE(lock.try_lock());
}

TEST(Spinlock, Stress) {
  constexpr int rounds = 200'000;
  int plain = 0;
  const auto count = [&] {
    for (int i = 0; i < rounds; ++i) {
      if (i % 8 == 0) {
        while (!needs_no_initialization.try_lock())
          std::this_thread::yield();
      } else {
        needs_no_initialization.lock();
      }
      ++plain;
      needs_no_initialization.unlock();
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back(count);
  for (std::thread &each : threads)
    each.join();
  EXPECT_EQ(plain, 3 * rounds);
}

} // namespace
