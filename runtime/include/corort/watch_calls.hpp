/// \file
/// watch_calls: detects locks of a thread that a task leaves locked when it
/// suspends, and calls that block a worker.
///
/// Include it in one source file of a program built with CORORT_DEBUG on Linux.
/// It defines functions of the C library, and so sees all calls of the program
/// and its libraries: `pthread_mutex_lock` and its kin, under `std::mutex`, and
/// those that sleep, join a thread or wait for a condition. Each does what it
/// always did. ThreadSanitizer defines the same ones, so the two exclude each
/// other.

#ifndef CORORT_WATCH_CALLS_HPP
#define CORORT_WATCH_CALLS_HPP

#include "corort/detail/config.hpp"

#if CORORT_DEBUG && !CORORT_TSAN && defined(__linux__)

#include "corort/detail/stack.hpp"
#include "corort/detail/work_watch.hpp"
#include "corort/error.hpp"

#include <ctime>
#include <dlfcn.h>
#include <iterator>
#include <pthread.h>
#include <unistd.h>

namespace corort::detail {

/// What the libraries define under \p name.
template <class Function>
Function *next_function(Function *, const char *name) noexcept {
  return reinterpret_cast<Function *>(::dlsym(RTLD_NEXT, name));
}

/// \returns \p error.
inline int locked(int error) noexcept {
  work_watch &now = this_work;
  if (error == 0 && now.stack_base) {
    ++now.locks;
    now.locked_by_depth = capture_stack(
        now.locked_by, static_cast<int>(std::size(now.locked_by)));
  }
  return error;
}

inline void unlocking() noexcept {
  if (this_work.stack_base)
    --this_work.locks;
}

/// Before a call that may block.
inline void blocking() noexcept {
  work_watch &now = this_work;
  if (!now.stack_base)
    return;
  // What reports it may block.
  const void *const base = now.stack_base;
  now.stack_base = nullptr;
  void *stack[32];
  const int depth = capture_stack(stack, static_cast<int>(std::size(stack)));
  report({.kind = error_kind::blocking_call,
          .where = now.site.where,
          .exception = nullptr,
          .stack = stack,
          .stack_depth = depth});
  now.stack_base = base;
}

} // namespace corort::detail

// Calls what the libraries define under this name.
#define CORORT_NEXT(Name)                                                      \
  ([] {                                                                        \
    static auto *const next = corort::detail::next_function(&::Name, #Name);   \
    return next;                                                               \
  }())

extern "C" {

int pthread_mutex_lock(pthread_mutex_t *m) noexcept {
  return corort::detail::locked(CORORT_NEXT(pthread_mutex_lock)(m));
}
int pthread_mutex_trylock(pthread_mutex_t *m) noexcept {
  return corort::detail::locked(CORORT_NEXT(pthread_mutex_trylock)(m));
}
int pthread_mutex_unlock(pthread_mutex_t *m) noexcept {
  corort::detail::unlocking();
  return CORORT_NEXT(pthread_mutex_unlock)(m);
}
int pthread_rwlock_rdlock(pthread_rwlock_t *l) noexcept {
  return corort::detail::locked(CORORT_NEXT(pthread_rwlock_rdlock)(l));
}
int pthread_rwlock_wrlock(pthread_rwlock_t *l) noexcept {
  return corort::detail::locked(CORORT_NEXT(pthread_rwlock_wrlock)(l));
}
int pthread_rwlock_tryrdlock(pthread_rwlock_t *l) noexcept {
  return corort::detail::locked(CORORT_NEXT(pthread_rwlock_tryrdlock)(l));
}
int pthread_rwlock_trywrlock(pthread_rwlock_t *l) noexcept {
  return corort::detail::locked(CORORT_NEXT(pthread_rwlock_trywrlock)(l));
}
int pthread_rwlock_unlock(pthread_rwlock_t *l) noexcept {
  corort::detail::unlocking();
  return CORORT_NEXT(pthread_rwlock_unlock)(l);
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m) {
  corort::detail::blocking();
  return CORORT_NEXT(pthread_cond_wait)(c, m);
}
int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m,
                           const timespec *until) {
  corort::detail::blocking();
  return CORORT_NEXT(pthread_cond_timedwait)(c, m, until);
}
int pthread_cond_clockwait(pthread_cond_t *c, pthread_mutex_t *m,
                           clockid_t clock, const timespec *until) {
  corort::detail::blocking();
  return CORORT_NEXT(pthread_cond_clockwait)(c, m, clock, until);
}
int pthread_join(pthread_t thread, void **result) {
  corort::detail::blocking();
  return CORORT_NEXT(pthread_join)(thread, result);
}
int nanosleep(const timespec *wait, timespec *left) {
  corort::detail::blocking();
  return CORORT_NEXT(nanosleep)(wait, left);
}
int clock_nanosleep(clockid_t clock, int flags, const timespec *wait,
                    timespec *left) {
  corort::detail::blocking();
  return CORORT_NEXT(clock_nanosleep)(clock, flags, wait, left);
}
int usleep(useconds_t wait) {
  corort::detail::blocking();
  return CORORT_NEXT(usleep)(wait);
}
unsigned sleep(unsigned wait) {
  corort::detail::blocking();
  return CORORT_NEXT(sleep)(wait);
}

} // extern "C"

#undef CORORT_NEXT

#endif

#endif
