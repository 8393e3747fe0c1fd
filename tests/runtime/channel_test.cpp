/// \file
/// channel: order, room, both ways to close, and that stopping loses nothing.

#include "support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using corort::block_on;
using corort::channel;
using corort::channel_errc;
using corort::channel_receiver;
using corort::channel_sender;
using corort::scheduler;
using corort::spawn;
using corort::task;

TEST(Channel, DeliversInOrderAndCloses) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = channel<int>(4);
    auto produce = [](channel_sender<int> to) -> task<> {
      for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(co_await to.send(i));
    };
    auto producer = spawn(produce, std::move(tx));
    int expected = 0;
    while (auto v = co_await rx.recv())
      EXPECT_EQ(*v, expected++);
    EXPECT_EQ(expected, 100);
    co_await producer;
    EXPECT_FALSE(co_await rx.recv()); // Still closed.
  });
}

TEST(Channel, TakesWhatOnlyMovesAndHasNoDefault) {
  struct only_moves {
    explicit only_moves(int v) : value(std::make_unique<int>(v)) {}
    std::unique_ptr<int> value;
  };
  test::run_alone([]() -> task<> {
    auto [tx, rx] = channel<only_moves>(3);
    EXPECT_TRUE(co_await tx.send(only_moves(1)));
    EXPECT_TRUE(tx.try_send(only_moves(2)));
    auto first = co_await rx.recv();
    EXPECT_EQ(*first->value, 1);
    // The other one is left to the channel.
  });
}

/// How many values a channel made for \p capacity takes without waiting.
int room(std::size_t capacity) {
  auto [tx, rx] = channel<int>(capacity);
  int taken = 0;
  while (tx.try_send(taken))
    ++taken;
  for (int i = 0; i < taken; ++i)
    EXPECT_EQ(rx.try_recv().value(), i);
  // As many again, now that the positions have moved on.
  for (int i = 0; i < taken; ++i)
    EXPECT_TRUE(tx.try_send(i));
  EXPECT_EQ(tx.try_send(0).error().why, channel_errc::full);
  return taken;
}

TEST(Channel, HoldsExactlyItsCapacity) {
  EXPECT_EQ(room(0), 1);
  for (std::size_t n : {1u, 2u, 3u, 5u, 8u, 100u})
    EXPECT_EQ(room(n), static_cast<int>(n));
}

TEST(Channel, SenderWaitsForRoomAndGoesOnAsSoonAsThereIsSome) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = channel<int>(4);
    int sent = 0;
    auto produce = [&]() -> task<> {
      for (; sent < 6; ++sent)
        EXPECT_TRUE(co_await tx.send(sent));
    };
    auto producer = spawn(produce());
    co_await test::settle();
    EXPECT_EQ(sent, 4);
    EXPECT_EQ(*co_await rx.recv(), 0);
    co_await test::settle();
    EXPECT_EQ(sent, 5);
    EXPECT_EQ(*co_await rx.recv(), 1);
    co_await producer;
    for (int i = 2; i < 6; ++i)
      EXPECT_EQ(*co_await rx.recv(), i);
  });
}

TEST(Channel, WaitingSendersAreServedFirstComeFirstServed) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = channel<int>(1);
    auto send = [&tx = tx](int v) -> task<> {
      EXPECT_TRUE(co_await tx.send(v));
    };
    std::vector<corort::join_handle<>> all;
    for (int i = 0; i < 4; ++i)
      all.push_back(spawn(send, i));
    co_await test::settle();
    // Those who wait come before who tries now.
    auto tried = tx.try_send(9);
    EXPECT_EQ(tried.error().why, channel_errc::full);
    EXPECT_EQ(tried.error().value, 9);
    std::vector<int> got;
    for (int i = 0; i < 4; ++i)
      got.push_back(*co_await rx.recv());
    for (auto &handle : all)
      co_await handle;
    std::vector<int> sorted(4);
    std::iota(sorted.begin(), sorted.end(), 0);
    std::sort(got.begin(), got.end());
    EXPECT_EQ(got, sorted);
  });
}

TEST(Channel, LastSenderWakesTheReceiver) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = channel<int>(1);
    std::optional<channel_sender<int>> first(std::move(tx));
    std::optional<channel_sender<int>> second(*first);
    bool ended = false;
    auto receive = [&, &rx = rx]() -> task<> {
      EXPECT_FALSE(co_await rx.recv());
      ended = true;
    };
    auto receiver = spawn(receive());
    co_await test::settle();
    first.reset();
    co_await test::settle();
    EXPECT_FALSE(ended);
    second.reset();
    co_await receiver;
    EXPECT_TRUE(ended);
  });
}

