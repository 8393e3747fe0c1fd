/// \file
/// The lock analysis along control flow: declarations, calls, suspensions.

#include "checks/model/LockAnalysis.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace corolint {

using namespace clang;

LockEffect lockEffectOf(llvm::StringRef Method) {
  return llvm::StringSwitch<LockEffect>(Method)
      .Cases("lock", "lock_shared", "lock_upgrade", "Lock", "ReaderLock",
             "WriterLock", "relock", "lockForRead", "lockForWrite",
             LockEffect::Lock)
      .Cases("try_lock", "try_lock_for", "try_lock_until", "try_lock_shared",
             "try_lock_shared_for", "try_lock_shared_until", "TryLock",
             "tryLock", LockEffect::TryLock)
      .Cases("unlock", "unlock_shared", "unlock_upgrade", "Unlock",
             "ReaderUnlock", "WriterUnlock", LockEffect::Unlock)
      .Cases("release", "Release", "reset", "clear", LockEffect::Unlock)
      .Cases("owns_lock", "operator bool", "has_value", "isLocked",
             LockEffect::Test)
      .Case("swap", LockEffect::Swap)
      .Default(LockEffect::None);
}

LockAnalysis::LockAnalysis(const Function &F, const CoroutineModel &Model,
                           const Roles &R, const Conditions &Tests)
    : F(F), Model(Model), R(R), Tests(Tests), Ast(F.Decl.getASTContext()) {
  for (const CFGBlock *Block : *F.cfg())
    for (const CFGElement &E : *Block)
      if (const auto Dtor = E.getAs<CFGTemporaryDtor>())
        Temporaries.insert(Dtor->getBindTemporaryExpr());
}

void LockAnalysis::enter(State &S) {
  for (const ParmVarDecl *Param : F.Decl.parameters())
    if (!Param->getType()->isReferenceType() && isTracked(Param->getType())) {
      const unsigned Holder = variable(*Param);
      Parameters.insert(Holder);
      Table[Holder].Lock = nameOfLock({}, Param->getType());
      set(S, Holder, acquire(Holder, Param->getLocation()));
    }
  atSuspension(F.Suspensions.front(), S, nullptr);
}

void LockAnalysis::step(const CFGElement &E, Path &P, const PathStep &Here,
                        llvm::SmallVectorImpl<Path> &Forks) {
  if (const auto S = E.getAs<CFGStmt>())
    return statement(S->getStmt(), P, Here, Forks);
  if (const auto Dtor = E.getAs<CFGTemporaryDtor>())
    return forget(P.S, Dtor->getBindTemporaryExpr());
  const VarDecl *Gone = nullptr;
  if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
    Gone = Dtor->getVarDecl();
  else if (const auto End = E.getAs<CFGLifetimeEnds>())
    Gone = End->getVarDecl();
  // A coroutine's parameters live in its frame, beyond the body's end.
  if (Gone && !isa<ParmVarDecl>(Gone))
    forget(P.S, Gone);
}

void LockAnalysis::leave(const Path &P, const PathStep &Here) {
  atSuspension(F.Suspensions.back(), P.S, &Here);
}

void LockAnalysis::statement(const Stmt *S, Path &P, const PathStep &Here,
                             llvm::SmallVectorImpl<Path> &Forks) {
  if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S)) {
    if (const SuspensionPoint *Point = F.suspensionAt(S))
      atSuspension(*Point, P.S, &Here);
    return;
  }
  if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        declare(*Var, P, Forks);
    return;
  }
  if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(S))
    return temporary(*Bind, P.S);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
    return captures(*Lambda, P.S);
  if (isa<CallExpr, CXXConstructExpr, CXXUnresolvedConstructExpr>(S))
    call(*cast<Expr>(S), P, Forks);
}

void LockAnalysis::temporary(const CXXBindTemporaryExpr &Bind, State &S) {
  if (!Temporaries.contains(&Bind) || !isTracked(Bind.getType()))
    return;
  LockName Lock;
  if (valueOf(Bind.getSubExpr(), S, Lock) != Held)
    return;
  const NamedDecl *Class = Roles::classOf(Bind.getType());
  const unsigned Holder = intern(&Bind, HeldLock::Kind::Temporary,
                                 Class ? Class->getName() : "guard");
  Table[Holder].Lock = nameOfLock(Lock, Bind.getType());
  set(S, Holder, acquire(Holder, Bind.getBeginLoc()));
}

