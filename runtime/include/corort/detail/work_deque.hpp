/// \file
/// work_deque: what a worker has to do next, which others may steal.

#ifndef CORORT_DETAIL_WORK_DEQUE_HPP
#define CORORT_DETAIL_WORK_DEQUE_HPP

#include "corort/detail/atomics.hpp"
#include "corort/detail/item_buffer.hpp"
#include "corort/detail/platform.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace corort::detail {

/// The deque of Chase and Lev ("Dynamic Circular Work-Stealing Deque", 2005).
/// Its owner, one thread, pushes and pops at the bottom; all others steal at
/// the top. So the owner continues with what it did last, and thieves get what
/// is oldest.
///
/// In "Correct and Efficient Work-Stealing for Weak Memory Models" (2013) Lê et
/// al. order owner and thief by fences; here the operations that decide between
/// them are sequentially consistent themselves, which costs a thief nothing on
/// x86.
///
/// Items are any values but 0, which stands for none.
template <class Atomics = std_atomics> class basic_work_deque {
public:
  /// \p capacity, a power of two, is what it holds without growing.
  /// \throws std::bad_alloc
  explicit basic_work_deque(std::int64_t capacity = 1024)
      : buffer_(buffer::make(capacity, nullptr)) {}
  basic_work_deque(const basic_work_deque &) = delete;
  basic_work_deque &operator=(const basic_work_deque &) = delete;
  ~basic_work_deque() {
    buffer::destroy(buffer_.load(std::memory_order_relaxed));
  }

  /// Owner only.
  /// \throws std::bad_alloc if it is full and can't grow; nothing has changed.
  void push(std::uintptr_t item) {
    const std::int64_t bottom = bottom_.load(std::memory_order_relaxed);
    buffer *items = buffer_.load(std::memory_order_relaxed);
    if (bottom - top_seen_ >= items->capacity()) [[unlikely]]
      items = make_room(bottom, items);
    items->at(bottom).store(item, std::memory_order_relaxed);
    bottom_.store(bottom + 1, std::memory_order_release);
  }

  /// Owner only.
  /// \returns the item pushed last, or 0 if there is none.
  std::uintptr_t pop() noexcept {
    const std::int64_t last = bottom_.load(std::memory_order_relaxed) - 1;
    // Only we add, so what looks empty is; and idle workers look often.
    if (top_.load(std::memory_order_relaxed) > last)
      return 0;
    buffer *items = buffer_.load(std::memory_order_relaxed);
    // Thieves keep off the last item before we look how far they are. An
    // exchange is a store and a fence, and costs less than both.
    bottom_.exchange(last, std::memory_order_seq_cst);
    std::int64_t top = top_.load(std::memory_order_seq_cst);
    if (top < last) [[likely]]
      return items->at(last).load(std::memory_order_relaxed);
    std::uintptr_t item = 0;
    // The only item left is for whoever moves the top.
    if (top == last &&
        top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst))
      item = items->at(last).load(std::memory_order_relaxed);
    bottom_.store(last + 1, std::memory_order_relaxed);
    return item;
  }

  /// Any thread.
  /// \returns the oldest item; 0 if there is none, or somebody else just took
  /// it.
  std::uintptr_t steal() noexcept {
    // Both in the total order of seq_cst: whoever moved the top to where we see
    // it did so after the owner's exchange, if the owner missed the move. Then
    // the bottom is what the owner made it, or later.
    std::int64_t top = top_.load(std::memory_order_seq_cst);
    if (top >= bottom_.load(std::memory_order_seq_cst))
      return 0;
    buffer *items = buffer_.load(std::memory_order_acquire);
    // If the slot has been used again since, the top has moved.
    const std::uintptr_t item = items->at(top).load(std::memory_order_relaxed);
    return top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst)
               ? item
               : 0;
  }

  /// Any thread; exact for the owner if there are no thieves. For others it
  /// may be too small, as the top has moved on by the time they look at it: a
  /// thief must not take one item for more.
  std::int64_t size() const noexcept {
    const std::int64_t bottom = bottom_.load(std::memory_order_acquire);
    const std::int64_t top = top_.load(std::memory_order_relaxed);
    // While the owner pops, the bottom may be below the top.
    return std::max<std::int64_t>(bottom - top, 0);
  }

  /// Any thread.
  bool empty() const noexcept {
    const std::int64_t top = top_.load(std::memory_order_acquire);
    return top >= bottom_.load(std::memory_order_acquire);
  }

private:
  template <class T> using atomic = typename Atomics::template atomic<T>;
  using buffer = item_buffer<Atomics>;

  [[gnu::noinline]] buffer *make_room(std::int64_t bottom, buffer *items) {
    top_seen_ = top_.load(std::memory_order_acquire);
    if (bottom - top_seen_ < items->capacity())
      return items;
    items = items->grown(top_seen_, bottom);
    buffer_.store(items, std::memory_order_release);
    return items;
  }

  alignas(cache_line) atomic<std::int64_t> top_{0};
  alignas(cache_line) atomic<std::int64_t> bottom_{0};
  // Kept when it is replaced, since a thief may be about to read it.
  atomic<buffer *> buffer_;
  /// The owner's: where the top was when it last mattered.
  std::int64_t top_seen_ = 0;
};

using work_deque = basic_work_deque<>;

} // namespace corort::detail

#endif
