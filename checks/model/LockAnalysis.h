/// \file
/// LockAnalysis: one state per guard and per lock object, along each path.
/// Private to the lock state's sources.

#ifndef COROLINT_CHECKS_MODEL_LOCKANALYSIS_H
#define COROLINT_CHECKS_MODEL_LOCKANALYSIS_H

#include "checks/model/Calls.h"
#include "checks/model/LockState.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace corolint {

/// What a method does to a lock or a guard.
enum class LockEffect { None, Lock, TryLock, Unlock, Test, Swap };

LockEffect lockEffectOf(llvm::StringRef Method);

class LockAnalysis {
public:
  /// What is known of one guard or lock object. Objects that are not alive, and
  /// locks that nobody holds, have no entry.
  struct Entry {
    unsigned Holder;
    int Status;
    bool operator==(const Entry &) const = default;
  };
  using State = llvm::SmallVector<Entry, 2>;
  using Path = FlowPath<State>;

  LockAnalysis(const Function &F, const CoroutineModel &Model, const Roles &R,
               const Conditions &Tests);

  void enter(State &S);
  void step(const clang::CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &Forks);
  void leave(const Path &P, const PathStep &Here);

  std::vector<HeldLock> take();

private:
  /// The status of an entry is an acquisition's index or one of Free, Unknown.
  /// Held and Maybe (locked on one path, free on the other) are values only.
  static constexpr int Free = -1, Unknown = -2, Maybe = -3, Held = -4;

  /// The lock behind a guard, as far as it is known.
  struct LockName {
    std::string Type;
    std::optional<std::uint64_t> Key;
  };
  struct Holder {
    HeldLock::Kind By;
    std::string Name;
    LockName Lock;
    std::vector<clang::SourceLocation> Changes;
  };
  struct Acquisition {
    unsigned Of;
    clang::SourceLocation Where;
    std::map<const SuspensionPoint *, const PathStep *> Suspensions;
  };
  /// What a helper does to one lock, seen from its caller.
  struct HelperEffect {
    const clang::Expr *Lock;
    LockEffect What;
    /// On every path through the helper.
    bool Always;
  };

  // Holders and states.
  bool isTracked(clang::QualType T) const;
  bool isReverseGuard(clang::QualType T) const;
  unsigned intern(const void *Key, HeldLock::Kind By, llvm::StringRef Name);
  unsigned variable(const clang::VarDecl &Var);
  unsigned lockObject(const clang::Expr &Lock);
  int acquire(unsigned Of, clang::SourceLocation Where);
  void free(State &S, unsigned Holder, clang::SourceLocation Where);
  void forget(State &S, const void *Key) const;
  std::optional<unsigned> guardIn(const clang::Expr *E, const State &S) const;
  static const Entry *find(const State &S, unsigned Holder);
  static void set(State &S, unsigned Holder, int Status);
  std::string typeName(clang::QualType T) const;
  LockName nameOfLock(const LockName &Known, clang::QualType Guard) const;

  // Elements.
  void statement(const clang::Stmt *S, Path &P, const PathStep &Here,
                 llvm::SmallVectorImpl<Path> &Forks);
  void temporary(const clang::CXXBindTemporaryExpr &Bind, State &S);
  void declare(const clang::VarDecl &Var, Path &P,
               llvm::SmallVectorImpl<Path> &Forks);
  void assign(unsigned Holder, int Value, clang::SourceLocation Where, Path &P,
              llvm::SmallVectorImpl<Path> &Forks);
  void call(const clang::Expr &E, Path &P, llvm::SmallVectorImpl<Path> &Forks);
  bool byRole(const clang::Expr &E, Path &P,
              llvm::SmallVectorImpl<Path> &Forks);
  bool guardMethod(const MemberCall &Call, Path &P,
                   llvm::SmallVectorImpl<Path> &Forks);
  void apply(LockEffect What, unsigned Holder, const clang::Expr &E, Path &P,
             llvm::SmallVectorImpl<Path> &Forks);
  bool mayUnlock(const clang::Expr &E, const clang::FunctionDecl *Callee) const;
  void passArguments(const clang::Expr &E, State &S);
  void captures(const clang::LambdaExpr &Lambda, State &S);
  bool isGivenTo(const clang::Expr &Awaited, unsigned Holder) const;
  void atSuspension(const SuspensionPoint &Point, const State &S,
                    const PathStep *Here);

  // What a new guard holds (LockValue.cpp). Guards moved from become free.
  int valueOf(const clang::Expr *E, State &S, LockName &Lock);
  int valueOfConstruction(const clang::Expr &E, State &S, LockName &Lock);
  int valueOfCall(const clang::CallExpr &Call, State &S, LockName &Lock);

  // What functions of this file do to locks (LockHelpers.cpp).
  bool keepsLocked(const clang::FunctionDecl *Callee, unsigned Param) const;
  void helper(const clang::Expr &E, Path &P);
  void helperEffects(const Function &Helper, bool SameObject, unsigned Depth,
                     std::vector<HelperEffect> &Effects) const;

  const Function &F;
  const CoroutineModel &Model;
  const Roles &R;
  const Conditions &Tests;
  const clang::ASTContext &Ast;
  /// Those that the control flow graph destroys.
  llvm::DenseSet<const clang::CXXBindTemporaryExpr *> Temporaries;
  llvm::DenseMap<const void *, unsigned> Holders;
  llvm::DenseSet<unsigned> Parameters;
  std::vector<Holder> Table;
  std::vector<Acquisition> Acquisitions;
  /// At each suspension the sets of held locks that were seen there.
  std::map<const SuspensionPoint *, std::vector<std::set<unsigned>>> Seen;
};

} // namespace corolint

#endif
