/// \file
/// A task that may take so long and no longer.
// Prints:
//     quick: 200
//     slow: timed out

#include "corort/corort.hpp"

#include <chrono>
#include <cstdio>

using namespace std::chrono_literals;
using corort::task;

task<int> fetch(std::chrono::nanoseconds takes) {
  co_await corort::sleep_for(takes);
  co_return 200;
}

task<int> run() {
  const auto quick = co_await corort::timeout(1h, fetch(1ms));
  const auto slow = co_await corort::timeout(1ms, fetch(1h));
  std::printf("quick: %d\n", quick.value_or(0));
  std::printf("slow: %s\n", slow ? "200" : "timed out");
  co_return quick && !slow ? 0 : 1;
}

int main() { return corort::block_on(run()); }
