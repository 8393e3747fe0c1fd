/// \file
/// The locks that are held where objects are accessed: threads' and tasks'.

#include "checks/model/AccessAnalysis.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

bool AccessAnalysis::isLock(QualType T) const {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  return T->getAsCXXRecordDecl() && (R.isThreadLock(T) || R.isAsyncLock(T));
}

bool AccessAnalysis::isGuard(QualType T) const {
  T = T.getNonReferenceType();
  return T->getAsCXXRecordDecl() &&
         (R.guard(T) || R.of(T, RoleKind::AsyncGuard) ||
          R.of(T, RoleKind::LockedPointer));
}

/// Whoever is called with a lock, or says that it has to be held, has it.
void AccessAnalysis::enter(State &S) {
  const auto Given = [&](const ParmVarDecl *Param) {
    const QualType T = Param->getType().getNonReferenceType();
    return isGuard(T->isPointerType() ? T->getPointeeType() : T);
  };
  if (F.Decl.hasAttr<RequiresCapabilityAttr>() ||
      llvm::any_of(F.Decl.parameters(), Given))
    hold(lockAt(std::nullopt, false), nullptr, S);
}

unsigned AccessAnalysis::lockAt(std::optional<ObjectPath> At, bool Shared) {
  const SharedLock Lock{At ? std::move(*At) : ObjectPath(), Shared};
  const auto Known = llvm::find(Locks, Lock);
  if (Known != Locks.end())
    return Known - Locks.begin();
  Locks.push_back(Lock);
  return Locks.size() - 1;
}

void AccessAnalysis::hold(unsigned Lock, const VarDecl *Guard, State &S) {
  const Hold New{Lock, Guard};
  if (!llvm::is_contained(S.Held, New))
    S.Held.push_back(New);
}

void AccessAnalysis::drop(State &S,
                          llvm::function_ref<bool(const Hold &)> Which) {
  llvm::erase_if(S.Held, Which);
}

/// Every expression in \p S that names a lock.
static void locksIn(const Stmt *S,
                    llvm::function_ref<bool(const Expr &)> IsLock,
                    llvm::SmallVectorImpl<const Expr *> &Found) {
  if (!S)
    return;
  if (const auto *E = dyn_cast<Expr>(S); E && E->isGLValue() && IsLock(*E)) {
    Found.push_back(E);
    return;
  }
  if (isa<LambdaExpr>(S))
    return;
  for (const Stmt *Child : S->children())
    locksIn(Child, IsLock, Found);
}

void AccessAnalysis::declare(const VarDecl &Var, State &S) {
  const QualType T = Var.getType().getNonReferenceType();
  const NamedDecl *Class = Roles::classOf(T);
  if (!Var.getInit() || !Class)
    return;
  llvm::SmallVector<const Expr *, 2> Named;
  locksIn(
      Var.getInit(), [&](const Expr &E) { return isLock(E.getType()); }, Named);
  // What is made of a lock, or goes by such a name, can be a guard that nobody
  // has told of.
  const llvm::StringRef Name = Class->getName();
  const bool Sounds =
      Name.contains_insensitive("lock") || Name.contains_insensitive("guard");
  if (isLock(T) || (!isGuard(T) && Named.empty() && !Sounds))
    return;
  const bool Shared = Name.contains_insensitive("shared");
  llvm::SmallVector<unsigned, 1> &Of = Guards[&Var];
  Of.clear();
  for (const Expr *Lock : Named)
    Of.push_back(lockAt(Lock->getType()->isPointerType()
                            ? Places.pointee(*Lock, F)
                            : Places.object(*Lock, F),
                        Shared));
  if (Of.empty())
    Of.push_back(lockAt(std::nullopt, Shared));
  if (!startsFree(Var))
    for (const unsigned Lock : Of)
      hold(Lock, &Var, S);
}

