/// \file
/// The lock analysis along control flow: declarations, temporaries, the ends
/// of lifetimes.

#include "checks/model/LockAnalysis.h"

#include "checks/model/OwnBody.h"

#include "clang/AST/DeclTemplate.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace corolint {

using namespace clang;

namespace {

/// Finds the lambdas that are called where the function says so (by name, in
/// place, at the end of a scope guard), and the range-for loops.
class BodyReader : public OwnBodyVisitor<BodyReader> {
public:
  explicit BodyReader(llvm::DenseSet<const LambdaExpr *> &Found)
      : Found(Found) {}
  bool VisitVarDecl(VarDecl *Var) {
    add(Var->getInit());
    if (Var->getInit() && isScopeGuard(*Var))
      All(Found).TraverseStmt(Var->getInit());
    return true;
  }
  bool VisitCXXForRangeStmt(CXXForRangeStmt *Loop) {
    if (const auto *Range =
            dyn_cast_or_null<VarDecl>(Loop->getRangeStmt()->getSingleDecl()))
      Ranges.emplace_back(Range, Loop->getBody());
    return true;
  }
  llvm::SmallVector<std::pair<const VarDecl *, const Stmt *>, 2> Ranges;
  bool VisitCXXOperatorCallExpr(CXXOperatorCallExpr *Call) {
    if (Call->getOperator() == OO_Call)
      add(Call->getArg(0));
    return true;
  }

private:
  /// Whether \p Var calls what it was given when it dies, and only then: it
  /// has the lambda's own type in its type, or is made from it.
  static bool isScopeGuard(const VarDecl &Var) {
    const auto *Class = Var.getType()->getAsCXXRecordDecl();
    if (!Class)
      return false;
    if (const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(Class))
      for (const TemplateArgument &Arg : Special->getTemplateArgs().asArray())
        if (const auto *Closure = Arg.getKind() == TemplateArgument::Type
                                      ? Arg.getAsType()->getAsCXXRecordDecl()
                                      : nullptr;
            Closure && Closure->isLambda())
          return true;
    return isa<CXXConstructExpr>(skipWrappers(Var.getInit())) &&
           (!Class->isInStdNamespace() || Class->getName() == "shared_ptr");
  }

  /// Every lambda in an initialiser.
  class All : public OwnBodyVisitor<All> {
  public:
    explicit All(llvm::DenseSet<const LambdaExpr *> &Found) : Found(Found) {}
    bool TraverseLambdaExpr(LambdaExpr *E) {
      Found.insert(E);
      return true;
    }

  private:
    llvm::DenseSet<const LambdaExpr *> &Found;
  };
  void add(const Expr *E) {
    if (const auto *Lambda = dyn_cast_or_null<LambdaExpr>(skipWrappers(E)))
      Found.insert(Lambda);
  }
  llvm::DenseSet<const LambdaExpr *> &Found;
};

} // namespace

LockAnalysis::LockAnalysis(const Function &F, const Roles &R,
                           const Conditions &Tests, LockSummaries &Summaries)
    : F(F), R(R), Tests(Tests), Summaries(Summaries),
      LocksOfTasks(Summaries.asked() == LocksAsked::OfThreadsAndTasks),
      Ast(F.Decl.getASTContext()) {
  for (const CFGBlock *Block : *F.cfg())
    for (const CFGElement &E : *Block)
      if (const auto Dtor = E.getAs<CFGTemporaryDtor>())
        Temporaries.insert(Dtor->getBindTemporaryExpr());
  BodyReader Body(CalledHere);
  Body.TraverseStmt(const_cast<Stmt *>(F.Body));
  for (const auto &[Range, Loop] : Body.Ranges)
    findUnlocks(*Range, Loop);
}

void LockAnalysis::enter(State &S) {
  for (const ParmVarDecl *Param : F.Decl.parameters()) {
    const QualType T = Param->getType();
    const QualType Guard = T->isPointerType() ? T->getPointeeType() : T;
    if (!isTracked(Guard) ||
        (F.isCoroutine() && (T->isReferenceType() || T->isPointerType())))
      continue;
    const std::vector<Slot> Slots = slotsOf(Guard);
    ObjectPath At = ObjectPath::of(*Param);
    At.Indirect |= T->isPointerType();
    for (const Slot &Way : Slots) {
      const unsigned Holder = guardSlot(*Param, At, Way, Slots.size() == 1);
      Table[Holder].Lock = nameOfLock({}, Guard);
      if (F.isCoroutine()) {
        Parameters.insert(Holder);
        set(S, Holder, acquire(Holder, Param->getLocation()));
      } else {
        set(S, Holder, FirstGiven - int(Given.size()));
        Given.push_back(Table[Holder].At);
      }
    }
  }
  if (F.isCoroutine())
    atSuspension(F.Suspensions.front(), S, nullptr);
}

