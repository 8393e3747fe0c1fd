/// \file
/// A greenhouse controller that calls a sensor's driver on a thread kept for
/// calls that block. The worker stays free, and the heartbeat on time.

#include "corort/corort.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

using namespace std::chrono_literals;
using corort::task;

using tick_count = std::shared_ptr<std::atomic<int>>;

/// The vendor's driver: returns once the sensor has settled.
int read_sensor() {
  std::this_thread::sleep_for(250ms);
  return 21;
}

int warmest_of(int probes) {
  int warmest = 0;
  for (int probe = 0; probe < probes; ++probe)
    warmest = std::max(warmest, read_sensor());
  return warmest;
}

task<int> measure() {
  const int degrees =
      co_await corort::spawn_blocking([] { return warmest_of(2); });
  co_return degrees;
}

/// Tells the watchdog that the controller is alive.
task<> heartbeat(tick_count ticks) {
  for (;;) {
    co_await corort::sleep_for(5ms);
    ++*ticks;
  }
}

task<int> control(tick_count ticks) {
  corort::spawn(heartbeat(ticks)).detach();
  co_await corort::sleep_for(20ms);
  const int before = *ticks;
  const int degrees = co_await measure();
  co_return degrees > 0 ? *ticks - before : -1;
}

int main() {
  corort::scheduler world({.threads = 1});
  auto ticks = std::make_shared<std::atomic<int>>(0);
  const int meanwhile = corort::block_on(world, control(ticks));
  std::printf("%d ticks during the measurement\n", meanwhile);
  return meanwhile > 0 ? 0 : 1;
}
