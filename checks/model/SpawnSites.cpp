/// \file
/// Finding starts and waits, and functions that pass on what they are given.

#include "checks/model/SpawnSites.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"

#include "clang/AST/ParentMap.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

class SiteFinder : public OwnBodyVisitor<SiteFinder> {
public:
  /// \p Model is nullptr to look no further than the table.
  SiteFinder(SpawnSites &Sites, const CoroutineModel *Model, const Roles &R)
      : Sites(Sites), Model(Model), R(R) {}

  bool VisitCallExpr(CallExpr *E) {
    start(E);
    const Role *Blocks = R.ofCall(*E, RoleKind::Blocks);
    if ((Blocks &&
         (Blocks->is("kind", "wait") || Blocks->is("kind", "join"))) ||
        R.ofCall(*E, RoleKind::WaitsForTask))
      Sites.Waits.push_back(E);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    if (E->getNumArgs())
      start(E);
    return true;
  }
  bool VisitReturnStmt(ReturnStmt *S) {
    if (S->getRetValue())
      Sites.Returns.push_back(S);
    return true;
  }
  bool VisitCoawaitExpr(CoawaitExpr *E) {
    Sites.Awaits.push_back(E->getOperand());
    return true;
  }
  bool VisitDependentCoawaitExpr(DependentCoawaitExpr *E) {
    Sites.Awaits.push_back(E->getOperand());
    return true;
  }
  bool VisitWhileStmt(WhileStmt *S) {
    Sites.LoopConditions.push_back(S->getCond());
    return true;
  }
  bool VisitDoStmt(DoStmt *S) {
    Sites.LoopConditions.push_back(S->getCond());
    return true;
  }

private:
  void start(const Expr *E) {
    if (const Role *Spawn = R.ofCall(*E, RoleKind::Spawn)) {
      Sites.Starts.push_back({E, *Spawn});
      return;
    }
    const auto *Call = dyn_cast<CallExpr>(E);
    if (Call && Model)
      if (std::optional<Role> Spawn = inferred(*Call))
        Sites.Starts.push_back({E, std::move(*Spawn)});
  }

  std::optional<Role> inferred(const CallExpr &Call) const;

  SpawnSites &Sites;
  const CoroutineModel *Model;
  const Roles &R;
};

/// Whether nobody keeps the handle that \p Call returns: it is detached or
/// dropped where it is made.
bool isLetGo(const Expr &Call, const Role &Spawn, const ParentMap &Parents,
             const Roles &R) {
  const Stmt *Parent = &Call;
  do
    Parent = Parents.getParent(const_cast<Stmt *>(Parent));
  while (isa_and_nonnull<ExprWithCleanups, CXXBindTemporaryExpr,
                         MaterializeTemporaryExpr, ParenExpr, ImplicitCastExpr,
                         CXXFunctionalCastExpr>(Parent));
  const Role *Join = R.of(Call.getType(), RoleKind::JoinHandle);
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(Parent))
    return Join && llvm::is_contained(
                       Join->list("detach"),
                       Member->getMemberDecl()->getDeclName().getAsString());
  return isa_and_nonnull<CompoundStmt>(Parent) &&
         (Spawn.is("returns", "nothing") || Call.getType()->isVoidType() ||
          (Join && Join->is("drop", "detaches")));
}

std::optional<Role> SiteFinder::inferred(const CallExpr &Call) const {
  const Function *Body = Model->find(Call.getDirectCallee());
  if (!Body || Body->isCoroutine() || Body->Decl.getNumParams() == 0)
    return std::nullopt;
  SpawnSites Inner(*Body, *Model, R, /*Infer=*/false);
  if (Inner.Starts.empty() || !Inner.Waits.empty())
    return std::nullopt;
  const ParentMap Parents(const_cast<Stmt *>(Body->Body));
  for (const SpawnSites::Start &Start : Inner.Starts) {
    const Expr *Subject =
        Roles::argument(*Start.Call, Start.Spawn.index("arg"));
    while (Subject) {
      Subject = skipWrappers(Subject);
      if (const auto *Construct = dyn_cast<CXXConstructExpr>(Subject);
          Construct && Construct->getNumArgs() == 1)
        Subject = Construct->getArg(0);
      else if (const Expr *Moved = movedFrom(Subject))
        Subject = Moved;
      else
        break;
    }
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Subject);
    const auto *Param = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
    if (!Param || Param->getDeclContext() != &Body->Decl ||
        !isLetGo(*Start.Call, Start.Spawn, Parents, R))
      continue;
    Role Spawn = Start.Spawn;
    Spawn.By = Provenance::Inferred;
    Spawn.Params = {{"arg", std::to_string(Param->getFunctionScopeIndex())},
                    {"on", Start.Spawn.get("on").str()},
                    {"returns", "nothing"}};
    return Spawn;
  }
  return std::nullopt;
}

} // namespace

SpawnSites::SpawnSites(const Function &F, const CoroutineModel &Model,
                       const Roles &R, bool Infer) {
  SiteFinder(*this, Infer ? &Model : nullptr, R)
      .TraverseStmt(const_cast<Stmt *>(F.Body));
}

} // namespace corolint
