/// \file
/// worker_pool: threads that share out ready work by stealing it.

#ifndef CORORT_DETAIL_WORKER_POOL_HPP
#define CORORT_DETAIL_WORKER_POOL_HPP

#include "corort/detail/injection_queue.hpp"
#include "corort/detail/platform.hpp"
#include "corort/detail/root_pool.hpp"
#include "corort/detail/run_work.hpp"
#include "corort/detail/sleepers.hpp"
#include "corort/detail/thread_context.hpp"
#include "corort/detail/timer_queue.hpp"
#include "corort/detail/watched_thread.hpp"
#include "corort/detail/worker.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace corort::detail {

/// Each worker runs its newest work first and steals the oldest of others.
class worker_pool {
public:
  worker_pool(scheduler &home, timer_queue &timers, unsigned count)
      : timers_(timers), sleepers_(count) {
    register_heavy_fence();
    workers_.reserve(count);
    for (unsigned i = 0; i < count; ++i)
      workers_.push_back(std::make_unique<worker>(home, *this, i));
  }
  worker_pool(const worker_pool &) = delete;
  worker_pool &operator=(const worker_pool &) = delete;
  ~worker_pool() { stop(); }

  /// \throws std::system_error if a thread can't be started; those that were
  /// are ended.
  void start() {
    try {
      threads_.reserve(workers_.size());
      for (auto &w : workers_)
        threads_.emplace_back([this, &w] { run(*w); });
    } catch (...) {
      stop();
      throw;
    }
  }

  /// Waits until each has finished what it runs.
  void stop() noexcept {
    sleepers_.stop();
    for (auto &w : workers_)
      sleepers::wake(w->place);
    for (std::thread &t : threads_)
      t.join();
    threads_.clear();
  }

  unsigned size() const noexcept {
    return static_cast<unsigned>(workers_.size());
  }

  /// The worker whose thread this is, if it is one of these; else null.
  worker *mine() const noexcept {
    worker *self = this_thread().self;
    return self && self->home_pool == this ? self : nullptr;
  }

  /// Work that is new: somebody else may well take it.
  void push(work_node &node) noexcept {
    worker *self = mine();
    if (self && push_to(self->hot, node)) [[likely]]
      sleepers_.notify();
    else
      inject(node);
  }

  /// As `push`, for \p self, which is `mine()`; `notify` when it was the last.
  /// \returns false if there is no memory.
  bool try_push(worker &self, std::coroutine_handle<> coroutine) noexcept {
    return push_to(self.hot, work_node(coroutine));
  }
  void notify() noexcept { sleepers_.notify(); }

  /// Work that became ready again: the waker will most likely run it next.
  void wake(work_node &node) noexcept {
    worker *self = mine();
    if (self && push_to(self->hot, node)) [[likely]]
      notify_unless_lone(*self);
    else
      inject(node);
  }

  /// Work that lets all other go first.
  void push_patient(work_node &node) noexcept {
    worker *self = mine();
    if (self && push_to(self->patient, node)) [[likely]]
      notify_unless_lone(*self);
    else
      inject(node);
  }

  /// A sleeper may have to wake up sooner than it thinks.
  void timer_added() noexcept {
    if (mine()) [[likely]]
      sleepers_.notify_unless_lone([] { return true; });
    else
      sleepers_.notify_from_outside();
  }

private:
  // Nanoseconds. A theft should pay for its own cost; a lone item is left to
  // its owner for as long as a hand-over between tasks takes.
  static constexpr std::uint64_t worth = 500;
  static constexpr std::uint64_t patience = 5'000;
  static constexpr std::uint64_t longest_pause = 200'000;
  /// Cheaper than to fall asleep and be woken again.
  static constexpr std::uint64_t search_time = 15'000;
  static constexpr std::uint64_t never = timer_wheel::never;

  /// \returns false if there is no memory to grow.
  template <class Queue>
  static bool push_to(Queue &queue, const work_node &node) noexcept {
    try {
      queue.push(node.word());
      return true;
    } catch (...) {
      return false;
    }
  }

