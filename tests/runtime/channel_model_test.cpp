/// \file
/// channel_ring in every order of a few senders and the receiver: nothing lost,
/// nothing twice, and whoever waits is seen by who makes it go on.

#include "model/atomics.hpp"
#include "model/checker.hpp"

#include "corort/detail/channel_ring.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace {

using corort::detail::basic_channel_ring;
using model::model_atomics;
using model::options;
using model::outcome;
using model::require;

constexpr auto seq_cst = std::memory_order_seq_cst;

/// As the model's, but an exchange is a mere store.
struct broken_atomics : model_atomics {
  template <class T> class atomic : public model::atomic<T> {
  public:
    using model::atomic<T>::atomic;
    T exchange(T value, std::memory_order) {
      model::atomic<T>::store(value, std::memory_order_release);
      return value;
    }
  };
};

/// Both ends wait as in `channel_state`, whose lock is not needed as long as
/// only one sender finds the ring full.
template <class Atomics, std::size_t Capacity> class world {
public:
  void send(std::uint64_t item) {
    data_[item].set(item);
    if (ring_.push(item) != ring::push_result::pushed && !send_blocked(item))
      return;
    if (receiver_waits_.load(seq_cst))
      receiver_woken_ = true;
  }

  void receive() {
    std::optional<std::uint64_t> item;
    if (!ring_.pop(item)) {
      receiver_waits_.store(true, seq_cst);
      if (!ring_.readable()) {
        receiver_asleep_ = true;
        return;
      }
      receiver_waits_.store(false, seq_cst);
      ring_.pop(item);
    }
    took(*item);
    if (sender_waits_.load(seq_cst))
      sender_woken_ = true;
  }
  bool receiver_asleep() const { return receiver_asleep_; }

  void end(std::uint64_t last) {
    if (receiver_asleep_ && !receiver_woken_)
      require(!ring_.readable(),
              "the receiver sleeps although there is a value");
    if (sender_asleep_ && !sender_woken_)
      require(!ring_.has_place(), "a sender sleeps although there is room");
    for (std::optional<std::uint64_t> item; ring_.pop(item);)
      took(*item);
    for (std::uint64_t item = 1; item <= last; ++item)
      require(taken_[item] || sender_asleep_, "a value lost");
  }

private:
  using ring = basic_channel_ring<std::uint64_t, Atomics>;
  template <class T> using atomic = typename Atomics::template atomic<T>;

  bool send_blocked(std::uint64_t &item) {
    ring_.block();
    sender_waits_.store(true, seq_cst);
    if (!ring_.has_place()) {
      sender_asleep_ = true;
      return false;
    }
    const auto place = ring_.reserve();
    sender_waits_.store(false, seq_cst);
    ring_.unblock();
    ring_.fill(place, item);
    return true;
  }

  void took(std::uint64_t item) {
    require(data_[item].get() == item, "a value before what was done for it");
    require(!taken_[item], "a value twice");
    taken_[item] = true;
  }

  ring ring_{Capacity};
  atomic<bool> receiver_waits_{false};
  atomic<bool> sender_waits_{false};
  bool receiver_asleep_ = false;
  bool receiver_woken_ = false;
  bool sender_asleep_ = false;
  bool sender_woken_ = false;
  model::plain<std::uint64_t> data_[8];
  bool taken_[8] = {};
};

/// One receiver that tries \p receives times, and a sender for each of \p
/// sends, with so many values.
template <std::size_t Capacity, class Atomics = model_atomics>
outcome check(options limits, int receives, std::vector<int> sends) {
  using state = world<Atomics, Capacity>;
  std::vector<std::function<void(state &)>> bodies{[=](state &w) {
    for (int i = 0; i < receives && !w.receiver_asleep(); ++i)
      w.receive();
  }};
  std::uint64_t next = 1;
  for (const int count : sends) {
    const std::uint64_t first = next;
    next += static_cast<std::uint64_t>(count);
    bodies.push_back([=](state &w) {
      for (std::uint64_t item = first; item < next; ++item)
        w.send(item);
    });
  }
  const outcome result =
      model::explore<state>(limits, bodies, [&](state &w) { w.end(next - 1); });
  std::printf("%llu executions%s\n",
              static_cast<unsigned long long>(result.executions),
              result.complete ? ", complete" : "");
  return result;
}

constexpr options bounded{.preemptions = CORORT_ASAN ? 2 : 3};
constexpr options quick{.preemptions = CORORT_ASAN ? 1 : 2, .old_values = 2};

TEST(ChannelModel, OneSender) {
  for (const int receives : {1, 2, 3}) {
    const outcome result = check<2>(bounded, receives, {2});
    EXPECT_TRUE(result.complete) << result.failure;
  }
}

TEST(ChannelModel, TwoSendersWithRoom) {
  const outcome result = check<2>(quick, 2, {1, 1});
  EXPECT_TRUE(result.complete) << result.failure;
}

TEST(ChannelModel, FullRing) {
  for (const int receives : {1, 2}) {
    const outcome result = check<1>(bounded, receives, {2});
    EXPECT_TRUE(result.complete) << result.failure;
  }
}

TEST(ChannelModel, CapacityThatIsNoPowerOfTwo) {
  const outcome result = check<3>(quick, 4, {4});
  EXPECT_TRUE(result.complete) << result.failure;
}

TEST(ChannelModel, FindsWhatIsBroken) {
  EXPECT_NE((check<2, broken_atomics>(bounded, 1, {1}).failure), "");
  EXPECT_NE((check<1, broken_atomics>(bounded, 1, {2}).failure), "");
}

} // namespace
