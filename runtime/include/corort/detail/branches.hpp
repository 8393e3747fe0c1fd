/// \file
/// Waiting for several branches: what when_all, select and others share.

#ifndef CORORT_DETAIL_BRANCHES_HPP
#define CORORT_DETAIL_BRANCHES_HPP

#include "corort/detail/context.hpp"
#include "corort/detail/frame_memory.hpp"
#include "corort/detail/thread_context.hpp"
#include "corort/detail/simulator.hpp"

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace corort::detail {

/// A leaf whose operation is that branches end. It is asked to stop by asking
/// them, and has stopped when the last one has gone.
///
/// The number of branches that are left decides who goes on; whoever is still
/// busy with them, the one who starts or stops them, counts as one more.
class joining_leaf : public leaf {
public:
  /// One of them has gone. \returns true if it was the last one and the
  /// coroutine is to go on: by the caller, at once or by `resume()`. The leaf
  /// may be gone if it returns false.
  bool branch_gone() noexcept {
    sim_release(this);
    std::uint32_t left = left_.load(std::memory_order_acquire);
    while (left % stopping > 1)
      if (left_.compare_exchange_weak(left, left - 1, std::memory_order_acq_rel,
                                      std::memory_order_acquire)) [[likely]]
        return false;
    return last_gone(left);
  }

  /// As `branch_gone`, from where a coroutine can be gone on with.
  std::coroutine_handle<> next_after_branch() noexcept {
    return branch_gone() ? coroutine() : std::noop_coroutine();
  }

protected:
  ~joining_leaf() = default;

  /// Before any is started: \p count branches, and the one who starts them.
  void expect(std::size_t count) noexcept {
    sim_renew(this);
    left_.store(static_cast<std::uint32_t>(count) + 1,
                std::memory_order_relaxed);
  }

private:
  static constexpr std::uint32_t stopping = std::uint32_t{1} << 31;

  /// \p left is what `branch_gone` found.
  [[gnu::noinline]] bool last_gone(std::uint32_t left) noexcept {
    // Nobody but `cancel` is left, so claim while this can't be gone. If it is
    // too late, `cancel` counts itself, before or after us.
    if (left == 1 && claim()) {
      sim_acquire(this);
      return true;
    }
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == (stopping | 1))
      all_stopped();
    return false;
  }

  /// Asks each branch to stop. All exist.
  virtual void stop_branches() noexcept = 0;

  /// It was asked to stop, and the branches have gone. May go on instead, if
  /// they leave something that must not be lost.
  virtual void all_stopped() noexcept { stopped(); }

  void cancel() noexcept final {
    left_.fetch_add(stopping + 1, std::memory_order_acq_rel);
    stop_branches();
    branch_gone();
  }

  std::atomic<std::uint32_t> left_{0};
};

/// One of the branches that a `joining_leaf` waits for. When it has stopped, its
/// frames are destroyed before it counts as gone: others may wait for that.
class joined_branch final : public context, job {
public:
  joined_branch(scheduler &where, joining_leaf &joiner) noexcept
      : context(&where, branch_kind::stoppable), joiner_(joiner) {}

  /// \p frame is its outermost coroutine, to be emptied if it is stopped.
  void begin(std::coroutine_handle<> &frame) noexcept { frame_ = &frame; }

private:
  void on_stopped() noexcept override {
    end_ = work_node(static_cast<job &>(*this));
    schedule_on(where(), end_);
  }

  void run() noexcept override {
    destroy_stopped(std::exchange(*frame_, nullptr));
    joiner_.next_after_branch().resume();
  }

  joining_leaf &joiner_;
  std::coroutine_handle<> *frame_ = nullptr;
  work_node end_;
};

/// The contexts of a number of branches; none if the branch they are part of
/// can't be stopped, for then they share its own. Outlives their frames, which
/// use them to the end.
class branch_array {
public:
  branch_array() noexcept = default;
  branch_array(const branch_array &) = delete;
  branch_array &operator=(const branch_array &) = delete;
  ~branch_array() {
    if (!first_)
      return;
    std::destroy_n(first_, count_);
    frame_free(first_, count_ * sizeof(joined_branch));
  }

  /// \throws std::bad_alloc
  void create(std::size_t count, scheduler &where, joining_leaf &joiner) {
    first_ = static_cast<joined_branch *>(
        frame_allocate(count * sizeof(joined_branch)));
    for (; count_ < count; ++count_)
      std::construct_at(first_ + count_, where, joiner);
  }

  bool empty() const noexcept { return count_ == 0; }
  joined_branch &operator[](std::size_t i) noexcept { return first_[i]; }

  void request_stop() noexcept {
    for (std::size_t i = 0; i < count_; ++i)
      first_[i].request_stop();
  }

private:
  joined_branch *first_ = nullptr;
  std::size_t count_ = 0;
};

} // namespace corort::detail

#endif
