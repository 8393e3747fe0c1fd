/// \file
/// broadcast: everybody gets everything, and laggards are told what they
/// missed.

#include "support.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using corort::block_on;
using corort::broadcast;
using corort::broadcast_receiver;
using corort::broadcast_sender;
using corort::channel_errc;
using corort::scheduler;
using corort::spawn;
using corort::task;

TEST(Broadcast, EveryReceiverSeesEveryValue) {
  test::run_alone([]() -> task<> {
    auto [tx, first] = broadcast<std::string>(8);
    auto second = tx.subscribe();
    auto consume = [](broadcast_receiver<std::string> from) -> task<int> {
      int n = 0;
      while (auto v = co_await from.recv())
        EXPECT_EQ(*v, std::to_string(n++));
      co_return n;
    };
    auto a = spawn(consume, std::move(first));
    auto b = spawn(consume, std::move(second));
    {
      auto last = std::move(tx);
      for (int i = 0; i < 5; ++i)
        EXPECT_EQ(last.send(std::to_string(i)), 2u);
    }
    EXPECT_EQ(co_await a, 5);
    EXPECT_EQ(co_await b, 5);
  });
}

TEST(Broadcast, ReceiversWaitForTheNextValue) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = broadcast<int>(1);
    std::vector<int> got;
    auto consume = [&](broadcast_receiver<int> from) -> task<> {
      while (auto v = co_await from.recv())
        got.push_back(*v);
    };
    std::vector<corort::join_handle<>> all;
    all.push_back(spawn(consume, tx.subscribe()));
    all.push_back(spawn(consume, std::move(rx)));
    for (int i = 0; i < 3; ++i) {
      co_await test::settle();
      EXPECT_EQ(tx.send(i), 2u);
      EXPECT_EQ(got.size(), 2u * static_cast<unsigned>(i)); // Queued, not run.
    }
    { auto last = std::move(tx); }
    for (auto &handle : all)
      co_await handle;
    EXPECT_EQ(got, (std::vector{0, 0, 1, 1, 2, 2}));
  });
}

TEST(Broadcast, LaggardsAreToldHowManyTheyMissed) {
  auto [tx, rx] = broadcast<int>(3);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(tx.send(i), 1u);
  const auto lagged = rx.try_recv();
  EXPECT_EQ(lagged.error().why, channel_errc::lagged);
  EXPECT_EQ(lagged.error().missed, 5u);
  EXPECT_EQ(rx.try_recv().value(), 5);
  EXPECT_EQ(tx.send(8), 1u);
  EXPECT_EQ(rx.try_recv().value(), 6);
  EXPECT_EQ(rx.try_recv().value(), 7);
  EXPECT_EQ(rx.try_recv().value(), 8);
  EXPECT_EQ(rx.try_recv().error().why, channel_errc::empty);
}

TEST(Broadcast, SubscribersGetWhatIsSentFromThenOn) {
  auto [tx, rx] = broadcast<int>(4);
  tx.send(1);
  auto late = tx.subscribe();
  EXPECT_EQ(tx.send(2), 2u);
  EXPECT_EQ(late.try_recv().value(), 2);
  EXPECT_EQ(rx.try_recv().value(), 1);
}

TEST(Broadcast, ClosesWithTheLastSender) {
  auto [tx, rx] = broadcast<int>(4);
  std::optional<broadcast_sender<int>> first(std::move(tx));
  std::optional<broadcast_sender<int>> second(*first);
  first->send(1);
  first.reset();
  second.reset();
  EXPECT_EQ(rx.try_recv().value(), 1);
  EXPECT_EQ(rx.try_recv().error().why, channel_errc::closed);
}

TEST(Broadcast, NobodyListens) {
  auto [tx, rx] = broadcast<std::shared_ptr<int>>(4);
  { auto gone = std::move(rx); }
  auto value = std::make_shared<int>(1);
  EXPECT_EQ(tx.send(value), 0u);
  EXPECT_EQ(value.use_count(), 1);
}

TEST(BroadcastCancel, StoppedReceiverGetsItTheNextTime) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = broadcast<int>(4);
    auto receive = [&rx = rx]() -> task<> { (void)co_await rx.recv(); };
    auto receiver = spawn(receive());
    co_await test::settle();
    receiver.abort();
    tx.send(1);
    EXPECT_THROW(co_await receiver, corort::task_cancelled);
    EXPECT_EQ(*co_await rx.recv(), 1);
  });
}

TEST(BroadcastCancel, SchedulerGoesWhileReceiversWait) {
  auto [tx, rx] = broadcast<int>(4);
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto receive = [](broadcast_receiver<int> from) -> task<> {
      (void)co_await from.recv();
    };
    auto body = [&, &tx = tx]() -> task<> {
      spawn(receive(tx.subscribe())).detach();
      spawn(receive(tx.subscribe())).detach();
      co_await test::settle();
    };
    block_on(world, body());
  }
  EXPECT_EQ(tx.send(1), 1u);
  EXPECT_EQ(rx.try_recv().value(), 1);
}

TEST(BroadcastStress, SeenOrToldMissing) {
  constexpr int each = 20'000;
  scheduler four({.threads = 4});
  auto body = [&]() -> task<> {
    auto [tx, rx] = broadcast<int>(64);
    auto produce = [](broadcast_sender<int> to) -> task<> {
      for (int i = 0; i < each; ++i) {
        to.send(i);
        if (i % 16 == 0)
          co_await corort::yield();
      }
    };
    auto consume = [](broadcast_receiver<int> from) -> task<std::uint64_t> {
      std::uint64_t seen = 0;
      for (;;) {
        auto v = co_await from.recv();
        if (v)
          ++seen;
        else if (v.error().why == channel_errc::lagged)
          seen += v.error().missed;
        else
          co_return seen;
      }
    };
    std::vector<corort::join_handle<std::uint64_t>> all;
    for (int i = 0; i < 3; ++i)
      all.push_back(spawn(consume, tx.subscribe()));
    auto a = spawn(produce, tx);
    auto b = spawn(produce, std::move(tx));
    for (auto &handle : all)
      EXPECT_EQ(co_await handle, 2u * each);
    co_await a;
    co_await b;
  };
  block_on(four, body());
}

TEST(BroadcastStress, StoppingLosesNothing) {
  scheduler four({.threads = 4});
  for (int round = 0; round < 500; ++round) {
    std::vector<int> got;
    auto body = [&]() -> task<> {
      auto [tx, rx] = broadcast<int>(64);
      auto consume = [&, &rx = rx]() -> task<> {
        for (;;)
          got.push_back(*co_await rx.recv());
      };
      auto produce = [&tx = tx]() -> task<> {
        for (int i = 0; i < 32; ++i) {
          tx.send(i);
          co_await corort::yield();
        }
      };
      auto consumer = spawn(consume());
      auto producer = spawn(produce());
      for (int i = 0; i < round % 8; ++i)
        co_await corort::yield();
      consumer.abort();
      EXPECT_THROW(co_await consumer, corort::task_cancelled);
      co_await producer;
      while (auto v = rx.try_recv())
        got.push_back(*v);
    };
    block_on(four, body());
    EXPECT_EQ(got.size(), 32u);
    for (std::size_t i = 0; i < got.size(); ++i)
      EXPECT_EQ(got[i], static_cast<int>(i));
  }
}

} // namespace
