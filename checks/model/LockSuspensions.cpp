/// \file
/// Which acquisitions are in force at which suspension, and by which way.

#include "checks/model/LockAnalysis.h"

#include "clang/AST/RecursiveASTVisitor.h"
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
      // `*guard` is a use of what it protects, and a number keeps no guard.
      if (!isa<CXXOperatorCallExpr>(E) && !E->getType()->isArithmeticType())
        add(argumentsOf(*E), E->getDirectCallee());
      return true;
    }
    // `co_await waiter(condition, guard);`, not the guard's own lock.
    bool VisitCXXConstructExpr(CXXConstructExpr *E) {
      if (!R.guard(E->getType()))
        add(argumentsOf(*E), E->getConstructor());
      return true;
    }
    bool TraverseLambdaExpr(LambdaExpr *) { return true; }

  private:
    /// A guard that is constant to its receiver stays as it is.
    void add(llvm::ArrayRef<const Expr *> Args, const FunctionDecl *Callee) {
      for (unsigned I = 0; I < Args.size(); ++I) {
        const QualType Param = Callee && I < Callee->getNumParams()
                                   ? Callee->getParamDecl(I)->getType()
                                   : QualType();
        if (Param.isNull() || !Param->isReferenceType() ||
            !Param->getPointeeType().isConstQualified() ||
            !R.guard(Param.getNonReferenceType()))
          Found.push_back(Args[I]);
      }
    }
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
  llvm::SmallVector<unsigned, 2> Held;
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
    Held.push_back(E.Status);
  }
  Trail.suspend(Point, Held, Here);
}

std::vector<HeldLock> LockAnalysis::heldLocks() {
  std::vector<HeldLock> Result;
  for (SuspensionTrail::Span &Span : Trail.take(F)) {
    const Holder &By = Table[Span.Subject];
    const bool Shared =
        llvm::StringRef(By.Lock.Type).contains_insensitive("shared");
    HeldLock Lock{By.By,
                  Span.Where,
                  Acquisitions[Span.Number].Within,
                  By.Name,
                  By.Lock.Type,
                  By.Lock.OfTask,
                  Shared,
                  By.Var,
                  std::move(Span.Suspensions),
                  Span.EveryPath,
                  std::move(Span.Way)};
    HeldLock *Last = Result.empty() ? nullptr : &Result.back();
    if (!Last || Last->Acquired != Lock.Acquired) {
      Result.push_back(std::move(Lock));
      continue;
    }
    // One finding for an object with several guards in it.
    if (Last->By == HeldLock::Kind::Guard)
      Last->Name = llvm::StringRef(Last->Name).take_until([](char C) {
        return C == '.' || C == '[';
      });
    if (Last->Suspensions != Lock.Suspensions)
      Last->Way.clear();
    // Both point into the function's, which are in source order.
    std::vector<const SuspensionPoint *> Both;
    std::set_union(Last->Suspensions.begin(), Last->Suspensions.end(),
                   Lock.Suspensions.begin(), Lock.Suspensions.end(),
                   std::back_inserter(Both));
    Last->Suspensions = std::move(Both);
  }
  return Result;
}

} // namespace corolint
