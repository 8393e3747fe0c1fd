/// \file
/// The detectors of a debug build: for each, a program that trips it and one
/// that does not.

#include "support.hpp"

#include "corort/dump_tasks.hpp"
#include "corort/thread_checked.hpp"
#include "corort/watch_calls.hpp"
#include "corort/watchdog.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

static_assert(CORORT_DEBUG);

namespace {

using namespace std::chrono_literals;
using corort::error_kind;
using corort::spawn;
using corort::task;

/// Runs \p body and returns the kinds of what was reported.
template <class Body> std::vector<error_kind> reported(Body body) {
  test::report_log log;
  test::run_alone(std::move(body));
  std::vector<error_kind> kinds;
  for (const corort::error_report &report : log.take())
    kinds.push_back(report.kind);
  return kinds;
}

const std::vector<error_kind> nothing;

std::vector<error_kind> once(error_kind kind) { return {kind}; }

// ---- dangling arguments ----------------------------------------------------

task<> greet(const std::string &name) {
  co_await corort::yield();
  EXPECT_EQ(name, "a guest with a long name");
}

task<> greet_copy(std::string name) {
  co_await corort::yield();
  EXPECT_EQ(name, "a guest with a long name");
}

[[gnu::noinline]] corort::join_handle<> spawn_with_copy() {
  std::string name = "a guest with a long name";
  return spawn(greet_copy(name));
}

#if !CORORT_ASAN // It moves locals elsewhere, and finds this by itself.
task<> ignore(const std::string &) { co_return; }

[[gnu::noinline]] corort::join_handle<> spawn_with_reference() {
  std::string name = "a guest with a long name";
  return spawn(ignore(name));
}

TEST(DanglingArgument, ReferenceIntoThePlainSpawner) {
  EXPECT_EQ(reported([]() -> task<> { co_await spawn_with_reference(); }),
            once(error_kind::dangling_argument));
}
#endif

TEST(DanglingArgument, CopiesAreFine) {
  EXPECT_EQ(reported([]() -> task<> { co_await spawn_with_copy(); }), nothing);
}

TEST(DanglingArgument, LocalsOfACoroutineThatJoinsAreFine) {
  EXPECT_EQ(reported([]() -> task<> {
              std::string name = "a guest with a long name";
              auto greeting = spawn(greet(name));
              co_await greeting;
            }),
            nothing);
}

// ---- values of one thread --------------------------------------------------

TEST(WrongThread, UseOnAnotherThread) {
  test::report_log log;
  corort::thread_checked<int> mine(1);
  std::thread([&] { ++mine.get(); }).join();
  auto reports = log.take();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].kind, error_kind::wrong_thread);
}

TEST(WrongThread, UseOnItsOwnIsFine) {
  EXPECT_EQ(reported([]() -> task<> {
              corort::thread_checked<int> mine(1);
              ++mine.get();
              co_return;
            }),
            nothing);
}

// ---- locks and blocking calls ----------------------------------------------

#if !CORORT_TSAN

TEST(LockAcrossAwait, LockHeldWhenTheTaskSuspends) {
  std::mutex m;
  EXPECT_EQ(reported([&]() -> task<> {
              m.lock();
              co_await corort::yield();
              m.unlock();
            }),
            once(error_kind::thread_lock_held));
}

TEST(LockAcrossAwait, LockHeldWhenTheNextBranchBegins) {
  test::report_log log;
  std::mutex m;
  std::size_t reports = 0;
  test::run_alone([&]() -> task<> {
    auto holds = [&]() -> task<> {
      m.lock();
      co_await corort::yield();
      m.unlock();
    };
    auto looks = [&]() -> task<> {
      // If it locked the mutex it would wait for ever.
      reports = log.take().size();
      co_return;
    };
    co_await corort::when_all(holds(), looks());
  });
  EXPECT_EQ(reports, 1u);
}

TEST(LockAcrossAwait, LockReleasedBeforeIsFine) {
  std::mutex m;
  EXPECT_EQ(reported([&]() -> task<> {
              { std::lock_guard held(m); }
              co_await corort::yield();
            }),
            nothing);
}

TEST(LockAcrossAwait, LocksOfTasksAreFine) {
  corort::mutex m;
  EXPECT_EQ(reported([&]() -> task<> {
              auto held = co_await m.lock();
              co_await corort::yield();
            }),
            nothing);
}

