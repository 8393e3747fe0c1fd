/// \file
/// What a guard holds when it is made, moved or returned.

#include "checks/model/LockAnalysis.h"

#include "clang/AST/Attr.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// What is known where one of two values comes.
static int either(int A, int B) {
  if (A == B)
    return A;
  const auto IsLocked = [](int Value) {
    return Value == LockStatus::Held || Value == LockStatus::Maybe;
  };
  return (IsLocked(A) || A == LockStatus::Free) &&
                 (IsLocked(B) || B == LockStatus::Free)
             ? LockStatus::Maybe
             : LockStatus::Unknown;
}

/// The same object in the list of an aggregate's initialisers.
static const Expr *initializerOf(const Expr &List, const CXXRecordDecl &Class,
                                 ObjectPath::Member Member) {
  llvm::ArrayRef<const Expr *> Inits = argumentsOf(List);
  const size_t Bases = Class.getNumBases();
  for (const FieldDecl *Field : Class.fields())
    if (memberOf(*Field) == Member &&
        Bases + Field->getFieldIndex() < Inits.size())
      return Inits[Bases + Field->getFieldIndex()];
  return nullptr;
}

/// The guard that is made by \p E, or the part of it that \p Way leads to.
int LockAnalysis::valueOf(const Expr *E, llvm::ArrayRef<ObjectPath::Member> Way,
                          Making &M) {
  // A temporary that has been seen on its way here.
  if (const CXXBindTemporaryExpr *Bind = boundTemporary(E))
    if (auto It = Holders.find(ObjectPath::of(*Bind));
        It != Holders.end() && find(M.S, It->second)) {
      M.Lock = Table[It->second].Lock;
      M.Emptied.push_back(It->second);
      return Held;
    }
  // `Guard(m)` in a template is still a cast.
  if (const auto *Cast =
          dyn_cast_or_null<CXXFunctionalCastExpr>(E ? E->IgnoreImplicit() : E);
      Cast && Cast->getCastKind() == CK_Dependent &&
      isTracked(Cast->getType()) && isLock(Cast->getSubExpr()->getType())) {
    M.Lock = {typeName(Cast->getSubExpr()->getType()),
              place(*Cast->getSubExpr())};
    return Held;
  }
  E = skipWrappers(E);
  if (!E)
    return Free;
  if (const Expr *Source = movedFrom(E))
    return valueOfObject(*Source, Way, /*Moves=*/true, M);
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    const std::optional<bool> Known =
        M.Facts ? Tests.evaluate(Choice->getCond(), *M.Facts) : std::nullopt;
    if (Known)
      return valueOf(*Known ? Choice->getTrueExpr() : Choice->getFalseExpr(),
                     Way, M);
    return either(valueOf(Choice->getTrueExpr(), Way, M),
                  valueOf(Choice->getFalseExpr(), Way, M));
  }
  if (const auto *New = dyn_cast<CXXNewExpr>(E))
    return New->getInitializer() ? valueOf(New->getInitializer(), Way, M)
                                 : Free;
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E)) {
    int Value = Free;
    for (const Expr *Init : Lambda->capture_inits())
      if (Init && isTracked(Init->getType()) && Value != Held)
        Value = valueOf(Init, {}, M);
    return Value;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return valueOfCall(*Call, Way, M);
  if (isa<CoroutineSuspendExpr>(E))
    return valueOfAwait(*E, M);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    const CXXConstructorDecl &Ctor = *Construct->getConstructor();
    if (Ctor.isCopyOrMoveConstructor() && Construct->getNumArgs() >= 1) {
      const Expr *From = skipWrappers(Construct->getArg(0));
      if (From->isGLValue() && !movedFrom(From))
        return valueOfObject(*From, Way, Ctor.isMoveConstructor(), M);
      return valueOf(From, Way, M);
    }
  }
  if (isa<CXXConstructExpr, CXXUnresolvedConstructExpr, InitListExpr,
          ParenListExpr, CXXParenListInitExpr>(E)) {
    const std::optional<GuardTraits> Guard = R.guard(E->getType());
    const bool Parts =
        !Way.empty() ||
        (Guard && Guard->Contains && !isa<ParenListExpr>(E) &&
         !E->getType()->isArrayType() && !R.of(E->getType(), RoleKind::Owner));
    return Parts ? valueOfParts(*E, Way, M) : valueOfConstruction(*E, M);
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
        Field && !skipWrappers(Member->getBase())->isGLValue()) {
      Slot Inner{memberOf(*Field)};
      Inner.append(Way.begin(), Way.end());
      return valueOf(Member->getBase(), Inner, M);
    }
  if (isa<CXXNullPtrLiteralExpr, ImplicitValueInitExpr>(E))
    return Free;
  return Unknown;
}

