/// \file
/// The floor of calls: the barest coroutine, awaited.

#include "bench/floor/bare.hpp"
#include "bench/harness.hpp"

#include <cstdint>
#include <span>

namespace bench {
namespace {

[[gnu::noinline]] bare next(std::uint64_t i) { co_return i + 1; }

bare call_often(std::uint64_t count) {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < count; ++i)
    sum += co_await next(i);
  co_return sum;
}

void await_ready(meter &m) {
  const std::uint64_t count = m.scaled(20'000'000);
  bare calls = call_often(count);
  m.start();
  calls.resume();
  m.stop(count);
  verify(calls.value() == count * (count + 1) / 2, "sum");
}

[[gnu::noinline]] bare descend(std::uint64_t depth) {
  if (depth == 0)
    co_return 0;
  co_return 1 + co_await descend(depth - 1);
}

bare descend_often(std::uint64_t count) {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < count; ++i)
    sum += co_await descend(1000);
  co_return sum;
}

void chain(meter &m) {
  const std::uint64_t count = m.scaled(20'000);
  bare calls = descend_often(count);
  m.start();
  calls.resume();
  m.stop(count * 1000);
  verify(calls.value() == count * 1000, "depth");
}

bare fib(std::uint64_t n) {
  if (n < 2)
    co_return n;
  const std::uint64_t left = co_await fib(n - 1);
  const std::uint64_t right = co_await fib(n - 2);
  co_return left + right;
}

void fib_inline(meter &m) {
  bare calls = fib(30);
  m.start();
  calls.resume();
  m.stop(calls_of_fib(30));
  verify(calls.value() == 832'040, "fib(30)");
}

[[gnu::noinline]] bare numbers(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i)
    co_yield i;
  co_return 0;
}

void stream(meter &m) {
  const std::uint64_t count = m.scaled(10'000'000);
  std::uint64_t sum = 0;
  bare items = numbers(count);
  m.start();
  for (std::uint64_t i = 0; i < count; ++i) {
    items.resume();
    sum += items.value();
  }
  m.stop(count);
  verify(sum == count * (count - 1) / 2, "sum");
}

constexpr row rows[] = {
    {"await", "the barest coroutine, its frame from a free list", await_ready},
    {"chain", "the barest coroutine, 1000 deep", chain},
    {"fib", "the barest coroutine", fib_inline},
    {"stream", "resuming and suspending the barest coroutine", stream},
};

} // namespace

std::span<const row> task_rows() { return rows; }

} // namespace bench
