/// \file
/// Build options of corort and what differs between compilers.

#ifndef CORORT_DETAIL_CONFIG_HPP
#define CORORT_DETAIL_CONFIG_HPP

/// 1 to report misuse (tasks never awaited, handles dropped in silence). Must
/// be the same in every file of a program.
#ifndef CORORT_DEBUG
#define CORORT_DEBUG 0
#endif

// Which sanitizer this file is compiled for; Clang and GCC say so differently.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CORORT_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define CORORT_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define CORORT_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define CORORT_TSAN 1
#endif
#ifndef CORORT_ASAN
#define CORORT_ASAN 0
#endif
#ifndef CORORT_TSAN
#define CORORT_TSAN 0
#endif

/// 1 to keep the memory of coroutines that have ended for those to come. Must
/// be the same in every file of a program. AddressSanitizer sees a use after
/// free for longest if nothing is reused, so there it is off.
#ifndef CORORT_RECYCLE
#define CORORT_RECYCLE !CORORT_ASAN
#endif

// Clang refuses every plain function whose return type is marked
// `coro_return_type`, and with it `std::function<task<>()>`, `std::invoke` and
// forwarding lambdas; `coro_lifetimebound` only works together with it. So both
// are off unless a project asks for them.
#if defined(CORORT_STRICT) && defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::coro_return_type)
#define CORORT_RETURN_TYPE                                                     \
  [[clang::coro_return_type]] [[clang::coro_lifetimebound]]
/// On plain functions that return a task.
#define CORORT_WRAPPER [[clang::coro_wrapper]]
#endif
#endif
#ifndef CORORT_RETURN_TYPE
#define CORORT_RETURN_TYPE
#define CORORT_WRAPPER
#endif

// Clang before 18 may keep locals of an inlined `await_suspend` in the frame
// of the coroutine it suspends (https://llvm.org/PR56301): a use after free
// once another thread has resumed and ended that coroutine.
#if defined(__clang__) && __clang_major__ < 18
#define CORORT_SUSPEND [[gnu::noinline]]
#else
#define CORORT_SUSPEND
#endif

#endif
