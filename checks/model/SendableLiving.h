/// \file
/// What coroutines that run on several threads keep from one of them to the
/// next.

#ifndef COROLINT_CHECKS_MODEL_SENDABLELIVING_H
#define COROLINT_CHECKS_MODEL_SENDABLELIVING_H

#include "checks/model/Sendable.h"
#include "checks/model/SendableCrossings.h"
#include "checks/model/SuspensionTrail.h"

#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace corolint {

/// Whether what awaits at \p Point goes on where there are many threads:
/// `co_await pool.schedule()`.
bool goesToManyThreads(const SuspensionPoint &Point, const Roles &R);

/// The coroutines of a file that are seen to be started where there are many
/// threads, those that these await, and those that go there themselves.
class ThreadedCoroutines {
public:
  /// Finds those that go there themselves.
  ThreadedCoroutines(const CoroutineModel &Model, const Roles &R);

  /// Notes what \p Task runs.
  void add(const ThreadCrossing &Task);

  struct Entry {
    const Function *Coroutine;
    /// Where the first of them is started, and by what.
    clang::SourceLocation Start;
    std::string Starter;
    /// Only what it awaits to go there is known to change its thread.
    bool Switches = false;
  };
  /// In source order.
  std::vector<Entry> take() const;

private:
  const CoroutineModel &Model;
  const Roles &R;
  llvm::DenseMap<const Function *, Entry> Entries;
};

/// The local variables of \p F, without its parameters, in source order.
std::vector<const clang::VarDecl *> localsOf(const Function &F);

/// A local variable that lives through a suspension.
struct LivingValue {
  const clang::VarDecl *Var;
  /// Every suspension it lives through, in source order.
  std::vector<const SuspensionPoint *> Suspensions;
  /// The branches that decide it; empty if it is so on every path.
  std::vector<BranchTaken> Way;
};

/// \returns the variables among \p Candidates, locals of \p F, that hold
/// something when it suspends, in source order.
std::vector<LivingValue>
livingAcross(const Function &F,
             llvm::ArrayRef<const clang::VarDecl *> Candidates);

} // namespace corolint

#endif
