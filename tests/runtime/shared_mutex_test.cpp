/// \file
/// shared_mutex: who may hold it together, order, and that stopping those who
/// wait loses nothing.

#include "sync_support.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::scheduler;
using corort::shared_mutex;
using corort::spawn;
using corort::task;

/// Tasks that note down when they hold the lock, and when they let it go.
struct visitors {
  shared_mutex m;
  std::string log;

  task<> read(char name) {
    auto held = co_await m.lock_shared();
    co_await visit(name);
  }
  task<> write(char name) {
    auto held = co_await m.lock();
    co_await visit(name);
  }
  task<> visit(char name) {
    log += name;
    test::at_exit leave([&] { log += '.'; });
    co_await corort::sleep_for(1s);
  }
};

TEST(SharedMutex, ReadersShareAndWritersDoNot) {
  test::run_alone([]() -> task<> {
    visitors v;
    std::vector<corort::join_handle<>> all;
    auto read = [&](char name) { return v.read(name); };
    auto write = [&](char name) { return v.write(name); };
    all.push_back(co_await test::begin(read, 'a'));
    all.push_back(co_await test::begin(read, 'b'));
    EXPECT_EQ(v.log, "ab");
    all.push_back(co_await test::begin(write, 'W'));
    all.push_back(co_await test::begin(write, 'X'));
    EXPECT_EQ(v.log, "ab");
    co_await test::pass(1s);
    EXPECT_EQ(v.log, "ab..W");
    co_await test::pass(1s);
    EXPECT_EQ(v.log, "ab..W.X");
    co_await test::pass(1s);
    co_await test::join(all);
    EXPECT_TRUE(v.m.try_lock());
  });
}

TEST(SharedMutex, FirstComeFirstServed) {
  test::run_alone([]() -> task<> {
    visitors v;
    std::vector<corort::join_handle<>> all;
    auto read = [&](char name) { return v.read(name); };
    auto write = [&](char name) { return v.write(name); };
    all.push_back(co_await test::begin(read, 'a'));
    all.push_back(co_await test::begin(write, 'W'));
    // Behind the writer, although another reads.
    all.push_back(co_await test::begin(read, 'b'));
    EXPECT_FALSE(v.m.try_lock_shared());
    all.push_back(co_await test::begin(read, 'b'));
    all.push_back(co_await test::begin(write, 'X'));
    all.push_back(co_await test::begin(read, 'c'));
    for (const char *log :
         {"a", "a.W", "a.W.bb", "a.W.bb..X", "a.W.bb..X.c", "a.W.bb..X.c."}) {
      EXPECT_EQ(v.log, log);
      co_await test::pass(1s);
    }
    co_await test::join(all);
  });
}

TEST(SharedMutex, UnlockQueuesTheNextHolders) {
  test::run_alone([]() -> task<> {
    shared_mutex m;
    int inside = 0;
    auto read = [&]() -> task<> {
      auto held = co_await m.lock_shared();
      ++inside;
    };
    auto held = co_await m.lock();
    auto first = co_await test::begin(read);
    auto second = co_await test::begin(read);
    held.unlock();
    EXPECT_EQ(inside, 0);       // Not resumed on our stack,
    EXPECT_FALSE(m.try_lock()); // but the lock is already their own.
    co_await first;
    co_await second;
    EXPECT_EQ(inside, 2);
  });
}

TEST(SharedMutex, TryLock) {
  shared_mutex m;
  {
    auto first = m.try_lock_shared();
    ASSERT_TRUE(first);
    auto second = m.try_lock_shared();
    ASSERT_TRUE(second);
    EXPECT_FALSE(m.try_lock());
    first->unlock();
    EXPECT_FALSE(first->owns_lock());
    EXPECT_FALSE(m.try_lock());
  }
  auto alone = m.try_lock();
  ASSERT_TRUE(alone);
  EXPECT_FALSE(m.try_lock());
  EXPECT_FALSE(m.try_lock_shared());
}

TEST(SharedMutex, GuardMovesOwnership) {
  shared_mutex m;
  shared_mutex other;
  auto first = *m.try_lock_shared();
  auto second = std::move(first);
  EXPECT_FALSE(first.owns_lock()); // NOLINT(bugprone-use-after-move)
  second = *other.try_lock_shared();
  EXPECT_TRUE(m.try_lock());
  EXPECT_FALSE(other.try_lock());
}

