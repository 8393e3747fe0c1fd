/// \file
/// Which tasks and handles a function makes and drops without anyone using
/// them.

#ifndef COROLINT_CHECKS_MODEL_TASKFLOW_H
#define COROLINT_CHECKS_MODEL_TASKFLOW_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/Flow.h"
#include "checks/model/TaskTypes.h"

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
  enum class End { Scope, Overwritten, Cleared };

  Kind How;
  Debt Owed = Debt::Task;
  /// What becomes of running work whose handle is dropped.
  TaskTraits::Drop OnDrop = TaskTraits::Drop::Unknown;
  /// Its library calls that a mistake, as nobody sees an exception of it.
  bool LosesException = false;
  /// The call, or the variable's name.
  clang::SourceLocation Where;
  /// Empty for Discarded; `pending.body`, `all[1]` for parts.
  std::string Variable = {};
  /// The expression that makes the task.
  const clang::Expr *Made = nullptr;
  /// What was called, in quotes, or the source text of what made the task.
  std::string Maker = {};
  /// The function that was called; nullptr if that is not known or is a lambda.
  const clang::FunctionDecl *Callee = nullptr;
  /// Without namespaces: `task<int>`.
  std::string Type = {};
  /// What the call returns is no task, but holds some.
  bool Within = false;
  /// For Discarded: the parameter that is given the task and never used.
  const clang::ParmVarDecl *Ignored = nullptr;
  /// For Discarded: the call is a statement.
  bool IsStatement = false;
  /// For Discarded: cast to void, or assigned to `std::ignore`.
  bool Explicit = false;
  /// Where and how the path that drops it does so; not for Discarded.
  clang::SourceLocation DroppedAt = {};
  End Ends = End::Scope;
  /// The branches on the way, for OnePath.
  std::vector<BranchTaken> Way = {};
};

/// \returns them in source order.
std::vector<DroppedTask> droppedTasks(const Function &F,
                                      const CoroutineModel &Model,
                                      const TaskTypes &Types);

} // namespace corolint

#endif
