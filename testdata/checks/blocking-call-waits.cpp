// Calls that wait for another thread, a file, a process, a name or a socket.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <barrier>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <future>
#include <iostream>
#include <latch>
#include <mutex>
#include <netdb.h>
#include <poll.h>
#include <semaphore>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

bool ready();
void touch();

//===----------------------------------------------------------------------===//
// Waits
//===----------------------------------------------------------------------===//

std::mutex m;
std::condition_variable condition;
std::counting_semaphore<4> semaphore(4);
std::binary_semaphore signal_once(0);
std::latch gate(1);
std::barrier<> rendezvous(2);

task<> waits_for_condition() {
  {
    std::unique_lock lock(m);
    condition.wait(lock, [] { return ready(); });
    // CHECK: :[[#@LINE-1]]:5: warning: 'std::condition_variable::wait' blocks the thread in coroutine 'waits_for_condition' [coro-blocking-call]
  }
  {
    std::unique_lock lock(m);
    condition.wait(lock);
    // CHECK: :[[#@LINE-1]]:5: warning: 'std::condition_variable::wait' blocks the thread in coroutine 'waits_for_condition' [coro-blocking-call]
  }
  {
    std::unique_lock lock(m);
    condition.wait_for(lock, 1s);
    // CHECK: :[[#@LINE-1]]:5: warning: 'std::condition_variable::wait_for' blocks the thread in coroutine 'waits_for_condition' [coro-blocking-call]
  }
  co_await work();
}

task<> waits_for_semaphores() {
  semaphore.acquire();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::counting_semaphore::acquire' blocks the thread in coroutine 'waits_for_semaphores' [coro-blocking-call]
  signal_once.acquire();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::counting_semaphore::acquire' blocks the thread in coroutine 'waits_for_semaphores' [coro-blocking-call]
  if (semaphore.try_acquire())
    semaphore.release();
  co_await work();
}

task<> waits_for_latch_and_barrier() {
  gate.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::latch::wait' blocks the thread in coroutine 'waits_for_latch_and_barrier' [coro-blocking-call]
  gate.arrive_and_wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::latch::arrive_and_wait' blocks the thread in coroutine 'waits_for_latch_and_barrier' [coro-blocking-call]
  rendezvous.arrive_and_wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::barrier::arrive_and_wait' blocks the thread in coroutine 'waits_for_latch_and_barrier' [coro-blocking-call]
  gate.count_down();
  (void)gate.try_wait();
  co_await work();
}

task<> waits_for_future(std::future<int> waited, std::future<int> future,
                        std::shared_future<int> shared) {
  waited.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::future::wait' blocks the thread in coroutine 'waits_for_future' [coro-blocking-call]
  co_await save(waited.get()); // Fine: it has waited already.
  int value = future.get();
  // CHECK: :[[#@LINE-1]]:15: warning: 'std::future::get' blocks the thread in coroutine 'waits_for_future' [coro-blocking-call]
  value += shared.get();
  // CHECK: :[[#@LINE-1]]:12: warning: 'std::shared_future::get' blocks the thread in coroutine 'waits_for_future' [coro-blocking-call]
  co_await save(value);
}

task<> joins_thread() {
  std::thread worker(touch);
  worker.join();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::thread::join' blocks the thread in coroutine 'joins_thread' [coro-blocking-call]
  co_await work();
}

