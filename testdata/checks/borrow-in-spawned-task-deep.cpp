// Borrowed values that reach a task in indirect ways, and the less obvious ways
// of keeping them alive.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <array>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using corort::task;

task<> work();
bool ready();
void use(int);
void use(std::string_view);

task<> by_reference(const std::string &text);
task<> by_view(std::string_view text);
task<> by_span(std::span<const int> values);
task<> by_iterator(std::vector<int>::iterator first);
task<> by_pointer(int *value);

/// Like `corort::spawn`, and less picky.
template <class F, class... Args>
COROLINT_SPAWN(0, "on=other-thread", "keeps=yes", "returns=nothing")
void launch(F body, Args... args);

//===----------------------------------------------------------------------===//
// Views, iterators, pointers out of owners
//===----------------------------------------------------------------------===//

task<> captured_view() {
  std::string text = "x";
  std::string_view view = text;
  corort::spawn([view]() -> task<> {
    use(view);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:{{[0-9]+}}: warning: task keeps a view of '{{text|view}}', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> captured_view_by_init() {
  std::string text = "x";
  corort::spawn([view = std::string_view(text)]() -> task<> {
    use(view);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:18: warning: task keeps a view of 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> captured_view_of_literal() {
  std::string_view view = "literal";
  corort::spawn([view]() -> task<> {
    use(view);
    co_return;
  }).detach();
  co_await work();
}

task<> captured_view_of_parameter(std::string_view view) {
  corort::spawn([view]() -> task<> {
    use(view);
    co_return;
  }).detach();
  co_await work();
}

task<> argument_by_span() {
  std::array<int, 4> values{};
  corort::spawn(by_span(values)).detach();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task keeps a view of 'values', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> argument_by_iterator() {
  std::vector<int> values{1};
  corort::spawn(by_iterator(values.begin())).detach();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task keeps {{a view of|a reference to|a pointer to}} 'values', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> pointer_out_of_unique_ptr() {
  auto owner = std::make_unique<int>(1);
  corort::spawn(by_pointer(owner.get())).detach();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task keeps a pointer to 'owner', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> captured_pointer_out_of_unique_ptr() {
  auto owner = std::make_unique<int>(1);
  corort::spawn([raw = owner.get()]() -> task<> {
    use(*raw);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:18: warning: task keeps a pointer to 'owner', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> pointer_variable() {
  int local = 0;
  int *pointer = &local;
  corort::spawn([pointer]() -> task<> {
    use(*pointer);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:18: warning: task keeps a pointer to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

task<> reference_variable() {
  int local = 0;
  int &same = local;
  corort::spawn([&same]() -> task<> {
    use(same);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:19: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

std::pair<int, int> both();

task<> structured_binding() {
  auto [first, second] = both();
  corort::spawn([&first]() -> task<> {
    use(first);
    co_return;
  }).detach();
  // CHECK: :[[#@LINE-4]]:19: warning: task keeps a reference to 'first', which dies before the task ends [coro-borrow-in-spawned-task]
  corort::spawn([second]() -> task<> {
    use(second);
    co_return;
  }).detach();
  co_await work();
}

int *somewhere();

task<> pointer_to_something_else() {
  int *pointer = somewhere();
  corort::spawn([pointer]() -> task<> {
    use(*pointer);
    co_return;
  }).detach();
  int &reference = *somewhere();
  corort::spawn([&reference]() -> task<> {
    use(reference);
    co_return;
  }).detach();
  co_await work();
}

task<> reference_to_heap() {
  auto &value = *new int(1);
  corort::spawn([&value]() -> task<> {
    use(value);
    delete &value;
    co_return;
  }).detach();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Callables
//===----------------------------------------------------------------------===//

class Poller {
public:
  void bound_this() {
    std::thread(std::bind(&Poller::poll, this)).detach();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }

  void member_pointer() {
    std::thread(&Poller::poll, this).detach();
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }

  void captured_by_copy_default() {
    corort::spawn([=]() -> task<> {
      use(value_);
      co_return;
    }).detach();
    // CHECK: :[[#@LINE-4]]:{{[0-9]+}}: warning: task keeps 'this', but nothing keeps the object alive until the task ends [coro-borrow-in-spawned-task]
  }

  void captured_copy_of_object() {
    corort::spawn([*this]() -> task<> {
      use(value_);
      co_return;
    }).detach();
  }

private:
  void poll() const;
  int value_ = 0;
};

task<> given_by_reference_to_callee_of_spawn() {
  int local = 0;
  launch(
      [](int &value) -> task<> {
        use(value);
        co_return;
      },
      std::ref(local));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

/// Hands its callable on: a spawn itself.
template <class F> void in_background(F body) {
  corort::spawn(std::move(body)).detach();
}

task<> through_own_spawn() {
  int local = 0;
  in_background([&local]() -> task<> {
    use(local);
    co_return;
  });
  // CHECK: :[[#@LINE-4]]:19: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

void in_background_task(task<> body) {
  corort::spawn(std::move(body)).detach();
}

task<> through_own_task_spawn() {
  std::string text = "x";
  in_background_task(by_reference(text));
  // CHECK: :[[#@LINE-1]]:35: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  co_await work();
}

//===----------------------------------------------------------------------===//
// Containers of tasks
//===----------------------------------------------------------------------===//

task<> container_awaited() {
  std::string text = "x";
  std::vector<task<>> tasks;
  tasks.push_back(by_reference(text));
  tasks.push_back(by_view(text));
  co_await corort::when_all(std::move(tasks));
}

task<> task_variable_returned() {
  std::string text = "x";
  auto t = by_reference(text);
  // CHECK: :[[#@LINE-1]]:25: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  return t;
}

task<> task_variable_spawned() {
  std::string text = "x";
  auto t = by_reference(text);
  // CHECK: :[[#@LINE-1]]:25: warning: task keeps a reference to 'text', which dies before the task ends [coro-borrow-in-spawned-task]
  corort::spawn(std::move(t)).detach();
  co_await work();
}

task<> task_variable_awaited() {
  std::string text = "x";
  auto t = by_reference(text);
  co_await work();
  co_await std::move(t);
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

void declared_before_what_joins() {
  int local = 0;
  std::jthread worker;
  worker = std::jthread([&local] { use(local); });
}

task<> joined_inside_the_inner_scope() {
  corort::join_handle<> handle;
  {
    int local = 0;
    handle = corort::spawn([&local]() -> task<> {
      use(local);
      co_return;
    });
    co_await handle;
  }
}

task<> returned_before_the_join() {
  int local = 0;
  auto handle = corort::spawn([&local]() -> task<> {
    use(local);
    co_return;
  });
  // CHECK: :[[#@LINE-4]]:33: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  if (ready())
    co_return;
  co_await handle;
}

//===----------------------------------------------------------------------===//
// What keeps things alive
//===----------------------------------------------------------------------===//

class Service {
public:
  ~Service() { worker_.join(); }
  void start() {
    worker_ = std::thread([this] { run(); });
  }

private:
  void run();
  std::thread worker_;
};

class ModernService {
public:
  void start() {
    worker_ = std::jthread([this] { run(); });
  }

private:
  void run();
  std::jthread worker_;
};

class Pool {
public:
  Pool() {
    for (int i = 0; i < 4; ++i)
      workers_.emplace_back([this] { run(); });
  }
  ~Pool() {
    for (auto &worker : workers_)
      worker.join();
  }

private:
  void run();
  std::vector<std::thread> workers_;
};

class Guarded : public std::enable_shared_from_this<Guarded> {
public:
  void kept_weakly() {
    corort::spawn([weak = weak_from_this()]() -> task<> {
      if (auto self = weak.lock())
        co_await self->run();
    }).detach();
  }
  void kept_by_variable() {
    auto self = shared_from_this();
    corort::spawn([this, self]() -> task<> { co_await run(); }).detach();
  }
  void kept_as_argument() {
    corort::spawn([](std::shared_ptr<Guarded> self) -> task<> {
      co_await self->run();
    }, shared_from_this()).detach();
  }

private:
  task<> run();
};

void promise_waited_for() {
  std::promise<void> done;
  std::thread([&done] { done.set_value(); }).detach();
  done.get_future().wait();
}

task<> scoped_in_lambda_that_runs_now() {
  int local = 0;
  co_await [&]() -> task<> {
    use(local);
    co_return;
  }();
}

void then_lambda_in_thread_of_block_on() {
  std::thread runner([] { corort::block_on(work()); });
  runner.join();
}
