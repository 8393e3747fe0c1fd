/// \file
/// Branches of execution and what they wait for. docs/cancellation.md explains
/// the protocol.

#ifndef CORORT_DETAIL_CONTEXT_HPP
#define CORORT_DETAIL_CONTEXT_HPP

#include "corort/detail/config.hpp"
#include "corort/detail/debug_branch.hpp"
#include "corort/detail/platform.hpp"
#include "corort/detail/spinlock.hpp"
#include "corort/detail/work_node.hpp"

#include <atomic>
#include <concepts>
#include <coroutine>
#include <cstdint>
#include <mutex>
#include <utility>

namespace corort {
class scheduler;
}

namespace corort::detail {

class context;

/// Queues \p node on \p where; `scheduler::schedule`, for headers below it.
void schedule_on(scheduler &where, work_node &node) noexcept;

/// Told when a task ends that no coroutine awaits directly.
class completion {
public:
  /// Called once, while the task is suspended for good; may destroy it.
  /// \returns what to run next on this thread.
  virtual std::coroutine_handle<> on_done() noexcept = 0;

protected:
  ~completion() = default;
};

/// The operation that a branch is suspended in: the base of awaiters.
class leaf : public work_node {
public:
  leaf(const leaf &) = delete;
  leaf &operator=(const leaf &) = delete;

  /// What it is, for reports: "mutex::lock".
  virtual const char *what() const noexcept = 0;

  /// Before the operation completes, under its lock. \returns false if it must
  /// not: the branch was asked to stop, and `cancel` has been called or will
  /// be.
  bool claim() noexcept;

  /// Queues the coroutine, after a claim. The leaf may be gone when this
  /// returns.
  void resume() noexcept;

  /// May be gone when the leaf is destroyed: at shutdown, the branches of a
  /// select go before what it was given.
  context &branch() const noexcept { return *branch_; }
  /// Outlives the leaf.
  scheduler &where() const noexcept { return *where_; }

protected:
  leaf() noexcept = default;
  ~leaf() = default;

  /// In `await_suspend`, under the operation's lock: \p waiting waits here from
  /// now on. \returns false if it was asked to stop; then give the lock back,
  /// call `stopped()` and stay suspended.
  template <class Promise>
  bool enter(std::coroutine_handle<Promise> waiting) noexcept;

  /// The branch stands still for good. The leaf may be gone when this returns.
  void stopped() noexcept;

  /// Instead of `stopped()`: the coroutine goes on, and stops where it waits
  /// next.
  void survive() noexcept;

  /// False before the first `enter`.
  bool entered() const noexcept { return branch_ != nullptr; }

private:
  friend context;

  /// The branch is asked to stop. Takes the leaf out of where it waits, and
  /// calls `stopped()`, once, now or later.
  virtual void cancel() noexcept = 0;

  context *branch_ = nullptr;
  scheduler *where_ = nullptr;
};

/// A scope that is open in a branch.
class open_scope {
public:
  virtual void stop_children() noexcept = 0;
  /// \returns true if children are left; the last one then calls
  /// `context::unhold` of the branch.
  virtual bool hold_for_children() noexcept = 0;

  open_scope *next_open = nullptr;

protected:
  ~open_scope() = default;
};

enum class branch_kind : std::uint8_t {
  /// It is asked to stop often: a branch of `select`.
  stoppable,
  /// It is asked to stop seldom, and suspends often: a spawned task. Stopping
  /// it
  /// costs a `heavy_fence`, so that waiting costs none.
  seldom_stopped,
  /// It runs to its end.
  unstoppable,
  /// As unstoppable, and stands for several branches.
  shared,
};

/// Where tasks that await each other run, and what the innermost one waits for.
class context {
public:
  context(const context &) = delete;
  context &operator=(const context &) = delete;

  scheduler &where() const noexcept { return *where_; }

  /// Whether its leaf has to be known.
  bool tracked() const noexcept {
    return CORORT_DEBUG ? kind_ != branch_kind::shared : stoppable();
  }
  bool stoppable() const noexcept {
    return kind_ <= branch_kind::seldom_stopped;
  }
  bool stop_requested() const noexcept {
    return state_.load(std::memory_order_acquire) == stopped;
  }

  /// Asks the branch to stop; `on_stopped` or `on_done` follows. Does nothing
  /// the second time. The caller keeps the context alive meanwhile. It must not
  /// hold the lock of anything the branch can wait for.
  void request_stop() noexcept {
    const std::uintptr_t before =
        state_.exchange(stopped, std::memory_order_acq_rel);
    if (before == stopped)
      return;
    leaf *at = before == running ? nullptr : reinterpret_cast<leaf *>(before);
    if (kind_ == branch_kind::seldom_stopped) {
      heavy_fence(); // Pairs with the light ones in `enter` and `leave`.
      std::lock_guard lock(taking_);
      at = taken_ = light_leaf_.load(std::memory_order_acquire);
    }
    {
      std::lock_guard lock(scopes_lock_);
      for (open_scope *s = scopes_; s; s = s->next_open)
        s->stop_children();
    }
    if (at)
      at->cancel();
  }

  /// The branch stands still for good: tells the boundary, once the children
  /// of its scopes have gone too.
  void branch_stopped() noexcept {
    if (!scopes_)
      return on_stopped();
    holds_.store(1, std::memory_order_relaxed);
    {
      std::lock_guard lock(scopes_lock_);
      for (open_scope *s = scopes_; s; s = s->next_open)
        if (s->hold_for_children())
          holds_.fetch_add(1, std::memory_order_relaxed);
    }
    unhold();
  }