/// What the object that \p Source names holds, or a part of it.
int LockAnalysis::valueOfObject(const Expr &Source,
                                llvm::ArrayRef<ObjectPath::Member> Way,
                                bool Moves, Making &M) {
  std::optional<unsigned> From = guardAt(in(place(Source), Slot(Way)), M.S);
  if (!From && Way.empty())
    From = guardIn(&Source, M.S);
  if (!From || !Moves)
    return Unknown;
  M.Lock = Table[*From].Lock;
  M.Emptied.push_back(*From);
  if (!F.isCoroutine() && !find(M.S, *From) && outlives(Table[*From].At)) {
    // A member that is moved out of: what it held is the caller's to know.
    Given.push_back(Table[*From].At);
    return FirstGiven - int(Given.size() - 1);
  }
  const int Status = statusOf(M.S, *From);
  return Status >= 0 ? Held : Status;
}

/// Objects that are more than one guard: aggregates, pairs and classes of the
/// user's own.
int LockAnalysis::valueOfParts(const Expr &E,
                               llvm::ArrayRef<ObjectPath::Member> Way,
                               Making &M) {
  const auto *Class = E.getType()->getAsCXXRecordDecl();
  if (!isa<CXXConstructExpr>(E)) {
    const Expr *Init =
        Class && !Way.empty() ? initializerOf(E, *Class, Way.front()) : nullptr;
    if (Init)
      return valueOf(Init, Way.drop_front(), M);
    // Not instantiated: there is no telling which is whose.
    return E.isTypeDependent() ? valueOfConstruction(E, M) : Unknown;
  }
  const auto &Construct = cast<CXXConstructExpr>(E);
  const CXXConstructorDecl &Ctor = *Construct.getConstructor();
  if (Class && Class->isInStdNamespace()) {
    // `std::pair(std::move(lock), 1)`: element by element.
    if (Way.empty() || Way.front() > Construct.getNumArgs() ||
        Construct.getNumArgs() == 0)
      return Construct.getNumArgs() == 0 ? Free : Unknown;
    return valueOf(Construct.getArg(Way.front() - 1), Way.drop_front(), M);
  }
  if (const LockSummary *Summary = Summaries.of(&Ctor)) {
    const ObjectPath Part{
        .From = ObjectPath::Root::This, .Members = Slot(Way), .Indirect = true};
    int Value = Unknown;
    bool First = true;
    for (const LockSummary::Outcome &Outcome : Summary->Outcomes) {
      int One = Way.empty() ? Unknown : Free;
      for (const LockSummary::Effect &Effect : Outcome.Effects) {
        if (!(Effect.At == Part) && !(Way.empty() && Part.contains(Effect.At)))
          continue;
        One = Effect.Status >= 0 ? Held
              : isGiven(Effect.Status)
                  ? valueGiven(*Summary, E, Effect.Status, M)
                  : Effect.Status;
        if (!Effect.Lock.Type.empty())
          M.Lock.Type = Effect.Lock.Type;
      }
      Value = First ? One : either(Value, One);
      First = false;
    }
    return Value;
  }
  // One that the compiler wrote: members are made as they say themselves.
  for (const CXXCtorInitializer *Init : Ctor.inits())
    if (Init->getInit() && Init->isAnyMemberInitializer() && !Way.empty() &&
        memberOf(*Init->getAnyMember()) == Way.front())
      return valueOf(Init->getInit(), Way.drop_front(), M);
  for (const CXXCtorInitializer *Init : Ctor.inits())
    if (Init->getInit() && Init->isBaseInitializer())
      if (const int Value = valueOf(Init->getInit(), Way, M); Value != Unknown)
        return Value;
  return Unknown;
}

