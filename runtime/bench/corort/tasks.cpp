/// \file
/// Tasks that are awaited where they are made, and streams.

#include "bench/corort/workers.hpp"
#include "bench/harness.hpp"
#include "corort/stream.hpp"
#include "corort/task.hpp"

#include <cstdint>
#include <span>

namespace bench {
namespace {

using corort::task;

// Never inlined: the compiler would put its frame into its caller's.
[[gnu::noinline]] task<std::uint64_t> next(std::uint64_t i) { co_return i + 1; }

task<> await_ready(meter &m) {
  const std::uint64_t count = m.scaled(20'000'000);
  std::uint64_t sum = 0;
  m.start();
  for (std::uint64_t i = 0; i < count; ++i)
    sum += co_await next(i);
  m.stop(count);
  verify(sum == count * (count + 1) / 2, "sum");
}

[[gnu::noinline]] task<std::uint64_t> descend(std::uint64_t depth) {
  if (depth == 0)
    co_return 0;
  co_return 1 + co_await descend(depth - 1);
}

task<> chain(meter &m) {
  const std::uint64_t count = m.scaled(20'000);
  std::uint64_t sum = 0;
  m.start();
  for (std::uint64_t i = 0; i < count; ++i)
    sum += co_await descend(1000);
  m.stop(count * 1000);
  verify(sum == count * 1000, "depth");
}

task<std::uint64_t> fib(std::uint64_t n) {
  if (n < 2)
    co_return n;
  const std::uint64_t left = co_await fib(n - 1);
  const std::uint64_t right = co_await fib(n - 2);
  co_return left + right;
}

task<> fib_inline(meter &m) {
  m.start();
  const std::uint64_t result = co_await fib(30);
  m.stop(calls_of_fib(30));
  verify(result == 832'040, "fib(30)");
}

corort::stream<std::uint64_t> numbers(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i)
    co_yield i;
}

task<> stream(meter &m) {
  const std::uint64_t count = m.scaled(10'000'000);
  std::uint64_t sum = 0;
  m.start();
  corort::stream<std::uint64_t> items = numbers(count);
  while (const std::uint64_t *item = co_await items.next())
    sum += *item;
  m.stop(count);
  verify(sum == count * (count - 1) / 2, "sum");
}

constexpr row rows[] = {
    {"await", "await of a ready task", on_two_workers<await_ready>},
    {"chain", "chain of 1000 awaits, per level", on_two_workers<chain>},
    {"fib", "fib(30) inline, per call", on_two_workers<fib_inline>},
    {"stream", "stream, per item", on_two_workers<stream>},
};

} // namespace

std::span<const row> task_rows() { return rows; }

} // namespace bench
