/// \file
/// Following expressions to thread-local storage.

#include "checks/roles/ThreadLocals.h"

#include "checks/roles/ClassWalk.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace corolint {
namespace {

using Source = std::optional<ThreadLocalSource>;

/// How far functions that return what functions return are followed.
constexpr unsigned MaxDepth = 3;

constexpr llvm::StringLiteral Passes[] = {"move", "forward", "as_const"};
constexpr llvm::StringLiteral Points[] = {
    "addressof", "begin", "cbegin", "end", "cend", "data", "ref", "cref"};
constexpr llvm::StringLiteral Elements[] = {"at",  "front", "back",
                                            "top", "value", "emplace_back"};

llvm::StringRef nameOfCallee(const FunctionDecl &F) {
  return F.getDeclName().isIdentifier() ? F.getName() : "";
}

bool isStd(const FunctionDecl *F, llvm::ArrayRef<llvm::StringLiteral> Names) {
  return F && F->isInStdNamespace() && !isa<CXXMethodDecl>(F) &&
         llvm::is_contained(Names, nameOfCallee(*F));
}

/// Through what neither makes an object nor reads one.
const Expr *plain(const Expr *E) {
  while (E) {
    const Expr *Inner = E->IgnoreParens();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(Inner))
      Inner = Cleanups->getSubExpr();
    else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Inner))
      Inner = Bind->getSubExpr();
    else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Inner))
      Inner = Temporary->getSubExpr();
    else if (const auto *Cast = dyn_cast<CastExpr>(Inner))
      switch (Cast->getCastKind()) {
      case CK_NoOp:
      case CK_DerivedToBase:
      case CK_UncheckedDerivedToBase:
      case CK_BaseToDerived:
      case CK_BitCast:
      case CK_LValueBitCast:
      case CK_ConstructorConversion:
      case CK_UserDefinedConversion:
        Inner = Cast->getSubExpr();
        break;
      default:
        break;
      }
    if (Inner == E)
      return E;
    E = Inner;
  }
  return E;
}

Source both(Source A, const Source &B) { return A && B ? A : std::nullopt; }

} // namespace

/// Whether what \p T holds dies with it: not what a shared pointer or a view
/// leads to.
bool ThreadLocals::isOwner(QualType T) const {
  T = T.getNonReferenceType();
  const NamedDecl *Class = Roles::classOf(T);
  return Class && R.of(T, RoleKind::Owner) &&
         !Class->getName().contains("shared");
}

Source ThreadLocals::variable(const VarDecl &Var) const {
  // A constant is the same in every thread.
  if (Var.isConstexpr() ||
      (Var.getType().isConstQualified() && Var.getInit() &&
       !Var.getInit()->isValueDependent() && Var.hasConstantInitialization()))
    return std::nullopt;
  if (Var.getTLSKind() != VarDecl::TLS_None)
    return Var.getType()->isReferenceType() ? Source()
                                            : ThreadLocalSource{.Var = &Var};
  if (!Var.hasLocalStorage())
    return std::nullopt;
  if (Of)
    return (*Of)(Var);
  return Var.getType()->isReferenceType() && Var.getInit()
             ? object(Var.getInit())
             : Source();
}

/// What an owner in thread-local storage holds.
Source ThreadLocals::element(const Expr &Owner) const {
  const Expr *E = plain(&Owner);
  if (isOwner(E->getType()))
    return object(E);
  return R.isView(E->getType()) ? value(E) : std::nullopt;
}

/// `object.name(…)` that refers into the object.
Source ThreadLocals::ofMember(const Expr &Object, bool Arrow, QualType Result,
                              llvm::StringRef Name) const {
  if (Arrow)
    return std::nullopt;
  if (llvm::is_contained(Elements, Name))
    return element(Object);
  // What it lets go of is the caller's.
  if (Name == "release" || Name == "extract" || Name.starts_with("pop"))
    return std::nullopt;
  // A pointer, view or iterator that an owner gives away leads into it.
  return Result->isPointerType() || R.isView(Result) ? element(Object)
                                                     : std::nullopt;
}

Source ThreadLocals::object(const Expr *E) const {
  E = plain(E);
  if (!E)
    return std::nullopt;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const ValueDecl *D = Ref->getDecl();
    if (const auto *Binding = dyn_cast<BindingDecl>(D))
      D = Binding->getDecomposedDecl();
    const auto *Var = dyn_cast_or_null<VarDecl>(D);
    if (!Var)
      return std::nullopt;
    // A local pointer or view is an object of its own.
    return Var->hasLocalStorage() && !Var->getType()->isReferenceType()
               ? Source()
               : variable(*Var);
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    if (const auto *Var = dyn_cast<VarDecl>(Member->getMemberDecl()))
      return variable(*Var);
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (!Field || Field->getType()->isReferenceType())
      return std::nullopt;
    return Member->isArrow() ? value(Member->getBase())
                             : object(Member->getBase());
  }
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
    return value(Subscript->getBase());
  if (const auto *Op = dyn_cast<UnaryOperator>(E))
    return Op->getOpcode() == UO_Deref ? value(Op->getSubExpr())
           : Op->isPrefix() && Op->isIncrementDecrementOp()
               ? object(Op->getSubExpr())
               : Source();
  if (const auto *Op = dyn_cast<BinaryOperator>(E))
    return Op->isAssignmentOp()          ? object(Op->getLHS())
           : Op->getOpcode() == BO_Comma ? object(Op->getRHS())
                                         : Source();
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E))
    return both(object(Choice->getTrueExpr()), object(Choice->getFalseExpr()));
  const auto *Call = dyn_cast<CallExpr>(E);
  if (!Call)
    return std::nullopt;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call)) {
    const OverloadedOperatorKind Kind = Operator->getOperator();
    if (Kind == OO_Star || Kind == OO_Subscript || Kind == OO_Arrow)
      if (Source Found = element(*Operator->getArg(0)))
        return Found;
  } else if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
    const CXXMethodDecl *Method = Member->getMethodDecl();
    const auto *Callee =
        dyn_cast<MemberExpr>(Call->getCallee()->IgnoreParens());
    if (Method && Callee && llvm::is_contained(Elements, nameOfCallee(*Method)))
      if (Source Found = ofMember(*Callee->getBase(), Callee->isArrow(),
                                  Call->getType(), nameOfCallee(*Method)))
        return Found;
  } else if (isStd(Call->getDirectCallee(), Passes) &&
             Call->getNumArgs() == 1) {
    return object(Call->getArg(0));
  }
  return returned(*Call, /*Object=*/true);
}

