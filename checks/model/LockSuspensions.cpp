/// \file
/// Which acquisitions are in force at which suspension, and by which way.

#include "checks/model/LockAnalysis.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <iterator>

namespace corolint {

using namespace clang;

static const Expr *operandOf(const Expr &Await) {
  if (const auto *Dependent = dyn_cast<DependentCoawaitExpr>(&Await))
    return Dependent->getOperand();
  return cast<CoroutineSuspendExpr>(Await).getOperand();
}

/// Whether what is awaited was given the guard or its lock: a condition
/// variable for coroutines unlocks it while the coroutine is suspended.
bool LockAnalysis::isGivenTo(const Expr &Awaited, unsigned Holder) {
  class Arguments : public RecursiveASTVisitor<Arguments> {
  public:
    explicit Arguments(const Roles &R) : R(R) {}
    const Roles &R;
    std::vector<const Expr *> Found;
    bool VisitCallExpr(CallExpr *E) {
      // `*guard` is a use of what it protects.
      if (!isa<CXXOperatorCallExpr>(E))
        Found.insert(Found.end(), E->arg_begin(), E->arg_end());
      return true;
    }
    // `co_await waiter(condition, guard);`, not the guard's own lock.
    bool VisitCXXConstructExpr(CXXConstructExpr *E) {
      if (!R.guard(E->getType()))
        Found.insert(Found.end(), E->arg_begin(), E->arg_end());
      return true;
    }
    bool TraverseLambdaExpr(LambdaExpr *) { return true; }
  } Finder(R);
  // An awaiter that has the guard in it.
  if (const CXXBindTemporaryExpr *Bind = boundTemporary(&Awaited);
      Bind && Table[Holder].At == ObjectPath::of(*Bind))
    return true;
  Finder.TraverseStmt(const_cast<Expr *>(&Awaited));
  return llvm::any_of(Finder.Found, [&](const Expr *Arg) {
    const ObjectPath At = place(*Arg);
    return At == Table[Holder].At || At == Table[Holder].Lock.At;
  });
}

void LockAnalysis::atSuspension(const SuspensionPoint &Point, const State &S,
                                const PathStep *Here) {
  if (!Point.Suspends)
    return;
  std::set<unsigned> Now;
  for (const Entry &E : S) {
    if (E.Status < 0 || Table[E.Holder].Pending || Table[E.Holder].Reverses)
      continue;
    // Locals are gone at the final suspend, also after a throw, whose way out
    // the control flow graph does not show.
    if (Point.At == SuspensionPoint::Kind::Final &&
        !Parameters.contains(E.Holder))
      continue;
    if (Point.At == SuspensionPoint::Kind::Await &&
        isGivenTo(*operandOf(*Point.Expr), E.Holder))
      continue;
    Acquisitions[E.Status].Suspensions.try_emplace(&Point, Here);
    Now.insert(E.Holder);
  }
  Seen[&Point].push_back(std::move(Now));
}

std::vector<HeldLock> LockAnalysis::heldLocks() {
  const SourceManager &SM = Ast.getSourceManager();
  std::vector<HeldLock> Result;
  for (const Acquisition &A : Acquisitions) {
    if (A.Suspensions.empty())
      continue;
    const Holder &By = Table[A.Of];
    const bool Shared =
        llvm::StringRef(By.Lock.Type).contains_insensitive("shared");
    HeldLock Lock{By.By,  A.Where, A.Within, By.Name, By.Lock.Type,
                  Shared, By.Var,  {},       {}};
    bool EveryPath = true;
    for (const SuspensionPoint &Point : F.Suspensions) {
      auto It = A.Suspensions.find(&Point);
      if (It == A.Suspensions.end())
        continue;
      Lock.Suspensions.push_back(&Point);
      const bool Always =
          llvm::all_of(Seen[&Point], [&](const std::set<unsigned> &Held) {
            return Held.count(A.Of) != 0;
          });
      if (!EveryPath || Always)
        continue;
      EveryPath = false;
      for (const BranchTaken &Branch : branchesTo(It->second))
        if (llvm::any_of(By.Changes, [&](SourceLocation Change) {
              const SourceRange Range = Branch.Terminator->getSourceRange();
              const SourceLocation At = SM.getFileLoc(Change);
              return !SM.isBeforeInTranslationUnit(
                         At, SM.getFileLoc(Range.getBegin())) &&
                     !SM.isBeforeInTranslationUnit(
                         SM.getFileLoc(Range.getEnd()), At);
            }))
          Lock.Way.push_back(Branch);
    }
    Result.push_back(std::move(Lock));
  }
  llvm::stable_sort(Result, [&](const HeldLock &A, const HeldLock &B) {
    return SM.isBeforeInTranslationUnit(A.Acquired, B.Acquired);
  });
  // One finding for an object with several guards in it.
  for (size_t I = 0; I + 1 < Result.size();)
    if (Result[I].Acquired == Result[I + 1].Acquired) {
      HeldLock &One = Result[I], &Two = Result[I + 1];
      const llvm::StringRef Name = One.Name;
      One.Name = Name.take_until([](char C) { return C == '.' || C == '['; });
      if (One.Suspensions != Two.Suspensions)
        One.Way.clear();
      // Both point into the function's, which are in source order.
      std::vector<const SuspensionPoint *> Both;
      std::set_union(One.Suspensions.begin(), One.Suspensions.end(),
                     Two.Suspensions.begin(), Two.Suspensions.end(),
                     std::back_inserter(Both));
      One.Suspensions = std::move(Both);
      Result.erase(Result.begin() + I + 1);
    } else {
      ++I;
    }
  return Result;
}

} // namespace corolint
