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

/// Which calls block, through the functions of one file.
class BlockingCalls {
public:
  /// One link of a chain: \c Site is in \c Caller.
  struct Link {
    const Function *Caller;
    const CallSite *Site;
  };
  struct Chain {
    /// From the outermost call to the one that blocks; never empty.
    std::vector<Link> Links;
    const Role *Blocks;
  };

  /// \p Ignore says which blocking roles do not count.
  BlockingCalls(const CoroutineModel &Model, const Roles &R,
                llvm::function_ref<bool(const Role &)> Ignore);

  const std::vector<CallSite> &calls(const Function &F) const {
    return Calls.at(&F);
  }
  /// The shortest chain by which \p Site, a call of \p Caller, blocks; nullopt
  /// if it does not.
  std::optional<Chain> chain(const Function &Caller,
                             const CallSite &Site) const;

private:
  struct Step {
    unsigned Length;
    const CallSite *Site;
    const Role *Blocks;
  };
  const Role *blocks(const CallSite &Site) const;
  const Function *bodyOf(const CallSite &Site) const;

  const CoroutineModel &Model;
  const Roles &R;
  std::map<const Function *, std::vector<CallSite>> Calls;
  llvm::DenseMap<const CallSite *, const Role *> Direct;
  /// The first step of the shortest way to block, for functions that do.
  llvm::DenseMap<const Function *, Step> Shortest;
};

} // namespace corolint

#endif