TEST(SharedMutex, StoppedWriterLetsReadersPass) {
  test::run_alone([]() -> task<> {
    visitors v;
    auto read = [&](char name) { return v.read(name); };
    auto write = [&](char name) { return v.write(name); };
    auto a = co_await test::begin(read, 'a');
    auto writer = co_await test::begin(write, 'W');
    auto b = co_await test::begin(read, 'b');
    EXPECT_EQ(v.log, "a");
    writer.abort();
    EXPECT_TRUE(co_await test::was_stopped(writer));
    co_await test::settle();
    EXPECT_EQ(v.log, "ab");
    a.abort(); // Lets go of its share.
    b.abort();
    EXPECT_TRUE(co_await test::was_stopped(a));
    EXPECT_TRUE(co_await test::was_stopped(b));
    EXPECT_TRUE(v.m.try_lock());
  });
}

TEST(SharedMutex, StoppedBeforeTheyWait) {
  test::run_alone([]() -> task<> {
    visitors v;
    auto read = [&](char name) { return v.read(name); };
    auto write = [&](char name) { return v.write(name); };
    auto held = co_await v.m.lock();
    auto reader = spawn(read, 'r');
    auto writer = spawn(write, 'W');
    reader.abort();
    writer.abort();
    EXPECT_TRUE(co_await test::was_stopped(reader));
    EXPECT_TRUE(co_await test::was_stopped(writer));
    EXPECT_EQ(v.log, "");
    held.unlock();
    EXPECT_TRUE(v.m.try_lock());
  });
}

TEST(SharedMutex, WaitersDestroyedOnTheirTurnPassTheLockOn) {
  for (bool holder_first : {true, false}) {
    visitors v;
    {
      scheduler world({.threads = 1, .manual_time = true});
      auto read = [&]() { return v.read('r'); };
      auto write = [&]() { return v.write('W'); };
      auto body = [&]() -> task<> {
        auto held = co_await v.m.lock();
        auto sleeps = [](shared_mutex::guard) -> task<> {
          co_await corort::sleep_for(1h);
        };
        if (holder_first)
          (co_await test::begin(sleeps, std::move(held))).detach();
        (co_await test::begin(read)).detach();
        (co_await test::begin(read)).detach();
        (co_await test::begin(write)).detach();
        (co_await test::begin(read)).detach();
        if (!holder_first)
          (co_await test::begin(sleeps, std::move(held))).detach();
      };
      corort::block_on(world, body());
    }
    EXPECT_EQ(v.log, "");
    EXPECT_TRUE(v.m.try_lock());
  }
}

TEST(SharedMutexStress, ReadersSeeWholeWrites) {
  shared_mutex m;
  int first = 0; // Only the mutex guards them.
  int second = 0;
  auto write = [&]() -> task<> {
    for (int i = 0; i < 2'000; ++i) {
      auto held = co_await m.lock();
      ++first;
      if (i % 32 == 0)
        co_await corort::yield();
      ++second;
    }
  };
  auto read = [&]() -> task<> {
    for (int i = 0; i < 2'000; ++i) {
      auto held = co_await m.lock_shared();
      EXPECT_EQ(first, second);
      if (i % 32 == 0)
        co_await corort::yield();
      EXPECT_EQ(first, second);
    }
  };
  test::run_on_four([&]() -> task<> {
    std::vector<corort::join_handle<>> all;
    for (int i = 0; i < 3; ++i) {
      all.push_back(spawn(write));
      all.push_back(spawn(read));
      all.push_back(spawn(read));
    }
    co_await test::join(all);
  });
  EXPECT_EQ(first, 6'000);
  EXPECT_EQ(second, 6'000);
}

TEST(SharedMutexStress, StopsRaceWithHandOvers) {
  shared_mutex m;
  int inside = 0; // Only the mutex guards it.
  auto write = [&]() -> task<> {
    for (int i = 0; i < 4; ++i) {
      auto held = co_await m.lock();
      EXPECT_EQ(inside++, 0);
      test::at_exit leave([&] { --inside; });
      co_await corort::yield();
    }
  };
  auto read = [&]() -> task<> {
    for (int i = 0; i < 4; ++i) {
      auto held = co_await m.lock_shared();
      EXPECT_EQ(inside, 0);
      co_await corort::yield();
    }
  };
  test::run_on_four([&]() -> task<> {
    for (int round = 0; round < 1'000; ++round) {
      std::vector<corort::join_handle<>> all;
      for (int i = 0; i < 3; ++i) {
        all.push_back(spawn(write));
        all.push_back(spawn(read));
      }
      for (int i = 0; i < round % 8; ++i)
        co_await corort::yield();
      for (std::size_t t = 0; t < 4; ++t)
        all[t].abort();
      for (auto &handle : all)
        co_await test::was_stopped(handle);
      EXPECT_TRUE(m.try_lock()); // Whatever happened, it is free.
    }
  });
}

TEST(SharedMutexDeathTest, DestroyedWhileHeld) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto destroy = [] {
    std::optional<shared_mutex> m(std::in_place);
    auto held = m->try_lock_shared();
    m.reset();
  };
  EXPECT_DEATH(destroy(), "shared_mutex destroyed while it is held");
}

} // namespace
