// Suggestions: what a task can be given instead of a reference.
//
// RUN: %corolint check --format=json --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck --implicit-check-not=title %s

#include "corort/corort.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using corort::task;

task<> work();
bool ready();
void use(int);
void use(const std::string &);
void change(std::string &);

//===----------------------------------------------------------------------===//
// Copied or moved
//===----------------------------------------------------------------------===//

void a_number() {
  int number = 1;
  corort::spawn([&number]() -> task<> {
    use(number);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'number', which dies before the task ends",
  // CHECK: "title": "capture 'number' by value",
  // CHECK: "replacement": "number"
}

void not_used_again() {
  std::string moved = "x";
  corort::spawn([&moved]() -> task<> {
    use(moved);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'moved', which dies before the task ends",
  // CHECK: "title": "move 'moved' into the task",
  // CHECK: "replacement": "moved = std::move(moved)"
}

void used_again() {
  std::string copied = "x";
  corort::spawn([&copied]() -> task<> {
    use(copied);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'copied', which dies before the task ends",
  // CHECK: "title": "capture 'copied' by value",
  // CHECK: "replacement": "copied"
  use(copied);
}

void used_each_time() {
  std::string outside = "x";
  for (int i = 0; i < 3; ++i)
    corort::spawn([&outside]() -> task<> {
      use(outside);
      co_return;
    }).detach();
  // CHECK: "message": "task keeps a reference to 'outside', which dies before the task ends",
  // CHECK: "title": "capture 'outside' by value",
}

void made_each_time() {
  for (int i = 0; i < 3; ++i) {
    std::string inside = "x";
    corort::spawn([&inside]() -> task<> {
      use(inside);
      co_return;
    }).detach();
    // CHECK: "message": "task keeps a reference to 'inside', which dies before the task ends",
    // CHECK: "title": "move 'inside' into the task",
  }
}

/// Only the task has it, so only the task sees it change.
void changed_by_the_task() {
  std::string changed = "x";
  corort::spawn([&changed]() -> task<> {
    change(changed);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'changed', which dies before the task ends",
  // CHECK: "title": "move 'changed' into the task",
  // CHECK: "replacement": "changed = std::move(changed)"
  // CHECK: "replacement": " mutable"
}

void changed_without_parameters() {
  std::string bare = "x";
  std::thread([&bare] { change(bare); }).detach();
  // CHECK: "message": "task keeps a reference to 'bare', which dies before the task ends",
  // CHECK: "title": "move 'bare' into the task",
  // CHECK: "replacement": "bare = std::move(bare)"
  // CHECK: "replacement": "() mutable"
}

void cannot_be_copied() {
  auto owner = std::make_unique<int>(1);
  corort::spawn([&owner]() -> task<> {
    use(*owner);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'owner', which dies before the task ends",
  // CHECK: "title": "move 'owner' into the task",
}

void given_another_name() {
  std::string named = "x";
  corort::spawn([&alias = named]() -> task<> {
    use(alias);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'named', which dies before the task ends",
  // CHECK: "title": "move 'named' into the task",
  // CHECK: "replacement": "alias = std::move(named)"
}

void everything() {
  int first = 1;
  std::string second = "x";
  corort::spawn([&]() -> task<> {
    use(first);
    use(second);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'second', which dies before the task ends",
  // CHECK: "title": "capture what the task uses by value: '[first, second = std::move(second)]'",
  // CHECK: "replacement": "[first, second = std::move(second)]"
}

void everything_and_the_callers(int &counter) {
  int first = 1;
  corort::spawn([&]() -> task<> {
    use(first + counter);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'first', which dies before the task ends",
  // CHECK: "title": "capture what the task uses by value: '[first, &counter]'",
}

//===----------------------------------------------------------------------===//
// An owner of `this`
//===----------------------------------------------------------------------===//

class Session : public std::enable_shared_from_this<Session> {
public:
  void start() {
    corort::spawn([this]() -> task<> {
      use(name_);
      co_return;
    }).detach();
    // CHECK: "message": "task keeps 'this', but nothing keeps the object alive until the task ends",
    // CHECK: "title": "keep the object alive with 'self = shared_from_this()'",
    // CHECK: "replacement": ", self = shared_from_this()"
  }

private:
  std::string name_;
};

/// Nobody knows who owns it.
class Plain {
public:
  void start() {
    corort::spawn([this]() -> task<> {
      use(name_);
      co_return;
    }).detach();
    // CHECK: "message": "task keeps 'this', but nothing keeps the object alive until the task ends",
  }

private:
  std::string name_;
};

/// It has no owner yet.
class Early : public std::enable_shared_from_this<Early> {
public:
  Early() {
    corort::spawn([this]() -> task<> {
      use(name_);
      co_return;
    }).detach();
    // CHECK: "message": "task keeps 'this', but nothing keeps the object alive until the task ends",
  }

private:
  std::string name_;
};

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

task<> by_reference(const std::string &text) {
  co_await work();
  use(text);
}

void argument() {
  std::string text = "x";
  corort::spawn(by_reference(text)).detach();
  // CHECK: "message": "task keeps a reference to 'text', which dies before the task ends",
  // CHECK: "title": "take 'text' by value",
  // CHECK: "replacement": "std::string "
}

//===----------------------------------------------------------------------===//
// None
//===----------------------------------------------------------------------===//

void neither_copied_nor_moved() {
  std::atomic<int> atomic = 0;
  corort::spawn([&atomic]() -> task<> {
    use(atomic.load());
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'atomic', which dies before the task ends",
}

void changed_and_used_again() {
  std::string both = "x";
  corort::spawn([&both]() -> task<> {
    change(both);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'both', which dies before the task ends",
  use(both);
}

void changed_by_the_starter() {
  int flag = 0;
  corort::spawn([&flag]() -> task<> {
    use(flag);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'flag', which dies before the task ends",
  flag = 1;
}

void a_pointer() {
  int target = 0;
  corort::spawn([pointer = &target]() -> task<> {
    use(*pointer);
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a pointer to 'target', which dies before the task ends",
}

void elements_cannot_be_copied() {
  std::vector<std::unique_ptr<int>> owners;
  corort::spawn([&owners]() -> task<> {
    use(*owners.front());
    co_return;
  }).detach();
  // CHECK: "message": "task keeps a reference to 'owners', which dies before the task ends",
  use(int(owners.size()));
}

task<> of_somebody_else(const std::string &text);

void argument_of_somebody_else() {
  std::string elsewhere = "x";
  corort::spawn(of_somebody_else(elsewhere)).detach();
  // CHECK: "message": "task keeps a reference to 'elsewhere', which dies before the task ends",
}

#define CAPTURE(name) [&name]() -> task<> { use(name); co_return; }

void in_a_macro() {
  int macro = 0;
  corort::spawn(CAPTURE(macro)).detach();
  // CHECK: "message": "task keeps a reference to 'macro', which dies before the task ends",
}
