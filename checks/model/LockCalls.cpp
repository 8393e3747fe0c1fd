/// \file
/// What calls do to guards and locks.

#include "checks/model/LockAnalysis.h"

#include "clang/AST/Attr.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

void LockAnalysis::apply(LockEffect What, unsigned Holder, const Expr &E,
                         Path &P, Forks &More, bool Success) {
  switch (What) {
  case LockEffect::Lock:
    set(P.S, Holder, acquire(Holder, E.getBeginLoc()));
    return;
  case LockEffect::TryLock: {
    Path Failed = P;
    free(Failed.S, Holder, E.getBeginLoc());
    Tests.assumeResult(&E, !Success, Failed.Facts);
    More.push_back(std::move(Failed));
    set(P.S, Holder, acquire(Holder, E.getBeginLoc()));
    Tests.assumeResult(&E, Success, P.Facts);
    return;
  }
  case LockEffect::Unlock:
    free(P.S, Holder, E.getBeginLoc());
    return;
  case LockEffect::Test:
    if (!F.isCoroutine() && outlives(Table[Holder].At) &&
        (!find(P.S, Holder) || isGiven(statusOf(P.S, Holder))))
      return testGiven(Holder, E, P, More);
    if (const int Now = statusOf(P.S, Holder); Now >= Free)
      Tests.assumeResult(&E, Now >= 0, P.Facts);
    return;
  case LockEffect::Swap:
  case LockEffect::None:
    return;
  }
}

void LockAnalysis::swap(unsigned A, unsigned B, SourceLocation Where,
                        State &S) {
  const int First = statusOf(S, A), Second = statusOf(S, B);
  set(S, A, Second >= 0 ? acquire(A, Where) : Second);
  set(S, B, First >= 0 ? acquire(B, Where) : First);
}

/// \returns whether a guard can be made from \p Args: `emplace(1)` of a variant
/// makes something else.
bool LockAnalysis::concernsLocks(llvm::ArrayRef<const Expr *> Args) const {
  return llvm::any_of(Args, [&](const Expr *Arg) {
    const QualType T = Arg->getType();
    return isLock(T) || isTracked(T->isPointerType() ? T->getPointeeType() : T);
  });
}

/// What `try_lock` returns when it has locked.
static bool succeedsWith(const CXXMethodDecl *Method) {
  const auto *Try =
      Method ? Method->getAttr<TryAcquireCapabilityAttr>() : nullptr;
  Expr::EvalResult Value;
  return !Try ||
         !Try->getSuccessValue()->EvaluateAsInt(Value,
                                                Method->getASTContext()) ||
         Value.Val.getInt() != 0;
}

