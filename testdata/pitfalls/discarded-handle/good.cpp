/// \file
/// An import that stores its lines at the same time, and waits for each.

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
  std::vector<corort::join_handle<>> stores;
  for (std::string &line : lines)
    stores.push_back(corort::spawn(store(std::move(line))));
  bool stored = true;
  for (corort::join_handle<> &handle : stores) {
    try {
      co_await std::move(handle);
    } catch (const std::invalid_argument &error) {
      std::printf("refused: %s\n", error.what());
      stored = false;
    }
  }
  if (stored)
    std::printf("all stored\n");
  co_return stored;
}

int main() {
  const std::vector<std::string> lines{"one", "", "three"};
  return corort::block_on(import(lines)) ? 1 : 0;
}
