/// \file
/// channel_ring: the values in a channel, from many senders to one receiver.

#ifndef CORORT_DETAIL_CHANNEL_RING_HPP
#define CORORT_DETAIL_CHANNEL_RING_HPP

#include "corort/detail/atomics.hpp"
#include "corort/detail/platform.hpp"
#include "corort/detail/simulator.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace corort::detail {

/// First in, first out; holds at most what it was made for. Senders share
/// nothing with the receiver but the slots (Vyukov's bounded queue,
/// https://www.1024cores.net/home/lock-free-algorithms/queues).
///
/// `push` can be blocked: from then on places are given out one by one, by
/// whoever holds the lock of the channel.
template <class T, class Atomics = std_atomics> class basic_channel_ring {
  static_assert(std::is_nothrow_move_constructible_v<T>,
                "the values of a channel must move without a throw");

public:
  enum class push_result { pushed, full, closed };
  using position = std::uint64_t;

  /// \throws std::bad_alloc
  explicit basic_channel_ring(std::size_t capacity)
      : capacity_(std::max<std::size_t>(capacity, 1)),
        mask_(std::bit_ceil(capacity_) - 1),
        slots_(std::make_unique<slot[]>(mask_ + 1)) {
    for (position p = 0; p <= mask_; ++p)
      slots_[p].turn.store(p < capacity_ ? open_for(p) : holds(p - (mask_ + 1)),
                           std::memory_order_relaxed);
  }
  basic_channel_ring(const basic_channel_ring &) = delete;
  basic_channel_ring &operator=(const basic_channel_ring &) = delete;
  ~basic_channel_ring() {
    while (readable()) {
      std::destroy_at(&at(front_).value);
      ++front_;
    }
  }

  /// Any thread. Moves \p value only if there is a place. Either the receiver
  /// sees the value before it waits, or this thread sees that it waits.
  push_result push(T &value) noexcept {
    std::uint64_t back = back_.load(std::memory_order_relaxed);
    for (;;) {
      if (back & (blocked | closed)) [[unlikely]]
        return back & closed ? push_result::closed : push_result::full;
      const position p = back / one;
      const auto ahead = static_cast<std::int64_t>(
          at(p).turn.load(std::memory_order_acquire) - open_for(p));
      if (ahead < 0)
        return push_result::full;
      if (ahead > 0) { // Others have moved the back on.
        back = back_.load(std::memory_order_relaxed);
      } else if (back_.compare_exchange_weak(back, back + one,
                                             std::memory_order_relaxed)) {
        fill(p, value);
        return push_result::pushed;
      }
    }
  }

  // Under the lock of the channel.

  void block() noexcept { back_.fetch_or(blocked, std::memory_order_relaxed); }
  void unblock() noexcept {
    back_.fetch_and(~blocked, std::memory_order_relaxed);
  }
  void close() noexcept { back_.fetch_or(closed, std::memory_order_relaxed); }
  bool is_closed() const noexcept {
    return back_.load(std::memory_order_relaxed) & closed;
  }

  /// While it is blocked: whether `reserve` may be called.
  bool has_place() const noexcept {
    const position p = back_.load(std::memory_order_relaxed) / one;
    return at(p).turn.load(std::memory_order_seq_cst) == open_for(p);
  }
  /// Takes the next place, which has to be filled then.
  position reserve() noexcept {
    return back_.fetch_add(one, std::memory_order_relaxed) / one;
  }
  /// Needs no lock.
  void fill(position p, T &value) noexcept {
    slot &place = at(p);
    sim_acquire(&place);
    std::construct_at(&place.value, std::move(value));
    sim_release(&place);
    place.turn.exchange(holds(p), std::memory_order_seq_cst);
  }

  // The receiver, or who acts for it.

  bool readable() const noexcept {
    return at(front_).turn.load(std::memory_order_seq_cst) == holds(front_);
  }

  /// \returns false if there is none. Either senders see the place before they
  /// wait, or this thread sees that they wait.
  bool pop(std::optional<T> &to) noexcept {
    if (!readable())
      return false;
    slot &taken = at(front_);
    sim_acquire(&taken);
    to.emplace(std::move(taken.value));
    std::destroy_at(&taken.value);
    const position next = front_ + capacity_;
    ++front_;
    sim_release(&at(next));
    at(next).turn.exchange(open_for(next), std::memory_order_seq_cst);
    return true;
  }

private:
  template <class U> using atomic = typename Atomics::template atomic<U>;

  struct slot {
    slot() noexcept {}
    ~slot() {}

    /// Which position it is open for or holds the value of.
    atomic<std::uint64_t> turn;
    union {
      T value;
    };
  };

  // The back: its position, and two flags that keep senders out.
  static constexpr std::uint64_t blocked = 1;
  static constexpr std::uint64_t closed = 2;
  static constexpr std::uint64_t one = 4;

  static constexpr std::uint64_t open_for(position p) noexcept { return 2 * p; }
  static constexpr std::uint64_t holds(position p) noexcept {
    return 2 * p + 1;
  }

  slot &at(position p) const noexcept { return slots_[p & mask_]; }

  const std::size_t capacity_;
  const std::size_t mask_;
  const std::unique_ptr<slot[]> slots_;
  alignas(cache_line) atomic<std::uint64_t> back_{0};
  alignas(cache_line) position front_ = 0;
};

template <class T> using channel_ring = basic_channel_ring<T>;

} // namespace corort::detail

#endif
