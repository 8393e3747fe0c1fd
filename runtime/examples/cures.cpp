/// \file
/// Three mistakes that C++ accepts in silence, done right: a call that blocks, a
/// lock over a co_await, a task that nobody awaits. testdata/pitfalls has them
/// done wrong.
// Prints:
//     the heartbeat went on
//     total 70
//     saved

#include "corort/corort.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <thread>

using namespace std::chrono_literals;
using corort::task;

/// A call that blocks goes to threads that are there for it.
task<bool> render() {
  std::atomic<bool> beat = false;
  auto heartbeat = [&]() -> task<> {
    beat = true;
    co_return;
  };
  auto page = corort::spawn_blocking([&] {
    while (!beat) // Only ends because the worker is free for the heartbeat.
      std::this_thread::yield();
  });
  auto beating = corort::spawn(heartbeat);
  co_await page;
  co_await beating;
  std::puts("the heartbeat went on");
  co_return true;
}

/// A lock that is held while the task waits belongs to the task.
class price_cache {
public:
  task<int> get(std::string item) {
    auto held = co_await mutex_.lock();
    if (auto known = prices_.find(item); known != prices_.end())
      co_return known->second;
    co_await corort::sleep_for(1ms); // Asks the price service.
    co_return prices_[item] = static_cast<int>(item.size()) * 10;
  }

private:
  corort::mutex mutex_;
  std::map<std::string, int> prices_;
};

task<int> quote(price_cache &cache) {
  const auto [tea, milk] =
      co_await corort::when_all(cache.get("tea"), cache.get("milk"));
  std::printf("total %d\n", tea + milk);
  co_return tea + milk;
}

/// A task runs because somebody awaits it.
task<> save() {
  std::puts("saved");
  co_return;
}

task<int> run() {
  price_cache cache;
  const bool rendered = co_await render();
  const int total = co_await quote(cache);
  co_await save();
  co_return rendered && total == 70 ? 0 : 1;
}

int main() {
  corort::scheduler one({.threads = 1});
  return corort::block_on(one, run());
}
