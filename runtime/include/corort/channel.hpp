/// \file
/// channel: values from many tasks to one.

#ifndef CORORT_CHANNEL_HPP
#define CORORT_CHANNEL_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/channel_state.hpp"
#include "corort/expected.hpp"

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace corort {

template <class T> class channel_sender;
template <class T> class channel_receiver;

/// Why a value was not sent or received.
enum class channel_errc : std::uint8_t {
  /// The other end is gone.
  closed,
  /// There is no room, or others wait for it.
  full,
  /// There is no value yet.
  empty,
  /// The receiver of a `broadcast` was too slow.
  lagged,
};

/// A value that was not sent, and comes back.
template <class T> struct send_error {
  channel_errc why;
  T value;
};

/// A queue that holds up to \p capacity values, at least one:
/// `auto [tx, rx] = channel<int>(64);`. Whoever sends more waits until the
/// receiver has made room. Values arrive in the order they were sent, those of
/// different senders in some order.
///
/// Destroying the last sender closes the channel: the receiver gets what was
/// sent, and then nothing more. Destroying the receiver destroys what was sent
/// and makes all sending fail.
///
/// `T` must be movable without a throw.
///
/// \par Throws
/// std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <class T>
std::pair<channel_sender<T>, channel_receiver<T>>
channel(std::size_t capacity) {
  auto state = std::make_shared<detail::channel_state<T>>(capacity);
  return {channel_sender<T>(state), channel_receiver<T>(state)};
}

/// Returned by `channel_sender::send`.
template <class T>
class [[nodiscard("co_await it to send")]] COROLINT_AWAITABLE()
    channel_send_awaiter final : public detail::send_operation<T> {
  using push_result = typename detail::channel_state<T>::push_result;

public:
  ~channel_send_awaiter() {
    if (this->place)
      state_.forget(*this);
  }

  bool await_ready() noexcept {
    const push_result result = state_.push(this->value_);
    this->sent_ = result == push_result::pushed;
    return result != push_result::full;
  }
  template <class Promise>
  CORORT_SUSPEND bool await_suspend(
      std::coroutine_handle<Promise> sending) noexcept {
    return state_.send(*this, [&] { return this->enter(sending); });
  }
  expected<void, send_error<T>> await_resume() noexcept {
    if (!this->sent_) [[unlikely]]
      return unexpected(
          send_error<T>{channel_errc::closed, std::move(this->value_)});
    return {};
  }

  const char *what() const noexcept override { return "channel::send"; }

private:
  friend channel_sender<T>;
  channel_send_awaiter(detail::channel_state<T> & state, T value) noexcept
      : detail::send_operation<T>(std::move(value)), state_(state) {}

  void cancel() noexcept override {
    state_.forget(*this);
    this->stopped();
  }

  detail::channel_state<T> &state_;
};

/// Returned by `channel_receiver::recv`.
template <class T>
class [[nodiscard("co_await it to get the value")]] COROLINT_AWAITABLE()
    channel_recv_awaiter final : public detail::recv_operation<T> {
public:
  ~channel_recv_awaiter() {
    if (this->entered() && state_.waits(*this))
      state_.forget(*this);
  }

  bool await_ready() noexcept { return state_.pop(this->value_); }
  template <class Promise>
  CORORT_SUSPEND bool await_suspend(
      std::coroutine_handle<Promise> receiving) noexcept {
    return state_.receive(*this, [&] { return this->enter(receiving); });
  }
  std::optional<T> await_resume() noexcept { return std::move(this->value_); }

  const char *what() const noexcept override { return "channel::recv"; }

private:
  friend channel_receiver<T>;
  explicit channel_recv_awaiter(detail::channel_state<T> & state) noexcept
      : state_(state) {}

  void cancel() noexcept override {
    state_.forget(*this);
    this->stopped();
  }

  detail::channel_state<T> &state_;
};

/// The end of a channel where values go in. Copies are senders of their own;
/// the channel is closed when the last one is gone. It must outlive the
/// operations begun on it.
template <class T>
class COROLINT_SEND("its state is shared under a lock") channel_sender {
public:
  channel_sender(const channel_sender &other) noexcept : state_(other.state_) {
    if (state_)
      state_->add_sender();
  }
  channel_sender(channel_sender &&other) noexcept = default;
  channel_sender &operator=(channel_sender other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~channel_sender() {
    if (state_)
      state_->remove_sender();
  }

  /// Sends \p value once there is room: `if (!co_await tx.send(v)) break;`.
  /// Gives the value back if the receiver is gone.
  ///
  /// \par Cancel safety
  /// A cancelled sender has not sent its value, which is destroyed with it.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  channel_send_awaiter<T> send(T value) const noexcept {
    return {*state_, std::move(value)};
  }

  /// Sends \p value if there is room now, and gives it back if not.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// May be called from any thread.
  [[nodiscard]] expected<void, send_error<T>> try_send(T value) const noexcept {
    using push_result = typename detail::channel_state<T>::push_result;
    const push_result result = state_->push(value);
    if (result == push_result::pushed)
      return {};
    return unexpected(send_error<T>{result == push_result::closed
                                        ? channel_errc::closed
                                        : channel_errc::full,
                                    std::move(value)});
  }

private:
  template <class U>
  friend std::pair<channel_sender<U>, channel_receiver<U>> channel(std::size_t);
  explicit channel_sender(
      std::shared_ptr<detail::channel_state<T>> state) noexcept
      : state_(std::move(state)) {}

  std::shared_ptr<detail::channel_state<T>> state_;
};

/// The end of a channel where values come out. There is one. It must outlive
/// the operations begun on it.
template <class T>
class COROLINT_SEND("its state is shared under a lock") channel_receiver {
public:
  channel_receiver(channel_receiver &&other) noexcept = default;
  channel_receiver &operator=(channel_receiver &&other) noexcept {
    channel_receiver moved(std::move(other));
    std::swap(state_, moved.state_);
    return *this;
  }
  ~channel_receiver() {
    if (state_)
      state_->close();
  }

  /// Waits for the next value: `while (auto v = co_await rx.recv())`. Gives
  /// nothing once all senders are gone and all values received.
  ///
  /// \par Cancel safety
  /// Safe. A cancelled receiver has taken nothing out of the channel.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// One receive or `try_recv` at a time.
  channel_recv_awaiter<T> recv() noexcept {
    return channel_recv_awaiter<T>(*state_);
  }

  /// The next value if it is there now; if not, whether one can still come:
  /// `empty` or `closed`.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// One receive or `try_recv` at a time.
  [[nodiscard]] expected<T, channel_errc> try_recv() noexcept {
    const bool closed = state_->senders_gone();
    std::optional<T> value;
    if (state_->pop(value))
      return *std::move(value);
    return unexpected(closed ? channel_errc::closed : channel_errc::empty);
  }

private:
  template <class U>
  friend std::pair<channel_sender<U>, channel_receiver<U>> channel(std::size_t);
  explicit channel_receiver(
      std::shared_ptr<detail::channel_state<T>> state) noexcept
      : state_(std::move(state)) {}

  std::shared_ptr<detail::channel_state<T>> state_;
};

} // namespace corort

#endif
