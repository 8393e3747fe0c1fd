/// \file
/// What functions of the same file do to the locks and guards of their callers.

#include "checks/model/LockAnalysis.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

const FunctionDecl *LockAnalysis::calleeOf(const Expr &E) {
  if (const auto *Call = dyn_cast<CallExpr>(&E))
    return Call->getDirectCallee();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E))
    return Construct->getConstructor();
  return nullptr;
}

/// The object that \p E calls a member of; nullptr for others.
static const Expr *objectOf(const Expr &E) {
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&E))
    return Member->getImplicitObjectArgument();
  // In a template.
  if (const auto *Call = dyn_cast<CallExpr>(&E))
    if (const auto *Member =
            dyn_cast<MemberExpr>(Call->getCallee()->IgnoreParens()))
      return Member->getBase();
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&E);
  return Operator && Operator->getNumArgs() ? Operator->getArg(0) : nullptr;
}

/// What \p Callee names \p At, as its caller names it; nullopt if the caller
/// has no name for it.
std::optional<ObjectPath>
LockAnalysis::inCaller(const ObjectPath &At, const Expr &Call,
                       const FunctionDecl &Callee) const {
  const Expr *Object = objectOf(Call);
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  const bool Lambda = Method && Method->getParent()->isLambda();
  if (At.From == ObjectPath::Root::This) {
    if (Lambda)
      return At;
    return Object ? std::optional(At.from(place(*Object))) : std::nullopt;
  }
  const ValueDecl *Root = At.variable();
  if (!Root)
    return At;
  const auto OfCallee = [&](const Decl &D) {
    const auto *Owner = dyn_cast<FunctionDecl>(D.getDeclContext());
    return Owner && Owner->getCanonicalDecl() == Callee.getCanonicalDecl();
  };
  if (const auto *Param = dyn_cast<ParmVarDecl>(Root);
      Param && OfCallee(*Param)) {
    llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
    if (isa<CXXOperatorCallExpr>(Call) && Method && Method->isInstance())
      Args = Args.drop_front();
    const unsigned Index = Param->getFunctionScopeIndex();
    if (Index >= Args.size())
      return std::nullopt;
    return At.from(place(*Args[Index]));
  }
  const auto *Var = dyn_cast<VarDecl>(Root);
  if (Var && Var->isInitCapture() && Object)
    return place(*Object);
  if (Var && Var->hasLocalStorage() && OfCallee(*Var))
    return std::nullopt;
  return At;
}

/// As the caller spells what \p Callee calls \p Name.
static std::string spelledInCaller(const LockSummary::Effect &Effect,
                                   const Expr &Call, const ASTContext &Ast) {
  if (Effect.At.From == ObjectPath::Root::This) {
    const Expr *Object = objectOf(Call);
    const Expr *Named = Object ? objectNamed(Object) : nullptr;
    if (!Named || isa<CXXThisExpr>(Named))
      return Effect.Name;
    return sourceText(*Named, Ast) + "." + Effect.Name;
  }
  const auto *Param = dyn_cast_or_null<ParmVarDecl>(Effect.At.variable());
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  if (!Param || Param->getFunctionScopeIndex() >= Args.size() ||
      isa<CXXOperatorCallExpr>(Call))
    return Effect.Name;
  std::string Name =
      sourceText(*objectNamed(Args[Param->getFunctionScopeIndex()]), Ast);
  llvm::StringRef Members = Effect.Name;
  if (Members.consume_front(Param->getName()))
    Name += Members;
  return Name;
}

void LockAnalysis::applyOutcome(const LockSummary &Summary,
                                const LockSummary::Outcome &Outcome, bool Sure,
                                const Expr &E, State &S) {
  const Expr *Object = objectOf(E);
  const std::optional<unsigned> Self = Object && isTracked(Object->getType())
                                           ? guardIn(Object, S)
                                           : std::nullopt;
  for (const LockSummary::Effect &Effect : Outcome.Effects) {
    const std::optional<ObjectPath> At = inCaller(Effect.At, E, *calleeOf(E));
    if (!At)
      continue;
    std::optional<unsigned> Holder =
        Effect.Guard ? guardAt(*At, S) : std::nullopt;
    // The lock that a guard's own method locks or unlocks is the guard's.
    if (!Effect.Guard && Effect.At.From == ObjectPath::Root::This)
      Holder = Self;
    if (!Effect.Guard && !Holder && Effect.Status == Free) {
      unlock(*At, Effect.Lock.Type, E.getBeginLoc(), S);
      continue;
    }
    // A guard that is no longer alive here was not what was meant.
    if (!Holder && (!Effect.Guard || outlives(*At)))
      Holder = intern(
          *At, Effect.Guard ? HeldLock::Kind::Guard : HeldLock::Kind::Manual,
          spelledInCaller(Effect, E, Ast));
    if (!Holder)
      continue;
    if (Table[*Holder].Lock.Type.empty())
      Table[*Holder].Lock = {Effect.Lock.Type, *At};
    if (Effect.Status == Free) {
      free(S, *Holder, E.getBeginLoc());
    } else if (Effect.Status >= 0 && Sure) {
      set(S, *Holder, acquire(*Holder, E.getBeginLoc(), Effect.Where));
    } else if (isGiven(Effect.Status)) {
      Making M{S, {}, {}};
      const int Value = valueGiven(Summary, E, Effect.Status, M);
      const bool Locked = Value == Held || Value == Maybe;
      set(S, *Holder, Locked ? acquire(*Holder, E.getBeginLoc()) : Value);
    } else if (Effect.Guard) {
      set(S, *Holder, Unknown);
    } else {
      erase(S, *Holder);
    }
  }
}

