/// \file
/// A poll: the boxes of ballots are read at the same time, and one after the
/// other adds to the tally.

#include "corort/corort.hpp"

#include <chrono>
#include <cstdio>
#include <vector>

using corort::join_handle;
using corort::spawn;
using corort::task;

struct tally {
  corort::mutex mutex;
  std::vector<int> votes;
};

task<> count(tally &result, int box) {
  co_await corort::sleep_for(std::chrono::milliseconds(5)); // Fetches the box.
  auto held = co_await result.mutex.lock();
  for (int ballot = 0; ballot < 100'000; ++ballot)
    result.votes.push_back(box);
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