TEST(Channel, ReceiverGoneGivesValuesBack) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = channel<std::string>(1);
    std::optional<channel_receiver<std::string>> receiver(std::move(rx));
    EXPECT_TRUE(co_await tx.send("received by nobody"));
    std::string back;
    auto send = [&, &tx = tx]() -> task<> {
      auto sent = co_await tx.send("waits");
      EXPECT_FALSE(sent);
      EXPECT_EQ(sent.error().why, channel_errc::closed);
      back = sent.error().value;
    };
    auto sender = spawn(send());
    co_await test::settle();
    receiver.reset();
    co_await sender;
    EXPECT_EQ(back, "waits");
    EXPECT_EQ((co_await tx.send("late")).error().value, "late");
    EXPECT_EQ(tx.try_send("later").error().why, channel_errc::closed);
  });
}

TEST(Channel, TryRecvTellsEmptyFromClosed) {
  auto [tx, rx] = channel<int>(1);
  EXPECT_EQ(rx.try_recv().error(), channel_errc::empty);
  {
    auto last = std::move(tx);
    EXPECT_TRUE(last.try_send(1));
  }
  EXPECT_EQ(rx.try_recv().value(), 1);
  EXPECT_EQ(rx.try_recv().error(), channel_errc::closed);
}

TEST(Channel, DestroysWhatNobodyReceived) {
  int alive = 0;
  {
    auto [tx, rx] = channel<test::counted>(4);
    EXPECT_TRUE(tx.try_send(test::counted(alive)));
    EXPECT_TRUE(tx.try_send(test::counted(alive)));
    { auto gone = std::move(rx); }
    EXPECT_EQ(alive, 0);
  }
  EXPECT_EQ(alive, 0);
}

TEST(ChannelCancel, StoppedReceiverLeavesTheValueToTheNext) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = channel<int>(1);
    auto receive = [&rx = rx]() -> task<> { (void)co_await rx.recv(); };
    auto receiver = spawn(receive());
    co_await test::settle();
    receiver.abort();
    EXPECT_TRUE(tx.try_send(7));
    EXPECT_THROW(co_await receiver, corort::task_cancelled);
    EXPECT_EQ(*co_await rx.recv(), 7);
  });
}

TEST(ChannelCancel, ReceivedValueReachesItsTask) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = channel<int>(1);
    int got = 0;
    auto receive = [&, &rx = rx]() -> task<> {
      got = *co_await rx.recv();
      co_await corort::yield(); // Stops here.
      got = -1;
    };
    auto receiver = spawn(receive());
    co_await test::settle();
    EXPECT_TRUE(tx.try_send(7)); // Taken by the receiver, which is queued.
    receiver.abort();
    EXPECT_THROW(co_await receiver, corort::task_cancelled);
    EXPECT_EQ(got, 7);
  });
}

TEST(ChannelCancel, StoppedSenderHasNotSent) {
  test::run_alone([]() -> task<> {
    auto [tx, rx] = channel<int>(1);
    auto send = [&tx = tx](int v) -> task<> { (void)co_await tx.send(v); };
    EXPECT_TRUE(tx.try_send(0));
    auto first = spawn(send(1));
    co_await test::settle();
    auto second = spawn(send(2));
    co_await test::settle();
    first.abort();
    EXPECT_THROW(co_await first, corort::task_cancelled);
    EXPECT_EQ(*co_await rx.recv(), 0);
    co_await second;
    EXPECT_EQ(*co_await rx.recv(), 2);
    EXPECT_TRUE(tx.try_send(3)); // Nobody waits any more.
  });
}

TEST(ChannelCancel, SchedulerGoesWhileBothEndsWait) {
  int alive = 0;
  auto [full, unread] = channel<test::counted>(1);
  auto [unsent, empty] = channel<test::counted>(1);
  {
    scheduler world({.threads = 1, .manual_time = true});
    auto send = [&, &full = full]() -> task<> {
      for (;;)
        (void)co_await full.send(test::counted(alive));
    };
    auto receive = [&empty = empty]() -> task<> {
      (void)co_await empty.recv();
    };
    auto body = [&]() -> task<> {
      spawn(send()).detach();
      spawn(send()).detach();
      spawn(receive()).detach();
      co_await test::settle();
    };
    block_on(world, body());
    EXPECT_EQ(alive, 3); // One inside, two waiting.
  }
  EXPECT_EQ(alive, 1);
  EXPECT_TRUE(unsent.try_send(test::counted(alive)));
  EXPECT_TRUE(unread.try_recv());
  EXPECT_TRUE(full.try_send(test::counted(alive)));
  EXPECT_EQ(alive, 2);
}

