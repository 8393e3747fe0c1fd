/// \file
/// Which branch conditions are the same condition.

#include "checks/model/Calls.h"
#include "checks/model/PathFacts.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

const Expr *Conditions::strip(const Expr *E) {
  while (E) {
    const Expr *Inner = E->IgnoreParenImpCasts();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(Inner))
      Inner = Cleanups->getSubExpr();
    else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Inner))
      Inner = Bind->getSubExpr();
    else if (const auto *Rewritten =
                 dyn_cast<CXXRewrittenBinaryOperator>(Inner))
      Inner = Rewritten->getSemanticForm();
    // `bool(x)`, `static_cast<bool>(x)`, `bool b{x}`.
    else if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Inner);
             Cast && Cast->getType()->isIntegralOrEnumerationType())
      Inner = Cast->getSubExpr();
    else if (const auto *List = dyn_cast<InitListExpr>(Inner);
             List && List->getNumInits() == 1 &&
             !List->getType()->isRecordType())
      Inner = List->getInit(0);
    // `(flag = f())` is the flag.
    else if (const auto *Op = dyn_cast<BinaryOperator>(Inner);
             Op && Op->getOpcode() == BO_Assign)
      Inner = Op->getLHS();
    if (Inner == E)
      return E;
    E = Inner;
  }
  return E;
}

const Expr *Conditions::conditionOf(const CFGBlock &Block) {
  if (Block.getTerminator().isTemporaryDtorsBranch() ||
      isa_and_nonnull<SwitchStmt>(Block.getTerminatorStmt()))
    return nullptr;
  const auto *E = dyn_cast_or_null<Expr>(
      Block.getTerminatorCondition(/*StripParens=*/true));
  // The last block of `a && b` tests b.
  while (const auto *Op = dyn_cast_or_null<BinaryOperator>(E)) {
    if (!Op->isLogicalOp())
      break;
    E = Op->getRHS()->IgnoreParens();
  }
  return E;
}

bool Conditions::isStable(const Expr *E) const {
  E = strip(E);
  if (isa<IntegerLiteral, CXXBoolLiteralExpr, CXXNullPtrLiteralExpr,
          CharacterLiteral, CXXThisExpr>(E))
    return true;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (isa<EnumConstantDecl, NonTypeTemplateParmDecl>(Ref->getDecl()))
      return true;
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    return Var && (Var->isConstexpr() || !Escaped.contains(Var));
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return isa<FieldDecl>(Member->getMemberDecl()) &&
           isStable(Member->getBase());
  if (const auto *Op = dyn_cast<UnaryOperator>(E))
    return (Op->getOpcode() == UO_LNot || Op->getOpcode() == UO_Deref ||
            Op->getOpcode() == UO_Minus) &&
           isStable(Op->getSubExpr());
  if (const auto *Op = dyn_cast<BinaryOperator>(E))
    return (Op->isComparisonOp() || Op->isAdditiveOp() || Op->isBitwiseOp()) &&
           isStable(Op->getLHS()) && isStable(Op->getRHS());
  // `if (opt)`, `opt.has_value()`, `v.empty()` of a local object.
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
    const CXXMethodDecl *Method = Call->getMethodDecl();
    return Method && isAccessor(*Method) && Call->getNumArgs() == 0 &&
           isStable(Call->getImplicitObjectArgument());
  }
  // `it != map.end()`.
  if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(E))
    return Op->isComparisonOp() &&
           llvm::all_of(Op->arguments(),
                        [&](const Expr *A) { return isStable(A); });
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
    return isStable(Temporary->getSubExpr());
  return false;
}

std::optional<llvm::APSInt> Conditions::constant(const Expr *E) const {
  Expr::EvalResult Value;
  if (E->isValueDependent() || !E->getType()->isIntegralOrEnumerationType() ||
      !E->EvaluateAsInt(Value, Ast))
    return std::nullopt;
  return Value.Val.getInt();
}

const Expr *Conditions::tested(const Expr *E, bool &Negated) const {
  E = strip(E);
  const auto *Not = dyn_cast<UnaryOperator>(E);
  if (Not && Not->getOpcode() == UO_LNot) {
    Negated = !Negated;
    return Not->getSubExpr();
  }
  const auto *Op = dyn_cast<BinaryOperator>(E);
  if (!Op || !Op->isEqualityOp())
    return nullptr;
  // Of a boolean, `!= true` says the same as `== false`.
  const auto Truth = [&](const Expr *Side,
                         const Expr *Other) -> std::optional<bool> {
    if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(Side))
      return false;
    const std::optional<llvm::APSInt> Value = constant(Side);
    if (Value && *Value == 0)
      return false;
    if (Value && strip(Other)->getType()->isBooleanType())
      return true;
    return std::nullopt;
  };
  const Expr *Left = strip(Op->getLHS()), *Right = strip(Op->getRHS());
  std::optional<bool> Value = Truth(Right, Left);
  if (!Value) {
    std::swap(Left, Right);
    Value = Truth(Right, Left);
  }
  if (!Value || constant(Left))
    return nullptr;
  Negated ^= (Op->getOpcode() == BO_EQ) != *Value;
  return Left;
}

std::optional<Conditions::Literal> Conditions::literal(const Expr *E) const {
  bool Negated = false;
  E = strip(E);
  while (E) {
    if (const Expr *Inner = tested(E, Negated)) {
      E = strip(Inner);
      continue;
    }
    if (const auto *Op = dyn_cast<BinaryOperator>(E);
        Op && Op->isEqualityOp()) {
      const Expr *Left = strip(Op->getLHS()), *Right = strip(Op->getRHS());
      if (isStable(E)) {
        llvm::FoldingSetNodeID Id;
        Left->Profile(Id, Ast, /*Canonical=*/true);
        Right->Profile(Id, Ast, /*Canonical=*/true);
        return Literal{Id.ComputeHash() | ConditionBit,
                       Negated != (Op->getOpcode() == BO_NE), nullptr};
      }
    }
    // `a <= b` is `!(a > b)`, `a < b` is `!(a >= b)`.
    if (const auto *Op = dyn_cast<BinaryOperator>(E);
        Op && Op->isRelationalOp() && isStable(E)) {
      const BinaryOperatorKind Kind = Op->getOpcode();
      const bool Turned = Kind == BO_LE || Kind == BO_LT;
      llvm::FoldingSetNodeID Id;
      Id.AddInteger(Kind == BO_GT || Kind == BO_LE);
      Op->getLHS()->IgnoreParenImpCasts()->Profile(Id, Ast, /*Canonical=*/true);
      Op->getRHS()->IgnoreParenImpCasts()->Profile(Id, Ast, /*Canonical=*/true);
      return Literal{Id.ComputeHash() | ConditionBit, Negated != Turned,
                     nullptr};
    }
    break;
  }
  if (!E || E->isTypeDependent() || !isStable(E))
    return std::nullopt;
  // A conversion to bool tests the object itself, as do these of its methods.
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
    if (const std::optional<bool> Engaged =
            testsEngaged(*Call->getMethodDecl())) {
      Negated ^= !*Engaged;
      E = strip(Call->getImplicitObjectArgument());
    }
  }
  llvm::FoldingSetNodeID Id;
  E->Profile(Id, Ast, /*Canonical=*/true);
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Literal{Id.ComputeHash() | ConditionBit, Negated,
                 Ref ? Ref->getDecl() : nullptr};
}

} // namespace corolint
