// Lambda coroutines that read their captures after the lambda is gone.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-capture-outlives-closure %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <memory>
#include <string>
#include <utility>

using corort::task;

task<> work();
bool ready();
int number();
void use(int);
void use(const std::string &);

//===----------------------------------------------------------------------===//
// Called where they are written
//===----------------------------------------------------------------------===//

task<> spawned(int local) {
  corort::spawn([local]() -> task<> {
    co_await work();
    use(local);
  }())
      .detach();
  // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  // CHECK-NEXT: :[[#@LINE-6]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-3]]:15: note: the temporary is destroyed at the end of this full-expression
  co_await work();
}

task<> spawned_with_default_capture(std::string text) {
  corort::spawn([=]() -> task<> {
    co_await work();
    use(text);
  }())
      .detach();
  // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await work();
}

task<> spawned_with_init_capture(std::unique_ptr<int> owner) {
  corort::spawn([owner = std::move(owner)]() -> task<> {
    co_await work();
    use(*owner);
  }())
      .detach();
  // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await work();
}

task<> spawned_with_shared_owner(std::shared_ptr<int> owner) {
  corort::spawn([owner]() -> task<> {
    co_await work();
    use(*owner);
  }())
      .detach();
  // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await work();
}

task<> spawned_with_arguments(int local) {
  corort::spawn([local](int more) -> task<> {
    co_await work();
    use(local + more);
  }(1))
      .detach();
  // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await work();
}

task<> spawned_and_mutable(int local) {
  corort::spawn([local]() mutable -> task<> {
    co_await work();
    use(++local);
  }())
      .detach();
  // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await work();
}

task<> spawned_in_parentheses(int local) {
  corort::spawn(([local]() -> task<> {
    co_await work();
    use(local);
  })())
      .detach();
  // CHECK: :[[#@LINE-5]]:18: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await work();
}

task<> spawned_by_operator(int local) {
  corort::spawn([local]() -> task<> {
    co_await work();
    use(local);
  }.operator()())
      .detach();
  // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await work();
}

task<> spawned_generic_lambda(int local) {
  corort::spawn([local](auto more) -> task<> {
    co_await work();
    use(local + more);
  }(1))
      .detach();
  // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await work();
}

template <class... Values> void spawned_pack(Values... values) {
  corort::spawn([values...]() -> task<> {
    co_await work();
    (use(values), ...);
  }())
      .detach();
  // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}
template void spawned_pack(int, int);

template <class T> void spawned_in_template(T value) {
  corort::spawn([value]() -> task<> {
    co_await work();
    use(value);
  }())
      .detach();
  // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}
template void spawned_in_template(int);

#define IN_BACKGROUND(...)                                                     \
  corort::spawn([=]() -> task<> { __VA_ARGS__ }()).detach()

void spawned_by_macro(int local) {
  IN_BACKGROUND(co_await work(); use(local););
  // CHECK: :[[#@LINE-1]]:3: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<> stored_and_awaited_later(int local) {
  auto later = [local]() -> task<> {
    co_await work();
    use(local);
  }();
  co_await std::move(later);
  // CHECK: :[[#@LINE-5]]:16: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  // CHECK-NEXT: :[[#@LINE-3]]:5: note: the temporary is destroyed at the end of this full-expression
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: the task is used here, after that
}

/// The variable lives, the lambda that refers to it does not.
task<> stored_with_reference() {
  int local = number();
  auto later = [&local]() -> task<> {
    co_await work();
    use(local);
  }();
  co_await std::move(later);
  // CHECK: :[[#@LINE-5]]:16: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<int> stored_lazy_body_without_await(int local) {
  task<int> later = [&]() -> task<int> { co_return local + 1; }();
  co_return co_await std::move(later);
  // CHECK: :[[#@LINE-2]]:21: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<> stored_by_reference(int local) {
  auto &&later = [local]() -> task<> {
    use(local);
    co_return;
  }();
  co_await std::move(later);
  // CHECK: :[[#@LINE-5]]:18: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<> stored_on_one_branch(int local) {
  auto later = ready() ? [local]() -> task<> {
    co_await work();
    use(local);
  }()
      : work();
  co_await std::move(later);
  // CHECK: :[[#@LINE-6]]:26: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<> awaited_on_one_branch(int local) {
  auto later = [local]() -> task<> {
    co_await work();
    use(local);
  }();
  if (ready())
    co_await std::move(later);
  // CHECK: :[[#@LINE-6]]:16: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

int blocked_on_later(int local) {
  auto later = [local]() -> task<int> { co_return local; }();
  return corort::block_on(std::move(later));
  // CHECK: :[[#@LINE-2]]:16: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<> returned(int local) {
  return [local]() -> task<> {
    co_await work();
    use(local);
  }();
  // CHECK: :[[#@LINE-4]]:10: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  // CHECK-NEXT: :[[#@LINE-5]]:3: note: returned to the caller here
  // CHECK-NEXT: :[[#@LINE-3]]:5: note: the temporary is destroyed at the end of this full-expression
}

/// The caller's variable may live long enough. The lambda does not.
task<> returned_with_callers_reference(std::string &text) {
  return [&text]() -> task<> {
    co_await work();
    use(text);
  }();
  // CHECK: :[[#@LINE-4]]:10: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<> returned_on_one_branch(int local) {
  if (ready())
    return work();
  return [=]() -> task<> {
    co_await work();
    use(local);
  }();
  // CHECK: :[[#@LINE-4]]:10: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

auto returned_without_type(int local) {
  return [local]() -> task<int> { co_return local; }();
  // CHECK: :[[#@LINE-1]]:10: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

/// The outer lambda is no coroutine, and returns what the inner one makes.
void made_by_lambda_in_lambda(int local) {
  corort::spawn([local] {
    return [local]() -> task<> {
      co_await work();
      use(local);
    }();
  }())
      .detach();
  // CHECK: :[[#@LINE-6]]:12: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

corort::join_handle<> handle_returned(int local) {
  return corort::spawn([local]() -> task<> {
    co_await work();
    use(local);
  }());
  // CHECK: :[[#@LINE-4]]:24: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<> handle_awaited_later(int local) {
  auto handle = corort::spawn([local]() -> task<> {
    co_await work();
    use(local);
  }());
  co_await handle;
  // CHECK: :[[#@LINE-5]]:31: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  // CHECK-NEXT: :[[#@LINE-6]]:17: note: the task runs from here on, and nobody has waited for it when that happens
  // CHECK-NEXT: :[[#@LINE-4]]:6: note: the temporary is destroyed at the end of this full-expression
}

class Object : public std::enable_shared_from_this<Object> {
public:
  task<> returned_by_member() {
    return [this]() -> task<> {
      co_await work();
      use(value_);
    }();
    // CHECK: :[[#@LINE-4]]:12: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  }
  task<> returned_with_copy() {
    return [*this]() -> task<> {
      co_await work();
      use(value_);
    }();
    // CHECK: :[[#@LINE-4]]:12: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  }
  /// The owner is in the lambda, and dies with it.
  void spawned_with_owner() {
    corort::spawn([self = shared_from_this()]() -> task<> {
      co_await work();
      use(self->value_);
    }())
        .detach();
    // CHECK: :[[#@LINE-5]]:19: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  }
  void spawned_with_owner_ok() {
    corort::spawn([self = shared_from_this()]() -> task<> {
      co_await work();
      use(self->value_);
    }).detach();
    corort::spawn([](auto self) -> task<> {
      co_await work();
      use(self->value_);
    }(shared_from_this()))
        .detach();
  }

private:
  int value_ = 0;
};
