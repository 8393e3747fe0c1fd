/// \file
/// LockAnalysis: one state per guard and per lock object, along each path.
/// Private to the lock state's sources.

#ifndef COROLINT_CHECKS_MODEL_LOCKANALYSIS_H
#define COROLINT_CHECKS_MODEL_LOCKANALYSIS_H

#include "checks/model/Calls.h"
#include "checks/model/LockState.h"
#include "checks/model/LockSummary.h"
#include "checks/model/ObjectPath.h"
#include "checks/model/SuspensionTrail.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace corolint {

/// What a method does to a lock or a guard.
enum class LockEffect { None, Lock, TryLock, Unlock, Test, Swap };

class LockAnalysis : private LockStatus {
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
  using Forks = llvm::SmallVectorImpl<Path>;

  LockAnalysis(const Function &F, const Roles &R, const Conditions &Tests,
               LockSummaries &Summaries);

  void enter(State &S);
  void step(const clang::CFGElement &E, Path &P, const PathStep &Here,
            Forks &More);
  void leave(const Path &P, const PathStep &Here);
  void unwind(State &S, const clang::CXXTryStmt &Try) const;

  /// For a coroutine.
  std::vector<HeldLock> heldLocks();
  /// For any other function.
  LockSummary summary();

private:
  /// The way from an object to one guard in it; empty if it is the guard.
  using Slot = llvm::SmallVector<ObjectPath::Member, 2>;
  struct Holder {
    HeldLock::Kind By;
    std::string Name;
    ObjectPath At;
    LockName Lock = {};
    /// The declaration of a local guard.
    const clang::VarDecl *Var = nullptr;
    /// The value of a call, on its way into an object.
    bool Pending = false;
    /// For a guard that unlocks another as long as it lives: that other.
    std::optional<unsigned> Reverses = {};
  };
  struct Acquisition {
    clang::SourceLocation Where;
    /// In the function that takes the lock for its caller.
    clang::SourceLocation Within;
  };
  /// A new guard's making.
  struct Making {
    const State &S;
    LockName Lock;
    /// The guards that are moved from.
    llvm::SmallVector<unsigned, 1> Emptied;
    const PathFacts *Facts = nullptr;
  };

  // Types (LockHolders.cpp).
  bool isTracked(clang::QualType T) const;
  bool isReverseGuard(clang::QualType T) const;
  bool isLock(clang::QualType T) const;
  bool isLockOfTask(clang::QualType T) const;
  LockEffect effectOf(llvm::StringRef Method, clang::QualType Object) const;
  std::string typeName(clang::QualType T) const;
  LockName nameOfLock(const LockName &Known, clang::QualType Guard) const;
  void slotsOf(clang::QualType T, const Slot &Prefix,
               std::vector<Slot> &Found) const;
  std::vector<Slot> slotsOf(clang::QualType T) const;

  // Holders and states (LockHolders.cpp).
  ObjectPath place(const clang::Expr &E) const { return objectPathOf(E, Ast); }
  static ObjectPath in(const ObjectPath &Object, const Slot &Way);
  unsigned intern(const ObjectPath &At, HeldLock::Kind By,
                  llvm::StringRef Name);
  unsigned guardSlot(const clang::VarDecl &Var, const ObjectPath &Object,
                     const Slot &Way, bool Only);
  unsigned lockObject(const clang::Expr &Lock);
  std::optional<unsigned> guardIn(const clang::Expr *E, const State &S);
  std::optional<unsigned> guardAt(const ObjectPath &At, const State &S) const;
  std::optional<unsigned> guardOf(const ObjectPath &Lock, const State &S) const;
  bool outlives(const ObjectPath &At) const;
  int acquire(unsigned Of, clang::SourceLocation Where,
              clang::SourceLocation Within = {});
  void free(State &S, unsigned Holder, clang::SourceLocation Where);
  void forget(State &S, const clang::ValueDecl &Var) const;
  static const Entry *find(const State &S, unsigned Holder);
  static int statusOf(const State &S, unsigned Holder);
  static void set(State &S, unsigned Holder, int Status);
  static void erase(State &S, unsigned Holder);

  // Elements (LockState.cpp).
  void statement(const clang::Stmt *S, Path &P, const PathStep &Here,
                 Forks &More);
  void initializer(const clang::CXXCtorInitializer &Init, Path &P, Forks &More);
  void temporary(const clang::CXXBindTemporaryExpr &Bind, State &S);
  void declare(const clang::VarDecl &Var, Path &P, Forks &More);
  static const clang::CXXBindTemporaryExpr *
  boundTemporary(const clang::Expr *E);
  void empty(const Making &M, clang::SourceLocation Where, State &S);
  void assign(unsigned Holder, int Value, clang::SourceLocation Where, Path &P,
              Forks &More);
  void makeAll(const ObjectPath &Object, clang::QualType T,
               const clang::Expr *Init, const clang::VarDecl *Var,
               clang::SourceLocation Where, Path &P, Forks &More);

