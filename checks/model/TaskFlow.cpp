/// \file
/// The task analysis: what is owed an await, along each path.

#include "checks/model/TaskFlow.h"

#include "checks/model/Calls.h"
#include "checks/model/TaskUses.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

namespace corolint {
namespace {

using namespace clang;

class TaskAnalysis {
public:
  struct Entry {
    const VarDecl *Var;
    /// What made the task that the variable holds.
    const Expr *Maker;
    bool Paid;
    bool operator==(const Entry &) const = default;
  };
  using State = llvm::SmallVector<Entry, 2>;
  using Path = FlowPath<State>;

  TaskAnalysis(const Function &F, const TaskUses &Uses, const Conditions &Tests,
               const Roles &R)
      : R(R), Ast(F.Decl.getASTContext()), Uses(Uses), Tests(Tests) {}

  void enter(State &) {}
  void leave(const Path &, const PathStep &) {}

  void step(const CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &) {
    if (const auto S = E.getAs<CFGStmt>())
      statement(S->getStmt(), P, Here);
    else if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
      drop(Dtor->getVarDecl(), Dtor->getTriggerStmt(), P, Here);
    else if (const auto End = E.getAs<CFGLifetimeEnds>())
      drop(End->getVarDecl(), End->getTriggerStmt(), P, Here);
  }

  std::vector<DroppedTask> take();

private:
  struct Ends {
    bool Paid = false;
    /// Where the path that drops it ends.
    const PathStep *Dropped = nullptr;
    const Stmt *Trigger = nullptr;
  };

  static Entry *find(State &S, const VarDecl *Var) {
    auto It = llvm::find_if(S, [=](const Entry &E) { return E.Var == Var; });
    return It == S.end() ? nullptr : &*It;
  }

  void statement(const Stmt *S, Path &P, const PathStep &Here);
  void store(const VarDecl *Var, const Expr *Value, Path &P);
  void drop(const VarDecl *Var, const Stmt *Trigger, Path &P,
            const PathStep &Here);
  /// The call that makes a new task; nullptr if \p E is no fresh one.
  const Expr *makerOf(const Expr *E) const;
  static const CallExpr *callIn(const Expr *Maker);
  std::string describe(const Expr *Maker) const;
  std::string typeOf(const Expr *Maker) const;
  DroppedTask finding(DroppedTask::Kind How, const Expr *Maker) const;

  const Roles &R;
  const ASTContext &Ast;
  const TaskUses &Uses;
  const Conditions &Tests;
  llvm::SmallVector<const Expr *, 2> DiscardedSeen;
  /// By the variable and what made the task in it.
  std::map<std::pair<const VarDecl *, const Expr *>, Ends> Debts;
};

const Expr *TaskAnalysis::makerOf(const Expr *E) const {
  E = skipWrappers(E);
  if (!E || movedFrom(E))
    return nullptr;
  const auto *Call = dyn_cast<CallExpr>(E);
  if (isa<CallExpr, CoawaitExpr>(E) && E->isPRValue() &&
      isOwed(E->getType(), R))
    return E;
  // `T t{call()}`, `std::make_unique<T>(call())`, `std::tuple(call(), call())`:
  // what goes in is what is owed.
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  const bool PassesOn =
      isa<CXXConstructExpr, InitListExpr>(E) ||
      (Callee && Callee->isInStdNamespace() && mayOwe(E->getType(), R));
  if (PassesOn)
    for (const Expr *Arg : argumentsOf(*E))
      if (const Expr *Maker = makerOf(Arg))
        return Maker;
  return nullptr;
}

void TaskAnalysis::store(const VarDecl *Var, const Expr *Value, Path &P) {
  if (const Expr *Source = movedSource(Value)) {
    const VarDecl *Other = localRoot(Source);
    if (Entry *From = find(P.S, Other))
      From->Var = Var;
    return;
  }
  llvm::erase_if(P.S, [=](const Entry &E) { return E.Var == Var; });
  const auto *Construct =
      Value ? dyn_cast<CXXConstructExpr>(skipWrappers(Value)) : nullptr;
  if (const Expr *Maker = Value ? makerOf(Value) : nullptr) {
    P.S.push_back({Var, Maker, /*Paid=*/false});
    Tests.assumeEngaged(*Var, true, P.Facts);
  } else if (Construct && Construct->getNumArgs() == 0) {
    Tests.assumeEngaged(*Var, false, P.Facts);
  }
}

void TaskAnalysis::statement(const Stmt *S, Path &P, const PathStep &Here) {
  if (Uses.Discarded.contains(S)) {
    if (!llvm::is_contained(DiscardedSeen, S))
      DiscardedSeen.push_back(cast<Expr>(S));
    return;
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
    if (Uses.Benign.contains(Ref))
      return;
    if (Entry *E = find(P.S, dyn_cast<VarDecl>(Ref->getDecl())))
      E->Paid = true;
    return;
  }
  if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Decls->decls()) {
      const auto *Var = dyn_cast<VarDecl>(D);
      if (Var && Var->hasLocalStorage() && !Uses.Escaped.contains(Var) &&
          mayOwe(Var->getType().getNonReferenceType(), R))
        store(Var, Var->getInit(), P);
    }
    return;
  }
  if (const std::optional<MemberCall> Call = asMemberCall(S)) {
    const bool Assigns =
        Call->Method && Call->Method->getOverloadedOperator() == OO_Equal;
    if ((!Assigns && !fills(Call->Name)) || Call->Args.empty())
      return;
    const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(Call->Object));
    const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!Var || !Var->hasLocalStorage() || isa<ParmVarDecl>(Var) ||
        Var->getType()->isReferenceType() || Uses.Escaped.contains(Var) ||
        !mayOwe(Var->getType(), R))
      return;
    if (Assigns) {
      drop(Var, S, P, Here);
      store(Var, Call->Args[0], P);
    } else if (!find(P.S, Var)) {
      store(Var, Call->Args[0], P);
    }
  }
}