/// Whether another function may run instead of the one that \p E names.
static bool isOverridable(const Expr &E) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&E);
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  if (!Method || !Method->isVirtual() || Method->hasAttr<FinalAttr>() ||
      Method->getParent()->isEffectivelyFinal())
    return false;
  const auto *Ref =
      dyn_cast<DeclRefExpr>(skipWrappers(Call->getImplicitObjectArgument()));
  return !Ref || Ref->getType()->isPointerType() ||
         Ref->getDecl()->getType()->isReferenceType();
}

void LockAnalysis::applySummary(const LockSummary &Summary, const Expr &E,
                                Path &P, Forks &More) {
  // Those that agree with what is known here.
  std::vector<LockSummary::Outcome> Possible;
  for (const LockSummary::Outcome &Outcome : Summary.Outcomes) {
    const bool Contradicts =
        llvm::any_of(Outcome.Found, [&](const auto &Found) {
          const std::optional<ObjectPath> At =
              inCaller(Found.first, E, *calleeOf(E));
          const std::optional<unsigned> Guard =
              At ? guardAt(*At, P.S) : std::nullopt;
          const int Now = Guard ? statusOf(P.S, *Guard) : Unknown;
          return Found.second ? Now == Free : Now >= 0;
        });
    if (Contradicts)
      continue;
    Possible.push_back(Outcome);
    Possible.back().Found.clear();
  }
  Possible = mergeOutcomes(std::move(Possible));
  const bool Sure = !isOverridable(E);
  if (!Sure) {
    for (LockSummary::Outcome &Outcome : Possible)
      Outcome.Result = std::nullopt;
    Possible = mergeOutcomes(std::move(Possible));
  }
  llvm::SmallVector<Path, 2> All;
  for (const LockSummary::Outcome &Outcome : Possible) {
    Path &One = All.emplace_back(P);
    applyOutcome(Summary, Outcome, Sure, E, One.S);
    if (Outcome.Result)
      Tests.assumeResult(&E, *Outcome.Result, One.Facts);
  }
  if (All.empty())
    return;
  P = std::move(All.front());
  // Different results of a function that does nothing are not our business.
  if (All.size() == 2 && !(All[1].S == P.S))
    More.push_back(std::move(All[1]));
  else if (All.size() == 2)
    Tests.forgetResult(&E, P.Facts);
}

/// Facts that a summary's states carry beside objects, as paths that no object
/// has: what is returned, its guards by slot, and what a test of a given guard
/// has found, by holder.
enum SummaryFact : std::uint64_t { TruthReturned = 1, GuardReturned, Found };

static ObjectPath pathOf(SummaryFact Fact,
                         std::optional<unsigned> Which = std::nullopt) {
  ObjectPath Path{.Id = Fact};
  if (Which)
    Path.Members.push_back(*Which);
  return Path;
}

static bool isFact(const ObjectPath &At, SummaryFact Fact) {
  return At.From == ObjectPath::Root::Other && At.Id == Fact;
}

/// A function asks whether a guard of its caller's is locked: two outcomes, of
/// which the caller knows which one it gets.
void LockAnalysis::testGiven(unsigned Holder, const Expr &Test, Path &P,
                             Forks &More) {
  const unsigned Found =
      intern(pathOf(SummaryFact::Found, Holder), HeldLock::Kind::Guard, "");
  if (const Entry *Known = find(P.S, Found)) {
    Tests.assumeResult(&Test, Known->Status == Held, P.Facts);
    return;
  }
  Path Unlocked = P;
  set(Unlocked.S, Found, Free);
  Tests.assumeResult(&Test, false, Unlocked.Facts);
  More.push_back(std::move(Unlocked));
  set(P.S, Found, Held);
  Tests.assumeResult(&Test, true, P.Facts);
}

