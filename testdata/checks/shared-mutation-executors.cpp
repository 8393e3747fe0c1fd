// What runs where: executors with one thread and with several, and strands.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-shared-mutation %s -- -std=c++20 %runtime %include | %FileCheck %s

#include "asio.hpp"
#include "corort/corort.hpp"

#include <memory>

void use(int);

asio::awaitable<void> add(int &n) {
  ++n;
  // CHECK: :[[#@LINE-1]]:5: warning: 'n' is written by two tasks that run at the same time [coro-shared-mutation]
  // CHECK-NEXT: :[[#@LINE+8]]:3: note: 'co_spawn' starts the task here; it runs on another thread
  // CHECK-NEXT: :[[#@LINE+8]]:3: note: 'co_spawn' starts the other task here; it runs on another thread
  co_return;
}

void on_a_pool() {
  int n = 0;
  asio::thread_pool pool(4);
  asio::co_spawn(pool, add(n), asio::detached);
  asio::co_spawn(pool, add(n), asio::detached);
  pool.join();
  use(n);
}

void on_a_pool_of_one() {
  int n = 0;
  asio::thread_pool pool(1);
  asio::co_spawn(pool, add(n), asio::detached);
  asio::co_spawn(pool, add(n), asio::detached);
  pool.join();
}

void on_a_strand() {
  int n = 0;
  asio::thread_pool pool(4);
  auto strand = asio::make_strand(pool.get_executor());
  asio::co_spawn(strand, add(n), asio::detached);
  asio::co_spawn(strand, add(n), asio::detached);
  pool.join();
}

void nobody_knows_where(asio::any_io_executor somewhere) {
  static int n = 0;
  asio::co_spawn(somewhere, add(n), asio::detached);
  asio::co_spawn(somewhere, add(n), asio::detached);
}

/// This is where the file's tasks run.
void on_one_thread() {
  int n = 0;
  corort::scheduler single({.threads = 1});
  auto work = [&n]() -> corort::task<> {
    ++n;
    co_return;
  };
  auto a = corort::spawn_on(single, work);
  auto b = corort::spawn_on(single, work);
  corort::block_on(std::move(a));
  corort::block_on(std::move(b));
}

corort::task<> wherever_the_file_says() {
  int n = 0;
  auto work = [&n]() -> corort::task<> {
    ++n;
    co_return;
  };
  auto a = corort::spawn(work);
  auto b = corort::spawn(work);
  co_await a;
  co_await b;
}