TEST(BlockingCall, SleepOnAWorker) {
  EXPECT_EQ(reported([]() -> task<> {
              std::this_thread::sleep_for(1ns);
              co_return;
            }),
            once(error_kind::blocking_call));
}

TEST(BlockingCall, JoinOnAWorker) {
  EXPECT_EQ(reported([]() -> task<> {
              std::thread([] {}).join();
              co_return;
            }),
            once(error_kind::blocking_call));
}

TEST(BlockingCall, OnTheBlockingPoolItIsFine) {
  EXPECT_EQ(reported([]() -> task<> {
              co_await corort::spawn_blocking(
                  [] { std::this_thread::sleep_for(1ns); });
            }),
            nothing);
}

#endif

std::string dump() {
  char *text = nullptr;
  std::size_t size = 0;
  std::FILE *to = ::open_memstream(&text, &size);
  corort::dump_tasks(to);
  std::fclose(to);
  std::string copy(text, size);
  std::free(text);
  return copy;
}

task<> wait_for(corort::event &go) { co_await go.wait(); }

// ---- the watchdog ----------------------------------------------------------

// Each test has a scheduler of its own: the workers of the default one may
// still be on their way to rest when the next test looks.
using time_point = corort::watchdog::clock::time_point;

TEST(Watchdog, TellsOfATaskThatKeepsItsWorker) {
  test::report_log log;
  corort::watchdog dog({.longest_run = 10ms, .manual = true});
  corort::scheduler world({.threads = 1});
  std::latch entered(1), leave(1);
  auto busy = corort::spawn_on(world, [&]() -> task<> {
    co_await corort::yield();
    entered.count_down();
    leave.wait(); // No call of the C library: only the watchdog sees it.
  });
  entered.wait();
  dog.look(time_point(1s));
  EXPECT_TRUE(log.take().empty());
  dog.look(time_point(1s + 10ms));
  auto reports = log.take();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].kind, error_kind::worker_blocked);
#if !CORORT_TSAN
  EXPECT_GT(reports[0].stack_depth, 2);
  EXPECT_TRUE(
      std::string(reports[0].where.file_name()).ends_with("detector_test.cpp"));
#endif
  dog.look(time_point(2s)); // Not again.
  EXPECT_TRUE(log.take().empty());
  leave.count_down();
  corort::block_on(world, corort::detail::join(std::move(busy)));
}

TEST(Watchdog, TasksThatSuspendAreFine) {
  test::report_log log;
  corort::watchdog dog({.longest_run = 10ms, .manual = true});
  test::run_alone([&]() -> task<> {
    for (int i = 1; i <= 3; ++i) {
      dog.look(time_point(i * 1s));
      co_await corort::yield();
    }
  });
  EXPECT_TRUE(log.take().empty());
}

TEST(Watchdog, TellsWhenAllAreAsleep) {
  test::report_log log;
  corort::watchdog dog({.longest_sleep = 1min, .manual = true});
  corort::scheduler world({.threads = 1});
  corort::event go;
  auto waiter = corort::spawn_on(world, wait_for(go));
  while (dump().find("event::wait") == std::string::npos)
    std::this_thread::yield();
  ::testing::internal::CaptureStderr();
  // The worker may still be on its way to rest.
  bool told = false;
  for (auto now = time_point(1h); !told; now += 1min) {
    dog.look(now);
    for (const corort::error_report &report : log.take())
      told = told || report.kind == error_kind::all_asleep;
  }
  const std::string printed = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(printed.find("wait_for"), std::string::npos) << printed;
  go.set();
  corort::block_on(world, corort::detail::join(std::move(waiter)));
}

// ---- the list of tasks -----------------------------------------------------

TEST(DumpTasks, ShowsWhatEachWaitsFor) {
  std::string text;
  test::run_alone([&]() -> task<> {
    corort::event go;
    co_await corort::yield();
    auto waiter = spawn(wait_for(go));
    auto both = spawn([&]() -> task<> {
      co_await corort::when_all(wait_for(go), wait_for(go));
    });
    co_await test::settle();
    text = dump();
    go.set();
    co_await waiter;
    co_await both;
  });
  EXPECT_NE(text.find("wait_for"), std::string::npos) << text;
  EXPECT_NE(text.find("when_all at "), std::string::npos) << text;
  EXPECT_NE(text.find("branch: event::wait at "), std::string::npos) << text;
  EXPECT_EQ(dump(), "corort: 0 tasks and branches\n");
}

} // namespace