/// \returns whether \p Call is about a tracked guard.
bool LockAnalysis::guardMethod(const MemberCall &Call, Path &P, Forks &More) {
  // A method of a base is one of the object's own class.
  const QualType T = skipWrappers(Call.Object)->getType();
  // `pointer->reset()` is about what the guard protects.
  if (!T->isDependentType() &&
      !isTracked(T->isPointerType() ? T->getPointeeType() : T))
    return false;
  const bool Assigns =
      Call.Method && Call.Method->getOverloadedOperator() == OO_Equal;
  llvm::ArrayRef<const Expr *> Args = Call.Args;
  while (!Args.empty() && isa<CXXDefaultArgExpr>(Args.back()))
    Args = Args.drop_back();
  const bool Owns = R.of(T, RoleKind::Owner) != nullptr;
  const bool Replaces =
      Owns && (Call.Name == "emplace" || Call.Name == "reset");
  const bool Adds =
      Owns && !Replaces &&
      (Call.Name.contains("emplace") || Call.Name.starts_with("push") ||
       Call.Name.starts_with("insert"));
  const std::vector<Slot> Slots = slotsOf(T);
  if (Assigns && !Args.empty() && Slots.size() > 1) {
    makeAll(place(*Call.Object), T, Call.Args[0], nullptr,
            Call.Call->getBeginLoc(), P, More);
    return true;
  }
  const std::optional<unsigned> Holder = guardIn(Call.Object, P.S);
  if (!Holder) {
    // `Guard().swap(guard)`.
    if (Call.Name == "swap" && Call.Args.size() == 1)
      if (const std::optional<unsigned> Other = guardIn(Call.Args[0], P.S))
        set(P.S, *Other, Unknown);
    return false;
  }
  if (Assigns || Replaces || Adds) {
    if (Args.empty() || (Replaces && !concernsLocks(Args))) {
      free(P.S, *Holder, Call.Call->getBeginLoc());
      return true;
    }
    Making M{P.S, {}, {}, &P.Facts};
    const int Value =
        Assigns ? valueOf(Call.Args[0], Slots.empty() ? Slot() : Slots[0], M)
                : valueOfConstruction(*Call.Call, M);
    empty(M, Call.Call->getBeginLoc(), P.S);
    if (Adds && statusOf(P.S, *Holder) >= 0)
      return true;
    if (!M.Lock.Type.empty())
      Table[*Holder].Lock = M.Lock;
    assign(*Holder, Value, Call.Call->getBeginLoc(), P, More);
    return true;
  }
  const LockEffect What = effectOf(Call.Name, T);
  if (What == LockEffect::None) {
    // A guard that holds a lock has one.
    if (Call.Name == "mutex" && statusOf(P.S, *Holder) >= 0)
      Tests.assumeResult(Call.Call, true, P.Facts);
    // `guards.erase(...)`: which of them is gone is not followed.
    if (Owns && Call.Method && !isAccessor(*Call.Method)) {
      set(P.S, *Holder, Unknown);
      return true;
    }
    return false;
  }
  if (What != LockEffect::Swap) {
    apply(What, *Holder, *Call.Call, P, More);
    return true;
  }
  if (Call.Args.size() != 1)
    return false;
  if (const std::optional<unsigned> Other = guardIn(Call.Args[0], P.S))
    swap(*Holder, *Other, Call.Call->getBeginLoc(), P.S);
  else
    set(P.S, *Holder, Unknown);
  return true;
}

void LockAnalysis::call(const Expr &E, Path &P, Forks &More) {
  if (movedFrom(&E))
    return; // Whoever takes the value decides.
  const LockSummary *Summary = Summaries.of(calleeOf(E));
  if (const std::optional<MemberCall> Call = asMemberCall(&E)) {
    // What a method of a class that owns guards does to them is in its body.
    const std::optional<GuardTraits> Guard =
        Summary ? R.guard(Call->Object->getType().getNonReferenceType())
                : std::nullopt;
    if (!(Guard && Guard->Contains) && guardMethod(*Call, P, More))
      return;
    const LockEffect What = effectOf(Call->Name, Call->Object->getType());
    if (isLock(Call->Object->getType())) {
      const bool OfTask = isLockOfTask(Call->Object->getType());
      if (What == LockEffect::Unlock && (Call->Args.empty() || OfTask))
        return unlock(*Call->Object, E.getBeginLoc(), P.S);
      // What returns something to await, or a guard, has locked nothing yet.
      if (OfTask && E.getType()->isRecordType())
        return;
      if ((What == LockEffect::Lock && Call->Args.empty()) ||
          What == LockEffect::TryLock)
        return apply(What, lockObject(*Call->Object), E, P, More,
                     succeedsWith(Call->Method));
    }
    if (Call->Name == "reset")
      if (const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(Call->Object)))
        if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
          atEnd(*Var, P.S);
  }
  if (byRole(E, P, More))
    return;
  if (const auto *Call = dyn_cast<CallExpr>(&E))
    pending(*Call, P.S);
  // What a constructor makes of a guard is the business of the declaration.
  const bool Makes = !isa<CallExpr>(E) &&
                     (isTracked(E.getType()) || isReverseGuard(E.getType()));
  if (Summary && Makes)
    takeByReference(*Summary, E, P.S);
  else if (Summary)
    applySummary(*Summary, E, P, More);
  if (!Summary)
    byName(E, P.S);
  if (!Makes)
    passArguments(E, P.S, Summary);
}