void TaskAnalysis::drop(const VarDecl *Var, const Stmt *Trigger, Path &P,
                        const PathStep &Here) {
  Entry *E = find(P.S, Var);
  if (!E)
    return;
  Ends &End = Debts[{Var, E->Maker}];
  if (E->Paid) {
    End.Paid = true;
  } else if (!End.Dropped) {
    End.Dropped = &Here;
    End.Trigger = Trigger;
  }
  P.S.erase(E);
}

/// `co_await make()` that yields a task: the task comes from make.
const CallExpr *TaskAnalysis::callIn(const Expr *Maker) {
  if (const auto *Await = dyn_cast<CoawaitExpr>(Maker))
    Maker = skipWrappers(Await->getOperand());
  return dyn_cast<CallExpr>(Maker);
}

std::string TaskAnalysis::describe(const Expr *Maker) const {
  const CallExpr *AsCall = callIn(Maker);
  const FunctionDecl *Callee = AsCall ? AsCall->getDirectCallee() : nullptr;
  if (!Callee)
    return "'" + sourceText(*Maker, Ast) + "'";
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  if (Method && Method->getParent()->isLambda()) {
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(AsCall);
    const auto *Ref =
        Operator ? dyn_cast<DeclRefExpr>(skipWrappers(Operator->getArg(0)))
                 : nullptr;
    return Ref ? "'" + Ref->getDecl()->getNameAsString() + "'" : "the lambda";
  }
  return "'" + Callee->getNameAsString() + "'";
}

std::string TaskAnalysis::typeOf(const Expr *Maker) const {
  PrintingPolicy Policy(Ast.getPrintingPolicy());
  Policy.SuppressScope = true;
  return Maker->getType().getUnqualifiedType().getAsString(Policy);
}

DroppedTask TaskAnalysis::finding(DroppedTask::Kind How,
                                  const Expr *Maker) const {
  DroppedTask Task;
  Task.How = How;
  Task.Where = Task.DroppedAt = Maker->getBeginLoc();
  Task.Maker = describe(Maker);
  const CallExpr *Call = callIn(Maker);
  Task.Callee = Call ? Call->getDirectCallee() : nullptr;
  Task.Type = typeOf(Maker);
  Task.IsOperation = !R.task(Maker->getType());
  return Task;
}

std::vector<DroppedTask> TaskAnalysis::take() {
  const SourceManager &SM = Ast.getSourceManager();
  std::vector<DroppedTask> Result;
  for (const Expr *E : DiscardedSeen)
    Result.push_back(finding(DroppedTask::Kind::Discarded, E));
  for (const auto &[Debt, End] : Debts) {
    if (!End.Dropped)
      continue;
    const auto [Var, Maker] = Debt;
    DroppedTask Task = finding(End.Paid ? DroppedTask::Kind::OnePath
                                        : DroppedTask::Kind::Unused,
                               Maker);
    Task.Where = Var->getLocation();
    Task.Variable = Var->getNameAsString();
    if (End.Trigger)
      Task.DroppedAt = isa<CompoundStmt>(End.Trigger)
                           ? End.Trigger->getEndLoc()
                           : End.Trigger->getBeginLoc();
    if (End.Paid)
      for (const BranchTaken &Branch : branchesTo(End.Dropped))
        if (SM.isBeforeInTranslationUnit(Var->getLocation(),
                                         Branch.Condition->getBeginLoc()))
          Task.Way.push_back(Branch);
    Result.push_back(std::move(Task));
  }
  llvm::sort(Result, [&](const DroppedTask &A, const DroppedTask &B) {
    return SM.isBeforeInTranslationUnit(A.Where, B.Where);
  });
  return Result;
}

} // namespace

std::vector<DroppedTask> droppedTasks(const Function &F, const Roles &R) {
  const TaskUses Uses(F, R);
  if (!Uses.AnyDebt || !F.cfg())
    return {};
  const Conditions Tests(F);
  TaskAnalysis Analysis(F, Uses, Tests, R);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  return Analysis.take();
}

} // namespace corolint
