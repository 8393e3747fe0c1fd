/// \file
/// The lock analysis: one state per guard and per lock object, along each path.

#include "checks/model/LockState.h"

#include "checks/model/Calls.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <map>
#include <set>

namespace corolint {
namespace {

using namespace clang;

/// What a guard's method does to it.
enum class Effect { None, Lock, TryLock, Unlock, Test, Swap };

Effect effectOf(llvm::StringRef Method) {
  return llvm::StringSwitch<Effect>(Method)
      .Cases("lock", "lock_shared", "lock_upgrade", "Lock", "ReaderLock",
             "WriterLock", "relock", "lockForRead", "lockForWrite",
             Effect::Lock)
      .Cases("try_lock", "try_lock_for", "try_lock_until", "try_lock_shared",
             "try_lock_shared_for", "try_lock_shared_until", "TryLock",
             "tryLock", Effect::TryLock)
      .Cases("unlock", "unlock_shared", "unlock_upgrade", "Unlock",
             "ReaderUnlock", "WriterUnlock", Effect::Unlock)
      .Cases("release", "Release", "reset", Effect::Unlock)
      .Cases("owns_lock", "operator bool", "has_value", "isLocked",
             Effect::Test)
      .Case("swap", Effect::Swap)
      .Default(Effect::None);
}

/// The lock itself, through references, pointers and address-of.
const Expr *lockNamed(const Expr *E) {
  while (E) {
    E = skipWrappers(E);
    const auto *Op = dyn_cast<UnaryOperator>(E);
    if (Op && (Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref)) {
      E = Op->getSubExpr();
      continue;
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!Var || !Var->hasLocalStorage() || !Var->getInit() ||
        !Var->getType()->isLValueReferenceType())
      return E;
    E = Var->getInit();
  }
  return E;
}

class LockAnalysis {
public:
  /// What is known of one guard or lock object. Objects that are not alive, and
  /// locks never touched, have no entry.
  struct Entry {
    unsigned Holder;
    int Status;
    bool operator==(const Entry &) const = default;
  };
  using State = llvm::SmallVector<Entry, 2>;
  using Path = FlowPath<State>;

  LockAnalysis(const Function &F, const CoroutineModel &Model, const Roles &R,
               const Conditions &Tests)
      : F(F), Model(Model), R(R), Tests(Tests), Ast(F.Decl.getASTContext()) {
    for (const CFGBlock *Block : *F.cfg())
      for (const CFGElement &E : *Block)
        if (const auto Dtor = E.getAs<CFGTemporaryDtor>())
          Temporaries.insert(Dtor->getBindTemporaryExpr());
  }

  void enter(State &S) {
    for (const ParmVarDecl *Param : F.Decl.parameters())
      if (!Param->getType()->isReferenceType() && isTracked(Param->getType()))
        set(S, variable(*Param),
            acquire(variable(*Param), Param->getLocation()));
    atSuspension(F.Suspensions.front(), S, nullptr);
  }

  void step(const CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &Forks) {
    if (const auto S = E.getAs<CFGStmt>())
      return statement(S->getStmt(), P, Here, Forks);
    const VarDecl *Gone = nullptr;
    if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
      Gone = Dtor->getVarDecl();
    else if (const auto End = E.getAs<CFGLifetimeEnds>())
      Gone = End->getVarDecl();
    else if (const auto Dtor = E.getAs<CFGTemporaryDtor>())
      return forget(P.S, Holders.find(Dtor->getBindTemporaryExpr()));
    // A coroutine's parameters live in its frame, beyond the body's end.
    if (Gone && !isa<ParmVarDecl>(Gone))
      forget(P.S, Holders.find(Gone));
  }

  void leave(const Path &P, const PathStep &Here) {
    atSuspension(F.Suspensions.back(), P.S, &Here);
  }

  std::vector<HeldLock> take();

private:
  // Status of an entry: an acquisition's index, or one of these.
  static constexpr int Free = -1, Unknown = -2;
  // Only as a value: locked on one path, free on the other.
  static constexpr int Maybe = -3, Held = -4;

