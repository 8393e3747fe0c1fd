// Where a thread-bound object can be, and how it leaves.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-thread-bound-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include "corolint/annotations.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

class COROLINT_THREAD_BOUND("spans are nested on the thread's stack") span {
public:
  explicit span(const char *);
  span(span &&) noexcept;
  span &operator=(span &&) noexcept;
  ~span();
  void annotate(int) const;
  void end();
};

bool ready();
span start(const char *);
std::unique_ptr<span> start_maybe();
void look(const span &);
void change(span &);
void change(span *);
void sink(span);
void run(std::function<void()>);
event log(const span &);
event take(span);
task<> drive(task<>);

//===----------------------------------------------------------------------===//
// Variables, parameters, temporaries
//===----------------------------------------------------------------------===//

task<> from_a_function() {
  auto s = start("a");
  // CHECK: :[[#@LINE-1]]:8: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: spans are nested on the thread's stack; end its scope before suspending
  co_await work();
}

task<> extended_temporary() {
  const auto &s = start("a");
  // CHECK: :[[#@LINE-1]]:15: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:15: note: spans are nested on the thread's stack; end its scope before suspending
  co_await work();
}

task<> array_of_them() {
  span all[] = {span("a"), span("b")};
  // CHECK: :[[#@LINE-1]]:8: warning: 'all' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: spans are nested on the thread's stack; end its scope before suspending
  co_await work();
}

task<> parameter(span s) { co_await work(); }
  // CHECK: :[[#@LINE-1]]:23: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-2]]:8: note: suspends here before the body runs
  // CHECK-NEXT: :[[#@LINE-3]]:28: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:45: note: suspends here when the body has run
  // CHECK-NEXT: :[[#@LINE-5]]:23: note: spans are nested on the thread's stack; a coroutine keeps its parameters to its end, so do not give it to one

eager<> parameter_of_an_eager_coroutine(span s) { co_await work(); }
  // CHECK: :[[#@LINE-1]]:46: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-2]]:51: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:68: note: suspends here when the body has run
  // CHECK-NEXT: :[[#@LINE-4]]:46: note: spans are nested on the thread's stack; a coroutine keeps its parameters to its end, so do not give it to one

task<> temporary_in_the_same_expression() { co_await log(span("a")); }
  // CHECK: :[[#@LINE-1]]:58: warning: temporary 'span' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-2]]:45: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:58: note: spans are nested on the thread's stack; finish with it in a statement of its own before suspending

task<> temporary_on_one_branch() {
  ready() ? look(span("a")) : look(span("b"));
  co_await work();
}

task<> temporary_made_after_the_await() {
  (co_await work(), ready()) && (look(span("a")), true);
}

task<> somebody_elses(span &s, const span *p) {
  span &other = s;
  other.annotate(p != nullptr);
  co_await work();
}

task<> argument_by_value() { co_await take(span("a")); }

task<> temporary_that_is_gone() {
  look(span("a"));
  co_await work();
}

//===----------------------------------------------------------------------===//
// Owners
//===----------------------------------------------------------------------===//

struct request {
  int id;
  span s{"request"};
};

struct derived_span : span {
  derived_span() : span("derived") {}
};

struct maybe_traced {
  std::optional<span> s;
};

task<> in_a_member() {
  request r{1};
  // CHECK: :[[#@LINE-1]]:11: warning: 'r' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:11: note: it holds 'span': spans are nested on the thread's stack; end its scope before suspending
  co_await work();
}

task<> in_a_base() {
  derived_span d;
  // CHECK: :[[#@LINE-1]]:16: warning: 'd' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:16: note: spans are nested on the thread's stack; end its scope before suspending
  co_await work();
}

task<> in_a_tuple_and_an_array() {
  std::tuple<int, span> t(1, span("a"));
  // CHECK: :[[#@LINE-1]]:25: warning: 't' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:25: note: it holds 'span': spans are nested on the thread's stack; end its scope before suspending
  std::array<span, 1> a{span("a")};
  // CHECK: :[[#@LINE-1]]:23: warning: 'a' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:23: note: it holds 'span': spans are nested on the thread's stack; end its scope before suspending
  co_await work();
}

