// What is destroyed here, and what its destructor waits for.
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

struct Flusher {
  Flusher() = default;
  Flusher(Flusher &&) noexcept;
  ~Flusher() { nap(); }
  int n = 0;
};

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

task<> through_destructors() {
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

task<> never_started() {
  std::async(std::launch::deferred, touch);
  auto later = std::async(std::launch::deferred, touch);
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

task<> container_of_threads() {
  std::vector<std::jthread> workers;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::jthread::~jthread' blocks the thread in coroutine 'container_of_threads' [coro-blocking-call]
  workers.emplace_back(touch);
  workers.push_back(std::jthread(touch));
  co_await work();
}

void give(std::vector<std::jthread>);

task<> containers_left_alone(std::vector<std::jthread> given) {
  std::vector<std::jthread> empty;
  std::vector<std::jthread> moved;
  moved.emplace_back(touch);
  give(std::move(moved));
  std::vector<std::jthread> detached;
  detached.emplace_back(touch);
  for (auto &worker : detached)
    worker.detach();
  co_await work();
}

/// What initialises a member does not end with the constructor.
struct Server {
  explicit Server(int n) : flusher(std::make_unique<Flusher>()), n(n) {}
  std::unique_ptr<Flusher> flusher;
  int n;
};

void keep(Server *);

task<> made_to_stay() {
  keep(new Server(1));
  co_await work();
}

task<> made_to_end_here() {
  Server server(1);
  // CHECK: :[[#@LINE-1]]:10: warning: {{.*}} blocks the thread in coroutine 'made_to_end_here' [coro-blocking-call]
  // CHECK-NEXT: note: {{.*}} calls
  // CHECK-NEXT: note:
  co_await work();
}
