/// \file
/// broadcast: values that every subscriber sees.

#ifndef CORORT_BROADCAST_HPP
#define CORORT_BROADCAST_HPP

#include "corolint/annotations.hpp"
#include "corort/channel.hpp"
#include "corort/detail/broadcast_state.hpp"
#include "corort/expected.hpp"

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace corort {

template <class T> class broadcast_sender;
template <class T> class broadcast_receiver;

/// Why a subscriber gets no value.
struct broadcast_error {
  /// `lagged`, `closed`, or `empty` from `try_recv`.
  channel_errc why;
  /// If it lagged: how many values it missed. The next receive gives the oldest
  /// one that is still there.
  std::uint64_t missed = 0;
};

/// A channel whose values go to all receivers: `auto [tx, rx] =
/// broadcast<event>(64);`. It keeps the last \p capacity values, at least one.
/// Sending never waits; a receiver that lags further behind is told how many
/// values it missed.
///
/// Destroying the last sender closes the channel: receivers get what was sent,
/// and then `closed`.
///
/// `T` must be copyable; each receiver gets a copy.
///
/// \par Throws
/// std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <class T>
std::pair<broadcast_sender<T>, broadcast_receiver<T>>
broadcast(std::size_t capacity) {
  auto state = std::make_shared<detail::broadcast_state<T>>(capacity);
  broadcast_sender<T> sender(std::move(state));
  broadcast_receiver<T> receiver = sender.subscribe();
  return {std::move(sender), std::move(receiver)};
}

/// Returned by `broadcast_receiver::recv`.
template <class T>
class [[nodiscard("co_await it to get the value")]] COROLINT_AWAITABLE()
    broadcast_recv_awaiter final : public detail::broadcast_operation<T> {
public:
  ~broadcast_recv_awaiter() {
    if (this->place)
      state_.forget(*this);
  }

  bool await_ready() noexcept { return state_.take(*this); }
  template <class Promise>
  CORORT_SUSPEND bool await_suspend(
      std::coroutine_handle<Promise> receiving) noexcept {
    return state_.receive(*this, [&] { return this->enter(receiving); });
  }
  expected<T, broadcast_error> await_resume() const {
    if (!this->value_) [[unlikely]]
      return unexpected(
          this->missed_ ? broadcast_error{channel_errc::lagged, this->missed_}
                        : broadcast_error{channel_errc::closed});
    return *this->value_;
  }

  const char *what() const noexcept override { return "broadcast::recv"; }

private:
  friend broadcast_receiver<T>;
  broadcast_recv_awaiter(detail::broadcast_state<T> & state,
                         std::uint64_t & position) noexcept
      : detail::broadcast_operation<T>(position), state_(state) {}

  void cancel() noexcept override {
    state_.forget(*this);
    this->stopped();
  }

  detail::broadcast_state<T> &state_;
};

/// The end of a broadcast where values go in. Copies are senders of their own;
/// the channel is closed when the last one is gone.
template <class T>
class COROLINT_SEND("its state is shared under a lock") broadcast_sender {
public:
  broadcast_sender(const broadcast_sender &other) noexcept
      : state_(other.state_) {
    if (state_)
      state_->add_sender();
  }
  broadcast_sender(broadcast_sender &&other) noexcept = default;
  broadcast_sender &operator=(broadcast_sender other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~broadcast_sender() {
    if (state_)
      state_->remove_sender();
  }

  /// Sends \p value to all receivers there are. \returns how many; the value is
  /// destroyed if there are none.
  ///
  /// \par Throws
  /// std::bad_alloc; nothing was sent then.
  /// \par Thread safety
  /// May be called from any thread.
  std::size_t send(T value) const {
    return state_->send(std::make_shared<const T>(std::move(value)));
  }

  /// A new receiver: it gets what is sent from now on.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  broadcast_receiver<T> subscribe() const noexcept {
    return broadcast_receiver<T>(state_);
  }

private:
  template <class U>
  friend std::pair<broadcast_sender<U>, broadcast_receiver<U>>
      broadcast(std::size_t);
  explicit broadcast_sender(
      std::shared_ptr<detail::broadcast_state<T>> state) noexcept
      : state_(std::move(state)) {}

  std::shared_ptr<detail::broadcast_state<T>> state_;
};

/// One subscriber of a broadcast. It must outlive the operations begun on it.
template <class T>
class COROLINT_SEND("its state is shared under a lock") broadcast_receiver {
public:
  broadcast_receiver(broadcast_receiver &&other) noexcept = default;
  broadcast_receiver &operator=(broadcast_receiver &&other) noexcept {
    broadcast_receiver moved(std::move(other));
    std::swap(state_, moved.state_);
    std::swap(position_, moved.position_);
    return *this;
  }
  ~broadcast_receiver() {
    if (state_)
      state_->unsubscribe();
  }

  /// Waits for the next value: `auto v = co_await rx.recv()`. Gives an error if
  /// it missed some, or if all senders are gone and all values received.
  ///
  /// \par Cancel safety
  /// Safe. A cancelled receiver gets the value the next time.
  /// \par Throws
  /// What copying the value throws; it is received then.
  /// \par Thread safety
  /// One receive or `try_recv` at a time.
  broadcast_recv_awaiter<T> recv() noexcept { return {*state_, position_}; }

  /// The next value if it is there now. If not, `why` is `empty`, or as for
  /// `recv`.
  ///
  /// \par Throws
  /// What copying the value throws; it is received then.
  /// \par Thread safety
  /// One receive or `try_recv` at a time.
  [[nodiscard]] expected<T, broadcast_error> try_recv() {
    auto now = recv();
    if (!now.await_ready())
      return unexpected(broadcast_error{channel_errc::empty});
    return now.await_resume();
  }

private:
  friend broadcast_sender<T>;
  explicit broadcast_receiver(
      std::shared_ptr<detail::broadcast_state<T>> state) noexcept
      : state_(std::move(state)), position_(state_->subscribe()) {}

  std::shared_ptr<detail::broadcast_state<T>> state_;
  std::uint64_t position_;
};

} // namespace corort

#endif