  struct Holder {
    HeldLock::Kind By;
    std::string Name;
    std::string LockType;
    std::vector<SourceLocation> Changes;
  };
  struct Acquisition {
    unsigned Of;
    SourceLocation Where;
    std::map<const SuspensionPoint *, const PathStep *> Suspensions;
  };

  bool isTracked(QualType T) const {
    const std::optional<GuardTraits> Guard = R.guard(T.getNonReferenceType());
    return Guard && !Guard->Async;
  }

  unsigned intern(const void *Key, HeldLock::Kind By, llvm::StringRef Name) {
    auto [It, New] = Holders.try_emplace(Key, Table.size());
    if (New)
      Table.push_back({By, Name.str(), "", {}});
    return It->second;
  }
  unsigned variable(const VarDecl &Var) {
    return intern(&Var, HeldLock::Kind::Guard, Var.getName());
  }
  unsigned lockObject(const Expr &Lock) {
    llvm::FoldingSetNodeID Id;
    const Expr *Named = lockNamed(&Lock);
    Named->Profile(Id, Ast, /*Canonical=*/true);
    // Odd, so that it is nobody's address.
    const void *Key = reinterpret_cast<void *>(
        static_cast<std::uintptr_t>(Id.ComputeHash()) << 1 | 1);
    const unsigned Holder =
        intern(Key, HeldLock::Kind::Manual, sourceText(*Named, Ast));
    Table[Holder].LockType = typeName(Named->getType());
    return Holder;
  }

  std::string typeName(QualType T) const {
    if (const auto *Pointer = T->getAs<PointerType>())
      T = Pointer->getPointeeType();
    const NamedDecl *Class = Roles::classOf(T.getNonReferenceType());
    return Class ? Roles::nameOf(*Class) : "";
  }

  int acquire(unsigned Of, SourceLocation Where) {
    Table[Of].Changes.push_back(Where);
    for (size_t I = 0; I < Acquisitions.size(); ++I)
      if (Acquisitions[I].Of == Of && Acquisitions[I].Where == Where)
        return I;
    Acquisitions.push_back({Of, Where, {}});
    return Acquisitions.size() - 1;
  }

  static const Entry *find(const State &S, unsigned Holder) {
    auto It = llvm::find_if(S, [=](Entry E) { return E.Holder == Holder; });
    return It == S.end() ? nullptr : &*It;
  }
  static void set(State &S, unsigned Holder, int Status) {
    auto It =
        llvm::find_if(S, [=](Entry E) { return E.Holder >= Holder; });
    if (It != S.end() && It->Holder == Holder)
      It->Status = Status;
    else
      S.insert(It, {Holder, Status});
  }
  void forget(State &S,
              llvm::DenseMap<const void *, unsigned>::const_iterator It) const {
    if (It != Holders.end())
      llvm::erase_if(S, [&](Entry E) { return E.Holder == It->second; });
  }
  /// Forgets a lock that nobody holds: a state is what is held, no history.
  void free(State &S, unsigned Holder, SourceLocation Where) {
    Table[Holder].Changes.push_back(Where);
    if (Table[Holder].By == HeldLock::Kind::Guard)
      set(S, Holder, Free);
    else
      llvm::erase_if(S, [&](Entry E) { return E.Holder == Holder; });
  }

  /// The tracked guard that \p E designates, if it is alive in \p S.
  std::optional<unsigned> guardIn(const Expr *E, const State &S) const {
    const VarDecl *Var = localRoot(E);
    auto It = Var ? Holders.find(Var) : Holders.end();
    if (It == Holders.end() || !find(S, It->second))
      return std::nullopt;
    return It->second;
  }