void LockAnalysis::step(const CFGElement &E, Path &P, const PathStep &Here,
                        Forks &More) {
  if (const auto S = E.getAs<CFGStmt>())
    return statement(S->getStmt(), P, Here, More);
  if (const auto Init = E.getAs<CFGInitializer>())
    return initializer(*Init->getInitializer(), P, More);
  if (const auto Dtor = E.getAs<CFGTemporaryDtor>()) {
    if (auto It = Holders.find(ObjectPath::of(*Dtor->getBindTemporaryExpr()));
        It != Holders.end())
      erase(P.S, It->second);
    return;
  }
  const VarDecl *Gone = nullptr;
  if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
    Gone = Dtor->getVarDecl();
  else if (const auto End = E.getAs<CFGLifetimeEnds>())
    Gone = End->getVarDecl();
  // A coroutine's parameters live in its frame, beyond the body's end.
  if (!Gone || isa<ParmVarDecl>(Gone))
    return;
  // What a reverse guard has unlocked is locked again.
  if (auto It = Holders.find(ObjectPath::of(*Gone)); It != Holders.end())
    if (const std::optional<unsigned> Other = Table[It->second].Reverses;
        Other && find(P.S, It->second)) {
      if (const int Before = statusOf(P.S, It->second); Before >= 0)
        set(P.S, *Other, acquire(*Other, Gone->getLocation()));
      else
        set(P.S, *Other, Before);
    }
  if (E.getAs<CFGAutomaticObjDtor>())
    atEnd(*Gone, P.S);
  forget(P.S, *Gone);
}

/// What is declared in the try block, or made for one of its expressions, is
/// gone in the handlers.
void LockAnalysis::unwind(State &S, const CXXTryStmt &Try) const {
  const SourceRange Block = Try.getTryBlock()->getSourceRange();
  llvm::erase_if(S, [&](Entry E) {
    const Holder &By = Table[E.Holder];
    if (By.By == HeldLock::Kind::Temporary || By.Pending)
      return true;
    const ValueDecl *Root = By.At.variable();
    return Root && !By.At.Indirect &&
           Block.fullyContains(Root->getSourceRange());
  });
}

void LockAnalysis::statement(const Stmt *S, Path &P, const PathStep &Here,
                             Forks &More) {
  if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S)) {
    if (const SuspensionPoint *Point = F.suspensionAt(S))
      atSuspension(*Point, P.S, &Here);
    if (LocksOfTasks)
      afterAwait(*cast<Expr>(S), P.S);
    return;
  }
  if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        declare(*Var, P, More);
    return;
  }
  if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(S))
    return temporary(*Bind, P.S);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
    return captures(*Lambda, P.S);
  if (const auto *Return = dyn_cast<ReturnStmt>(S))
    return returning(*Return, P);
  if (isa<CallExpr, CXXConstructExpr, CXXUnresolvedConstructExpr>(S))
    call(*cast<Expr>(S), P, More);
}

void LockAnalysis::initializer(const CXXCtorInitializer &Init, Path &P,
                               Forks &More) {
  const ObjectPath Object{.From = ObjectPath::Root::This, .Indirect = true};
  if (const FieldDecl *Field = Init.getAnyMember()) {
    if (!Field->getType()->isReferenceType())
      makeAll(in(Object, {memberOf(*Field)}), Field->getType(), Init.getInit(),
              nullptr, Init.getSourceLocation(), P, More);
  } else if (Init.isBaseInitializer()) {
    makeAll(Object, QualType(Init.getBaseClass(), 0), Init.getInit(), nullptr,
            Init.getSourceLocation(), P, More);
  } else if (Init.isDelegatingInitializer()) {
    makeAll(Object, Ast.getRecordType(cast<CXXMethodDecl>(F.Decl).getParent()),
            Init.getInit(), nullptr, Init.getSourceLocation(), P, More);
  }
}

void LockAnalysis::temporary(const CXXBindTemporaryExpr &Bind, State &S) {
  if (!Temporaries.contains(&Bind) || !isTracked(Bind.getType()))
    return;
  Making M{S, {}, {}};
  const bool Holds =
      llvm::any_of(slotsOf(Bind.getType()), [&](const Slot &Way) {
        return valueOf(Bind.getSubExpr(), Way, M) == Held;
      });
  empty(M, Bind.getBeginLoc(), S);
  if (!Holds)
    return;
  const NamedDecl *Class = Roles::classOf(Bind.getType());
  const unsigned Holder =
      intern(ObjectPath::of(Bind), HeldLock::Kind::Temporary,
             Class ? Class->getName() : "guard");
  Table[Holder].Lock = nameOfLock(M.Lock, Bind.getType());
  set(S, Holder, acquire(Holder, Bind.getBeginLoc()));
}

/// The temporary that \p E is, if it is one to be destroyed.
const CXXBindTemporaryExpr *LockAnalysis::boundTemporary(const Expr *E) {
  while (E) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(E))
      return Bind;
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
      E = Temporary->getSubExpr();
    else
      return nullptr;
  }
  return nullptr;
}

