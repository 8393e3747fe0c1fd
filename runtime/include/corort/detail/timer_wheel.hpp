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
/// A deadline in ticks is a number of 64-ary digits, and level `l` has a slot
/// for each value of digit `l`. A sleeper is put on the level of the highest
/// digit in which its deadline differs from the present, and goes down when the
/// present gets there: at most once for every level, however far time jumps.
/// Therefore all of a level is due before anything of the next, and within a
/// level the slots are due in order.
///
/// Deadlines are kept to the nanosecond; a tick is only the width of the finest
/// slots. Those due at the same time expire in the order in which they came.
///
/// Not thread safe, except for `next_due`.
class timer_wheel {
public:
  /// This deadline is never reached.
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  /// The tick is \p resolution_ns, at least 1, rounded down to a power of two.
  explicit timer_wheel(std::uint64_t resolution_ns = 1'000'000) noexcept
      : tick_bits_(highest_bit(resolution_ns)) {}

  bool empty() const noexcept { return next_due() == never && !endless_; }

  /// No sleeper is due before this; `never` if none is ever. May be read by
  /// any thread, and is then already out of date.
  std::uint64_t next_due() const noexcept {
    return next_due_.load(std::memory_order_relaxed);
  }

  /// When the first sleeper is due, exactly; `never` if none is ever. Looks at
  /// all the sleepers of one slot.
  std::uint64_t earliest() const noexcept {
    const std::size_t slot = first_slot();
    return slot < slots_.size() ? earliest_of(slots_[slot]) : never;
  }

  /// \p node must not be queued, and must stay where it is until it has expired
  /// or is removed. It expires no sooner than at the next `expire`.
  void add(timer_node &node, std::uint64_t now) noexcept {
    if (node.due == never)
      return push(endless_, node);
    const std::uint64_t next = next_due();
    if (next == never)
      present_ = std::max(present_, now >> tick_bits_);
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
    if (node.next)
      node.next->prev = at;
    else if (is_slot(at))
      clear(static_cast<std::size_t>(at - slots_.data()));
  }

  /// Takes out all that are due at \p now, then calls \p fn for each of them,
  /// in order. It may destroy the node, but must not use the wheel.
  ///
  /// \returns how many there were.
  template <class Fn> std::size_t expire(std::uint64_t now, Fn fn) noexcept {
    if (now < next_due())
      return 0;
    std::size_t count = 0;
    for (timer_node *node = sort(take_due(now)); node; ++count)
      fn(*std::exchange(node, node->next));
    return count;
  }

private:
  static constexpr int digit_bits = 6;
  static constexpr std::size_t radix = std::size_t{1} << digit_bits;
  static constexpr std::size_t levels = (64 + digit_bits - 1) / digit_bits;

  /// Nodes in a row, to which more can be appended.
  struct chain {
    timer_node *first = nullptr;
    timer_node **last = &first;

    void append(timer_node &node) noexcept {
      *last = &node;
      last = &node.next;
    }
  };

  /// \returns 0 for 0 too.
  static int highest_bit(std::uint64_t value) noexcept {
    return 63 - std::countl_zero(value | 1);
  }

  static int shift_of(std::size_t level) noexcept {
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
           std::less<>()(at, slots_.data() + slots_.size());
  }

  /// What is overdue waits in the slot of the present.
  void place(timer_node &node) noexcept {
    const std::uint64_t tick = std::max(node.due >> tick_bits_, present_);
    const auto level =
        static_cast<std::size_t>(highest_bit(tick ^ present_) / digit_bits);
    const std::size_t digit = (tick >> shift_of(level)) % radix;
    occupied_[level] |= std::uint64_t{1} << digit;
    push(slots_[level * radix + digit], node);
  }

  /// The slot has become empty.
  void clear(std::size_t slot) noexcept {
    if (slots_[slot])
      return;
    occupied_[slot / radix] &= ~(std::uint64_t{1} << slot % radix);
    if (first_slot() == slots_.size())
      next_due_.store(never, std::memory_order_relaxed);
  }

  /// \returns the number of slots if all are empty.
  std::size_t first_slot() const noexcept {
    for (std::size_t level = 0; level < levels; ++level)
      if (occupied_[level])
        return level * radix +
               static_cast<std::size_t>(std::countr_zero(occupied_[level]));
    return slots_.size();
  }

  static std::uint64_t earliest_of(const timer_node *node) noexcept {
    std::uint64_t earliest = never;
    for (; node; node = node->next)
      earliest = std::min(earliest, node->due);
    return earliest;
  }