/// `std::unique_lock held(mutex, std::defer_lock);`
bool AccessAnalysis::startsFree(const VarDecl &Var) const {
  const Role *Guard = R.of(Var.getType(), RoleKind::LockGuard);
  return llvm::any_of(
      argumentsOf(*skipWrappers(Var.getInit())), [&](const Expr *Arg) {
        const NamedDecl *Class = Roles::classOf(Arg->getType());
        const std::string Name = Class ? Roles::nameOf(*Class) : "";
        return llvm::StringRef(Name).ends_with("::defer_lock_t") ||
               (Guard && llvm::is_contained(Guard->list("tag-defer"), Name));
      });
}

/// A method's name is all that tells what it does to a lock.
void AccessAnalysis::lockCalls(const CallExpr &Call, State &S) {
  lockByRole(Call, S);
  // `std::lock(one, other)`: whoever is given a guard may lock it.
  for (const Expr *Arg : Call.arguments())
    if (const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(Arg)))
      if (const auto *Guard = dyn_cast<VarDecl>(Ref->getDecl());
          Guard && Guards.contains(Guard))
        for (const unsigned Lock : Guards.lookup(Guard))
          hold(Lock, Guard, S);
  const std::optional<MemberCall> Member = asMemberCall(&Call);
  if (!Member || Member->Name.empty())
    return;
  const Expr *Object = skipWrappers(Member->Object);
  const bool Unlocks = Member->Name.contains_insensitive("unlock");
  const bool Locks = !Unlocks && Member->Name.contains_insensitive("lock");
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Object);
      Ref && !isLock(Object->getType()) &&
      Guards.contains(dyn_cast<VarDecl>(Ref->getDecl()))) {
    const auto *Guard = cast<VarDecl>(Ref->getDecl());
    if (Unlocks || Member->Name == "reset")
      drop(S, [&](const Hold &Held) { return Held.Guard == Guard; });
    else if (Locks)
      for (const unsigned Lock : Guards.lookup(Guard))
        hold(Lock, Guard, S);
    return;
  }
  if (!isLock(Object->getType()) || !(Unlocks || Locks))
    return;
  std::optional<ObjectPath> At = Object->getType()->isPointerType()
                                     ? Places.pointee(*Object, F)
                                     : Places.object(*Object, F);
  if (Unlocks) {
    // One that can't be named can be any.
    drop(S, [&](const Hold &Held) {
      return !Held.Guard && (!At || this->Locks[Held.Lock].At == *At);
    });
    return;
  }
  // What returns a guard, now or when it is awaited, is no lock by hand.
  const Stmt *Parent = Parents.getParent(&Call);
  while (
      isa_and_nonnull<ImplicitCastExpr, ParenExpr, ExprWithCleanups,
                      CXXBindTemporaryExpr, MaterializeTemporaryExpr>(Parent))
    Parent = Parents.getParent(Parent);
  const auto *Await = dyn_cast_or_null<CoawaitExpr>(Parent);
  const QualType Gives = Await ? Await->getType() : Call.getType();
  if (Gives->isVoidType() || Gives->isBooleanType())
    hold(lockAt(std::move(At), Member->Name.contains_insensitive("shared")),
         nullptr, S);
}

/// `pthread_mutex_lock(&m)` and its like.
void AccessAnalysis::lockByRole(const CallExpr &Call, State &S) {
  const auto At = [&](const Role &Does) -> std::optional<ObjectPath> {
    const Expr *Lock = Roles::argument(Call, Does.index("lock"));
    if (!Lock)
      return std::nullopt;
    return Lock->getType()->isPointerType() ? Places.pointee(*Lock, F)
                                            : Places.object(*Lock, F);
  };
  if (const Role *Takes = R.ofCall(Call, RoleKind::Acquires)) {
    hold(lockAt(At(*Takes), false), nullptr, S);
  } else if (const Role *Gives = R.ofCall(Call, RoleKind::Releases)) {
    const std::optional<ObjectPath> Lock = At(*Gives);
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(
        Roles::argument(Call, std::nullopt)
            ? skipWrappers(Roles::argument(Call, std::nullopt))
            : nullptr);
    drop(S, [&](const Hold &Held) {
      if (Ref && Held.Guard == Ref->getDecl())
        return true;
      return !Held.Guard && (!Lock || Locks[Held.Lock].At == *Lock);
    });
  }
}

} // namespace corolint
