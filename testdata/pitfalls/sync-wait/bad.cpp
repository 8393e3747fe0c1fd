/// \file
/// A shop whose old price list is a plain function: it waits, with its thread,
/// for the task that asks the supplier. Called by a task, that is a worker's
/// thread, and corort ends the program rather than let it hang.

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

/// From the days before tasks; main still calls it.
int price_of(const std::string &item) {
  return corort::block_on(ask_supplier(item));
}

task<int> total() {
  const int tea = price_of("tea"); // finding: coro-sync-wait-in-coroutine
  const int milk = co_await ask_supplier("milk");
  co_return tea + milk;
}

int main() {
  const int sugar = price_of("sugar");
  const int rest = corort::block_on(total());
  std::printf("total %d\n", sugar + rest);
  return 0;
}
