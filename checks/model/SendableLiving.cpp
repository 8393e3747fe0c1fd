/// \file
/// Following variables to suspensions.

#include "checks/model/SendableLiving.h"

#include "checks/model/Calls.h"
#include "checks/model/Executors.h"
#include "checks/model/Flow.h"
#include "checks/model/OwnBody.h"
#include "checks/roles/StmtSearch.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// The call that \p Point awaits; nullptr if it awaits anything else.
static const CallExpr *awaitedCall(const SuspensionPoint &Point) {
  const auto *Await = dyn_cast_or_null<CoawaitExpr>(Point.Expr);
  return Await ? dyn_cast<CallExpr>(skipWrappers(Await->getOperand()))
               : nullptr;
}

bool goesToManyThreads(const SuspensionPoint &Point, const Roles &R) {
  const CallExpr *Call = awaitedCall(Point);
  const Role *Switch =
      Call ? R.ofCall(*Call, RoleKind::SwitchesExecutor) : nullptr;
  if (!Switch || (!Switch->index("to") && !Switch->is("to", "this")))
    return false;
  const Expr *To = Roles::argument(*Call, Switch->index("to"));
  const Role *Executor = To ? executorRole(*To, R) : nullptr;
  return Executor && Executor->is("threads", "many");
}

ThreadedCoroutines::ThreadedCoroutines(const CoroutineModel &Model,
                                       const Roles &R)
    : Model(Model), R(R) {
  for (const Function *Coroutine : Model.coroutines())
    for (const SuspensionPoint &Point : Coroutine->Suspensions)
      if (goesToManyThreads(Point, R))
        Entries.try_emplace(Coroutine,
                            Entry{Coroutine, Point.Where,
                                  calleeName(*awaitedCall(Point)).str(),
                                  /*Switches=*/true});
}

void ThreadedCoroutines::add(const ThreadCrossing &Task) {
  if (!Task.Entry || !Task.Entry->isCoroutine())
    return;
  llvm::SmallVector<const Function *, 4> Work{Task.Entry};
  while (!Work.empty()) {
    const Function *Next = Work.pop_back_val();
    // Where it goes on after a switch, the executor of that says.
    if (anyStmt(Next->Body, [&](const Stmt &S) {
          return switchesExecutor(S, R).has_value();
        }))
      continue;
    if (!Entries
             .try_emplace(Next,
                          Entry{Next, Task.Start->getBeginLoc(), Task.Starter})
             .second)
      continue;
    for (const SuspensionPoint &Point : Next->Suspensions) {
      const CallExpr *Call = awaitedCall(Point);
      const Function *Called =
          Call ? Model.find(Call->getDirectCallee()) : nullptr;
      if (Called && Called->isCoroutine() && !Called->isGenerator())
        Work.push_back(Called);
    }
  }
}

std::vector<ThreadedCoroutines::Entry> ThreadedCoroutines::take() const {
  std::vector<Entry> Result;
  for (const Function *Coroutine : Model.coroutines())
    if (auto It = Entries.find(Coroutine); It != Entries.end())
      Result.push_back(It->second);
  return Result;
}

std::vector<const VarDecl *> localsOf(const Function &F) {
  class Locals : public OwnBodyVisitor<Locals> {
  public:
    std::vector<const VarDecl *> Found;
    bool VisitVarDecl(VarDecl *Var) {
      if (Var->hasLocalStorage() && !isa<ParmVarDecl>(Var) &&
          !Var->isImplicit() && !Var->getType()->isReferenceType())
        Found.push_back(Var);
      return true;
    }
  } Finder;
  Finder.TraverseStmt(const_cast<Stmt *>(F.Body));
  return std::move(Finder.Found);
}

namespace {

class LivingAnalysis {
public:
  struct Alive {
    unsigned Index;
    unsigned Begun;
    bool operator==(const Alive &) const = default;
  };
  using State = llvm::SmallVector<Alive, 2>;
  using Path = FlowPath<State>;

