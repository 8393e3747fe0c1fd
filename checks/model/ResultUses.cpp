/// \file
/// Following a callable through the body that it is given to.

#include "checks/model/ResultUses.h"

#include "checks/model/Calls.h"
#include "checks/model/Evaluated.h"
#include "checks/model/ResultTakers.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace corolint {

using namespace clang;

/// The value of a whole statement, comma operands and branches taken apart.
static void unusedIn(const Stmt *S,
                     llvm::function_ref<void(const Expr &)> Visit) {
  const auto *E = dyn_cast_or_null<Expr>(S);
  if (!E)
    return;
  // Also without the cast in `(void)call();`.
  E = skipWrappers(E);
  if (const auto *Comma = dyn_cast<BinaryOperator>(E);
      Comma && Comma->getOpcode() == BO_Comma)
    return unusedIn(Comma->getRHS(), Visit);
  if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(E)) {
    unusedIn(Choice->getTrueExpr(), Visit);
    return unusedIn(Choice->getFalseExpr(), Visit);
  }
  Visit(*E);
}

void eachUnused(const Stmt *S, llvm::function_ref<void(const Expr &)> Visit) {
  const auto Unused = [&](const Stmt *Part) { unusedIn(Part, Visit); };
  if (const auto *Block = dyn_cast<CompoundStmt>(S)) {
    for (const Stmt *Child : Block->body())
      Unused(Child);
  } else if (const auto *If = dyn_cast<IfStmt>(S)) {
    Unused(If->getThen());
    Unused(If->getElse());
  } else if (const auto *For = dyn_cast<ForStmt>(S)) {
    Unused(For->getInit());
    Unused(For->getInc());
    Unused(For->getBody());
  } else if (const auto *While = dyn_cast<WhileStmt>(S)) {
    Unused(While->getBody());
  } else if (const auto *Do = dyn_cast<DoStmt>(S)) {
    Unused(Do->getBody());
  } else if (const auto *Range = dyn_cast<CXXForRangeStmt>(S)) {
    Unused(Range->getBody());
  } else if (const auto *Label = dyn_cast<LabelStmt>(S)) {
    Unused(Label->getSubStmt());
  } else if (const auto *Case = dyn_cast<SwitchCase>(S)) {
    Unused(Case->getSubStmt());
  } else if (const auto *Op = dyn_cast<BinaryOperator>(S)) {
    if (Op->getOpcode() == BO_Comma)
      Unused(Op->getLHS());
  } else if (const auto *Cast = dyn_cast<ExplicitCastExpr>(S)) {
    if (Cast->getType()->isVoidType())
      Unused(Cast->getSubExpr());
  }
}

namespace {

template <class Derived> using Everywhere = RecursiveASTVisitor<Derived>;

class UseSearch : public EvaluatedVisitor<UseSearch, Everywhere> {
public:
  UseSearch(const ValueDecl &Callable, ResultTakers &Takers)
      : Takers(Takers),
        Class(Callable.getType().getNonReferenceType()->getAsCXXRecordDecl()) {
    Followed.insert(&Callable);
  }

  std::optional<ResultTaker> Found;

  bool VisitStmt(Stmt *S) {
    eachUnused(S, [&](const Expr &E) { Unused.insert(&E); });
    return !Found;
  }
  /// Which of its branches will be there is not known.
  bool TraverseIfStmt(IfStmt *If) {
    return (If->isConstexpr() && If->getCond()->isValueDependent()) ||
           EvaluatedVisitor::TraverseIfStmt(If);
  }
  bool VisitVarDecl(VarDecl *Var) {
    if (Var->getInit() && isFollowed(Var->getInit()))
      Followed.insert(Var);
    return true;
  }
  bool VisitCallExpr(CallExpr *Call) {
    const Expr *Called = calledBy(*Call);
    if (isFollowed(Called) || isSameClass(Called)) {
      // In a template that is not instantiated, who asks knows the callable.
      if (Unused.contains(Call) && (Call->getType()->isDependentType() ||
                                    Takers.counts(Call->getType())))
        Found = {ResultTaker::Way::Ignores, "", Call->getBeginLoc(), ""};
      return !Found;
    }
    return handOver(*Call);
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *Construct) {
    return Construct->getConstructor()->isCopyOrMoveConstructor() ||
           handOver(*Construct);
  }
  bool VisitInitListExpr(InitListExpr *List) { return handOver(*List); }

