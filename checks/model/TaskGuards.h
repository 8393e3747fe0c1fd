/// \file
/// Whether what decides that there is a task can decide as well what becomes of
/// it.

#ifndef COROLINT_CHECKS_MODEL_TASKGUARDS_H
#define COROLINT_CHECKS_MODEL_TASKGUARDS_H

#include "checks/model/Flow.h"
#include "checks/model/TaskUses.h"

namespace corolint {

/// Whether a branch behind \p From on the way to \p To, other than a loop's,
/// can know what \p Store depends on: it tests the same, or, for a task that
/// is made under a \p Conditional, something that can follow from it.
/// \p Body is the function's.
bool canTell(const PathStep *To, const PathStep *From, const TaskStore &Store,
             bool Conditional, const clang::Stmt &Body);

} // namespace corolint

#endif
