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

// Keys of expressions seen once are their addresses, whose top bit is clear;
// keys of conditions have it set.
constexpr PathFacts::Key ConditionBit = PathFacts::Key(1) << 63;

PathFacts::Key resultKey(const Expr *E) {
  return reinterpret_cast<std::uintptr_t>(E);
}

/// Through parentheses and conversions, user-defined ones to bool included:
/// `if (lock)` and `lock.owns_lock()` are tests of `lock`.
const Expr *strip(const Expr *E) {
  while (E) {
    const Expr *Inner = E->IgnoreParenImpCasts();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(Inner))
      Inner = Cleanups->getSubExpr();
    else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Inner))
      Inner = Bind->getSubExpr();
    else if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(Inner))
      Inner = Rewritten->getSemanticForm();
    if (Inner == E)
      return E;
    E = Inner;
  }
  return E;
}

/// Methods that may not be const but change nothing.
bool isAccessor(const CXXMethodDecl &Method) {
  constexpr llvm::StringLiteral Names[] = {"begin", "end",  "data", "front",
                                           "back",  "at",   "get",  "value",
                                           "size",  "find", "load"};
  return Method.isConst() || Method.getOverloadedOperator() == OO_Star ||
         Method.getOverloadedOperator() == OO_Arrow ||
         Method.getOverloadedOperator() == OO_Subscript ||
         (Method.getDeclName().isIdentifier() &&
          llvm::is_contained(Names, Method.getName()));
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
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Ref ? Ref->getDecl() : nullptr;
}

