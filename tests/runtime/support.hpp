/// \file
/// What the runtime's tests share: a world with one worker and its own clock.

#ifndef COROLINT_TESTS_RUNTIME_SUPPORT_HPP
#define COROLINT_TESTS_RUNTIME_SUPPORT_HPP

#include "corort/corort.hpp"

#include <chrono>
#include <mutex>
#include <utility>
#include <vector>

namespace test {

using namespace std::chrono_literals;

/// Runs \p body on a scheduler with one worker and manual time, where the order
/// of everything is fixed: `co_await settle()` runs all others until each waits
/// for time or for the body.
template <class Body> auto run_alone(Body body) {
  corort::scheduler world({.threads = 1, .manual_time = true});
  // The body lives here, so its captures outlive its coroutine.
  return corort::block_on(world, body());
}

/// Lets every other task run until it can't go on. Tasks that yield for ever
/// would never settle, so it counts rounds instead of asking the scheduler.
inline corort::task<> settle() {
  for (int round = 0; round < 32; ++round)
    co_await corort::yield();
}

/// Moves manual time on and lets those it wakes run.
inline corort::task<> pass(std::chrono::nanoseconds time) {
  corort::scheduler::current()->advance(time);
  co_await settle();
}

/// Counts how many of its kind are alive.
class counted {
public:
  explicit counted(int &alive) noexcept : alive_(&alive) { ++alive; }
  counted(counted &&other) noexcept
      : alive_(std::exchange(other.alive_, nullptr)) {}
  counted &operator=(counted &&) = delete;
  ~counted() {
    if (alive_)
      --*alive_;
  }

private:
  int *alive_;
};

/// Collects error reports while it lives.
class report_log {
public:
  report_log() {
    current() = this;
    before_ = corort::set_error_handler(&report_log::add);
  }
  report_log(const report_log &) = delete;
  report_log &operator=(const report_log &) = delete;
  ~report_log() {
    corort::set_error_handler(before_);
    current() = nullptr;
  }

  std::vector<corort::error_report> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(reports_, {});
  }

private:
  static report_log *&current() noexcept {
    static report_log *log = nullptr;
    return log;
  }
  static void add(const corort::error_report &report) noexcept {
    report_log *log = current();
    std::lock_guard lock(log->mutex_);
    log->reports_.push_back(report);
  }

  std::mutex mutex_;
  std::vector<corort::error_report> reports_;
  corort::error_handler before_;
};

} // namespace test

#endif
