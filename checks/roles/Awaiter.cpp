/// \file
/// Awaiters: which classes can be awaited, and which never suspend.

#include "checks/roles/Awaiter.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/Roles.h"
#include "checks/roles/RolesCache.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace corolint {
namespace {

/// The value of a constant expression; nullopt for any other.
std::optional<bool> constantBool(const Expr *E, const ASTContext &Ast) {
  bool Value = false;
  if (!E || E->isValueDependent() || E->isTypeDependent() ||
      !E->EvaluateAsBooleanCondition(Value, Ast))
    return std::nullopt;
  return Value;
}

} // namespace

std::optional<bool> returnedBool(const FunctionDecl &F) {
  const auto *Body = dyn_cast_or_null<CompoundStmt>(bodyOf(F));
  if (!Body || Body->size() != 1)
    return std::nullopt;
  const auto *Return = dyn_cast<ReturnStmt>(Body->body_front());
  return Return ? constantBool(Return->getRetValue(), F.getASTContext())
                : std::nullopt;
}

const NamedDecl *returnedClass(const FunctionDecl &F) {
  QualType T = F.getReturnType();
  if (const NamedDecl *Class = Roles::classOf(T.getNonReferenceType()))
    return Class;
  if (!T->getContainedAutoType())
    return nullptr;
  const NamedDecl *Class = nullptr;
  anyStmt(bodyOf(F), [&](const Stmt &S) {
    const auto *Return = dyn_cast<ReturnStmt>(&S);
    if (!Return || !Return->getRetValue())
      return false;
    Class = Roles::classOf(Return->getRetValue()->getType());
    return true;
  });
  return Class;
}

bool isNamed(const NamedDecl &Class, llvm::StringRef Name) {
  return Roles::nameOf(Class) == Name;
}

const CXXMethodDecl *methodOf(const NamedDecl &Class, llvm::StringRef Name) {
  llvm::SmallVector<const CXXMethodDecl *, 4> Found = methodsOf(Class, Name);
  return Found.empty() ? nullptr : Found.front();
}

std::optional<bool> alwaysReady(const NamedDecl &Awaiter) {
  const CXXMethodDecl *Ready = methodOf(Awaiter, "await_ready");
  if (!Ready)
    return std::nullopt;
  if (isNamed(*Ready->getParent(), "std::suspend_never"))
    return true;
  if (isNamed(*Ready->getParent(), "std::suspend_always"))
    return false;
  return returnedBool(*Ready);
}

/// Whether `await_suspend` always goes on at once: it returns false, or the
/// handle that it was given. So it can note the handle without suspending.
static bool resumesAtOnce(const NamedDecl &Awaiter) {
  const CXXMethodDecl *Suspend = methodOf(Awaiter, "await_suspend");
  if (!Suspend || Suspend->getReturnType()->isVoidType())
    return false;
  bool Returns = false;
  const bool Other = anyStmt(bodyOf(*Suspend), [&](const Stmt &S) {
    const auto *Return = dyn_cast<ReturnStmt>(&S);
    if (!Return || !Return->getRetValue())
      return false;
    Returns = true;
    const Expr *Value = Return->getRetValue()->IgnoreImplicit();
    if (const auto *Copy = dyn_cast<CXXConstructExpr>(Value);
        Copy && Copy->getNumArgs() == 1)
      Value = Copy->getArg(0)->IgnoreParenImpCasts();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Value))
      return !isa<ParmVarDecl>(Ref->getDecl());
    return constantBool(Value, Suspend->getASTContext()).value_or(true);
  });
  return Returns && !Other;
}

