/// \file
/// Work for several processors: fork_all for parts of one result, spawn for
/// tasks that run on their own.
// Prints:
//     78498 primes below a million
//     the largest is 999983

#include "corort/corort.hpp"

#include <cstdio>
#include <numeric>
#include <vector>

using corort::task;

bool is_prime(int n) {
  for (int d = 2; d * d <= n; ++d)
    if (n % d == 0)
      return false;
  return n > 1;
}

task<int> count_primes(int from, int to) {
  int count = 0;
  for (int n = from; n < to; ++n)
    count += is_prime(n);
  co_return count;
}

task<int> largest_prime(int below) {
  while (!is_prime(--below))
    ;
  co_return below;
}

task<int> run() {
  // Runs on another worker while this one counts.
  corort::join_handle<int> largest = corort::spawn(largest_prime, 1'000'000);

  std::vector<task<int>> parts;
  for (int from = 0; from < 1'000'000; from += 100'000)
    parts.push_back(count_primes(from, from + 100'000));
  const std::vector<int> counts = co_await corort::fork_all(std::move(parts));
  const int count = std::accumulate(counts.begin(), counts.end(), 0);

  std::printf("%d primes below a million\n", count);
  const int last = co_await largest;
  std::printf("the largest is %d\n", last);
  co_return count == 78498 && last == 999983 ? 0 : 1;
}

int main() { return corort::block_on(run()); }
