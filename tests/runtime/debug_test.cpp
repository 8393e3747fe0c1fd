/// \file
/// The reports of a debug build. Compiled with CORORT_DEBUG=1, and with
/// CORORT_STRICT, which must not refuse what corort itself does.

#include "support.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

static_assert(CORORT_DEBUG);

namespace {

using namespace std::chrono_literals;
using corort::error_kind;
using corort::spawn;
using corort::task;

task<int> audit_entry() { co_return 1; }

bool names(const corort::error_report &report, const char *coroutine) {
  return std::string(report.where.function_name()).find(coroutine) !=
             std::string::npos &&
         std::string(report.where.file_name()).ends_with("debug_test.cpp");
}

TEST(Debug, TaskNeverAwaitedIsNamed) {
  test::report_log log;
  { auto never = audit_entry(); }
  auto reports = log.take();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].kind, error_kind::task_not_awaited);
  EXPECT_TRUE(names(reports[0], "audit_entry"));
}

TEST(Debug, AwaitedAndEmptyTasksAreFine) {
  test::report_log log;
  test::run_alone([]() -> task<> {
    auto first = audit_entry();
    auto second = std::move(first);
    co_await std::move(second);
    task<int> empty;
  });
  EXPECT_TRUE(log.take().empty());
}

TEST(Debug, OverwrittenTaskIsReported) {
  test::report_log log;
  test::run_alone([&]() -> task<> {
    auto work = audit_entry();
    work = audit_entry();
    EXPECT_EQ(log.take().size(), 1u);
    co_await std::move(work);
  });
  EXPECT_TRUE(log.take().empty());
}

TEST(Debug, DroppedHandleIsNamed) {
  test::report_log log;
  test::run_alone([]() -> task<> {
    { auto dropped = spawn(audit_entry()); }
    co_return;
  });
  auto reports = log.take();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].kind, error_kind::handle_dropped);
  EXPECT_TRUE(names(reports[0], "audit_entry"));
}

TEST(Debug, JoinedAndDetachedHandlesAreFine) {
  test::report_log log;
  test::run_alone([]() -> task<> {
    auto joined = spawn(audit_entry());
    co_await joined;
    spawn(audit_entry()).detach();
  });
  EXPECT_TRUE(log.take().empty());
}

TEST(Debug, UnwindingDropsInSilence) {
  test::report_log log;
  EXPECT_THROW(test::run_alone([]() -> task<> {
                 auto never = audit_entry();
                 auto dropped = spawn(audit_entry());
                 throw std::runtime_error("broken");
                 co_await std::move(never);
               }),
               std::runtime_error);
  EXPECT_TRUE(log.take().empty());
}

TEST(Debug, ShutdownDropsInSilence) {
  test::report_log log;
  test::run_alone([]() -> task<> {
    auto holder = []() -> task<> {
      auto never = audit_entry();
      auto child = spawn(audit_entry());
      co_await corort::sleep_for(1h);
      co_await std::move(never);
      co_await child;
    };
    spawn(holder()).detach();
    co_await test::settle();
  });
  EXPECT_TRUE(log.take().empty());
}

TEST(DebugDeathTest, DefaultHandlerNamesTheCoroutineAndAborts) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH({ auto never = audit_entry(); },
               "debug_test.cpp:[0-9]+: .*audit_entry.*: task destroyed, never "
               "awaited");
}

} // namespace
