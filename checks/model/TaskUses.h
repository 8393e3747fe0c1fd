/// \file
/// What the task analysis reads off the syntax before it follows the flow.

#ifndef COROLINT_CHECKS_MODEL_TASKUSES_H
#define COROLINT_CHECKS_MODEL_TASKUSES_H

#include "checks/model/CoroutineModel.h"

#include "llvm/ADT/DenseSet.h"

namespace corolint {

/// Whether dropping a value of type \p T means that work never runs.
bool isOwed(clang::QualType T, const Roles &R);

/// Whether \p T is such a type or owns one: `std::optional<task>`,
/// `std::vector<task>`, an aggregate with a task in it.
bool mayOwe(clang::QualType T, const Roles &R);

/// Whether \p Method puts its argument into a container.
bool fills(llvm::StringRef Method);

/// The variable `t` in the initialiser `std::move(t)`; nullptr for others.
const clang::Expr *movedSource(const clang::Expr *Init);

/// How one function uses the tasks it makes.
struct TaskUses {
  TaskUses(const Function &F, const Roles &R);

  /// Nothing is owed where there is neither a discarded task nor a variable.
  bool AnyDebt = false;
  /// Expressions whose task nobody uses.
  llvm::DenseSet<const clang::Stmt *> Discarded;
  /// Mentions of a variable that use nothing up.
  llvm::DenseSet<const clang::Stmt *> Benign;
  /// Variables that are reached in ways that are not followed.
  llvm::DenseSet<const clang::VarDecl *> Escaped;
};

} // namespace corolint

#endif
