/// \file
/// work_deque and work_ring in every order of short threads, and the checker
/// on copies of them that are broken in one place each.

#include "model/atomics.hpp"
#include "model/checker.hpp"

#include "corort/detail/fifo_ring.hpp"
#include "corort/detail/work_deque.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace {

using corort::detail::basic_work_deque;
using corort::detail::basic_work_ring;
using model::model_atomics;
using model::options;
using model::outcome;
using model::require;

/// Operations on 64-bit words, which are what decides in the queues, that can
/// be made weaker than they are written.
enum class bug {
  none,
  /// A store with a fence is one without.
  exchange_is_store,
  /// As on machines that let a later load overtake a seq_cst exchange.
  loads_are_acquire,
  /// A compare-exchange is a load and a store.
  compare_and_store,
  stores_are_relaxed,
};

template <bug Bug> struct broken_atomics : model_atomics {
  template <class T> class atomic : public model::atomic<T> {
    using base = model::atomic<T>;

  public:
    using base::base;

    T load(std::memory_order order) const {
      if constexpr (Bug == bug::loads_are_acquire)
        order = model::acquires(order) ? std::memory_order_acquire : order;
      return base::load(order);
    }
    void store(T value, std::memory_order order) {
      base::store(value, Bug == bug::stores_are_relaxed
                             ? std::memory_order_relaxed
                             : order);
    }
    T exchange(T value, std::memory_order order) {
      if constexpr (Bug != bug::exchange_is_store)
        return base::exchange(value, order);
      base::store(value, std::memory_order_release);
      return value;
    }
    template <class... Orders>
    bool compare_exchange_strong(T &expected, T desired, Orders... orders) {
      if constexpr (Bug != bug::compare_and_store)
        return base::compare_exchange_strong(expected, desired, orders...);
      const T found = base::load(std::memory_order_acquire);
      if (found == expected)
        base::store(desired, std::memory_order_release);
      return found == expected;
    }
    template <class... Orders>
    bool compare_exchange_weak(T &expected, T desired, Orders... orders) {
      if constexpr (Bug != bug::compare_and_store)
        return base::compare_exchange_weak(expected, desired, orders...);
      return compare_exchange_strong(expected, desired, orders...);
    }
  };
};

/// A queue of numbers that stand for data which is not atomic.
template <class Queue> class world {
public:
  Queue queue{2};

  void push(std::uintptr_t item) {
    data_[item].set(item);
    queue.push(item);
  }
  void took(std::uintptr_t item) {
    if (!item)
      return;
    require(item < items, "an item that nobody pushed");
    if (item >= items)
      return;
    require(data_[item].get() == item, "an item before its data");
    require(!taken_[item], "an item taken twice");
    taken_[item] = true;
  }
  /// \p last is the highest item that was pushed.
  void require_all_taken(std::uintptr_t last) {
    for (std::uintptr_t item = 1; item <= last; ++item)
      require(taken_[item], "an item lost");
  }

private:
  static constexpr std::size_t items = 8;
  model::plain<std::uintptr_t> data_[items];
  bool taken_[items] = {};
};

template <class Atomics> using deque_world = world<basic_work_deque<Atomics>>;
template <class Atomics> using ring_world = world<basic_work_ring<Atomics>>;

template <class World> using body = std::function<void(World &)>;

/// An owner written as a word: `+` pushes the next item, `-` pops.
template <class World> body<World> deque_owner(std::string steps) {
  return [steps](World &w) {
    std::uintptr_t next = 1;
    for (const char step : steps) {
      if (step == '+')
        w.push(next++);
      else
        w.took(w.queue.pop());
    }
  };
}

template <class World> body<World> thief(int attempts) {
  return [attempts](World &w) {
    for (int i = 0; i < attempts; ++i)
      w.took(w.queue.steal());
  };
}

template <class World> body<World> ring_owner(std::string steps) {
  return [steps](World &w) {
    std::uintptr_t next = 1;
    for (const char step : steps) {
      if (step == '+')
        w.push(next++);
      else
        w.took(w.queue.take());
    }
  };
}

template <class World> body<World> taker(int attempts) {
  return [attempts](World &w) {
    std::uintptr_t before = 0;
    for (int i = 0; i < attempts; ++i) {
      const std::uintptr_t item = w.queue.take();
      w.took(item);
      require(!item || item > before, "an item before an older one");
      before = item ? item : before;
    }
  };
}

std::uintptr_t pushes(const std::string &steps) {
  std::uintptr_t count = 0;
  for (const char step : steps)
    count += step == '+';
  return count;
}

void report(const outcome &result) {
  std::printf("%llu executions%s\n",
              static_cast<unsigned long long>(result.executions),
              result.complete ? ", complete" : "");
}

