// Calls that block the thread of the coroutine that makes them.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <barrier>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <future>
#include <iostream>
#include <latch>
#include <mutex>
#include <netdb.h>
#include <poll.h>
#include <semaphore>
#include <sstream>
#include <string>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

bool ready();
void touch();

//===----------------------------------------------------------------------===//
// Sleep
//===----------------------------------------------------------------------===//

task<> sleeps_for() {
  std::this_thread::sleep_for(10ms);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'sleeps_for' [coro-blocking-call]
  co_await work();
}

task<> sleeps_until() {
  std::this_thread::sleep_until(std::chrono::steady_clock::now() + 10ms);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_until' blocks the thread in coroutine 'sleeps_until' [coro-blocking-call]
  co_await work();
}

task<> sleeps_by_using() {
  using std::this_thread::sleep_for;
  sleep_for(10ms);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'sleeps_by_using' [coro-blocking-call]
  co_await work();
}

task<> sleeps_by_alias() {
  namespace here = std::this_thread;
  here::sleep_for(10ms);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'sleeps_by_alias' [coro-blocking-call]
  co_await work();
}

task<> sleeps_in_posix() {
  ::sleep(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'sleep' blocks the thread in coroutine 'sleeps_in_posix' [coro-blocking-call]
  usleep(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'usleep' blocks the thread in coroutine 'sleeps_in_posix' [coro-blocking-call]
  timespec t{1, 0};
  nanosleep(&t, nullptr);
  // CHECK: :[[#@LINE-1]]:3: warning: 'nanosleep' blocks the thread in coroutine 'sleeps_in_posix' [coro-blocking-call]
  co_await work();
}

#define NAP() std::this_thread::sleep_for(1ms)

task<> sleeps_in_macro() {
  NAP();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'sleeps_in_macro' [coro-blocking-call]
  co_await work();
}

stream<int> sleeps_between_yields() {
  co_yield 1;
  std::this_thread::sleep_for(10ms);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'sleeps_between_yields' [coro-blocking-call]
  co_yield 2;
}

eager<> sleeps_in_eager_task() {
  std::this_thread::sleep_for(10ms);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'sleeps_in_eager_task' [coro-blocking-call]
  co_await work();
}

task<int> sleeps_without_an_await() {
  std::this_thread::sleep_for(10ms);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'sleeps_without_an_await' [coro-blocking-call]
  co_return 1;
}

template <class Duration> task<> sleeps_in_template(Duration time) {
  std::this_thread::sleep_for(time);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'sleeps_in_template' [coro-blocking-call]
  co_await work();
}

template task<> sleeps_in_template(std::chrono::seconds);
template task<> sleeps_in_template(std::chrono::milliseconds);

struct Service {
  task<> sleeps_in_member() {
    std::this_thread::sleep_for(10ms);
    // CHECK: :[[#@LINE-1]]:5: warning: '{{.*}}sleep_for' blocks the thread in coroutine '{{(Service::)?}}sleeps_in_member' [coro-blocking-call]
    co_await work();
  }
};

void sleeps_in_lambda() {
  auto run = []() -> task<> {
    std::this_thread::sleep_for(10ms);
    // CHECK: :[[#@LINE-1]]:5: warning: 'std::this_thread::sleep_for' blocks the thread in {{.*}} [coro-blocking-call]
    co_await work();
  };
  (void)run;
}

//===----------------------------------------------------------------------===//
// Where the call stands
//===----------------------------------------------------------------------===//

task<> in_each_place() {
  if (getchar() == 'y')
    // CHECK: :[[#@LINE-1]]:7: warning: 'getchar' blocks the thread in coroutine 'in_each_place' [coro-blocking-call]
    sleep(1);
  // CHECK: :[[#@LINE-1]]:5: warning: 'sleep' blocks the thread in coroutine 'in_each_place' [coro-blocking-call]
  for (int i = 0; i < 3; ++i)
    sleep(1);
  // CHECK: :[[#@LINE-1]]:5: warning: 'sleep' blocks the thread in coroutine 'in_each_place' [coro-blocking-call]
  int left = ready() ? sleep(1) : 0;
  // CHECK: :[[#@LINE-1]]:24: warning: 'sleep' blocks the thread in coroutine 'in_each_place' [coro-blocking-call]
  try {
    sleep(1);
    // CHECK: :[[#@LINE-1]]:5: warning: 'sleep' blocks the thread in coroutine 'in_each_place' [coro-blocking-call]
  } catch (...) {
    sleep(1);
    // CHECK: :[[#@LINE-1]]:5: warning: 'sleep' blocks the thread in coroutine 'in_each_place' [coro-blocking-call]
  }
  co_await save(sleep(1));
  // CHECK: :[[#@LINE-1]]:17: warning: 'sleep' blocks the thread in coroutine 'in_each_place' [coro-blocking-call]
  (void)left;
}

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

task<> waits_for_future(std::future<int> future, std::shared_future<int> shared) {
  future.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::future::wait' blocks the thread in coroutine 'waits_for_future' [coro-blocking-call]
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

//===----------------------------------------------------------------------===//
// Near misses
//===----------------------------------------------------------------------===//

void not_a_coroutine() { std::this_thread::sleep_for(10ms); }

/// Runs where it is pulled, like a plain function.
generator<std::string> lines_of(const std::string &path) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line))
    co_yield line;
}

