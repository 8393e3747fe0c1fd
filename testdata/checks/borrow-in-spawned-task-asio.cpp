// Tasks that outlive the scope whose variables they borrow: Asio.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/asio.hpp"

#include <list>
#include <memory>
#include <string>
#include <thread>

using asio::awaitable;
using asio::ip::tcp;

void use(int);
awaitable<void> work();
awaitable<void> echo(tcp::socket socket);
awaitable<void> talk(tcp::socket &socket);
awaitable<void> say(const std::string &text);

awaitable<void> captured_by_reference() {
  auto executor = co_await asio::this_coro::executor;
  int local = 0;
  asio::co_spawn(
      executor,
      [&local]() -> awaitable<void> {
        use(local);
        co_return;
      },
      asio::detached);
  // CHECK: :[[#@LINE-5]]:9: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-8]]:3: note: the task leaves here: 'co_spawn' does not wait for it
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'local' of type 'int' is destroyed at the end of this scope
  co_await work();
}

awaitable<void> called_lambda_captured_by_reference() {
  auto executor = co_await asio::this_coro::executor;
  int local = 0;
  asio::co_spawn(
      executor,
      [&local]() -> awaitable<void> {
        use(local);
        co_return;
      }(),
      asio::detached);
  // CHECK: :[[#@LINE-5]]:9: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

awaitable<void> argument_by_reference(tcp::acceptor &acceptor) {
  for (;;) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(asio::any_io_executor(), talk(socket), asio::detached);
    // CHECK: :[[#@LINE-1]]:50: warning: task keeps a reference to 'socket', which dies before the task ends [coro-borrow-in-spawned-task]
    // CHECK-NEXT: :[[#@LINE-2]]:5: note: the task leaves here: 'co_spawn' does not wait for it
    // CHECK-NEXT: :[[#@LINE+1]]:3: note: 'socket' of type 'asio::basic_stream_socket<asio::ip::tcp>' is destroyed at the end of this scope
  }
}

awaitable<void> argument_by_value(tcp::acceptor &acceptor) {
  auto executor = co_await asio::this_coro::executor;
  for (;;) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(executor, echo(std::move(socket)), asio::detached);
  }
}

awaitable<void> captured_by_move(tcp::acceptor &acceptor) {
  auto executor = co_await asio::this_coro::executor;
  for (;;) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(
        executor,
        [socket = std::move(socket)]() mutable -> awaitable<void> {
          co_await talk(socket);
        },
        asio::detached);
  }
}

awaitable<void> awaited() {
  auto executor = co_await asio::this_coro::executor;
  std::string text = "x";
  co_await asio::co_spawn(executor, say(text), asio::use_awaitable);
}

awaitable<void> awaited_lambda() {
  auto executor = co_await asio::this_coro::executor;
  int local = 0;
  co_await asio::co_spawn(
      executor,
      [&local]() -> awaitable<void> {
        use(local);
        co_return;
      },
      asio::use_awaitable);
}

awaitable<void> posted() {
  auto executor = co_await asio::this_coro::executor;
  int local = 0;
  asio::post(executor, [&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:26: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: the task leaves here: 'post' does not wait for it
  // CHECK-NEXT: :[[#@LINE+2]]:1: note: 'local' of type 'int' is destroyed at the end of this scope
  co_await work();
}

awaitable<void> posted_by_value() {
  auto executor = co_await asio::this_coro::executor;
  int local = 0;
  asio::post(executor, [local] { use(local); });
  co_await work();
}

/// The context runs until all its work is done, in the scope of what it uses.
int main() {
  asio::io_context context;
  std::string text = "x";
  int exit_code = 0;
  asio::co_spawn(context, say(text), asio::detached);
  asio::co_spawn(
      context,
      [&]() -> awaitable<void> {
        co_await say(text);
        exit_code = 1;
      },
      asio::detached);
  asio::co_spawn(context, say(text), [&exit_code](std::exception_ptr error) {
    exit_code = error ? 1 : 0;
  });
  asio::post(context, [&exit_code] { exit_code = 2; });
  context.run();
  return exit_code;
}

void runs_in_a_try() {
  try {
    asio::io_context context(1);
    std::string text = "x";
    asio::co_spawn(context, say(text), asio::detached);
    context.run();
  } catch (std::exception &) {
  }
}

void runs_on_a_pool() {
  asio::thread_pool pool(4);
  std::string text = "x";
  asio::co_spawn(pool, say(text), asio::detached);
  asio::post(pool, [&text] { use(int(text.size())); });
  pool.join();
}

void runs_on_a_thread_that_is_joined() {
  asio::io_context context;
  std::thread runner([&context] { context.run(); });
  runner.join();
}

/// The caller decides how long the context and the text live.
void start(asio::io_context &context, const std::string &text) {
  asio::co_spawn(context, say(text), asio::detached);
}

void start_with_a_local(asio::io_context &context) {
  std::string text = "x";
  asio::co_spawn(context, say(text), asio::detached);
  // CHECK: :[[#@LINE-1]]:31: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: the task leaves here: 'co_spawn' does not wait for it
  // CHECK-NEXT: :[[#@LINE+1]]:1: note: 'text' of type 'std::string' is destroyed at the end of this scope
}

class Session : public std::enable_shared_from_this<Session> {
public:
  explicit Session(tcp::socket socket) : socket_(std::move(socket)) {}

  void start(asio::any_io_executor executor) {
    asio::co_spawn(
        executor, [self = shared_from_this()] { return self->read(); },
        asio::detached);
    asio::co_spawn(
        executor,
        [this, self = shared_from_this()]() -> awaitable<void> {
          co_await write();
        },
        asio::detached);
  }

private:
  awaitable<void> read();
  awaitable<void> write();
  tcp::socket socket_;
};

class Server {
public:
  explicit Server(asio::io_context &context) : context_(context) {}

  void start() {
    asio::co_spawn(context_, listen(), asio::detached);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }

  void start_by_lambda() {
    asio::co_spawn(
        context_, [this]() -> awaitable<void> { co_await listen(); },
        asio::detached);
    // CHECK: :[[#@LINE-2]]:20: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }

private:
  awaitable<void> listen();
  asio::io_context &context_;
};
