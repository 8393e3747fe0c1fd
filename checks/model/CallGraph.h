/// \file
/// CallGraph: what the functions of one file call on their own thread, and
/// which of them thereby block it.

#ifndef COROLINT_CHECKS_MODEL_CALLGRAPH_H
#define COROLINT_CHECKS_MODEL_CALLGRAPH_H

#include "checks/model/CoroutineModel.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <optional>
#include <vector>

namespace corolint {

/// A call that a function's reachable code makes: written, or implied by a
/// destructor or default argument.
struct CallSite {
  clang::SourceLocation Where;
  /// nullptr for an implicit destructor.
  const clang::Expr *Call;
  const clang::FunctionDecl *Callee;
  /// A callable that the callee is known to run before it returns.
  bool ThroughCallable = false;
};

/// \returns the calls of \p F in source order. Bodies of lambdas that are
/// merely made here are not part of it; those that are called here are.
std::vector<CallSite> callsOf(const Function &F, const Roles &R);

/// The role of kind \p Kind that \p Site's callee has in this call; nullptr if
/// it has none.
const Role *roleOf(const CallSite &Site, RoleKind Kind, const Roles &R);

/// The shortest ways, through the functions of one file, from a call to one
/// that ends the way: that blocks, say.
class CallChains {
public:
  /// One link of a chain: \c Site is in \c Caller.
  struct Link {
    const clang::FunctionDecl *Caller;
    const CallSite *Site;
  };
  struct Chain {
    /// From the outermost call to the one that ends it; never empty.
    std::vector<Link> Links;
    const Role *End;
  };
  /// Which functions are asked about; the fewer, the less is read.
  enum class From { Coroutines, AllFunctions };
  /// What becomes of a chain at a call: a role ends it, nullptr says that it
  /// leads nowhere, and nullopt that it goes on in the callee's body.
  using Judge =
      llvm::function_ref<std::optional<const Role *>(const CallSite &)>;

  CallChains(const CoroutineModel &Model, const Roles &R, From Roots,
             Judge Verdict);

  /// The calls of \p F, one of the functions asked about or reached from one.
  const std::vector<CallSite> &calls(const Function &F) const {
    return Calls.at(&F);
  }
  /// The shortest chain that begins with \p Site, a call of \p Caller; nullopt
  /// if none does.
  std::optional<Chain> chain(const Function &Caller,
                             const CallSite &Site) const;
  /// The shortest chain out of the body of \p F.
  std::optional<Chain> chain(const Function &F) const;

private:
  struct Step {
    unsigned Length;
    const CallSite *Site;
    const Role *End;
  };
  const Function *bodyOf(const CallSite &Site) const;

  const CoroutineModel &Model;
  const Roles &R;
  std::map<const Function *, std::vector<CallSite>> Calls;
  llvm::DenseMap<const CallSite *, std::optional<const Role *>> Verdicts;
  /// The first step of the shortest chain, for functions that have one.
  llvm::DenseMap<const Function *, Step> Shortest;
};

/// The chains to calls that block the thread (role `blocks`, less those that \p
/// Ignore takes out). Waiting for tasks is not one of them.
CallChains blockingChains(const CoroutineModel &Model, const Roles &R,
                          CallChains::From Roots,
                          llvm::function_ref<bool(const Role &)> Ignore);

/// The chains to calls that wait, with the thread, for a task or an event loop
/// (role `waits-for-task`).
CallChains taskWaitChains(const CoroutineModel &Model, const Roles &R,
                          CallChains::From Roots);

} // namespace corolint

#endif
