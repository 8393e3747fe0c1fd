/// \file
/// An import that stores its lines at the same time. Nobody keeps the handles,
/// so nobody hears of the line that can't be stored.

#include "corort/corort.hpp"

#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using corort::task;

task<> store(std::string line) {
  if (line.empty())
    throw std::invalid_argument("an empty line");
  co_return;
}

task<bool> import(std::vector<std::string> lines) {
  try {
    for (std::string &line : lines)
      corort::spawn(store(std::move(line))); // finding: coro-discarded-handle
  } catch (const std::invalid_argument &error) {
    std::printf("refused: %s\n", error.what());
    co_return false;
  }
  std::printf("all stored\n");
  co_return true;
}

int main() {
  const std::vector<std::string> lines{"one", "", "three"};
  return corort::block_on(import(lines)) ? 1 : 0;
}
