/// \file
/// AccessAnalysis: the locks held along each path, and what is accessed there.
/// Private to the sources of the shared accesses.

#ifndef COROLINT_CHECKS_MODEL_ACCESSANALYSIS_H
#define COROLINT_CHECKS_MODEL_ACCESSANALYSIS_H

#include "checks/model/Calls.h"
#include "checks/model/Flow.h"
#include "checks/model/SharedAccesses.h"

#include "clang/AST/ParentMap.h"
#include <vector>

namespace corolint {

class AccessAnalysis {
public:
  struct Hold {
    /// In the table of locks.
    unsigned Lock;
    /// What unlocks it; nullptr if it was locked by hand.
    const clang::VarDecl *Guard;
    bool operator==(const Hold &) const = default;
  };
  struct State {
    llvm::SmallVector<Hold, 2> Held;
    bool Ordered = false;
    SharedAccess::Phase On = SharedAccess::Phase::First;
    bool operator==(const State &) const = default;
  };
  using Path = FlowPath<State>;

  AccessAnalysis(const Function &F, SharedAccesses &All,
                 AccessesOfFunction &Result);

  void enter(State &S);
  void step(const clang::CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &Forks);
  void leave(const Path &, const PathStep &) {}

private:
  enum class Wait {
    No,
    /// For something that only its own function can know.
    Own,
    Yes,
  };

  // What is accessed (AccessElements.cpp).
  void accesses(const clang::Stmt &S, const State &Now);
  void memberCall(const MemberCall &Call, const State &Now);
  void call(const clang::CallExpr &Call, const State &Now);
  void construct(const clang::CXXConstructExpr &E, const State &Now);
  void run(const clang::Expr *Task, const State &Now);
  void note(const clang::Expr &Object, bool Write, bool Whole,
            const clang::Stmt &By, const State &Now);
  void note(SharedAccess Access, const clang::Stmt &By, const State &Now);
  bool isSynchronised(const clang::Expr &Object) const;
  bool isPlain(clang::QualType T) const;

  // Locks (AccessLocks.cpp).
  void declare(const clang::VarDecl &Var, State &S);
  bool startsFree(const clang::VarDecl &Var) const;
  void lockCalls(const clang::CallExpr &Call, State &S);
  void lockByRole(const clang::CallExpr &Call, State &S);
  bool isGuard(clang::QualType T) const;
  bool isLock(clang::QualType T) const;
  unsigned lockAt(std::optional<ObjectPath> At, bool Shared);
  void hold(unsigned Lock, const clang::VarDecl *Guard, State &S);
  static void drop(State &S, llvm::function_ref<bool(const Hold &)> Which);

  // Waits (AccessWaits.cpp).
  Wait waits(const clang::Stmt &S);
  Wait waitsAwaited(const clang::Expr *Operand);
  Wait waitsCall(const clang::CallExpr &Call);
  bool isOwn(const clang::Expr &Object);
  bool isDiscarded(const clang::Expr &E) const;

  const Function &F;
  SharedAccesses &All;
  const Roles &R;
  SharedPlaces &Places;
  AccessesOfFunction &Result;
  const clang::ParentMap Parents;
  std::vector<SharedLock> Locks;
  llvm::DenseMap<const clang::VarDecl *, llvm::SmallVector<unsigned, 1>> Guards;
  /// The element that is being looked at.
  const clang::Stmt *Current = nullptr;
};

} // namespace corolint

#endif
