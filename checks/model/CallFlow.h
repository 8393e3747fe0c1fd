/// \file
/// CallFlow: which calls of a function count, by the way that leads to them.

#ifndef COROLINT_CHECKS_MODEL_CALLFLOW_H
#define COROLINT_CHECKS_MODEL_CALLFLOW_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/Readiness.h"

#include "llvm/ADT/DenseSet.h"

namespace corolint {

/// A call does not count where the coroutine has moved to an executor whose
/// threads may block, or if it waits for something that was found ready.
class CallFlow {
public:
  CallFlow(const Function &F, const Roles &R,
           const NonblockingObjects &Objects);

  /// Whether on some path \p E, an element of the function's graph, counts.
  bool counts(const clang::CFGElement &E) const { return Counted.contains(&E); }

  /// Whether \p S can make a call not count: without one of these there is no
  /// need to look.
  static bool tells(const clang::Stmt &S, const Roles &R,
                    const NonblockingObjects &Objects);

private:
  llvm::DenseSet<const void *> Counted;
};

} // namespace corolint

#endif
