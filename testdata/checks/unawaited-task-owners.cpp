// Tasks that lambdas capture and that constructors take: nobody ever gets at
// them, and near misses of objects that run what they hold.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <utility>
#include <vector>

task<> flush();
void touch();
void run(task<> t);

//===----------------------------------------------------------------------===//
// Captures
//===----------------------------------------------------------------------===//

void lambda_that_is_not_called() {
  auto later = [t = flush()]() mutable { run(std::move(t)); };
  // CHECK: :[[#@LINE-1]]:21: warning: 'later' is never awaited, so 'flush' never runs [coro-unawaited-task]
}

void lambda_called() {
  auto later = [t = flush()]() mutable { run(std::move(t)); };
  later();
}

void lambda_in_a_lambda() {
  auto inner = [t = flush()]() mutable { run(std::move(t)); };
  auto outer = [inner = std::move(inner)]() mutable { inner(); };
  outer();
}

auto lambda_returned() {
  auto t = flush();
  return [t = std::move(t)]() mutable { run(std::move(t)); };
}

//===----------------------------------------------------------------------===//
// Constructors and destructors
//===----------------------------------------------------------------------===//

class Keeps {
public:
  explicit Keeps(task<> body) : body_(std::move(body)) {}
  task<> body_;
};

void moved_into_a_member_by_a_constructor() {
  Keeps keeps(flush());
  // CHECK: :[[#@LINE-1]]:15: warning: 'keeps.body_' is never awaited, so 'flush' never runs [coro-unawaited-task]
}

class Ignores {
public:
  explicit Ignores(task<>) {}
};

void given_to_a_constructor_that_ignores_it() {
  Ignores ignores(flush());
  // CHECK: :[[#@LINE-1]]:19: warning: 'flush' never runs: the '{{task<(void)?>}}' is given to a function that never uses it [coro-unawaited-task]
  // CHECK-NEXT: :[[#@LINE-6]]:26: note: this parameter is never used
}

task<> member_of_a_class_awaited() {
  Keeps keeps(flush());
  co_await keeps.body_;
}

class Starts {
public:
  explicit Starts(task<> body) : body_(std::move(body)) { go(); }
  void go() { run(std::move(body_)); }
  task<> body_;
};

class RunsAtOnce {
public:
  explicit RunsAtOnce(task<> body) { run(std::move(body)); }
};

class Elsewhere {
public:
  explicit Elsewhere(task<> body);
};

void constructors_that_act() {
  Starts starts(flush());
  RunsAtOnce runs(flush());
  Elsewhere elsewhere(flush());
}

class Registers;
std::vector<Registers *> registered;
class Registers {
public:
  explicit Registers(task<> body) : body_(std::move(body)) {
    registered.push_back(this);
  }
  task<> body_;
};

void constructor_that_shows_the_object_around() {
  Registers registers(flush());
  touch();
}

struct AtEnd {
  task<> body;
  ~AtEnd() { run(std::move(body)); }
};
struct AtEndByMethod {
  task<> body;
  void finish() { run(std::move(body)); }
  ~AtEndByMethod() { finish(); }
};
struct AtEndElsewhere {
  task<> body;
  ~AtEndElsewhere();
};
struct AtEndOfBase : AtEnd {
  int id;
};
struct AtEndOfMember {
  AtEnd part;
  int id;
};

void destructors_that_act() {
  AtEnd direct{flush()};
  AtEndByMethod method{flush()};
  AtEndElsewhere elsewhere{flush()};
  AtEndOfBase base{{flush()}, 1};
  AtEndOfMember member{{flush()}, 1};
}

struct Guard {
  task<> &body;
  ~Guard() { run(std::move(body)); }
};

void guard_beside_it() {
  auto t = flush();
  Guard guard{t};
  touch();
}