  // Calls (LockCalls.cpp).
  void call(const clang::Expr &E, Path &P, Forks &More);
  void byName(const clang::Expr &E, State &S);
  bool byRole(const clang::Expr &E, Path &P, Forks &More);
  bool guardMethod(const MemberCall &Call, Path &P, Forks &More);
  void apply(LockEffect What, unsigned Holder, const clang::Expr &E, Path &P,
             Forks &More, bool Success = true);
  void swap(unsigned A, unsigned B, clang::SourceLocation Where, State &S);
  bool concernsLocks(llvm::ArrayRef<const clang::Expr *> Args) const;

  // Unlocking by hand, and at the end of an object (LockUnlock.cpp).
  void findUnlocks(const clang::VarDecl &Range, const clang::Stmt *S);
  void unlockElements(const clang::VarDecl &Range, State &S);
  void unlock(const clang::Expr &Lock, clang::SourceLocation Where, State &S);
  void unlock(const ObjectPath &At, llvm::StringRef Type,
              clang::SourceLocation Where, State &S);
  void atEnd(const clang::VarDecl &Var, State &S);

  // What is handed on (LockArguments.cpp).
  bool mayUnlock(const clang::Expr &E, const clang::FunctionDecl *Callee) const;
  bool keepsLocked(const clang::FunctionDecl *Callee, unsigned Param) const;
  void passArguments(const clang::Expr &E, State &S,
                     const LockSummary *Summary);
  void captures(const clang::LambdaExpr &Lambda, State &S);
  void handOn(const clang::LambdaExpr &Lambda, State &S);
  void unlocksLater(const clang::FunctionDecl &F, clang::SourceLocation Where,
                    State &S);

  // What a new guard holds (LockValue.cpp): Held, Free, Maybe, Unknown or what
  // a parameter held.
  int valueOf(const clang::Expr *E, llvm::ArrayRef<ObjectPath::Member> Way,
              Making &M);
  int valueOfObject(const clang::Expr &Source,
                    llvm::ArrayRef<ObjectPath::Member> Way, bool Moves,
                    Making &M);
  int valueOfParts(const clang::Expr &E, llvm::ArrayRef<ObjectPath::Member> Way,
                   Making &M);
  int valueOfConstruction(const clang::Expr &E, Making &M);
  int valueOfCall(const clang::CallExpr &Call,
                  llvm::ArrayRef<ObjectPath::Member> Way, Making &M);
  int valueOfCallNow(const clang::CallExpr &Call,
                     llvm::ArrayRef<ObjectPath::Member> Way, Making &M);
  int valueOfStdCall(const clang::CallExpr &Call, llvm::StringRef Name,
                     llvm::ArrayRef<ObjectPath::Member> Way, Making &M);
  int valueReturned(const LockSummary &Summary, const clang::Expr &Call,
                    unsigned Slot, Making &M);
  int valueGiven(const LockSummary &Summary, const clang::Expr &Call,
                 int Status, Making &M);

  // What functions of this file do (LockHelpers.cpp).
  static const clang::FunctionDecl *calleeOf(const clang::Expr &E);
  std::optional<ObjectPath> inCaller(const ObjectPath &At,
                                     const clang::Expr &Call,
                                     const clang::FunctionDecl &Callee) const;
  void applySummary(const LockSummary &Summary, const clang::Expr &E, Path &P,
                    Forks &More);
  void applyOutcome(const LockSummary &Summary,
                    const LockSummary::Outcome &Outcome, bool Sure,
                    const clang::Expr &E, State &S);
  void takeByReference(const LockSummary &Summary, const clang::Expr &E,
                       State &S);
  void pending(const clang::CallExpr &Call, State &S);
  void testGiven(unsigned Holder, const clang::Expr &Test, Path &P,
                 Forks &More);
  void returning(const clang::ReturnStmt &Return, Path &P);

  // Locks that are awaited (LockAwaits.cpp).
  int valueOfAwait(const clang::Expr &Await, Making &M);
  void afterAwait(const clang::Expr &Await, State &S);

  // Suspensions (LockSuspensions.cpp).
  bool isGivenTo(const clang::Expr &Awaited, unsigned Holder);
  void atSuspension(const SuspensionPoint &Point, const State &S,
                    const PathStep *Here);

  const Function &F;
  const Roles &R;
  const Conditions &Tests;
  LockSummaries &Summaries;
  const bool LocksOfTasks;
  const clang::ASTContext &Ast;
  /// Those that the control flow graph destroys.
  llvm::DenseSet<const clang::CXXBindTemporaryExpr *> Temporaries;
  /// The lambdas that a variable keeps or that are called where they stand, and
  /// those of scope guards, called when they end.
  llvm::DenseSet<const clang::LambdaExpr *> CalledHere;
  /// What a range-for unlocks, by its `__range`.
  llvm::DenseMap<const clang::VarDecl *,
                 llvm::SmallVector<const clang::Expr *, 1>>
      LoopsThatUnlock;
  std::map<ObjectPath, unsigned> Holders;
  llvm::DenseSet<unsigned> Parameters;
  std::vector<Holder> Table;
  SuspensionTrail Trail;
  /// By the trail's number.
  std::vector<Acquisition> Acquisitions;
  // For a summary.
  std::vector<ObjectPath> Given;
  std::vector<LockSummary::Outcome> Outcomes;
};

} // namespace corolint

#endif
