/// \file
/// Where a function starts tasks, and where it waits for things.

#ifndef COROLINT_CHECKS_MODEL_SPAWNSITES_H
#define COROLINT_CHECKS_MODEL_SPAWNSITES_H

#include "checks/model/CoroutineModel.h"

#include <vector>

namespace corolint {

/// The starts, returns and waits of one body, in source order; lambdas in it
/// are other functions.
struct SpawnSites {
  struct Start {
    const clang::Expr *Call;
    /// From the table, or inferred: a function of this file that hands its
    /// parameter to a spawn and lets go of the handle is a spawn itself.
    Role Spawn;
  };

  /// \p Infer says whether the functions it calls are looked into.
  SpawnSites(const Function &F, const CoroutineModel &Model, const Roles &R,
             bool Infer = true);

  std::vector<Start> Starts;
  std::vector<const clang::ReturnStmt *> Returns;
  /// Calls that come back only when something else has happened.
  std::vector<const clang::Expr *> Waits;
  /// The operands of co_await.
  std::vector<const clang::Expr *> Awaits;
  std::vector<const clang::Expr *> LoopConditions;
};

} // namespace corolint

#endif
