/// \file
/// The reuse analysis: what has used a task up, along each path.

#include "checks/model/TaskReuse.h"

#include "checks/model/Calls.h"
#include "checks/model/TaskNames.h"
#include "checks/model/TaskUses.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

namespace corolint {

using namespace clang;

namespace {

/// Follows one variable, which is a task.
class ReuseAnalysis {
public:
  /// The mention that used it up; nullptr as long as it is good for a use, or
  /// if that is not known.
  using State = const DeclRefExpr *;
  using Path = FlowPath<State>;

  ReuseAnalysis(const VarDecl &Var, const TaskUses &Uses,
                const Conditions &Tests, bool SingleShot)
      : Var(Var), At(ObjectPath::of(Var)), Uses(Uses), Tests(Tests),
        SingleShot(SingleShot) {}

  struct Again {
    const DeclRefExpr *First;
    const PathStep *Here;
  };
  /// By the second use.
  std::map<const DeclRefExpr *, Again> Found;

  void enter(State &S) { S = nullptr; }
  void leave(const Path &, const PathStep &) {}
  /// The task is as used up as it was when something was thrown.
  void unwind(State &, const CXXTryStmt &) {}

  void step(const CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &) {
    const auto Element = E.getAs<CFGStmt>();
    if (!Element)
      return;
    const Stmt *S = Element->getStmt();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
      auto It = Uses.Mentions.find(S);
      if (It != Uses.Mentions.end() && It->second.At == At)
        mention(*Ref, It->second, P, Here);
      return;
    }
    if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      if (llvm::is_contained(Decls->decls(), &Var))
        P.S = nullptr;
      return;
    }
    // Whatever is put into it, it is another task.
    auto It = Uses.Stores.find(S);
    if (It != Uses.Stores.end() && It->second.To == At)
      P.S = nullptr;
  }

private:
  void mention(const DeclRefExpr &Ref, const TaskMention &Mention, Path &P,
               const PathStep &Here) {
    const bool Moves = Mention.How == TaskUse::Move || Mention.Stored;
    switch (Mention.How) {
    case TaskUse::Look:
      if (!Moves)
        return;
      break;
    case TaskUse::Test:
    case TaskUse::Ask:
    case TaskUse::Use:
      P.S = nullptr;
      return;
    case TaskUse::Await:
    case TaskUse::Move:
      break;
    }
    if (P.S) {
      Found.try_emplace(&Ref, Again{P.S, &Here});
      P.S = nullptr;
      return;
    }
    if (!Moves && !SingleShot)
      return;
    P.S = &Ref;
    if (Moves)
      Tests.assumeEngaged(Var, false, P.Facts);
  }

  const VarDecl &Var;
  const ObjectPath At;
  const TaskUses &Uses;
  const Conditions &Tests;
  const bool SingleShot;
};

std::string quoted(llvm::StringRef Name) { return ("'" + Name + "'").str(); }

/// What takes the task that is moved at \p Ref.
std::string takerOf(const TaskMention &Mention) {
  const Stmt *By = Mention.By;
  if (const auto *Decls = dyn_cast_or_null<DeclStmt>(By);
      Decls && Decls->isSingleDecl())
    if (const auto *Var = dyn_cast<VarDecl>(Decls->getSingleDecl());
        Var && !Var->getName().empty())
      return quoted(Var->getName());
  if (const auto *Call = dyn_cast_or_null<CallExpr>(By))
    if (const FunctionDecl *Callee = Call->getDirectCallee();
        Callee && Callee->getDeclName().isIdentifier())
      return quoted(Callee->getName());
  return "";
}

ReusedTask::Use describe(const DeclRefExpr &Ref, const TaskUses &Uses) {
  const TaskMention &Mention = Uses.Mentions.find(&Ref)->second;
  const bool Moves = Mention.How == TaskUse::Move || Mention.Stored;
  return {Moves ? TaskUse::Move : TaskUse::Await, Ref.getLocation(),
          Moves ? takerOf(Mention) : ""};
}

} // namespace

std::vector<ReusedTask>
reusedTasks(const Function &F, const CoroutineModel &Model, const Roles &R) {
  const TaskTypes Types(R, TaskTypes::Of::Use);
  const TaskUses Uses(F, Model, Types);
  // What is used up at most once is none of this analysis' business.
  llvm::DenseSet<const VarDecl *> Candidates;
  for (const auto &[Ref, Mention] : Uses.Mentions)
    if (Mention.How == TaskUse::Await || Mention.How == TaskUse::Move ||
        Mention.Stored)
      if (const auto *Var = dyn_cast_or_null<VarDecl>(Mention.At.variable());
          Var && Mention.At.Members.empty() && Var->hasLocalStorage() &&
          !Var->getType()->isReferenceType() && R.task(Var->getType()))
        Candidates.insert(Var);
  if (Candidates.empty() || !F.cfg())
    return {};
  const ASTContext &Ast = F.Decl.getASTContext();
  const SourceManager &SM = Ast.getSourceManager();
  const Conditions Tests(F);
  std::vector<ReusedTask> Result;
  for (const VarDecl *Var : Candidates) {
    ReuseAnalysis Analysis(*Var, Uses, Tests,
                           R.task(Var->getType())->SingleShot);
    ForwardFlow Flow(F, Tests, Analysis);
    Flow.run();
    for (const auto &[Ref, Again] : Analysis.Found) {
      ReusedTask Task{
          Var->getNameAsString(),       describeTaskType(Var->getType(), Ast),
          describe(*Again.First, Uses), describe(*Ref, Uses),
          Ref == Again.First,           {}};
      for (const BranchTaken &Branch : branchesTo(Again.Here))
        if (SM.isBeforeInTranslationUnit(Task.First.Where,
                                         Branch.Condition->getBeginLoc()))
          Task.Way.push_back(Branch);
      Result.push_back(std::move(Task));
    }
  }
  llvm::sort(Result, [&](const ReusedTask &A, const ReusedTask &B) {
    return SM.isBeforeInTranslationUnit(A.Second.Where, B.Second.Where);
  });
  return Result;
}

} // namespace corolint
