/// \file
/// SharedTasks: the tasks that a function starts to run at the same time as
/// itself, what they access, and what ends them.

#ifndef COROLINT_CHECKS_MODEL_SHAREDTASKS_H
#define COROLINT_CHECKS_MODEL_SHAREDTASKS_H

#include "checks/model/SharedAccesses.h"

#include "clang/AST/ParentMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <string>
#include <vector>

namespace corolint {

/// A task that runs on a thread of its own.
struct SharedTask {
  /// The call that starts it, or whose callee does.
  const clang::Expr *Call;
  /// What it accesses, in the names of the function that starts it.
  std::vector<SharedAccess> Accesses;
  /// The variables and members that keep its handle, or run it: mentioned
  /// again, they wait for it, or somebody else knows of it.
  llvm::SmallVector<const clang::ValueDecl *, 2> Keepers = {};
  /// The end of the last of these is no end of the task.
  bool Detached = false;
  /// The expression that knows its handle, when there is no keeper.
  const clang::Stmt *Until = nullptr;
  /// The caller gets the handle.
  bool Returned = false;
};

/// Tasks that one await runs, the later ones as soon as an earlier one has
/// suspended.
struct TasksTogether {
  const clang::CallExpr *Call;
  struct Member {
    const clang::Expr *Made;
    std::vector<SharedAccess> Accesses;
    /// Their coroutines go on in any of several threads.
    bool ManyThreads;
    /// There are several of them.
    bool InLoop = false;
  };
  std::vector<Member> Members;
};

class SharedTasks {
public:
  /// Silent about tasks of executors that are not known to have several
  /// threads.
  SharedTasks(const Function &F, SharedAccesses &All);

  std::vector<SharedTask> Started;
  std::vector<TasksTogether> Together;
  /// Names of keepers that wait for nothing.
  llvm::DenseSet<const clang::Expr *> Harmless;

private:
  class Finder;

  bool runsElsewhere(const clang::Expr &Call, const Role &Spawn) const;
  bool hasOneThread(const clang::Expr &Executor) const;
  bool usesOneThread(const clang::Expr &Call) const;
  void start(const clang::Expr &Call, const Role &Spawn);
  void startInside(const clang::CallExpr &Call);
  void together(const clang::CallExpr &Call, const Finder &Find);
  void addMade(const clang::Expr &In, const Finder &Find, TasksTogether &To);
  void follow(SharedTask &Task, bool ReturnsNothing);
  void keep(SharedTask &Task, const clang::Expr &In);
  std::vector<SharedAccess> accessesOf(const clang::Expr *Work,
                                       llvm::ArrayRef<const clang::Expr *> Rest,
                                       unsigned Depth = 0);
  std::vector<SharedAccess> translated(const Function &Callee,
                                       const NameBinding &Names);

  const Function &F;
  SharedAccesses &All;
  const Roles &R;
  const clang::ParentMap Parents;
};

/// The tasks that \p F has started and that still run, or whose handles it
/// returns, when it returns; in its own names. Defined where tasks are
/// followed.
std::vector<SharedTask> tasksLeftBy(const Function &F, SharedAccesses &All);

} // namespace corolint

#endif