  /// One scope fewer to wait for.
  void unhold() noexcept {
    if (holds_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      on_stopped();
  }

#if CORORT_DEBUG
  debug_branch debug;
#endif

  // Called by the branch itself.
  void open(open_scope &s) noexcept {
    std::lock_guard lock(scopes_lock_);
    s.next_open = std::exchange(scopes_, &s);
  }
  void close(open_scope &s) noexcept {
    std::lock_guard lock(scopes_lock_);
    open_scope **place = &scopes_;
    while (*place != &s)
      place = &(*place)->next_open;
    *place = s.next_open;
  }

  /// What the branch waits for, for reports: valid only while nothing runs.
  leaf *waits_for() const noexcept {
    if (kind_ == branch_kind::seldom_stopped)
      return light_leaf_.load(std::memory_order_acquire);
    const std::uintptr_t state = state_.load(std::memory_order_acquire);
    return state == running || state == stopped
               ? nullptr
               : reinterpret_cast<leaf *>(state);
  }

protected:
  /// \p contest, if not null, is shared by branches of which only one may
  /// complete an operation; it holds that one.
  context(scheduler *where, branch_kind kind,
          std::atomic<context *> *contest = nullptr) noexcept
      : where_(where), contest_(contest), kind_(kind) {
#if CORORT_DEBUG
    if (where && kind != branch_kind::shared)
      debug.begin();
#endif
  }
  ~context() = default;

  /// For contexts that are used again.
  void restart(scheduler &where) noexcept {
    where_ = &where;
    state_.store(running, std::memory_order_relaxed);
    light_leaf_.store(nullptr, std::memory_order_relaxed);
    taken_ = nullptr;
#if CORORT_DEBUG
    debug.begin();
#endif
  }

private:
  friend leaf;

  static constexpr std::uintptr_t running = 0;
  static constexpr std::uintptr_t stopped = 1;

  /// The branch can be destroyed. Queues that, and does not do it here: it may
  /// be called by anyone.
  virtual void on_stopped() noexcept = 0;

  bool enter(leaf &at) noexcept {
    if (kind_ == branch_kind::seldom_stopped) [[likely]] {
      light_leaf_.store(&at, std::memory_order_release);
      light_fence();
      // If it was seen by whoever stops us, he cancels it.
      return !stop_requested() || was_taken(at);
    }
    std::uintptr_t expected = running;
    return state_.compare_exchange_strong(
        expected, reinterpret_cast<std::uintptr_t>(&at),
        std::memory_order_release, std::memory_order_relaxed);
  }
  bool leave(leaf &at) noexcept {
    if (kind_ == branch_kind::seldom_stopped) [[likely]] {
      light_leaf_.store(nullptr, std::memory_order_release);
      light_fence();
      return !stop_requested() || !was_taken(at);
    }
    context *winner = nullptr;
    if (contest_ &&
        !contest_->compare_exchange_strong(winner, this,
                                           std::memory_order_acq_rel) &&
        winner != this)
      return false;
    std::uintptr_t expected = reinterpret_cast<std::uintptr_t>(&at);
    return state_.compare_exchange_strong(expected, running,
                                          std::memory_order_acq_rel,
                                          std::memory_order_acquire);
  }

  /// The leaf that was cancelled lets its coroutine go on; the next one may have
  /// its address.
  void survived() noexcept {
    std::lock_guard lock(taking_);
    taken_ = nullptr;
  }

  /// The branch was asked to stop at about the time when it changed its leaf:
  /// whether that was the one that is cancelled is settled under a lock.
  [[gnu::noinline]] bool was_taken(leaf &at) noexcept {
    std::lock_guard lock(taking_);
    if (taken_ == &at)
      return true;
    light_leaf_.store(nullptr, std::memory_order_relaxed);
    return false;
  }

  /// `running`, `stopped`, or the leaf if the branch is `stoppable`.
  std::atomic<std::uintptr_t> state_{running};
  scheduler *where_;
  std::atomic<context *> *const contest_;
  open_scope *scopes_ = nullptr;
  std::atomic<std::uint32_t> holds_{0};
  spinlock scopes_lock_;
  spinlock taking_;
  const branch_kind kind_;
  // Only of branches that are `seldom_stopped`.
  std::atomic<leaf *> light_leaf_{nullptr};
  leaf *taken_ = nullptr;
};

/// A promise that takes part: it knows its branch.
template <class Promise>
concept has_branch = requires(Promise &p) {
  { p.branch() }
  noexcept->std::same_as<context &>;
};

/// The branch of coroutines that are not corort's, on the current scheduler.
context &foreign_branch() noexcept;

template <class Promise>
context &branch_of(std::coroutine_handle<Promise> coroutine) noexcept {
  if constexpr (has_branch<Promise>)
    return coroutine.promise().branch();
  else
    return foreign_branch();
}

inline bool leaf::claim() noexcept {
  return !branch_->tracked() || branch_->leave(*this);
}

inline void leaf::resume() noexcept { schedule_on(where(), *this); }

inline void leaf::survive() noexcept {
  branch_->survived();
  resume();
}

inline void leaf::stopped() noexcept { branch_->branch_stopped(); }

template <class Promise>
bool leaf::enter(std::coroutine_handle<Promise> waiting) noexcept {
  static_cast<work_node &>(*this) = work_node(waiting);
  branch_ = &branch_of(waiting);
  where_ = &branch_->where();
  return !branch_->tracked() || branch_->enter(*this);
}

} // namespace corort::detail

#endif
