/// \file
/// A harbour that enters ships into its register, several at a time. A
/// coroutine's reference parameter stays a reference, here to a temporary that
/// is gone when the entry is written.

#include "corort/corort.hpp"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using corort::spawn;
using corort::task;

class ship_register {
public:
  task<> enter(std::string line) {
    auto held = co_await mutex_.lock();
    lines_.push_back(std::move(line));
  }
  task<std::size_t> size() {
    auto held = co_await mutex_.lock();
    co_return lines_.size();
  }

private:
  corort::mutex mutex_;
  std::vector<std::string> lines_;
};

std::string name_of(int ship) {
  return "the ship with the number " + std::to_string(ship);
}

task<> moor(std::shared_ptr<ship_register> ships, const std::string &name) {
  co_await ships->enter("moored: " + name);
}

corort::join_handle<> arrive(std::shared_ptr<ship_register> ships, int ship) {
  return spawn(moor(ships, name_of(ship))); // finding: coro-dangling-argument
}

task<std::size_t> work(int arrivals) {
  auto ships = std::make_shared<ship_register>();
  std::vector<corort::join_handle<>> moored;
  for (int ship = 0; ship < arrivals; ++ship)
    moored.push_back(arrive(ships, ship));
  for (auto &each : moored)
    co_await each;
  co_return co_await ships->size();
}

int main() {
  corort::scheduler world({.threads = 1});
  const std::size_t entered = corort::block_on(world, work(3));
  std::printf("%zu ships entered\n", entered);
  return entered == 3 ? 0 : 1;
}
