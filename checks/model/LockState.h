/// \file
/// Which locks a coroutine holds when it suspends.

#ifndef COROLINT_CHECKS_MODEL_LOCKSTATE_H
#define COROLINT_CHECKS_MODEL_LOCKSTATE_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/Flow.h"

#include <memory>
#include <string>
#include <vector>

namespace corolint {

class LockSummaries;

/// Which locks are followed.
enum class LocksAsked { OfThreads, OfThreadsAndTasks };

/// One acquisition that is still in force at a suspension.
struct HeldLock {
  enum class Kind { Guard, Temporary, Manual };

  Kind By;
  /// The guard's declaration, or the call that locks.
  clang::SourceLocation Acquired;
  /// Where a function that is called there takes the lock; invalid if the
  /// coroutine itself takes it.
  clang::SourceLocation Within;
  /// The guard variable, the lock as spelled, or the temporary's class.
  std::string Name;
  /// The lock's type (`std::mutex`); may be empty.
  std::string LockType;
  /// It belongs to the task: it may be held while that is suspended.
  bool OfTask;
  /// It may have other readers (`std::shared_lock`).
  bool Shared;
  /// The guard's declaration; nullptr if it is no local variable of its own.
  const clang::VarDecl *Guard;
  /// Every suspension it is held through, in source order.
  std::vector<const SuspensionPoint *> Suspensions;
  bool EveryPath;
  /// The branches that decide it; empty if it is held on every path.
  std::vector<BranchTaken> Way;
};

/// The lock states of one file's coroutines. Flow-sensitive per guard and per
/// lock object; what functions of the file do to locks is found out when one of
/// them is called. A lock whose guard leaves for code that can't be seen is not
/// reported. Not thread safe.
class LockStates {
public:
  LockStates(const CoroutineModel &Model, const Roles &R,
             LocksAsked Which = LocksAsked::OfThreads);
  ~LockStates();

  /// \returns the locks that \p F holds at suspensions, in source order of
  /// their acquisition.
  std::vector<HeldLock> heldAtSuspensions(const Function &F);

private:
  const Roles &R;
  std::unique_ptr<LockSummaries> Summaries;
};

} // namespace corolint

#endif