  /// A field that is made from the callable is followed into the methods.
  bool TraverseConstructorInitializer(CXXCtorInitializer *Init) {
    const FieldDecl *Field = Init->getAnyMember();
    if (Field && Init->isWritten() && isFollowed(Init->getInit())) {
      Found = Takers.byMethods(*Field);
      return !Found;
    }
    return TraverseStmt(Init->getInit());
  }

private:
  bool isFollowed(const Expr *E) const {
    E = E ? calledThrough(E) : nullptr;
    if (const auto *Op = dyn_cast_or_null<UnaryOperator>(E);
        Op && (Op->getOpcode() == UO_Deref || Op->getOpcode() == UO_AddrOf))
      E = calledThrough(Op->getSubExpr());
    if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E))
      return Followed.contains(Ref->getDecl());
    const auto *Member = dyn_cast_or_null<MemberExpr>(E);
    return Member && Followed.contains(Member->getMemberDecl());
  }

  /// However it was kept: `(*static_cast<F *>(erased))()`.
  bool isSameClass(const Expr *E) const {
    const CXXRecordDecl *Other =
        Class && E ? E->getType()->getAsCXXRecordDecl() : nullptr;
    return Other && Other->getCanonicalDecl() == Class->getCanonicalDecl();
  }

  /// What a call calls: `f(x)`, `(o.*f)(x)`, `std::invoke(f, x)`.
  static const Expr *calledBy(const CallExpr &Call) {
    const FunctionDecl *Callee = Call.getDirectCallee();
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call))
      return Operator->getOperator() == OO_Call ? Operator->getArg(0) : nullptr;
    if (Callee && Callee->isInStdNamespace() &&
        Callee->getDeclName().isIdentifier() && Call.getNumArgs() > 0 &&
        (Callee->getName() == "invoke" || Callee->getName() == "apply"))
      return Call.getArg(0);
    const Expr *E = Call.getCallee()->IgnoreParenImpCasts();
    const auto *Pointer = dyn_cast<BinaryOperator>(E);
    return Pointer && Pointer->isPtrMemOp() ? Pointer->getRHS() : E;
  }

  bool handOver(const Expr &Use) {
    const std::optional<Handover> To = Handover::of(Use);
    if (!To)
      return true;
    for (unsigned I = 0; I < To->Arguments.size(); ++I) {
      if (!isFollowed(To->Arguments[I]))
        continue;
      Found = Takers.takerOf(*To, I);
      if (!Found)
        continue;
      if (Found->How == ResultTaker::Way::Converts)
        Found->InsideName = Found->Name;
      Found->How = ResultTaker::Way::Ignores;
      Found->Inside = Use.getBeginLoc();
      return false;
    }
    return true;
  }

  ResultTakers &Takers;
  /// The callable's, if it is an object.
  const CXXRecordDecl *Class;
  llvm::SmallPtrSet<const ValueDecl *, 4> Followed;
  llvm::DenseSet<const Stmt *> Unused;
};

} // namespace

std::optional<ResultTaker> dropInBody(const Function &Body,
                                      const ValueDecl &Callable,
                                      ResultTakers &Takers) {
  UseSearch Search(Callable, Takers);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Body.Decl))
    for (CXXCtorInitializer *Init : Constructor->inits())
      if (!Search.TraverseConstructorInitializer(Init))
        return Search.Found;
  Search.TraverseStmt(const_cast<Stmt *>(Body.Body));
  return Search.Found;
}

} // namespace corolint
