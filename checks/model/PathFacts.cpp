/// \file
/// Implementation of Conditions and PathFacts.

#include "checks/model/PathFacts.h"

#include "checks/model/Calls.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

std::optional<bool> PathFacts::get(Key K) const {
  auto It = llvm::lower_bound(Known, std::make_pair(K, false));
  if (It == Known.end() || It->first != K)
    return std::nullopt;
  return It->second;
}

void PathFacts::set(Key K, bool Value) {
  auto It = llvm::lower_bound(Known, std::make_pair(K, false));
  if (It != Known.end() && It->first == K)
    It->second = Value;
  else
    Known.insert(It, {K, Value});
}

void PathFacts::forget(Key K) {
  llvm::erase_if(Known, [K](const auto &Fact) { return Fact.first == K; });
}

bool PathFacts::intersect(const PathFacts &Other) {
  const size_t Before = Known.size();
  llvm::erase_if(Known, [&](const auto &Fact) {
    return Other.get(Fact.first) != Fact.second;
  });
  return Known.size() != Before;
}

namespace {

PathFacts::Key resultKey(const Expr *E) {
  return reinterpret_cast<std::uintptr_t>(E);
}

/// Variables whose address leaves, or that a lambda may change: their value is
/// not followed.
class EscapeFinder : public RecursiveASTVisitor<EscapeFinder> {
public:
  explicit EscapeFinder(llvm::DenseSet<const ValueDecl *> &Escaped)
      : Escaped(Escaped) {}

  bool VisitUnaryOperator(UnaryOperator *Op) {
    if (Op->getOpcode() == UO_AddrOf)
      if (const auto *Ref =
              dyn_cast<DeclRefExpr>(Op->getSubExpr()->IgnoreParens()))
        Escaped.insert(Ref->getDecl());
    return true;
  }
  bool VisitLambdaExpr(LambdaExpr *E) {
    for (const LambdaCapture &Capture : E->captures())
      if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
        Escaped.insert(Capture.getCapturedVar());
    return true;
  }
  bool VisitVarDecl(VarDecl *D) {
    if (D->getType()->isLValueReferenceType() && D->getInit())
      if (const auto *Ref = dyn_cast<DeclRefExpr>(D->getInit()->IgnoreParens()))
        Escaped.insert(Ref->getDecl());
    return true;
  }

private:
  llvm::DenseSet<const ValueDecl *> &Escaped;
};

void collectDecls(const Stmt *S,
                  llvm::SmallVectorImpl<const ValueDecl *> &Out) {
  if (!S)
    return;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    Out.push_back(Ref->getDecl());
  if (const auto *Member = dyn_cast<MemberExpr>(S))
    Out.push_back(Member->getMemberDecl());
  for (const Stmt *Child : S->children())
    collectDecls(Child, Out);
}

/// The variable that \p E designates, or a part of which it designates, not
/// through a pointer.
const ValueDecl *root(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  while (const auto *Member = dyn_cast<MemberExpr>(E)) {
    if (Member->isArrow())
      return nullptr;
    E = Member->getBase()->IgnoreParenImpCasts();
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(E);
      Op && Op->getOpcode() == BO_Assign)
    return root(Op->getLHS());
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Ref ? Ref->getDecl() : nullptr;
}

/// What \p Op says of two constants.
std::optional<bool> compare(BinaryOperatorKind Op, const llvm::APSInt &Left,
                            const llvm::APSInt &Right) {
  const int Order = llvm::APSInt::compareValues(Left, Right);
  switch (Op) {
  case BO_EQ:
    return Order == 0;
  case BO_NE:
    return Order != 0;
  case BO_LT:
    return Order < 0;
  case BO_LE:
    return Order <= 0;
  case BO_GT:
    return Order > 0;
  case BO_GE:
    return Order >= 0;
  default:
    return std::nullopt;
  }
}

} // namespace

Conditions::Conditions(const Function &F) : Ast(F.Decl.getASTContext()) {
  EscapeFinder(Escaped).TraverseStmt(const_cast<Stmt *>(F.Body));
  const CFG *Graph = F.cfg();
  if (!Graph)
    return;
  for (const CFGBlock *Block : *Graph) {
    if (Block->getTerminator().isTemporaryDtorsBranch())
      ConditionalTemporaries.insert(Block->getTerminatorStmt());
    if (const auto *Switch =
            dyn_cast_or_null<SwitchStmt>(Block->getTerminatorStmt()))
      addCases(*Switch);
    const Expr *Condition =
        Block->succ_size() == 2 ? conditionOf(*Block) : nullptr;
    if (!Condition)
      continue;
    const std::optional<Literal> L = literal(Condition);
    if (!L || Tests[L->Key]++)
      continue;
    if (L->Flag)
      Flags[L->Flag] = L->Key;
    const auto *Op = dyn_cast<BinaryOperator>(strip(Condition));
    const ValueDecl *Compared =
        Op && Op->isComparisonOp() ? root(Op->getLHS()) : nullptr;
    if (const std::optional<llvm::APSInt> Right =
            Compared ? constant(Op->getRHS()) : std::nullopt)
      Comparisons[Compared].push_back(
          {L->Key, L->Negated, Op->getOpcode(), *Right});
    addMentions(*Condition, L->Key);
  }
}