  /// Exact for the finest slots. What is further away shall not be looked at
  /// time and again: for that it is when its slot begins.
  std::uint64_t bound() const noexcept {
    const std::size_t slot = first_slot();
    if (slot == slots_.size())
      return never;
    if (slot < radix)
      return earliest_of(slots_[slot]);
    const int shift = shift_of(slot / radix);
    const std::uint64_t above = present_ >> shift >> digit_bits << digit_bits;
    return (above | slot % radix) << shift << tick_bits_;
  }

  /// Appends all of \p slot, which is not empty, to \p out: the first that came
  /// first. New ones are pushed in front, so that means back to front.
  void take(std::size_t slot, chain &out) noexcept {
    timer_node *node = std::exchange(slots_[slot], nullptr);
    timer_node **last = &node->next;
    timer_node *front = nullptr;
    while (node) {
      timer_node *next = std::exchange(node->next, front);
      front = std::exchange(node, next);
    }
    *out.last = front;
    out.last = last;
  }

  /// Takes all out of the slots that begin at \p tick or earlier.
  void take_begun(std::uint64_t tick, chain &out) noexcept {
    for (std::size_t level = 0; level < levels; ++level) {
      const std::uint64_t now = tick >> shift_of(level);
      const std::uint64_t before = present_ >> shift_of(level);
      // On this level and those above only slots after the present one are
      // occupied.
      if (level > 0 && now == before)
        return;
      std::uint64_t begun = occupied_[level];
      if (now >> digit_bits == before >> digit_bits)
        begun &= never >> (radix - 1 - now % radix);
      occupied_[level] &= ~begun;
      for (; begun; begun &= begun - 1)
        take(level * radix + static_cast<std::size_t>(std::countr_zero(begun)),
             out);
    }
  }

  /// Moves on to \p now. \returns those due, nearly in order.
  timer_node *take_due(std::uint64_t now) noexcept {
    chain begun;
    // Of two threads that read the clock the later one may come first.
    const std::uint64_t tick = std::max(now >> tick_bits_, present_);
    take_begun(tick, begun);
    present_ = tick;
    chain due;
    *begun.last = nullptr;
    for (timer_node *node = begun.first; node;) {
      timer_node &taken = *std::exchange(node, node->next);
      taken.prev = nullptr;
      if (taken.due <= now)
        due.append(taken);
      else
        place(taken);
    }
    *due.last = nullptr;
    next_due_.store(bound(), std::memory_order_relaxed);
    return due.first;
  }

  /// \returns where \p list is cut: before the first node that is due before
  /// the one in front of it.
  static timer_node *cut_sorted(timer_node *list) noexcept {
    while (list->next && list->due <= list->next->due)
      list = list->next;
    return std::exchange(list->next, nullptr);
  }

  /// Stable: of equals, those of \p first come first.
  static timer_node *merge(timer_node *first, timer_node *second) noexcept {
    chain merged;
    while (first && second) {
      timer_node *&sooner = second->due < first->due ? second : first;
      merged.append(*std::exchange(sooner, sooner->next));
    }
    *merged.last = first ? first : second;
    return merged.first;
  }

  /// Natural merge sort: sorts by deadline what mostly is sorted already.
  static timer_node *sort(timer_node *list) noexcept {
    if (!list)
      return nullptr;
    timer_node *rest = cut_sorted(list);
    if (!rest)
      return list;
    // `runs[i]` is null or merged from 2^i runs, which came before those of
    // the ones with lower numbers.
    std::array<timer_node *, 64> runs{list};
    while (rest) {
      timer_node *run = std::exchange(rest, cut_sorted(rest));
      std::size_t i = 0;
      for (; runs[i]; ++i)
        run = merge(std::exchange(runs[i], nullptr), run);
      runs[i] = run;
    }
    timer_node *sorted = nullptr;
    for (timer_node *run : runs)
      sorted = run ? merge(run, sorted) : sorted;
    return sorted;
  }

  const int tick_bits_;
  /// In ticks. No slot begins before it.
  std::uint64_t present_ = 0;
  std::atomic<std::uint64_t> next_due_{never};
  /// One bit for each slot of a level; exact.
  std::array<std::uint64_t, levels> occupied_{};
  std::array<timer_node *, levels * radix> slots_{};
  /// Those due never.
  timer_node *endless_ = nullptr;
};

} // namespace corort::detail

#endif
