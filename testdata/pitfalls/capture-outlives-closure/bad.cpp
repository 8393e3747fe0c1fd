/// \file
/// A bakery that confirms each order by a task of its own. The task reads what
/// the lambda has captured that made it, and that one is gone by then.

#include "corort/corort.hpp"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using corort::spawn;
using corort::task;

class outbox {
public:
  task<> put(std::string letter) {
    auto held = co_await mutex_.lock();
    letters_.push_back(std::move(letter));
  }
  task<std::size_t> size() {
    auto held = co_await mutex_.lock();
    co_return letters_.size();
  }

private:
  corort::mutex mutex_;
  std::vector<std::string> letters_;
};

/// Takes one order; the customer need not wait for the confirmation.
task<> take_order(std::shared_ptr<outbox> box, std::string cake) {
  auto say = [box, cake]() -> task<> { // finding: coro-capture-outlives-closure
    co_await box->put("we are baking your " + cake); // reported
  };
  spawn(say()).detach();
  co_return;
}

task<std::size_t> open() {
  auto box = std::make_shared<outbox>();
  for (const char *cake : {"honey cake", "plum cake", "almond cake"})
    co_await take_order(box, cake);
  // With one worker, yield lets every confirmation go first.
  co_await corort::yield();
  co_return co_await box->size();
}

int main() {
  corort::scheduler world({.threads = 1});
  const std::size_t confirmed = corort::block_on(world, open());
  std::printf("%zu orders confirmed\n", confirmed);
  return confirmed == 3 ? 0 : 1;
}
