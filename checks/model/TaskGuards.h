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

/// The branches on the way to \p To, behind \p Begin, whose other side could do
/// something else with the object at \p At: it names it, or leaves.
std::vector<BranchTaken> wayThatMatters(const PathStep *To,
                                        clang::SourceLocation Begin,
                                        const ObjectPath &At,
                                        const TaskUses &Uses,
                                        const clang::SourceManager &SM);

/// Whether whoever uses the object at one of the two uses the other, for all
/// that is known.
bool overlap(const ObjectPath &A, const ObjectPath &B);

} // namespace corolint

#endif
