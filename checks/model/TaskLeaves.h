/// \file
/// Which tasks are in the value of an expression, and where in it.

#ifndef COROLINT_CHECKS_MODEL_TASKLEAVES_H
#define COROLINT_CHECKS_MODEL_TASKLEAVES_H

#include "checks/model/ObjectPath.h"
#include "checks/model/TaskTypes.h"

#include "llvm/ADT/SmallVector.h"

namespace corolint {

/// One task in a value.
struct TaskLeaf {
  enum class Kind {
    /// `From` makes it.
    Fresh,
    /// `From` makes an object that holds it.
    Within,
    /// `From` makes an object that can hold some.
    Perhaps,
    /// It was in the object `From`, which the value is moved from.
    Moved,
  };

  Kind How;
  /// From the value to the task.
  llvm::SmallVector<ObjectPath::Member, 2> Way;
  const clang::Expr *From;
};

/// The tasks in the value of \p E, through moves, `optional`, smart pointers,
/// containers, pairs, tuples, aggregates, captures, and constructors that put
/// an argument into a member.
llvm::SmallVector<TaskLeaf, 2> tasksIn(const clang::Expr &E,
                                       const TaskTypes &Types);

/// The type of the task that \p Maker makes, also in a template.
clang::QualType typeMade(const clang::Expr &Maker);

/// `co_await make()` that yields a task: the task comes from make. nullptr if
/// \p Maker is no call.
const clang::CallExpr *callThatMakes(const clang::Expr &Maker);

} // namespace corolint

#endif
