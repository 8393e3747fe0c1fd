/// \file
/// try_ in coroutines that can't end with the error.

#include "corort/try.hpp"

#include <string>

using corort::expected;
using corort::task;
using corort::try_;

enum class error { odd };

expected<int, error> half(int v);
task<expected<int, error>> half_later(int v);

task<expected<int, error>> same_error() {
  co_return co_await try_(half(1)) + co_await try_(half_later(1));
}

task<expected<int, int>> other_error() {
  // refused: co_await try_(half(1));
  // because: try_ ends the coroutine with the error, so the error must convert
  //   to the `E` of the task<expected<T, E>> that the coroutine returns
  // refused: co_await try_(half_later(1));
  // because: so the error must convert to the `E`
  co_return 1;
}

task<int> no_error() {
  // refused: co_await try_(half(1));
  // because: try_ ends the coroutine with the error, so the coroutine must
  //   return a task<expected<T, E>>
  co_return 1;
}

task<> nothing() {
  // refused: co_await try_(half(1));
  // because: so the coroutine must return a task<expected<T, E>>
  // refused: co_await try_(half_later(1));
  // because: so the coroutine must return a task<expected<T, E>>
  co_return;
}

task<expected<int, error>> wrong_operands() {
  // refused: co_await try_(1);
  // because: no matching function for call to 'try_
  // refused: co_await try_(nothing());
  // because: no matching function for call to 'try_
  auto later = half_later(1);
  // refused: co_await try_(later);
  // because: no matching function for call to 'try_
  co_return co_await try_(std::move(later));
}
