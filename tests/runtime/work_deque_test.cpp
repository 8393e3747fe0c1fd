/// \file
/// work_deque and work_ring: their order, their growth, and that no item is
/// lost or taken twice. (queues_model_test.cpp has the short races in full.)

#include "corort/detail/fifo_ring.hpp"
#include "corort/detail/work_deque.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace {

using corort::detail::work_deque;
using corort::detail::work_ring;

using items = std::vector<std::uintptr_t>;

TEST(WorkDeque, OwnerTakesTheNewest) {
  work_deque d;
  EXPECT_TRUE(d.empty());
  for (std::uintptr_t item : {1u, 2u, 3u})
    d.push(item);
  EXPECT_EQ(d.size(), 3);
  EXPECT_EQ((items{d.pop(), d.pop(), d.pop(), d.pop()}), (items{3, 2, 1, 0}));
  EXPECT_TRUE(d.empty());
  EXPECT_EQ(d.size(), 0);
}

TEST(WorkDeque, ThievesTakeTheOldest) {
  work_deque d;
  for (std::uintptr_t item : {1u, 2u, 3u})
    d.push(item);
  EXPECT_EQ((items{d.steal(), d.pop(), d.steal(), d.steal(), d.pop()}),
            (items{1, 3, 2, 0, 0}));
}

TEST(WorkDeque, Grows) {
  work_deque d(2);
  for (std::uintptr_t item = 1; item <= 100; ++item) {
    d.push(2 * item);
    d.push(2 * item + 1);
    EXPECT_EQ(d.steal(), item + 1);
  }
  EXPECT_EQ(d.size(), 100);
  for (std::uintptr_t item = 201; item > 101; --item)
    EXPECT_EQ(d.pop(), item);
  EXPECT_EQ(d.pop(), 0u);
}

TEST(WorkDeque, UsesItsSlotsAgain) {
  work_deque d(2);
  for (std::uintptr_t item = 1; item <= 1000; ++item) {
    d.push(item);
    EXPECT_EQ(item % 2 ? d.pop() : d.steal(), item);
  }
}

TEST(WorkRing, TakesInOrder) {
  work_ring r;
  EXPECT_EQ(r.take(), 0u);
  for (std::uintptr_t item : {1u, 2u, 3u})
    r.push(item);
  EXPECT_EQ(r.size(), 3);
  EXPECT_FALSE(r.empty());
  EXPECT_EQ((items{r.take(), r.take(), r.take(), r.take()}),
            (items{1, 2, 3, 0}));
  EXPECT_TRUE(r.empty());
}

TEST(WorkRing, Grows) {
  work_ring r(2);
  for (std::uintptr_t item = 1; item <= 100; ++item) {
    r.push(2 * item);
    r.push(2 * item + 1);
    EXPECT_EQ(r.take(), item + 1);
  }
  for (std::uintptr_t item = 102; item <= 201; ++item)
    EXPECT_EQ(r.take(), item);
  EXPECT_EQ(r.take(), 0u);
}

/// Items that stand for data which is not atomic, so that ThreadSanitizer sees
/// whether it is handed over.
class ledger {
public:
  explicit ledger(std::uintptr_t count) : taken_(count + 1) {}

  std::uintptr_t count() const { return taken_.size() - 1; }
  /// Before the item is pushed.
  void prepare(std::uintptr_t item) { taken_[item] = 0; }
  void took(std::uintptr_t item) {
    ++taken_[item];
    left_.fetch_sub(1, std::memory_order_relaxed);
  }
  bool all_taken() const { return left_.load(std::memory_order_relaxed) <= 0; }
  void expect_each_once() const {
    for (std::uintptr_t item = 1; item <= count(); ++item)
      ASSERT_EQ(taken_[item], 1) << item;
  }

private:
  std::vector<int> taken_;
  std::atomic<std::int64_t> left_{static_cast<std::int64_t>(count())};
};

constexpr std::uintptr_t stress_items = 500'000;
constexpr int thieves = 2;

/// Runs \p owner here and \p thief in other threads.
template <class Owner, class Thief>
void run_stress(ledger &book, Owner owner, Thief thief) {
  std::vector<std::thread> threads;
  for (int i = 0; i < thieves; ++i)
    threads.emplace_back(thief);
  owner();
  for (std::thread &each : threads)
    each.join();
  book.expect_each_once();
}

TEST(WorkDeque, Stress) {
  ledger book(stress_items);
  work_deque d(2);
  const auto owner = [&] {
    for (std::uintptr_t item = 1; item <= book.count(); ++item) {
      book.prepare(item);
      d.push(item);
      // Short bursts, so that they often meet at the last item.
      if (item % 3 == 0)
        for (int i = 0; i < 2; ++i)
          if (const std::uintptr_t mine = d.pop())
            book.took(mine);
    }
    while (const std::uintptr_t mine = d.pop())
      book.took(mine);
  };
  const auto thief = [&] {
    while (!book.all_taken()) {
      if (const std::uintptr_t stolen = d.steal())
        book.took(stolen);
      else
        std::this_thread::yield();
    }
  };
  run_stress(book, owner, thief);
  EXPECT_TRUE(d.empty());
}

TEST(WorkRing, Stress) {
  ledger book(stress_items);
  work_ring r(2);
  const auto owner = [&] {
    for (std::uintptr_t item = 1; item <= book.count(); ++item) {
      book.prepare(item);
      r.push(item);
      if (item % 2 == 0)
        if (const std::uintptr_t oldest = r.take())
          book.took(oldest);
    }
  };
  const auto taker = [&] {
    std::uintptr_t before = 0;
    while (!book.all_taken()) {
      const std::uintptr_t item = r.take();
      if (!item) {
        std::this_thread::yield();
        continue;
      }
      ASSERT_GT(item, before);
      before = item;
      book.took(item);
    }
  };
  run_stress(book, owner, taker);
  EXPECT_TRUE(r.empty());
}

} // namespace
