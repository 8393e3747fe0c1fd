/// \file
/// Where a function can wait for something that another task does: what comes
/// after it is not at the same time as what that task did before.

#include "checks/model/AccessAnalysis.h"
#include "checks/model/Executors.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// Whether nothing looks at the value of \p E.
bool AccessAnalysis::isDiscarded(const Expr &E) const {
  const Stmt *Child = &E;
  const Stmt *Parent = Parents.getParent(Child);
  for (; isa_and_nonnull<ExprWithCleanups, ParenExpr, CXXBindTemporaryExpr,
                         MaterializeTemporaryExpr>(Parent);
       Parent = Parents.getParent(Parent))
    Child = Parent;
  if (const auto *If = dyn_cast_or_null<IfStmt>(Parent))
    return If->getCond() != Child;
  if (const auto *While = dyn_cast_or_null<WhileStmt>(Parent))
    return While->getCond() != Child;
  if (const auto *Do = dyn_cast_or_null<DoStmt>(Parent))
    return Do->getCond() != Child;
  if (const auto *For = dyn_cast_or_null<ForStmt>(Parent))
    return For->getCond() != Child;
  return isa_and_nonnull<CompoundStmt, CXXForRangeStmt, SwitchCase, LabelStmt>(
      Parent);
}

/// A local of this function: nobody else can do anything to it, unless it was
/// told of it.
bool AccessAnalysis::isOwn(const Expr &Object) {
  const std::optional<ObjectPath> At = Places.object(Object, F);
  const ValueDecl *Var = At ? At->variable() : nullptr;
  const auto *Local = dyn_cast_or_null<VarDecl>(Var);
  return Local && Local->hasLocalStorage() && At->Members.empty() &&
         !Local->getType()->isReferenceType() &&
         Local->getDeclContext() == &F.Decl && !isa<ParmVarDecl>(Local);
}

AccessAnalysis::Wait AccessAnalysis::waits(const Stmt &S) {
  if (const auto *Await = dyn_cast<CoawaitExpr>(&S))
    return waitsAwaited(Await->getOperand());
  const auto *Call = dyn_cast<CallExpr>(&S);
  if (!Call)
    return Wait::No;
  // An await's own calls are what it is looked at for.
  if (const std::optional<MemberCall> Member = asMemberCall(Call);
      Member && Member->Name.starts_with("await_"))
    return Wait::No;
  // A task that is made waits for nothing yet.
  if (R.task(Call->getType()) || R.isAwaitable(Call->getType()))
    return Wait::No;
  return waitsCall(*Call);
}

AccessAnalysis::Wait AccessAnalysis::waitsAwaited(const Expr *Operand) {
  const Expr *E = skipWrappers(Operand);
  while (const Expr *Moved = movedFrom(E))
    E = skipWrappers(Moved);
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (R.ofCall(*Call, RoleKind::AwaitsAll)) {
      Wait Most = Wait::No;
      for (const Expr *Arg : Call->arguments())
        Most = std::max(Most, waitsAwaited(Arg));
      return Most;
    }
    if (!isa<CXXOperatorCallExpr>(Call))
      return waitsCall(*Call);
  }
  return isOwn(*E) ? Wait::Own : Wait::Yes;
}

AccessAnalysis::Wait AccessAnalysis::waitsCall(const CallExpr &Call) {
  const Role *Blocks = R.ofCall(Call, RoleKind::Blocks);
  if ((Blocks && (Blocks->is("kind", "wait") || Blocks->is("kind", "join"))) ||
      R.ofCall(Call, RoleKind::WaitsForTask))
    return Wait::Yes;
  if (Blocks || R.ofCall(Call, RoleKind::Acquires) ||
      R.ofCall(Call, RoleKind::Releases) || R.ofCall(Call, RoleKind::Spawn) ||
      R.ofCall(Call, RoleKind::Offload))
    return Wait::No;
  const std::optional<MemberCall> Member = asMemberCall(&Call);
  const Expr *Object = Member ? skipWrappers(Member->Object) : nullptr;
  if (Object && (isLock(Object->getType()) || isGuard(Object->getType())))
    return Wait::No;
  if (const Function *Body = All.calleeOf(Call))
    return All.of(*Body).CanWait ? Wait::Yes : Wait::No;
  const Role *Handle =
      Object ? R.of(Object->getType(), RoleKind::JoinHandle) : nullptr;
  if (Handle && llvm::is_contained(Handle->list("detach"), Member->Name))
    return Wait::No;
  // The value of an atomic, or of a flag, can tell what another task has done.
  if (Object && isSynchronised(*Object)) {
    const bool Own = isOwn(*Object);
    return isDiscarded(Call) && !R.isAwaitable(Call.getType()) ? Wait::No
           : Own                                               ? Wait::Own
                                                               : Wait::Yes;
  }
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return Wait::Yes;
  const SourceManager &SM = R.ast().getSourceManager();
  const bool Library = Callee->isInStdNamespace() || R.isDescribed(*Callee) ||
                       SM.isInSystemHeader(Callee->getLocation());
  if (Object && (!Library || R.isAwaitable(Call.getType()))) {
    if (Member->Method &&
        (Member->Method->isConst() || Member->Method->isImplicit()))
      return Wait::No;
    return isOwn(*Object) ? Wait::Own : Wait::Yes;
  }
  if (Library || Object)
    return Wait::No;
  // An event, a semaphore, a lock of a kind that nobody has told of.
  const auto CanBeWaitedFor = [&](const ParmVarDecl *Param) {
    QualType T = Param->getType();
    if (!T->isReferenceType() && !T->isPointerType())
      return false;
    T = T->getPointeeType();
    return !T.isConstQualified() && T->getAsCXXRecordDecl() && !isPlain(T) &&
           !T->isRValueReferenceType();
  };
  if (llvm::any_of(Callee->parameters(), CanBeWaitedFor))
    return Wait::Yes;
  // `wait_for_workers();`
  return Call.getNumArgs() == 0 && Call.getType()->isVoidType() ? Wait::Own
                                                                : Wait::No;
}

} // namespace corolint