Source ThreadLocals::value(const Expr *E) const {
  E = plain(E);
  if (!E)
    return std::nullopt;
  if (const auto *Cast = dyn_cast<CastExpr>(E)) {
    if (Cast->getCastKind() == CK_ArrayToPointerDecay)
      return object(Cast->getSubExpr());
    return Cast->getCastKind() == CK_LValueToRValue ? value(Cast->getSubExpr())
                                                    : std::nullopt;
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    // What a pointer in thread-local storage points to is not known.
    return Var && Var->hasLocalStorage() && !Var->getType()->isReferenceType()
               ? variable(*Var)
               : Source();
  }
  if (isa<CXXThisExpr>(E))
    return This;
  if (const auto *Op = dyn_cast<UnaryOperator>(E))
    return Op->getOpcode() == UO_AddrOf ? object(Op->getSubExpr()) : Source();
  if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
    if (Op->isAdditiveOp())
      return value(Op->getLHS()->getType()->isPointerType() ? Op->getLHS()
                                                            : Op->getRHS());
    return Op->getOpcode() == BO_Comma ? value(Op->getRHS()) : Source();
  }
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E))
    return both(value(Choice->getTrueExpr()), value(Choice->getFalseExpr()));
  if (const auto *List = dyn_cast<InitListExpr>(E))
    return List->getNumInits() == 1 ? value(List->getInit(0)) : Source();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    if (!R.isView(Construct->getType()) || Construct->getNumArgs() == 0)
      return std::nullopt;
    const Expr *First = plain(Construct->getArg(0));
    return First->getType()->isPointerType() || R.isView(First->getType())
               ? value(First)
           : First->isLValue() ? object(First)
                               : Source();
  }
  const auto *Call = dyn_cast<CallExpr>(E);
  if (!Call)
    return std::nullopt;
  // An element is an object; what a pointer kept in it points to is not known.
  if (Call->isGLValue() && !isStd(Call->getDirectCallee(), Passes))
    return std::nullopt;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
    const CXXMethodDecl *Method = Member->getMethodDecl();
    const auto *Callee =
        dyn_cast<MemberExpr>(Call->getCallee()->IgnoreParens());
    if (Method && Callee)
      if (Source Found = ofMember(*Callee->getBase(), Callee->isArrow(),
                                  Call->getType(), nameOfCallee(*Method)))
        return Found;
  } else if (isa<CXXOperatorCallExpr>(Call)) {
    if (R.isView(Call->getType()))
      if (Source Found = element(*Call->getArg(0)))
        return Found;
  } else if (isStd(Call->getDirectCallee(), Passes) &&
             Call->getNumArgs() == 1) {
    return value(Call->getArg(0));
  } else if (isStd(Call->getDirectCallee(), Points) &&
             Call->getNumArgs() == 1) {
    return object(Call->getArg(0));
  }
  return returned(*Call, /*Object=*/false);
}

/// What a call returns: by its role, or because every return of its body is of
/// one thread's own.
Source ThreadLocals::returned(const CallExpr &Call, bool Object) const {
  if (const Role *Said = R.ofCall(Call, RoleKind::ThreadBound))
    if (Said->get("until").empty())
      return ThreadLocalSource{.Said = Said, .Call = &Call};
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || Depth == MaxDepth)
    return std::nullopt;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
      Method && Method->isVirtual())
    return std::nullopt;
  const Stmt *Body = bodyOf(*Callee);
  if (!Body || isa<CoroutineBodyStmt>(Body))
    return std::nullopt;
  // A member function hands out parts of its object, wherever that is.
  Source Of;
  if (const auto *Member =
          dyn_cast<MemberExpr>(Call.getCallee()->IgnoreParens());
      Member && isa<CXXMemberCallExpr>(Call))
    Of = Member->isArrow() ? value(Member->getBase())
                           : object(Member->getBase());
  const ThreadLocals Inside(R, Depth + 1, Of);
  Source Found;
  const bool Other = anyStmt(Body, [&](const Stmt &S) {
    const auto *Return = dyn_cast<ReturnStmt>(&S);
    const Expr *Value = Return ? Return->getRetValue() : nullptr;
    if (!Value || (!Object && Value->isNullPointerConstant(
                                  R.ast(), Expr::NPC_ValueDependentIsNull)))
      return false;
    Source One = Object ? Inside.object(Value) : Inside.value(Value);
    if (!One)
      return true;
    Found = One;
    Found->Call = &Call;
    Found->Return = Return;
    Found->Through = nullptr;
    return false;
  });
  return Other ? std::nullopt : Found;
}

} // namespace corolint
