/// \file
/// Build options of corort and what differs between compilers.

#ifndef CORORT_DETAIL_CONFIG_HPP
#define CORORT_DETAIL_CONFIG_HPP

/// 1 to report misuse (tasks never awaited, handles dropped in silence). Must
/// be the same in every file of a program.
#ifndef CORORT_DEBUG
#define CORORT_DEBUG 0
#endif

// Clang refuses every plain function whose return type is marked
// `coro_return_type`, and with it `std::function<task<>()>`, `std::invoke` and
// forwarding lambdas; `coro_lifetimebound` only works together with it. So both
// are off unless a project asks for them.
#if defined(CORORT_STRICT) && defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::coro_return_type)
#define CORORT_RETURN_TYPE                                                     \
  [[clang::coro_return_type]] [[clang::coro_lifetimebound]]
#endif
#endif
#ifndef CORORT_RETURN_TYPE
#define CORORT_RETURN_TYPE
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