template <class Atomics = model_atomics>
outcome check_deque(options limits, const std::string &steps,
                    std::vector<int> thieves) {
  using state = deque_world<Atomics>;
  std::vector<body<state>> bodies{deque_owner<state>(steps)};
  for (const int attempts : thieves)
    bodies.push_back(thief<state>(attempts));
  const outcome result = model::explore<state>(limits, bodies, [&](state &s) {
    while (const std::uintptr_t item = s.queue.pop())
      s.took(item);
    require(s.queue.empty() && s.queue.size() == 0, "not empty at the end");
    s.require_all_taken(pushes(steps));
  });
  report(result);
  return result;
}

template <class Atomics = model_atomics>
outcome check_ring(options limits, const std::string &steps,
                   std::vector<int> takers) {
  using state = ring_world<Atomics>;
  std::vector<body<state>> bodies{ring_owner<state>(steps)};
  for (const int attempts : takers)
    bodies.push_back(taker<state>(attempts));
  const outcome result = model::explore<state>(limits, bodies, [&](state &s) {
    while (const std::uintptr_t item = s.queue.take())
      s.took(item);
    require(s.queue.empty() && s.queue.size() == 0, "not empty at the end");
    s.require_all_taken(pushes(steps));
  });
  report(result);
  return result;
}

constexpr options everything{.preemptions = model::unbounded,
                             .old_values = model::unbounded};
// AddressSanitizer is slow, and sees the same memory in most executions.
constexpr options bounded{.preemptions = CORORT_ASAN ? 2 : 3};
constexpr options quick{.preemptions = CORORT_ASAN ? 1 : 2, .old_values = 2};

TEST(WorkDequeModel, OneItem) {
  for (const char *steps : {"+", "+-", "+--"}) {
    const outcome result = check_deque(everything, steps, {1});
    EXPECT_TRUE(result.complete) << result.failure;
  }
}

TEST(WorkDequeModel, LastItem) {
  for (const char *steps : {"+-+", "++--", "++-+-", "+-+-"}) {
    const outcome result = check_deque(bounded, steps, {2});
    EXPECT_TRUE(result.complete) << result.failure;
  }
}

TEST(WorkDequeModel, TwoThieves) {
  const outcome result = check_deque(bounded, "++--", {1, 1});
  EXPECT_TRUE(result.complete) << result.failure;
}

TEST(WorkDequeModel, Growth) {
  for (const char *steps : {"+++-", "++-++-"}) {
    const outcome result = check_deque(quick, steps, {2});
    EXPECT_TRUE(result.complete) << result.failure;
  }
}

TEST(WorkDequeModel, SlotsAreUsedAgain) {
  const outcome result = check_deque(bounded, "++-+-+", {2});
  EXPECT_TRUE(result.complete) << result.failure;
}

template <bug Bug> std::string deque_failure(const std::string &steps) {
  return check_deque<broken_atomics<Bug>>(bounded, steps, {2}).failure;
}

TEST(WorkDequeModel, FindsWhatIsBroken) {
  EXPECT_EQ(deque_failure<bug::none>("++--"), "");
  EXPECT_NE(deque_failure<bug::exchange_is_store>("++--"), "");
  EXPECT_NE(deque_failure<bug::loads_are_acquire>("++--"), "");
  EXPECT_NE(deque_failure<bug::compare_and_store>("+-"), "");
  EXPECT_NE(deque_failure<bug::stores_are_relaxed>("+"), "");
}

TEST(WorkRingModel, OneItem) {
  for (const char *steps : {"+", "+-"}) {
    const outcome result = check_ring(everything, steps, {1});
    EXPECT_TRUE(result.complete) << result.failure;
  }
}

TEST(WorkRingModel, SeveralTakers) {
  for (const char *steps : {"+-", "++-"}) {
    const outcome result = check_ring(quick, steps, {1, 1});
    EXPECT_TRUE(result.complete) << result.failure;
  }
}

TEST(WorkRingModel, Growth) {
  for (const char *steps : {"+++", "++-++"}) {
    const outcome result = check_ring(quick, steps, {2});
    EXPECT_TRUE(result.complete) << result.failure;
  }
}

TEST(WorkRingModel, SlotsAreUsedAgain) {
  const outcome result = check_ring(quick, "++-+-+", {2});
  EXPECT_TRUE(result.complete) << result.failure;
}

template <bug Bug> std::string ring_failure(const std::string &steps) {
  return check_ring<broken_atomics<Bug>>(bounded, steps, {2}).failure;
}

TEST(WorkRingModel, FindsWhatIsBroken) {
  EXPECT_EQ(ring_failure<bug::none>("+-"), "");
  EXPECT_NE(ring_failure<bug::compare_and_store>("+-"), "");
  EXPECT_NE(ring_failure<bug::stores_are_relaxed>("+"), "");
}

} // namespace