/// A constructor that moves out of, or unlocks, a guard that it was given a
/// plain reference to.
void LockAnalysis::takeByReference(const LockSummary &Summary, const Expr &E,
                                   State &S) {
  for (const LockSummary::Outcome &Outcome : Summary.Outcomes)
    for (const LockSummary::Effect &Effect : Outcome.Effects) {
      const auto *Param = dyn_cast_or_null<ParmVarDecl>(Effect.At.variable());
      if (!Param || !Effect.Guard || Effect.Status >= 0 ||
          !Param->getType()->isLValueReferenceType())
        continue;
      const std::optional<ObjectPath> At = inCaller(Effect.At, E, *calleeOf(E));
      if (const std::optional<unsigned> Guard =
              At ? guardAt(*At, S) : std::nullopt)
        free(S, *Guard, E.getBeginLoc());
    }
}

/// Notes what a call returns before its arguments are emptied.
void LockAnalysis::pending(const CallExpr &Call, State &S) {
  const QualType T = Call.getType();
  if (Call.isGLValue() || !isTracked(T))
    return;
  Making M{S, {}, {}};
  llvm::SmallVector<std::pair<unsigned, int>, 2> Made;
  for (const Slot &Way : slotsOf(T)) {
    const int Value = valueOfCallNow(Call, Way, M);
    const unsigned Holder =
        intern(in(ObjectPath::of(Call), Way), HeldLock::Kind::Guard, "");
    Table[Holder].Pending = true;
    Table[Holder].Lock = M.Lock;
    Made.emplace_back(Holder, Value);
  }
  empty(M, Call.getBeginLoc(), S);
  for (const auto &[Holder, Value] : Made)
    set(S, Holder, Value == Held ? acquire(Holder, Call.getBeginLoc()) : Value);
}

void LockAnalysis::returning(const ReturnStmt &Return, Path &P) {
  const Expr *Value = Return.getRetValue();
  if (!Value || F.isCoroutine())
    return;
  const QualType T = F.Decl.getReturnType();
  if (T->isIntegralOrEnumerationType()) {
    std::optional<bool> Truth = Tests.evaluate(Value, P.Facts);
    Expr::EvalResult Constant;
    if (!Truth && !Value->isValueDependent() &&
        Value->EvaluateAsInt(Constant, Ast))
      Truth = Constant.Val.getInt() != 0;
    if (Truth)
      set(P.S, intern(pathOf(TruthReturned), HeldLock::Kind::Guard, ""),
          *Truth ? Held : Free);
    return;
  }
  if (T->isReferenceType() || !isTracked(T))
    return;
  const std::vector<Slot> Slots = slotsOf(T);
  for (unsigned I = 0; I < Slots.size(); ++I) {
    Making M{P.S, {}, {}};
    const int Result = valueOf(Value, Slots[I], M);
    empty(M, Return.getBeginLoc(), P.S);
    const unsigned Holder =
        intern(pathOf(GuardReturned, I), HeldLock::Kind::Guard, "");
    Table[Holder].Lock = M.Lock;
    set(P.S, Holder, Result);
  }
}

void LockAnalysis::leave(const Path &P, const PathStep &Here) {
  if (F.isCoroutine())
    return atSuspension(F.Suspensions.back(), P.S, &Here);
  LockSummary::Outcome Result;
  if (!F.Decl.getReturnType()->isReferenceType())
    Result.Returned.assign(slotsOf(F.Decl.getReturnType()).size(), Unknown);
  for (const Entry &E : P.S) {
    const Holder &By = Table[E.Holder];
    if (isFact(By.At, TruthReturned)) {
      Result.Result = E.Status == Held;
    } else if (isFact(By.At, GuardReturned)) {
      Result.Returned[By.At.Members.front()] = E.Status;
      Result.ReturnedLock = By.Lock;
    } else if (isFact(By.At, SummaryFact::Found)) {
      Result.Found.emplace_back(Table[By.At.Members.front()].At,
                                E.Status == Held);
    } else if (outlives(By.At) && !By.Pending && !By.Reverses &&
               By.By != HeldLock::Kind::Temporary) {
      const bool Same =
          isGiven(E.Status) && Given[FirstGiven - E.Status] == By.At;
      if (!Same)
        Result.Effects.push_back(
            {By.At, E.Status, By.By == HeldLock::Kind::Guard, By.Lock, By.Name,
             E.Status >= 0 ? Acquisitions[E.Status].Where : SourceLocation()});
    }
  }
  Outcomes.push_back(std::move(Result));
}

LockSummary LockAnalysis::summary() {
  return {mergeOutcomes(std::move(Outcomes)), std::move(Given)};
}

} // namespace corolint
