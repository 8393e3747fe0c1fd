/// \file
/// CallGraph: what the functions of one file call on their own thread, and by
/// which ways that leads to a call of some kind.

#ifndef COROLINT_CHECKS_MODEL_CALLGRAPH_H
#define COROLINT_CHECKS_MODEL_CALLGRAPH_H

#include "checks/model/CallSites.h"
#include "checks/model/CoroutineModel.h"
#include "checks/model/Readiness.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <memory>
#include <optional>
#include <vector>

namespace corolint {

/// The calls of the functions of one file, found when asked for. Not thread
/// safe.
class CallGraph {
public:
  CallGraph(const CoroutineModel &Model, const Roles &R);
  ~CallGraph();

  /// The calls of \p F; nullptr if its body is not in the file, runs somewhere
  /// else (it is a coroutine's and \p F is called), or is no matter because a
  /// role says what it does with the thread. Of redeclarations, any will do.
  const CallsOfFunction *callsOf(const clang::FunctionDecl &F);
  /// The calls of \p F itself, coroutine or not.
  const CallsOfFunction &callsOf(const Function &F);
  /// All that \p Site can run, by the bodies in the file; empty if one of those
  /// that it can run is not among them.
  CallTargets bodiesOf(const CallSite &Site);

private:
  const clang::FunctionDecl *bodyOf(const clang::FunctionDecl &Callee);
  bool addOverriders(const clang::CXXMethodDecl &Method, CallTargets &All);
  void findOverriders();

  const CoroutineModel &Model;
  const Roles &R;
  const NonblockingObjects Objects;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<CallsOfFunction>>
      Known;
  /// What each virtual function is overridden by, directly.
  llvm::DenseMap<const clang::CXXMethodDecl *,
                 llvm::SmallVector<const clang::CXXMethodDecl *, 2>>
      Overriders;
  bool OverridersFound = false;
};

/// The role of kind \p Kind that \p Site's callee has in this call; nullptr if
/// it has none.
const Role *roleOf(const CallSite &Site, RoleKind Kind, const Roles &R);

/// Whether \p Site runs an event loop that its own function has made: whoever
/// waits for that waits for nobody else's thread.
bool runsOwnLoop(const CallSite &Site, const Roles &R);

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

  /// The calls of \p F, one of the functions asked about.
  const std::vector<CallSite> &calls(const Function &F) const {
    return Graph->callsOf(F).Sites;
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
  };
  struct Edge {
    const clang::FunctionDecl *Caller;
    const CallSite *Site;
  };
  using Edges = llvm::SmallVector<Edge, 2>;
  void findShortest(llvm::DenseMap<const clang::FunctionDecl *, Edges> &Callers,
                    std::vector<const clang::FunctionDecl *> Ending);

  std::unique_ptr<CallGraph> Graph;
  /// The roles of the calls that end a chain.
  llvm::DenseMap<const CallSite *, const Role *> Ends;
  /// How many of the functions that a call can run have no chain yet.
  llvm::DenseMap<const CallSite *, unsigned> Open;
  /// The one that a chain through a call goes through.
  llvm::DenseMap<const CallSite *, const clang::FunctionDecl *> Via;
  /// The first step of the shortest chain, for functions that have one.
  llvm::DenseMap<const clang::FunctionDecl *, Step> Shortest;
};

/// The chains to calls that block the thread (role `blocks`, less those that
/// \p Ignore takes out). Waiting for tasks is not one of them.
CallChains blockingChains(const CoroutineModel &Model, const Roles &R,
                          CallChains::From Roots,
                          llvm::function_ref<bool(const Role &)> Ignore);

/// The chains to calls that wait, with the thread, for a task or an event loop
/// (role `waits-for-task`).
CallChains taskWaitChains(const CoroutineModel &Model, const Roles &R,
                          CallChains::From Roots);

} // namespace corolint

#endif
