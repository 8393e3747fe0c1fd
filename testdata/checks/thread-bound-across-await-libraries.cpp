// What role files say of libraries: their names, just enough of them to parse.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-thread-bound-across-await %s -- -std=c++20 | %FileCheck %s

#include "../include/task.hpp"

#include <exception>
#include <memory>

void use();
bool ready();

//===----------------------------------------------------------------------===//
// Detectors of unwinding
//===----------------------------------------------------------------------===//

namespace std::experimental {
template <class F> struct scope_fail {
  explicit scope_fail(F &&) noexcept;
  ~scope_fail();
  void release() noexcept;
};
} // namespace std::experimental

namespace boost::scope {
struct exception_checker {
  exception_checker() noexcept;
  bool operator()() const noexcept;
};
struct error_code_checker {
  explicit error_code_checker(int &) noexcept;
  bool operator()() const noexcept;
};
template <class F, class Cond = exception_checker> class scope_fail {
  F f_;
  Cond cond_;

public:
  explicit scope_fail(F f) : f_(f) {}
  scope_fail(F f, Cond c) : f_(f), cond_(c) {}
  ~scope_fail();
};
} // namespace boost::scope

task<> library_fundamentals() {
  std::experimental::scope_fail guard([] { use(); });
  // CHECK: :[[#@LINE-1]]:33: warning: 'guard' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:33: note: it compares the exceptions in flight in this thread with those when it was made; end its scope before suspending
  co_await work();
  guard.release();
  co_await work();
}

task<> boost_scope() {
  boost::scope::scope_fail guard([] { use(); });
  // CHECK: :[[#@LINE-1]]:28: warning: 'guard' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:28: note: it holds 'exception_checker': it compares the exceptions in flight in this thread with those when it was made; end its scope before suspending
  co_await work();
}

task<> boost_scope_by_error_code(int &error) {
  boost::scope::scope_fail guard([] { use(); },
                                 boost::scope::error_code_checker(error));
  co_await work();
}

//===----------------------------------------------------------------------===//
// Tracing and profiling
//===----------------------------------------------------------------------===//

namespace opentelemetry {
inline namespace v1 {
namespace trace {
class Span {
public:
  void End();
};
class Scope final {
public:
  explicit Scope(const std::shared_ptr<Span> &) noexcept;
  ~Scope();
};
} // namespace trace
} // namespace v1
} // namespace opentelemetry

namespace tracy {
class ScopedZone {
public:
  explicit ScopedZone(const char *);
  ~ScopedZone();
};
} // namespace tracy
#define ZoneScoped tracy::ScopedZone zone_(__FILE__)

namespace nvtx3 {
inline namespace v1 {
namespace domain {
struct global {};
} // namespace domain
template <class D> class scoped_range_in {
public:
  explicit scoped_range_in(const char *);
  ~scoped_range_in();
};
using scoped_range = scoped_range_in<domain::global>;
} // namespace v1
} // namespace nvtx3

task<> active_span(std::shared_ptr<opentelemetry::trace::Span> span) {
  auto scope = opentelemetry::trace::Scope(span);
  // CHECK: :[[#@LINE-1]]:8: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: the active span is kept for each thread, on a stack; end its scope before suspending
  co_await work();
}

task<> span_that_is_not_active(std::shared_ptr<opentelemetry::trace::Span> s) {
  {
    opentelemetry::trace::Scope scope(s);
    use();
  }
  co_await work();
  s->End();
}

task<> zone() {
  ZoneScoped;
  // CHECK: :[[#@LINE-1]]:3: warning: 'zone_' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-36]]:38: note: expanded from macro 'ZoneScoped'
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: its zone begins and ends in one thread, inside those around it; end its scope before suspending
  // CHECK-NEXT: :[[#@LINE-39]]:38: note: expanded from macro 'ZoneScoped'
  co_await work();
}

task<> range() {
  nvtx3::scoped_range r("work");
  // CHECK: :[[#@LINE-1]]:23: warning: 'r' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:23: note: its range is pushed and popped on a stack of the thread; end its scope before suspending
  co_await work();
}

//===----------------------------------------------------------------------===//
// Interpreters and engines
//===----------------------------------------------------------------------===//

namespace pybind11 {
class gil_scoped_acquire {
public:
  gil_scoped_acquire();
  ~gil_scoped_acquire();
  void disarm();
};
class gil_scoped_release {
public:
  gil_scoped_release();
  ~gil_scoped_release();
};
} // namespace pybind11
namespace py = pybind11;

namespace c10 {
struct AutoGradMode {
  explicit AutoGradMode(bool);
  ~AutoGradMode();
};
struct NoGradGuard : AutoGradMode {
  NoGradGuard() : AutoGradMode(false) {}
};
} // namespace c10
namespace torch {
using c10::NoGradGuard;
}

namespace v8 {
class Isolate {
public:
  class Scope {
  public:
    explicit Scope(Isolate *);
    ~Scope();
  };
};
class HandleScope {
public:
  explicit HandleScope(Isolate *);
  ~HandleScope();
};
} // namespace v8

task<> interpreter_lock() {
  py::gil_scoped_acquire gil;
  // CHECK: :[[#@LINE-1]]:26: warning: 'gil' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:26: note: the interpreter's lock and its thread state belong to the thread; end its scope before suspending
  co_await work();
}

