/// \file
/// dump_tasks: prints which tasks there are and what each waits for.

#ifndef CORORT_DUMP_TASKS_HPP
#define CORORT_DUMP_TASKS_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/config.hpp"
#include "corort/detail/debug_branch.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <semaphore.h>
#include <system_error>
#include <thread>
#include <vector>

namespace corort {

namespace detail {

using branch_views = std::vector<debug_branch::view>;

inline void print_branches(std::FILE *to, const branch_views &all,
                           std::uint64_t parent, int depth) {
  for (const debug_branch::view &b : all) {
    const bool orphan =
        std::none_of(all.begin(), all.end(), [&](const auto &other) {
          return other.number == b.parent;
        });
    if (orphan ? parent != 0 : b.parent != parent)
      continue;
    std::fprintf(to, "%*s#%llu %s", 2 * depth, "",
                 static_cast<unsigned long long>(b.number),
                 b.name.what ? b.name.what : "branch");
    if (b.site.what)
      std::fprintf(to, ": %s at %s:%u\n", b.site.what, b.site.file,
                   static_cast<unsigned>(b.site.line));
    else
      std::fprintf(to, ": ready or running\n");
    print_branches(to, all, b.number, depth + 1);
  }
}

} // namespace detail

/// Prints a line for each task and each branch of one, below the one that
/// started it if that still lives: its number, its coroutine, and the operation
/// it waits for with its place in the source. Needs CORORT_DEBUG; without it
/// the list is empty.
///
/// Tasks that run meanwhile may be shown at a place that they have left.
///
/// \par Throws
/// std::bad_alloc.
/// \par Thread safety
/// May be called from any thread.
inline void dump_tasks(std::FILE *to = stderr) {
  detail::branch_views all;
  detail::debug_branch::for_each(
      [&](const detail::debug_branch::view &b) { all.push_back(b); });
  std::reverse(all.begin(), all.end());
  std::fprintf(to, "corort: %zu tasks and branches\n", all.size());
  detail::print_branches(to, all, 0, 0);
  std::fflush(to);
}

namespace detail {

inline sem_t dump_requests;

inline void request_dump(int) noexcept {
  const int before = errno;
  ::sem_post(&dump_requests);
  errno = before;
}

} // namespace detail

/// From now on, \p signal makes the process print its tasks to standard error:
/// `kill -USR1`. Call it once. A thread of its own does the printing.
///
/// \par Throws
/// std::system_error if that thread can't be started.
/// \par Thread safety
/// May be called from any thread.
inline void install_dump_signal(int signal = SIGUSR1) {
  ::sem_init(&detail::dump_requests, 0, 0);
  std::thread([] {
    for (;;)
      if (::sem_wait(&detail::dump_requests) == 0)
        dump_tasks();
  }).detach();
  struct sigaction action = {};
  action.sa_handler = &detail::request_dump;
  action.sa_flags = SA_RESTART;
  if (::sigaction(signal, &action, nullptr) != 0)
    throw std::system_error(errno, std::generic_category(), "sigaction");
}

} // namespace corort

#endif
