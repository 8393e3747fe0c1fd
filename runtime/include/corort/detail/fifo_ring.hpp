/// \file
/// work_ring: what a worker has to do in the order it came.

#ifndef CORORT_DETAIL_FIFO_RING_HPP
#define CORORT_DETAIL_FIFO_RING_HPP

#include "corort/detail/atomics.hpp"
#include "corort/detail/item_buffer.hpp"
#include "corort/detail/platform.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace corort::detail {

/// First in, first out; one thread, the owner, pushes, and any thread takes.
/// As nobody takes at the end where the owner works, it needs no fence.
///
/// Items are any values but 0, which stands for none.
template <class Atomics = std_atomics> class basic_work_ring {
public:
  /// \p capacity, a power of two, is what it holds without growing.
  /// \throws std::bad_alloc
  explicit basic_work_ring(std::int64_t capacity = 1024)
      : buffer_(buffer::make(capacity, nullptr)) {}
  basic_work_ring(const basic_work_ring &) = delete;
  basic_work_ring &operator=(const basic_work_ring &) = delete;
  ~basic_work_ring() {
    buffer::destroy(buffer_.load(std::memory_order_relaxed));
  }

  /// Owner only.
  /// \throws std::bad_alloc if it is full and can't grow; nothing has changed.
  void push(std::uintptr_t item) {
    const std::int64_t back = back_.load(std::memory_order_relaxed);
    buffer *items = buffer_.load(std::memory_order_relaxed);
    if (back - front_seen_ >= items->capacity()) [[unlikely]]
      items = make_room(back, items);
    items->at(back).store(item, std::memory_order_relaxed);
    back_.store(back + 1, std::memory_order_release);
  }

  /// Any thread.
  /// \returns the oldest item; 0 if there is none.
  std::uintptr_t take() noexcept {
    std::int64_t front = front_.load(std::memory_order_acquire);
    for (;;) {
      if (front >= back_.load(std::memory_order_acquire))
        return 0;
      buffer *items = buffer_.load(std::memory_order_acquire);
      // If the slot has been used again since, the front has moved.
      const std::uintptr_t item =
          items->at(front).load(std::memory_order_relaxed);
      if (front_.compare_exchange_weak(front, front + 1,
                                       std::memory_order_acq_rel,
                                       std::memory_order_acquire))
        return item;
    }
  }

  /// Any thread; exact for the owner if nobody else takes, else it may be too
  /// small: a thief must not take one item for more.
  std::int64_t size() const noexcept {
    const std::int64_t back = back_.load(std::memory_order_acquire);
    const std::int64_t front = front_.load(std::memory_order_relaxed);
    return std::max<std::int64_t>(back - front, 0);
  }

  /// Any thread.
  bool empty() const noexcept {
    const std::int64_t front = front_.load(std::memory_order_acquire);
    return front >= back_.load(std::memory_order_acquire);
  }

private:
  template <class T> using atomic = typename Atomics::template atomic<T>;
  using buffer = item_buffer<Atomics>;

  [[gnu::noinline]] buffer *make_room(std::int64_t back, buffer *items) {
    front_seen_ = front_.load(std::memory_order_acquire);
    if (back - front_seen_ < items->capacity())
      return items;
    items = items->grown(front_seen_, back);
    buffer_.store(items, std::memory_order_release);
    return items;
  }

  alignas(cache_line) atomic<std::int64_t> front_{0};
  alignas(cache_line) atomic<std::int64_t> back_{0};
  // Kept when it is replaced, since others may be about to read it.
  atomic<buffer *> buffer_;
  /// The owner's: where the front was when it last mattered.
  std::int64_t front_seen_ = 0;
};

using work_ring = basic_work_ring<>;

} // namespace corort::detail

#endif
