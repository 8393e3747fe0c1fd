// Suggestions: parameters that refer to what is gone are taken by value.
//
// RUN: %corolint check --format=json --exit-zero --checks=coro-dangling-argument %s -- -std=c++20 %runtime | %FileCheck --implicit-check-not=title %s

#include "corort/corort.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using corort::task;

task<> work();
void use(std::string_view);
std::string make();

//===----------------------------------------------------------------------===//
// By value
//===----------------------------------------------------------------------===//

task<> declared_before(const std::string &text);

task<> declared_before(const std::string &text) {
  co_await work();
  use(text);
}

task<> all_declarations() {
  task<> later = declared_before(make());
  // CHECK: "message": "coroutine keeps a reference to a temporary '{{.*}}', which dies at the end of the statement",
  // CHECK: "title": "take 'text' by value",
  // CHECK: "replacement": "std::string "
  // CHECK: "replacement": "std::string "
  co_await std::move(later);
}

task<> qualified_behind(std::vector<int> const &numbers) {
  co_await work();
  use(std::to_string(numbers.size()));
}

task<> another_spelling() {
  task<> later = qualified_behind({1, 2});
  // CHECK: "message": "coroutine keeps a reference to a temporary '{{.*}}', which dies at the end of the statement",
  // CHECK: "title": "take 'numbers' by value",
  // CHECK: "replacement": "std::vector<int> "
  co_await std::move(later);
}

task<> takes_temporaries(std::string &&gone) {
  co_await work();
  use(gone);
}

task<> rvalue_reference() {
  task<> later = takes_temporaries(make());
  // CHECK: "message": "coroutine keeps a reference to a temporary '{{.*}}', which dies at the end of the statement",
  // CHECK: "title": "take 'gone' by value",
  // CHECK: "replacement": "std::string "
  co_await std::move(later);
}

task<> takes_a_view(std::string_view view) {
  co_await work();
  use(view.substr(1));
}

task<> view_of_a_temporary() {
  task<> later = takes_a_view(make());
  // CHECK: "message": "coroutine keeps a view of a temporary '{{.*}}', which dies at the end of the statement",
  // CHECK: "title": "take 'view' as 'std::string'",
  // CHECK: "replacement": "std::string"
  co_await std::move(later);
}

//===----------------------------------------------------------------------===//
// None
//===----------------------------------------------------------------------===//

/// Somebody else can call it with a view only.
task<> also_given_a_view(std::string_view view) {
  co_await work();
  use(view);
}

task<> another_caller(std::string_view view) {
  co_await also_given_a_view(view);
  task<> later = also_given_a_view(make());
  // CHECK: "message": "coroutine keeps a view of a temporary '{{.*}}', which dies at the end of the statement",
  co_await std::move(later);
}

/// What only a view can do.
task<> shortens_it(std::string_view view) {
  co_await work();
  view.remove_prefix(1);
  use(view);
}

task<> a_method_of_views() {
  task<> later = shortens_it(make());
  // CHECK: "message": "coroutine keeps a view of a temporary '{{.*}}', which dies at the end of the statement",
  co_await std::move(later);
}

struct Base {
  virtual ~Base() = default;
  virtual task<> run(const std::string &text) {
    co_await work();
    use(text);
  }
};

task<> overridden(Base &base) {
  task<> later = base.run(make());
  // CHECK: "message": "coroutine keeps a reference to a temporary '{{.*}}', which dies at the end of the statement",
  co_await std::move(later);
}

template <class T> task<> pattern(const T &value) {
  co_await work();
  use(value);
}

task<> of_a_template() {
  task<> later = pattern(make());
  // CHECK: "message": "coroutine keeps a reference to a temporary '{{.*}}', which dies at the end of the statement",
  co_await std::move(later);
}

task<> overloaded(const std::string &text) {
  co_await work();
  use(text);
}
task<> overloaded(std::string &&text);

task<> would_clash() {
  task<> later = overloaded(static_cast<const std::string &>(make()));
  // CHECK: "message": "coroutine keeps a reference to a temporary '{{.*}}', which dies at the end of the statement",
  co_await std::move(later);
}