void LockAnalysis::declare(const VarDecl &Var, Path &P,
                           llvm::SmallVectorImpl<Path> &Forks) {
  if (!Var.hasLocalStorage())
    return;
  const Expr *Init = Var.getInit();
  // A class that unlocks as long as it lives: what it was given is free, and
  // relocked when nobody here looks any more.
  if (Init && isReverseGuard(Var.getType())) {
    for (const Expr *Arg : argumentsOf(*skipWrappers(Init)))
      if (const std::optional<unsigned> Guard = guardIn(Arg, P.S))
        set(P.S, *Guard, Unknown);
      else
        free(P.S, lockObject(*Arg), Var.getLocation());
    return;
  }
  if (!isTracked(Var.getType()))
    return;
  // A reference is somebody else's guard, unless it keeps a temporary alive.
  if (Var.getType()->isReferenceType()) {
    const Expr *Inner = Init;
    while (Inner && !isa<MaterializeTemporaryExpr>(Inner)) {
      const Expr *Outer = Inner;
      if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(Inner))
        Inner = Cleanups->getSubExpr();
      else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Inner))
        Inner = Cast->getSubExpr();
      if (Inner == Outer)
        return;
    }
    if (!Inner ||
        cast<MaterializeTemporaryExpr>(Inner)->getExtendingDecl() != &Var)
      return;
  }
  LockName Lock;
  const int Value = Init ? valueOf(Init, P.S, Lock) : Free;
  const unsigned Holder = variable(Var);
  Table[Holder].Lock = nameOfLock(Lock, Var.getType());
  assign(Holder, Value, Var.getLocation(), P, Forks);
}

void LockAnalysis::assign(unsigned Holder, int Value, SourceLocation Where,
                          Path &P, llvm::SmallVectorImpl<Path> &Forks) {
  if (Value == Maybe) {
    Path Failed = P;
    free(Failed.S, Holder, Where);
    Forks.push_back(std::move(Failed));
    Value = Held;
  }
  if (Value == Held)
    set(P.S, Holder, acquire(Holder, Where));
  else if (Value == Free)
    free(P.S, Holder, Where);
  else
    set(P.S, Holder, Unknown);
}

void LockAnalysis::apply(LockEffect What, unsigned Holder, const Expr &E,
                         Path &P, llvm::SmallVectorImpl<Path> &Forks) {
  const Entry *Now = find(P.S, Holder);
  switch (What) {
  case LockEffect::Lock:
    set(P.S, Holder, acquire(Holder, E.getBeginLoc()));
    return;
  case LockEffect::TryLock: {
    Path Failed = P;
    free(Failed.S, Holder, E.getBeginLoc());
    Tests.assumeResult(&E, false, Failed.Facts);
    Forks.push_back(std::move(Failed));
    set(P.S, Holder, acquire(Holder, E.getBeginLoc()));
    Tests.assumeResult(&E, true, P.Facts);
    return;
  }
  case LockEffect::Unlock:
    free(P.S, Holder, E.getBeginLoc());
    return;
  case LockEffect::Test:
    if (Now && Now->Status != Unknown)
      Tests.assumeResult(&E, Now->Status >= 0, P.Facts);
    return;
  case LockEffect::Swap:
  case LockEffect::None:
    return;
  }
}