task<> only_defines_a_lambda() {
  auto nap = [] { std::this_thread::sleep_for(10ms); };
  (void)nap;
  co_await work();
}

task<> only_defines_a_class() {
  struct Local {
    void nap() { std::this_thread::sleep_for(10ms); }
  };
  co_await work();
}

task<> hands_it_to_a_thread() {
  std::thread([] { std::this_thread::sleep_for(10ms); }).detach();
  co_await work();
}

task<> names_it_unevaluated() {
  using Result = decltype(std::this_thread::sleep_for(10ms));
  static_assert(sizeof(Result *) > 0 && sizeof(getchar()) > 0);
  static_assert(noexcept(ready()) || !noexcept(sleep(1)) || true);
  co_await work();
}

task<> names_it_only() {
  unsigned (*pointer)(unsigned) = &sleep;
  (void)pointer;
  co_await work();
}

task<> dead_branch() {
  if constexpr (false)
    std::this_thread::sleep_for(10ms);
  if (false)
    sleep(1);
  co_await work();
}

task<> after_the_end() {
  co_return;
  sleep(1);
}

task<> in_memory_streams(const std::string &text) {
  std::istringstream in(text);
  std::string word;
  in >> word;
  std::getline(in, word);
  std::stringstream both;
  both << word;
  std::ostringstream out;
  out << word;
  co_await work();
}

task<> in_memory_through_base(std::istringstream &text) {
  std::string line;
  while (std::getline(text, line))
    touch();
  co_await work();
}

task<> does_not_wait(int s, std::future<int> future) {
  char buffer[16];
  recv(s, buffer, sizeof buffer, MSG_DONTWAIT);
  send(s, buffer, sizeof buffer, MSG_DONTWAIT | MSG_NOSIGNAL);
  pollfd one{s, POLLIN, 0};
  poll(&one, 1, 0);
  int status;
  waitpid(-1, &status, WNOHANG);
  (void)semaphore.try_acquire_for(0s);
  if (future.wait_for(0s) == std::future_status::ready)
    co_await save(future.get());
  if (future.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
    touch();
  if (future.wait_for(std::chrono::milliseconds::zero()) ==
      std::future_status::ready)
    touch();
}

task<> takes_a_short_lock() {
  {
    std::lock_guard lock(m);
    touch();
  }
  m.lock();
  m.unlock();
  co_await work();
}

struct Timer {
  event sleep(int);
  event sleep_for(int);
  event wait();
  event join();
  reading<int> get();
  event read(char *);
};

task<> awaits_look_alikes(Timer timer) {
  co_await timer.sleep(1);
  co_await timer.sleep_for(1);
  co_await timer.wait();
  co_await timer.join();
  co_await timer.get();
  co_await timer.read(nullptr);
}

namespace animals {
void sleep(int);
struct bear {
  void wait();
  void join(bear &);
  int get();
};
} // namespace animals

task<> only_a_name(animals::bear &bear) {
  animals::sleep(1);
  bear.wait();
  bear.join(bear);
  bear.get();
  co_await work();
}

task<> smart_pointer_get(std::unique_ptr<int> pointer) {
  co_await save(*pointer.get());
}

task<> yields_the_thread() {
  std::this_thread::yield();
  co_await work();
}

task<> prints_to_memory(char *buffer) {
  snprintf(buffer, 8, "%d", 1);
  co_await work();
}
