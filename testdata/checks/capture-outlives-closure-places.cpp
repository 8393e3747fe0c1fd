// Tasks whose closure dies while they are in containers, members, wrappers; and
// what calls them.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-capture-outlives-closure %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

using corort::task;

task<> work();
bool ready();
int number();
void use(int);
void keep(std::function<task<>()> callable);

//===----------------------------------------------------------------------===//
// Where the task is
//===----------------------------------------------------------------------===//

task<> in_vector() {
  std::vector<task<>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back([i]() -> task<> {
      co_await work();
      use(i);
    }());
  // CHECK: :[[#@LINE-4]]:21: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  // CHECK-NEXT: :[[#@LINE-2]]:8: note: the temporary is destroyed at the end of this full-expression
  // CHECK-NEXT: :[[#@LINE+2]]:21: note: the task is used here, after that
  // CHECK-NEXT: :[[#@LINE-7]]:21: note: pass the captures as parameters
  for (auto &each : tasks)
    co_await std::move(each);
}

task<> in_vector_emplaced(int local) {
  std::vector<task<>> tasks;
  tasks.emplace_back([local]() -> task<> {
    co_await work();
    use(local);
  }());
  // CHECK: :[[#@LINE-4]]:22: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  for (auto &each : tasks)
    co_await std::move(each);
}

std::vector<task<>> in_vector_returned() {
  std::vector<task<>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back([i]() -> task<> {
      co_await work();
      use(i);
    }());
  // CHECK: :[[#@LINE-4]]:21: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  return tasks;
}

task<> in_array(int local) {
  task<> tasks[] = {work(), [local]() -> task<> {
                      co_await work();
                      use(local);
                    }()};
  // CHECK: :[[#@LINE-4]]:29: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  for (auto &each : tasks)
    co_await std::move(each);
}

task<> in_optional(int local) {
  std::optional<task<>> later;
  if (ready())
    later = [local]() -> task<> {
      co_await work();
      use(local);
    }();
  // CHECK: :[[#@LINE-4]]:13: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  if (later)
    co_await *std::move(later);
}

task<> in_optional_emplaced(int local) {
  std::optional<task<>> later;
  later.emplace([local]() -> task<> {
    co_await work();
    use(local);
  }());
  // CHECK: :[[#@LINE-4]]:17: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await *std::move(later);
}

task<> in_unique_owner(int local) {
  auto later = std::make_unique<task<>>([local]() -> task<> {
    co_await work();
    use(local);
  }());
  // CHECK: :[[#@LINE-4]]:41: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await std::move(*later);
}

task<> in_pair(int local) {
  auto pair = std::make_pair(1, [local]() -> task<> {
    co_await work();
    use(local);
  }());
  // CHECK: :[[#@LINE-4]]:33: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await std::move(pair.second);
}

task<> in_map(int local) {
  std::map<int, task<>> tasks;
  tasks.emplace(1, [local]() -> task<> {
    co_await work();
    use(local);
  }());
  // CHECK: :[[#@LINE-4]]:20: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  for (auto &[key, each] : tasks)
    co_await std::move(each);
}

struct Pending {
  task<> first;
  int id;
};

task<> in_aggregate(int local) {
  Pending pending{[local]() -> task<> {
                    co_await work();
                    use(local);
                  }(),
                  1};
  // CHECK: :[[#@LINE-5]]:19: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await std::move(pending.first);
}

class Agent {
public:
  void arm() {
    later_ = [this]() -> task<> {
      co_await work();
      use(value_);
    }();
    // CHECK: :[[#@LINE-4]]:14: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
    // CHECK-NEXT: :[[#@LINE-5]]:14: note: the task leaves here: it is kept outside the function
    // CHECK-NEXT: :[[#@LINE-3]]:7: note: the temporary is destroyed at the end of this full-expression
  }
  void arm_named() {
    auto body = [this]() -> task<> {
      co_await work();
      use(value_);
    };
    later_ = body();
    // CHECK: :[[#@LINE-5]]:17: warning: coroutine reads its captures from 'body', which dies before the coroutine ends [coro-capture-outlives-closure]
  }
  task<> run() { co_await std::move(*later_); }

private:
  std::optional<task<>> later_;
  int value_ = 0;
};

task<> combined_and_awaited_later(int local) {
  auto both = corort::when_all(
      [local]() -> task<> {
        co_await work();
        use(local);
      }(),
      work());
  // CHECK: :[[#@LINE-5]]:7: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await std::move(both);
}

task<> in_init_statement(int local) {
  if (auto later = [local]() -> task<bool> { co_return local > 1; }(); ready())
    // CHECK: :[[#@LINE-1]]:20: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
    use(co_await std::move(later));
}

