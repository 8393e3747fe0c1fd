/// \file
/// run_work: runs what a queue held. With CORORT_DEBUG it looks at what tasks
/// do to the thread they run on.

#ifndef CORORT_DETAIL_RUN_WORK_HPP
#define CORORT_DETAIL_RUN_WORK_HPP

#include "corort/detail/config.hpp"
#include "corort/detail/work_node.hpp"
#include "corort/detail/work_watch.hpp"

#include <atomic>
#include <cstdint>

namespace corort::detail {

#if CORORT_DEBUG

[[gnu::noinline]] inline void run_work(std::uintptr_t word) noexcept {
  this_work.stack_base = __builtin_frame_address(0);
  this_work.site = {};
  this_work.branch = 0;
  this_work.runs.fetch_add(1, std::memory_order_relaxed);
  work_node::run(word);
  this_work.runs.fetch_add(1, std::memory_order_relaxed);
  this_work.stack_base = nullptr;
  report_locks(); // It may have awaited what is not of corort.
}

#else

inline void run_work(std::uintptr_t word) noexcept { work_node::run(word); }

#endif

} // namespace corort::detail

#endif
