/// \file
/// root: a spawned task, from its start to when its result is taken.

#ifndef CORORT_DETAIL_ROOT_HPP
#define CORORT_DETAIL_ROOT_HPP

#include "corort/detail/context.hpp"
#include "corort/detail/promise.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/detail/spinlock.hpp"
#include "corort/detail/thread_context.hpp"
#include "corort/error.hpp"

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <source_location>
#include <utility>

namespace corort::detail {

/// The branch of a spawned task and what its handle and its scope share. When
/// the task ends its frame is destroyed at once, and with it its arguments; the
/// result stays here until somebody takes it.
///
/// It belongs to the task until that has ended, and to the handle until that is
/// gone; the later one gives it back to the `root_pool`, whose memory is never
/// freed.
class root final : public context, job {
public:
  enum class end : std::uint8_t { not_yet, result, stopped };

  /// Told when a child of a scope has gone.
  class parent {
  public:
    /// \p child is `ended()`. It may not be used after the call unless it was
    /// `kept`.
    virtual std::coroutine_handle<> child_ended(root &child) noexcept = 0;

    root *first_child = nullptr;

  protected:
    ~parent() = default;
  };

  root() noexcept : context(nullptr, branch_kind::seldom_stopped) {}

  /// A root for \p coroutine, which it owns, to be run on \p where.
  template <class T>
  void begin(scheduler &where, std::coroutine_handle<promise<T>> coroutine,
             parent *owner = nullptr) noexcept {
    restart(where);
    sim_renew(this);
    coroutine_ = coroutine;
    start_ = work_node(coroutine);
    results_ = &results_of<T>;
#if CORORT_DEBUG
    name_ = coroutine.promise().location();
    debug.name({name_, name_.function_name()});
#endif
    end_.store(end::not_yet, std::memory_order_relaxed);
    owner_ = owner;
    kept_ = true;
    lives_on_.store(&where, std::memory_order_relaxed);
    coroutine.promise().start_for(*this);
  }

  /// What to queue to start it.
  work_node &start() noexcept { return start_; }

  // For the one who holds the handle, or the scope.

  end ended() const noexcept { return end_.load(std::memory_order_acquire); }

  /// It has ended, and the one who ended it does not touch it any more.
  bool settled() const noexcept {
    return ended() != end::not_yet && !lock_.locked();
  }

  /// \returns false if it has ended already. Otherwise \p joiner is resumed
  /// when it has. \p enter publishes it.
  template <class Enter> bool join(leaf &joiner, Enter enter) noexcept;

  /// The joiner is asked to stop, or destroyed.
  void stop_waiting() noexcept {
    std::lock_guard lock(lock_);
    joiner_ = nullptr;
  }

  /// Moves the result out of a root that has ended with one, and gives it up.
  template <class T> T take();

  /// The task has ended: keeps its result and destroys its frame, and with it
  /// \p ended. \returns what to run next.
  template <class T>
  std::coroutine_handle<> end_with(promise<T> &ended) noexcept {
    coroutine_ = nullptr;
    result<T> *to;
    if constexpr (fits<T>) {
      to = ::new (static_cast<void *>(storage_)) result<T>;
    } else {
      to = new result<T>;
      ::new (static_cast<void *>(storage_)) void *(to);
    }
    to->set_from(std::move(ended.outcome()));
    std::coroutine_handle<promise<T>>::from_promise(ended).destroy();
    return finish(end::result);
  }

  /// Nobody wants the result.
  void drop() noexcept {
    {
      std::lock_guard lock(lock_);
      kept_ = false;
      if (ended() == end::not_yet)
        return;
    }
    report_loss();
    release();
  }

  /// Gives up a root that has ended.
  void release() noexcept;

  /// Of one that has ended: null unless it threw.
  std::exception_ptr failure() const noexcept {
    return ended() == end::result ? results_->failure(*this) : nullptr;
  }

  /// The scheduler on which the task has not ended yet; null if none.
  scheduler *lives_on() const noexcept {
    return lives_on_.load(std::memory_order_acquire);
  }

  /// The scheduler has stopped: destroys the task where it is suspended.
  void abandon() noexcept {
    std::exchange(coroutine_, nullptr).destroy();
    finish(end::stopped);
  }

