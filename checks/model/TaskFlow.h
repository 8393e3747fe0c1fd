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
  /// What is dropped when the handle of running work is.
  TaskTraits::Drop OnDrop = TaskTraits::Drop::Unknown;
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

/// The names that findings use: what \p Maker calls, in quotes, or its text.
std::string describeMaker(const clang::Expr &Maker,
                          const clang::ASTContext &Ast);
/// The type of a task without namespaces.
std::string describeTaskType(clang::QualType T, const clang::ASTContext &Ast);

} // namespace corolint

#endif