task<> detaches_thread() {
  std::thread(touch).detach();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Files, console, processes, names, sockets
//===----------------------------------------------------------------------===//

task<> reads_with_stdio(const char *path) {
  FILE *file = fopen(path, "r");
  // CHECK: :[[#@LINE-1]]:16: warning: 'fopen' blocks the thread in coroutine 'reads_with_stdio' [coro-blocking-call]
  char buffer[16];
  fread(buffer, 1, sizeof buffer, file);
  // CHECK: :[[#@LINE-1]]:3: warning: 'fread' blocks the thread in coroutine 'reads_with_stdio' [coro-blocking-call]
  fgets(buffer, sizeof buffer, file);
  // CHECK: :[[#@LINE-1]]:3: warning: 'fgets' blocks the thread in coroutine 'reads_with_stdio' [coro-blocking-call]
  co_await work();
}

task<> reads_with_posix(const char *path) {
  int file = open(path, O_RDONLY);
  // CHECK: :[[#@LINE-1]]:14: warning: 'open' blocks the thread in coroutine 'reads_with_posix' [coro-blocking-call]
  char buffer[16];
  read(file, buffer, sizeof buffer);
  // CHECK: :[[#@LINE-1]]:3: warning: 'read' blocks the thread in coroutine 'reads_with_posix' [coro-blocking-call]
  fsync(file);
  // CHECK: :[[#@LINE-1]]:3: warning: 'fsync' blocks the thread in coroutine 'reads_with_posix' [coro-blocking-call]
  co_await work();
}

task<> reads_with_streams(const std::string &path) {
  std::ifstream file(path);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{'.*'}} blocks the thread in coroutine 'reads_with_streams' [coro-blocking-call]
  std::string line;
  std::getline(file, line);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::getline' blocks the thread in coroutine 'reads_with_streams' [coro-blocking-call]
  int number;
  file >> number;
  // CHECK: :[[#@LINE-1]]:3: warning: {{'.*'}} blocks the thread in coroutine 'reads_with_streams' [coro-blocking-call]
  co_await work();
}

task<> reads_the_console() {
  std::string line;
  std::getline(std::cin, line);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::getline' blocks the thread in coroutine 'reads_the_console' [coro-blocking-call]
  int number;
  std::cin >> number;
  // CHECK: :[[#@LINE-1]]:3: warning: {{'.*'}} blocks the thread in coroutine 'reads_the_console' [coro-blocking-call]
  co_await work();
}

task<> runs_processes(int child) {
  system("true");
  // CHECK: :[[#@LINE-1]]:3: warning: 'system' blocks the thread in coroutine 'runs_processes' [coro-blocking-call]
  int status;
  waitpid(child, &status, 0);
  // CHECK: :[[#@LINE-1]]:3: warning: 'waitpid' blocks the thread in coroutine 'runs_processes' [coro-blocking-call]
  co_await work();
}

task<> looks_up_names(const char *host) {
  addrinfo *found;
  getaddrinfo(host, "80", nullptr, &found);
  // CHECK: :[[#@LINE-1]]:3: warning: 'getaddrinfo' blocks the thread in coroutine 'looks_up_names' [coro-blocking-call]
  gethostbyname(host);
  // CHECK: :[[#@LINE-1]]:3: warning: 'gethostbyname' blocks the thread in coroutine 'looks_up_names' [coro-blocking-call]
  co_await work();
}

task<> uses_sockets(int s, const sockaddr *peer, socklen_t size) {
  connect(s, peer, size);
  // CHECK: :[[#@LINE-1]]:3: warning: 'connect' blocks the thread in coroutine 'uses_sockets' [coro-blocking-call]
  char buffer[16];
  recv(s, buffer, sizeof buffer, 0);
  // CHECK: :[[#@LINE-1]]:3: warning: 'recv' blocks the thread in coroutine 'uses_sockets' [coro-blocking-call]
  pollfd one{s, POLLIN, 0};
  poll(&one, 1, 1000);
  // CHECK: :[[#@LINE-1]]:3: warning: 'poll' blocks the thread in coroutine 'uses_sockets' [coro-blocking-call]
  poll(&one, 1, -1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'poll' blocks the thread in coroutine 'uses_sockets' [coro-blocking-call]
  co_await work();
}

task<> polled_before(std::future<int> &future) {
  while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
    co_await work();
  int value = future.get();
  (void)value;
}

task<> no_thread_to_join() {
  std::jthread worker;
  co_await work();
}

task<> not_evaluated() {
  static_assert(!noexcept(std::this_thread::sleep_for(std::chrono::seconds(1))));
  co_await work();
}
