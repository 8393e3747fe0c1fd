/// \file
/// What tasks wait for besides each other: a semaphore, an event, a latch, a
/// barrier, a lock that readers share, and the ticks of a clock.
// Prints:
//     at most 2 at a time
//     started together
//     2 readers, then a writer
//     3 ticks

#include "corort/corort.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>

using namespace std::chrono_literals;
using corort::task;

/// Five downloads, never more than two at the same time.
task<bool> limited() {
  corort::semaphore slots(2);
  int inside = 0;
  int most = 0;
  auto download = [&]() -> task<> {
    auto slot = co_await slots.acquire();
    most = std::max(most, ++inside);
    co_await corort::yield();
    --inside;
  };
  co_await corort::when_all(download(), download(), download(), download(),
                            download());
  std::printf("at most %d at a time\n", most);
  co_return most == 2;
}

/// Nobody runs before all are there and the starter has fired.
task<bool> race() {
  corort::latch ready(3);
  corort::event start;
  corort::barrier finish(3);
  std::atomic<int> early = 0;
  std::atomic<bool> fired = false;
  auto runner = [&]() -> task<> {
    ready.count_down();
    co_await start.wait();
    early += !fired;
    co_await finish.arrive_and_wait();
  };
  auto children = co_await corort::open_scope();
  for (int i = 0; i < 3; ++i)
    children.spawn(runner());
  co_await ready.wait();
  fired = true;
  start.set();
  co_await children.join();
  std::puts(early == 0 ? "started together" : "a false start");
  co_return early == 0;
}

task<bool> shared() {
  corort::shared_mutex lock;
  int readers = 0;
  {
    auto first = co_await lock.lock_shared();
    auto second = co_await lock.lock_shared();
    readers = 2;
  }
  auto alone = co_await lock.lock();
  std::printf("%d readers, then a writer\n", readers);
  co_return readers == 2;
}

task<bool> ticking() {
  corort::interval ticks(1ms);
  int count = 0;
  for (; count < 3; ++count)
    co_await ticks.tick(); // The first one comes at once.
  std::printf("%d ticks\n", count);
  co_return count == 3;
}

task<int> run() {
  const bool all = co_await limited() && co_await race() &&
                   co_await shared() && co_await ticking();
  co_return all ? 0 : 1;
}

int main() {
  corort::scheduler one({.threads = 1});
  return corort::block_on(one, run());
}
