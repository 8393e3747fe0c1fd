/// \file
/// What the tests of the primitives that tasks wait at share.

#ifndef COROLINT_TESTS_RUNTIME_SYNC_SUPPORT_HPP
#define COROLINT_TESTS_RUNTIME_SYNC_SUPPORT_HPP

#include "support.hpp"

#include <utility>
#include <vector>

namespace test {

/// Spawns `fn(args...)` and lets it run until it waits.
template <class... Args>
corort::task<corort::join_handle<>> begin(Args... args) {
  auto handle = corort::spawn(std::move(args)...);
  co_await settle();
  co_return handle;
}

/// Joins \p work. \returns whether it was stopped before it ended.
inline corort::task<bool> was_stopped(corort::join_handle<> &work) {
  try {
    co_await work;
  } catch (const corort::task_cancelled &) {
    co_return true;
  }
  co_return false;
}

inline corort::task<> join(std::vector<corort::join_handle<>> &all) {
  for (auto &handle : all)
    co_await handle;
  all.clear();
}

/// Calls \p fn when it goes.
template <class Fn> class at_exit {
public:
  explicit at_exit(Fn fn) : fn_(std::move(fn)) {}
  at_exit(const at_exit &) = delete;
  at_exit &operator=(const at_exit &) = delete;
  ~at_exit() { fn_(); }

private:
  Fn fn_;
};

/// Runs \p body on a scheduler with four workers.
template <class Body> void run_on_four(Body body) {
  corort::scheduler four({.threads = 4});
  corort::block_on(four, body());
}

} // namespace test

#endif
