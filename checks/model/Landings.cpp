/// \file
/// Reading off the syntax around a value where it goes.

#include "checks/model/Landings.h"

#include "checks/model/Calls.h"
#include "checks/model/TaskContext.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

using Kind = Landing::Kind;

void eachInitialiser(
    const Function &F,
    llvm::function_ref<void(Expr &, const FieldDecl &)> Visit) {
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F.Decl))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      if (Init->isWritten() && Init->isMemberInitializer())
        Visit(*Init->getInit(), *Init->getMember());
}

Landing keptBy(const Expr &Object, const Function &F) {
  const Expr *E = skipWrappers(&Object);
  while (E) {
    E = skipWrappers(E);
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
      if (!Var)
        return {};
      if (!Var->hasLocalStorage())
        return {.How = Kind::Elsewhere, .In = Var};
      const QualType T = Var->getType();
      const bool Outside = Var->getDeclContext() != &F.Decl;
      if (!Outside && !T->isReferenceType() && !T->isPointerType())
        return {.How = Kind::Variable, .In = Var};
      if (isa<ParmVarDecl>(Var) || Outside)
        return {.How = Kind::Elsewhere, .In = Var};
      if (!Var->getInit())
        return {};
      E = Var->getInit();
    } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      if (isa<CXXThisExpr>(skipWrappers(Member->getBase())))
        return {.How = Kind::Elsewhere, .In = Member->getMemberDecl()};
      E = Member->getBase();
    } else if (isa<CXXThisExpr>(E)) {
      return {.How = Kind::Elsewhere};
    } else if (const auto *Op = dyn_cast<UnaryOperator>(E)) {
      E = Op->getSubExpr();
    } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Element->getBase();
    } else if (const std::optional<MemberCall> Call = asMemberCall(E)) {
      // `tasks[i]`, `state->tasks`, `pool.get_executor()`.
      E = Call->Object;
    } else {
      return {};
    }
  }
  return {};
}

Landings::Landings(const Function &F, Borrows &B)
    : F(F), B(B), R(B.roles()), Parents(const_cast<Stmt *>(F.Body)) {
  eachInitialiser(F, [&](Expr &Init, const FieldDecl &Member) {
    Parents.addStmt(&Init);
    Members[&Init] = &Member;
  });
}

const Expr &Landings::wholeOf(const Expr &E) const {
  const Expr *Whole = &E;
  while (const auto *Parent = dyn_cast_or_null<Expr>(parent(*Whole)))
    Whole = Parent;
  return *Whole;
}

Landing Landings::inVariable(const DeclStmt &Decls, const Stmt *Child) const {
  for (const Decl *D : Decls.decls()) {
    const auto *Var = dyn_cast<VarDecl>(D);
    if (!Var || !Var->getInit())
      continue;
    if (Var->getInit() != Child)
      continue;
    if (isa<DecompositionDecl>(Var))
      return {};
    if (!Var->hasLocalStorage())
      return {.How = Kind::Elsewhere, .In = Var};
    if (Var->getType()->isReferenceType() && !extendsTemporary(*Var) &&
        !Var->isImplicit())
      return {}; // Another name for it.
    return {.How = Kind::Variable, .In = Var};
  }
  return {};
}

