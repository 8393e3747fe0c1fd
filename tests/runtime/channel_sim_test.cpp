/// \file
/// Channels, oneshots, broadcasts and streams in every order of small bodies
/// and in many of larger ones.

#include "corort/corort.hpp"
#include "corort/sim.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace {

using corort::broadcast;
using corort::broadcast_receiver;
using corort::channel;
using corort::channel_receiver;
using corort::channel_sender;
using corort::oneshot;
using corort::oneshot_sender;
using corort::spawn;
using corort::stream;
using corort::task;
namespace sim = corort::sim;

task<> send_all(channel_sender<int> to, int first, int count) {
  for (int i = 0; i < count; ++i)
    sim::check((co_await to.send(first + i)).has_value());
}

/// Two senders, one receiver: all arrives, each sender's values in order.
task<> two_senders(int capacity, int each) {
  auto [tx, rx] = channel<int>(static_cast<std::size_t>(capacity));
  auto a = spawn(send_all(tx, 0, each));
  auto b = spawn(send_all(std::move(tx), 100, each));
  int next_a = 0;
  int next_b = 100;
  while (auto v = co_await rx.recv())
    sim::check(*v == (*v < 100 ? next_a++ : next_b++));
  sim::check(next_a == each && next_b == 100 + each);
  co_await a;
  co_await b;
}

TEST(ChannelSim, DeliversInEveryOrder) {
  for (int capacity : {1, 2}) {
    const sim::result r = sim::exhaust([&] { return two_senders(capacity, 2); },
                                       {.preemptions = 3});
    EXPECT_TRUE(r.ok()) << r.text();
  }
}