task<> interpreter_lock_released() {
  py::gil_scoped_acquire gil;
  // CHECK: :[[#@LINE-1]]:26: warning: 'gil' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+7]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:26: note: the interpreter's lock and its thread state belong to the thread; end its scope before suspending
  {
    py::gil_scoped_release released;
    // CHECK: :[[#@LINE-1]]:28: warning: 'released' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
    // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
    // CHECK-NEXT: :[[#@LINE-3]]:28: note: the interpreter's lock and its thread state belong to the thread; end its scope before suspending
    co_await work();
  }
}

task<> without_gradients() {
  torch::NoGradGuard guard;
  // CHECK: :[[#@LINE-1]]:22: warning: 'guard' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: it sets a mode of the thread until it dies; end its scope before suspending
  co_await work();
}

task<> script(v8::Isolate *isolate) {
  v8::Isolate::Scope entered(isolate);
  // CHECK: :[[#@LINE-1]]:22: warning: 'entered' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:22: note: an isolate is entered by one thread, and scopes are nested; end its scope before suspending
  v8::HandleScope handles(isolate);
  // CHECK: :[[#@LINE-1]]:19: warning: 'handles' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:19: note: handle scopes are nested on the stack of the thread; end its scope before suspending
  co_await work();
}

//===----------------------------------------------------------------------===//
// Pointers that belong to a thread
//===----------------------------------------------------------------------===//

struct JNIEnv_ {
  void *NewStringUTF(const char *);
};
typedef JNIEnv_ JNIEnv;
struct JavaVM {
  int GetEnv(void **, int);
};

task<> environment_given(JNIEnv *env) {
  // CHECK: :[[#@LINE-1]]:34: warning: 'env' is for one thread only and used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+4]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+4]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:34: note: a JNIEnv pointer is valid in its thread only; take it again after suspending
  env->NewStringUTF("a");
  co_await work();
  env->NewStringUTF("b");
}

task<> environment_asked_for(JavaVM *vm) {
  JNIEnv *env = nullptr;
  vm->GetEnv(reinterpret_cast<void **>(&env), 0);
  // CHECK: :[[#@LINE-1]]:41: warning: 'env' is for one thread only and used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:41: note: a JNIEnv pointer is valid in its thread only; take it again after suspending
  co_await work();
  env->NewStringUTF("a");
}

task<> environment_asked_for_again(JavaVM *vm, JNIEnv *env) {
  env->NewStringUTF("a");
  co_await work();
  vm->GetEnv(reinterpret_cast<void **>(&env), 0);
  env->NewStringUTF("b");
}

task<> environment_that_is_not_used_afterwards(JNIEnv *env) {
  env->NewStringUTF("a");
  co_await work();
}

//===----------------------------------------------------------------------===//
// What functions return
//===----------------------------------------------------------------------===//

namespace boost {
template <class T> class thread_specific_ptr {
public:
  T *get() const;
  T *operator->() const;
  T &operator*() const;
  void reset(T * = nullptr);
};
} // namespace boost

namespace folly {
template <class T> class ThreadLocal {
public:
  T *get() const;
  T *operator->() const;
  T &operator*() const;
};
} // namespace folly

struct arena {
  int used;
  void *take(int);
};
boost::thread_specific_ptr<arena> mine;
folly::ThreadLocal<arena> ours;

task<> thread_specific() {
  arena *a = mine.get();
  // CHECK: :[[#@LINE-1]]:10: warning: 'a' is what 'mine' gave this thread and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+13]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+13]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:10: note: every thread has its own object behind it; take it again after suspending, or copy what you need
  arena &b = *ours;
  // CHECK: :[[#@LINE-1]]:10: warning: 'b' is what 'ours' gave this thread and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+8]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+9]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:10: note: every thread has its own object behind it; take it again after suspending, or copy what you need
  int &used = ours->used;
  // CHECK: :[[#@LINE-1]]:8: warning: 'used' is what 'ours' gave this thread and is used after the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+5]]:3: note: used here afterwards
  // CHECK-NEXT: :[[#@LINE-4]]:8: note: every thread has its own object behind it; take it again after suspending, or copy what you need
  co_await work();
  a->take(1);
  b.take(1);
  used = 0;
}

task<> thread_specific_asked_again() {
  mine->take(1);
  co_await work();
  mine->take(1);
  (*ours).take(1);
}

//===----------------------------------------------------------------------===//
// Coroutines that stay in one thread
//===----------------------------------------------------------------------===//

namespace seastar {
template <class T = void> struct future : task<T> {};
} // namespace seastar

template <class T, class... A>
struct std::coroutine_traits<seastar::future<T>, A...> {
  struct promise_type {
    seastar::future<T> get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
};

thread_local arena local;

seastar::future<> a_shard() {
  arena &a = local;
  co_await work();
  a.take(1);
}

seastar::future<> a_shard_with_a_zone() {
  ZoneScoped;
  // CHECK: :[[#@LINE-1]]:3: warning: 'zone_' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE-275]]:38: note: expanded from macro 'ZoneScoped'
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: its zone begins and ends in one thread, inside those around it; end its scope before suspending
  // CHECK-NEXT: :[[#@LINE-278]]:38: note: expanded from macro 'ZoneScoped'
  co_await work();
}