std::optional<Landing> Landings::asObject(const Expr &Object,
                                          const CallExpr &Call,
                                          llvm::StringRef Name) const {
  const std::optional<MemberCall> Member = asMemberCall(&Call);
  const QualType T = Object.getType();
  if (const Role *Join = R.of(T, RoleKind::JoinHandle)) {
    if (llvm::is_contained(Join->list("detach"), Name))
      return Landing{.How = Kind::Detached};
    if (llvm::is_contained(Join->list("join"), Name))
      return Landing{.How = Kind::Awaited};
  }
  if (const Role *Scope = R.of(T, RoleKind::Scope))
    if (llvm::is_contained(Scope->list("join"), Name))
      return Landing{.How = Kind::Awaited};
  if (Name == "detach" || Name == "Detach")
    return Landing{.How = Kind::Detached};
  if (!Member || !Member->Method)
    return Landing{};
  const OverloadedOperatorKind Op = Member->Method->getOverloadedOperator();
  if (R.ofCall(Call, RoleKind::WaitsForTask) || Op == OO_Coawait ||
      Name.starts_with("await_"))
    return Landing{.How = Kind::Awaited};
  // What an owner or container holds.
  constexpr llvm::StringLiteral Ways[] = {"value", "get", "front",
                                          "back",  "at",  "top"};
  if (isStdClass(T) &&
      (Op == OO_Star || Op == OO_Arrow || Op == OO_Subscript ||
       llvm::is_contained(Ways, Name)) &&
      B.mayBorrow(Call.getType()))
    return std::nullopt;
  for (const RoleKind Taker : {RoleKind::Spawn, RoleKind::StoresCallable})
    if (const Role *Role = R.ofCall(Call, Taker)) {
      if (Role->is("arg", "this"))
        return Landing{.How = Kind::Argument, .At = &Call};
      if (!B.isCoroutineType(T))
        return Landing{.How = Kind::Looked}; // Its scope or executor.
    }
  if (testsEngaged(*Member->Method) || Name == "size")
    return Landing{.How = Kind::Tested};
  if (Name == "clear" || Name == "reset")
    return Landing{.How = Kind::Overwritten, .At = &Call};
  if (fillsContainer(Name) || Name == "reserve" || Name == "get_executor" ||
      Name == "executor" || Name == "get_scheduler" || Name == "schedule" ||
      Name == "get_token" || Name == "get_stop_token")
    return Landing{.How = Kind::Looked};
  if (Op == OO_Equal)
    return Landing{.How = Kind::Overwritten, .At = &Call};
  // Whatever it is called, it comes back when the work is done.
  if (Name == "wait" || Name == "get" || Name == "join")
    return Landing{.How = Kind::Awaited};
  const QualType Result = Call.getType();
  if ((B.isCoroutineType(T) || R.of(T, RoleKind::JoinHandle)) &&
      (B.isCoroutineType(Result) || R.isAwaitable(Result) ||
       R.of(Result, RoleKind::JoinHandle) || R.isSender(Result)))
    return std::nullopt;
  return Landing{};
}

std::optional<Landing> Landings::asArgument(const Expr &Arg,
                                            const Expr &Call) const {
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  const auto It = llvm::find(Args, &Arg);
  if (It == Args.end())
    return Landing{};
  unsigned Index = It - Args.begin();
  if (movedFrom(&Call))
    return std::nullopt;
  const auto *Plain = dyn_cast<CallExpr>(&Call);
  const std::optional<MemberCall> Member = asMemberCall(&Call);
  if (isa<CXXOperatorCallExpr>(Call) && Member) {
    if (Index == 0)
      return asObject(Arg, *Plain, Member->Name);
    if (Member->Method->getOverloadedOperator() == OO_Equal)
      return keptBy(*Member->Object, F);
    --Index;
  }
  if ((Member && Member->Name == "await_transform") ||
      (isa<CXXOperatorCallExpr>(Call) &&
       cast<CXXOperatorCallExpr>(Call).getOperator() == OO_Coawait))
    return Landing{.How = Kind::Awaited};
  for (const RoleKind Taker :
       {RoleKind::Spawn, RoleKind::StoresCallable, RoleKind::Offload})
    if (const Role *Role = R.ofCall(Call, Taker)) {
      if (Role->concerns("executor", Index) && Role->index("executor"))
        return Landing{.How = Kind::Looked};
      return Landing{.How = Kind::Argument, .At = &Call, .Index = Index};
    }
  if (R.ofArgument(Call, Index, RoleKind::CallsNow) ||
      R.ofCall(Call, RoleKind::WaitsForTask))
    return Landing{.How = Kind::Awaited};
  if (R.ofCall(Call, RoleKind::AwaitsAll) ||
      R.ofCall(Call, RoleKind::AwaitsFirst))
    return std::nullopt;
  if (R.ofArgument(Call, Index, RoleKind::ConsumesTask))
    return Landing{};
  if (Member && fillsContainer(Member->Name)) {
    Landing There = keptBy(*Member->Object, F);
    There.At = &Call;
    return There;
  }
  const QualType Result = Call.getType();
  const auto *Callee = Plain ? Plain->getDirectCallee() : nullptr;
  const Function *Body = B.model().find(Callee);
  if (Body && !Body->isCoroutine())
    return Landing{.How = Kind::Argument, .At = &Call, .Index = Index};
  if (isa<CXXConstructExpr>(Call) || B.isCoroutineType(Result) ||
      R.isSender(Result) || (Callee && Callee->isInStdNamespace()))
    return B.mayBorrow(Result) ? std::nullopt : std::optional(Landing{});
  return Landing{};
}

