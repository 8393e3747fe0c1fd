/// \file
/// Edits that give a lock back before a coroutine suspends.

#ifndef COROLINT_CHECKS_MODEL_LOCKFIXES_H
#define COROLINT_CHECKS_MODEL_LOCKFIXES_H

#include "checks/core/Check.h"
#include "checks/model/LockState.h"

#include <vector>

namespace corolint {

/// \returns suggestions for a guard that is held in \p F: to end its scope, or
/// to unlock it, before the statement that first suspends. Only where what it
/// protects is not used from there on and no macro is in the way; may be empty.
std::vector<Fix> fixesFor(const HeldLock &Lock, const Function &F,
                          const Roles &R);

} // namespace corolint

#endif
