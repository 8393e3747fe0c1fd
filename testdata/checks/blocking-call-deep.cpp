// Blocking in indirect ways: operators, destructors, default arguments, lambdas
// that run now.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/asio.hpp"
#include "../include/task.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>
#include <variant>
#include <vector>

using namespace std::chrono_literals;

bool ready();
void touch();
void nap() { std::this_thread::sleep_for(10ms); }

//===----------------------------------------------------------------------===//
// Implicit calls
//===----------------------------------------------------------------------===//

struct Flusher {
  ~Flusher() { nap(); }
};

task<> in_destructor_of_local() {
  Flusher flusher;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'in_destructor_of_local' [coro-blocking-call]
  co_await work();
}

task<> in_destructor_of_temporary() {
  Flusher();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'in_destructor_of_temporary' [coro-blocking-call]
  co_await work();
}

int prompt() {
  nap();
  return 1;
}

void set(int value = prompt());

task<> in_default_argument() {
  set();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'prompt' blocks the thread in coroutine 'in_default_argument' [coro-blocking-call]
  set(1);
  co_await work();
}

struct Handle {
  operator int() const {
    nap();
    return 1;
  }
};

task<> in_conversion(Handle handle) {
  int value = handle;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'in_conversion' [coro-blocking-call]
  co_await save(value);
}

struct Cursor {
  struct iterator {
    int operator*() const { return 1; }
    iterator &operator++() {
      nap();
      return *this;
    }
    bool operator!=(const iterator &) const { return ready(); }
  };
  iterator begin() const { return {}; }
  iterator end() const { return {}; }
};

task<> in_iteration(Cursor cursor) {
  for (int value : cursor)
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'in_iteration' [coro-blocking-call]
    co_await save(value);
}

task<> in_thread_destructor() {
  std::jthread worker(touch);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'in_thread_destructor' [coro-blocking-call]
  co_await work();
}

//===----------------------------------------------------------------------===//
// Lambdas and pointers
//===----------------------------------------------------------------------===//

task<> in_algorithm(std::vector<int> values) {
  std::for_each(values.begin(), values.end(), [](int) { nap(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'in_algorithm' [coro-blocking-call]
  co_await work();
}

task<> in_visit(std::variant<int, long> value) {
  std::visit([](auto) { nap(); }, value);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'in_visit' [coro-blocking-call]
  co_await work();
}

task<> through_invoke() {
  std::invoke(nap);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'through_invoke' [coro-blocking-call]
  co_await work();
}

task<> only_stored(std::vector<std::function<void()>> &later) {
  later.push_back(nap);
  later.push_back([] { nap(); });
  std::function<void()> one = nap;
  co_await work();
}

//===----------------------------------------------------------------------===//
// Templates
//===----------------------------------------------------------------------===//

template <class Store> task<> dependent(Store store) {
  store.sync();
  co_await work();
}

template <class T> void twice(T action) {
  action();
  action();
}

task<> in_callable_of_own_template() {
  twice([] { nap(); });
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'in_callable_of_own_template' [coro-blocking-call]
  co_await work();
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

std::string first_word(std::istream &in) {
  std::string word;
  in >> word;
  return word;
}

task<> unknown_stream(std::istream &in) {
  first_word(in);
  co_await work();
}

task<> file_opened_later(const std::string &path) {
  std::ifstream file;
  file.open(path);
  // CHECK: :[[#@LINE-1]]:3: warning: {{'.*'}} blocks the thread in coroutine 'file_opened_later' [coro-blocking-call]
  co_await work();
}

task<> file_written(std::ofstream &file) {
  file << 1;
  // CHECK: :[[#@LINE-1]]:3: warning: {{'.*'}} blocks the thread in coroutine 'file_written' [coro-blocking-call]
  file.flush();
  // CHECK: :[[#@LINE-1]]:3: warning: {{'.*'}} blocks the thread in coroutine 'file_written' [coro-blocking-call]
  co_await work();
}

//===----------------------------------------------------------------------===//
// Asio
//===----------------------------------------------------------------------===//

asio::awaitable<void> blocking_calls(asio::ip::tcp::socket socket,
                                     asio::ip::tcp::resolver resolver) {
  asio::steady_timer timer(co_await asio::this_coro::executor, 1s);
  timer.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread in coroutine 'blocking_calls' [coro-blocking-call]
  auto peer = resolver.resolve("host", "80");
  // CHECK: :[[#@LINE-1]]:15: warning: {{.*}} blocks the thread in coroutine 'blocking_calls' [coro-blocking-call]
  socket.connect(peer);
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread in coroutine 'blocking_calls' [coro-blocking-call]
  char data[16];
  socket.read_some(asio::buffer(data, sizeof data));
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread in coroutine 'blocking_calls' [coro-blocking-call]
  asio::write(socket, asio::buffer(data, sizeof data));
  // CHECK: :[[#@LINE-1]]:3: warning: {{.*}} blocks the thread in coroutine 'blocking_calls' [coro-blocking-call]
  co_await timer.async_wait(asio::use_awaitable);
  co_await socket.async_read_some(asio::buffer(data, sizeof data),
                                  asio::use_awaitable);
}

asio::awaitable<void> replacement_is_asios() {
  std::this_thread::sleep_for(1s);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'replacement_is_asios' [coro-blocking-call]
  // CHECK: note: use {{.*}}steady_timer{{.*}} instead
  co_return;
}

asio::awaitable<void> posted_elsewhere(asio::thread_pool &pool) {
  asio::post(pool, [] { nap(); });
  co_await asio::post(pool, asio::use_awaitable);
}