class ChannelStress : public testing::TestWithParam<std::size_t> {};

TEST_P(ChannelStress, EverythingArrivesInTheOrderOfItsSender) {
  constexpr int senders = 4;
  constexpr int each = 10'000;
  scheduler four({.threads = 4});
  auto body = [&]() -> task<> {
    auto [tx, rx] = channel<std::pair<int, int>>(GetParam());
    auto produce = [](channel_sender<std::pair<int, int>> to,
                      int name) -> task<> {
      for (int i = 0; i < each; ++i)
        EXPECT_TRUE(co_await to.send({name, i}));
    };
    std::vector<corort::join_handle<>> all;
    for (int s = 0; s < senders; ++s)
      all.push_back(spawn(produce, tx, s));
    { auto gone = std::move(tx); }
    int next[senders] = {};
    while (auto v = co_await rx.recv())
      EXPECT_EQ(v->second, next[v->first]++);
    for (int s = 0; s < senders; ++s)
      EXPECT_EQ(next[s], each);
    for (auto &handle : all)
      co_await handle;
  };
  block_on(four, body());
}

/// Stops senders and receivers at any time: what was received, what is still
/// in the channel and what was given back is all that was sent, and each value
/// is there once.
TEST_P(ChannelStress, StoppingLosesNothing) {
  constexpr int rounds = 300;
  constexpr int senders = 3;
  constexpr int each = 20;
  scheduler four({.threads = 4});
  for (int round = 0; round < rounds; ++round) {
    int sent[senders] = {};
    std::vector<std::pair<int, int>> received;
    auto body = [&]() -> task<> {
      auto [tx, rx] = channel<std::pair<int, int>>(GetParam());
      auto produce = [&, &tx = tx](int name) -> task<> {
        for (int i = 0; i < each; ++i) {
          EXPECT_TRUE(co_await tx.send({name, i}));
          ++sent[name];
        }
      };
      auto consume = [&, &rx = rx]() -> task<> {
        for (;;)
          received.push_back(*co_await rx.recv());
      };
      std::vector<corort::join_handle<>> all;
      for (int s = 0; s < senders; ++s)
        all.push_back(spawn(produce(s)));
      auto consumer = spawn(consume());
      for (int i = 0; i < round % 16; ++i)
        co_await corort::yield();
      all[0].abort();
      consumer.abort();
      EXPECT_THROW(co_await consumer, corort::task_cancelled);
      consumer = spawn(consume());
      for (auto &handle : all) {
        try {
          co_await handle;
        } catch (const corort::task_cancelled &) {
          EXPECT_EQ(&handle, &all[0]);
        }
      }
      consumer.abort();
      EXPECT_THROW(co_await consumer, corort::task_cancelled);
      while (auto v = rx.try_recv())
        received.push_back(*v);
    };
    block_on(four, body());
    int next[senders] = {};
    for (auto [name, i] : received)
      EXPECT_EQ(i, next[name]++);
    EXPECT_EQ(next[1], each);
    EXPECT_EQ(next[2], each);
    // A send may have been done when its task was stopped.
    EXPECT_GE(next[0], sent[0]);
    EXPECT_LE(next[0], sent[0] + 1);
  }
}

TEST_P(ChannelStress, ReceiverGoesWhileOthersSend) {
  scheduler four({.threads = 4});
  for (int round = 0; round < 300; ++round) {
    std::atomic<int> alive{0};
    struct counted {
      explicit counted(std::atomic<int> &n) : alive(&n) { ++n; }
      counted(counted &&other) noexcept
          : alive(std::exchange(other.alive, nullptr)) {}
      ~counted() {
        if (alive)
          --*alive;
      }
      std::atomic<int> *alive;
    };
    auto produce = [&](channel_sender<counted> to) -> task<> {
      while (co_await to.send(counted(alive))) {
      }
    };
    auto consume = [&](channel_receiver<counted> from) -> task<> {
      for (int i = 0; i < round % 32; ++i)
        (void)co_await from.recv();
    };
    auto body = [&]() -> task<> {
      auto [tx, rx] = channel<counted>(GetParam());
      // Arguments of a task itself would live until it is joined.
      auto a = spawn(produce, tx);
      auto b = spawn(produce, std::move(tx));
      auto c = spawn(consume, std::move(rx));
      co_await a;
      co_await b;
      co_await c;
    };
    block_on(four, body());
    EXPECT_EQ(alive, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Capacity, ChannelStress,
                         testing::Values(1, 2, 3, 16, 128));

} // namespace
