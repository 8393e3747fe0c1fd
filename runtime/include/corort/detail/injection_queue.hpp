/// \file
/// Work from threads that are no workers. First in, first out.

#ifndef CORORT_DETAIL_INJECTION_QUEUE_HPP
#define CORORT_DETAIL_INJECTION_QUEUE_HPP

#include "corort/detail/spinlock.hpp"
#include "corort/detail/work_node.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>

namespace corort::detail {

/// Never allocates: its entries are the nodes of those who wait. Thread safe.
class injection_queue {
public:
  bool empty() const noexcept {
    return count_.load(std::memory_order_seq_cst) == 0;
  }

  void push(work_node &node) noexcept {
    node.next = nullptr;
    std::lock_guard lock(lock_);
    *last_ = &node;
    last_ = &node.next;
    count_.store(count_.load(std::memory_order_relaxed) + 1,
                 std::memory_order_seq_cst);
  }

  /// \returns 0 if it is empty.
  std::uintptr_t pop() noexcept {
    if (count_.load(std::memory_order_acquire) == 0)
      return 0;
    std::lock_guard lock(lock_);
    work_node *node = first_;
    if (!node)
      return 0;
    first_ = node->next;
    if (!first_)
      last_ = &first_;
    count_.store(count_.load(std::memory_order_relaxed) - 1,
                 std::memory_order_seq_cst);
    return node->word();
  }

private:
  spinlock lock_;
  std::atomic<std::uint32_t> count_{0};
  work_node *first_ = nullptr;
  work_node **last_ = &first_;
};

} // namespace corort::detail

#endif