  void statement(const Stmt *S, Path &P, const PathStep &Here,
                 llvm::SmallVectorImpl<Path> &Forks);
  void declare(const VarDecl &Var, Path &P, llvm::SmallVectorImpl<Path> &Forks);
  void call(const Expr &E, Path &P, llvm::SmallVectorImpl<Path> &Forks);
  bool guardMethod(const MemberCall &Call, Path &P,
                   llvm::SmallVectorImpl<Path> &Forks);
  void apply(Effect What, unsigned Holder, const Expr &E, Path &P,
             llvm::SmallVectorImpl<Path> &Forks);
  void assign(unsigned Holder, int Value, SourceLocation Where, Path &P,
              llvm::SmallVectorImpl<Path> &Forks);
  void passArguments(const Expr &E, State &S);
  void captures(const LambdaExpr &Lambda, State &S);
  int valueOf(const Expr *E, State &S, std::string &LockType);
  int valueOfConstruction(const Expr &E, State &S, std::string &LockType);
  int valueOfCall(const CallExpr &Call, State &S, std::string &LockType);
  bool keepsLocked(const FunctionDecl *Callee, unsigned Param) const;
  void atSuspension(const SuspensionPoint &Point, const State &S,
                    const PathStep *Here);

  const Function &F;
  const CoroutineModel &Model;
  const Roles &R;
  const Conditions &Tests;
  const ASTContext &Ast;
  llvm::DenseSet<const CXXBindTemporaryExpr *> Temporaries;
  llvm::DenseMap<const void *, unsigned> Holders;
  std::vector<Holder> Table;
  std::vector<Acquisition> Acquisitions;
  /// At each suspension the sets of held locks that were seen there.
  std::map<const SuspensionPoint *, std::vector<std::set<unsigned>>> Seen;
};

void LockAnalysis::atSuspension(const SuspensionPoint &Point, const State &S,
                                const PathStep *Here) {
  if (!Point.Suspends)
    return;
  std::set<unsigned> Now;
  for (const Entry &E : S) {
    if (E.Status < 0)
      continue;
    // Only parameters are alive where nobody wrote a suspension.
    if (Point.At == SuspensionPoint::Kind::Final &&
        Table[E.Holder].By != HeldLock::Kind::Guard)
      continue;
    Acquisitions[E.Status].Suspensions.try_emplace(&Point, Here);
    Now.insert(E.Holder);
  }
  Seen[&Point].push_back(std::move(Now));
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
  if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(S)) {
    if (!Temporaries.contains(Bind) || !isTracked(Bind->getType()))
      return;
    std::string LockType;
    if (valueOf(Bind->getSubExpr(), P.S, LockType) != Held)
      return;
    const NamedDecl *Class = Roles::classOf(Bind->getType());
    const unsigned Holder = intern(Bind, HeldLock::Kind::Temporary,
                                   Class ? Class->getName() : "guard");
    Table[Holder].LockType = LockType;
    set(P.S, Holder, acquire(Holder, Bind->getBeginLoc()));
    return;
  }
  if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
    return captures(*Lambda, P.S);
  if (isa<CallExpr, CXXConstructExpr, CXXUnresolvedConstructExpr>(S))
    call(*cast<Expr>(S), P, Forks);
}

void LockAnalysis::declare(const VarDecl &Var, Path &P,
                           llvm::SmallVectorImpl<Path> &Forks) {
  if (!Var.hasLocalStorage() || !isTracked(Var.getType()))
    return;
  const Expr *Init = Var.getInit();
  // A reference is somebody else's guard, unless it keeps a temporary alive.
  if (Var.getType()->isReferenceType()) {
    const auto *Cleanups = dyn_cast_or_null<ExprWithCleanups>(Init);
    const auto *Temporary = dyn_cast_or_null<MaterializeTemporaryExpr>(
        Cleanups ? Cleanups->getSubExpr()->IgnoreParenImpCasts()
        : Init   ? Init->IgnoreParenImpCasts()
                 : nullptr);
    if (!Temporary || Temporary->getExtendingDecl() != &Var)
      return;
  }
  std::string LockType;
  const int Value = Init ? valueOf(Init, P.S, LockType) : Free;
  const unsigned Holder = variable(Var);
  Table[Holder].LockType = LockType;
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

/// What a guard made by \p E holds: Held, Free, Maybe or Unknown. Guards that
/// are moved from on the way become free.
int LockAnalysis::valueOf(const Expr *E, State &S, std::string &LockType) {
  E = skipWrappers(E);
  if (!E)
    return Free;
  if (const Expr *Source = movedFrom(E)) {
    const std::optional<unsigned> From = guardIn(Source, S);
    if (!From)
      return Unknown;
    const int Status = find(S, *From)->Status;
    LockType = Table[*From].LockType;
    free(S, *From, E->getBeginLoc());
    return Status >= 0 ? Held : Status;
  }
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    const int True = valueOf(Choice->getTrueExpr(), S, LockType);
    const int False = valueOf(Choice->getFalseExpr(), S, LockType);
    return True == False ? True
           : True == Unknown || False == Unknown ? Unknown
                                                 : Maybe;
  }
  if (const auto *New = dyn_cast<CXXNewExpr>(E))
    return New->getInitializer() ? valueOf(New->getInitializer(), S, LockType)
                                 : Free;
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E)) {
    int Value = Free;
    for (const Expr *Init : Lambda->capture_inits())
      if (Init && isTracked(Init->getType()) && Value != Held)
        Value = valueOf(Init, S, LockType);
    return Value;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return valueOfCall(*Call, S, LockType);
  if (isa<CXXConstructExpr, CXXUnresolvedConstructExpr, InitListExpr,
          ParenListExpr>(E))
    return valueOfConstruction(*E, S, LockType);
  if (isa<CXXNullPtrLiteralExpr>(E))
    return Free;
  return Unknown;
}

