// Tasks compared, printed and converted, where their types let that compile.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-task-as-value %s -- -std=c++20 | %FileCheck %s

#include "../include/task.hpp"

#include <compare>
#include <cstdio>
#include <iostream>
#include <ostream>
#include <string>
#include <utility>

/// Converts to bool without being asked.
template <class T> struct loose {
  struct promise_type {
    loose get_return_object();
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_value(T);
    void unhandled_exception();
  };
  operator bool() const noexcept { return frame != nullptr; }
  reading<T> operator co_await() const noexcept;
  std::coroutine_handle<promise_type> frame;
};

template <class T> struct loose_bool_result;

loose<int> count();
loose<bool> allowed();
task<int> fetch();
task<std::string> name();
task<> flush();
void touch();
void check(bool ok);
void note(int number);

loose<int> converted() {
  bool ok = allowed();
  // CHECK: :[[#@LINE-1]]:13: warning: the 'loose<bool>' of 'allowed' is tested without being awaited [coro-task-as-value]
  const int n = count();
  // CHECK: :[[#@LINE-1]]:17: warning: the 'loose<int>' of 'count' is used as a number without being awaited [coro-task-as-value]
  if (count() == 3)
    // CHECK: :[[#@LINE-1]]:7: warning: the 'loose<int>' of 'count' is compared without being awaited [coro-task-as-value]
    touch();
  if (3 < count())
    // CHECK: :[[#@LINE-1]]:11: warning: the 'loose<int>' of 'count' is compared without being awaited [coro-task-as-value]
    touch();
  const int sum = 1 + count();
  // CHECK: :[[#@LINE-1]]:23: warning: the 'loose<int>' of 'count' is used as a number without being awaited [coro-task-as-value]
  std::cout << count() << '\n';
  // CHECK: :[[#@LINE-1]]:16: warning: the 'loose<int>' of 'count' is printed without being awaited [coro-task-as-value]
  check(allowed());
  // CHECK: :[[#@LINE-1]]:9: warning: the 'loose<bool>' of 'allowed' is tested without being awaited [coro-task-as-value]
  note(count());
  // CHECK: :[[#@LINE-1]]:8: warning: the 'loose<int>' of 'count' is used as a number without being awaited [coro-task-as-value]
  switch (count()) {
    // CHECK: :[[#@LINE-1]]:11: warning: the 'loose<int>' of 'count' is {{.*}}
  default:
    break;
  }
  std::printf("%d\n", count());
  // CHECK: :[[#@LINE-1]]:23: warning: the 'loose<int>' of 'count' is passed to 'printf' without being awaited [coro-task-as-value]
  co_return count();
  // CHECK: :[[#@LINE-1]]:13: warning: the 'loose<int>' of 'count' is {{.*}} without being awaited [coro-task-as-value]
}

loose<int> near_misses(loose<int> *other) {
  const int n = co_await count();
  if (co_await count() == 3)
    touch();
  std::cout << co_await count() << '\n';
  if (other)
    note(n + co_await *other);
  co_return co_await count();
}

namespace printing {

/// Anything, in whatever way.
template <class T> std::ostream &operator<<(std::ostream &out, const T &);
template <class T, class U> bool operator==(const T &, const U &);

task<> generic_operators(task<int> given) {
  std::cout << fetch();
  // CHECK: :[[#@LINE-1]]:16: warning: the 'task<int>' of 'fetch' is printed without being awaited [coro-task-as-value]
  if (fetch() == 3)
    // CHECK: :[[#@LINE-1]]:7: warning: the 'task<int>' of 'fetch' is compared without being awaited [coro-task-as-value]
    touch();
  if (name() != "x")
    // CHECK: :[[#@LINE-1]]:7: warning: the 'task<{{.*}}>' of 'name' is compared without being awaited [coro-task-as-value]
    touch();
  auto t = fetch();
  if (t == 3)
    // CHECK: :[[#@LINE-1]]:7: warning: 't' is compared without being awaited: it is a 'task<int>', not its result [coro-task-as-value]
    touch();
  co_await t;
  if (given == t)
    touch();
}

} // namespace printing

namespace combining {

/// Awaitables have operators that make awaitables.
template <class T> task<> operator&&(task<T>, task<T>);
template <class T> task<> operator||(task<T>, task<T>);
template <class T> task<bool> operator==(const task<T> &, int);
/// A group that tasks are put into.
struct group {};
template <class T> group &operator<<(group &, task<T>);

task<> near_misses(group &all) {
  co_await (fetch() && fetch());
  co_await (fetch() || fetch());
  const bool same = co_await (fetch() == 3);
  all << fetch() << fetch();
}

} // namespace combining

/// Optional values that coroutines return: to be tested is what they are for.
template <class T> struct maybe {
  struct promise_type {
    maybe get_return_object();
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_value(T);
    void unhandled_exception();
  };
  explicit operator bool() const noexcept;
  const T &operator*() const;
  reading<T> operator co_await() const noexcept;
};

/// Runs at once; a test says whether it could be started.
template <class T = void> struct running {
  struct promise_type {
    running get_return_object();
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_value(T);
    void unhandled_exception();
  };
  explicit operator bool() const noexcept { return frame != nullptr; }
  reading<T> operator co_await() const noexcept;
  std::coroutine_handle<promise_type> frame;
};
template <> struct running<void> {
  struct promise_type {
    running get_return_object();
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    void return_void();
    void unhandled_exception();
  };
  explicit operator bool() const noexcept { return frame != nullptr; }
  reading<void> operator co_await() const noexcept;
  std::coroutine_handle<promise_type> frame;
};

maybe<int> find();
running<> launch();
running<bool> launched();

void other_types() {
  if (find())
    touch();
  if (auto found = find())
    note(*found);
  if (!launch())
    touch();
  if (launched())
    // CHECK: :[[#@LINE-1]]:7: warning: the 'running<bool>' of 'launched' is tested without being awaited [coro-task-as-value]
    touch();
}

/// Takes anything to write it down.
struct logger {
  template <class T> logger &operator<<(const T &value);
};

/// Takes tasks over.
struct nursery {
  template <class T> nursery &operator<<(T &&value);
};

void into_objects(logger &log, nursery &all) {
  log << "count " << fetch();
  // CHECK: :[[#@LINE-1]]:22: warning: the 'task<int>' of 'fetch' is printed without being awaited [coro-task-as-value]
  all << fetch();
  auto t = fetch();
  log << t;
  all << std::move(t);
}

/// What tests of a task library look like.
struct decomposer {
  template <class T> bool operator<<(const T &operand);
};

void tests_of_tasks() {
  auto valid = fetch();
  (void)static_cast<bool>(valid);
  auto empty = fetch();
  (void)bool(empty);
  auto nothing = flush();
  if (nothing)
    touch();
  auto shown = fetch();
  decomposer() << shown;
  decomposer() << fetch();
}
