// What looks bound to a thread and is not: objects that are counted, things kept
// in thread-local storage and handed out, identities, sections begun anew.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-thread-bound-across-await %s -- -std=c++20 | %FileCheck %s

#include "../include/task.hpp"

#include <cerrno>
#include <clocale>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct context {
  int value;
};
thread_local context *current;
thread_local int alive;
thread_local std::string spare;
thread_local const char *last;
thread_local std::vector<context *> pool;
thread_local std::map<int, context *> by_number;
thread_local std::unique_ptr<context> owned;
void touch();
bool ready();

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

struct counted {
  counted() { ++alive; }
  counted(const counted &) { ++alive; }
  ~counted() { --alive; }
};
struct message : counted {
  int text = 0;
};

task<> counted_objects() {
  message one;
  auto many = std::make_unique<message>();
  co_await work();
}

/// What is awaited lives through the suspension.
struct sleeper {
  context *before = current;
  explicit sleeper(context *here) { current = here; }
  ~sleeper() { current = before; }
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume() const noexcept;
};

task<> awaited_itself(context *here) { co_await sleeper(here); }

struct buffer {
  std::string text;
  buffer() : text(std::exchange(spare, {})) {}
  ~buffer() { spare = std::move(text); }
};

task<> recycled() {
  buffer mine; // Fine: it took what was there.
  co_await work();
}

struct mark {
  explicit mark(const char *what) { last = what; }
  ~mark() { last = "nothing"; }
};

task<> says_what_was_last() {
  mark here("work");
  co_await work();
}

struct scope {
  context *before = current;
  explicit scope(context *here) { current = here; }
  ~scope() { leave_now(); }
  void leave_now() { current = before; }
  void pause();
};

task<> ended_by_its_own_method(context *here) {
  scope inside(here);
  inside.leave_now();
  co_await work();
}

task<> perhaps_ended(context *here) {
  scope inside(here);
  inside.pause();
  co_await work();
}

struct sometimes {
  context *before = current;
  bool on;
  sometimes(context *here, bool on) : on(on) {
    if (on)
      current = here;
  }
  ~sometimes() {
    if (on)
      current = before;
  }
};

task<> begun_on_a_condition(context *here) {
  sometimes inside(here, false);
  co_await work();
}

reading<scope> enter();

task<> gone_with_its_statement() { (co_await enter()).pause(); }

//===----------------------------------------------------------------------===//
// Storage
//===----------------------------------------------------------------------===//

task<> taken_out_of_a_pool() {
  context *mine = pool.back();
  pool.pop_back();
  co_await work();
  mine->value = 1;
}

task<> looked_up() {
  context *found = by_number.at(1);
  context *first = pool[0];
  co_await work();
  found->value = first->value;
}

task<> released() {
  context *mine = owned.release();
  co_await work();
  delete mine;
}

thread_local constexpr int limit = 7;

task<> the_same_in_every_thread() {
  const int &most = limit;
  co_await work();
  std::printf("%d\n", most);
}

struct loop {
  void post(int);
};
loop &this_loop() {
  thread_local loop mine;
  return mine;
}
event resume_in(loop &);

task<> goes_home() {
  loop &home = this_loop();
  co_await work();
  co_await resume_in(home);
}

task<> posts_home() {
  loop &home = this_loop();
  co_await work();
  home.post(1);
}

task<> tells_objects_apart() {
  void *key = &alive;
  co_await work();
  std::printf("%p\n", key);
}

//===----------------------------------------------------------------------===//
// Sections and errno
//===----------------------------------------------------------------------===//

task<> begun_and_ended_each_time(locale_t mine) {
  while (ready()) {
    locale_t before = uselocale(mine);
    touch();
    uselocale(before);
    co_await work();
  }
}

event read_into(int file, long &count);

task<> asked_for_by_argument(int file) {
  long count = 0;
  std::fopen("name", "r");
  co_await read_into(file, count);
  if (count < 0)
    std::perror("read");
}
