/// \file
/// A task does nothing until it is awaited.
// Prints:
//     made
//     brewing
//     tea

#include "corort/corort.hpp"

#include <cstdio>
#include <string>
#include <utility>

using corort::task;

task<std::string> brew() {
  std::puts("brewing");
  co_return "tea";
}

task<int> run() {
  task<std::string> order = brew();
  std::puts("made");
  const std::string cup = co_await std::move(order);
  std::puts(cup.c_str());
  co_return cup == "tea" ? 0 : 1;
}

CORORT_MAIN(run)
