/// \file
/// The queue of coroutines that are ready to run.

#ifndef CORORT_DETAIL_READY_QUEUE_HPP
#define CORORT_DETAIL_READY_QUEUE_HPP

#include <coroutine>

namespace corort::detail {

/// A place in the queue. It lives in the awaiter, and so in the frame, of the
/// coroutine that waits for its turn: queueing never allocates.
struct ready_node {
  std::coroutine_handle<> coroutine;
  ready_node *next = nullptr;
};

/// First in, first out. Not thread safe.
class ready_queue {
public:
  bool empty() const noexcept { return head_ == nullptr; }

  void push(ready_node &node) noexcept {
    node.next = nullptr;
    *tail_ = &node;
    tail_ = &node.next;
  }

  /// \returns null if it is empty.
  ready_node *pop() noexcept {
    ready_node *node = head_;
    if (node) {
      head_ = node->next;
      if (!head_)
        tail_ = &head_;
    }
    return node;
  }

private:
  ready_node *head_ = nullptr;
  ready_node **tail_ = &head_;
};

} // namespace corort::detail

#endif
