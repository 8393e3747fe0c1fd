/// \file
/// The model checker itself: it finds what C++ allows, and nothing else.

#include "model/atomics.hpp"
#include "model/checker.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <set>
#include <utility>

namespace {

using model::explore;
using model::options;
using model::outcome;
using model::require;

constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto seq_cst = std::memory_order_seq_cst;

constexpr options everything{.preemptions = model::unbounded,
                             .old_values = model::unbounded};

struct two_words {
  model::atomic<int> x{0};
  model::atomic<int> y{0};
  int r1 = -1;
  int r2 = -1;
};

using results = std::set<std::pair<int, int>>;

/// All values of `r1` and `r2` that there are.
results results_of(std::function<void(two_words &)> first,
                   std::function<void(two_words &)> second,
                   options limits = everything) {
  results seen;
  const outcome all = explore<two_words>(
      limits, {first, second}, [&](two_words &s) { seen.emplace(s.r1, s.r2); });
  EXPECT_TRUE(all.complete) << all.failure;
  return seen;
}

/// Each thread stores to one word and then loads the other.
results store_buffering(std::memory_order store, std::memory_order load,
                        options limits = everything) {
  return results_of(
      [=](two_words &s) {
        s.x.store(1, store);
        s.r1 = s.y.load(load);
      },
      [=](two_words &s) {
        s.y.store(1, store);
        s.r2 = s.x.load(load);
      },
      limits);
}

const results not_both_old{{0, 1}, {1, 0}, {1, 1}};
const results any{{0, 0}, {0, 1}, {1, 0}, {1, 1}};

TEST(Model, StoresMayBeDelayed) {
  EXPECT_EQ(store_buffering(release, acquire), any);
  EXPECT_EQ(store_buffering(seq_cst, acquire), any);
  EXPECT_EQ(store_buffering(release, seq_cst), any);
  EXPECT_EQ(store_buffering(seq_cst, seq_cst), not_both_old);
}

TEST(Model, SequentialMemoryDelaysNothing) {
  options limits = everything;
  limits.kind = model::memory::sequential;
  EXPECT_EQ(store_buffering(relaxed, relaxed, limits), not_both_old);
}

/// As `store_buffering` with fences in between.
template <class First, class Second>
results fenced(First first, Second second) {
  return results_of(
      [=](two_words &s) {
        s.x.store(1, relaxed);
        first();
        s.r1 = s.y.load(relaxed);
      },
      [=](two_words &s) {
        s.y.store(1, relaxed);
        second();
        s.r2 = s.x.load(relaxed);
      });
}

TEST(Model, FencesEndTheDelay) {
  const auto full = [] { model::model_atomics::fence(seq_cst); };
  const auto acq_rel = [] {
    model::model_atomics::fence(std::memory_order_acq_rel);
  };
  EXPECT_EQ(fenced(full, full), not_both_old);
  EXPECT_EQ(fenced(full, acq_rel), any);
}

TEST(Model, OneHeavyFenceIsEnoughForBothSides) {
  const auto light = [] { model::model_atomics::light_fence(); };
  const auto heavy = [] { model::model_atomics::heavy_fence(); };
  EXPECT_EQ(fenced(light, heavy), not_both_old);
  EXPECT_EQ(fenced(light, light), any);
}

/// One thread writes data and then a flag; the other reads them in turn.
results message_passing(std::memory_order store, std::memory_order load) {
  return results_of(
      [=](two_words &s) {
        s.x.store(1, relaxed);
        s.y.store(1, store);
      },
      [=](two_words &s) {
        s.r1 = s.y.load(load);
        s.r2 = s.x.load(relaxed);
      });
}

TEST(Model, ReleaseAndAcquireHandOver) {
  EXPECT_EQ(message_passing(release, acquire),
            (results{{0, 0}, {0, 1}, {1, 1}}));
  EXPECT_EQ(message_passing(relaxed, acquire), any);
  EXPECT_EQ(message_passing(release, relaxed), any);
}

TEST(Model, ReadModifyWritesPassOnWhatTheyRead) {
  struct state : two_words {
    model::atomic<int> flag{0};
  };
  const auto flags = [](auto middle) {
    return explore<state>(everything, {[](state &s) {
                                         s.x.store(1, relaxed);
                                         s.flag.store(1, release);
                                       },
                                       middle,
                                       [](state &s) {
                                         if (s.flag.load(acquire) == 2)
                                           require(s.x.load(relaxed) == 1,
                                                   "old");
                                       }});
  };
  const outcome modified = flags([](state &s) {
    int one = 1;
    s.flag.compare_exchange_strong(one, 2, relaxed);
  });
  EXPECT_TRUE(modified.complete) << modified.failure;
  const outcome stored = flags([](state &s) {
    if (s.flag.load(relaxed) == 1)
      s.flag.store(2, relaxed);
  });
  EXPECT_NE(stored.failure, "");
}

TEST(Model, OneWordNeverGoesBack) {
  EXPECT_EQ(results_of(
                [](two_words &s) {
                  s.x.store(1, relaxed);
                  s.x.store(2, relaxed);
                },
                [](two_words &s) {
                  s.r1 = s.x.load(relaxed);
                  s.r2 = s.x.load(relaxed);
                }),
            (results{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 2}}));
}

