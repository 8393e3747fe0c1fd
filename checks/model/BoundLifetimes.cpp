/// \file
/// How long thread-bound objects live, and which of those without a name live
/// on.

#include "checks/model/BoundAnalysis.h"

#include "checks/model/OwnBody.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

/// Finds what a variable, a temporary and an await are in.
class EnclosureFinder : public OwnBodyVisitor<EnclosureFinder> {
public:
  EnclosureFinder(
      llvm::DenseMap<const void *, const Stmt *> &Within,
      llvm::DenseMap<const Stmt *, std::vector<const Stmt *>> &Around)
      : Within(Within), Around(Around) {}

  bool TraverseStmt(Stmt *S) {
    if (!S)
      return true;
    const bool Encloses =
        isa<CompoundStmt, IfStmt, SwitchStmt, WhileStmt, ForStmt,
            CXXForRangeStmt, CXXCatchStmt, ExprWithCleanups>(S);
    if (Encloses)
      Open.push_back(S);
    if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S))
      Around[S] = Open;
    const bool Result = OwnBodyVisitor::TraverseStmt(S);
    if (Encloses)
      Open.pop_back();
    return Result;
  }
  bool VisitVarDecl(VarDecl *Var) {
    if (!Open.empty())
      Within[Var] = Open.back();
    return true;
  }
  bool VisitCXXBindTemporaryExpr(CXXBindTemporaryExpr *Bind) {
    for (const Stmt *S : Open)
      if (isa<ExprWithCleanups>(S))
        Within[Bind] = S;
    return true;
  }

private:
  llvm::DenseMap<const void *, const Stmt *> &Within;
  llvm::DenseMap<const Stmt *, std::vector<const Stmt *>> &Around;
  std::vector<const Stmt *> Open;
};

} // namespace

void BoundAnalysis::findEnclosures() {
  EnclosureFinder(Within, Around).TraverseStmt(const_cast<Stmt *>(F.Body));
}

/// Whether what \p Key names can still be there at \p Await: not after the end
/// of its scope or full expression. The control flow graph knows neither which
/// of two branches has made a temporary, nor what a throw destroys.
bool BoundAnalysis::reaches(const void *Key, const Expr *Await) const {
  const Stmt *Scope = Within.lookup(Key);
  auto It = Around.find(Await);
  return !Scope || It == Around.end() || llvm::is_contained(It->second, Scope);
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
  // What an await hands out is there when it is over.
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Bind.getSubExpr());
      Call && Call->getMethodDecl() &&
      Call->getMethodDecl()->getDeclName().isIdentifier() &&
      Call->getMethodDecl()->getName() == "await_resume")
    return;
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
  set(S, Subject, Alive, Bind.getBeginLoc());
}

} // namespace corolint