void Conditions::addMentions(const Expr &Of, PathFacts::Key K) {
  llvm::SmallVector<const ValueDecl *, 4> Decls;
  collectDecls(&Of, Decls);
  for (const ValueDecl *D : Decls)
    Mentions[D].push_back(K);
}

std::optional<bool> Conditions::evaluate(const Expr *Condition,
                                         const PathFacts &Facts) const {
  if (!Condition)
    return std::nullopt;
  bool Negated = false;
  const Expr *E = strip(Condition);
  while (true) {
    for (const PathFacts::Key Key : {resultKey(E), choiceKey(E)})
      if (std::optional<bool> Known = Facts.get(Key))
        return *Known != Negated;
    const Expr *Inner = tested(E, Negated);
    if (!Inner)
      break;
    E = strip(Inner);
  }
  if (const std::optional<llvm::APSInt> Value = constant(E))
    return (*Value != 0) != Negated;
  if (isa<CXXNullPtrLiteralExpr>(E))
    return Negated;
  // `f() == 3` where the result of this call is known to be zero.
  if (const auto *Op = dyn_cast<BinaryOperator>(E); Op && Op->isComparisonOp())
    if (const std::optional<llvm::APSInt> Right = constant(Op->getRHS());
        Right && !isa<DeclRefExpr>(strip(Op->getLHS())) &&
        evaluate(Op->getLHS(), Facts) == false)
      if (const std::optional<bool> Value =
              compare(Op->getOpcode(), llvm::APSInt::get(0), *Right))
        return *Value != Negated;
  if (const std::optional<Literal> L = literal(Condition))
    if (std::optional<bool> Known = Facts.get(L->Key))
      return *Known != L->Negated;
  return std::nullopt;
}

void Conditions::assume(const Expr *Condition, bool Value,
                        PathFacts &Facts) const {
  const std::optional<Literal> L = literal(Condition);
  if (!L)
    return;
  if (Tests.lookup(L->Key) > 1)
    Facts.set(L->Key, Value != L->Negated);
  learn(*L, Value, Facts);
}

/// A variable that is equal to a constant is not equal to any other.
void Conditions::learn(const Literal &L, bool Value, PathFacts &Facts) const {
  const bool Holds = Value != L.Negated;
  if (L.Flag && !Holds)
    return become(*L.Flag, llvm::APSInt::get(0), Facts);
  for (const auto &[Var, All] : Comparisons)
    for (const Comparison &C : All)
      if (C.Key == L.Key && C.Op == (Holds != C.Negated ? BO_EQ : BO_NE))
        return become(*Var, C.Right, Facts);
}

void Conditions::become(const ValueDecl &Var, const llvm::APSInt &Value,
                        PathFacts &Facts) const {
  if (Escaped.contains(&Var))
    return;
  if (auto It = Comparisons.find(&Var); It != Comparisons.end())
    for (const Comparison &C : It->second)
      if (const std::optional<bool> Known = compare(C.Op, Value, C.Right))
        Facts.set(C.Key, *Known != C.Negated);
  if (auto Flag = Flags.find(&Var); Flag != Flags.end())
    Facts.set(Flag->second, Value != 0);
}

void Conditions::assumeResult(const Expr *E, bool Value,
                              PathFacts &Facts) const {
  Facts.set(resultKey(E), Value);
}

void Conditions::forgetResult(const Expr *E, PathFacts &Facts) const {
  Facts.forget(resultKey(E));
}

PathFacts::Key Conditions::choiceKey(const Expr *E) {
  return resultKey(E) | ChoiceBits;
}

bool Conditions::isChoice(PathFacts::Key K) {
  return (K & ChoiceBits) == ChoiceBits && !(K & 1);
}

PathFacts::Key Conditions::temporaryKey(const Stmt *S) {
  return reinterpret_cast<std::uintptr_t>(S) | ChoiceBits | 1;
}

