/// \file
/// wait_queue: those who wait for one thing, first come, first served.

#ifndef CORORT_DETAIL_WAIT_QUEUE_HPP
#define CORORT_DETAIL_WAIT_QUEUE_HPP

#include <utility>

namespace corort::detail {

/// The links of an awaiter in a `wait_queue`.
template <class Waiter> struct wait_links {
  Waiter *next_waiter = nullptr;
  Waiter **place = nullptr; ///< What points to it; null if it is not queued.
};

/// A list of awaiters, derived from `wait_links`, that any can leave. Guarded by
/// the lock of what they wait for.
template <class Waiter> class wait_queue {
public:
  wait_queue() noexcept = default;
  wait_queue(const wait_queue &) = delete;
  wait_queue &operator=(const wait_queue &) = delete;

  bool empty() const noexcept { return !first_; }
  Waiter *front() const noexcept { return first_; }

  void push(Waiter &w) noexcept {
    w.next_waiter = nullptr;
    w.place = last_;
    *last_ = &w;
    last_ = &w.next_waiter;
  }

  /// Does nothing if it is not queued.
  void remove(Waiter &w) noexcept {
    if (!w.place)
      return;
    *w.place = w.next_waiter;
    (w.next_waiter ? w.next_waiter->place : last_) = w.place;
    w.place = nullptr;
  }

  /// \returns the first one that its operation may complete for, no longer
  /// queued; null if there is none. Drops those that were asked to stop.
  Waiter *claim_first() noexcept {
    while (Waiter *w = first_) {
      remove(*w);
      if (w->claim())
        return w;
    }
    return nullptr;
  }

private:
  Waiter *first_ = nullptr;
  Waiter **last_ = &first_;
};

} // namespace corort::detail

#endif
