/// \file
/// oneshot: one value from one task to another.

#ifndef CORORT_ONESHOT_HPP
#define CORORT_ONESHOT_HPP

#include "corolint/annotations.hpp"
#include "corort/channel.hpp"
#include "corort/expected.hpp"

#include <optional>
#include <utility>

namespace corort {

/// Sends one value: `std::move(tx).send(answer)`.
template <class T>
class COROLINT_SEND("its state is shared under a lock") oneshot_sender {
public:
  explicit oneshot_sender(channel_sender<T> to) noexcept : to_(std::move(to)) {}
  oneshot_sender(oneshot_sender &&) noexcept = default;
  oneshot_sender &operator=(oneshot_sender &&) noexcept = default;

  /// Sends \p value, without waiting. Gives it back if the receiver is gone.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// A sender is used by one thread at a time.
  [[nodiscard]] expected<void, send_error<T>> send(T value) &&noexcept {
    const channel_sender<T> last = std::move(to_);
    return last.try_send(std::move(value));
  }

private:
  channel_sender<T> to_;
};

/// Receives one value.
template <class T>
class COROLINT_SEND("its state is shared under a lock") oneshot_receiver {
public:
  explicit oneshot_receiver(channel_receiver<T> from) noexcept
      : from_(std::move(from)) {}

  /// Waits for the value: `if (auto answer = co_await rx.recv())`. Gives
  /// nothing if the sender went without sending one, or if it was received.
  ///
  /// \par Cancel safety
  /// Safe. A cancelled receiver has not taken the value.
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// One receive or `try_recv` at a time.
  channel_recv_awaiter<T> recv() noexcept { return from_.recv(); }

  /// The value if it is there now; if not, whether it can still come: `empty`
  /// or `closed`.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// One receive or `try_recv` at a time.
  [[nodiscard]] expected<T, channel_errc> try_recv() noexcept {
    return from_.try_recv();
  }

private:
  channel_receiver<T> from_;
};

/// A channel for a single value: `auto [tx, rx] = oneshot<int>();`. Destroying
/// either end without having used it tells the other one.
///
/// `T` must be movable without a throw.
///
/// \par Throws
/// std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <class T> std::pair<oneshot_sender<T>, oneshot_receiver<T>> oneshot() {
  auto [to, from] = channel<T>(1);
  return {oneshot_sender<T>(std::move(to)),
          oneshot_receiver<T>(std::move(from))};
}

} // namespace corort

#endif