  /// For other threads, and those without memory: this queue needs none.
  void inject(work_node &node) noexcept {
    // Destructors of abandoned tasks wake others that will not run either, and
    // the nodes go before the queue does.
    if (sleepers_.stopping()) [[unlikely]]
      return;
    injected_.push(node);
    sleepers_.notify_from_outside();
  }

  void notify_unless_lone(worker &self) noexcept {
    sleepers_.notify_unless_lone([&] { return in_queues_of(self) < 2; });
  }

  static std::int64_t in_queues_of(const worker &w) noexcept {
    return w.hot.size() + w.patient.size();
  }

  std::uintptr_t find(worker &self) noexcept {
    const std::uint32_t turn = self.turns.load(std::memory_order_relaxed) + 1;
    self.turns.store(turn, std::memory_order_relaxed);
    if (turn % 64 != 0) [[likely]]
      if (std::uintptr_t word = self.hot.pop()) [[likely]]
        return word;
    return find_elsewhere(self, turn);
  }

  // Not inlined, like all that a busy worker seldom does: it is in the way.
  [[gnu::noinline]] std::uintptr_t find_elsewhere(worker &self,
                                                  std::uint32_t turn) noexcept {
    if (turn % 64 == 0) [[unlikely]] {
      if (std::uintptr_t word = find_neglected(self, turn))
        return word;
      if (std::uintptr_t word = self.hot.pop())
        return word;
    }
    if (std::uintptr_t word = self.patient.take())
      return word;
    if (std::uintptr_t word = injected_.pop())
      return word;
    if (fire(self))
      if (std::uintptr_t word = self.patient.take())
        return word;
    return steal(self);
  }

  /// Newest first is quick but not fair; this is what makes it so.
  std::uintptr_t find_neglected(worker &self, std::uint32_t turn) noexcept {
    fire(self);
    if (std::uintptr_t word = injected_.pop())
      return word;
    if (std::uintptr_t word = self.patient.take())
      return word;
    // Seldom, as it breaks the depth-first order.
    return turn % 4096 == 0 ? self.hot.steal() : 0;
  }

  std::size_t fire(worker &) noexcept {
    return timers_.fire([this](work_node &node) { push_patient(node); });
  }

  std::uintptr_t steal(worker &self) noexcept {
    if (self.paused_until != 0) {
      if (clock() < self.paused_until)
        return 0;
      self.paused_until = 0;
    }
    // xorshift: any victim will do, but not always the same one.
    self.random ^= self.random << 13;
    self.random ^= self.random >> 7;
    self.random ^= self.random << 17;
    const std::size_t count = workers_.size();
    std::size_t at = self.random % count;
    for (std::size_t i = 0; i < count; ++i, at = at + 1 == count ? 0 : at + 1)
      if (workers_[at].get() != &self)
        if (std::uintptr_t word =
                steal_from(self, *workers_[at], static_cast<std::uint32_t>(at)))
          return word;
    return 0;
  }

  std::uintptr_t steal_from(worker &self, worker &victim,
                            std::uint32_t number) noexcept {
    std::uintptr_t word = 0;
    const std::int64_t there = in_queues_of(victim);
    if (there > 1 || (there == 1 && is_stuck(self, victim, number))) {
      word = victim.hot.steal();
      if (!word)
        word = victim.patient.take();
    }
    if (word)
      self.stole = true;
    return word;
  }

  /// Whether \p victim has been in one task for a while, as far as we saw.
  bool is_stuck(worker &self, worker &victim, std::uint32_t number) noexcept {
    const std::uint64_t now = clock();
    const worker &seen = *workers_[self.seen_worker];
    const bool same_task =
        self.seen_at != 0 &&
        self.seen_turn == seen.turns.load(std::memory_order_relaxed);
    if (&seen == &victim && same_task)
      return now - self.seen_at >= patience;
    // One at a time: two that are stuck must not make us forget each other.
    if (!same_task || in_queues_of(seen) == 0) {
      self.seen_worker = number;
      self.seen_turn = victim.turns.load(std::memory_order_relaxed);
      self.seen_at = now;
    }
    return false;
  }

