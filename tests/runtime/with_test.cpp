/// \file
/// with and masked: clean-up that runs to its end, however the body ended.

#include "support.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::masked;
using corort::scheduler;
using corort::sleep_for;
using corort::spawn;
using corort::task;
using corort::with;

/// Runs \p body in virtual time that passes whenever all tasks wait.
template <class Body> void run_in_time(Body body) {
  test::run_alone([body]() -> task<> {
    auto handle = spawn(body());
    while (!handle.done())
      co_await test::pass(1ms);
    co_await handle;
  });
}

/// A resource that says what is done with it.
using journal = std::string *;

task<int> use(journal &log) {
  *log += 'b';
  co_await sleep_for(2ms);
  *log += 'B';
  co_return 3;
}

task<int> use_and_throw(journal &log) {
  *log += 'b';
  co_await sleep_for(2ms);
  throw std::runtime_error("body");
}

task<> clean(journal &log) {
  *log += 'c';
  co_await sleep_for(2ms);
  *log += 'C';
}

task<> clean_and_throw(journal &log) {
  *log += 'c';
  co_await sleep_for(2ms);
  throw std::runtime_error("clean-up");
}

TEST(With, AfterAValue) {
  run_in_time([]() -> task<> {
    std::string log;
    const int value = co_await with(&log, use, clean);
    EXPECT_EQ(value, 3);
    EXPECT_EQ(log, "bBcC");
  });
}

TEST(With, AfterAnException) {
  run_in_time([]() -> task<> {
    std::string log;
    std::string what;
    auto used = with(&log, use_and_throw, clean);
    try {
      (void)co_await std::move(used);
    } catch (const std::runtime_error &e) {
      what = e.what();
    }
    EXPECT_EQ(what, "body");
    EXPECT_EQ(log, "bcC");
  });
}

TEST(With, AfterAStop) {
  run_in_time([]() -> task<> {
    std::string log;
    const auto begin = scheduler::current()->now();
    auto r = co_await corort::timeout(1ms, with(&log, use, clean));
    EXPECT_FALSE(r.has_value());
    EXPECT_EQ(log, "bcC");
    EXPECT_EQ(scheduler::current()->now() - begin, 3ms);
  });
}

TEST(With, AbortStopsTheCallerAfterTheCleanUp) {
  test::run_alone([]() -> task<> {
    std::string log;
    auto caller = [&]() -> task<> {
      (void)co_await with(&log, use, clean);
      log += '!';
    };
    auto handle = spawn(caller());
    co_await test::settle();
    handle.abort();
    co_await test::settle();
    EXPECT_EQ(log, "bc");
    EXPECT_FALSE(handle.done());
    co_await test::pass(2ms);
    EXPECT_EQ(log, "bcC");
    EXPECT_THROW(co_await handle, corort::task_cancelled);
  });
}

TEST(With, StopDuringTheCleanUp) {
  test::run_alone([]() -> task<> {
    std::string log;
    int got = 0;
    bool past = false;
    auto caller = [&]() -> task<> {
      got = co_await with(&log, use, clean);
      co_await corort::yield();
      past = true;
    };
    auto handle = spawn(caller());
    co_await test::settle();
    co_await test::pass(2ms);
    EXPECT_EQ(log, "bBc");
    handle.abort();
    co_await test::pass(2ms);
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_EQ(log, "bBcC");
    EXPECT_EQ(got, 3); // The body had ended.
    EXPECT_FALSE(past);
  });
}

TEST(With, StoppedBefore) {
  run_in_time([]() -> task<> {
    std::string log;
    auto caller = [&]() -> task<> { (void)co_await with(&log, use, clean); };
    auto handle = spawn(caller());
    handle.abort();
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_EQ(log, "cC");
  });
}

TEST(With, CleanUpThatThrows) {
  run_in_time([]() -> task<> {
    test::report_log reports;
    std::string log;
    std::string what;
    auto alone = with(&log, use, clean_and_throw);
    try {
      (void)co_await std::move(alone);
    } catch (const std::runtime_error &e) {
      what = e.what();
    }
    EXPECT_EQ(what, "clean-up");
    EXPECT_TRUE(reports.take().empty());

    auto both = with(&log, use_and_throw, clean_and_throw);
    try {
      (void)co_await std::move(both);
    } catch (const std::runtime_error &e) {
      what = e.what();
    }
    EXPECT_EQ(what, "body");
    EXPECT_EQ(reports.take().size(), 1u);

    auto r = co_await corort::timeout(1ms, with(&log, use, clean_and_throw));
    EXPECT_FALSE(r.has_value());
    EXPECT_EQ(reports.take().size(), 1u);
  });
}