int LockAnalysis::valueOfConstruction(const Expr &E, State &S,
                                      std::string &LockType) {
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  bool AnyLock = false, Tried = false;
  int Inner = Free;
  for (const Expr *Arg : Args) {
    if (isa<CXXDefaultArgExpr>(Arg))
      continue;
    const QualType T = Arg->getType();
    const std::string Name = typeName(T);
    if (Name == "std::defer_lock_t" || Name == "boost::defer_lock_t")
      return Free;
    if (Name == "std::try_to_lock_t" || Name == "boost::try_to_lock_t" ||
        llvm::StringRef(Name).starts_with("std::chrono::"))
      Tried = true;
    if (Name == "std::adopt_lock_t") {
      // The guard takes over what was locked by hand.
      const unsigned Lock = lockObject(*Args[0]);
      llvm::erase_if(S, [&](Entry Old) { return Old.Holder == Lock; });
    }
    const QualType Pointee =
        T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType();
    if (R.isThreadLock(Pointee)) {
      AnyLock = true;
      LockType = typeName(Pointee);
    } else if (isTracked(T) && Inner != Held) {
      Inner = valueOf(Arg, S, LockType);
    }
  }
  if (Inner != Free)
    return Inner;
  if (AnyLock)
    return Tried ? Maybe : Held;
  const std::optional<GuardTraits> Guard = R.guard(E.getType());
  if (Guard && Guard->Contains) {
    // A class of the user's own: its constructor says what becomes of the guard
    // inside.
    const auto *Construct = dyn_cast<CXXConstructExpr>(&E);
    const FunctionDecl *Definition = nullptr;
    if (Construct && Construct->getConstructor()->hasBody(Definition))
      for (const CXXCtorInitializer *Init :
           cast<CXXConstructorDecl>(Definition)->inits())
        if (Init->getInit() && isTracked(Init->getInit()->getType())) {
          State Nothing;
          const int Value = valueOf(Init->getInit(), Nothing, LockType);
          if (Value != Free)
            return Value;
        }
    return Free;
  }
  // A guard of a lock this file knows nothing of, or that finds its lock itself.
  const bool Empty = llvm::all_of(
      Args, [](const Expr *Arg) { return isa<CXXDefaultArgExpr>(Arg); });
  if (!Empty)
    return Tried ? Maybe : Held;
  const NamedDecl *Class = Roles::classOf(E.getType());
  return Class && Class->isInStdNamespace() ? Free : Held;
}

