/// \file
/// Whether the handle of a running task is let go on some path without anyone
/// waiting for the task.

#ifndef COROLINT_CHECKS_MODEL_HANDLEFLOW_H
#define COROLINT_CHECKS_MODEL_HANDLEFLOW_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/Flow.h"

#include <vector>

namespace corolint {

struct HandleEnd {
  /// On some path the handle is detached, or dropped where that detaches.
  bool Escapes = false;
  /// The branches of that path; empty if it is so on all.
  std::vector<BranchTaken> Branches;
};

/// \p Handle is a local variable of \p F whose type has the role \p Join. Any
/// use of it but a detach counts as waiting for its task, or as somebody else's
/// business.
HandleEnd endOfHandle(const clang::VarDecl &Handle, const Role &Join,
                      const Function &F);

} // namespace corolint

#endif
