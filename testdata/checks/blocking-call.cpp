// Calls that block the thread of the coroutine that makes them, and calls that
// only look like it.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <future>
#include <iostream>
#include <memory>
#include <mutex>
#include <poll.h>
#include <semaphore>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

std::mutex m;
std::counting_semaphore<4> semaphore(4);

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

/// An option asks for these.
task<> prints_to_the_console() {
  std::printf("%d\n", 1);
  std::puts("x");
  std::cout << 1 << '\n';
  co_await work();
}

task<> yields_the_thread() {
  std::this_thread::yield();
  co_await work();
}

task<> prints_to_memory(char *buffer) {
  snprintf(buffer, 8, "%d", 1);
  co_await work();
}
