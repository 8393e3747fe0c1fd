/// \file
/// A shop whose price list is a task. Tasks await it; main, whose thread runs
/// none, waits.

#include "corort/corort.hpp"

#include <chrono>
#include <cstdio>
#include <string>

using namespace std::chrono_literals;
using corort::task;

/// Asks the supplier.
task<int> ask_supplier(std::string item) {
  co_await corort::sleep_for(5ms); // The way there and back.
  co_return static_cast<int>(item.size()) * 10;
}

task<int> price_of(std::string item) {
  co_return co_await ask_supplier(item);
}

task<int> total() {
  const int tea = co_await price_of("tea");
  const int milk = co_await ask_supplier("milk");
  co_return tea + milk;
}

int main() {
  const int sugar = corort::block_on(price_of("sugar"));
  const int rest = corort::block_on(total());
  std::printf("total %d\n", sugar + rest);
  return 0;
}
