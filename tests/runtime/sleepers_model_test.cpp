/// \file
/// sleepers: no wake-up is lost, in every order of a few workers and others.

#include "model/atomics.hpp"
#include "model/checker.hpp"

#include "corort/detail/sleepers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace {

using corort::detail::basic_sleepers;
using model::model_atomics;
using model::options;
using model::outcome;
using model::require;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto seq_cst = std::memory_order_seq_cst;

/// The queue of a worker: how many were pushed, by itself, and how many were
/// taken, by anyone. With the orders of `work_ring`.
template <class Atomics> class counter_queue {
public:
  void push() { back_.store(back_.load(relaxed) + 1, release); }
  bool take() {
    int front = front_.load(acquire);
    while (front < back_.load(acquire))
      if (front_.compare_exchange_strong(front, front + 1,
                                         std::memory_order_acq_rel, acquire))
        return true;
    return false;
  }
  int size() const { return back_.load(relaxed) - front_.load(relaxed); }

private:
  typename Atomics::template atomic<int> front_{0};
  typename Atomics::template atomic<int> back_{0};
};

/// What `worker_pool` does with `sleepers`, for tasks that are all alike: none
/// ends before all have begun, so each needs a worker of its own.
template <class Atomics, std::size_t Workers> class pool {
public:
  pool(int tasks, bool eager) : tasks_(tasks), eager_(eager) {}

  /// The task that worker \p number begins with makes others.
  void run_first(std::size_t number, const std::string &others) {
    worker &self = workers_[number];
    for (const char kind : others) {
      self.queue.push();
      if (kind == 'l')
        sleepers_.notify_unless_lone([&] { return self.queue.size() < 2; });
      else
        sleepers_.notify();
    }
    run_task();
    run(number);
  }

  void run(std::size_t number) {
    worker &self = workers_[number];
    bool stuck = false;
    while (!sleepers_.stopping()) {
      bool found = find(self, stuck);
      if (!found) {
        sleepers_.search(self.place);
        found = find(self, stuck);
      }
      if (found) {
        sleepers_.found(self.place, [this] { return work_left(); });
        run_task();
        continue;
      }
      // What is left are lone items; it takes one if it has seen them before.
      stuck = !eager_ && work_left() && sleepers_.nap(self.place, {}, [this] {
        return injected_.load(seq_cst) != 0;
      });
      if (!stuck)
        sleepers_.sleep(
            self.place, [this] { return work_left(); },
            [] { return basic_sleepers<Atomics>::for_ever; });
    }
  }

  /// Another thread makes a task.
  void inject() {
    {
      std::lock_guard held(lock_);
      injected_.store(injected_.load(relaxed) + 1, seq_cst);
    }
    sleepers_.notify_from_outside();
  }

private:
  struct worker {
    counter_queue<Atomics> queue;
    typename basic_sleepers<Atomics>::place place;
  };

  void run_task() {
    const int begun = begun_.fetch_add(1, seq_cst) + 1;
    if (begun >= tasks_) {
      model_atomics::futex_wake_all(begun_);
      sleepers_.stop();
      for (worker &each : workers_)
        basic_sleepers<Atomics>::wake(each.place);
      return;
    }
    for (int now = begun; now < tasks_; now = begun_.load(seq_cst))
      model_atomics::futex_wait(begun_, now);
  }

  bool find(worker &self, bool stuck) {
    if (self.queue.take() || take_injected())
      return true;
    for (worker &victim : workers_)
      if (&victim != &self && victim.queue.size() > (stuck || eager_ ? 0 : 1) &&
          victim.queue.take())
        return true;
    return false;
  }

  bool take_injected() {
    if (injected_.load(acquire) == 0)
      return false;
    std::lock_guard held(lock_);
    const int count = injected_.load(relaxed);
    if (count != 0)
      injected_.store(count - 1, seq_cst);
    return count != 0;
  }

  bool work_left() const {
    if (injected_.load(seq_cst) != 0)
      return true;
    const int few = sleepers_.napping() ? 1 : 0;
    for (const worker &each : workers_)
      if (each.queue.size() > few)
        return true;
    return false;
  }

  const int tasks_;
  /// Takes lone items from others at once.
  const bool eager_;
  basic_sleepers<Atomics> sleepers_{Workers};
  std::array<worker, Workers> workers_;
  typename Atomics::lock lock_;
  typename Atomics::template atomic<int> injected_{0};
  // Not of the pool, so never broken.
  model::atomic<int> begun_{0};
};