/// What \p Op says where its left side is \p Left; nullopt if that is no matter of
/// constants.
std::optional<bool> compare(const BinaryOperator &Op, const Expr &Left,
                            const ASTContext &Ast) {
  Expr::EvalResult A, B;
  if (Left.isValueDependent() || Op.getRHS()->isValueDependent() ||
      !Left.EvaluateAsInt(A, Ast) || !Op.getRHS()->EvaluateAsInt(B, Ast))
    return std::nullopt;
  const int Order = llvm::APSInt::compareValues(A.Val.getInt(), B.Val.getInt());
  switch (Op.getOpcode()) {
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

const Expr *Conditions::conditionOf(const CFGBlock &Block) {
  const auto *E =
      dyn_cast_or_null<Expr>(Block.getTerminatorCondition(/*StripParens=*/true));
  // The last block of `a && b` tests b.
  while (const auto *Op = dyn_cast_or_null<BinaryOperator>(E)) {
    if (!Op->isLogicalOp())
      break;
    E = Op->getRHS()->IgnoreParens();
  }
  return E;
}

Conditions::Conditions(const Function &F) : Ast(F.Decl.getASTContext()) {
  EscapeFinder(Escaped).TraverseStmt(const_cast<Stmt *>(F.Body));
  const CFG *Graph = F.cfg();
  if (!Graph)
    return;
  for (const CFGBlock *Block : *Graph) {
    const Expr *Condition = Block->succ_size() == 2 ? conditionOf(*Block) : nullptr;
    if (!Condition)
      continue;
    const std::optional<Literal> L = literal(Condition);
    if (!L || Tests[L->Key]++)
      continue;
    if (L->Flag)
      Flags[L->Flag] = L->Key;
    const auto *Op = dyn_cast<BinaryOperator>(strip(Condition));
    const ValueDecl *Compared = Op && Op->isRelationalOp() ? root(Op->getLHS())
                                                           : nullptr;
    if (Compared)
      Comparisons[Compared].push_back({L->Key, L->Negated, Op});
    llvm::SmallVector<const ValueDecl *, 4> Decls;
    collectDecls(Condition, Decls);
    for (const ValueDecl *D : Decls)
      Mentions[D].push_back(L->Key);
  }
}

bool Conditions::isStable(const Expr *E) const {
  E = E->IgnoreParenImpCasts();
  if (isa<IntegerLiteral, CXXBoolLiteralExpr, CXXNullPtrLiteralExpr,
          CharacterLiteral, CXXThisExpr>(E))
    return true;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (isa<EnumConstantDecl>(Ref->getDecl()))
      return true;
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    return Var && Var->hasLocalStorage() && !Escaped.contains(Var);
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
    return Op->isComparisonOp() && llvm::all_of(Op->arguments(), [&](const Expr *A) {
             return isStable(A);
           });
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
    return isStable(Temporary->getSubExpr());
  return false;
}

std::optional<Conditions::Literal> Conditions::literal(const Expr *E) const {
  bool Negated = false;
  E = strip(E);
  while (E) {
    if (const auto *Not = dyn_cast<UnaryOperator>(E);
        Not && Not->getOpcode() == UO_LNot) {
      Negated = !Negated;
      E = strip(Not->getSubExpr());
      continue;
    }
    // `p == nullptr`, `flag == false`, `a != b` are tests of `p`, `flag` and
    // `a == b` with the sign turned.
    if (const auto *Op = dyn_cast<BinaryOperator>(E);
        Op && Op->isEqualityOp()) {
      const Expr *Left = strip(Op->getLHS()), *Right = strip(Op->getRHS());
      const auto IsFalse = [&](const Expr *Side) {
        const auto *Bool = dyn_cast<CXXBoolLiteralExpr>(Side);
        return (Bool && !Bool->getValue()) || isa<CXXNullPtrLiteralExpr>(Side) ||
               isa<GNUNullExpr>(Side);
      };
      if (IsFalse(Left))
        std::swap(Left, Right);
      if (IsFalse(Right)) {
        Negated ^= Op->getOpcode() == BO_EQ;
        E = Left;
        continue;
      }
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

std::optional<bool> Conditions::evaluate(const Expr *Condition,
                                         const PathFacts &Facts) const {
  if (!Condition)
    return std::nullopt;
  bool Negated = false;
  const Expr *E = strip(Condition);
  while (true) {
    if (std::optional<bool> Known = Facts.get(resultKey(E)))
      return *Known != Negated;
    const auto *Not = dyn_cast<UnaryOperator>(E);
    if (!Not || Not->getOpcode() != UO_LNot)
      break;
    Negated = !Negated;
    E = strip(Not->getSubExpr());
  }
  if (const auto *Bool = dyn_cast<CXXBoolLiteralExpr>(E))
    return Bool->getValue() != Negated;
  if (isa<CXXNullPtrLiteralExpr>(E))
    return Negated;
  if (const std::optional<Literal> L = literal(Condition))
    if (std::optional<bool> Known = Facts.get(L->Key))
      return *Known != L->Negated;
  return std::nullopt;
}

void Conditions::assume(const Expr *Condition, bool Value,
                        PathFacts &Facts) const {
  const std::optional<Literal> L = literal(Condition);
  if (L && Tests.lookup(L->Key) > 1)
    Facts.set(L->Key, Value != L->Negated);
}

void Conditions::assumeResult(const Expr *E, bool Value,
                              PathFacts &Facts) const {
  Facts.set(resultKey(E), Value);
}

void Conditions::assumeEngaged(const VarDecl &Var, bool Engaged,
                               PathFacts &Facts) const {
  if (auto Flag = Flags.find(&Var); Flag != Flags.end() && !Escaped.contains(&Var))
    Facts.set(Flag->second, Engaged);
}

void Conditions::forget(const ValueDecl *D, PathFacts &Facts) const {
  auto It = Mentions.find(D);
  if (It != Mentions.end())
    for (PathFacts::Key K : It->second)
      Facts.forget(K);
}

void Conditions::step(const Stmt *S, PathFacts &Facts) const {
  const auto Store = [&](const ValueDecl *D, const Expr *Init) {
    forget(D, Facts);
    if (!Init || Escaped.contains(D))
      return;
    // `for (int i = 0; i < 10; ...)` runs at least once.
    if (auto It = Comparisons.find(D); It != Comparisons.end())
      for (const Comparison &C : It->second)
        if (const std::optional<bool> Value = compare(*C.Op, *Init, Ast))
          Facts.set(C.Key, *Value != C.Negated);
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
    return;
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(S); Op && Op->isAssignmentOp()) {
    if (const ValueDecl *D = root(Op->getLHS())) {
      if (isa<DeclRefExpr>(Op->getLHS()->IgnoreParens()) &&
          Op->getOpcode() == BO_Assign)
        Store(D, Op->getRHS());
      else
        forget(D, Facts);
    }
    if (const auto *Member =
            dyn_cast<MemberExpr>(Op->getLHS()->IgnoreParens()))
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

void Conditions::assumeCase(const SwitchStmt &Switch, const CFGBlock &Next,
                            PathFacts &Facts) const {
  const auto *Taken = dyn_cast_or_null<CaseStmt>(Next.getLabel());
  if (!isStable(Switch.getCond()))
    return;
  for (const SwitchCase *Label = Switch.getSwitchCaseList(); Label;
       Label = Label->getNextSwitchCase()) {
    const auto *Case = dyn_cast<CaseStmt>(Label);
    if (!Case || Case->getRHS() || (Taken && Case != Taken))
      continue;
    const Expr *Value = Case->getLHS();
    if (const auto *Constant = dyn_cast<ConstantExpr>(Value))
      Value = Constant->getSubExpr();
    llvm::FoldingSetNodeID Id;
    strip(Switch.getCond())->Profile(Id, Ast, /*Canonical=*/true);
    strip(Value)->Profile(Id, Ast, /*Canonical=*/true);
    const PathFacts::Key Key = Id.ComputeHash() | ConditionBit;
    if (Tests.lookup(Key))
      Facts.set(Key, Taken != nullptr);
  }
}

void Conditions::endBlock(PathFacts &Facts) const {
  Facts.forgetIf([](PathFacts::Key K) { return !(K & ConditionBit); });
}

} // namespace corolint
