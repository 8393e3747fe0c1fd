/// \file
/// Errors that no caller can be told of, and the handler that is told instead.

#ifndef CORORT_ERROR_HPP
#define CORORT_ERROR_HPP

#include "corort/detail/config.hpp"
#include "corort/detail/stack.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <source_location>

namespace corort {

/// What an error report is about.
enum class error_kind {
  /// A task was destroyed and had never been awaited. Only with CORORT_DEBUG.
  task_not_awaited,
  /// A `join_handle` was destroyed; it was neither awaited nor detached. Only
  /// with CORORT_DEBUG.
  handle_dropped,
  /// A spawned task ended with an exception and nobody is left to join it.
  exception_lost,

  // The detectors, only with CORORT_DEBUG.

  /// A task suspended and left a thread's lock locked: `watch_calls.hpp`.
  thread_lock_held,
  /// A task called a function that blocks its worker: `watch_calls.hpp`.
  blocking_call,
  /// A task has kept its worker for long: `watchdog`.
  worker_blocked,
  /// No task has run for long, and there are some: `watchdog`.
  all_asleep,
  /// A task was spawned that refers to something on its spawner's stack.
  dangling_argument,
  /// A `thread_checked` value was used on another thread than its own.
  wrong_thread,
};

/// One error.
struct error_report {
  error_kind kind;
  /// The coroutine it is about; line 0 without CORORT_DEBUG.
  std::source_location where;
  /// For `exception_lost`, the exception.
  std::exception_ptr exception;
  /// Of some kinds, return addresses of the calls that led to it, the
  /// innermost first.
  void *const *stack = nullptr;
  int stack_depth = 0;
};

/// The check of corolint that finds the same in the source:
/// "coro-blocking-call"; null if there is none.
///
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
constexpr const char *check_of(error_kind kind) noexcept {
  switch (kind) {
  case error_kind::task_not_awaited:
    return "coro-unawaited-task";
  case error_kind::handle_dropped:
    return "coro-discarded-handle";
  case error_kind::exception_lost:
  case error_kind::all_asleep:
    return nullptr;
  case error_kind::thread_lock_held:
    return "coro-lock-across-await";
  case error_kind::blocking_call:
  case error_kind::worker_blocked:
    return "coro-blocking-call";
  case error_kind::dangling_argument:
    return "coro-dangling-argument";
  case error_kind::wrong_thread:
    return "coro-thread-bound-across-await";
  }
  return nullptr;
}

/// Called on the thread that met the error; may be called by several at once.
using error_handler = void (*)(const error_report &) noexcept;

/// What joining a task throws that was asked to stop, or whose scheduler was
/// destroyed, before it ended.
class task_cancelled : public std::exception {
public:
  const char *what() const noexcept override {
    return "the task was stopped before it ended";
  }
};

namespace detail {

inline const char *describe(error_kind kind) noexcept {
  switch (kind) {
  case error_kind::task_not_awaited:
    return "task destroyed, never awaited";
  case error_kind::handle_dropped:
    return "join_handle dropped, neither awaited nor detached";
  case error_kind::exception_lost:
    return "a task that nobody joins threw";
  case error_kind::thread_lock_held:
    return "suspended while a thread's lock is locked";
  case error_kind::blocking_call:
    return "after this the task called what blocks its worker";
  case error_kind::worker_blocked:
    return "after this the task has kept its worker for long";
  case error_kind::all_asleep:
    return "all tasks have been waiting for long";
  case error_kind::dangling_argument:
    return "spawned with a reference into the spawner's stack";
  case error_kind::wrong_thread:
    return "used on another thread than its own";
  }
  return "";
}

/// News for the log; the other kinds are bugs for sure.
inline bool is_news(error_kind kind) noexcept {
  return kind == error_kind::exception_lost ||
         kind == error_kind::blocking_call ||
         kind == error_kind::worker_blocked || kind == error_kind::all_asleep;
}

inline void print_exception(const std::exception_ptr &exception) noexcept {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception &e) {
    std::fprintf(stderr, "corort: a task that nobody joins threw: %s\n",
                 e.what());
  } catch (...) {
    std::fprintf(stderr, "corort: a task that nobody joins threw\n");
  }
}

/// Ends the program. A debug build shows the calls that led here.
[[noreturn]] inline void abort_here() noexcept {
#if CORORT_DEBUG
  void *calls[32];
  print_stack(calls, capture_stack(calls, static_cast<int>(std::size(calls))));
#endif
  std::abort();
}

/// Prints, and aborts unless it is news.
inline void default_error_handler(const error_report &report) noexcept {
  if (report.kind == error_kind::exception_lost)
    return print_exception(report.exception);
  if (report.where.line() != 0)
    std::fprintf(stderr, "corort: %s:%u: %s: ", report.where.file_name(),
                 static_cast<unsigned>(report.where.line()),
                 report.where.function_name());
  else
    std::fprintf(stderr, "corort: ");
  const char *const check = check_of(report.kind);
  std::fprintf(stderr, check ? "%s [%s]\n" : "%s\n", describe(report.kind),
               check);
  print_stack(report.stack, report.stack_depth);
  if (is_news(report.kind))
    return;
  if (report.stack)
    std::abort();
  abort_here();
}

inline constinit std::atomic<error_handler> current_error_handler{
    &default_error_handler};

inline void report(const error_report &r) noexcept {
  current_error_handler.load(std::memory_order_acquire)(r);
}

/// Ends the program: the caller broke a contract that can't be reported.
[[noreturn]] inline void fail(const char *what) noexcept {
  std::fprintf(stderr, "corort: %s\n", what);
  abort_here();
}

} // namespace detail

/// Installs \p handler, or the default one if it is null. The default prints to
/// standard error, and aborts unless the kind is `exception_lost`,
/// `blocking_call`, `worker_blocked` or `all_asleep`.
/// \returns the handler before.
///
/// \par Throws
/// Nothing.
/// \par Thread safety
/// May be called from any thread.
inline error_handler set_error_handler(error_handler handler) noexcept {
  return detail::current_error_handler.exchange(
      handler ? handler : &detail::default_error_handler,
      std::memory_order_acq_rel);
}

} // namespace corort

#endif
