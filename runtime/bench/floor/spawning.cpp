/// \file
/// The floor of work that other threads could take.

#include "bench/floor/bare.hpp"
#include "bench/floor/machine.hpp"
#include "bench/harness.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bench {
namespace {

[[gnu::noinline]] bare next(std::uint64_t i) { co_return i + 1; }

bare fib_shared(locked_words &words, std::uint64_t n) {
  if (n < 2)
    co_return n;
  bare left = fib_shared(words, n - 1);
  const std::uint64_t right = co_await fib_shared(words, n - 2);
  words.take();
  const std::uint64_t sum = right + co_await left;
  words.meet();
  co_return sum;
}

void fib_spawned(meter &m) {
  m.start();
  on_two_threads([](int) {
    locked_words words;
    bare calls = fib_shared(words, 28);
    calls.resume();
    verify(calls.value() == 317'811, "fib(28)");
  });
  m.stop(2 * calls_of_fib(28));
}

void spawn_and_join(meter &m) {
  const std::uint64_t batches = m.scaled(1000);
  constexpr std::uint64_t batch = 1000;
  locked_words words;
  std::uint64_t sum = 0;
  m.start();
  for (std::uint64_t i = 0; i < batches; ++i) {
    std::vector<bare> tasks;
    tasks.reserve(batch);
    for (std::uint64_t k = 0; k < batch; ++k)
      tasks.push_back(next(k));
    for (bare &task : tasks) {
      words.take();
      task.resume();
      words.meet();
      sum += task.value();
    }
  }
  m.stop(batches * batch);
  verify(sum == batches * batch * (batch + 1) / 2, "sum");
}

bare tree(locked_words &words, std::uint64_t first, std::uint64_t leaves) {
  if (leaves == 1)
    co_return first;
  const std::uint64_t part = leaves / 10;
  auto child = [&](std::uint64_t i) {
    return tree(words, first + i * part, part);
  };
  std::array<bare, 10> children{child(0), child(1), child(2), child(3),
                                child(4), child(5), child(6), child(7),
                                child(8), child(9)};
  std::uint64_t sum = 0;
  for (bare &each : children) {
    words.take();
    sum += co_await each;
    words.meet();
  }
  co_return sum;
}

void skynet(meter &m) {
  m.start();
  std::array<std::uint64_t, 2> sums{};
  on_two_threads([&](int half) {
    locked_words words;
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < 5; ++i) {
      const auto part = static_cast<std::uint64_t>(half) * 5 + i;
      bare subtree = tree(words, part * 100'000, 100'000);
      subtree.resume();
      sum += subtree.value();
    }
    sums[static_cast<std::size_t>(half)] = sum;
  });
  m.stop(1'111'111);
  verify(sums[0] + sums[1] == 499'999'500'000, "sum of the leaves");
}

void join_many(meter &m) {
  const std::uint64_t batches = m.scaled(200);
  constexpr std::uint64_t batch = 10'000;
  locked_words words;
  std::uint64_t sum = 0;
  m.start();
  for (std::uint64_t i = 0; i < batches; ++i) {
    std::vector<bare> tasks;
    tasks.reserve(batch);
    for (std::uint64_t k = 0; k < batch; ++k)
      tasks.push_back(next(k));
    for (bare &task : tasks) {
      task.resume();
      words.meet();
    }
    for (bare &task : tasks)
      sum += task.value();
  }
  m.stop(batches * batch);
  verify(sum == batches * batch * (batch + 1) / 2, "sum");
}

[[gnu::noinline]] bare numbers(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i)
    co_yield i;
  co_return 0;
}

void yield(meter &m) {
  const std::uint64_t count = m.scaled(2'000'000);
  locked_words words;
  bare items = numbers(count);
  m.start();
  for (std::uint64_t i = 0; i < count; ++i) {
    words.take();
    items.resume();
  }
  m.stop(count);
  verify(items.value() == count - 1, "last number");
}

constexpr row rows[] = {
    {"fib-spawned",
     "the barest coroutine, on two threads; for every second call two locked "
     "instructions: one to take it from a queue, one to join it",
     fib_spawned},
    {"spawn", "the barest coroutine and two locked instructions",
     spawn_and_join},
    {"skynet",
     "the barest coroutine and two locked instructions, on two threads",
     skynet},
    {"when-all", "the barest coroutine and one locked instruction", join_many},
    {"yield",
     "resuming and suspending the barest coroutine, and one locked instruction",
     yield},
};

} // namespace

std::span<const row> spawning_rows() { return rows; }

} // namespace bench
