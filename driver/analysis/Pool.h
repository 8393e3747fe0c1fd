/// \file
/// Pool: runs jobs in forked processes, so that one that crashes or hangs costs
/// itself alone.

#ifndef COROLINT_DRIVER_ANALYSIS_POOL_H
#define COROLINT_DRIVER_ANALYSIS_POOL_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include <chrono>
#include <string>
#include <vector>

namespace corolint {

/// How one job ended.
struct JobOutcome {
  /// What the job returned; empty if it failed.
  std::string Output;
  /// Why it did not return (`crashed: Segmentation fault`); else empty.
  std::string Failure;
};

/// Calls \p Job with each index below \p Count, each in a process of its own
/// that starts as a copy of this one, at most \p Parallel at a time.
/// \returns what happened to each, by index.
std::vector<JobOutcome>
runInProcesses(size_t Count, unsigned Parallel, std::chrono::seconds Timeout,
               llvm::function_ref<std::string(size_t)> Job);

} // namespace corolint

#endif
