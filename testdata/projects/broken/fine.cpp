/// \file
/// The broken file's neighbour: its finding is reported all the same.

#include <corort/corort.hpp>

#include <mutex>

static std::mutex m;

corort::task<void> held() {
  std::lock_guard guard(m);
  co_await corort::yield();
}
