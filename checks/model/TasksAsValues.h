/// \file
/// Tasks that are used as if they were their results.

#ifndef COROLINT_CHECKS_MODEL_TASKSASVALUES_H
#define COROLINT_CHECKS_MODEL_TASKSASVALUES_H

#include "checks/model/CoroutineModel.h"

#include <vector>

namespace corolint {

struct TaskAsValue {
  enum class Use {
    /// In a condition, or converted to bool.
    Tested,
    Compared,
    Printed,
    /// Converted to a number.
    Number,
    /// To a function that takes anything.
    Passed,
    /// As the result of a coroutine that has a number for one.
    Returned,
    /// What a callable returns is the condition of an algorithm.
    Predicate,
  };

  Use How;
  /// The task; for Predicate, the callable.
  const clang::Expr *Task;
  clang::QualType Type;
  /// The call or await that made it, if that is one expression.
  const clang::Expr *Maker = nullptr;
  /// The variable that holds it; nullptr for a temporary.
  const clang::VarDecl *Variable = nullptr;
  /// What asks: the conversion, operator or function; nullptr if built in.
  const clang::FunctionDecl *By = nullptr;
};

/// \returns them in source order. A test whether a variable holds a task at all
/// is none, as long as the function does something else with the variable, too.
std::vector<TaskAsValue> tasksAsValues(const Function &F, const Roles &R);

/// Whether \p Task, a task type, is known to have a result.
bool hasResult(clang::QualType Task);

} // namespace corolint

#endif
