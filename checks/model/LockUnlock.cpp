/// \file
/// Unlocking by hand: which of the held locks it is, and what objects do when
/// they die.

#include "checks/model/LockAnalysis.h"

#include "checks/model/OwnBody.h"

#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

void LockAnalysis::unlock(const Expr &Lock, SourceLocation Where, State &S) {
  // `guard.mutex()->unlock()`.
  const Expr *E = skipWrappers(&Lock);
  if (const auto *Deref = dyn_cast<UnaryOperator>(E);
      Deref && Deref->getOpcode() == UO_Deref)
    E = skipWrappers(Deref->getSubExpr());
  if (const auto Call = asMemberCall(E); Call && Call->Name == "mutex")
    if (const std::optional<unsigned> Guard = guardIn(Call->Object, S))
      return free(S, *Guard, Where);
  unlock(place(Lock), typeName(objectNamed(&Lock)->getType()), Where, S);
}

/// The lock at \p At, or what holds it: a lock by the same name, the guard that
/// was given it. Where there is neither, another name for the same lock is what
/// was meant.
void LockAnalysis::unlock(const ObjectPath &At, llvm::StringRef Type,
                          SourceLocation Where, State &S) {
  const auto Known = Holders.find(At);
  if (Known != Holders.end() && statusOf(S, Known->second) >= 0)
    return free(S, Known->second, Where);
  if (const std::optional<unsigned> Guard = guardOf(At, S))
    return free(S, *Guard, Where);
  const auto IsAlias = [&](const ObjectPath &Other) {
    if (At.isPerhaps(Other))
      return true;
    const auto Last = [](const ObjectPath &P) {
      return P.Members.empty() ? 0 : P.Members.back();
    };
    const auto Followed = [](const ObjectPath &P) {
      return P.Indirect && P.variable();
    };
    return (Followed(At) || Followed(Other)) && Last(At) == Last(Other);
  };
  llvm::SmallVector<unsigned, 2> Aliases;
  for (const Entry &E : S)
    if (E.Status >= 0 && Table[E.Holder].By == HeldLock::Kind::Manual &&
        Table[E.Holder].Lock.Type == Type && IsAlias(Table[E.Holder].At))
      Aliases.push_back(E.Holder);
  for (const unsigned Alias : Aliases)
    free(S, Alias, Where);
  // The caller of this function knows what it locked.
  if (Aliases.empty() && !F.isCoroutine()) {
    const unsigned Holder = intern(At, HeldLock::Kind::Manual, "");
    Table[Holder].Lock = {Type.str(), At};
    set(S, Holder, Free);
  }
}

void LockAnalysis::findUnlocks(const VarDecl &Range, const Stmt *S) {
  if (!S || isa<LambdaExpr>(S))
    return;
  if (const std::optional<MemberCall> Call = asMemberCall(S);
      Call &&
      effectOf(Call->Name, Call->Object->getType()) == LockEffect::Unlock &&
      llvm::is_contained(place(*Call->Object).Members, ObjectPath::AnyElement))
    LoopsThatUnlock[&Range].push_back(Call->Object);
  for (const Stmt *Child : S->children())
    findUnlocks(Range, Child);
}

/// A loop over all elements that unlocks each leaves none locked, also where
/// there are none: those who lock none in one loop unlock none in the next.
void LockAnalysis::unlockElements(const VarDecl &Range, State &S) {
  for (const Expr *Object : LoopsThatUnlock.lookup(&Range))
    if (const std::optional<unsigned> Guard = guardIn(Object, S))
      free(S, *Guard, Object->getBeginLoc());
    else if (isLock(Object->getType()))
      unlock(*Object, Object->getBeginLoc(), S);
}

