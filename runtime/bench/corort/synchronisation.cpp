/// \file
/// Tasks that wait for each other.

#include "bench/corort/workers.hpp"
#include "bench/harness.hpp"
#include "corort/join_handle.hpp"
#include "corort/mutex.hpp"
#include "corort/spawn.hpp"
#include "corort/task.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace bench {
namespace {

using corort::join_handle;
using corort::task;

task<> lock_often(corort::mutex &mutex, std::uint64_t &counter,
                  std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    auto held = co_await mutex.lock();
    ++counter;
  }
}

task<> mutex_contended(meter &m) {
  const std::uint64_t count = m.scaled(250'000);
  constexpr std::uint64_t tasks = 8;
  corort::mutex mutex;
  std::uint64_t counter = 0;
  m.start();
  std::vector<join_handle<>> handles;
  for (std::uint64_t i = 0; i < tasks; ++i)
    handles.push_back(corort::spawn(lock_often(mutex, counter, count)));
  for (join_handle<> &handle : handles)
    co_await handle;
  m.stop(tasks * count);
  verify(counter == tasks * count, "count");
}

task<> mutex_uncontended(meter &m) {
  const std::uint64_t count = m.scaled(10'000'000);
  corort::mutex mutex;
  std::uint64_t counter = 0;
  m.start();
  co_await lock_often(mutex, counter, count);
  m.stop(count);
  verify(counter == count, "count");
}

constexpr row rows[] = {
    {"mutex-contended", "mutex, 8 tasks on 2 threads",
     on_two_workers<mutex_contended>},
    {"mutex", "mutex, uncontended", on_two_workers<mutex_uncontended>},
};

} // namespace

std::span<const row> synchronisation_rows() { return rows; }

} // namespace bench