std::optional<bool> Conditions::takeMade(const CFGBlock &Block,
                                         PathFacts &Facts) const {
  if (!Block.getTerminator().isTemporaryDtorsBranch())
    return std::nullopt;
  const PathFacts::Key Key = temporaryKey(Block.getTerminatorStmt());
  const bool Made = Facts.get(Key).has_value();
  Facts.forget(Key);
  return Made;
}

void Conditions::assumeEngaged(const VarDecl &Var, bool Engaged,
                               PathFacts &Facts) const {
  if (auto Flag = Flags.find(&Var);
      Flag != Flags.end() && !Escaped.contains(&Var))
    Facts.set(Flag->second, Engaged);
}

void Conditions::forget(const ValueDecl *D, PathFacts &Facts) const {
  auto It = Mentions.find(D);
  if (It != Mentions.end())
    for (PathFacts::Key K : It->second)
      Facts.forget(K);
}

void Conditions::step(const Stmt *S, PathFacts &Facts) const {
  if (ConditionalTemporaries.contains(S))
    Facts.set(temporaryKey(S), true);
  const auto Store = [&](const ValueDecl *D, const Expr *Init) {
    forget(D, Facts);
    if (!Init || Escaped.contains(D))
      return;
    // `for (int i = 0; i < 10; ...)` runs at least once.
    std::optional<llvm::APSInt> Known = constant(Init);
    if (!Known && evaluate(Init, Facts) == false)
      Known = llvm::APSInt::get(0);
    if (Known)
      return become(*D, *Known, Facts);
    auto Flag = Flags.find(D);
    if (Flag == Flags.end())
      return;
    if (std::optional<bool> Value = evaluate(Init, Facts))
      Facts.set(Flag->second, *Value);
  };
  if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        Store(Var, Var->getInit());
    Facts.forgetIf(isChoice);
    return;
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(S);
      Op && Op->isAssignmentOp()) {
    if (const ValueDecl *D = root(Op->getLHS())) {
      if (isa<DeclRefExpr>(Op->getLHS()->IgnoreParens()) &&
          Op->getOpcode() == BO_Assign)
        Store(D, Op->getRHS());
      else
        forget(D, Facts);
    }
    if (const auto *Member = dyn_cast<MemberExpr>(Op->getLHS()->IgnoreParens()))
      forget(Member->getMemberDecl(), Facts);
    return;
  }
  if (const auto *Op = dyn_cast<UnaryOperator>(S);
      Op && Op->isIncrementDecrementOp()) {
    if (const ValueDecl *D = root(Op->getSubExpr()))
      forget(D, Facts);
    if (const auto *Member =
            dyn_cast<MemberExpr>(Op->getSubExpr()->IgnoreParens()))
      forget(Member->getMemberDecl(), Facts);
    return;
  }
  // What a call that can't be seen does to fields is taken to be nothing: the
  // author who tests one twice means the same by it.
  const auto *Call = dyn_cast<CallExpr>(S);
  const auto *Construct = dyn_cast<CXXConstructExpr>(S);
  if (!Call && !Construct)
    return;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(S)) {
    const auto *Method =
        dyn_cast_or_null<CXXMethodDecl>(Operator->getDirectCallee());
    if (Method && isAccessor(*Method))
      return;
  }
  const auto *MemberCall = dyn_cast_or_null<CXXMemberCallExpr>(Call);
  if (MemberCall && MemberCall->getMethodDecl() &&
      !isAccessor(*MemberCall->getMethodDecl()) &&
      !MemberCall->getImplicitObjectArgument()->getType()->isPointerType())
    if (const ValueDecl *D = root(MemberCall->getImplicitObjectArgument()))
      forget(D, Facts);
  const auto MayChange = [&](const Expr *Arg) {
    // A glvalue argument that is not const may be changed by the callee.
    if (Arg && Arg->isGLValue() && !Arg->getType().isConstQualified())
      if (const ValueDecl *D = root(Arg))
        forget(D, Facts);
  };
  if (Call)
    llvm::for_each(Call->arguments(), MayChange);
  if (Construct)
    llvm::for_each(Construct->arguments(), MayChange);
}

void Conditions::assumeChoice(const CFGBlock &Block, bool Value,
                              PathFacts &Facts) const {
  const auto *Choice =
      dyn_cast_or_null<ConditionalOperator>(Block.getTerminatorStmt());
  if (!Choice)
    return;
  if (const std::optional<bool> Known = evaluate(
          Value ? Choice->getTrueExpr() : Choice->getFalseExpr(), Facts))
    Facts.set(choiceKey(Choice), *Known);
}

void Conditions::endBlock(PathFacts &Facts) const {
  Facts.forgetIf([](PathFacts::Key K) { return !(K & ConditionBit); });
}

} // namespace corolint