struct scenario {
  /// What the first task makes: `n` for a new task, `l` for one that may be
  /// left to its worker as long as it is alone. There is no first task if this
  /// is `idle`.
  std::string inside;
  /// How many tasks another thread makes.
  int outside = 0;
  /// How many tasks need not begin.
  int left_over = 0;
};

const std::string idle = "idle";

template <class Atomics, std::size_t Workers>
outcome explore(options limits, const scenario &what) {
  static int tasks;
  static bool eager;
  const bool none_inside = what.inside == idle;
  const int inside = none_inside ? 0 : 1 + static_cast<int>(what.inside.size());
  tasks = inside + what.outside - what.left_over;
  eager = !limits.time_passes && what.left_over == 0;
  struct state : pool<Atomics, Workers> {
    state() : pool<Atomics, Workers>(tasks, eager) {}
  };
  std::vector<std::function<void(state &)>> bodies{[&](state &s) {
    if (none_inside)
      s.run(0);
    else
      s.run_first(0, what.inside);
  }};
  for (std::size_t i = 1; i < Workers; ++i)
    bodies.push_back([i](state &s) { s.run(i); });
  if (what.outside)
    bodies.push_back([&](state &s) {
      for (int i = 0; i < what.outside; ++i)
        s.inject();
    });
  const outcome result = model::explore<state>(limits, bodies);
  std::printf("%llu executions%s\n",
              static_cast<unsigned long long>(result.executions),
              result.complete ? ", complete" : "");
  return result;
}

// AddressSanitizer is slow, and sees the same memory in most executions.
constexpr int preemptions = CORORT_ASAN ? 1 : 2;

/// Nobody is woken by the clock, so those who make work must do so.
constexpr options without_time{
    .preemptions = preemptions, .old_values = 1, .time_passes = false};
constexpr options with_time{.preemptions = preemptions, .old_values = 1};

options few(options limits) {
  --limits.preemptions;
  return limits;
}

TEST(SleepersModel, OneTaskIsTaken) {
  const outcome result = explore<model_atomics, 2>(without_time, {"n"});
  EXPECT_TRUE(result.complete) << result.failure;
}

TEST(SleepersModel, OneTaskFromOutsideIsTaken) {
  const outcome result = explore<model_atomics, 2>(without_time, {"", 1});
  EXPECT_TRUE(result.complete) << result.failure;
}

TEST(SleepersModel, TwoTasksFromOutsideAreTaken) {
  const outcome result =
      explore<model_atomics, 2>(few(without_time), {idle, 2});
  EXPECT_TRUE(result.complete) << result.failure;
}

TEST(SleepersModel, TwoTasksAreTaken) {
  const outcome result = explore<model_atomics, 3>(few(without_time), {"nn"});
  EXPECT_TRUE(result.complete) << result.failure;
}

TEST(SleepersModel, OneFromEachSideIsTaken) {
  const outcome result = explore<model_atomics, 3>(few(without_time), {"n", 1});
  EXPECT_TRUE(result.complete) << result.failure;
}

TEST(SleepersModel, LoneTaskIsTakenInTheEnd) {
  const outcome result = explore<model_atomics, 2>(with_time, {"l"});
  EXPECT_TRUE(result.complete) << result.failure;
}

TEST(SleepersModel, TaskFromOutsideIsTakenByWhoWatchesALoneTask) {
  const outcome result = explore<model_atomics, 2>(without_time, {"l", 1, 1});
  EXPECT_TRUE(result.complete) << result.failure;
}

TEST(SleepersModel, LoneTaskIsTakenThoughTheWatcherFindsOther) {
  options limits = few(with_time);
  limits.old_values = 0;
  const outcome result = explore<model_atomics, 3>(limits, {"l", 1});
  EXPECT_TRUE(result.complete) << result.failure;
}

struct without_heavy_fence : model_atomics {
  static void heavy_fence() {}
};

struct without_fence : model_atomics {
  static void fence(std::memory_order) {}
};

TEST(SleepersModel, FindsThatAFenceIsMissing) {
  const options limits{.preemptions = 1, .old_values = 1, .time_passes = false};
  EXPECT_NE((explore<without_heavy_fence, 2>(limits, {"n"}).failure), "");
  EXPECT_NE((explore<without_fence, 2>(limits, {idle, 2}).failure), "");
}

} // namespace
