/// \file
/// Return addresses of the calls a thread is in.

#ifndef CORORT_DETAIL_STACK_HPP
#define CORORT_DETAIL_STACK_HPP

#if __has_include(<execinfo.h>)
#include <execinfo.h>
#include <unistd.h>
#endif

namespace corort::detail {

/// Fills \p addresses with up to \p limit, the innermost first. \returns how
/// many. From the second call on it may be called by a signal handler.
inline int capture_stack([[maybe_unused]] void **addresses,
                         [[maybe_unused]] int limit) noexcept {
#if __has_include(<execinfo.h>)
  return ::backtrace(addresses, limit);
#else
  return 0;
#endif
}

/// To standard error, a line each; with the names of functions if the program
/// was linked with `-rdynamic`.
inline void print_stack([[maybe_unused]] void *const *addresses,
                        [[maybe_unused]] int depth) noexcept {
#if __has_include(<execinfo.h>)
  ::backtrace_symbols_fd(addresses, depth, STDERR_FILENO);
#endif
}

} // namespace corort::detail

#endif