  LivingAnalysis(const Function &F, llvm::ArrayRef<const VarDecl *> Candidates)
      : F(F), Candidates(Candidates) {}

  SuspensionTrail Trail;

  void enter(State &) {}
  void leave(const Path &, const PathStep &) {}

  void step(const CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &) {
    if (const auto S = E.getAs<CFGStmt>())
      return statement(*S->getStmt(), P.S, Here);
    if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
      forget(Dtor->getVarDecl(), P.S);
    else if (const auto End = E.getAs<CFGLifetimeEnds>())
      forget(End->getVarDecl(), P.S);
  }

private:
  static bool isEmpty(const Expr *Value) {
    Value = Value ? skipWrappers(Value) : nullptr;
    const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Value);
    if (Construct && Construct->getNumArgs() == 1)
      return isEmpty(Construct->getArg(0));
    return !Value || isa<CXXNullPtrLiteralExpr>(Value) ||
           (Construct && Construct->getNumArgs() == 0);
  }

  void statement(const Stmt &S, State &Now, const PathStep &Here) {
    if (const auto *Decls = dyn_cast<DeclStmt>(&S)) {
      for (const Decl *D : Decls->decls())
        if (const auto *Var = dyn_cast<VarDecl>(D))
          if (!isEmpty(Var->getInit()))
            begin(Var, Var->getLocation(), Now);
      return;
    }
    if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S)) {
      const SuspensionPoint *Point = F.suspensionAt(&S);
      if (!Point || !Point->Suspends)
        return;
      llvm::SmallVector<unsigned, 4> Begun;
      for (const Alive &A : Now)
        Begun.push_back(A.Begun);
      Trail.suspend(*Point, Begun, &Here);
      return;
    }
    const auto *Call = dyn_cast<CallExpr>(&S);
    if (!Call)
      return;
    if (const Expr *Moved = movedFrom(Call))
      return forget(localRoot(Moved), Now);
    const std::optional<MemberCall> Member = asMemberCall(Call);
    const auto *Ref =
        Member ? dyn_cast<DeclRefExpr>(skipWrappers(Member->Object)) : nullptr;
    const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!Var)
      return;
    const bool Assigns =
        Member->Method && Member->Method->getOverloadedOperator() == OO_Equal;
    if (Assigns || Member->Name == "reset" || Member->Name == "swap" ||
        Member->Name == "release" || Member->Name == "clear")
      forget(Var, Now);
    if (Assigns && !Member->Args.empty() && !isEmpty(Member->Args[0]))
      begin(Var, Call->getBeginLoc(), Now);
  }

  void begin(const VarDecl *Var, SourceLocation Where, State &Now) {
    const auto It = llvm::find(Candidates, Var);
    if (It == Candidates.end())
      return;
    forget(Var, Now);
    const auto Index = static_cast<unsigned>(It - Candidates.begin());
    const Alive New{Index, Trail.begin(Index, Where)};
    Now.insert(
        llvm::find_if(Now, [&](const Alive &A) { return A.Index > Index; }),
        New);
  }

  void forget(const VarDecl *Var, State &Now) {
    llvm::erase_if(Now,
                   [&](const Alive &A) { return Candidates[A.Index] == Var; });
  }

  const Function &F;
  llvm::ArrayRef<const VarDecl *> Candidates;
};

} // namespace

std::vector<LivingValue>
livingAcross(const Function &F, llvm::ArrayRef<const VarDecl *> Candidates) {
  std::vector<LivingValue> Result;
  if (Candidates.empty() || !F.cfg())
    return Result;
  const Conditions Tests(F);
  LivingAnalysis Analysis(F, Candidates);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  for (const SuspensionTrail::Span &Span : Analysis.Trail.take(F))
    Result.push_back({Candidates[Span.Subject], Span.Suspensions, Span.Way});
  return Result;
}

} // namespace corolint
