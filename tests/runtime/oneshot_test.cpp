/// \file
/// oneshot: one value arrives, or the other end is told that none will.

#include "support.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace {

using corort::block_on;
using corort::channel_errc;
using corort::oneshot;
using corort::oneshot_sender;
using corort::scheduler;
using corort::spawn;
using corort::task;

TEST(Oneshot, DeliversBeforeAndAfterTheReceiverWaits) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = oneshot<std::unique_ptr<int>>();
    EXPECT_TRUE(std::move(tx).send(std::make_unique<int>(1)));
    EXPECT_EQ(**co_await rx.recv(), 1);
    EXPECT_FALSE(co_await rx.recv());

    auto [later, waits] = oneshot<int>();
    auto send = [](oneshot_sender<int> to) -> task<> {
      EXPECT_TRUE(std::move(to).send(2));
      co_return;
    };
    auto sender = spawn(send, std::move(later));
    EXPECT_EQ(co_await waits.recv(), 2);
    co_await sender;
  });
}

TEST(Oneshot, SenderGoneIsSeen) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = oneshot<int>();
    EXPECT_EQ(rx.try_recv().error(), channel_errc::empty);
    auto drop = [](oneshot_sender<int>) -> task<> { co_return; };
    auto dropper = spawn(drop, std::move(tx));
    EXPECT_FALSE(co_await rx.recv());
    EXPECT_EQ(rx.try_recv().error(), channel_errc::closed);
    co_await dropper;
  });
}

TEST(Oneshot, ReceiverGoneGivesTheValueBack) {
  auto [tx, rx] = oneshot<std::unique_ptr<int>>();
  { auto gone = std::move(rx); }
  auto sent = std::move(tx).send(std::make_unique<int>(7));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().why, channel_errc::closed);
  EXPECT_EQ(*sent.error().value, 7);
}

TEST(OneshotCancel, StoppedReceiverLeavesTheValue) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = oneshot<int>();
    auto receive = [&rx = rx]() -> task<> { (void)co_await rx.recv(); };
    auto receiver = spawn(receive());
    co_await test::settle();
    receiver.abort();
    EXPECT_THROW(co_await receiver, corort::task_cancelled);
    EXPECT_TRUE(std::move(tx).send(3));
    EXPECT_EQ(rx.try_recv().value(), 3);
  });
}

TEST(OneshotStress, StopAndSendRace) {
  scheduler four({.threads = 4});
  for (int round = 0; round < 2'000; ++round) {
    int got = 0;
    auto body = [&]() -> task<> {
      auto [tx, rx] = oneshot<int>();
      auto receive = [&, &rx = rx]() -> task<> { got += *co_await rx.recv(); };
      auto send = [](oneshot_sender<int> to) -> task<> {
        EXPECT_TRUE(std::move(to).send(1));
        co_return;
      };
      auto receiver = spawn(receive());
      auto sender = spawn(send, std::move(tx));
      for (int i = 0; i < round % 4; ++i)
        co_await corort::yield();
      receiver.abort();
      try {
        co_await receiver;
      } catch (const corort::task_cancelled &) {
      }
      co_await sender;
      if (auto left = rx.try_recv())
        got += *left;
    };
    block_on(four, body());
    EXPECT_EQ(got, 1);
  }
}

} // namespace
