/// \file
/// Which lazy tasks a function creates and drops without anyone awaiting them.

#ifndef COROLINT_CHECKS_MODEL_TASKFLOW_H
#define COROLINT_CHECKS_MODEL_TASKFLOW_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/Flow.h"

#include <string>
#include <vector>

namespace corolint {

/// A task is a debt: created owed, paid by whatever uses it.
struct DroppedTask {
  enum class Kind {
    /// The value of a call is not used at all.
    Discarded,
    /// A variable that no path uses.
    Unused,
    /// A variable that some path uses and another drops.
    OnePath,
  };

  Kind How;
  /// The call, or the variable's name.
  clang::SourceLocation Where;
  /// Empty for Discarded.
  std::string Variable;
  /// What was called, or the source text of what made the task.
  std::string Maker;
  /// The function that was called; nullptr if that is not known or is a lambda.
  const clang::FunctionDecl *Callee = nullptr;
  /// Without namespaces: `task<int>`.
  std::string Type;
  /// An awaitable that is no coroutine's task (`sleep_for`).
  bool IsOperation = false;
  /// The end of the scope, the return, or the assignment that drops it.
  clang::SourceLocation DroppedAt;
  /// The branches on the way, for OnePath.
  std::vector<BranchTaken> Way;
};

/// \returns them in source order. Tasks whose type starts eagerly, or can't be
/// seen to start lazily, are nobody's debt.
std::vector<DroppedTask> droppedTasks(const Function &F, const Roles &R);

} // namespace corolint

#endif
