/// \file
/// What the callables and coroutines do that are started as tasks, in the names
/// of the function that starts them.

#include "checks/model/SharedTasks.h"

#include "checks/model/Calls.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

std::vector<SharedAccess> SharedTasks::translated(const Function &Callee,
                                                  const NameBinding &Names) {
  std::vector<SharedAccess> Result;
  for (const SharedAccess &Access : All.of(Callee).Outside)
    if (std::optional<SharedAccess> Here = Names.translate(Access))
      Result.push_back(std::move(*Here));
  return Result;
}

/// What the callable or task \p Work accesses; \p Rest are the arguments that
/// it is called with.
std::vector<SharedAccess>
SharedTasks::accessesOf(const Expr *Work, llvm::ArrayRef<const Expr *> Rest,
                        unsigned Depth) {
  if (!Work || Depth > 8)
    return {};
  const Expr *E = skipWrappers(Work);
  if (const Expr *Moved = movedFrom(E))
    return accessesOf(Moved, Rest, Depth + 1);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
    return Construct->getNumArgs() == 1
               ? accessesOf(Construct->getArg(0), Rest, Depth + 1)
               : std::vector<SharedAccess>();
  if (const auto *Op = dyn_cast<UnaryOperator>(E))
    return Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Plus
               ? accessesOf(Op->getSubExpr(), Rest, Depth + 1)
               : std::vector<SharedAccess>();
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E)) {
    const Function *Body = All.Model.find(Lambda->getCallOperator());
    return Body ? translated(*Body, All.bind(*Body, nullptr, Rest, F, true))
                : std::vector<SharedAccess>();
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
      return Var->getInit() && Var->hasLocalStorage() && !isa<ParmVarDecl>(Var)
                 ? accessesOf(Var->getInit(), Rest, Depth + 1)
                 : std::vector<SharedAccess>();
    const Function *Body =
        All.Model.find(dyn_cast<FunctionDecl>(Ref->getDecl()));
    if (!Body)
      return {};
    const auto *Method = dyn_cast<CXXMethodDecl>(&Body->Decl);
    if (!Method || Method->isStatic())
      return translated(*Body, All.bind(*Body, nullptr, Rest, F, true));
    // A method's object comes first, by pointer or by reference; any other is
    // copied.
    if (Rest.empty() || Method->isVirtual() ||
        !SharedPlaces::isPointerLike(Rest.front()->getType()))
      return {};
    return translated(
        *Body, All.bind(*Body, Rest.front(), Rest.drop_front(), F, true));
  }
  const auto *Call = dyn_cast<CallExpr>(E);
  if (!Call)
    return {};
  const FunctionDecl *Callee = Call->getDirectCallee();
  if (Callee && Callee->isInStdNamespace() &&
      Callee->getDeclName().isIdentifier() && Callee->getName() == "bind" &&
      Call->getNumArgs() > 0)
    return accessesOf(
        Call->getArg(0),
        llvm::ArrayRef(Call->getArgs(), Call->getNumArgs()).drop_front(),
        Depth + 1);
  if (R.ofCall(*Call, RoleKind::AwaitsAll)) {
    std::vector<SharedAccess> Result;
    for (const Expr *Arg : Call->arguments())
      llvm::append_range(Result, accessesOf(Arg, {}, Depth + 1));
    return Result;
  }
  const Function *Body = All.calleeOf(*Call);
  if (!Body)
    return {};
  return translated(*Body, All.bind(*Body, *Call, F));
}

} // namespace corolint
