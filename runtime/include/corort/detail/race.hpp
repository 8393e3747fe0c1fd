/// \file
/// race: runs tasks beside each other until one of them decides it.

#ifndef CORORT_DETAIL_RACE_HPP
#define CORORT_DETAIL_RACE_HPP

#include "corort/detail/branches.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/result.hpp"
#include "corort/detail/thread_context.hpp"
#include "corort/task.hpp"

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <tuple>
#include <utility>

namespace corort::detail {

/// A task that takes part in a race.
template <class T> struct contender {
  task<T> work;
  /// It is one operation, which may only complete if no other has decided the
  /// race.
  bool contested = false;
};

/// Starts tasks in order, each when the one before has ended or suspended, in
/// branches of their own. When one ends with a result for which
/// `Rules::decides`, the others are asked to stop, or not started. It is over
/// when all have gone.
///
/// If it is asked to stop, so are the tasks; still it goes on with what has
/// been decided by then, or in any case if `Rules::comes_back`.
///
/// Not a leaf in public: `select` must not treat it as an operation that can
/// lose, as what it has decided would be lost.
template <class Rules, class... T> class race final : joining_leaf {
  template <class U> struct entry {
    race &of;
    contender<U> &who;
  };

  /// One task, then its result. Its frame is destroyed as soon as it ends:
  /// others may wait for that.
  template <class U> class arm final : public context, completion, job {
  public:
    explicit arm(entry<U> e) noexcept
        : context(nullptr, branch_kind::stoppable,
                  e.who.contested ? &e.of.first_ : nullptr),
          race_(e.of), coroutine_(task_access::release(e.who.work)) {}
    ~arm() {
      if (coroutine_)
        destroy_stopped(coroutine_); // It was not started.
    }

    using context::restart;

    void start() noexcept {
      if (race_.first_.load(std::memory_order_acquire) || stop_requested()) {
        race_.branch_gone(); // The starter counts, so it was not the last one.
        return;
      }
      coroutine_.promise().start_for(*this, *this);
      coroutine_.resume();
    }

    result<U> &outcome() noexcept { return result_; }

  private:
    std::coroutine_handle<> on_done() noexcept override {
      result_.set_from(std::move(coroutine_.promise().outcome()));
      std::exchange(coroutine_, nullptr).destroy();
      if (Rules::decides(result_))
        race_.decide(*this);
      return race_.next_after_branch();
    }

    void on_stopped() noexcept override {
      end_ = work_node(static_cast<job &>(*this));
      schedule_on(where(), end_);
    }

    void run() noexcept override {
      destroy_stopped(std::exchange(coroutine_, nullptr));
      race_.next_after_branch().resume();
    }

    race &race_;
    std::coroutine_handle<promise<U>> coroutine_;
    work_node end_;
    result<U> result_;
  };

public:
  explicit race(contender<T>... who) noexcept
      : arms_(entry<T>{*this, who}...) {}

  bool await_ready() const noexcept { return false; }

  template <class Promise>
  CORORT_SUSPEND std::coroutine_handle<>
  await_suspend(std::coroutine_handle<Promise> parent) noexcept {
    scheduler &where = branch_of(parent).where();
    for_each([&](auto &a) { a.restart(where); });
    this->expect(sizeof...(T));
    if (!this->enter(parent)) {
      if (Rules::comes_back)
        return parent;
      this->stopped();
      return std::noop_coroutine();
    }
    for_each([](auto &a) { a.start(); });
    return this->next_after_branch();
  }
  void await_resume() const noexcept {}

  const char *what() const noexcept override { return Rules::what; }

  /// Whether task \p I has decided it.
  template <std::size_t I> bool decided_by() const noexcept {
    return decider_ == &std::get<I>(arms_);
  }
  bool decided() const noexcept { return decider_ != nullptr; }

  /// What task \p I ended with; nothing if it was stopped.
  template <std::size_t I> auto &outcome() noexcept {
    return std::get<I>(arms_).outcome();
  }

private:
  template <class Fn> void for_each(Fn fn) noexcept {
    std::apply([&](auto &...a) { (fn(a), ...); }, arms_);
  }

  /// Whoever is first; an operation may have been so when it completed.
  void decide(context &self) noexcept {
    context *first = nullptr;
    if (!first_.compare_exchange_strong(first, &self, std::memory_order_acq_rel,
                                        std::memory_order_acquire) &&
        first != &self)
      return;
    decider_ = &self;
    stop_branches();
  }

  void stop_branches() noexcept override {
    for_each([](context &a) { a.request_stop(); });
  }

  void all_stopped() noexcept override {
    if (Rules::comes_back || decided())
      this->survive();
    else
      this->stopped();
  }

  /// The contest: the branch that may complete an operation, or has ended.
  std::atomic<context *> first_{nullptr};
  /// The one that is first and has ended. One that is stopped just when it
  /// comes first never does.
  context *decider_ = nullptr;
  std::tuple<arm<T>...> arms_;
};

} // namespace corort::detail

#endif
