/// \file
/// child: a task that runs beside others as part of one.

#ifndef CORORT_DETAIL_CHILD_HPP
#define CORORT_DETAIL_CHILD_HPP

#include "corort/detail/branches.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/promise.hpp"
#include "corort/detail/result.hpp"

#include <coroutine>
#include <type_traits>
#include <utility>
#include <variant>

namespace corort::detail {

template <class T>
using element = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// A task that is to be run beside others, and later its result. The frame is
/// destroyed as soon as the task ends, and with it the arguments: others may
/// be waiting for that, as the receiver of a channel is for its senders.
template <class T> class child {
public:
  using handle = std::coroutine_handle<promise<T>>;

  child() noexcept = default;
  /// Owns \p coroutine from now on.
  child(handle coroutine) noexcept : coroutine_(coroutine) {}
  child(const child &) = delete;
  child &operator=(const child &) = delete;
  ~child() {
    if (coroutine_)
      coroutine_.destroy();
  }

  void set(handle coroutine) noexcept { coroutine_ = coroutine; }

  /// \returns the coroutine, to be run in \p branch; \p joiner is told.
  std::coroutine_handle<> begin(joining_leaf &joiner,
                                context &branch) noexcept {
    joiner_ = &joiner;
    handle::from_address(coroutine_.address())
        .promise()
        .start_for(*this, branch);
    return coroutine_;
  }
  std::coroutine_handle<> begin(joining_leaf &joiner,
                                joined_branch &branch) noexcept {
    branch.begin(coroutine_);
    return begin(joiner, static_cast<context &>(branch));
  }

  /// Its result, once it has ended, or its exception.
  element<T> take() {
    if constexpr (std::is_void_v<T>) {
      result_.take();
      return {};
    } else {
      return result_.take();
    }
  }

  /// Keeps the result of \p ended, its task. \returns what to run next.
  std::coroutine_handle<> end_with(promise<T> &ended) noexcept {
    result_.set_from(std::move(ended.outcome()));
    std::exchange(coroutine_, nullptr).destroy();
    return joiner_->next_after_branch();
  }

private:
  std::coroutine_handle<> coroutine_;
  joining_leaf *joiner_ = nullptr;
  result<T> result_;
};

template <class T>
std::coroutine_handle<> end_child(child<T> &self, promise<T> &ended) noexcept {
  return self.end_with(ended);
}

} // namespace corort::detail

#endif
