/// \file
/// TaskUses: what one function does with the tasks it makes and names, read off
/// the syntax before anything follows the flow.

#ifndef COROLINT_CHECKS_MODEL_TASKUSES_H
#define COROLINT_CHECKS_MODEL_TASKUSES_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/ObjectPath.h"
#include "checks/model/TaskContext.h"
#include "checks/model/TaskLeaves.h"

#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace corolint {

/// Where a variable that is or holds a task is named.
struct TaskMention {
  TaskUse How;
  ObjectPath At;
  /// The task goes into an object that is followed as well.
  bool Stored = false;
  /// The whole expression that awaits, or that takes what is moved.
  const clang::Stmt *By = nullptr;
  /// Of the expression that names the task.
  clang::QualType Type = {};
  /// A loop that it is in does not get here each time round.
  bool Skipped = false;
};

/// Where tasks get into a variable, or are taken out of it unused.
struct TaskStore {
  enum class Kind {
    Initialise,
    Assign,
    /// Joins what is there.
    Fill,
    /// `t.reset()`, `all.clear()`.
    Clear,
  };

  Kind How;
  ObjectPath To;
  llvm::SmallVector<TaskLeaf, 2> Tasks;
  /// It is in a statement that its variable's is not in and that may be left
  /// out.
  bool Conditional = false;
  /// What the statements and loops around it depend on.
  llvm::SmallVector<const clang::ValueDecl *, 4> Guards = {};
};

/// A task that no variable ever holds.
struct TaskDiscard {
  const clang::Expr *Maker;
  /// The function that is given the task and ignores it; nullptr if the value
  /// itself is discarded.
  const clang::ParmVarDecl *Ignored = nullptr;
  /// The whole statement is the call.
  bool IsStatement = false;
  /// The author says so: `(void)`, `std::ignore`.
  bool Explicit = false;
};

struct TaskUses {
  TaskUses(const Function &F, const CoroutineModel &Model,
           const TaskTypes &Types);

  /// By the expression that makes the task.
  llvm::DenseMap<const clang::Stmt *, TaskDiscard> Discards;
  /// By the DeclRefExpr.
  llvm::DenseMap<const clang::Stmt *, TaskMention> Mentions;
  /// By the variable that is initialised, or by the call.
  llvm::DenseMap<const void *, TaskStore> Stores;
  /// What a lambda refers to, by the variable that holds the lambda.
  llvm::DenseMap<const clang::VarDecl *, llvm::SmallVector<ObjectPath, 1>>
      Closures;
  /// The objects whose elements a loop uses, by the first thing that the loop
  /// evaluates whether or not it runs.
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<ObjectPath, 1>> Loops;
  /// The variables that get tasks, in sets that no move leads out of.
  std::vector<llvm::SmallVector<const clang::ValueDecl *, 2>> Groups;

  bool empty() const { return Discards.empty() && Groups.empty(); }
};

/// Fills TaskUses::Discards.
void findDiscards(const Function &F, const CoroutineModel &Model,
                  const TaskTypes &Types,
                  llvm::DenseMap<const clang::Stmt *, TaskDiscard> &Found);

/// The object that \p Var is, or stands for.
ObjectPath objectOf(const clang::VarDecl &Var);

} // namespace corolint

#endif
