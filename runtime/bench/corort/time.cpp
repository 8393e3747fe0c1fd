/// \file
/// Tasks that sleep.

#include "bench/corort/workers.hpp"
#include "bench/harness.hpp"
#include "corort/join_handle.hpp"
#include "corort/sleep.hpp"
#include "corort/spawn.hpp"
#include "corort/task.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace bench {
namespace {

using corort::join_handle;
using corort::task;

task<> nap(std::uint64_t i) {
  co_await corort::sleep_for(std::chrono::microseconds(nap_microseconds(i)));
}

task<> sleep(meter &m) {
  const std::uint64_t count = m.scaled(100'000);
  m.start();
  std::vector<join_handle<>> handles;
  handles.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i)
    handles.push_back(corort::spawn(nap(i)));
  for (join_handle<> &handle : handles)
    co_await handle;
  m.stop(count);
}

constexpr row rows[] = {
    {"sleep", "100,000 tasks sleep up to 10 ms at a time, per sleep",
     on_two_workers<sleep>},
};

} // namespace

std::span<const row> time_rows() { return rows; }

} // namespace bench
