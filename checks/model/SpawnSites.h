/// \file
/// Where a function starts tasks, and where it waits for things.

#ifndef COROLINT_CHECKS_MODEL_SPAWNSITES_H
#define COROLINT_CHECKS_MODEL_SPAWNSITES_H

#include "checks/model/CoroutineModel.h"

#include <vector>

namespace corolint {

/// The starts and waits of one body, in source order; lambdas in it
/// are other functions.
struct SpawnSites {
  struct Start {
    const clang::Expr *Call;
    /// From the table, or inferred: a function of this file that hands its
    /// parameter to a spawn and lets go of the handle is a spawn itself.
    Role Spawn;
  };

  SpawnSites(const Function &F, const CoroutineModel &Model, const Roles &R);

  std::vector<Start> Starts;
  /// Calls that come back only when something else has happened.
  std::vector<const clang::Expr *> Waits;
  /// The operands of co_await.
  std::vector<const clang::Expr *> Awaits;
};

} // namespace corolint

#endif