/// A function with its body elsewhere that says in its name that it unlocks
/// something is taken at its word.
void LockAnalysis::byName(const Expr &E, State &S) {
  const FunctionDecl *Callee = calleeOf(E);
  if (!Callee || Callee->isDefined() || !isa<CallExpr>(E) ||
      !Callee->getDeclName().isIdentifier() ||
      Ast.getSourceManager().isInSystemHeader(Callee->getLocation()))
    return;
  const llvm::StringRef Name = Callee->getName();
  if (!Name.contains_insensitive("unlock") &&
      !Name.contains_insensitive("release") &&
      !Name.contains_insensitive("leave"))
    return;
  const State Before = S;
  for (const Entry &Held : Before)
    if (Table[Held.Holder].By == HeldLock::Kind::Manual &&
        outlives(Table[Held.Holder].At))
      free(S, Held.Holder, E.getBeginLoc());
}

/// \returns whether a role says what \p E does to locks.
bool LockAnalysis::byRole(const Expr &E, Path &P, Forks &More) {
  if (!isa<CallExpr>(E))
    return false;
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  for (const auto [Kind, What] :
       {std::pair(RoleKind::Acquires, LockEffect::Lock),
        std::pair(RoleKind::Releases, LockEffect::Unlock)}) {
    const Role *Locks = R.ofCall(E, Kind);
    if (!Locks)
      continue;
    llvm::SmallVector<const Expr *, 2> Objects;
    for (llvm::StringRef Item : Locks->list("lock")) {
      // `2` is one argument, `0+` that one and all after it.
      const bool Rest = Item.consume_back("+");
      unsigned First = 0;
      if (!Item.getAsInteger(10, First))
        llvm::append_range(Objects,
                           Args.drop_front(std::min<size_t>(First, Args.size()))
                               .take_front(Rest ? Args.size() : 1));
      else if (const Expr *Object = Roles::argument(E, std::nullopt))
        Objects.push_back(Object);
    }
    llvm::SmallVector<unsigned, 2> Locked;
    for (const Expr *Object : Objects) {
      const std::optional<unsigned> Guard = guardIn(Object, P.S);
      if (What == LockEffect::Unlock && !Guard)
        unlock(*Object, E.getBeginLoc(), P.S);
      else
        Locked.push_back(Guard ? *Guard : lockObject(*Object));
    }
    const llvm::StringRef Try = Locks->get("try");
    if (What == LockEffect::Unlock || Try.empty() || Try == "no") {
      for (size_t I = 0; I < Locked.size(); ++I)
        // Locks that one call takes are told apart by its arguments.
        if (What == LockEffect::Unlock)
          free(P.S, Locked[I], E.getBeginLoc());
        else
          set(P.S, Locked[I],
              acquire(Locked[I],
                      I == 0 ? E.getBeginLoc() : Objects[I]->getBeginLoc()));
      return true;
    }
    // All or none; `-1` among other results is not followed.
    Path Failed = P;
    for (const unsigned Holder : Locked) {
      if (Try == "minus-one") {
        set(P.S, Holder, Unknown);
        continue;
      }
      free(Failed.S, Holder, E.getBeginLoc());
      set(P.S, Holder, acquire(Holder, E.getBeginLoc()));
    }
    if (Try != "minus-one") {
      Tests.assumeResult(&E, Try == "zero", Failed.Facts);
      Tests.assumeResult(&E, Try != "zero", P.Facts);
      More.push_back(std::move(Failed));
    }
    return true;
  }
  return false;
}

} // namespace corolint