TEST(Model, ReadModifyWritesLoseNothing) {
  const auto add = [](two_words &s) { s.x.fetch_add(1, relaxed); };
  const outcome all =
      explore<two_words>(everything, {add, add, add}, [](two_words &s) {
        require(s.x.load(relaxed) == 3, "lost");
      });
  EXPECT_TRUE(all.complete) << all.failure;
  // They are one step each, in any order; the rest is who ends when.
  EXPECT_GE(all.executions, 6u);
}

TEST(Model, FindsLostUpdates) {
  const auto add = [](two_words &s) {
    s.x.store(s.x.load(relaxed) + 1, relaxed);
  };
  for (const auto kind : {model::memory::weak, model::memory::sequential}) {
    const outcome lost = explore<two_words>(
        {.kind = kind, .preemptions = 1, .old_values = 0}, {add, add},
        [](two_words &s) { require(s.x.load(relaxed) == 2, "lost"); });
    EXPECT_EQ(lost.failure.substr(0, 4), "lost");
  }
  // It takes a switch in the middle.
  const outcome none = explore<two_words>(
      {.preemptions = 0, .old_values = 0}, {add, add},
      [](two_words &s) { require(s.x.load(relaxed) == 2, "lost"); });
  EXPECT_EQ(none.executions, 2u);
  EXPECT_TRUE(none.complete) << none.failure;
}

struct shared_data {
  model::plain<int> data;
  model::atomic<int> ready{0};
  model::mutex mutex;
};

TEST(Model, FindsDataRaces) {
  const auto publish = [](std::memory_order order) {
    return explore<shared_data>(everything, {[=](shared_data &s) {
                                               s.data.set(1);
                                               s.ready.store(1, order);
                                             },
                                             [](shared_data &s) {
                                               if (s.ready.load(acquire))
                                                 require(s.data.get() == 1,
                                                         "old");
                                             }});
  };
  EXPECT_EQ(publish(release).failure, "");
  EXPECT_EQ(publish(relaxed).failure.substr(0, 9), "data race");
  // Written again after it was handed over.
  const outcome again =
      explore<shared_data>(everything, {[](shared_data &s) {
                                          s.ready.store(1, release);
                                          s.data.set(1);
                                        },
                                        [](shared_data &s) {
                                          if (s.ready.load(acquire))
                                            s.data.get();
                                        }});
  EXPECT_EQ(again.failure.substr(0, 9), "data race");
}

TEST(Model, MutexesExclude) {
  const auto add = [](shared_data &s) {
    s.mutex.lock();
    s.data.set(s.data.get() + 1);
    s.mutex.unlock();
  };
  const outcome all =
      explore<shared_data>(everything, {add, add, add}, [](shared_data &s) {
        require(s.data.get() == 3, "lost");
      });
  EXPECT_TRUE(all.complete) << all.failure;
}

TEST(Model, FindsDeadlocks) {
  struct state {
    model::mutex a;
    model::mutex b;
  };
  const outcome stuck = explore<state>({.preemptions = 1}, {[](state &s) {
                                                              s.a.lock();
                                                              s.b.lock();
                                                              s.b.unlock();
                                                              s.a.unlock();
                                                            },
                                                            [](state &s) {
                                                              s.b.lock();
                                                              s.a.lock();
                                                              s.a.unlock();
                                                              s.b.unlock();
                                                            }});
  EXPECT_EQ(stuck.failure.substr(0, 8), "deadlock");
}

TEST(Model, FutexesLoseNoWakeUp) {
  const auto wait = [](two_words &s) {
    while (s.x.load(acquire) == 0)
      model::model_atomics::futex_wait(s.x, 0);
  };
  const outcome all = explore<two_words>(
      everything, {wait, [](two_words &s) {
                     s.x.store(1, release);
                     model::model_atomics::futex_wake_one(s.x);
                   }});
  EXPECT_TRUE(all.complete) << all.failure;
  const outcome early = explore<two_words>(
      everything, {wait, [](two_words &s) {
                     model::model_atomics::futex_wake_one(s.x);
                     s.x.store(1, release);
                   }});
  EXPECT_EQ(early.failure.substr(0, 8), "deadlock");
}

TEST(Model, TimePassesWhenNothingElseHappens) {
  const auto timeout = [](options limits) {
    return explore<two_words>(
        limits,
        {[](two_words &s) {
           model::model_atomics::futex_wait_for(s.x, 0, 1);
           s.r1 = s.y.load(seq_cst);
         },
         [](two_words &s) { s.y.store(1, seq_cst); }},
        [](two_words &s) { require(s.r1 == 1, "too early"); });
  };
  options limits = everything;
  limits.early_timeouts = 0;
  const outcome late = timeout(limits);
  EXPECT_TRUE(late.complete) << late.failure;
  limits.early_timeouts = 1;
  EXPECT_EQ(timeout(limits).failure.substr(0, 9), "too early");
  limits.time_passes = false;
  EXPECT_EQ(timeout(limits).failure.substr(0, 8), "deadlock");
}

TEST(Model, FindsLiveLocks) {
  const outcome stuck = explore<two_words>({.preemptions = 0, .old_values = 0},
                                           {[](two_words &s) {
                                             while (s.x.load(relaxed) == 0) {
                                             }
                                           }});
  EXPECT_EQ(stuck.failure.substr(0, 9), "live lock");
}

} // namespace
