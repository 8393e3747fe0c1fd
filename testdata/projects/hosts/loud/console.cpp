/// \file
/// Under a configuration of its own: console output counts as blocking, and
/// locks are nobody's concern.

#include <corort/corort.hpp>

#include <cstdio>
#include <mutex>

static std::mutex m;

corort::task<void> prints() {
  std::puts("reported here");
  co_await corort::yield();
}

corort::task<void> held() {
  std::lock_guard guard(m);
  co_await corort::yield();
}
