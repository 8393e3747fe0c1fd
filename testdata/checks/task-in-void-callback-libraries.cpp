// Libraries' types for callbacks, and functions that take handlers.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-task-in-void-callback %s -- -std=c++20 %include | %FileCheck %s

#include "../include/callbacks.hpp"
#include "../include/task.hpp"

#include "asio.hpp"

#include <chrono>
#include <functional>
#include <utility>

task<> flush();
void touch();
asio::awaitable<void> serve();
struct token {};
inline constexpr token use_token;

void absl_callbacks() {
  absl::AnyInvocable<void()> a = flush;
  // CHECK: :[[#@LINE-1]]:34: warning: each call of 'flush' drops its 'task<>': 'absl::AnyInvocable<void ()>' returns nothing [coro-task-in-void-callback]
  absl::AnyInvocable<task<>()> b = flush;
  absl::AnyInvocable<void()> c = [] { touch(); };
  absl::AnyInvocable<void()> d(nullptr);
  absl::AnyInvocable<void()> e = std::move(c);
}

void folly_callbacks(folly::Executor &executor) {
  executor.add(flush);
  // CHECK: :[[#@LINE-1]]:16: warning: each call of 'flush' drops its 'task<>': 'folly::Function<void ()>' returns nothing [coro-task-in-void-callback]
  executor.add([]() -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:16: warning: each call of this lambda drops its 'task<>': {{.*}}
  folly::Func handler;
  handler = flush;
  // CHECK: :[[#@LINE-1]]:13: warning: each call of 'flush' drops its 'task<>': {{.*}}
  executor.add(std::move(handler));
  folly::Function<task<>()> typed = flush;
}

void boost_callbacks(boost::signals2::signal<void(int)> &clicked) {
  boost::function<void()> a = flush;
  // CHECK: :[[#@LINE-1]]:31: warning: each call of 'flush' drops its 'task<>': 'boost::function<void ()>' returns nothing [coro-task-in-void-callback]
  boost::function<task<>()> b = flush;
  clicked.connect([](int) -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:19: warning: each call of this lambda drops its 'task<>': 'boost::signals2::slot<void (int)>' returns nothing [coro-task-in-void-callback]
  clicked.connect([](int) { touch(); });
}

void other_callbacks() {
  fu2::unique_function<void()> a = flush;
  // CHECK: :[[#@LINE-1]]:36: warning: each call of 'flush' drops its 'task<>': {{.*}} returns nothing [coro-task-in-void-callback]
  fu2::unique_function<task<>()> b = flush;
}

void handlers(tokens::timer &timer) {
  timer.async_wait([](tokens::error_code) -> task<> { co_await work(); });
  // CHECK: :[[#@LINE-1]]:20: warning: each call of this lambda drops its 'task<>': 'async_wait' ignores what it returns [coro-task-in-void-callback]
  timer.async_wait([](tokens::error_code failed) {
    if (failed)
      touch();
  });
  timer.async_wait(use_token);
  tokens::post(flush);
  // CHECK: :[[#@LINE-1]]:16: warning: each call of 'flush' drops its 'task<>': 'post' ignores what it returns [coro-task-in-void-callback]
  tokens::co_spawn(flush, use_token);
}

void asio_handlers(asio::io_context &context, asio::any_io_executor executor) {
  asio::post(context, []() -> asio::awaitable<void> { co_await serve(); });
  // CHECK: :[[#@LINE-1]]:23: warning: each call of this lambda drops its 'awaitable<void>': 'post' ignores what it returns [coro-task-in-void-callback]
  asio::dispatch(executor, serve);
  // CHECK: :[[#@LINE-1]]:28: warning: each call of 'serve' drops its 'awaitable<void>': 'dispatch' ignores what it returns [coro-task-in-void-callback]
  asio::defer(executor, serve);
  // CHECK: :[[#@LINE-1]]:25: warning: each call of 'serve' drops its 'awaitable<void>': 'defer' ignores what it returns [coro-task-in-void-callback]
  asio::co_spawn(context, serve, asio::detached);
  asio::co_spawn(executor, [] { return serve(); }, asio::detached);
  asio::post(context, [&] { asio::co_spawn(context, serve, asio::detached); });
}
