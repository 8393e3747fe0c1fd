/// \file
/// Tasks that other threads may take.

#include "bench/corort/workers.hpp"
#include "bench/harness.hpp"
#include "corort/join_handle.hpp"
#include "corort/spawn.hpp"
#include "corort/task.hpp"
#include "corort/when_all.hpp"
#include "corort/yield.hpp"

#include <atomic>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace bench {
namespace {

using corort::join_handle;
using corort::task;

task<std::uint64_t> fib(std::uint64_t n) {
  if (n < 2)
    co_return n;
  join_handle<std::uint64_t> left = corort::spawn(fib(n - 1));
  const std::uint64_t right = co_await fib(n - 2);
  co_return right + co_await left;
}

task<> fib_spawned(meter &m) {
  m.start();
  const std::uint64_t result = co_await fib(30);
  m.stop(calls_of_fib(30));
  verify(result == 832'040, "fib(30)");
}

task<> count_up(std::atomic<std::uint64_t> &counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
  co_return;
}

task<> spawn_and_join(meter &m) {
  const std::uint64_t batches = m.scaled(1000);
  constexpr std::uint64_t batch = 1000;
  std::atomic<std::uint64_t> counter{0};
  m.start();
  for (std::uint64_t i = 0; i < batches; ++i) {
    std::vector<join_handle<>> handles;
    handles.reserve(batch);
    for (std::uint64_t k = 0; k < batch; ++k)
      handles.push_back(corort::spawn(count_up(counter)));
    for (join_handle<> &handle : handles)
      co_await handle;
  }
  m.stop(batches * batch);
  verify(counter == batches * batch, "count");
}

task<std::uint64_t> tree(std::uint64_t first, std::uint64_t leaves) {
  if (leaves == 1)
    co_return first;
  const std::uint64_t part = leaves / 10;
  auto child = [&](std::uint64_t i) { return tree(first + i * part, part); };
  const auto sums = co_await corort::fork_all(
      child(0), child(1), child(2), child(3), child(4), child(5), child(6),
      child(7), child(8), child(9));
  co_return std::apply([](auto... each) { return (each + ...); }, sums);
}

task<> skynet(meter &m) {
  m.start();
  const std::uint64_t sum = co_await tree(0, 1'000'000);
  m.stop(1'111'111);
  verify(sum == 499'999'500'000, "sum of the leaves");
}

task<> join_many(meter &m) {
  const std::uint64_t batches = m.scaled(200);
  constexpr std::uint64_t batch = 10'000;
  std::atomic<std::uint64_t> counter{0};
  m.start();
  for (std::uint64_t i = 0; i < batches; ++i) {
    std::vector<task<>> tasks;
    tasks.reserve(batch);
    for (std::uint64_t k = 0; k < batch; ++k)
      tasks.push_back(count_up(counter));
    co_await corort::when_all(std::move(tasks));
  }
  m.stop(batches * batch);
  verify(counter == batches * batch, "count");
}

task<> yield(meter &m) {
  const std::uint64_t count = m.scaled(2'000'000);
  m.start();
  for (std::uint64_t i = 0; i < count; ++i)
    co_await corort::yield();
  m.stop(count);
}

constexpr row rows[] = {
    {"fib-spawned", "fib(30) spawned, 2 threads, per call",
     on_two_workers<fib_spawned>},
    {"spawn", "spawn and join", on_two_workers<spawn_and_join>},
    {"skynet", "skynet with a million leaves, per node",
     on_two_workers<skynet>},
    {"when-all", "when_all of 10,000, per child", on_two_workers<join_many>},
    {"yield", "yield to the scheduler", on_two_workers<yield>},
};

} // namespace

std::span<const row> spawning_rows() { return rows; }

} // namespace bench
