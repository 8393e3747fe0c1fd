/// \file
/// What a scheduler's queues hold: coroutines to resume and jobs to run.

#ifndef CORORT_DETAIL_WORK_NODE_HPP
#define CORORT_DETAIL_WORK_NODE_HPP

#include <coroutine>
#include <cstdint>

namespace corort::detail {

/// Something other than a coroutine that a worker runs.
class job {
public:
  /// May destroy the job.
  virtual void run() noexcept = 0;

protected:
  ~job() = default;
};

/// One entry: the word that goes into a queue, and a link for the queues that
/// must not allocate. Owned by who waits; it may be gone once it was queued.
class work_node {
public:
  work_node() noexcept = default;
  explicit work_node(std::coroutine_handle<> coroutine) noexcept
      : word_(reinterpret_cast<std::uintptr_t>(coroutine.address())) {}
  // Frames are aligned to eight bytes at least, so the lowest bit is free.
  explicit work_node(job &work) noexcept
      : word_(reinterpret_cast<std::uintptr_t>(&work) | 1) {}

  std::uintptr_t word() const noexcept { return word_; }
  std::coroutine_handle<> coroutine() const noexcept {
    return std::coroutine_handle<>::from_address(
        reinterpret_cast<void *>(word_));
  }

  /// Runs what a queue held.
  static void run(std::uintptr_t word) noexcept {
    if (word & 1) [[unlikely]]
      reinterpret_cast<job *>(word & ~std::uintptr_t{1})->run();
    else
      std::coroutine_handle<>::from_address(reinterpret_cast<void *>(word))
          .resume();
  }

  work_node *next = nullptr;

private:
  std::uintptr_t word_ = 0;
};

} // namespace corort::detail

#endif