/// One guard, or an owner of one, made from \p E's arguments.
int LockAnalysis::valueOfConstruction(const Expr &E, Making &M) {
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  // `std::nullopt`, a deleter, a duration on its way in.
  if (isa<CXXConstructExpr>(E) && !isTracked(E.getType()))
    return Free;
  const Role *Said = R.of(E.getType(), RoleKind::LockGuard);
  const auto IsTag = [&](llvm::StringRef Name, llvm::StringRef Key,
                         llvm::StringRef Everybodys) {
    return (Said && llvm::is_contained(Said->list(Key), Name)) ||
           (!Name.empty() && Name.ends_with(Everybodys));
  };
  // Of `Guard(Mutex *m)` and of constructors with thread-safety attributes.
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E)) {
    const CXXConstructorDecl &Ctor = *Construct->getConstructor();
    if (Ctor.getParent()->hasAttr<ScopedLockableAttr>() && !Args.empty() &&
        !Ctor.hasAttr<AcquireCapabilityAttr>() &&
        !Ctor.hasAttr<RequiresCapabilityAttr>() &&
        !Ctor.hasAttr<TryAcquireCapabilityAttr>())
      return Free;
  }
  bool AnyLock = false, Tried = false;
  int Inner = Free;
  const bool Adopts = llvm::any_of(Args, [&](const Expr *Arg) {
    return IsTag(typeName(Arg->getType()), "tag-adopt", "::adopt_lock_t");
  });
  for (const Expr *Arg : Args) {
    if (isa<CXXDefaultArgExpr>(Arg))
      continue;
    // `Guard(nullptr)`, `Guard(m, false)`.
    if (const auto *Flag = dyn_cast<CXXBoolLiteralExpr>(skipWrappers(Arg));
        (Flag && !Flag->getValue()) ||
        isa<CXXNullPtrLiteralExpr>(skipWrappers(Arg)))
      return Free;
    const QualType T = Arg->getType();
    const std::string Name = typeName(T);
    if (IsTag(Name, "tag-defer", "::defer_lock_t"))
      return Free;
    if (IsTag(Name, "tag-try", "::try_to_lock_t") ||
        llvm::StringRef(Name).starts_with("std::chrono::") ||
        llvm::StringRef(Name).starts_with("boost::chrono::"))
      Tried = true;
    if (isLock(T)) {
      AnyLock = true;
      M.Lock = {typeName(T), place(*Arg)};
      // The guard takes over what was locked by hand.
      if (Adopts)
        M.Emptied.push_back(lockObject(*Arg));
    } else if (isTracked(T) && Inner != Held) {
      Inner = valueOf(Arg, {}, M);
    } else if (const auto *New = dyn_cast<CXXNewExpr>(skipWrappers(Arg));
               New && isTracked(New->getAllocatedType())) {
      Inner = valueOf(New, {}, M);
    }
  }
  if (Inner != Free)
    return Inner;
  const std::optional<GuardTraits> Guard = R.guard(E.getType());
  Tried |= Guard && Guard->Tries;
  if (AnyLock)
    return Tried ? Maybe : Held;
  if (Guard && Guard->Contains)
    return Free;
  // A guard of a lock this file knows nothing of, or that finds its lock
  // itself.
  const bool Empty = llvm::all_of(
      Args, [](const Expr *Arg) { return isa<CXXDefaultArgExpr>(Arg); });
  if (!Empty)
    return Tried ? Maybe : Held;
  const NamedDecl *Class = Roles::classOf(E.getType());
  return Class && Class->isInStdNamespace() ? Free : Held;
}

int LockAnalysis::valueOfCall(const CallExpr &Call,
                              llvm::ArrayRef<ObjectPath::Member> Way,
                              Making &M) {
  auto It = Holders.find(in(ObjectPath::of(Call), Slot(Way)));
  const Entry *Made = It == Holders.end() ? nullptr : find(M.S, It->second);
  if (!Made)
    return valueOfCallNow(Call, Way, M);
  M.Lock = Table[It->second].Lock;
  M.Emptied.push_back(It->second);
  return Made->Status >= 0 ? Held : Made->Status;
}

