/// \file
/// sleepers: how workers that find no work fall asleep, and who wakes them.

#ifndef CORORT_DETAIL_SLEEPERS_HPP
#define CORORT_DETAIL_SLEEPERS_HPP

#include "corort/detail/atomics.hpp"
#include "corort/detail/platform.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace corort::detail {

/// Sees to it that nobody sleeps while there is work, at no cost to those who
/// make work as long as nobody sleeps.
///
/// A pusher stores its item, then looks for sleepers; a worker that is to sleep
/// says so, then looks for items. The fence between is heavy for the sleeper
/// and free for the pusher.
///
/// A worker that looks for work *searches*. While somebody does, nobody is
/// woken: the searcher that finds work wakes the next one if there is more.
///
/// An item that is alone in its worker's queues most likely runs there next, so
/// it wakes nobody as long as one sleeper *watches*: it gets up every now and
/// then to see whether the owner is stuck. A searcher that has found only such
/// items, or items not worth a theft, *naps*.
template <class Atomics = std_atomics> class basic_sleepers {
public:
  using nanoseconds = std::chrono::nanoseconds;

  /// What one worker has here.
  class place {
    friend basic_sleepers;
    /// Changes when it is woken; a futex.
    alignas(cache_line)
        typename Atomics::template atomic<std::uint32_t> signal_{0};
    /// Counts as searching. The worker's own.
    bool searching_ = false;
  };

  static constexpr nanoseconds watch_interval = std::chrono::milliseconds(2);
  static constexpr nanoseconds for_ever = nanoseconds::max();

  /// \throws std::bad_alloc
  explicit basic_sleepers(std::size_t workers) : workers_(workers) {
    asleep_.reserve(workers);
  }

  // ---- for those who make work ---------------------------------------------

  /// After a worker has queued something, where `work_left` of others looks.
  void notify() noexcept {
    notify_unless([] { return false; });
  }

  /// As `notify`, unless \p is_lone says that it is alone in the worker's
  /// queues and somebody watches.
  template <class IsLone> void notify_unless_lone(IsLone is_lone) noexcept {
    notify_unless([&] { return watched() && is_lone(); });
  }

  /// As `notify`, for other threads. They pay for a fence, so that a worker
  /// need not make a heavy one if all the others are asleep.
  void notify_from_outside() noexcept {
    Atomics::fence(std::memory_order_seq_cst);
    if (place *napper = napper_.load(std::memory_order_relaxed))
      wake(*napper);
    if (sleeper_needed())
      wake_one();
  }

  // ---- for workers ---------------------------------------------------------

  void stop() noexcept { stopping_.store(true, std::memory_order_seq_cst); }
  bool stopping() const noexcept {
    return stopping_.load(std::memory_order_relaxed);
  }
  /// To be called for each worker after `stop`.
  static void wake(place &sleeper) noexcept {
    sleeper.signal_.fetch_add(1, std::memory_order_seq_cst);
    Atomics::futex_wake_one(sleeper.signal_);
  }

  /// From now on, until `found` or `sleep`, the worker looks everywhere.
  void search(place &self) noexcept {
    if (!self.searching_) {
      self.searching_ = true;
      searching_.fetch_add(1, std::memory_order_seq_cst);
    }
  }

  /// The worker has taken an item. \p work_left says whether somebody else is
  /// needed.
  template <class WorkLeft>
  void found(place &self, WorkLeft work_left) noexcept {
    if (self.searching_) [[unlikely]]
      stop_searching(self, work_left);
  }

  /// Whether somebody gets up every now and then.
  bool watched() const noexcept {
    return watched_.load(std::memory_order_relaxed);
  }

  /// The searcher has found work, but none that it should take now: sleeps for
  /// \p time, or until work comes from outside. It goes on searching.
  /// \returns false if somebody naps already.
  template <class FromOutside>
  bool nap(place &self, nanoseconds time, FromOutside from_outside) noexcept {
    place *nobody = nullptr;
    if (!napper_.compare_exchange_strong(nobody, &self,
                                         std::memory_order_seq_cst))
      return false;
    const std::uint32_t before = self.signal_.load(std::memory_order_acquire);
    if (!from_outside() && !stopping_.load(std::memory_order_seq_cst))
      wait(self, before, time);
    napper_.store(nullptr, std::memory_order_release);
    return true;
  }
  bool napping() const noexcept {
    return napper_.load(std::memory_order_relaxed) != nullptr;
  }

  /// The searcher has found nothing: sleeps until it is woken, or for what
  /// \p timeout returns, or until it is time to look after the others. Then it
  /// searches again.
  template <class WorkLeft, class Timeout>
  void sleep(place &self, WorkLeft work_left, Timeout timeout) noexcept {
    const std::uint32_t before = self.signal_.load(std::memory_order_acquire);
    // Before this counts as asleep, or the next lone item would wake it.
    bool watches = !watched_.exchange(true, std::memory_order_seq_cst);
    searching_.fetch_sub(1, std::memory_order_seq_cst);
    const bool last = enter(self);
    if (last && watches) { // Nobody to watch if all sleep.
      watched_.store(false, std::memory_order_seq_cst);
      watches = false;
    }
    Atomics::heavy_fence();
    if (!stopping_.load(std::memory_order_seq_cst) && !work_left())
      wait(self, before,
           watches ? std::min(timeout(), watch_interval) : timeout());
    if (watches)
      watched_.store(false, std::memory_order_seq_cst);
    leave(self);
  }

private:
  template <class T> using atomic = typename Atomics::template atomic<T>;

  template <class WorkLeft>
  [[gnu::noinline]] void stop_searching(place &self,
                                        WorkLeft work_left) noexcept {
    self.searching_ = false;
    if (searching_.fetch_sub(1, std::memory_order_seq_cst) != 1)
      return;
    const std::size_t sleeping = sleeping_.load(std::memory_order_relaxed);
    if (sleeping == 0)
      return;
    // Another worker may have pushed and woken nobody, as it saw this one
    // search.
    if (sleeping + 1 < workers_)
      Atomics::heavy_fence();
    if (work_left())
      wake_one();
  }

  static void wait(place &self, std::uint32_t before,
                   nanoseconds time) noexcept {
    // The kernel need not set a timer.
    if (time == for_ever)
      Atomics::futex_wait(self.signal_, before);
    else
      Atomics::futex_wait_for(self.signal_, before, time);
  }

  template <class Unneeded> void notify_unless(Unneeded unneeded) noexcept {
    Atomics::light_fence();
    if (sleeper_needed() && !unneeded()) [[unlikely]]
      wake_one();
  }

  bool sleeper_needed() const noexcept {
    return sleeping_.load(std::memory_order_relaxed) != 0 &&
           searching_.load(std::memory_order_relaxed) == 0;
  }

  void wake_one() noexcept {
    place *sleeper;
    {
      std::lock_guard held(lock_);
      if (asleep_.empty())
        return;
      sleeper = asleep_.back();
      asleep_.pop_back();
      count_sleepers();
      // On its behalf, lest others wake more.
      searching_.fetch_add(1, std::memory_order_seq_cst);
    }
    wake(*sleeper);
  }

  /// \returns whether all are asleep now.
  bool enter(place &self) noexcept {
    std::lock_guard held(lock_);
    asleep_.push_back(&self);
    count_sleepers();
    return asleep_.size() == workers_;
  }

  /// Counts \p self as searching, unless `wake_one` did.
  void leave(place &self) noexcept {
    std::lock_guard held(lock_);
    const auto found = std::find(asleep_.begin(), asleep_.end(), &self);
    if (found == asleep_.end())
      return;
    *found = asleep_.back();
    asleep_.pop_back();
    count_sleepers();
    searching_.fetch_add(1, std::memory_order_seq_cst);
  }

  void count_sleepers() noexcept {
    sleeping_.store(asleep_.size(), std::memory_order_seq_cst);
  }

  const std::size_t workers_;
  atomic<bool> stopping_{false};
  alignas(cache_line) atomic<std::size_t> sleeping_{0};
  atomic<std::uint32_t> searching_{0};
  atomic<bool> watched_{false};
  atomic<place *> napper_{nullptr};
  alignas(cache_line) typename Atomics::lock lock_;
  std::vector<place *> asleep_;
};

using sleepers = basic_sleepers<>;

} // namespace corort::detail

#endif