int LockAnalysis::valueOfCall(const CallExpr &Call, State &S,
                              std::string &LockType) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  // `make_unique<lock_guard>(m)`, `make_optional`, `forward_as_tuple`: what goes
  // in is what comes out.
  if (Callee && Callee->isInStdNamespace())
    return Call.getNumArgs() ? valueOfConstruction(Call, S, LockType) : Free;
  const std::optional<GuardTraits> Guard = R.guard(Call.getType());
  const Function *Body = Model.find(Callee);
  if (Body && !Body->isCoroutine()) {
    class Returns : public RecursiveASTVisitor<Returns> {
    public:
      std::vector<const Expr *> Values;
      bool VisitReturnStmt(ReturnStmt *Return) {
        Values.push_back(Return->getRetValue());
        return true;
      }
      bool TraverseLambdaExpr(LambdaExpr *) { return true; }
    } Finder;
    Finder.TraverseStmt(const_cast<Stmt *>(Body->Body));
    int Value = Free;
    for (const Expr *Result : Finder.Values) {
      State Nothing;
      const Expr *Inner = Result ? skipWrappers(Result) : nullptr;
      // `unique_lock l(m); return l;`
      if (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Inner);
          Construct && Construct->getNumArgs() == 1)
        Inner = skipWrappers(Construct->getArg(0));
      const VarDecl *Local = Inner ? localRoot(Inner) : nullptr;
      const int One =
          Local && Local->getInit() && !isa<ParmVarDecl>(Local)
              ? valueOf(Local->getInit(), Nothing, LockType)
          : Result ? valueOf(Result, Nothing, LockType)
                   : Unknown;
      if (One == Held || One == Maybe)
        return One;
      if (One == Unknown)
        Value = Unknown;
    }
    if (Value == Free)
      return Free;
  }
  // A function that returns a guard has locked; one that returns something with
  // a guard in it can have done anything.
  return Guard && !Guard->Contains ? Held : Unknown;
}

void LockAnalysis::apply(Effect What, unsigned Holder, const Expr &E, Path &P,
                         llvm::SmallVectorImpl<Path> &Forks) {
  const Entry *Now = find(P.S, Holder);
  switch (What) {
  case Effect::Lock:
    set(P.S, Holder, acquire(Holder, E.getBeginLoc()));
    return;
  case Effect::TryLock: {
    Path Failed = P;
    free(Failed.S, Holder, E.getBeginLoc());
    Tests.assumeResult(&E, false, Failed.Facts);
    Forks.push_back(std::move(Failed));
    set(P.S, Holder, acquire(Holder, E.getBeginLoc()));
    Tests.assumeResult(&E, true, P.Facts);
    return;
  }
  case Effect::Unlock:
    free(P.S, Holder, E.getBeginLoc());
    return;
  case Effect::Test:
    if (Now && Now->Status != Unknown)
      Tests.assumeResult(&E, Now->Status >= 0, P.Facts);
    return;
  case Effect::Swap:
  case Effect::None:
    return;
  }
}

/// \returns whether \p Call is about a tracked guard.
bool LockAnalysis::guardMethod(const MemberCall &Call, Path &P,
                               llvm::SmallVectorImpl<Path> &Forks) {
  const std::optional<unsigned> Holder = guardIn(Call.Object, P.S);
  if (!Holder)
    return false;
  const bool Assigns =
      Call.Method && Call.Method->getOverloadedOperator() == OO_Equal;
  if ((Assigns || Call.Name == "emplace") && !Call.Args.empty()) {
    std::string LockType;
    const int Value = Assigns ? valueOf(Call.Args[0], P.S, LockType)
                              : valueOfConstruction(*Call.Call, P.S, LockType);
    if (!LockType.empty())
      Table[*Holder].LockType = LockType;
    assign(*Holder, Value, Call.Call->getBeginLoc(), P, Forks);
    return true;
  }
  const Effect What = effectOf(Call.Name);
  if (What == Effect::Swap && Call.Args.size() == 1) {
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
  if (What == Effect::None)
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
    const Effect What = effectOf(Call->Name);
    const QualType T = Call->Object->getType();
    const QualType Object =
        T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType();
    if ((What == Effect::Lock || What == Effect::TryLock ||
         What == Effect::Unlock) &&
        (Call->Args.empty() || What == Effect::TryLock) &&
        R.isThreadLock(Object))
      return apply(What, lockObject(*Call->Object), E, P, Forks);
  }
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  for (const auto [Kind, What] :
       {std::pair(RoleKind::Acquires, Effect::Lock),
        std::pair(RoleKind::Releases, Effect::Unlock)}) {
    const Role *Locks = isa<CallExpr>(E) ? R.ofCall(E, Kind) : nullptr;
    if (!Locks)
      continue;
    for (llvm::StringRef Item : Locks->list("lock")) {
      unsigned First = 0;
      const bool Rest = Item.consume_back("+");
      if (Item.getAsInteger(10, First))
        continue;
      for (unsigned I = First; I < Args.size() && (Rest || I == First); ++I) {
        const std::optional<unsigned> Guard = guardIn(Args[I], P.S);
        apply(Locks->is("try", "yes") ? Effect::TryLock : What,
              Guard ? *Guard : lockObject(*Args[I]), E, P, Forks);
      }
    }
    return;
  }
  passArguments(E, P.S);
}

