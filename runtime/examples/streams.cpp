/// \file
/// A stream of values that are made when they are asked for, and what can be
/// built of it.
// Prints:
//     even squares: 0 4 16 36
//     in threes: 3 3 1

#include "corort/corort.hpp"

#include <cstdio>
#include <vector>

namespace streams = corort::streams;
using corort::stream;
using corort::task;

stream<int> count_up() {
  for (int i = 0;; ++i) // For ever: it stands still until it is asked.
    co_yield i;
}

task<int> run() {
  auto even_squares = count_up() |
                      streams::filter([](int i) { return i % 2 == 0; }) |
                      streams::map([](int i) { return i * i; }) |
                      streams::take(4);
  std::printf("even squares:");
  const std::vector<int> all = co_await streams::collect(std::move(even_squares));
  for (int value : all)
    std::printf(" %d", value);

  std::printf("\nin threes:");
  auto threes = count_up() | streams::take(7) | streams::chunks(3);
  std::size_t values = 0;
  while (const std::vector<int> *chunk = co_await threes.next()) {
    std::printf(" %zu", chunk->size());
    values += chunk->size();
  }
  std::printf("\n");
  co_return all.size() == 4 && values == 7 ? 0 : 1;
}

int main() { return corort::block_on(run()); }