  void run(worker &self) noexcept {
    this_thread() = {.current = &self.home,
                     .self = &self,
                     .runs_tasks = true,
                     .tearing_down = false};
    root_pool::attach_thread();
#if CORORT_DEBUG
    watched_thread listed;
#endif
    while (!sleepers_.stopping()) {
      std::uintptr_t word = find(self);
      if (!word) [[unlikely]]
        word = search(self);
      if (!word) [[unlikely]] {
        rest(self);
        continue;
      }
      sleepers_.found(self.place,
                      [this] { return work_left() || timer_left(); });
      if (self.stole) [[unlikely]]
        run_stolen(self, word);
      else
        run_work(word);
    }
  }

  /// Nothing was found.
  [[gnu::noinline]] void rest(worker &self) noexcept {
    if (self.paused_until == 0 && work_left())
      pause(self, patience); // Lone items only: watch them from a nap.
    if (self.paused_until == 0 || !nap(self))
      sleep(self);
  }

  [[gnu::noinline]] std::uintptr_t search(worker &self) noexcept {
    sleepers_.search(self.place);
    for (const std::uint64_t end = clock() + search_time; clock() < end;) {
      for (int round = 0; round < 16; ++round) {
        for (int i = 0; i < 8 && injected_.empty(); ++i)
          cpu_relax();
        if (std::uintptr_t word = injected_.pop())
          return word;
        if (std::uintptr_t word = steal(self))
          return word;
      }
      if (std::uintptr_t word = find(self))
        return word;
      if (sleepers_.stopping())
        return 0;
    }
    return 0;
  }

  [[gnu::noinline]] void run_stolen(worker &self,
                                    std::uintptr_t word) noexcept {
    self.stole = false;
    const std::uint64_t begin = clock();
    run_work(word);
    const std::uint64_t end = clock();
    if (end - begin >= worth || !self.hot.empty()) {
      self.pause = 0;
      self.paused_until = 0;
    } else {
      pause(self, worth);
    }
  }

  /// Leaves the others alone, for twice as long as the last time.
  static void pause(worker &self, std::uint64_t least) noexcept {
    self.pause = std::min(std::max(self.pause * 2, least), longest_pause);
    self.paused_until = clock() + self.pause;
  }

  /// There is work, but none worth stealing: sleeps through the pause.
  bool nap(worker &self) noexcept {
    const std::uint64_t now = clock();
    return self.paused_until > now &&
           sleepers_.nap(self.place,
                         std::chrono::nanoseconds(self.paused_until - now),
                         [this] { return !injected_.empty(); });
  }

  void sleep(worker &self) noexcept {
    sleepers_.sleep(
        self.place, [this] { return work_left(); },
        [this] { return time_to_timer(); });
  }

  /// Whether there is work for one more. A napper sees to one lone item.
  bool work_left() const noexcept {
    if (!injected_.empty())
      return true;
    const std::int64_t few = sleepers_.napping() ? 1 : 0;
    return std::any_of(workers_.begin(), workers_.end(),
                       [few](const auto &w) { return in_queues_of(*w) > few; });
  }

  /// Whether there are timers and nobody who would notice new ones.
  bool timer_left() const noexcept {
    return !sleepers_.watched() && timers_.next_due() != never;
  }

  std::chrono::nanoseconds time_to_timer() const noexcept {
    const std::uint64_t due = timers_.manual() ? never : timers_.next_due();
    if (due == never)
      return sleepers::for_ever;
    const std::uint64_t now = clock();
    return std::chrono::nanoseconds(due > now ? due - now : 0);
  }

  static std::uint64_t clock() noexcept {
    return static_cast<std::uint64_t>(
        std::chrono::nanoseconds(
            std::chrono::steady_clock::now().time_since_epoch())
            .count());
  }

  timer_queue &timers_;
  std::vector<std::unique_ptr<worker>> workers_;
  std::vector<std::thread> threads_;
  sleepers sleepers_;
  injection_queue injected_;
};

} // namespace corort::detail

#endif
