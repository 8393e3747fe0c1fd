// Calls that nobody wrote: special members, defaults, objects that a library
// function makes or destroys.
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
struct Flusher {
  Flusher() = default;
  Flusher(Flusher &&) noexcept;
  ~Flusher() { nap(); }
  int n = 0;
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
// Destructors
//===----------------------------------------------------------------------===//

struct Holder {
  Flusher flusher;
};
struct Derived : Flusher {
  ~Derived() {}
};
struct Implicit : Derived {};
struct Owner {
  std::unique_ptr<Flusher> flusher;
};
struct Shared {
  std::shared_ptr<Flusher> flusher;
};

task<> through_destructors(std::unique_ptr<Flusher> given) {
  
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} blocks the thread in coroutine 'through_destructors' [coro-blocking-call]
  Holder a;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Holder::~Holder' blocks the thread in coroutine 'through_destructors' [coro-blocking-call]
  Derived b;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Derived::~Derived' blocks the thread in coroutine 'through_destructors' [coro-blocking-call]
  Implicit c;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Implicit::~Implicit' blocks the thread in coroutine 'through_destructors' [coro-blocking-call]
  Owner d;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Owner::~Owner' blocks the thread in coroutine 'through_destructors' [coro-blocking-call]
  Shared e;
  Flusher f[2];
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Flusher::~Flusher' blocks the thread in coroutine 'through_destructors' [coro-blocking-call]
  co_await work();
}

task<> through_owners() {
  auto a = std::make_unique<Flusher>();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Flusher::~Flusher' blocks the thread in coroutine 'through_owners' [coro-blocking-call]
  std::unique_ptr<Flusher> b;
  std::unique_ptr<Flusher> c = nullptr;
  std::optional<Flusher> d;
  std::pair<int, Flusher> e;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Flusher::~Flusher' blocks the thread in coroutine 'through_owners' [coro-blocking-call]
  std::tuple<Flusher> f;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Flusher::~Flusher' blocks the thread in coroutine 'through_owners' [coro-blocking-call]
  std::array<Flusher, 2> g;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Flusher::~Flusher' blocks the thread in coroutine 'through_owners' [coro-blocking-call]
  std::vector<Flusher> h;
  co_await work();
}

void consume(std::unique_ptr<Flusher>);

task<std::unique_ptr<Flusher>> given_away() {
  auto a = std::make_unique<Flusher>();
  consume(std::move(a));
  auto b = std::make_unique<Flusher>();
  co_await work();
  co_return b;
}

task<> through_delete(Flusher *flusher) {
  delete flusher;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Flusher::~Flusher' blocks the thread in coroutine 'through_delete' [coro-blocking-call]
  co_await work();
}

task<> field_of_object() {
  Flusher flusher;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Flusher::~Flusher' blocks the thread in coroutine 'field_of_object' [coro-blocking-call]
  use(flusher.n);
  co_await work();
}

//===----------------------------------------------------------------------===//
// Handles to work
//===----------------------------------------------------------------------===//

task<> dropped_future() {
  std::async(touch);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: destroying the result of 'std::async' blocks the thread in coroutine 'dropped_future' [coro-blocking-call]
  (void)std::async(std::launch::async, touch);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: destroying the result of 'std::async' blocks the thread in coroutine 'dropped_future' [coro-blocking-call]
  co_await work();
}

task<> future_until_the_end() {
  auto done = std::async(touch);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: destroying the result of 'std::async' blocks the thread in coroutine 'future_until_the_end' [coro-blocking-call]
  co_await work();
}

task<> future_marked_unused() {
  [[maybe_unused]] auto one = std::async(touch);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: destroying the result of 'std::async' blocks the thread in coroutine 'future_marked_unused' [coro-blocking-call]
  auto two = std::async(touch);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: destroying the result of 'std::async' blocks the thread in coroutine 'future_marked_unused' [coro-blocking-call]
  (void)two;
  co_await work();
}

void keep(std::future<void>);
std::vector<std::future<void>> all;

task<> future_given_away() {
  auto one = std::async(touch);
  keep(std::move(one));
  auto two = std::async(touch);
  all.push_back(std::move(two));
  all.push_back(std::async(touch));
  keep(std::async(touch));
  co_await work();
}

std::future<void> begin() { return std::async(touch); }
std::future<void> begin_named() {
  auto done = std::async(touch);
  return done;
}

task<> future_returned() {
  keep(begin());
  keep(begin_named());
  co_await work();
}

task<> future_asked() {
  auto done = std::async(touch);
  done.get();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::future::get' blocks the thread in coroutine 'future_asked' [coro-blocking-call]
  co_await work();
}

void join_at_end() { std::jthread worker(touch); }
void join_at_once() { std::async(touch); }

task<> through_helpers() {
  join_at_end();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'join_at_end' blocks the thread in coroutine 'through_helpers' [coro-blocking-call]
  join_at_once();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'join_at_once' blocks the thread in coroutine 'through_helpers' [coro-blocking-call]
  co_await work();
}

struct Pool {
  std::jthread worker{touch};
};

task<> through_member() {
  Pool pool;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Pool::~Pool' blocks the thread in coroutine 'through_member' [coro-blocking-call]
  co_await work();
}

task<> detached() {
  std::jthread worker(touch);
  worker.detach();
  std::thread(touch).detach();
  co_await work();
}

std::jthread make_worker() {
  std::jthread worker(touch);
  return worker;
}

task<> returned_thread() {
  all.clear();
  make_worker().detach();
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
