/// \file
/// What streams are made of besides coroutines: ranges, channels, other types.

#ifndef CORORT_STREAM_SOURCES_HPP
#define CORORT_STREAM_SOURCES_HPP

#include "corolint/annotations.hpp"
#include "corort/channel.hpp"
#include "corort/stream.hpp"

#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

namespace corort {

/// A stream of whatever makes `T`s. A `stream` does not show what it is made
/// of, so it serves where other types need an erased one: as the result of
/// virtual functions, say. `erase` makes one of another type.
template <class T> using any_stream = stream<T>;

/// Something that is used like a `stream` of its `value_type`.
template <class S>
concept stream_like = requires(S &s) {
  typename S::value_type;
  s.next();
};

namespace streams {

/// The values of \p values: a view's are copied, a container is taken over:
/// `iter(std::views::iota(0, 10))`, `iter(std::vector{1, 2, 3})`.
///
/// \par Throws
/// std::bad_alloc, and what moving the range throws.
/// \par Thread safety
/// May be called from any thread.
template <std::ranges::input_range Range>
stream<std::ranges::range_value_t<Range>> iter(Range values) {
  for (auto &&value : values) {
    if constexpr (std::ranges::view<Range>)
      co_yield std::forward<decltype(value)>(value);
    else
      co_yield std::move(value);
  }
}

/// What \p from receives, until the channel is closed. The receiver goes with
/// the stream.
///
/// \par Throws
/// std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
template <class T> stream<T> receiver_stream(channel_receiver<T> from) {
  while (std::optional<T> value = co_await from.recv())
    co_yield *std::move(value);
}

/// The values of \p from, whose own type is hidden.
///
/// \par Throws
/// std::bad_alloc, and what moving the stream throws.
/// \par Thread safety
/// May be called from any thread.
template <stream_like S> any_stream<typename S::value_type> erase(S from) {
  while (auto *value = co_await from.next())
    co_yield std::move(*value);
}

} // namespace streams

} // namespace corort

#endif
