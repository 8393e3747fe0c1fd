/// \file
/// A library whose readers all search one catalogue at the same time. What they
/// share it by counts its owners atomically, so the readers can be in several
/// threads.

#include "corort/corort.hpp"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

using corort::spawn;
using corort::task;

using catalogue = std::vector<std::string>;

std::size_t count(const catalogue &titles, char initial) {
  std::size_t found = 0;
  for (const std::string &title : titles)
    found += title.front() == initial;
  return found;
}

/// Looks up how many titles begin with \p initial, \p times over.
task<std::size_t> search(std::shared_ptr<const catalogue> titles, char initial,
                         int times) {
  std::size_t found = 0;
  for (int i = 0; i < times; ++i) {
    const std::shared_ptr<const catalogue> mine = titles;
    found += count(*mine, initial);
  }
  co_return found;
}

task<std::size_t> serve(int times) {
  const auto titles = std::make_shared<const catalogue>(
      catalogue{"amber", "atlas", "birch", "cedar"});
  std::vector<corort::join_handle<std::size_t>> searches;
  for (char initial : {'a', 'b', 'c', 'd'})
    searches.push_back(spawn(search(titles, initial, times)));
  std::size_t found = 0;
  for (auto &each : searches)
    found += co_await each;
  co_return found;
}

int main() {
  corort::scheduler world({.threads = 4});
  const std::size_t found = corort::block_on(world, serve(100000));
  std::printf("%zu found\n", found);
  return found == 400000 ? 0 : 1;
}
