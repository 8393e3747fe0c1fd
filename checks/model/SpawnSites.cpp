/// \file
/// Finding starts and waits.

#include "checks/model/SpawnSites.h"

#include "checks/model/OwnBody.h"
#include "checks/model/Sinks.h"

namespace corolint {
namespace {

using namespace clang;

class SiteFinder : public OwnBodyVisitor<SiteFinder> {
public:
  SiteFinder(SpawnSites &Sites, Sinks &S, const Roles &R)
      : Sites(Sites), S(S), R(R) {}

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
  bool VisitCoawaitExpr(CoawaitExpr *E) {
    Sites.Awaits.push_back(E->getOperand());
    return true;
  }
  bool VisitDependentCoawaitExpr(DependentCoawaitExpr *E) {
    Sites.Awaits.push_back(E->getOperand());
    return true;
  }

private:
  void start(const Expr *E) {
    if (const Role *Spawn = R.ofCall(*E, RoleKind::Spawn))
      Sites.Starts.push_back({E, *Spawn});
    else if (std::optional<Role> Found = S.of(*E);
             Found && Found->Kind == RoleKind::Spawn)
      Sites.Starts.push_back({E, std::move(*Found)});
  }

  SpawnSites &Sites;
  Sinks &S;
  const Roles &R;
};

} // namespace

SpawnSites::SpawnSites(const Function &F, const CoroutineModel &Model,
                       const Roles &R) {
  SiteFinder(*this, Model.shared<Sinks>(R), R)
      .TraverseStmt(const_cast<Stmt *>(F.Body));
}

} // namespace corolint