  /// Goes on with \p joiner, which was claimed, on this thread if it belongs
  /// here. \returns what to run next.
  static std::coroutine_handle<> continue_with(leaf &joiner,
                                               scheduler &here) noexcept {
    if (&joiner.where() == &here && this_thread().current == &here &&
        this_thread().self)
      return joiner.coroutine();
    joiner.resume();
    return std::noop_coroutine();
  }

  /// The coroutine, for reports; line 0 without CORORT_DEBUG.
  std::source_location name() const noexcept {
#if CORORT_DEBUG
    return name_;
#else
    return {};
#endif
  }

  // Links of the scope and of the pool.
  root *next = nullptr;
  root *prev = nullptr;

private:
  /// Room for most results, so that the others alone need memory.
  static constexpr std::size_t room = 48;

  /// What depends on the type of the result.
  struct result_functions {
    std::exception_ptr (*failure)(const root &self) noexcept;
    void (*drop)(root &self) noexcept;
  };

  template <class T>
  static constexpr bool fits = sizeof(result<T>) <= room &&
                               alignof(result<T>) <= alignof(std::max_align_t);

  template <class T> result<T> &kept_result() const noexcept {
    void *at = fits<T> ? static_cast<void *>(storage_)
                       : *reinterpret_cast<void **>(storage_);
    return *std::launder(static_cast<result<T> *>(at));
  }

  template <class T> void drop_result() noexcept {
    if constexpr (fits<T>)
      std::destroy_at(&kept_result<T>());
    else
      delete &kept_result<T>();
  }

  template <class T> static const result_functions results_of;

  void on_stopped() noexcept override {
    start_ = work_node(static_cast<job &>(*this));
    schedule_on(where(), start_);
  }

  void run() noexcept override {
    destroy_stopped(std::exchange(coroutine_, nullptr));
    if (auto next_one = finish(end::stopped))
      next_one.resume();
  }

  /// \returns what to run next.
  std::coroutine_handle<> finish(end how) noexcept {
#if CORORT_DEBUG
    debug.end();
#endif
    sim_release(this);
    lives_on_.store(nullptr, std::memory_order_relaxed);
    if (owner_) {
      end_.store(how, std::memory_order_release);
      return owner_->child_ended(*this);
    }
    leaf *joiner = nullptr;
    bool kept;
    scheduler *here = &where();
    {
      std::lock_guard lock(lock_);
      end_.store(how, std::memory_order_release);
      kept = kept_;
      if (joiner_ && joiner_->claim())
        joiner = joiner_;
      joiner_ = nullptr;
    }
    // If it is kept, the handle may have given it up by now.
    if (!kept) {
      report_loss();
      release();
    }
    return joiner ? continue_with(*joiner, *here) : std::noop_coroutine();
  }

  void report_loss() noexcept {
    if (std::exception_ptr lost = failure())
      report({.kind = error_kind::exception_lost,
              .where = name(),
              .exception = std::move(lost)});
  }

  std::coroutine_handle<> coroutine_;
  work_node start_;
  leaf *joiner_ = nullptr;
  parent *owner_ = nullptr;
  const result_functions *results_ = nullptr;
  std::atomic<scheduler *> lives_on_{nullptr};
  spinlock lock_;
  std::atomic<end> end_{end::not_yet};
  bool kept_ = false;
  /// The result, or where it is.
  alignas(std::max_align_t) mutable std::byte storage_[room];
#if CORORT_DEBUG
  std::source_location name_;
#endif
};

inline void promise_base::start_for(root &spawned) noexcept {
  continuation_ = reinterpret_cast<std::uintptr_t>(&spawned) | to_root;
  branch_ = &spawned;
}

template <class T>
inline constexpr root::result_functions root::results_of = {
    .failure =
        [](const root &self) noexcept {
          return self.kept_result<T>().exception();
        },
    .drop = [](root &self) noexcept { self.drop_result<T>(); },
};

template <class T>
std::coroutine_handle<> end_root(root &self, promise<T> &ended) noexcept {
  return self.end_with(ended);
}

template <class Enter> bool root::join(leaf &joiner, Enter enter) noexcept {
  bool waits;
  {
    std::lock_guard lock(lock_);
    waits = enter();
    if (waits) {
      if (ended() != end::not_yet)
        // A claim that fails leaves the rest to `cancel`.
        return !joiner.claim();
      joiner_ = &joiner;
    }
  }
  if (!waits)
    joiner.branch().branch_stopped();
  return true;
}

} // namespace corort::detail

#include "corort/detail/root_pool.hpp"

#endif
