/// \file
/// SharedAccesses: what functions read and write of objects that others can
/// reach, and with which locks held.

#ifndef COROLINT_CHECKS_MODEL_SHAREDACCESSES_H
#define COROLINT_CHECKS_MODEL_SHAREDACCESSES_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/SharedPlaces.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <vector>

namespace corolint {

/// A lock that is held.
struct SharedLock {
  /// From Root::Other if it has no sure name.
  ObjectPath At;
  /// Others can hold it like this at the same time.
  bool Shared = false;

  bool isKnown() const { return At.From != ObjectPath::Root::Other; }
  bool operator==(const SharedLock &Other) const {
    return At == Other.At && Shared == Other.Shared;
  }
};

struct SharedAccess {
  /// Where a task's code runs, by what is above it.
  enum class Phase {
    /// Nothing has suspended the coroutine yet.
    First,
    Resumed,
    /// It has switched to an executor with several threads.
    Switched,
  };

  ObjectPath At;
  bool Write;
  /// False for what looks at a container and at none of its elements.
  bool Whole;
  clang::SourceLocation Where;
  Phase On = Phase::First;
  /// It comes after something that can wait for another task.
  bool Ordered = false;
  llvm::SmallVector<SharedLock, 1> Locks = {};
};

/// What one function does, in its own names.
struct AccessesOfFunction {
  using List = llvm::SmallVector<SharedAccess, 1>;
  /// By the element of the control flow graph that does it.
  llvm::MapVector<const clang::Stmt *, List> At;
  /// The elements that can wait for other tasks.
  llvm::DenseSet<const clang::Stmt *> Waits;
  /// Of these accesses, those of objects that are not the function's own, and
  /// that no wait is above.
  std::vector<SharedAccess> Outside;
  /// It waits for something that is not its own.
  bool CanWait = false;
};

/// How a call's or a task's function names what its caller has: arguments and
/// captures. Names without a value have no sure object.
struct NameBinding {
  struct Argument {
    const clang::ParmVarDecl *Param;
    std::optional<ObjectPath> Object;
    std::optional<ObjectPath> Pointee;
  };

  llvm::SmallVector<Argument, 4> Arguments = {};
  /// Unset for a lambda, whose `this` is the one around it.
  bool HasThis = false;
  std::optional<ObjectPath> This = {};

  /// \returns nullopt if the caller has no sure name for it.
  std::optional<ObjectPath> translate(const ObjectPath &Path) const;
  /// A lock whose name gets lost is still a lock.
  std::optional<SharedAccess> translate(const SharedAccess &Access) const;
};

struct SharedTask;

/// Whether what \p Path names, in \p F, is not \p F's own.
bool isOutside(const ObjectPath &Path, const Function &F);

/// The accesses of one file's functions, found when asked for. Not thread safe.
class SharedAccesses {
public:
  SharedAccesses(const CoroutineModel &Model, const Roles &R);
  ~SharedAccesses();

  /// Empty for functions that call themselves, where they are called again.
  const AccessesOfFunction &of(const Function &F);

  /// What calling \p Callee with \p Args makes of its names, seen from \p F.
  /// \p Copied says that it gets copies of the arguments (`std::thread`).
  NameBinding bind(const Function &Callee, const clang::Expr *Object,
                   llvm::ArrayRef<const clang::Expr *> Args, const Function &F,
                   bool Copied = false);
  /// The same for \p Call, which runs \p Callee.
  NameBinding bind(const Function &Callee, const clang::CallExpr &Call,
                   const Function &F);

  /// The function that \p Call runs or makes a task of; nullptr if that is not
  /// sure, or if roles say what it does.
  const Function *calleeOf(const clang::CallExpr &Call) const;

  const CoroutineModel &Model;
  const Roles &R;
  SharedPlaces Places;
  /// The libraries that the file runs, or does not run, on one thread.
  llvm::DenseMap<const clang::NamespaceDecl *, bool> OneThread;
  /// What tasksLeftBy() has found.
  llvm::DenseMap<const Function *, std::unique_ptr<std::vector<SharedTask>>>
      Left;

private:
  llvm::DenseMap<const Function *, std::unique_ptr<AccessesOfFunction>> Known;
};

} // namespace corolint

#endif