task<> in_an_optional() {
  std::optional<span> s;
  co_await work();
  s.emplace("a");
  // CHECK: :[[#@LINE-1]]:3: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: it holds 'span': spans are nested on the thread's stack; end its scope before suspending
  co_await work();
  s.reset();
  co_await work();
}

task<> in_a_unique_ptr() {
  auto s = std::make_unique<span>("a");
  // CHECK: :[[#@LINE-1]]:8: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: it holds 'span': spans are nested on the thread's stack; end its scope before suspending
  std::unique_ptr<span> t(new span("b"));
  // CHECK: :[[#@LINE-1]]:25: warning: 't' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:25: note: it holds 'span': spans are nested on the thread's stack; end its scope before suspending
  co_await work();
  s.reset();
  t = nullptr;
  co_await work();
}

task<> in_a_closure() {
  auto f = [s = span("a")] { look(s); };
  // CHECK: :[[#@LINE-1]]:8: warning: 'f' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: it holds 'span': spans are nested on the thread's stack; end its scope before suspending
  co_await work();
  f();
}

task<> captured_by_a_coroutine() {
  span s("a");
  co_await [t = std::move(s)]() -> task<> {
  // CHECK: :[[#@LINE-1]]:12: warning: temporary closure is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:12: note: it holds 'span': spans are nested on the thread's stack; finish with it in a statement of its own before suspending
    look(t);
    co_return;
  }();
}

task<> no_one_knows_whether_there_is_one() {
  auto s = start_maybe();
  maybe_traced m{};
  std::vector<span> v;
  std::variant<int, span> w(1);
  co_await work();
}

task<> pointer_only() {
  span *p = new span("a");
  co_await work();
  delete p;
}

//===----------------------------------------------------------------------===//
// Leaving
//===----------------------------------------------------------------------===//

task<> ended_by_hand() {
  span s("a");
  s.annotate(1);
  s.end();
  co_await work();
}

task<> ended_on_one_branch() {
  span s("a");
  // CHECK: :[[#@LINE-1]]:8: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:7: note: this condition is false on the way
  // CHECK-NEXT: :[[#@LINE+4]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:8: note: spans are nested on the thread's stack; end its scope before suspending
  if (ready())
    s.end();
  co_await work();
}

task<> made_on_one_branch(bool traced) {
  std::optional<span> s;
  if (traced)
    s.emplace("a");
    // CHECK: :[[#@LINE-1]]:5: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
    // CHECK-NEXT: :[[#@LINE-3]]:7: note: this condition is true on the way
    // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
    // CHECK-NEXT: :[[#@LINE-4]]:5: note: it holds 'span': spans are nested on the thread's stack; end its scope before suspending
  co_await work();
}

task<> tested(bool traced) {
  std::optional<span> s;
  if (traced)
    s.emplace("a");
  if (!s)
    co_await work();
}

task<> correlated(bool traced) {
  std::optional<span> s;
  if (traced)
    s.emplace("a");
  if (traced)
    s.reset();
  co_await work();
}

task<> moved_away() {
  span s("a");
  sink(std::move(s));
  co_await work();
}

task<> moved_into_the_awaited() {
  span s("a");
  co_await take(std::move(s));
}

task<> moved_into_a_closure() {
  span s("a");
  auto f = [t = std::move(s)] { look(t); };
  // CHECK: :[[#@LINE-1]]:8: warning: 'f' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: it holds 'span': spans are nested on the thread's stack; end its scope before suspending
  co_await work();
}

task<> moved_into_what_is_called() {
  auto s = std::make_unique<span>("a");
  drive([t = std::move(s)]() -> task<> { co_return; }());
  co_await work();
}

task<> moved_into_another() {
  span s("a");
  span t = std::move(s);
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: spans are nested on the thread's stack; end its scope before suspending
  co_await work();
}

task<> only_looked_at() {
  span s("a");
  // CHECK: :[[#@LINE-1]]:8: warning: 's' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: spans are nested on the thread's stack; end its scope before suspending
  look(s);
  co_await work();
}

task<> given_away_by_reference() {
  span s("a");
  change(s);
  span t("b");
  change(&t);
  co_await work();
}

task<> ended_in_a_lambda() {
  span s("a");
  auto end = [&] { s.end(); };
  end();
  co_await work();
}

task<> early_return() {
  span s("a");
  if (ready()) {
    look(s);
    co_return;
  }
  s.end();
  co_await work();
}
