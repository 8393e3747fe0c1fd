/// \file
/// Which tasks leave the function that starts them, and what of that function
/// they still refer to.

#ifndef COROLINT_CHECKS_MODEL_CAPTUREMODEL_H
#define COROLINT_CHECKS_MODEL_CAPTUREMODEL_H

#include "checks/model/Borrows.h"
#include "checks/model/CoroutineModel.h"
#include "checks/model/Flow.h"

#include <string>
#include <vector>

namespace corolint {

/// A task that nobody waits for in the function that starts it.
struct EscapingTask {
  enum class Way {
    /// Started, and its handle dropped or detached.
    Detached,
    /// Handed to the caller.
    Returned,
  };

  Way How;
  /// Where it leaves: the call that starts it, or the return.
  clang::SourceLocation Where;
  /// What starts it (`spawn`); empty for Returned.
  std::string Starter;
  bool OtherThread = false;
  /// What it borrows from the function's own scope; never empty.
  std::vector<Borrow> Borrows;
  /// The branches on which nobody waits for it; empty if that is so on all.
  std::vector<BranchTaken> Branches;
};

/// \returns the escaping tasks of \p F that borrow from its scope. Silent
/// where the task is waited for by any means that can be seen, and where the
/// object behind `this` is kept alive or may wait in its destructor.
std::vector<EscapingTask>
escapingTasks(const Function &F, const CoroutineModel &Model, const Roles &R);

/// The end of the scope in which \p Local dies.
clang::SourceLocation endOfScope(const clang::ValueDecl &Local,
                                 const Function &F);

} // namespace corolint

#endif