/// \returns whether \p Call is about a tracked guard.
bool LockAnalysis::guardMethod(const MemberCall &Call, Path &P,
                               llvm::SmallVectorImpl<Path> &Forks) {
  const std::optional<unsigned> Holder = guardIn(Call.Object, P.S);
  const QualType T = Call.Object->getType();
  // `pointer->reset()` is about what the guard protects.
  if (!Holder || !(T->isDependentType() ||
                   isTracked(T->isPointerType() ? T->getPointeeType() : T)))
    return false;
  const bool Assigns =
      Call.Method && Call.Method->getOverloadedOperator() == OO_Equal;
  const bool Fills = Call.Name == "emplace" || Call.Name == "emplace_back" ||
                     Call.Name == "push_back";
  if ((Assigns || Fills) && !Call.Args.empty()) {
    LockName Lock;
    const int Value = Assigns ? valueOf(Call.Args[0], P.S, Lock)
                              : valueOfConstruction(*Call.Call, P.S, Lock);
    if (!Lock.Type.empty())
      Table[*Holder].Lock = Lock;
    assign(*Holder, Value, Call.Call->getBeginLoc(), P, Forks);
    return true;
  }
  const LockEffect What = lockEffectOf(Call.Name);
  if (What == LockEffect::Swap && Call.Args.size() == 1) {
    const std::optional<unsigned> Other = guardIn(Call.Args[0], P.S);
    const int Mine = find(P.S, *Holder)->Status;
    const int Theirs = Other ? find(P.S, *Other)->Status : Unknown;
    assign(*Holder, Theirs >= 0 ? Held : Theirs, Call.Call->getBeginLoc(), P,
           Forks);
    if (Other)
      assign(*Other, Mine >= 0 ? Held : Mine, Call.Call->getBeginLoc(), P,
             Forks);
    return true;
  }
  if (What == LockEffect::None)
    return false;
  apply(What, *Holder, *Call.Call, P, Forks);
  return true;
}

void LockAnalysis::call(const Expr &E, Path &P,
                        llvm::SmallVectorImpl<Path> &Forks) {
  if (movedFrom(&E))
    return; // Whoever takes the value decides.
  if (const std::optional<MemberCall> Call = asMemberCall(&E)) {
    if (guardMethod(*Call, P, Forks))
      return;
    const LockEffect What = lockEffectOf(Call->Name);
    const QualType T = Call->Object->getType();
    const QualType Object =
        T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType();
    if ((What == LockEffect::Lock || What == LockEffect::TryLock ||
         What == LockEffect::Unlock) &&
        (Call->Args.empty() || What == LockEffect::TryLock) &&
        R.isThreadLock(Object))
      return apply(What, lockObject(*Call->Object), E, P, Forks);
  }
  if (byRole(E, P, Forks))
    return;
  helper(E, P);
  passArguments(E, P.S);
}

/// \returns whether a role says what \p E does to locks.
bool LockAnalysis::byRole(const Expr &E, Path &P,
                          llvm::SmallVectorImpl<Path> &Forks) {
  if (!isa<CallExpr>(E))
    return false;
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  const auto Apply = [&](const Expr &Lock, LockEffect What) {
    const std::optional<unsigned> Guard = guardIn(&Lock, P.S);
    apply(What, Guard ? *Guard : lockObject(Lock), E, P, Forks);
  };
  for (const auto [Kind, What] :
       {std::pair(RoleKind::Acquires, LockEffect::Lock),
        std::pair(RoleKind::Releases, LockEffect::Unlock)}) {
    const Role *Locks = R.ofCall(E, Kind);
    if (!Locks)
      continue;
    for (llvm::StringRef Item : Locks->list("lock")) {
      // `2` is one argument, `0+` that one and all after it.
      const bool Rest = Item.consume_back("+");
      unsigned First = 0;
      if (!Item.getAsInteger(10, First)) {
        for (const Expr *Arg :
             Args.drop_front(std::min<size_t>(First, Args.size()))
                 .take_front(Rest ? Args.size() : 1))
          Apply(*Arg, What);
      } else if (const Expr *Object = Roles::argument(E, std::nullopt)) {
        Apply(*Object, What);
      }
    }
    return true;
  }
  return false;
}

/// Whether what \p E makes or calls may unlock the lock it is given, now or
/// when it dies. Functions of this file have been looked into; a library's wait
/// gives the lock back.
bool LockAnalysis::mayUnlock(const Expr &E, const FunctionDecl *Callee) const {
  return isa<CXXConstructExpr>(E) ||
         (Callee && !Model.find(Callee) &&
          !Ast.getSourceManager().isInSystemHeader(Callee->getLocation()));
}

