/// \file
/// Two things one after the other, and at the same time.
// Prints:
//     one after the other: … ms
//     at the same time: … ms

#include "corort/corort.hpp"

#include <chrono>
#include <cstdio>
#include <string>

using namespace std::chrono_literals;
using corort::task;

task<int> fetch_price(std::string item) {
  co_await corort::sleep_for(50ms); // The task pauses, the thread does not.
  co_return static_cast<int>(item.size()) * 10;
}

task<int> sequential() {
  const int tea = co_await fetch_price("tea");
  const int milk = co_await fetch_price("milk");
  co_return tea + milk;
}

task<int> concurrent() {
  const auto [tea, milk] =
      co_await corort::when_all(fetch_price("tea"), fetch_price("milk"));
  co_return tea + milk;
}

/// Runs \p work and prints how long it took.
task<int> timed(const char *name, task<int> work) {
  const auto begin = std::chrono::steady_clock::now();
  const int total = co_await std::move(work);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  std::printf("%s: %lld ms\n", name, static_cast<long long>(took.count()));
  co_return total;
}

task<int> run() {
  const int first = co_await timed("one after the other", sequential());
  const int second = co_await timed("at the same time", concurrent());
  co_return first == 70 && second == 70 ? 0 : 1;
}

int main() { return corort::block_on(run()); }
