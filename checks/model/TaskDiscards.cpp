/// \file
/// Finding the tasks that are made and that nobody gets.

#include "checks/model/TaskUses.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"

namespace corolint {

using namespace clang;

namespace {

class DiscardFinder : public OwnBodyVisitor<DiscardFinder> {
public:
  using Discards = llvm::DenseMap<const Stmt *, TaskDiscard>;

  DiscardFinder(const Function &F, const CoroutineModel &Model,
                const TaskTypes &Types, Discards &Found)
      : F(F), Model(Model), Types(Types), Found(Found) {}

  bool VisitCallExpr(CallExpr *E) {
    arguments(*E);
    // `std::ignore = call();`
    const std::optional<MemberCall> Call = asMemberCall(E);
    if (!Call || !Call->Method ||
        Call->Method->getOverloadedOperator() != OO_Equal)
      return true;
    const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(Call->Object));
    if (Ref && Ref->getDecl()->isInStdNamespace() &&
        Ref->getDecl()->getNameAsString() == "ignore")
      discard(Call->Args[0], {.Maker = nullptr, .Explicit = true});
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    arguments(*E);
    return true;
  }
  bool VisitExplicitCastExpr(ExplicitCastExpr *E) {
    if (E->getType()->isVoidType())
      discard(E->getSubExpr(), {.Maker = nullptr, .Explicit = true});
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (Op->getOpcode() == BO_Comma)
      discard(Op->getLHS(), {});
    return true;
  }
  bool VisitCompoundStmt(CompoundStmt *S) {
    for (const Stmt *Child : S->body())
      statement(Child);
    return true;
  }
  bool VisitIfStmt(IfStmt *S) {
    statement(S->getThen());
    statement(S->getElse());
    return true;
  }
  bool VisitForStmt(ForStmt *S) {
    statement(S->getInit());
    statement(S->getInc());
    statement(S->getBody());
    return true;
  }
  bool VisitWhileStmt(WhileStmt *S) {
    statement(S->getBody());
    return true;
  }
  bool VisitDoStmt(DoStmt *S) {
    statement(S->getBody());
    return true;
  }
  bool VisitCXXForRangeStmt(CXXForRangeStmt *S) {
    statement(S->getBody());
    return true;
  }
  bool VisitSwitchStmt(SwitchStmt *S) {
    statement(S->getBody());
    return true;
  }
  bool VisitLabelStmt(LabelStmt *S) {
    statement(S->getSubStmt());
    return true;
  }
  bool VisitAttributedStmt(AttributedStmt *S) {
    statement(S->getSubStmt());
    return true;
  }
  bool VisitSwitchCase(SwitchCase *S) {
    statement(S->getSubStmt());
    return true;
  }

private:
  /// What is made in the statement \p S and not used.
  void statement(const Stmt *S) {
    if (const auto *E = dyn_cast_or_null<Expr>(S))
      discard(E, {.Maker = nullptr, .IsStatement = true});
  }
  bool isCallback(const Expr &Maker) const;
  void discard(const Expr *E, TaskDiscard How);
  void arguments(const Expr &Call);

  const Function &F;
  const CoroutineModel &Model;
  const TaskTypes &Types;
  Discards &Found;
};

/// Whether \p Maker calls an object that a template was given: that it drops
/// the result is known where it is given a coroutine.
bool DiscardFinder::isCallback(const Expr &Maker) const {
  const auto *Call = dyn_cast_or_null<CallExpr>(callThatMakes(Maker));
  if (!F.Decl.getTemplateInstantiationPattern() || !Call)
    return false;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call))
    return Operator->getOperator() == OO_Call;
  return !Call->getDirectCallee();
}

void DiscardFinder::discard(const Expr *E, TaskDiscard How) {
  if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
    E = Cleanups->getSubExpr();
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E->IgnoreParens());
      Cast && Cast->getType()->isVoidType()) {
    E = Cast->getSubExpr();
    How.Explicit = true;
  }
  const Expr *Whole = E->IgnoreParens();
  E = skipWrappers(E);
  if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
    How.IsStatement = false;
    if (Op->getOpcode() == BO_Comma)
      discard(Op->getRHS(), How);
    return;
  }
  if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(E)) {
    How.IsStatement = false;
    discard(Choice->getTrueExpr(), How);
    discard(Choice->getFalseExpr(), How);
    return;
  }
  if (isa<CXXNewExpr>(E))
    return;
  if (Types.isOperation(*E)) {
    // `sleep_op{5}` begins before its braces.
    How.Maker = isa<CXXFunctionalCastExpr>(Whole) ? Whole : E;
    Found.try_emplace(E, How);
    return;
  }
  for (const TaskLeaf &Leaf : tasksIn(*E, Types))
    if (Leaf.How != TaskLeaf::Kind::Moved && !isCallback(*Leaf.From)) {
      TaskDiscard Discard = How;
      Discard.Maker = Leaf.From;
      Discard.IsStatement &= Leaf.From == E;
      Found.try_emplace(Leaf.From, Discard);
    }
}

/// Tasks that go into functions which never look at them.
void DiscardFinder::arguments(const Expr &Call) {
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  for (unsigned I = 0; I < Args.size(); ++I) {
    const Expr *Arg = skipWrappers(Args[I]);
    if (!Types.holds(Arg->getType().getNonReferenceType()))
      continue;
    const llvm::SmallVector<TaskLeaf, 2> In = tasksIn(*Arg, Types);
    if (llvm::none_of(In, [](const TaskLeaf &Leaf) {
          return Leaf.How == TaskLeaf::Kind::Fresh;
        }))
      continue;
    if (const ParmVarDecl *Param = ignoredParameter(Call, I, Model))
      for (const TaskLeaf &Leaf : In)
        if (Leaf.How == TaskLeaf::Kind::Fresh)
          Found.try_emplace(Leaf.From,
                            TaskDiscard{.Maker = Leaf.From, .Ignored = Param});
  }
}

} // namespace

void findDiscards(const Function &F, const CoroutineModel &Model,
                  const TaskTypes &Types,
                  llvm::DenseMap<const Stmt *, TaskDiscard> &Found) {
  DiscardFinder(F, Model, Types, Found)
      .TraverseStmt(const_cast<Stmt *>(F.Body));
}

} // namespace corolint