bool Roles::isAwaitable(QualType T) const {
  if (T.isNull())
    return false;
  T = T.getNonReferenceType();
  const NamedDecl *Class = classOf(T);
  if (!Class)
    return false;
  const Type *Key = T.getCanonicalType().getTypePtr();
  if (auto It = Answers->Awaitables.find(Key); It != Answers->Awaitables.end())
    return It->second;
  DeclarationName Coawait = Ast.DeclarationNames.getCXXOperatorName(OO_Coawait);
  auto IsFor = [&](const NamedDecl *D) {
    if (const auto *Shadow = dyn_cast<UsingShadowDecl>(D))
      D = Shadow->getTargetDecl();
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
      D = Template->getTemplatedDecl();
    const auto *F = dyn_cast<FunctionDecl>(D);
    if (!F || F->getDeclName() != Coawait)
      return false;
    if (isa<CXXMethodDecl>(F))
      return true;
    if (F->getNumParams() != 1)
      return false;
    const NamedDecl *Operand =
        classOf(F->getParamDecl(0)->getType().getNonReferenceType());
    return Operand && templateKey(*Operand) == templateKey(*Class);
  };
  bool Found =
      of(T, RoleKind::Awaitable) || !membersOf(*Class, "await_ready").empty();
  Found = Found || anyClassOf(*Class, [&](const NamedDecl &C) {
            const CXXRecordDecl *Definition = definitionOf(C);
            if (!Definition)
              return false;
            if (llvm::any_of(Definition->lookup(Coawait), IsFor))
              return true;
            for (const FriendDecl *Friend : Definition->friends())
              if (Friend->getFriendDecl() && IsFor(Friend->getFriendDecl()))
                return true;
            const DeclContext *Scope =
                Definition->getDeclContext()->getRedeclContext();
            while (Scope->isRecord())
              Scope = Scope->getParent()->getRedeclContext();
            return !Scope->isFunctionOrMethod() &&
                   llvm::any_of(Scope->lookup(Coawait), IsFor);
          });
  return Answers->Awaitables[Key] = Found;
}

bool Roles::isSender(QualType T) const {
  if (T.isNull())
    return false;
  const NamedDecl *Class = classOf(T.getNonReferenceType());
  if (!Class)
    return false;
  const auto HasTemplate = [&](llvm::StringRef Name) {
    return llvm::any_of(membersOf(*Class, Name), [](const NamedDecl *Member) {
      return isa<TypeAliasTemplateDecl>(Member);
    });
  };
  return !membersOf(*Class, "sender_concept").empty() ||
         (HasTemplate("value_types") && HasTemplate("error_types"));
}

bool Roles::neverSuspends(QualType Awaiter) const {
  if (Awaiter.isNull())
    return false;
  Awaiter = Awaiter.getNonReferenceType();
  const NamedDecl *Class = classOf(Awaiter);
  if (!Class)
    return false;
  if (of(Awaiter, RoleKind::NeverSuspends))
    return true;
  if (const CXXMethodDecl *Ready = methodOf(*Class, "await_ready"))
    return of(*Ready, RoleKind::NeverSuspends) ||
           alwaysReady(*Class).value_or(false) || resumesAtOnce(*Class);
  // `operator co_await` hands out the awaiter that decides.
  for (const NamedDecl *Member : [&] {
         const CXXRecordDecl *Definition = definitionOf(*Class);
         return Definition
                    ? Definition->lookup(
                          Ast.DeclarationNames.getCXXOperatorName(OO_Coawait))
                    : DeclContext::lookup_result();
       }())
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Member))
      if (const NamedDecl *Returned = returnedClass(*Method))
        return methodOf(*Returned, "await_ready") &&
               (alwaysReady(*Returned).value_or(false) ||
                resumesAtOnce(*Returned));
  return false;
}

bool Roles::isView(QualType T) const {
  if (T.isNull())
    return false;
  if (T->isPointerType())
    return !T->isFunctionPointerType();
  const NamedDecl *Class = classOf(T);
  if (!Class)
    return false;
  if (of(T, RoleKind::View))
    return true;
  if (of(T, RoleKind::Owner))
    return false;
  // Iterators say so themselves.
  return !membersOf(*Class, "iterator_category").empty() ||
         !membersOf(*Class, "iterator_concept").empty();
}

} // namespace corolint
