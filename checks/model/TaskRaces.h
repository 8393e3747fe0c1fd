/// \file
/// Objects that two tasks use at the same time, one of them to change it,
/// without a lock that both hold.

#ifndef COROLINT_CHECKS_MODEL_TASKRACES_H
#define COROLINT_CHECKS_MODEL_TASKRACES_H

#include "checks/model/SharedAccesses.h"

#include <string>
#include <vector>

namespace corolint {

struct TaskRace {
  /// One of the two who do it.
  struct Side {
    SharedAccess Access;
    /// The call that starts the task, or that makes it for who awaits both;
    /// nullptr for the function that starts the other one.
    const clang::Expr *Task = nullptr;
  };

  Side Write;
  Side Other;
  /// The await that runs both; nullptr if they are started.
  const clang::Expr *Await = nullptr;

  /// Both are what one call starts, again and again.
  bool isLoop() const { return Write.Task && Write.Task == Other.Task; }
};

/// \returns what the tasks that \p F starts, and \p F itself, do to each other,
/// the first for each object, in source order of the writes. Silent where the
/// object is not surely the same, where one of the accesses can't be seen, and
/// from where on somebody waits for the task, by any means.
std::vector<TaskRace> taskRaces(const Function &F, SharedAccesses &All);

} // namespace corolint

#endif