namespace {

/// The lambdas in an initialiser: what a scope guard is made of.
class Lambdas : public OwnBodyVisitor<Lambdas> {
public:
  llvm::SmallVector<const CXXMethodDecl *, 1> Found;
  bool TraverseLambdaExpr(LambdaExpr *E) {
    Found.push_back(E->getCallOperator());
    return true;
  }
};

/// What \p Init binds the member \p Member of its object to; nullptr if that is
/// not to be seen.
const Expr *boundTo(const Expr &Init, ObjectPath::Member Member) {
  const Expr *E = skipWrappers(&Init);
  const auto *Class = E->getType()->getAsCXXRecordDecl();
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(*E);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    for (const CXXCtorInitializer *One : Construct->getConstructor()->inits())
      if (One->isAnyMemberInitializer() &&
          memberOf(*One->getAnyMember()) == Member)
        if (const auto *Ref =
                dyn_cast<DeclRefExpr>(objectNamed(One->getInit())))
          if (const auto *Param = dyn_cast<ParmVarDecl>(Ref->getDecl());
              Param && Param->getFunctionScopeIndex() < Args.size())
            return Args[Param->getFunctionScopeIndex()];
    return nullptr;
  }
  if (!Class)
    return nullptr;
  for (const FieldDecl *Field : Class->fields())
    if (memberOf(*Field) == Member && Field->getFieldIndex() < Args.size())
      return Args[Field->getFieldIndex()];
  return nullptr;
}

} // namespace

/// \p Var dies: its destructor, its deleter or the lambda that it was made from
/// unlock what they unlock.
void LockAnalysis::atEnd(const VarDecl &Var, State &S) {
  const QualType T = Var.getType();
  const auto *Class = T->getAsCXXRecordDecl();
  const Expr *Init = Var.getInit();
  if (!Class || Class->isLambda() || isTracked(T) || isReverseGuard(T) ||
      llvm::none_of(S, [](const Entry &E) { return E.Status >= 0; }))
    return;
  Lambdas Called;
  if (Init)
    Called.TraverseStmt(const_cast<Expr *>(Init));
  if (const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(Class))
    for (const TemplateArgument &Arg : Special->getTemplateArgs().asArray())
      if (const auto *Functor = Arg.getKind() == TemplateArgument::Type
                                    ? Arg.getAsType()->getAsCXXRecordDecl()
                                    : nullptr)
        for (const CXXMethodDecl *Method : Functor->methods())
          if (Method->getOverloadedOperator() == OO_Call)
            Called.Found.push_back(Method);
  if (const CXXDestructorDecl *Destructor = Class->getDestructor())
    Called.Found.push_back(Destructor);

  for (const CXXMethodDecl *Method : Called.Found) {
    const LockSummary *Summary = Summaries.of(Method);
    if (!Summary)
      continue;
    for (const LockSummary::Outcome &Outcome : Summary->Outcomes)
      for (const LockSummary::Effect &Effect : Outcome.Effects) {
        if (Effect.Status != Free)
          continue;
        ObjectPath At = Effect.At;
        const auto *Param = dyn_cast_or_null<ParmVarDecl>(At.variable());
        if (At.From == ObjectPath::Root::This &&
            !Method->getParent()->isLambda()) {
          const Expr *Bound = Init && !At.Members.empty()
                                  ? boundTo(*Init, At.Members.front())
                                  : nullptr;
          if (!Bound)
            continue;
          At = place(*Bound);
        } else if (Param && Param->getDeclContext() == Method) {
          // A deleter gets what the smart pointer was given.
          const llvm::ArrayRef<const Expr *> Args =
              Init ? argumentsOf(*skipWrappers(Init))
                   : llvm::ArrayRef<const Expr *>();
          if (Args.empty())
            continue;
          At = place(*Args.front());
        }
        if (!Effect.Guard)
          unlock(At, Effect.Lock.Type, Var.getLocation(), S);
        else if (const std::optional<unsigned> Guard = guardAt(At, S))
          free(S, *Guard, Var.getLocation());
      }
  }
}

} // namespace corolint
