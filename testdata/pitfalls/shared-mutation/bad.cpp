/// \file
/// A poll: the boxes of ballots are read at the same time, and every reader
/// adds to the same tally. Two workers that do so at once destroy it.

#include "corort/corort.hpp"

#include <chrono>
#include <cstdio>
#include <vector>

using corort::join_handle;
using corort::spawn;
using corort::task;

struct tally {
  std::vector<int> votes;
};

task<> count(tally &result, int box) {
  co_await corort::sleep_for(std::chrono::milliseconds(5)); // Fetches the box.
  for (int ballot = 0; ballot < 100'000; ++ballot)
    result.votes.push_back(box); // finding: coro-shared-mutation
}

task<int> poll(int boxes) {
  tally result;
  std::vector<join_handle<>> counting;
  for (int box = 0; box < boxes; ++box)
    counting.push_back(spawn(count(result, box)));
  for (join_handle<> &box : counting)
    co_await box;
  co_return static_cast<int>(result.votes.size());
}

int main() {
  corort::scheduler world({.threads = 4});
  const int votes = corort::block_on(world, poll(4));
  std::printf("%d votes\n", votes);
  return votes == 400000 ? 0 : 1;
}
