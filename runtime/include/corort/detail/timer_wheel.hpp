/// \file
/// The coroutines that sleep, ordered by when they are due.

#ifndef CORORT_DETAIL_TIMER_WHEEL_HPP
#define CORORT_DETAIL_TIMER_WHEEL_HPP

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace corort::detail {

/// A sleeper; lives in its awaiter, so that sleeping never allocates.
struct timer_node {
  timer_node *next = nullptr;
  /// What points to this node; null if it is not queued.
  timer_node **prev = nullptr;
  /// In nanoseconds on the scheduler's clock.
  std::uint64_t due = 0;
};

/// A hierarchical timing wheel (Varghese and Lauck, SOSP 1987, scheme 7).
///
/// A deadline is a number of eight digits, its bytes, and there is a slot for
/// every value of every digit. A sleeper is put into the slot of the highest
/// digit in which its deadline differs from the present. When that slot begins,
/// those due right then expire and the others move down: at most seven times,
/// however long they sleep and however far time jumps. All of a level is due
/// before anything of the next, and the slots of a level are due in order, so
/// nothing is ever sorted.
///
/// Those due at the same time expire in the order in which they came.
///
/// Not thread safe, except for `next_due`.
class timer_wheel {
public:
  /// This deadline is never reached.
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  bool empty() const noexcept { return next_due() == never && !endless_; }

  /// No sleeper is due before this; `never` if none is ever. May be read by
  /// any thread, and is then already out of date.
  std::uint64_t next_due() const noexcept {
    return next_due_.load(std::memory_order_relaxed);
  }

  /// When the first sleeper is due, exactly; `never` if none is ever. Looks at
  /// all the sleepers of one slot.
  std::uint64_t earliest() const noexcept { return earliest_of_first(never); }

  /// \p node must not be queued, and must stay where it is until it has expired
  /// or is removed. It expires no sooner than at the next `expire`; a deadline
  /// before the last one is changed to the time of that.
  void add(timer_node &node, std::uint64_t now) noexcept {
    if (node.due == never)
      return push(endless_, node);
    const std::uint64_t next = next_due();
    if (next == never)
      present_ = std::max(present_, now);
    node.due = std::max(node.due, present_);
    if (node.due < next)
      next_due_.store(node.due, std::memory_order_relaxed);
    place(node);
  }

  /// Does nothing if \p node is not queued.
  void remove(timer_node &node) noexcept {
    if (!node.prev)
      return;
    timer_node **at = std::exchange(node.prev, nullptr);
    *at = node.next;
    if (node.next) {
      node.next->prev = at;
    } else if (!*at && is_slot(at)) {
      emptied(static_cast<std::size_t>(at - slots_.data()));
      if (first_slot() == slots)
        next_due_.store(never, std::memory_order_relaxed);
    }
  }

  /// Takes out all that are due at \p now and calls \p fn for each, in order.
  /// It may destroy the node, but must not use the wheel.
  ///
  /// \returns how many there were.
  template <class Fn> std::size_t expire(std::uint64_t now, Fn fn) noexcept {
    if (now < next_due())
      return 0;
    std::size_t count = 0;
    for (;;) {
      const std::size_t slot = first_slot();
      if (slot == slots || start_of(slot) > now)
        break;
      present_ = start_of(slot);
      for (timer_node *node = take(slot); node;) {
        timer_node &first = *std::exchange(node, node->next);
        first.prev = nullptr;
        if (first.due != present_) {
          place(first);
          continue;
        }
        fn(first);
        ++count;
      }
    }
    // Of two threads that read the clock, the later one may have come first.
    present_ = std::max(present_, now);
    next_due_.store(earliest_of_first(16), std::memory_order_relaxed);
    return count;
  }

private:
  static constexpr int digit_bits = 8;
  static constexpr std::size_t radix = 256;
  static constexpr std::size_t slots = 8 * radix;

  static constexpr int shift_of(std::size_t level) noexcept {
    return static_cast<int>(level) * digit_bits;
  }

  static void push(timer_node *&head, timer_node &node) noexcept {
    node.next = head;
    node.prev = &head;
    if (head)
      head->prev = &node.next;
    head = &node;
  }

  bool is_slot(timer_node **at) const noexcept {
    return std::greater_equal<>()(at, slots_.data()) &&
           std::less<>()(at, slots_.data() + slots);
  }

  void place(timer_node &node) noexcept {
    const int leading = std::countl_zero((node.due ^ present_) | 1);
    const auto level = static_cast<std::size_t>((63 - leading) / digit_bits);
    const std::size_t digit = (node.due >> shift_of(level)) % radix;
    const std::size_t slot = level * radix + digit;
    occupied_[slot / 64] |= std::uint64_t{1} << slot % 64;
    push(slots_[slot], node);
  }

  void emptied(std::size_t slot) noexcept {
    occupied_[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
  }

  /// \returns all of \p slot, the first that came first. New ones are pushed in
  /// front, so that means back to front.
  timer_node *take(std::size_t slot) noexcept {
    emptied(slot);
    timer_node *node = std::exchange(slots_[slot], nullptr);
    timer_node *front = nullptr;
    while (node) {
      timer_node *next = std::exchange(node->next, front);
      front = std::exchange(node, next);
    }
    return front;
  }

  /// \returns `slots` if all are empty.
  std::size_t first_slot() const noexcept {
    for (std::size_t word = 0; word < occupied_.size(); ++word)
      if (const std::uint64_t bits = occupied_[word])
        return word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    return slots;
  }

  /// When those in \p slot have to move, or expire.
  std::uint64_t start_of(std::size_t slot) const noexcept {
    const int shift = shift_of(slot / radix);
    const std::uint64_t above = present_ >> shift >> digit_bits << digit_bits;
    return (above | slot % radix) << shift;
  }

  /// The first deadline, or a lower bound if more than \p limit sleepers share
  /// its slot: those that are far away shall not be looked at time and again.
  std::uint64_t earliest_of_first(std::size_t limit) const noexcept {
    const std::size_t slot = first_slot();
    if (slot == slots)
      return never;
    if (slot < radix)
      return start_of(slot);
    std::uint64_t earliest = never;
    for (const timer_node *node = slots_[slot]; node; node = node->next) {
      if (limit-- == 0)
        return start_of(slot);
      earliest = std::min(earliest, node->due);
    }
    return earliest;
  }

  /// The time of the last `expire`; no slot begins before it.
  std::uint64_t present_ = 0;
  std::atomic<std::uint64_t> next_due_{never};
  /// A bit for each slot.
  std::array<std::uint64_t, slots / 64> occupied_{};
  std::array<timer_node *, slots> slots_{};
  /// Those due never.
  timer_node *endless_ = nullptr;
};

} // namespace corort::detail

#endif
