/// \file
/// Thread-bound objects without a name: which of them live on, and how long.

#include "checks/model/BoundAnalysis.h"

#include "checks/model/OwnBody.h"

#include <utility>

namespace corolint {

using namespace clang;

namespace {

/// Finds the full expressions of temporaries and awaits.
class FullExpressionFinder : public OwnBodyVisitor<FullExpressionFinder> {
public:
  explicit FullExpressionFinder(
      llvm::DenseMap<const Expr *, const Expr *> &Found)
      : Found(Found) {}

  bool TraverseExprWithCleanups(ExprWithCleanups *E) {
    const Expr *Outer = std::exchange(Current, E);
    const bool Result = OwnBodyVisitor::TraverseExprWithCleanups(E);
    Current = Outer;
    return Result;
  }
  bool VisitCXXBindTemporaryExpr(CXXBindTemporaryExpr *E) {
    Found[E] = Current;
    return true;
  }
  bool VisitCoroutineSuspendExpr(CoroutineSuspendExpr *E) {
    Found[E] = Current;
    return true;
  }
  bool VisitDependentCoawaitExpr(DependentCoawaitExpr *E) {
    Found[E] = Current;
    return true;
  }

private:
  llvm::DenseMap<const Expr *, const Expr *> &Found;
  const Expr *Current = nullptr;
};

} // namespace

void BoundAnalysis::findFullExpressions() {
  FullExpressionFinder(FullExpressions)
      .TraverseStmt(const_cast<Stmt *>(F.Body));
}

/// An argument by value is the callee's object, and what an rvalue reference is
/// bound to becomes somebody's.
void BoundAnalysis::findGiven(const Expr &Call) {
  const FunctionDecl *Callee = nullptr;
  if (const auto *Plain = dyn_cast<CallExpr>(&Call))
    Callee = Plain->getDirectCallee();
  else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Call))
    Callee = Construct->getConstructor();
  const unsigned Object =
      isa<CXXOperatorCallExpr>(Call) && isa_and_nonnull<CXXMethodDecl>(Callee);
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  for (unsigned I = Object; I < Args.size(); ++I) {
    const unsigned Param = I - Object;
    if (Callee && Param < Callee->getNumParams() &&
        Callee->getParamDecl(Param)->getType()->isLValueReferenceType())
      continue;
    const Expr *Arg = Args[I]->IgnoreParenCasts();
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Arg))
      Arg = Temporary->getSubExpr()->IgnoreParenCasts();
    if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Arg))
      Given.insert(Bind);
  }
}

void BoundAnalysis::temporary(const CXXBindTemporaryExpr &Bind, State &S) {
  const bool IsGiven = Given.contains(&Bind);
  const ThreadBoundTraits *Traits = R.threadBound(Bind.getType());
  if (!Traits || (!IsGiven && !Temporaries.contains(&Bind)))
    return;
  // Whosever it is, what is moved into it is gone.
  if (valueOf(Bind.getSubExpr(), S) != Alive || IsGiven)
    return;
  const NamedDecl *Class = Roles::classOf(Bind.getType());
  const unsigned Subject = intern(&Bind, {BoundScope::Kind::Temporary,
                                          Class->getName().str(),
                                          Traits->Reason,
                                          Traits->Contains ? Traits->Class : "",
                                          {}});
  Table[Subject].Within = FullExpressions.lookup(&Bind);
  set(S, Subject, Alive, Bind.getBeginLoc());
}

} // namespace corolint
