// Waiting for what is ready, and asking what never waits.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"
#include "corolint/annotations.hpp"

#include <chrono>
#include <fcntl.h>
#include <future>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

bool ready();
void touch();
std::future<int> begin();

//===----------------------------------------------------------------------===//
// Futures
//===----------------------------------------------------------------------===//

task<> in_condition(std::future<int> f) {
  if (f.wait_for(0s) == std::future_status::ready)
    co_await save(f.get());
  f.get();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread in coroutine 'in_condition' [coro-blocking-call]
}

task<> in_other_branch(std::future<int> f) {
  if (f.wait_for(0s) == std::future_status::ready)
    co_return;
  co_await save(f.get());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread in coroutine 'in_other_branch' [coro-blocking-call]
}

task<> early_return(std::future<int> f) {
  if (f.wait_for(0s) != std::future_status::ready)
    co_return;
  co_await save(f.get());
}

task<> early_return_on_timeout(std::future<int> f) {
  if (f.wait_for(0s) == std::future_status::timeout)
    co_return;
  co_await save(f.get());
}

task<> negated(std::future<int> f) {
  if (!(f.wait_for(0s) == std::future_status::ready)) {
    co_await work();
  } else {
    co_await save(f.get());
  }
}

task<> constant_first(std::future<int> f) {
  if (std::future_status::ready == f.wait_for(0s))
    co_await save(f.get());
}

task<> with_more(std::future<int> f) {
  if (f.valid() && f.wait_for(0s) == std::future_status::ready)
    co_await save(f.get());
  if (!f.valid() || f.wait_for(0s) != std::future_status::ready)
    co_return;
  co_await save(f.get());
}

task<> either(std::future<int> f) {
  if (ready() || f.wait_for(0s) == std::future_status::ready)
    co_await save(f.get());
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread in coroutine 'either' [coro-blocking-call]
}

task<> status_first(std::future<int> f) {
  const auto status = f.wait_for(0s);
  if (status != std::future_status::ready)
    co_return;
  co_await save(f.get());
}

task<> status_in_if(std::future<int> f) {
  if (auto status = f.wait_for(0s); status == std::future_status::ready)
    co_await save(f.get());
}

task<> bool_first(std::future<int> f) {
  const bool done = f.wait_for(0s) == std::future_status::ready;
  co_await work();
  if (done)
    co_await save(f.get());
  if (!done)
    f.wait();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::wait' blocks the thread in coroutine 'bool_first' [coro-blocking-call]
}

task<> polled(std::future<int> f) {
  while (f.wait_for(0s) != std::future_status::ready)
    co_await work();
  co_await save(f.get());
}

task<> polled_with_status(std::future<int> f) {
  std::future_status status;
  do {
    status = f.wait_for(0s);
    co_await work();
  } while (status != std::future_status::ready);
  co_await save(f.get());
}

task<> polled_for_ever(std::future<int> f) {
  for (;;) {
    if (f.wait_for(0s) == std::future_status::ready)
      break;
    co_await work();
  }
  co_await save(f.get());
}

task<> switched(std::future<int> f) {
  switch (f.wait_for(0s)) {
  case std::future_status::ready:
    co_await save(f.get());
    break;
  default:
    f.wait();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::wait' blocks the thread in coroutine 'switched' [coro-blocking-call]
  }
}

task<> polled_until_tired(std::future<int> f) {
  for (int i = 0; i < 10; ++i) {
    if (f.wait_for(0s) == std::future_status::ready)
      break;
    co_await work();
  }
  co_await save(f.get());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread in coroutine 'polled_until_tired' [coro-blocking-call]
}

task<> another(std::future<int> f, std::future<int> g) {
  if (f.wait_for(0s) == std::future_status::ready)
    co_await save(g.get());
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread in coroutine 'another' [coro-blocking-call]
}

task<> begun_anew(std::future<int> f) {
  if (f.wait_for(0s) == std::future_status::ready) {
    f = begin();
    co_await save(f.get());
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread in coroutine 'begun_anew' [coro-blocking-call]
  }
}