/// \returns whether \p Callee leaves the guard it gets by reference alone.
bool LockAnalysis::keepsLocked(const FunctionDecl *Callee,
                               unsigned Param) const {
  if (!Callee || Param >= Callee->getNumParams())
    return false;
  const ParmVarDecl *Guard = Callee->getParamDecl(Param);
  if (Guard->getType().getNonReferenceType().isConstQualified())
    return true;
  // A wait gives the guard back as it was.
  if (Ast.getSourceManager().isInSystemHeader(Callee->getLocation()))
    return true;
  const Function *Body = Model.find(Callee);
  if (!Body)
    return false;
  class Uses : public RecursiveASTVisitor<Uses> {
  public:
    explicit Uses(const ParmVarDecl *Guard) : Guard(Guard) {}
    const ParmVarDecl *Guard;
    bool Any = false;
    bool VisitDeclRefExpr(DeclRefExpr *Ref) {
      Any |= Ref->getDecl() == Guard;
      return true;
    }
  } Finder(Body->Decl.getParamDecl(Param));
  Finder.TraverseStmt(const_cast<Stmt *>(Body->Body));
  return !Finder.Any;
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
        if (effectOf(Call->Name) != Effect::Test)
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

std::vector<HeldLock> LockAnalysis::take() {
  const SourceManager &SM = Ast.getSourceManager();
  std::vector<HeldLock> Result;
  for (const Acquisition &A : Acquisitions) {
    if (A.Suspensions.empty())
      continue;
    const Holder &By = Table[A.Of];
    HeldLock Lock{By.By, A.Where, By.Name, By.LockType, {}, {}};
    bool EveryPath = true;
    for (const SuspensionPoint &Point : F.Suspensions) {
      auto It = A.Suspensions.find(&Point);
      if (It == A.Suspensions.end())
        continue;
      Lock.Suspensions.push_back(&Point);
      const bool Always =
          llvm::all_of(Seen[&Point], [&](const std::set<unsigned> &Held) {
            return Held.count(A.Of) != 0;
          });
      if (!EveryPath || Always)
        continue;
      EveryPath = false;
      for (const BranchTaken &Branch : branchesTo(It->second))
        if (llvm::any_of(By.Changes, [&](SourceLocation Change) {
              const SourceRange Range = Branch.Terminator->getSourceRange();
              const SourceLocation At = SM.getFileLoc(Change);
              return !SM.isBeforeInTranslationUnit(
                         At, SM.getFileLoc(Range.getBegin())) &&
                     !SM.isBeforeInTranslationUnit(
                         SM.getFileLoc(Range.getEnd()), At);
            }))
          Lock.Way.push_back(Branch);
    }
    Result.push_back(std::move(Lock));
  }
  llvm::stable_sort(Result, [&](const HeldLock &A, const HeldLock &B) {
    return SM.isBeforeInTranslationUnit(A.Acquired, B.Acquired);
  });
  return Result;
}

} // namespace

std::vector<HeldLock> locksHeldAtSuspensions(const Function &F,
                                             const CoroutineModel &Model,
                                             const Roles &R) {
  if (!F.isCoroutine() || F.isGenerator() || !F.cfg())
    return {};
  const Conditions Tests(F);
  LockAnalysis Analysis(F, Model, R, Tests);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  return Analysis.take();
}

} // namespace corolint
