/// \file
/// Which tasks a function uses again after they are used up.

#ifndef COROLINT_CHECKS_MODEL_TASKREUSE_H
#define COROLINT_CHECKS_MODEL_TASKREUSE_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/Flow.h"
#include "checks/model/TaskContext.h"

#include <string>
#include <vector>

namespace corolint {

/// A task that one path uses twice.
struct ReusedTask {
  struct Use {
    /// Await or Move.
    TaskUse How;
    clang::SourceLocation Where;
    /// What it is moved into, in quotes: a variable, a function, a class; empty
    /// if there is no name for it.
    std::string Into;
  };

  std::string Variable;
  /// Without namespaces: `task<int>`.
  std::string Type;
  Use First, Second;
  /// Both are one expression, in a loop.
  bool InLoop;
  /// The branches on the way to the second.
  std::vector<BranchTaken> Way;
};

/// \returns them in source order, one for each variable and second use. What
/// may be awaited any number of times is used up only when it is moved from.
std::vector<ReusedTask>
reusedTasks(const Function &F, const CoroutineModel &Model, const Roles &R);

} // namespace corolint

#endif