TEST(ChannelSim, DeliversForManySeeds) {
  for (int capacity : {1, 2, 3}) {
    const sim::result r =
        sim::run_seeds(1'000, [&] { return two_senders(capacity, 8); });
    EXPECT_TRUE(r.ok()) << r.text();
  }
}

/// A sender and a receiver are stopped at any time: whatever was sent was
/// received, or is still there, once.
task<> stopped_anywhere(int each) {
  auto [tx, rx] = channel<int>(1);
  int sent = 0;
  std::vector<int> got;
  auto send = [&, &tx = tx]() -> task<> {
    for (int i = 0; i < each; ++i) {
      sim::check((co_await tx.send(i)).has_value());
      ++sent;
    }
  };
  auto receive = [&, &rx = rx]() -> task<> {
    for (;;)
      got.push_back(*co_await rx.recv());
  };
  auto sender = spawn(send());
  auto receiver = spawn(receive());
  co_await corort::yield();
  receiver.abort();
  sender.abort();
  try {
    co_await sender;
  } catch (const corort::task_cancelled &) {
  }
  try {
    co_await receiver;
  } catch (const corort::task_cancelled &) {
  }
  while (auto v = rx.try_recv())
    got.push_back(*v);
  // The last send may have been done when its task was stopped.
  const int arrived = static_cast<int>(got.size());
  sim::check(arrived == sent || arrived == sent + 1);
  for (int i = 0; i < arrived; ++i)
    sim::check(got[static_cast<std::size_t>(i)] == i);
}

TEST(ChannelSim, StoppingLosesNothingInAnyOrder) {
  const sim::result r =
      sim::exhaust([] { return stopped_anywhere(2); }, {.preemptions = 3});
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(ChannelSim, StoppingLosesNothingForManySeeds) {
  const sim::result r =
      sim::run_seeds(2'000, [] { return stopped_anywhere(8); });
  EXPECT_TRUE(r.ok()) << r.text();
}

/// The receiver goes while senders wait: their values come back.
task<> receiver_goes() {
  auto [tx, rx] = channel<int>(1);
  int back = 0;
  auto send = [&](channel_sender<int> to) -> task<> {
    for (int i = 0; i < 2; ++i)
      if (auto sent = co_await to.send(i); !sent)
        back += sent.error().value == i;
  };
  auto take_one = [](channel_receiver<int> from) -> task<int> {
    co_return (co_await from.recv()).has_value();
  };
  auto a = spawn(send, tx);
  auto b = spawn(send, std::move(tx));
  auto receiver = spawn(take_one, std::move(rx));
  const int received = co_await receiver;
  co_await a;
  co_await b;
  // One may have been inside when the receiver went.
  sim::check(received + back == 4 || received + back == 3);
}

TEST(ChannelSim, ReceiverGoesInEveryOrder) {
  const sim::result r = sim::exhaust(receiver_goes, {.preemptions = 3});
  EXPECT_TRUE(r.ok()) << r.text();
}

/// What a task did before it sent is seen by who receives.
task<> orders_memory() {
  sim::shared<int> data;
  auto [tx, rx] = channel<int>(1);
  auto write = [&](channel_sender<int> to) -> task<> {
    data.write() = 1;
    (void)co_await to.send(0);
  };
  auto writer = spawn(write, std::move(tx));
  (void)co_await rx.recv();
  sim::check(data.read() == 1);
  co_await writer;
}

TEST(ChannelSim, OrdersWhatWasDoneBefore) {
  const sim::result r = sim::exhaust(orders_memory);
  EXPECT_TRUE(r.ok()) << r.text();
}

task<> one_value_or_none() {
  auto [tx, rx] = oneshot<int>();
  auto send = [](oneshot_sender<int> to) -> task<> {
    co_await corort::yield();
    (void)std::move(to).send(1);
  };
  auto receive = [&rx = rx]() -> task<int> { co_return *co_await rx.recv(); };
  auto sender = spawn(send, std::move(tx));
  auto receiver = spawn(receive());
  co_await corort::yield();
  receiver.abort();
  int got = 0;
  try {
    got += co_await receiver;
  } catch (const corort::task_cancelled &) {
  }
  co_await sender;
  if (auto left = rx.try_recv())
    got += *left;
  sim::check(got == 1);
}

TEST(OneshotSim, ValueIsThereOnceInEveryOrder) {
  const sim::result r = sim::exhaust(one_value_or_none);
  EXPECT_TRUE(r.ok()) << r.text();
}

task<> all_see_all(int values) {
  auto [tx, rx] = broadcast<int>(2);
  auto consume = [](broadcast_receiver<int> from) -> task<int> {
    int seen = 0;
    for (;;) {
      auto v = co_await from.recv();
      if (v)
        sim::check(*v == seen++);
      else if (v.error().missed)
        seen += static_cast<int>(v.error().missed);
      else
        co_return seen;
    }
  };
  auto produce = [=](corort::broadcast_sender<int> to) -> task<> {
    for (int i = 0; i < values; ++i) {
      to.send(i);
      co_await corort::yield();
    }
  };
  auto a = spawn(consume, std::move(rx));
  auto b = spawn(consume, tx.subscribe());
  auto producer = spawn(produce, std::move(tx));
  sim::check(co_await a == values);
  sim::check(co_await b == values);
  co_await producer;
}

TEST(BroadcastSim, SeenOrToldMissingInEveryOrder) {
  const sim::result r =
      sim::exhaust([] { return all_see_all(2); }, {.preemptions = 1});
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(BroadcastSim, SeenOrToldMissingForManySeeds) {
  const sim::result r = sim::run_seeds(2'000, [] { return all_see_all(8); });
  EXPECT_TRUE(r.ok()) << r.text();
}

/// A stream over a channel, whose consumer is stopped: the values that did not
/// reach it are not lost.
task<> stopped_stream() {
  auto [tx, rx] = channel<int>(1);
  int got = 0;
  auto forward = [&rx = rx]() -> stream<int> {
    while (auto v = co_await rx.recv())
      co_yield *v;
  };
  auto consume = [&]() -> task<> {
    auto values = forward();
    while (co_await values.next())
      ++got;
  };
  auto consumer = spawn(consume());
  auto producer = spawn(send_all(std::move(tx), 0, 3));
  co_await corort::yield();
  consumer.abort();
  try {
    co_await consumer;
  } catch (const corort::task_cancelled &) {
  }
  while (co_await rx.recv())
    ++got;
  sim::check(got == 3);
  co_await producer;
}

TEST(StreamSim, StoppedInEveryOrder) {
  const sim::result r = sim::exhaust(stopped_stream, {.preemptions = 3});
  EXPECT_TRUE(r.ok()) << r.text();
}

TEST(StreamSim, StoppedForManySeeds) {
  const sim::result r = sim::run_seeds(2'000, stopped_stream);
  EXPECT_TRUE(r.ok()) << r.text();
}

/// buffered and merge, whose consumer leaves early or is stopped: no task is
/// left when the scope has been joined.
task<> leaves_children(bool stops) {
  int alive = 0;
  auto numbers = []() -> stream<int> {
    for (int i = 0; i < 3; ++i)
      co_yield i;
  };
  auto work = [&](int i) -> task<int> {
    ++alive;
    co_await corort::yield();
    --alive;
    co_return i;
  };
  auto consume = [&]() -> task<> {
    namespace streams = corort::streams;
    auto children = co_await corort::open_scope();
    {
      auto results = streams::merge(children, numbers()) | streams::map(work) |
                     streams::buffered(children, 2);
      int *first = co_await results.next();
      sim::check(first && *first == 0);
      int *second = co_await results.next();
      sim::check(second && *second == 1);
    }
    co_await children.join();
    sim::check(alive == 0);
  };
  auto consumer = spawn(consume());
  if (stops) {
    co_await corort::yield();
    consumer.abort();
  }
  try {
    co_await consumer;
  } catch (const corort::task_cancelled &) {
    sim::check(stops);
  }
}

TEST(StreamSim, BufferedAndMergeEndWithTheirScope) {
  // Too many tasks for every order.
  for (bool stops : {false, true}) {
    const sim::result r =
        sim::run_seeds(1'000, [&] { return leaves_children(stops); });
    EXPECT_TRUE(r.ok()) << r.text();
  }
}

} // namespace