struct Job {
  std::future<int> result;
  task<> poll() {
    if (result.wait_for(0s) == std::future_status::ready)
      co_await save(result.get());
    if (this->result.wait_for(0s) != std::future_status::ready)
      co_return;
    co_await save(result.get());
  }
};

task<> in_struct(Job job, Job other) {
  if (job.result.wait_for(0s) != std::future_status::ready)
    co_return;
  co_await save(job.result.get());
  co_await save(other.result.get());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread in coroutine 'in_struct' [coro-blocking-call]
}

task<> in_container(std::vector<std::future<int>> all) {
  for (auto &f : all)
    if (f.wait_for(0s) == std::future_status::ready)
      co_await save(f.get());
}

int take(std::future<int> &f) {
  if (f.wait_for(0s) != std::future_status::ready)
    return 0;
  return f.get();
}
int wait_and_take(std::future<int> &f) { return f.get(); }

task<> in_helper(std::future<int> f, std::future<int> g) {
  co_await save(take(f));
  if (f.wait_for(0s) == std::future_status::ready)
    co_await save(wait_and_take(f));
  co_await save(wait_and_take(g));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'wait_and_take' blocks the thread in coroutine 'in_helper' [coro-blocking-call]
}

struct Promise {
  COROLINT_NONBLOCKING_AFTER("if=true") bool done() const;
  COROLINT_NONBLOCKING_AFTER("if=false") bool pending() const;
  COROLINT_BLOCKS("wait") int take();
};

task<> by_annotation(Promise p) {
  if (p.done())
    co_await save(p.take());
  if (!p.pending())
    co_await save(p.take());
  if (p.pending())
    co_await save(p.take());
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Promise::take' blocks the thread in coroutine 'by_annotation' [coro-blocking-call]
  const bool done = p.done();
  if (!done)
    co_return;
  co_await save(p.take());
}

//===----------------------------------------------------------------------===//
// Descriptors
//===----------------------------------------------------------------------===//

task<> made_nonblocking(const sockaddr *peer, socklen_t size) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  connect(fd, peer, size);
  char buffer[16];
  while (recv(fd, buffer, sizeof buffer, 0) < 0)
    co_await work();
}

task<> left_blocking(const sockaddr *peer, socklen_t size) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  connect(fd, peer, size);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'connect' blocks the thread in coroutine 'left_blocking' [coro-blocking-call]
  co_await work();
}

task<> set_nonblocking(int fd, int other) {
  char buffer[16];
  recv(fd, buffer, sizeof buffer, 0);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'recv' blocks the thread in coroutine 'set_nonblocking' [coro-blocking-call]
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  recv(fd, buffer, sizeof buffer, 0);
  recv(other, buffer, sizeof buffer, 0);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'recv' blocks the thread in coroutine 'set_nonblocking' [coro-blocking-call]
  int on = 1;
  ioctl(other, FIONBIO, &on);
  recv(other, buffer, sizeof buffer, 0);
  co_await work();
}

struct Connection {
  int fd;
  task<> run() {
    fcntl(fd, F_SETFL, O_NONBLOCK);
    char buffer[16];
    read(fd, buffer, sizeof buffer);
    co_await work();
  }
};

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

void declared_nonblocking() noexcept [[clang::nonblocking]];
void declared_blocking() [[clang::blocking]];
void body_nonblocking() noexcept [[clang::nonblocking]] {
  std::this_thread::sleep_for(1s);
}
void calls_blocking() { declared_blocking(); }
COROLINT_ASSUME_NONBLOCKING() void trusted() { std::this_thread::sleep_for(1s); }
COROLINT_BLOCKS("database") void query();

task<> attributes() {
  declared_nonblocking();
  body_nonblocking();
  trusted();
  declared_blocking();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'declared_blocking' blocks the thread in coroutine 'attributes' [coro-blocking-call]
  calls_blocking();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'calls_blocking' blocks the thread in coroutine 'attributes' [coro-blocking-call]
  query();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'query' blocks the thread in coroutine 'attributes' [coro-blocking-call]
  co_await work();
}
