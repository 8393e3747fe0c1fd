// Member coroutines of objects that die first; attributes that say what a
// result refers to; default arguments.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-dangling-argument %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using corort::task;

task<> work();
std::string name();
void use(int);
void use(const std::string &);

task<> by_reference(const std::string &text);
task<> by_view(std::string_view text);
task<> by_value(std::string text);

class Client {
public:
  explicit Client(std::string host) : host_(std::move(host)) {}
  task<> ping() {
    co_await work();
    use(host_);
  }
  task<> ping_const() const {
    co_await work();
    use(host_);
  }
  task<> declared();
  task<> uses_nothing() { co_await work(); }
  static task<> of_the_class(int id) {
    co_await work();
    use(id);
  }
  task<> copies() { return by_value(host_); }
  task<> hands_on() { return by_reference(host_); }
  task<> operator()(int id) const {
    co_await work();
    use(host_);
    use(id);
  }
  Client &with(int) { return *this; }

private:
  std::string host_;
};

Client connect(const std::string &host);
std::unique_ptr<Client> connect_uniquely();
std::shared_ptr<Client> connect_shared();
Client &instance();

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

task<> temporary_object_stored() {
  auto later = Client("x").ping();
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:16: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
  // CHECK-NEXT: :[[#@LINE-3]]:33: note: the temporary is destroyed at the end of this full-expression
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: the task is used here, after that
}

task<> temporary_object_spawned() {
  corort::spawn(Client("x").ping()).detach();
  // CHECK: :[[#@LINE-1]]:17: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
  co_await work();
}

task<> result_of_call() {
  auto later = connect("x").ping_const();
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:16: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> body_unseen() {
  auto later = connect("x").declared();
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:16: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> returned() {
  return Client("x").ping();
  // CHECK: :[[#@LINE-1]]:10: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> functor() {
  auto later = Client("x")(1);
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:16: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> through_plain_member() {
  auto later = Client("x").hands_on();
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:16: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> temporary_unique_owner() {
  auto later = connect_uniquely()->ping();
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:16: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> object_of_inner_scope() {
  task<> later = work();
  {
    Client client("x");
    later = client.ping();
  }
  co_await std::move(later);
  // CHECK: :[[#@LINE-3]]:13: warning: coroutine keeps a reference to 'client', which dies before the task is awaited [coro-dangling-argument]
}

task<> object_awaited_at_once() {
  co_await Client("x").ping();
  co_await connect("x").ping_const();
  co_await connect_uniquely()->ping();
  co_await corort::spawn(Client("x").ping());
}

task<> object_with_a_name() {
  Client client("x");
  auto later = client.ping();
  co_await std::move(later);
}

task<> object_is_not_used() {
  auto later = Client("x").uses_nothing();
  auto more = Client("x").copies();
  auto most = Client::of_the_class(1);
  co_await std::move(later);
  co_await std::move(more);
  co_await std::move(most);
}

task<> object_of_others(Client &client) {
  corort::spawn(instance().ping()).detach();
  corort::spawn(client.with(1).ping()).detach();
  co_await work();
}

task<> object_that_a_task_owns() {
  corort::spawn([client = Client("x")]() mutable -> task<> {
    co_await client.ping();
  }).detach();
  corort::spawn(
      [](Client client) -> task<> { co_await client.ping(); }(Client("x")))
      .detach();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Default arguments
//===----------------------------------------------------------------------===//

task<> greet(const std::string &whom = "world");
task<> wait(const int &milliseconds = 3);
task<> greet_by_view(std::string_view whom = "world");
task<> greet_by_value(std::string whom = "world");

task<> default_argument_stored() {
  auto later = greet();
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:16: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
  // CHECK-NEXT: :[[#@LINE-9]]:40: note: the temporary is destroyed at the end of this full-expression
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: the task is used here, after that
  // CHECK-NEXT: :[[#@LINE-11]]:33: note: the coroutine keeps 'whom' as the reference that it is declared as
}

task<> default_argument_spawned() {
  corort::spawn(greet()).detach();
  // CHECK: :[[#@LINE-1]]:17: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
  co_await work();
}

task<> default_number() {
  auto later = wait();
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:16: warning: coroutine keeps a reference to a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> default_argument_awaited() {
  co_await greet();
  co_await wait();
}

task<> default_argument_kept() {
  corort::spawn(greet_by_view()).detach();
  corort::spawn(greet_by_value()).detach();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

std::string_view trim(std::string_view text [[clang::lifetimebound]]);
const std::string &longer(const std::string &a [[clang::lifetimebound]],
                          const std::string &b [[clang::lifetimebound]]);
std::string_view known_view(const std::string &key);

struct Text {
  std::string_view view() const [[clang::lifetimebound]];
  std::string_view other() const;
  std::string characters;
};
Text text();

task<> lifetimebound_view() {
  auto later = by_view(trim(name()));
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:24: warning: coroutine keeps a view of a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> lifetimebound_reference(const std::string &other) {
  auto later = by_reference(longer(other, "x"));
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:29: warning: coroutine keeps a reference to a temporary 'std::string', which dies at the end of the statement [coro-dangling-argument]
}

task<> lifetimebound_method() {
  auto later = by_view(text().view());
  co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:24: warning: coroutine keeps a view of a temporary '{{[^']+}}', which dies at the end of the statement [coro-dangling-argument]
}

task<> lifetimebound_of_local() {
  const Text kept = text();
  std::string local = name();
  auto later = by_view(kept.view());
  auto more = by_view(trim(local));
  co_await std::move(later);
  co_await std::move(more);
}

/// What they return may be in a table that lives on.
task<> no_attribute() {
  auto later = by_view(known_view("x"));
  auto more = by_view(text().other());
  co_await std::move(later);
  co_await std::move(more);
}

[[clang::coro_disable_lifetimebound]] task<>
copies_first(const std::string &text);
task<> only_while_called(const std::string &text __attribute__((noescape)));

task<> lifetimebound_disabled() {
  auto later = copies_first("x");
  corort::spawn(copies_first(name())).detach();
  co_await std::move(later);
}

task<> parameter_does_not_escape() {
  auto later = only_while_called("x");
  co_await std::move(later);
}
