// Calls that nobody wrote: constructors, defaults, objects that a library
// function makes; and calls that are not made.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <array>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

bool ready();
void touch();
void use(int);
void nap() { std::this_thread::sleep_for(10ms); }
int slow() {
  nap();
  return 1;
}

struct Slow {
  Slow() { nap(); }
  explicit Slow(int) {}
};

//===----------------------------------------------------------------------===//
// Constructors
//===----------------------------------------------------------------------===//

struct Default {
  int value = slow();
};
struct Member {
  Slow slow;
};
struct Base : Slow {};
struct Deep {
  Member member;
  int count = 0;
};
struct Defaulted {
  Defaulted() = default;
  Slow slow;
};
struct Quick {
  Slow slow{1};
  int value = 2;
};
struct Aggregate {
  int first;
  int second = slow();
};
struct Initialised {
  Initialised() : value(slow()) {}
  explicit Initialised(int v) : value(v) {}
  int value;
};
struct DefaultedInside {
  DefaultedInside() {}
  int value = slow();
};

task<> through_constructors() {
  Default a;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Default' blocks the thread in coroutine 'through_constructors' [coro-blocking-call]
  Member b;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Member' blocks the thread in coroutine 'through_constructors' [coro-blocking-call]
  Base c;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Base' blocks the thread in coroutine 'through_constructors' [coro-blocking-call]
  Deep d;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Deep' blocks the thread in coroutine 'through_constructors' [coro-blocking-call]
  Defaulted e;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Defaulted' blocks the thread in coroutine 'through_constructors' [coro-blocking-call]
  Quick f;
  Aggregate g{1};
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'slow' blocks the thread in coroutine 'through_constructors' [coro-blocking-call]
  Aggregate h{1, 2};
  Initialised i;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Initialised' blocks the thread in coroutine 'through_constructors' [coro-blocking-call]
  Initialised j(1);
  DefaultedInside k;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'DefaultedInside' blocks the thread in coroutine 'through_constructors' [coro-blocking-call]
  Slow many[3];
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'through_constructors' [coro-blocking-call]
  co_await work();
}

task<> through_new() {
  auto *a = new Slow;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Slow' blocks the thread in coroutine 'through_new' [coro-blocking-call]
  auto *b = new Slow(1);
  auto *c = new Default();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Default' blocks the thread in coroutine 'through_new' [coro-blocking-call]
  delete a;
  delete b;
  delete c;
  co_await work();
}

task<> through_library() {
  auto a = std::make_unique<Slow>();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Slow' blocks the thread in coroutine 'through_library' [coro-blocking-call]
  auto b = std::make_shared<Slow>();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Slow' blocks the thread in coroutine 'through_library' [coro-blocking-call]
  auto c = std::make_unique<Slow>(1);
  std::optional<Slow> d;
  d.emplace();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Slow' blocks the thread in coroutine 'through_library' [coro-blocking-call]
  d.emplace(1);
  std::vector<Slow> e;
  e.emplace_back();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Slow' blocks the thread in coroutine 'through_library' [coro-blocking-call]
  e.emplace_back(1);
  auto f = std::make_unique<Default>();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Default' blocks the thread in coroutine 'through_library' [coro-blocking-call]
  auto g = std::make_unique<Quick>();
  std::optional<Slow> h(std::in_place);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Slow' blocks the thread in coroutine 'through_library' [coro-blocking-call]
  co_await work();
}

struct Converted {
  Converted(int) { nap(); }
};
void take(const Converted &);

task<> through_conversion() {
  take(1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Converted' blocks the thread in coroutine 'through_conversion' [coro-blocking-call]
  Converted value = 2;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Converted' blocks the thread in coroutine 'through_conversion' [coro-blocking-call]
  co_await work();
}

struct WithStatic {
  static int &count() {
    static int value = slow();
    return value;
  }
};

task<> through_static_local() {
  static int local = slow();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'slow' blocks the thread in coroutine 'through_static_local' [coro-blocking-call]
  use(WithStatic::count());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'WithStatic::count' blocks the thread in coroutine 'through_static_local' [coro-blocking-call]
  use(local);
  co_await work();
}

struct Argument {
  explicit Argument(int value = slow());
};
void nested(Argument argument = Argument());

task<> through_default_arguments() {
  Argument a;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'slow' blocks the thread in coroutine 'through_default_arguments' [coro-blocking-call]
  Argument b(1);
  nested();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'slow' blocks the thread in coroutine 'through_default_arguments' [coro-blocking-call]
  nested(b);
  co_await work();
}

std::pair<int, int> both() {
  nap();
  return {};
}

task<> structured_binding() {
  auto [a, b] = both();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'both' blocks the thread in coroutine 'structured_binding' [coro-blocking-call]
  use(a + b);
  co_await work();
}

//===----------------------------------------------------------------------===//
// Not on the way
//===----------------------------------------------------------------------===//

[[noreturn]] void fail();
[[noreturn]] void give_up() {
  nap();
  std::terminate();
}

task<> before_the_end_of_the_program() {
  if (ready()) {
    nap();
    fail();
  }
  if (!ready())
    give_up();
  co_await work();
}

task<> unless_it_ends() {
  nap();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'unless_it_ends' [coro-blocking-call]
  if (ready())
    fail();
  co_await work();
}

task<> forever() {
  for (;;) {
    nap();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'forever' [coro-blocking-call]
    co_await work();
  }
}

template <class T> task<> where_it_matters(T value) {
  if constexpr (sizeof(T) > 100)
    nap();
  co_await save(int(value));
}
template task<> where_it_matters(int);

task<> not_evaluated() {
  using Type = decltype(slow());
  static_assert(sizeof(slow()) == sizeof(Type));
  static_assert(!noexcept(slow()));
  co_await work();
}

task<> in_handler() {
  try {
    touch();
  } catch (...) {
    nap();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'nap' blocks the thread in coroutine 'in_handler' [coro-blocking-call]
  }
  co_await work();
}
