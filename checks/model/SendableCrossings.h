/// \file
/// Where values go to other threads: what the tasks that a function starts
/// there take along.

#ifndef COROLINT_CHECKS_MODEL_SENDABLECROSSINGS_H
#define COROLINT_CHECKS_MODEL_SENDABLECROSSINGS_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/SpawnSites.h"

#include <string>
#include <vector>

namespace corolint {

/// A value that a task takes along to its thread.
struct CarriedValue {
  enum class Way {
    /// The starter keeps the original.
    Copied,
    /// Moved, or made where it is handed over.
    Moved,
    /// The task refers to the starter's object.
    Referred,
  };

  Way How;
  /// The capture or argument.
  clang::SourceLocation Where;
  /// The variable, `*this`, or empty.
  std::string Name;
  /// Of the value; of what is referred to.
  clang::QualType Type;
  /// What the task's value is made from; nullptr where it is not written.
  const clang::Expr *From;
  /// The starter's variable; nullptr if it is none.
  const clang::VarDecl *Source;
  /// What the task calls it: the captured variable, the capture's own, or the
  /// coroutine's parameter; nullptr if that is not known.
  const clang::VarDecl *Inside = nullptr;
};

/// A task that a function starts on another thread.
struct ThreadCrossing {
  const clang::Expr *Start;
  Role Spawn;
  /// `spawn`, `std::thread`.
  std::string Starter;
  std::vector<CarriedValue> Values;
  /// What runs there: the lambda's body or the coroutine; nullptr if it is not
  /// in the file.
  const Function *Entry = nullptr;
  /// It is a call of a coroutine, or a function with arguments to come.
  bool TakesArguments = false;
};

/// \returns those of \p F, whose starts \p Sites has, in source order; what is
/// handed to other threads because it blocks is among them. An executor of
/// which it is not known that it has many threads gives none, nor does a
/// strand.
std::vector<ThreadCrossing> threadCrossings(const Function &F,
                                            const SpawnSites &Sites,
                                            const CoroutineModel &Model,
                                            const Roles &R);

} // namespace corolint

#endif
