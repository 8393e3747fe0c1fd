/// \file
/// Tasks that wait for each other.

#include "bench/corort/workers.hpp"
#include "bench/harness.hpp"
#include "corort/block_on.hpp"
#include "corort/channel.hpp"
#include "corort/event.hpp"
#include "corort/join_handle.hpp"
#include "corort/mutex.hpp"
#include "corort/scheduler.hpp"
#include "corort/spawn.hpp"
#include "corort/task.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace bench {
namespace {

using corort::join_handle;
using corort::task;

using sender = corort::channel_sender<std::uint64_t>;
using receiver = corort::channel_receiver<std::uint64_t>;

task<> send_all(sender to, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i)
    if (!co_await to.send(i))
      co_return;
}

task<std::uint64_t> receive_all(receiver from) {
  std::uint64_t sum = 0;
  while (std::optional<std::uint64_t> item = co_await from.recv())
    sum += *item;
  co_return sum;
}

task<> channel(meter &m) {
  const std::uint64_t count = m.scaled(4'000'000) / 2;
  auto [to, from] = corort::channel<std::uint64_t>(128);
  m.start();
  join_handle<> one = corort::spawn(send_all(to, count));
  join_handle<> two = corort::spawn(send_all(std::move(to), count));
  join_handle<std::uint64_t> sum = corort::spawn(receive_all(std::move(from)));
  co_await one;
  co_await two;
  const std::uint64_t received = co_await sum;
  m.stop(2 * count);
  verify(received == count * (count - 1), "sum");
}

task<> lock_often(corort::mutex &mutex, std::uint64_t &counter,
                  std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    auto held = co_await mutex.lock();
    ++counter;
  }
}

task<> mutex_contended(meter &m) {
  const std::uint64_t count = m.scaled(250'000);
  constexpr std::uint64_t tasks = 8;
  corort::mutex mutex;
  std::uint64_t counter = 0;
  m.start();
  std::vector<join_handle<>> handles;
  for (std::uint64_t i = 0; i < tasks; ++i)
    handles.push_back(corort::spawn(lock_often(mutex, counter, count)));
  for (join_handle<> &handle : handles)
    co_await handle;
  m.stop(tasks * count);
  verify(counter == tasks * count, "count");
}

task<> mutex_uncontended(meter &m) {
  const std::uint64_t count = m.scaled(10'000'000);
  corort::mutex mutex;
  std::uint64_t counter = 0;
  m.start();
  co_await lock_often(mutex, counter, count);
  m.stop(count);
  verify(counter == count, "count");
}

task<> serve(corort::auto_reset_event &ball, corort::auto_reset_event &back,
             std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    ball.set();
    co_await back.wait();
  }
}

task<> answer(corort::auto_reset_event &ball, corort::auto_reset_event &back,
              std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    co_await ball.wait();
    back.set();
  }
}

/// Two schedulers of one thread each, so that every step is from one thread to
/// the other.
void round_trip(meter &m) {
  const std::uint64_t count = m.scaled(200'000);
  corort::scheduler one({.threads = 1});
  corort::scheduler two({.threads = 1});
  corort::auto_reset_event ball;
  corort::auto_reset_event back;
  m.start();
  std::thread other([&] { corort::block_on(two, answer(ball, back, count)); });
  corort::block_on(one, serve(ball, back, count));
  other.join();
  m.stop(count);
}

constexpr row rows[] = {
    {"channel", "channel of 128, 2 senders, per item", on_two_workers<channel>},
    {"mutex-contended", "mutex, 8 tasks on 2 threads",
     on_two_workers<mutex_contended>},
    {"mutex", "mutex, uncontended", on_two_workers<mutex_uncontended>},
    {"round-trip", "event, to another thread and back", round_trip},
};

} // namespace

std::span<const row> synchronisation_rows() { return rows; }

} // namespace bench
