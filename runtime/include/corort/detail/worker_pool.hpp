/// \file
/// worker_pool: threads that share out ready work by stealing it.

#ifndef CORORT_DETAIL_WORKER_POOL_HPP
#define CORORT_DETAIL_WORKER_POOL_HPP

#include "corort/detail/injection_queue.hpp"
#include "corort/detail/platform.hpp"
#include "corort/detail/root_pool.hpp"
#include "corort/detail/run_work.hpp"
#include "corort/detail/spinlock.hpp"
#include "corort/detail/thread_context.hpp"
#include "corort/detail/timer_queue.hpp"
#include "corort/detail/worker.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace corort::detail {

/// Each worker runs its newest work first and steals the oldest of others.
///
/// How nobody sleeps while there is work: a pusher stores its item, then looks
/// for sleepers; a worker that is to sleep says so, then looks for items.
/// `heavy_fence` by the sleeper orders both, so that pushing costs no fence. A
/// lone item is left to its owner, who most likely runs it next; somebody
/// *watches*, and takes it if the owner is stuck.
class worker_pool {
public:
  worker_pool(scheduler &home, timer_queue &timers, unsigned count)
      : timers_(timers) {
    register_heavy_fence();
    workers_.reserve(count);
    idle_.reserve(count);
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
    stopping_.store(true, std::memory_order_seq_cst);
    for (auto &w : workers_)
      alarm(*w);
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

  /// There is work: somebody who sleeps may be needed.
  void notify() noexcept {
    light_fence(); // Pairs with the heavy one in `park`.
    if (sleepers_.load(std::memory_order_relaxed) != 0 &&
        searching_.load(std::memory_order_relaxed) == 0) [[unlikely]]
      wake_one();
  }

  /// Work that is new: somebody else may well take it.
  void push(work_node &node) noexcept {
    if (worker *self = mine()) [[likely]]
      push_hot(*self, node);
    else
      inject(node);
    notify();
  }

  /// As `push`, for \p self, which is `mine()`; `notify` when it was the last.
  /// \returns false if there is no memory.
  bool try_push(worker &self, std::coroutine_handle<> coroutine) noexcept {
    try {
      self.hot.push(work_node(coroutine).word());
    } catch (...) {
      return false;
    }
    return true;
  }

  /// Work that became ready again: the waker will most likely run it next.
  void wake(work_node &node) noexcept {
    if (worker *self = mine()) [[likely]] {
      push_hot(*self, node);
      if (self->hot.size() < 2 && watched_.load(std::memory_order_relaxed))
        return;
    } else {
      inject(node);
    }
    notify();
  }

  /// Work that lets all other go first.
  void push_patient(work_node &node) noexcept {
    if (worker *self = mine()) [[likely]] {
      try {
        self->patient.push(node.word());
      } catch (...) {
        inject(node);
      }
      if (self->patient.size() < 2)
        return;
    } else {
      inject(node);
    }
    notify();
  }

  /// A sleeper may have to wake up sooner than it thinks.
  void timer_added() noexcept {
    if (!watched_.load(std::memory_order_relaxed))
      notify();
  }

private:
  // Nanoseconds. A theft should pay for its own cost; a lone item is left to
  // its owner for as long as a hand-over between tasks takes.
  static constexpr std::uint64_t worth = 500;
  static constexpr std::uint64_t patience = 5'000;
  static constexpr std::uint64_t longest_pause = 200'000;
  /// Cheaper than to fall asleep and be woken again.
  static constexpr std::uint64_t search_time = 15'000;
  /// How often a sleeper looks after workers that are busy.
  static constexpr std::uint64_t watch_interval = 2'000'000;

  void push_hot(worker &self, work_node &node) noexcept {
    try {
      self.hot.push(node.word());
    } catch (...) {
      // No memory to grow: the other queue needs none.
      inject(node);
    }
  }

  void inject(work_node &node) noexcept {
    // Destructors of abandoned tasks wake others that will not run either, and
    // the nodes go before the queue does.
    if (stopping_.load(std::memory_order_relaxed)) [[unlikely]]
      return;
    injected_.push(node);
    if (worker *napping = napping_.load(std::memory_order_seq_cst))
      alarm(*napping);
  }

  static void alarm(worker &w) noexcept {
    w.signal.fetch_add(1, std::memory_order_seq_cst);
    futex_wake_one(w.signal);
  }

  void wake_one() noexcept {
    worker *w;
    {
      std::lock_guard lock(idle_lock_);
      if (idle_.empty())
        return;
      w = idle_.back();
      idle_.pop_back();
    }
    sleepers_.fetch_sub(1, std::memory_order_seq_cst);
    searching_.fetch_add(1, std::memory_order_seq_cst);
    alarm(*w);
  }

  std::uintptr_t find(worker &self) noexcept {
    const std::uint32_t turn = self.turns.load(std::memory_order_relaxed) + 1;
    self.turns.store(turn, std::memory_order_relaxed);
    if (turn % 64 == 0) [[unlikely]]
      if (std::uintptr_t word = find_neglected(self, turn))
        return word;
    if (std::uintptr_t word = self.hot.pop())
      return word;
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
    const std::int64_t there = victim.hot.size() + victim.patient.size();
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
    const std::uint32_t turn = victim.turns.load(std::memory_order_relaxed);
    const std::uint64_t now = clock();
    if (self.seen_worker != number || self.seen_turn != turn ||
        self.seen_at == 0) {
      self.seen_worker = number;
      self.seen_turn = turn;
      self.seen_at = now;
      return false;
    }
    return now - self.seen_at >= patience;
  }

  void run(worker &self) noexcept {
    this_thread() = {.current = &self.home,
                     .self = &self,
                     .runs_tasks = true,
                     .tearing_down = false};
    root_pool::attach_thread();
    bool searching = false;
    while (!stopping_.load(std::memory_order_relaxed)) {
      std::uintptr_t word = find(self);
      if (!word)
        word = search(self, searching);
      if (word) {
        if (searching) {
          searching = false;
          // The last one to find something: there may be more.
          if (searching_.fetch_sub(1, std::memory_order_seq_cst) == 1 &&
              sleepers_.load(std::memory_order_relaxed) != 0 && work_left())
            wake_one();
        }
        run_one(self, word);
        continue;
      }
      if (self.paused_until == 0 && work_left())
        pause(self, patience); // Lone items only: watch them from a nap.
      if (self.paused_until != 0 && nap(self))
        continue;
      if (searching) {
        searching = false;
        searching_.fetch_sub(1, std::memory_order_seq_cst);
      }
      searching = park(self);
    }
    if (searching)
      searching_.fetch_sub(1, std::memory_order_seq_cst);
  }

  std::uintptr_t search(worker &self, bool &searching) noexcept {
    if (!searching) {
      searching = true;
      searching_.fetch_add(1, std::memory_order_seq_cst);
    }
    for (const std::uint64_t end = clock() + search_time; clock() < end;) {
      for (int round = 0; round < 16; ++round) {
        for (int i = 0; i < 8; ++i)
          cpu_relax();
        if (std::uintptr_t word = injected_.pop())
          return word;
        if (std::uintptr_t word = steal(self))
          return word;
      }
      if (std::uintptr_t word = find(self))
        return word;
      if (stopping_.load(std::memory_order_relaxed))
        return 0;
    }
    return 0;
  }

  void run_one(worker &self, std::uintptr_t word) noexcept {
    if (!self.stole) [[likely]]
      return run_work(word);
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

  /// There is work, but none worth stealing: sleeps through the pause. Counts
  /// as searching, so that nobody else is woken for it.
  /// \returns false if somebody naps already.
  bool nap(worker &self) noexcept {
    worker *nobody = nullptr;
    const std::uint64_t now = clock();
    if (self.paused_until <= now ||
        !napping_.compare_exchange_strong(nobody, &self,
                                          std::memory_order_seq_cst))
      return false;
    const std::uint32_t before = self.signal.load(std::memory_order_seq_cst);
    if (injected_.empty() && !stopping_.load(std::memory_order_seq_cst))
      futex_wait_for(self.signal, before,
                     std::chrono::nanoseconds(self.paused_until - now));
    napping_.store(nullptr, std::memory_order_seq_cst);
    return true;
  }

  /// Whether there is work for one more. A napper sees to one lone item.
  bool work_left() const noexcept {
    if (!injected_.empty())
      return true;
    const std::int64_t few = napping_.load(std::memory_order_relaxed) ? 1 : 0;
    return std::any_of(workers_.begin(), workers_.end(), [few](const auto &w) {
      return w->hot.size() + w->patient.size() > few;
    });
  }

  /// Sleeps until it is woken, a timer is due, or it is time to look after the
  /// others. \returns true if `wake_one` woke it, and so counted it as
  /// searching.
  bool park(worker &self) noexcept {
    const std::uint32_t before = self.signal.load(std::memory_order_seq_cst);
    std::size_t asleep;
    {
      std::lock_guard lock(idle_lock_);
      idle_.push_back(&self);
      asleep = idle_.size();
    }
    sleepers_.fetch_add(1, std::memory_order_seq_cst);
    heavy_fence();
    if (work_left() || stopping_.load(std::memory_order_seq_cst))
      return !leave_idle(self);

    bool unwatched = false;
    const bool watching = asleep < workers_.size() &&
                          watched_.compare_exchange_strong(
                              unwatched, true, std::memory_order_seq_cst);
    sleep(self, before, watching);
    if (watching)
      watched_.store(false, std::memory_order_seq_cst);
    return !leave_idle(self);
  }

  void sleep(worker &self, std::uint32_t before, bool watching) noexcept {
    std::uint64_t until =
        timers_.manual() ? ~std::uint64_t{0} : timers_.next_due();
    if (until == ~std::uint64_t{0} && !watching)
      return futex_wait(self.signal, before);
    const std::uint64_t now = clock();
    if (watching)
      until = std::min(until, now + watch_interval);
    if (until > now)
      futex_wait_for(self.signal, before,
                     std::chrono::nanoseconds(std::min(
                         until - now, std::uint64_t{3'600'000'000'000})));
  }

  /// \returns false if `wake_one` has taken it from the list.
  bool leave_idle(worker &self) noexcept {
    std::lock_guard lock(idle_lock_);
    auto place = std::find(idle_.begin(), idle_.end(), &self);
    if (place == idle_.end())
      return false;
    *place = idle_.back();
    idle_.pop_back();
    sleepers_.fetch_sub(1, std::memory_order_seq_cst);
    return true;
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
  std::atomic<bool> stopping_{false};

  alignas(64) std::atomic<std::uint32_t> sleepers_{0};
  std::atomic<std::uint32_t> searching_{0};
  /// A sleeper looks after those who are busy, every now and then.
  std::atomic<bool> watched_{false};
  std::atomic<worker *> napping_{nullptr};

  alignas(64) injection_queue injected_;
  spinlock idle_lock_;
  std::vector<worker *> idle_;
};

} // namespace corort::detail

#endif
