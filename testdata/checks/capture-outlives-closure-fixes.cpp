// Suggestions: captures become parameters, or the coroutine keeps the closure.
//
// RUN: %corolint check --format=json --exit-zero --checks=coro-capture-outlives-closure %s -- -std=c++20 %runtime | %FileCheck --implicit-check-not=title %s
// RUN: %corolint check --format=json --exit-zero --checks=coro-capture-outlives-closure %s -- -std=c++23 %runtime | %FileCheck --check-prefix=CXX23 %s

#include "corort/corort.hpp"

#include <memory>
#include <string>
#include <utility>

using corort::task;

task<> work();
void use(int);
void use(const std::string &);

//===----------------------------------------------------------------------===//
// Called where it is made
//===----------------------------------------------------------------------===//

void by_value(int number) {
  corort::spawn([number]() -> task<> {
    use(number);
    co_return;
  }()).detach();
  // CHECK: "message": "coroutine reads its captures from this lambda, which dies before the coroutine ends",
  // CHECK: "title": "pass the captures as parameters",
  // CHECK: "replacement": "[]"
  // CHECK: "replacement": "int number"
  // CHECK: "replacement": "number"
  // CXX23: "title": "pass the captures as parameters",
  // CXX23: "title": "let the coroutine keep a copy of the closure with 'this auto'",
  // CXX23: "replacement": "this auto"
}

void beside_parameters(std::string text) {
  corort::spawn([text, twice = 2](int number) -> task<> {
    use(text);
    use(number * twice);
    co_return;
  }(1)).detach();
  // CHECK: "message": "coroutine reads its captures from this lambda, which dies before the coroutine ends",
  // CHECK: "title": "pass the captures as parameters",
  // CHECK: "replacement": "[]"
  // CHECK: "replacement": "std::string text, int twice, "
  // CHECK: "replacement": "text, 2, "
  // CXX23: "title": "pass the captures as parameters",
  // CXX23: "title": "let the coroutine keep a copy of the closure with 'this auto'",
  // CXX23: "replacement": "this auto, "
}

void moved(std::unique_ptr<int> owner) {
  corort::spawn([owner = std::move(owner)]() -> task<> {
    use(*owner);
    co_return;
  }()).detach();
  // CHECK: "message": "coroutine reads its captures from this lambda, which dies before the coroutine ends",
  // CHECK: "title": "pass the captures as parameters",
  // CHECK: "replacement": "auto owner"
  // CHECK: "replacement": "std::move(owner)"
  // CXX23: "title": "pass the captures as parameters",
  // CXX23-NOT: this auto
}

/// The caller's own lives on.
task<> awaited_later(std::string &text) {
  task<> later = [&text]() -> task<> {
    use(text);
    co_return;
  }();
  // CHECK: "message": "coroutine reads its captures from this lambda, which dies before the coroutine ends",
  // CHECK: "title": "pass the captures as parameters",
  // CHECK: "replacement": "std::string &text"
  // CHECK: "replacement": "text"
  // CXX23: "title": "pass the captures as parameters",
  co_await std::move(later);
}

/// What is captured dies as well.
void by_reference() {
  std::string text = "x";
  corort::spawn([&]() -> task<> {
    use(text);
    co_return;
  }()).detach();
  // CHECK: "message": "coroutine reads its captures from this lambda, which dies before the coroutine ends",
  // CHECK: "title": "pass the captures as parameters",
  // CHECK: "replacement": "std::string text"
  // CHECK: "replacement": "std::move(text)"
  // CXX23: "title": "pass the captures as parameters",
}

class Session {
public:
  void start() {
    corort::spawn([this]() -> task<> {
      use(this->name_);
      co_return;
    }()).detach();
    // CHECK: "message": "coroutine reads its captures from this lambda, which dies before the coroutine ends",
    // CHECK: "title": "pass the captures as parameters",
    // CHECK: "replacement": "[]"
    // CHECK: "replacement": "Session *self"
    // CHECK: "replacement": "self"
    // CHECK: "replacement": "this"
    // CXX23: "title": "pass the captures as parameters",
    // CXX23: "title": "let the coroutine keep a copy of the closure with 'this auto'",
  }

private:
  std::string name_;
};

//===----------------------------------------------------------------------===//
// None in C++20
//===----------------------------------------------------------------------===//

class Implicit {
public:
  void start() {
    corort::spawn([this]() -> task<> {
      use(name_);
      co_return;
    }()).detach();
    // CHECK: "message": "coroutine reads its captures from this lambda, which dies before the coroutine ends",
    // CXX23: "title": "let the coroutine keep a copy of the closure with 'this auto'",
  }

private:
  std::string name_;
};

template <class... Numbers> void pack(Numbers... numbers) {
  corort::spawn([numbers...]() -> task<> {
    (use(numbers), ...);
    co_return;
  }()).detach();
  // CHECK: "message": "coroutine reads its captures from this lambda, which dies before the coroutine ends",
  // CXX23: "title": "let the coroutine keep a copy of the closure with 'this auto'",
}
template void pack(int);

task<> named(int number) {
  auto body = [number]() -> task<> {
    use(number);
    co_return;
  };
  return body();
  // CHECK: "message": "coroutine reads its captures from 'body', which dies before the coroutine ends",
  // CXX23: "title": "let the coroutine keep a copy of the closure with 'this auto'",
}

task<> named_with_a_reference(int &number) {
  auto body = [&number]() -> task<> {
    use(number);
    co_return;
  };
  return body();
  // CHECK: "message": "coroutine reads its captures from 'body', which dies before the coroutine ends",
  // CXX23-NOT: "title"
}