/// `make_unique<lock_guard>(m)`, `make_pair`, `exchange`.
int LockAnalysis::valueOfStdCall(const CallExpr &Call, llvm::StringRef Name,
                                 llvm::ArrayRef<ObjectPath::Member> Way,
                                 Making &M) {
  if (Name == "exchange" && Call.getNumArgs() == 2)
    return valueOfObject(*Call.getArg(0), Way, /*Moves=*/true, M);
  if (Name == "make_pair" || Name == "make_tuple" ||
      Name == "forward_as_tuple") {
    if (Way.empty() || Way.front() > Call.getNumArgs())
      return Unknown;
    return valueOf(Call.getArg(Way.front() - 1), Way.drop_front(), M);
  }
  if (!Name.starts_with("make_"))
    return Unknown;
  return Call.getNumArgs() ? valueOfConstruction(Call, M) : Free;
}

int LockAnalysis::valueOfCallNow(const CallExpr &Call,
                                 llvm::ArrayRef<ObjectPath::Member> Way,
                                 Making &M) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const llvm::StringRef Name = Callee && Callee->getDeclName().isIdentifier()
                                   ? Callee->getName()
                                   : llvm::StringRef();
  // What an await hands out was not locked by this thread's blocking.
  if (Name == "await_resume")
    return Unknown;
  if (Callee && Callee->isInStdNamespace())
    return valueOfStdCall(Call, Name, Way, M);
  if (const LockSummary *Summary = Summaries.of(Callee)) {
    const QualType T = Call.getType();
    const std::vector<Slot> Slots =
        slotsOf(T->isDependentType() ? Callee->getReturnType() : T);
    for (size_t I = 0; I < Slots.size(); ++I)
      if (llvm::ArrayRef(Slots[I]) == Way)
        return valueReturned(*Summary, Call, I, M);
    return Unknown;
  }
  // A function that returns a guard has locked, or has tried to; one that
  // returns something with a guard in it can have done anything.
  const std::optional<GuardTraits> Guard = R.guard(Call.getType());
  if (!Guard || Guard->Contains || (Callee && Callee->isDefined()))
    return Unknown;
  return Name.contains_insensitive("try") ? Maybe : Held;
}

int LockAnalysis::valueReturned(const LockSummary &Summary, const Expr &Call,
                                unsigned Slot, Making &M) {
  std::optional<int> Value;
  for (const LockSummary::Outcome &Outcome : Summary.Outcomes) {
    int One = Slot < Outcome.Returned.size() ? Outcome.Returned[Slot] : Unknown;
    if (isGiven(One))
      One = valueGiven(Summary, Call, One, M);
    else if (One >= 0)
      One = Held;
    if (!Outcome.ReturnedLock.Type.empty())
      M.Lock.Type = Outcome.ReturnedLock.Type;
    Value = Value ? either(*Value, One) : One;
  }
  return Value.value_or(Unknown);
}

/// What the argument held that parameter \p Status stands for.
int LockAnalysis::valueGiven(const LockSummary &Summary, const Expr &Call,
                             int Status, Making &M) {
  const ObjectPath &At = Summary.Given[FirstGiven - Status];
  if (At.From == ObjectPath::Root::This) {
    const std::optional<ObjectPath> Here = inCaller(At, Call, *calleeOf(Call));
    const std::optional<unsigned> From =
        Here ? guardAt(*Here, M.S) : std::nullopt;
    if (!From)
      return Unknown;
    M.Lock = Table[*From].Lock;
    const int Held = statusOf(M.S, *From);
    return Held >= 0 ? LockStatus::Held : Held;
  }
  const auto *Param = dyn_cast_or_null<ParmVarDecl>(At.variable());
  llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  if (isa<CXXOperatorCallExpr>(Call) &&
      isa_and_nonnull<CXXMethodDecl>(calleeOf(Call)))
    Args = Args.drop_front();
  if (!Param || Param->getFunctionScopeIndex() >= Args.size())
    return Unknown;
  return valueOf(Args[Param->getFunctionScopeIndex()], At.Members, M);
}

} // namespace corolint