Landing Landings::of(const Expr &E) const {
  const Stmt *Child = &E;
  while (true) {
    const Stmt *Parent = parent(*Child);
    if (!Parent || !isa<Expr>(Parent)) {
      if (const FieldDecl *Member = Members.lookup(Child))
        return {.How = Kind::Elsewhere, .In = Member};
      if (const auto *Decls = dyn_cast_or_null<DeclStmt>(Parent))
        return inVariable(*Decls, Child);
      if (isa_and_nonnull<ReturnStmt, CoreturnStmt>(Parent))
        return {.How = Kind::Returned};
      if (const auto *If = dyn_cast_or_null<IfStmt>(Parent);
          If && If->getCond() == Child)
        return {.How = Kind::Tested};
      if (isa_and_nonnull<WhileStmt, DoStmt>(Parent) && isa<Expr>(Child) &&
          cast<Expr>(Child)->getType()->isBooleanType())
        return {.How = Kind::Tested};
      // A statement of its own.
      return {.How = Kind::Dropped, .At = dyn_cast<Expr>(Child)};
    }
    if (isa<CoawaitExpr, DependentCoawaitExpr>(Parent))
      return {.How = Kind::Awaited};
    if (isa<CoyieldExpr, CXXThrowExpr>(Parent))
      return {};
    if (const auto *Cast = dyn_cast<CastExpr>(Parent)) {
      if (Cast->getType()->isVoidType())
        return {.How = Kind::Dropped};
      if (Cast->getType()->isBooleanType())
        return {.How = Kind::Tested};
    } else if (const auto *Choice =
                   dyn_cast<AbstractConditionalOperator>(Parent)) {
      if (Choice->getCond() == Child)
        return {.How = Kind::Looked};
    } else if (const auto *Op = dyn_cast<BinaryOperator>(Parent)) {
      if (Op->getOpcode() == BO_Comma && Op->getLHS() == Child)
        return {.How = Kind::Dropped};
      if (Op->getOpcode() == BO_Assign && Op->getRHS() == Child)
        return keptBy(*Op->getLHS(), F);
      if (Op->getOpcode() == BO_Assign)
        return {.How = Kind::Overwritten, .At = Op};
      if (Op->getOpcode() != BO_Comma)
        return {.How = Kind::Looked};
    } else if (const auto *Lambda = dyn_cast<LambdaExpr>(Parent)) {
      const auto Init = llvm::find(Lambda->capture_inits(), Child);
      if (Init == Lambda->capture_inits().end() ||
          Lambda->captures()
                  .begin()[Init - Lambda->capture_inits().begin()]
                  .getCaptureKind() == LCK_ByRef)
        return {};
    } else if (const auto *Member = dyn_cast<MemberExpr>(Parent)) {
      const auto *Call = dyn_cast_or_null<CallExpr>(parent(*Member));
      if (Call && Call->getCallee()->IgnoreParens() == Member) {
        if (const std::optional<Landing> There =
                asObject(*cast<Expr>(Child), *Call,
                         Member->getMemberDecl()->getDeclName().isIdentifier()
                             ? Member->getMemberDecl()->getName()
                             : ""))
          return *There;
        Parent = Call;
      } else if (!isa<FieldDecl>(Member->getMemberDecl())) {
        return {};
      }
    } else if (const auto *Member =
                   dyn_cast<CXXDependentScopeMemberExpr>(Parent)) {
      const IdentifierInfo *Name = Member->getMember().getAsIdentifierInfo();
      return {.How = Name && Name->getName() == "detach" ? Kind::Detached
                                                         : Kind::Unknown};
    } else if (isa<CXXConstructExpr>(Parent)) {
      const auto &Made = *cast<CXXConstructExpr>(Parent);
      if (!Made.getConstructor()->isCopyOrMoveConstructor())
        if (const std::optional<Landing> There =
                asArgument(*cast<Expr>(Child), Made))
          return *There;
    } else if (const auto *Call = dyn_cast<CallExpr>(Parent)) {
      if (const std::optional<Landing> There =
              asArgument(*cast<Expr>(Child), *Call))
        return *There;
    } else if (!isa<ParenExpr, ExprWithCleanups, CXXBindTemporaryExpr,
                    MaterializeTemporaryExpr, InitListExpr, ConstantExpr,
                    CXXStdInitializerListExpr, CXXNewExpr, ParenListExpr,
                    OpaqueValueExpr, CXXParenListInitExpr>(Parent)) {
      return {};
    }
    Child = Parent;
  }
}

} // namespace corolint
