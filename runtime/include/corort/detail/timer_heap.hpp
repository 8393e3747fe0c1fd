/// \file
/// The coroutines that sleep, ordered by when they are due.

#ifndef CORORT_DETAIL_TIMER_HEAP_HPP
#define CORORT_DETAIL_TIMER_HEAP_HPP

#include "corort/detail/ready_queue.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace corort::detail {

using time_point = std::chrono::steady_clock::time_point;

/// A sleeper; lives in the awaiter like every `ready_node`.
struct timer_node : ready_node {
  static constexpr std::size_t not_queued = static_cast<std::size_t>(-1);

  time_point due{};
  std::uint64_t order = 0;
  std::size_t slot = not_queued;
};

/// A binary heap whose nodes know their slot, so that a sleeper can leave in
/// O(log n). Sleepers due at the same time leave in the order they came.
class timer_heap {
public:
  bool empty() const noexcept { return heap_.empty(); }

  /// When the next sleeper is due. The heap must not be empty.
  time_point next_due() const noexcept { return heap_.front()->due; }

  /// \throws std::bad_alloc; the heap is then unchanged.
  void push(timer_node &node) {
    heap_.push_back(&node);
    node.order = arrivals_++;
    node.slot = heap_.size() - 1;
    rise(node.slot);
  }

  /// Does nothing if \p node is not in the heap.
  void remove(timer_node &node) noexcept {
    if (node.slot == timer_node::not_queued)
      return;
    std::size_t hole = std::exchange(node.slot, timer_node::not_queued);
    timer_node *last = heap_.back();
    heap_.pop_back();
    if (last == &node)
      return;
    place(hole, *last);
    rise(hole);
    sink(last->slot);
  }

  /// \returns null if nobody is due at \p now.
  timer_node *pop_due(time_point now) noexcept {
    if (heap_.empty() || heap_.front()->due > now)
      return nullptr;
    timer_node *first = heap_.front();
    remove(*first);
    return first;
  }

private:
  static bool before(const timer_node &a, const timer_node &b) noexcept {
    return a.due != b.due ? a.due < b.due : a.order < b.order;
  }

  void place(std::size_t slot, timer_node &node) noexcept {
    heap_[slot] = &node;
    node.slot = slot;
  }

  void rise(std::size_t slot) noexcept {
    timer_node &node = *heap_[slot];
    for (; slot > 0; slot = (slot - 1) / 2) {
      timer_node &parent = *heap_[(slot - 1) / 2];
      if (!before(node, parent))
        break;
      place(slot, parent);
    }
    place(slot, node);
  }

  void sink(std::size_t slot) noexcept {
    timer_node &node = *heap_[slot];
    for (;;) {
      std::size_t child = 2 * slot + 1;
      if (child >= heap_.size())
        break;
      if (child + 1 < heap_.size() && before(*heap_[child + 1], *heap_[child]))
        ++child;
      if (!before(*heap_[child], node))
        break;
      place(slot, *heap_[child]);
      slot = child;
    }
    place(slot, node);
  }

  std::vector<timer_node *> heap_;
  std::uint64_t arrivals_ = 0;
};

} // namespace corort::detail

#endif
