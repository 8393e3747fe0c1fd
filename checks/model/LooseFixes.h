/// \file
/// Edits that give a task what it refers to.

#ifndef COROLINT_CHECKS_MODEL_LOOSEFIXES_H
#define COROLINT_CHECKS_MODEL_LOOSEFIXES_H

#include "checks/core/Check.h"
#include "checks/model/LooseTasks.h"

#include <vector>

namespace corolint {

/// \returns suggestions for \p Task, one of \p All: to capture by value or
/// move, to hold an owner of `this`, to pass a lambda coroutine's captures as
/// parameters, or to take a parameter by value. Only edits that compile as far
/// as this file tells, and none in macros; may be empty.
std::vector<Fix> fixesFor(const LooseTask &Task, llvm::ArrayRef<LooseTask> All,
                          const CoroutineModel &Model, const Roles &R);

/// The parts of that.
/// @{
void addCaptureFixes(const LooseTask &Task, const Roles &R,
                     std::vector<Fix> &Out);
void addClosureFixes(const LooseTask &Task, llvm::ArrayRef<LooseTask> All,
                     const Roles &R, std::vector<Fix> &Out);
void addParameterFixes(const LooseTask &Task, const CoroutineModel &Model,
                       std::vector<Fix> &Out);
/// @}

} // namespace corolint

#endif
