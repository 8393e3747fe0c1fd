/// \file
/// Which thread-owned locks a coroutine holds when it suspends.

#ifndef COROLINT_CHECKS_MODEL_LOCKSTATE_H
#define COROLINT_CHECKS_MODEL_LOCKSTATE_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/Flow.h"

#include <string>
#include <vector>

namespace corolint {

/// One acquisition that is still in force at a suspension.
struct HeldLock {
  enum class Kind { Guard, Temporary, Manual };

  Kind By;
  /// The guard's declaration, or the call that locks.
  clang::SourceLocation Acquired;
  /// The guard variable, the lock as spelled, or the temporary's class.
  std::string Name;
  /// The type that belongs to the thread (`std::mutex`); may be empty.
  std::string LockType;
  /// Every suspension it is held through, in source order.
  std::vector<const SuspensionPoint *> Suspensions;
  /// The branches that decide it; empty if it is held on every path.
  std::vector<BranchTaken> Way;
};

/// \returns the locks in source order of their acquisition. Flow-sensitive per
/// guard and per lock object; a lock whose guard leaves for code that can't be
/// seen is not reported.
std::vector<HeldLock> locksHeldAtSuspensions(const Function &F,
                                             const CoroutineModel &Model,
                                             const Roles &R);

} // namespace corolint

#endif