void LockAnalysis::declare(const VarDecl &Var, Path &P, Forks &More) {
  if (!Var.hasLocalStorage())
    return;
  unlockElements(Var, P.S);
  const Expr *Init = Var.getInit();
  if (const auto *Ref =
          Init ? dyn_cast<DeclRefExpr>(objectNamed(Init)) : nullptr)
    if (const auto *Named = dyn_cast<FunctionDecl>(Ref->getDecl()))
      unlocksLater(*Named, Var.getLocation(), P.S);
  // A class that unlocks as long as it lives.
  if (Init && isReverseGuard(Var.getType())) {
    for (const Expr *Arg : argumentsOf(*skipWrappers(Init))) {
      std::optional<unsigned> Guard = guardIn(Arg, P.S);
      if (!Guard && !isLock(Arg->getType()))
        continue;
      if (!Guard)
        Guard = guardOf(place(*Arg), P.S);
      const unsigned Other = Guard ? *Guard : lockObject(*Arg);
      const unsigned Reverse =
          guardSlot(Var, ObjectPath::of(Var), {}, /*Only=*/true);
      Table[Reverse].Reverses = Other;
      // Its state is what the other one had.
      set(P.S, Reverse, std::max(statusOf(P.S, Other), Unknown));
      free(P.S, Other, Var.getLocation());
    }
    return;
  }
  // A reference is somebody else's guard, unless it keeps a temporary alive.
  QualType T = Var.getType();
  if (T->isReferenceType() && !extendsTemporary(Var))
    return;
  // `auto l = hold();` in a template.
  if (T->getContainedAutoType() &&
      (T->isUndeducedType() || T->isDependentType()) && Init)
    if (const auto *Call = dyn_cast<CallExpr>(skipWrappers(Init)))
      if (const FunctionDecl *Callee = Call->getDirectCallee())
        T = Callee->getReturnType();
  if (!isTracked(T))
    return;
  ObjectPath At = ObjectPath::of(Var);
  At.Indirect = false; // A reference that keeps a temporary alive.
  makeAll(At, T, Init, &Var, Var.getLocation(), P, More);
}

/// Makes every guard in the new object \p Object.
void LockAnalysis::makeAll(const ObjectPath &Object, QualType T,
                           const Expr *Init, const VarDecl *Var,
                           SourceLocation Where, Path &P, Forks &More) {
  const std::vector<Slot> Slots = slotsOf(T);
  if (Slots.empty())
    return;
  Making M{P.S, {}, {}, &P.Facts};
  llvm::SmallVector<std::pair<unsigned, int>, 2> Made;
  for (const Slot &Way : Slots) {
    const int Value = Init ? valueOf(Init, Way, M) : Free;
    const unsigned Holder =
        Var ? guardSlot(*Var, Object, Way, Slots.size() == 1)
            : intern(in(Object, Way), HeldLock::Kind::Guard, "");
    Table[Holder].Lock = nameOfLock(M.Lock, T);
    Made.emplace_back(Holder, Value);
  }
  // Only now: two slots may come from parts of one object.
  empty(M, Where, P.S);
  llvm::SmallVector<Path, 2> All{std::move(P)};
  for (const auto &[Holder, Value] : Made) {
    llvm::SmallVector<Path, 2> Forked;
    for (Path &One : All)
      assign(Holder, Value, Where, One, Forked);
    All.append(std::make_move_iterator(Forked.begin()),
               std::make_move_iterator(Forked.end()));
  }
  P = std::move(All.front());
  More.append(std::make_move_iterator(All.begin() + 1),
              std::make_move_iterator(All.end()));
}

/// The guards that \p M has moved from.
void LockAnalysis::empty(const Making &M, SourceLocation Where, State &S) {
  for (const unsigned From : M.Emptied)
    if (Table[From].Pending)
      erase(S, From);
    else
      free(S, From, Where);
}

void LockAnalysis::assign(unsigned Holder, int Value, SourceLocation Where,
                          Path &P, Forks &More) {
  if (Value == Maybe) {
    Path Failed = P;
    free(Failed.S, Holder, Where);
    More.push_back(std::move(Failed));
    Value = Held;
  }
  if (Value == Held)
    set(P.S, Holder, acquire(Holder, Where));
  else if (Value == Free)
    free(P.S, Holder, Where);
  else
    set(P.S, Holder, Value);
}

LockStates::LockStates(const CoroutineModel &Model, const Roles &R,
                       LocksAsked Which)
    : R(R), Summaries(std::make_unique<LockSummaries>(Model, R, Which)) {}
LockStates::~LockStates() = default;

std::vector<HeldLock> LockStates::heldAtSuspensions(const Function &F) {
  if (!F.isCoroutine() || !F.cfg())
    return {};
  const Conditions Tests(F);
  LockAnalysis Analysis(F, R, Tests, *Summaries);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  return Analysis.heldLocks();
}

} // namespace corolint