task<> in_try(int local) {
  try {
    auto later = [local]() -> task<> {
      co_await work();
      use(local);
    }();
    // CHECK: :[[#@LINE-4]]:18: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
    co_await std::move(later);
  } catch (...) {
    use(1);
  }
}

task<> assigned_in_branch(int local) {
  task<> later = work();
  if (ready())
    later = [local]() -> task<> {
      co_await work();
      use(local);
    }();
  // CHECK: :[[#@LINE-4]]:13: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  co_await std::move(later);
}

template <class T> task<T> with_timeout(task<T> inner, int milliseconds) {
  use(milliseconds);
  co_return co_await std::move(inner);
}

task<> in_another_task(int local) {
  auto later = with_timeout([local]() -> task<int> { co_return local; }(), 5);
  // CHECK: :[[#@LINE-1]]:29: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  use(co_await std::move(later));
}

task<int> in_another_task_returned(int local) {
  return with_timeout([local]() -> task<int> { co_return local; }(), 5);
  // CHECK: :[[#@LINE-1]]:23: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

//===----------------------------------------------------------------------===//
// Who calls the lambda
//===----------------------------------------------------------------------===//

void run_dropped(std::function<task<>()> callable) {
  corort::spawn(callable()).detach();
}
void run_borrowed(const std::function<task<>()> &callable) {
  corort::spawn(callable()).detach();
}
void run_kept(std::function<task<>()> callable) {
  corort::spawn(std::move(callable)).detach();
}
template <class F> void run_forwarded(F &&callable) {
  corort::spawn(std::forward<F>(callable)).detach();
}
template <class F> void run_now(F callable) { corort::block_on(callable()); }
template <class F> auto call(F &&callable) { return callable(); }
template <class F> task<> retry(F callable) {
  co_await callable();
  co_await callable();
}

void sink_drops_it(int local) {
  run_dropped([local]() -> task<> {
    co_await work();
    use(local);
  });
  // CHECK: :[[#@LINE-4]]:15: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  // CHECK-NEXT: :[[#@LINE-5]]:3: note: the task leaves here: 'run_dropped' does not wait for it
  // CHECK-NEXT: :[[#@LINE-3]]:4: note: the temporary is destroyed at the end of this full-expression
  // CHECK-NEXT: :[[#@LINE-26]]:3: note: 'run_dropped'
}

void sink_borrows_it(int local) {
  run_borrowed([local]() -> task<> {
    co_await work();
    use(local);
  });
  // CHECK: :[[#@LINE-4]]:16: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

void function_object_called(int local) {
  corort::spawn(std::function<task<>()>([local]() -> task<> {
    co_await work();
    use(local);
  })())
      .detach();
  // CHECK: :[[#@LINE-5]]:41: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
}

task<> called_by_reference_and_awaited_later(int local) {
  auto later = call([local]() -> task<int> { co_return local; });
  // CHECK: :[[#@LINE-1]]:21: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
  use(co_await std::move(later));
}

void inner_lambda_called(int local) {
  run_kept([local]() -> task<> {
    corort::spawn([local]() -> task<> {
      co_await work();
      use(local);
    }())
        .detach();
    // CHECK: :[[#@LINE-5]]:19: warning: coroutine reads its captures from this lambda, which dies before the coroutine ends [coro-capture-outlives-closure]
    co_return;
  });
}

void sink_keeps_it(int local) {
  run_kept([local]() -> task<> {
    co_await work();
    use(local);
  });
  run_forwarded([local]() -> task<> {
    co_await work();
    use(local);
  });
  keep([local]() -> task<> {
    co_await work();
    use(local);
  });
}

void sink_waits(int local) {
  run_now([&]() -> task<> {
    co_await work();
    use(local);
  });
}

task<> called_by_reference_and_awaited(int local) {
  use(co_await call([local]() -> task<int> { co_return local; }));
  auto body = [local]() -> task<int> { co_return local; };
  auto later = call(body);
  use(co_await std::move(later));
}

task<> parameter_of_coroutine(int local) {
  co_await retry([&]() -> task<> {
    co_await work();
    use(local);
  });
  auto later = retry([local]() -> task<> {
    co_await work();
    use(local);
  });
  co_await std::move(later);
  corort::spawn(retry([local]() -> task<> {
    co_await work();
    use(local);
  })).detach();
}

class Router {
public:
  void on(int key, std::function<task<>(int)> handler) {
    handlers_[key] = std::move(handler);
  }
  task<> serve(int key) { co_await handlers_[key](1); }

private:
  std::map<int, std::function<task<>(int)>> handlers_;
};

void handler_kept(Router &router, int local) {
  router.on(1, [local](int id) -> task<> {
    co_await work();
    use(local + id);
  });
}

void thread_waits(int local) {
  std::thread thread([&] {
    corort::block_on([&]() -> task<> {
      co_await work();
      use(local);
    }());
  });
  thread.join();
}
