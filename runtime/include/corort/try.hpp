/// \file
/// try_: the value of an expected, or the end of the coroutine.

#ifndef CORORT_TRY_HPP
#define CORORT_TRY_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/awaitable.hpp"
#include "corort/detail/config.hpp"
#include "corort/expected.hpp"
#include "corort/task.hpp"

#include <coroutine>
#include <type_traits>
#include <utility>

namespace corort {

namespace detail {

template <class T> inline constexpr bool is_task_of_expected = false;
template <class T, class E>
inline constexpr bool is_task_of_expected<task<expected<T, E>>> = true;

template <class Promise>
using returned_by = decltype(std::declval<Promise &>().get_return_object());

/// Whether the coroutine of `Promise` can end with an `Error`. Says so if not.
template <class Promise, class Error> consteval bool can_end_with() {
  using returned = returned_by<Promise>;
  static_assert(is_task_of_expected<returned>,
                "try_ ends the coroutine with the error, so the coroutine must "
                "return a task<expected<T, E>>");
  if constexpr (is_task_of_expected<returned>) {
    constexpr bool converts =
        std::is_constructible_v<typename returned::value_type::error_type,
                                Error>;
    static_assert(converts, "try_ ends the coroutine with the error, so the "
                            "error must convert to the `E` of the "
                            "task<expected<T, E>> that the coroutine returns");
    return converts;
  }
  return false;
}

/// Ends \p coroutine, which is suspended, with \p error for its result.
/// \returns what to run next; the coroutine may be gone by then.
template <class Promise, class Error>
std::coroutine_handle<> end_with(std::coroutine_handle<Promise> coroutine,
                                 Error &&error) {
  using result = typename returned_by<Promise>::value_type;
  Promise &promise = coroutine.promise();
  promise.return_value(result(unexpect, std::forward<Error>(error)));
  return promise.finish();
}

template <class T>
concept some_expected = is_expected<std::remove_cvref_t<T>>;

template <class T>
concept awaits_expected = awaitable<T> && some_expected<await_result_t<T>>;

} // namespace detail

/// Returned by `try_` of an expected.
template <class Expected>
class [[nodiscard("co_await it to get the value")]] COROLINT_AWAITABLE()
    try_awaiter {
public:
  explicit try_awaiter(Expected && outcome) noexcept
      : outcome_(std::forward<Expected>(outcome)) {}
  try_awaiter(const try_awaiter &) = delete;
  try_awaiter &operator=(const try_awaiter &) = delete;

  bool await_ready() const noexcept { return outcome_.has_value(); }
  template <class Promise>
  CORORT_SUSPEND std::coroutine_handle<> await_suspend(
      std::coroutine_handle<Promise> ended) const {
    if constexpr (detail::can_end_with<Promise, detail::error_of<Expected>>())
      return detail::end_with(ended, std::forward<Expected>(outcome_).error());
  }
  typename std::remove_cvref_t<Expected>::value_type await_resume() const {
    return *std::forward<Expected>(outcome_);
  }

private:
  Expected &&outcome_;
};

/// Returned by `try_` of an awaitable.
template <class Awaitable>
class [[nodiscard("co_await it to get the value")]] COROLINT_AWAITABLE()
    try_await_awaiter {
  using outcome = std::remove_cvref_t<detail::await_result_t<Awaitable>>;
  using value = typename outcome::value_type;
  using error = typename outcome::error_type;

public:
  explicit try_await_awaiter(Awaitable && work)
      : awaiter_(
            step(std::forward<Awaitable>(work), caller_).operator co_await()) {}
  try_await_awaiter(const try_await_awaiter &) = delete;
  try_await_awaiter &operator=(const try_await_awaiter &) = delete;

  bool await_ready() { return awaiter_.await_ready(); }
  template <class Promise>
  CORORT_SUSPEND auto await_suspend(std::coroutine_handle<Promise> waiting) {
    caller_.coroutine = waiting;
    if constexpr (detail::can_end_with<Promise, error>())
      caller_.end = [](std::coroutine_handle<> erased, error &&why) {
        return detail::end_with(
            std::coroutine_handle<Promise>::from_address(erased.address()),
            std::move(why));
      };
    return awaiter_.await_suspend(waiting);
  }
  value await_resume() { return awaiter_.await_resume(); }

private:
  /// The coroutine that awaits this, and how to end it.
  struct caller {
    std::coroutine_handle<> coroutine;
    std::coroutine_handle<> (*end)(std::coroutine_handle<>, error &&) = nullptr;
  };

  class end_caller {
  public:
    end_caller(const caller &ended, error &&why) noexcept
        : ended_(ended), why_(std::move(why)) {}
    bool await_ready() const noexcept { return false; }
    CORORT_SUSPEND std::coroutine_handle<>
    await_suspend(std::coroutine_handle<>) const {
      return ended_.end(ended_.coroutine, std::move(why_));
    }
    void await_resume() const noexcept {}

  private:
    const caller &ended_;
    error &&why_;
  };

  /// Where to decide, once the work has ended, whether the caller goes on: an
  /// awaiter can't suspend its coroutine a second time. Without a value this
  /// coroutine never ends, and is destroyed with the caller.
  static task<value> step(Awaitable && work, const caller &awaits) {
    // With a name, as g++ 12 copies an awaiter that has none.
    auto &&awaiter = detail::awaiter_of(std::forward<Awaitable>(work));
    outcome result = co_await awaiter;
    if (!result.has_value())
      co_await end_caller(awaits, std::move(result).error());
    co_return *std::move(result);
  }

  caller caller_;
  detail::awaiter_t<task<value>> awaiter_;
};

/// Gives the value: `int n = co_await try_(parse(text));`, in a coroutine that
/// returns `task<expected<T, E>>`. If there is none, that coroutine ends with
/// the error, converted to `E`, explicitly if need be; nothing is thrown.
///
/// The coroutine then stays where it is, and its locals go with its frame: when
/// the expression that awaits its task is over, or at once for a task that runs
/// beside others. \p outcome is moved from if it is an rvalue, else copied.
///
/// \par Cancel safety
/// Safe. It never waits.
/// \par Throws
/// What moving or copying the value throws, and converting the error; the
/// coroutine has then not ended.
/// \par Thread safety
/// \p outcome is used by one thread at a time.
template <detail::some_expected Expected>
COROLINT_AWAITS_ALL()
try_awaiter<Expected> try_(Expected &&outcome) noexcept {
  return try_awaiter<Expected>(std::forward<Expected>(outcome));
}

/// The same as `try_(co_await work)`, for one more coroutine frame:
/// `int n = co_await try_(fetch());`.
///
/// \par Cancel safety
/// As safe as what it awaits.
/// \par Throws
/// What \p work throws; what moving the value throws, and converting the
/// error; std::bad_alloc.
/// \par Thread safety
/// As that of \p work.
template <detail::awaits_expected Awaitable>
COROLINT_AWAITS_ALL()
try_await_awaiter<Awaitable> try_(Awaitable &&work) {
  return try_await_awaiter<Awaitable>(std::forward<Awaitable>(work));
}

} // namespace corort

#endif
