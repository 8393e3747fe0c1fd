// What one call begins and another ends, in the same thread.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-thread-bound-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include "corolint/annotations.hpp"

#include <cfenv>
#include <csignal>

extern "C" {
void rcu_read_lock(void);
void rcu_read_unlock(void);
typedef enum { PyGILState_LOCKED } PyGILState_STATE;
PyGILState_STATE PyGILState_Ensure(void);
void PyGILState_Release(PyGILState_STATE);
typedef void *EGLDisplay, *EGLSurface, *EGLContext;
unsigned eglMakeCurrent(EGLDisplay, EGLSurface, EGLSurface, EGLContext);
int ImpersonateLoggedOnUser(void *);
int RevertToSelf(void);
}

class QSurface;
class QOpenGLContext {
public:
  bool makeCurrent(QSurface *);
  void doneCurrent();
};

namespace app {
void leave_frame();
COROLINT_THREAD_BOUND_UNTIL("app::leave_frame", "frames are the thread's")
void enter_frame();
} // namespace app

bool ready();
void use();
template <class F> struct finally {
  F f;
  ~finally() { f(); }
};
template <class F> finally(F) -> finally<F>;

task<> read_section() {
  rcu_read_lock();
  // CHECK: :[[#@LINE-1]]:3: warning: what 'rcu_read_lock' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: a read-side critical section belongs to the thread that entered it; end it before suspending
  co_await work();
  rcu_read_unlock();
}

task<> read_section_that_is_over() {
  rcu_read_lock();
  use();
  rcu_read_unlock();
  co_await work();
}

task<> interpreter_lock() {
  PyGILState_STATE state = PyGILState_Ensure();
  // CHECK: :[[#@LINE-1]]:28: warning: what 'PyGILState_Ensure' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:28: note: the interpreter's lock and its thread state belong to the thread; end it before suspending
  co_await work();
  co_await save(1);
  PyGILState_Release(state);
  co_await work();
}

task<> ended_by_a_destructor() {
  rcu_read_lock();
  // CHECK: :[[#@LINE-1]]:3: warning: what 'rcu_read_lock' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: a read-side critical section belongs to the thread that entered it; end it before suspending
  finally end{[] { rcu_read_unlock(); }};
  co_await work();
}

task<> ended_by_a_destructor_before() {
  {
    rcu_read_lock();
    finally end{[] { rcu_read_unlock(); }};
    use();
  }
  co_await work();
}

class read_scope {
public:
  read_scope() { rcu_read_lock(); }
  ~read_scope() { rcu_read_unlock(); }
};

task<> by_a_class() {
  read_scope scope;
  // CHECK: :[[#@LINE-1]]:14: warning: 'scope' is bound to this thread and still alive when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:14: note: a read-side critical section belongs to the thread that entered it; end its scope before suspending
  co_await work();
}

task<> made_current(EGLDisplay d, EGLSurface s, EGLContext c) {
  eglMakeCurrent(d, s, s, c);
  // CHECK: :[[#@LINE-1]]:3: warning: what 'eglMakeCurrent' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: a context is current in the thread that made it so, and in no other; end it before suspending
  co_await work();
  eglMakeCurrent(d, nullptr, nullptr, nullptr);
}

task<> made_current_and_done(EGLDisplay d, EGLSurface s, EGLContext c) {
  eglMakeCurrent(d, s, s, c);
  use();
  eglMakeCurrent(d, nullptr, nullptr, nullptr);
  co_await work();
}

task<> made_current_for_good(EGLDisplay d, EGLSurface s, EGLContext c) {
  eglMakeCurrent(d, s, s, c);
  while (ready())
    co_await work(); // Fine: nothing here says that it ends.
}

task<> qt_context(QOpenGLContext &context, QSurface *surface) {
  if (!context.makeCurrent(surface)) {
  // CHECK: :[[#@LINE-1]]:8: warning: what 'makeCurrent' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+5]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:8: note: a context is current in the thread that made it so, and in no other; end it before suspending
    co_await work();
    co_return;
  }
  co_await save(1);
  context.doneCurrent();
}

task<> impersonation(void *user) {
  if (ImpersonateLoggedOnUser(user)) {
  // CHECK: :[[#@LINE-1]]:7: warning: what 'ImpersonateLoggedOnUser' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:5: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:7: note: the thread acts for somebody else until it reverts; end it before suspending
    co_await work();
    RevertToSelf();
  }
}

task<> impersonation_failed(void *user) {
  if (!ImpersonateLoggedOnUser(user)) {
    co_await work();
    co_return;
  }
  RevertToSelf();
}

task<> annotated() {
  app::enter_frame();
  // CHECK: :[[#@LINE-1]]:3: warning: what 'enter_frame' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: frames are the thread's; end it before suspending
  co_await work();
  app::leave_frame();
}

void begin() { rcu_read_lock(); }
void end() { rcu_read_unlock(); }
void both() {
  rcu_read_lock();
  rcu_read_unlock();
}

task<> by_helpers() {
  begin();
  // CHECK: :[[#@LINE-1]]:3: warning: what 'rcu_read_lock' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: a read-side critical section belongs to the thread that entered it; end it before suspending
  co_await work();
  end();
}

task<> ended_by_a_helper() {
  rcu_read_lock();
  end();
  co_await work();
}

task<> begun_and_ended_by_a_helper() {
  both();
  co_await work();
  end();
}

task<> on_one_branch() {
  rcu_read_lock();
  // CHECK: :[[#@LINE-1]]:3: warning: what 'rcu_read_lock' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+6]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: a read-side critical section belongs to the thread that entered it; end it before suspending
  if (ready()) {
    rcu_read_unlock();
    co_return;
  }
  co_await work();
  rcu_read_unlock();
}

task<> ended_on_one_branch() {
  rcu_read_lock();
  // CHECK: :[[#@LINE-1]]:3: warning: what 'rcu_read_lock' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+4]]:7: note: this condition is false on the way
  // CHECK-NEXT: :[[#@LINE+5]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: a read-side critical section belongs to the thread that entered it; end it before suspending
  bool over = ready();
  if (over)
    rcu_read_unlock();
  co_await work();
  if (!over)
    rcu_read_unlock();
}

task<> around_a_loop() {
  rcu_read_lock();
  while (ready()) {
    rcu_read_unlock();
    co_await work();
    rcu_read_lock();
  }
  rcu_read_unlock();
}

task<> rounding() {
  int before = std::fegetround();
  std::fesetround(FE_UPWARD);
  // CHECK: :[[#@LINE-1]]:3: warning: what 'fesetround' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: every thread has its own floating-point environment; end it before suspending
  co_await work();
  std::fesetround(before);
}

task<> signals(const sigset_t *blocked) {
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, blocked, &before);
  // CHECK: :[[#@LINE-1]]:3: warning: what 'pthread_sigmask' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: every thread has its own signal mask; end it before suspending
  co_await work();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

template <class T> task<> in_a_template(T t) {
  rcu_read_lock();
  // CHECK: :[[#@LINE-1]]:3: warning: what 'rcu_read_lock' begins is not over when the coroutine suspends [coro-thread-bound-across-await]
  // CHECK-NEXT: :[[#@LINE+2]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: a read-side critical section belongs to the thread that entered it; end it before suspending
  co_await t;
  rcu_read_unlock();
}