TEST(With, Nests) {
  run_in_time([]() -> task<> {
    std::string log;
    auto body = [](journal &outer) -> task<int> {
      co_return co_await with(outer, use, clean);
    };
    auto last = [](journal &outer) -> task<> {
      *outer += '.';
      co_return;
    };
    (void)co_await with(&log, body, last);
    EXPECT_EQ(log, "bBcC.");
    log.clear();
    auto r = co_await corort::timeout(1ms, with(&log, body, last));
    EXPECT_FALSE(r.has_value());
    EXPECT_EQ(log, "bcC.");
  });
}

TEST(With, SchedulerDestroyedInTheMiddle) {
  std::string log;
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto caller = [&]() -> task<> { (void)co_await with(&log, use, clean); };
    auto body = [&]() -> task<> {
      spawn(caller()).detach();
      auto stopped = spawn(caller());
      co_await test::settle();
      stopped.abort();
      stopped.detach();
      co_await test::settle();
    };
    block_on(world, body());
  }
  EXPECT_EQ(log, "bbc");
}

TEST(Masked, GivesTheResult) {
  run_in_time([]() -> task<> {
    std::string log;
    journal resource = &log;
    const int value = co_await masked(use(resource));
    EXPECT_EQ(value, 3);
  });
}

TEST(Masked, RunsToItsEnd) {
  test::run_alone([]() -> task<> {
    std::string log;
    bool asked = true;
    auto work = [&]() -> task<int> {
      co_await sleep_for(1ms);
      asked = co_await corort::this_task::stop_requested();
      co_await sleep_for(1ms);
      co_return 4;
    };
    auto caller = [&]() -> task<> {
      const int value = co_await masked(work());
      EXPECT_EQ(value, 4);
      EXPECT_TRUE(co_await corort::this_task::stop_requested());
      log += 'r';
      co_await corort::yield();
      log += '!';
    };
    auto handle = spawn(caller());
    co_await test::settle();
    handle.abort();
    co_await test::pass(1ms);
    EXPECT_FALSE(asked);
    co_await test::pass(1ms);
    EXPECT_THROW(co_await handle, corort::task_cancelled);
    EXPECT_EQ(log, "r");
  });
}

TEST(Masked, ExceptionPasses) {
  run_in_time([]() -> task<> {
    auto throws = []() -> task<> {
      co_await corort::yield();
      throw std::runtime_error("masked");
    };
    auto shielded = masked(throws());
    EXPECT_THROW(co_await std::move(shielded), std::runtime_error);
  });
}

TEST(WithStress, StopsAgainstEnds) {
  scheduler four({.threads = 4});
  std::atomic<int> open{0};
  std::atomic<int> begun{0};
  std::atomic<int> cleaned{0};
  corort::mutex m;
  auto body = [&](int &steps) -> task<int> {
    for (int i = 0; i < steps; ++i)
      co_await corort::yield();
    auto held = co_await m.lock();
    co_return steps;
  };
  auto last = [&](int &) -> task<> {
    auto held = co_await m.lock();
    co_await corort::yield();
    open.fetch_sub(1);
    cleaned.fetch_add(1);
  };
  auto work = [&](int steps) -> task<> {
    open.fetch_add(1);
    begun.fetch_add(1);
    (void)co_await with(steps, body, last);
  };
  auto all = [&]() -> task<> {
    for (int round = 0; round < 1'000; ++round) {
      auto a = spawn(work, round % 5);
      auto b = spawn(work, round % 3);
      for (int i = 0; i < round % 7; ++i)
        co_await corort::yield();
      a.abort();
      try {
        co_await a;
      } catch (const corort::task_cancelled &) {
      }
      co_await b;
    }
  };
  block_on(four, all());
  EXPECT_EQ(open.load(), 0);
  EXPECT_EQ(begun.load(), cleaned.load());
}

} // namespace
