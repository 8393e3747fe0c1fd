/// \file
/// The floor of tasks that wait for each other.

#include "bench/floor/machine.hpp"
#include "bench/harness.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

namespace bench {
namespace {

/// A ring between one sender and one receiver. Each keeps a copy of where it
/// last saw the other, so that their cache lines seldom travel.
class ring {
public:
  /// Sends the numbers below \p count.
  void send(std::uint64_t count) {
    std::uint64_t free_until = capacity;
    for (std::uint64_t i = 0; i < count; ++i) {
      while (i == free_until)
        free_until = received_.load(std::memory_order_acquire) + capacity;
      items_[i % capacity] = i;
      sent_.store(i + 1, std::memory_order_release);
    }
  }
  /// Receives \p count numbers. \returns their sum.
  std::uint64_t receive(std::uint64_t count) {
    std::uint64_t sum = 0;
    std::uint64_t there_until = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      while (i == there_until)
        there_until = sent_.load(std::memory_order_acquire);
      sum += items_[i % capacity];
      received_.store(i + 1, std::memory_order_release);
    }
    return sum;
  }

private:
  static constexpr std::uint64_t capacity = 128;
  alignas(64) std::atomic<std::uint64_t> sent_{0};
  alignas(64) std::atomic<std::uint64_t> received_{0};
  alignas(64) std::array<std::uint64_t, capacity> items_{};
};

void channel(meter &m) {
  const std::uint64_t count = m.scaled(4'000'000);
  ring items;
  std::uint64_t sum = 0;
  m.start();
  on_two_threads([&](int receiver) {
    if (receiver)
      sum = items.receive(count);
    else
      items.send(count);
  });
  m.stop(count);
  verify(sum == count * (count - 1) / 2, "sum");
}

void lock_often(meter &m, std::uint64_t count) {
  locked_words words;
  std::uint64_t counted = 0;
  m.start();
  for (std::uint64_t i = 0; i < count; ++i) {
    words.acquire();
    ++counted;
    words.release();
  }
  m.stop(count);
  verify(counted == count, "count");
}

void mutex_contended(meter &m) { lock_often(m, 8 * m.scaled(250'000)); }

void mutex_uncontended(meter &m) { lock_often(m, m.scaled(10'000'000)); }

void round_trip(meter &m) {
  const std::uint64_t count = m.scaled(200'000);
  struct alignas(64) flag {
    void raise(std::uint64_t i) { value.store(i, std::memory_order_release); }
    void await(std::uint64_t i) const {
      while (value.load(std::memory_order_acquire) != i) {
      }
    }
    std::atomic<std::uint64_t> value{0};
  };
  flag ping;
  flag pong;
  m.start();
  on_two_threads([&](int other) {
    for (std::uint64_t i = 1; i <= count; ++i)
      if (other) {
        ping.await(i);
        pong.raise(i);
      } else {
        ping.raise(i);
        pong.await(i);
      }
  });
  m.stop(count);
}

constexpr row rows[] = {
    {"channel",
     "a ring of 128 from one pinned thread to another, that neither locks nor "
     "sleeps",
     channel},
    {"mutex-contended", "two locked instructions", mutex_contended},
    {"mutex", "two locked instructions", mutex_uncontended},
    {"round-trip", "a cache line there and another back, both threads spinning",
     round_trip},
};

} // namespace

std::span<const row> synchronisation_rows() { return rows; }

} // namespace bench
