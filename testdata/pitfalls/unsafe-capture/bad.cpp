/// \file
/// A session that lets a spawned task note the visit. The task borrows the
/// visitor's name from the session, which has ended by the time it is read.

#include "corort/corort.hpp"

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using corort::spawn;
using corort::task;

class visit_log {
public:
  task<> note(std::string line) {
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

/// Answers one visitor; noting the visit must not keep the visitor waiting.
task<> session(std::shared_ptr<visit_log> log, int id) {
  std::string name = "visitor number " + std::to_string(id) + " at the gate";
  spawn([log, &name]() -> task<> {       // finding: coro-borrow-in-spawned-task
    co_await log->note("seen: " + name); // reported
  })
      .detach();
  co_return;
}

task<std::size_t> serve(int visitors) {
  auto log = std::make_shared<visit_log>();
  for (int id = 0; id < visitors; ++id)
    co_await session(log, id);
  // With one worker, yield lets every note go first.
  co_await corort::yield();
  co_return co_await log->size();
}

int main() {
  corort::scheduler world({.threads = 1});
  const std::size_t noted = corort::block_on(world, serve(3));
  std::printf("%zu visits noted\n", noted);
  return noted == 3 ? 0 : 1;
}
