/// \file
/// LooseTasks: the tasks of a function that use something after it has died.

#ifndef COROLINT_CHECKS_MODEL_LOOSETASKS_H
#define COROLINT_CHECKS_MODEL_LOOSETASKS_H

#include "checks/model/Borrows.h"
#include "checks/model/Flow.h"
#include "checks/model/Sinks.h"

#include <string>
#include <utility>
#include <vector>

namespace corolint {

/// A task or callable, and one thing that it refers to and that dies first.
struct LooseTask {
  enum class End {
    /// It runs, and nobody waits for it.
    Detached,
    /// It runs, and the one who waits for it does so too late.
    Running,
    /// Handed to the caller.
    Returned,
    /// Put where it outlives the function.
    Kept,
    /// Awaited, started or handed on after the thing has died.
    Late,
  };

  End How;
  Borrow What;
  /// The call that makes the task, and what it calls (`spawn`).
  const clang::Expr *Made;
  std::string Maker;
  bool OtherThread = false;
  /// Where it leaves, or is used too late.
  clang::SourceLocation Where;
  /// Where what it refers to dies; invalid for `this`.
  clang::SourceLocation DiesAt;
  /// The branches on which that happens; empty if it is so on all.
  std::vector<BranchTaken> Branches = {};
  /// The function that makes it.
  const Function *In = nullptr;
  /// Where functions of this file pass it on, the outermost first.
  std::vector<PassedOn> Way = {};
};

/// The notes that tell where it leaves, by which branches, and where the thing
/// dies.
std::vector<FindingNote> notesOn(const LooseTask &Task);

/// The loose tasks of every function of a file, found once for all checks.
class LooseTasks {
public:
  LooseTasks(const CoroutineModel &Model, const Roles &R);

  std::vector<LooseTask> Found;
};

} // namespace corolint

#endif
