// errno is read after a suspension.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-thread-bound-across-await %s -- -std=c++20 | %FileCheck %s

#include "../include/task.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

void log(const char *);
void log(int);
reading<int> connect_to(const char *);

task<int> read_after() {
  int fd = ::open("a", O_RDONLY);
  if (fd < 0) {
    co_await work();
    co_return errno;
    // CHECK: :[[#@LINE-1]]:15: warning: 'errno' is read after the coroutine suspends [coro-thread-bound-across-await]
    // CHECK-NEXT: :[[#@LINE-5]]:12: note: 'open' sets it here
    // CHECK-NEXT: :[[#@LINE-4]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-4]]:15: note: each thread has its own errno, and whatever runs in the meantime changes it; keep its value before suspending
  }
  co_return 0;
}

task<> in_an_error_code() {
  if (::unlink("a") != 0) {
    co_await work();
    throw std::system_error(errno, std::generic_category());
    // CHECK: :[[#@LINE-1]]:29: warning: 'errno' is read after the coroutine suspends [coro-thread-bound-across-await]
    // CHECK-NEXT: :[[#@LINE-4]]:7: note: 'unlink' sets it here
    // CHECK-NEXT: :[[#@LINE-4]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-4]]:29: note: each thread has its own errno, and whatever runs in the meantime changes it; keep its value before suspending
  }
}

task<> by_perror() {
  FILE *f = std::fopen("a", "r");
  co_await work();
  if (!f)
    std::perror("a");
    // CHECK: :[[#@LINE-1]]:5: warning: 'errno' is read after the coroutine suspends [coro-thread-bound-across-await]
    // CHECK-NEXT: :[[#@LINE-5]]:13: note: 'fopen' sets it here
    // CHECK-NEXT: :[[#@LINE-5]]:3: note: suspends here
    // CHECK-NEXT: :[[#@LINE-4]]:5: note: each thread has its own errno, and whatever runs in the meantime changes it; keep its value before suspending
}

task<> by_strerror() {
  long n = std::strtol("1", nullptr, 10);
  co_await work();
  if (n == 0)
    log(std::strerror(errno));
    // CHECK: :[[#@LINE-1]]:23: warning: 'errno' is read after the coroutine suspends [coro-thread-bound-across-await]
    // CHECK-NEXT: :[[#@LINE-5]]:12: note: 'strtol' sets it here
    // CHECK-NEXT: :[[#@LINE-5]]:3: note: suspends here
    // CHECK-NEXT: :[[#@LINE-4]]:23: note: each thread has its own errno, and whatever runs in the meantime changes it; keep its value before suspending
}

#define CHECK(Result) ((Result) < 0 ? log(errno) : log(0))

task<> by_macro() {
  int n = ::close(1);
  co_await work();
  CHECK(n);
  // CHECK: :[[#@LINE-1]]:3: warning: 'errno' is read after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-4]]:11: note: 'close' sets it here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: each thread has its own errno, and whatever runs in the meantime changes it; keep its value before suspending
}

task<> after_two_suspensions() {
  ::close(1);
  co_await work();
  co_await save(1);
  log(errno);
  // CHECK: :[[#@LINE-1]]:7: warning: 'errno' is read after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-5]]:3: note: 'close' sets it here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:7: note: each thread has its own errno, and whatever runs in the meantime changes it; keep its value before suspending
}

task<> saved() {
  int fd = ::open("a", O_RDONLY);
  int error = errno;
  co_await work();
  if (fd < 0)
    log(error);
}

task<> read_before() {
  int fd = ::open("a", O_RDONLY);
  if (fd < 0)
    log(errno);
  co_await work();
}

task<> set_again() {
  ::open("a", O_RDONLY);
  co_await work();
  if (::open("b", O_RDONLY) < 0)
    log(errno);
}

task<> cleared() {
  ::close(1);
  co_await work();
  errno = 0;
  log(errno);
}

task<> another_call_in_between() {
  ::close(1);
  co_await work();
  log("closed");
  log(errno);
}

task<> the_awaited_can_set_it() {
  ::close(1);
  if (co_await connect_to("a") < 0)
    log(errno);
}

task<> nothing_set_it() {
  co_await work();
  log(errno);
}

task<> on_another_path() {
  int n = ::close(1);
  if (n == 0)
    co_await work();
  else
    log(errno);
}

task<> around_a_loop() {
  char c;
  for (;;) {
    long n = ::read(0, &c, 1);
    if (n < 0 && errno == EAGAIN) {
      co_await work();
      continue;
    }
    co_return;
  }
}

task<> pure_functions_do_not_set_it(const char *text) {
  log(static_cast<int>(std::strlen(text)));
  co_await work();
  log(errno);
}
