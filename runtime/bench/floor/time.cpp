/// \file
/// The floor of sleeping.

#include "bench/floor/bare.hpp"
#include "bench/harness.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace bench {
namespace {

struct timer {
  timer *next;
  bare sleeper;
};

[[gnu::noinline]] bare nap() {
  co_yield 0;
  co_return 1;
}

void sleep(meter &m) {
  using namespace std::chrono;
  const std::uint64_t count = m.scaled(100'000);
  std::vector<timer> timers;
  timers.reserve(count);
  std::vector<timer *> slots;
  std::uint64_t woken = 0;

  m.start();
  const auto begin = steady_clock::now();
  for (std::uint64_t i = 0; i < count; ++i) {
    timer &t = timers.emplace_back(nullptr, nap());
    t.sleeper.resume();
    const auto due =
        steady_clock::now() - begin + microseconds(nap_microseconds(i));
    const auto slot = static_cast<std::size_t>(due / 1ms + 1);
    if (slot >= slots.size())
      slots.resize(slot + 1);
    t.next = std::exchange(slots[slot], &t);
  }
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    if (!slots[slot])
      continue;
    std::this_thread::sleep_until(begin + milliseconds(slot));
    for (timer *t = slots[slot]; t; t = t->next) {
      t->sleeper.resume();
      woken += t->sleeper.value();
    }
  }
  timers.clear();
  m.stop(count);
  verify(woken == count, "sleepers woken");
}

constexpr row rows[] = {
    {"sleep",
     "the barest coroutine, its frame fresh from the heap, a look at the clock "
     "and a list for each millisecond; and the sleep itself",
     sleep},
};

} // namespace

std::span<const row> time_rows() { return rows; }

} // namespace bench