/// Guards handed to a call: moved in, they are gone; by reference, they are
/// what the callee makes of them.
void LockAnalysis::passArguments(const Expr &E, State &S) {
  // A guard built from a guard: its variable's declaration decides.
  if (!isa<CallExpr>(E) && isTracked(E.getType()))
    return;
  const FunctionDecl *Callee = nullptr;
  if (const auto *Call = dyn_cast<CallExpr>(&E))
    Callee = Call->getDirectCallee();
  else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E))
    Callee = Construct->getConstructor();
  llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  if (isa<CXXOperatorCallExpr>(E) && isa_and_nonnull<CXXMethodDecl>(Callee))
    Args = Args.drop_front();
  const bool Swap = Callee && Callee->isInStdNamespace() &&
                    Callee->getDeclName().isIdentifier() &&
                    Callee->getName() == "swap" && Args.size() == 2;
  if (Swap) {
    const std::optional<unsigned> A = guardIn(Args[0], S),
                                  B = guardIn(Args[1], S);
    if (A && B) {
      const int First = find(S, *A)->Status, Second = find(S, *B)->Status;
      set(S, *A, Second >= 0 ? acquire(*A, E.getBeginLoc()) : Second);
      set(S, *B, First >= 0 ? acquire(*B, E.getBeginLoc()) : First);
      return;
    }
  }
  for (unsigned I = 0; I < Args.size(); ++I) {
    const Expr *Arg = skipWrappers(Args[I]);
    // `sink(std::move(lock))`, also through the parameter's own construction.
    while (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Arg)) {
      if (Construct->getNumArgs() != 1)
        break;
      Arg = skipWrappers(Construct->getArg(0));
    }
    if (const Expr *Source = Arg ? movedFrom(Arg) : nullptr) {
      if (const std::optional<unsigned> Guard = guardIn(Source, S))
        free(S, *Guard, E.getBeginLoc());
      continue;
    }
    const bool Address = isa_and_nonnull<UnaryOperator>(Arg);
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(
        Address ? skipWrappers(cast<UnaryOperator>(Arg)->getSubExpr()) : Arg);
    const QualType T = Args[I]->getType();
    if (R.isThreadLock(T->isPointerType() ? T->getPointeeType() : T) &&
        mayUnlock(E, Callee))
      free(S, lockObject(*Args[I]), E.getBeginLoc());
    const std::optional<unsigned> Guard = Ref ? guardIn(Ref, S) : std::nullopt;
    if (Guard && (Address || !keepsLocked(Callee, I)))
      set(S, *Guard, Unknown);
  }
}

/// A lambda that may unlock a guard it captures by reference makes it unknown;
/// one that takes it over frees it here.
void LockAnalysis::captures(const LambdaExpr &Lambda, State &S) {
  class Unlocks : public RecursiveASTVisitor<Unlocks> {
  public:
    llvm::DenseSet<const VarDecl *> Vars;
    bool VisitCallExpr(CallExpr *E) {
      if (const std::optional<MemberCall> Call = asMemberCall(E))
        if (lockEffectOf(Call->Name) != LockEffect::Test)
          Vars.insert(localRoot(Call->Object));
      for (const Expr *Arg : E->arguments())
        Vars.insert(localRoot(Arg));
      return true;
    }
  } Finder;
  Finder.TraverseStmt(Lambda.getBody());
  for (const VarDecl *Var : Finder.Vars) {
    auto It = Var ? Holders.find(Var) : Holders.end();
    if (It != Holders.end() && find(S, It->second))
      set(S, It->second, Unknown);
  }
  // Where the lambda itself is a tracked variable, its declaration decides.
  if (isTracked(Lambda.getType()))
    return;
  for (const Expr *Init : Lambda.capture_inits())
    if (const Expr *Source = Init ? movedFrom(Init) : nullptr)
      if (const std::optional<unsigned> Guard = guardIn(Source, S))
        free(S, *Guard, Lambda.getBeginLoc());
}

std::vector<HeldLock> locksHeldAtSuspensions(const Function &F,
                                             const CoroutineModel &Model,
                                             const Roles &R) {
  if (!F.isCoroutine() || !F.cfg())
    return {};
  const Conditions Tests(F);
  LockAnalysis Analysis(F, Model, R, Tests);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  return Analysis.take();
}

} // namespace corolint
