/// \file
/// Comparing what a store and a later branch depend on.

#include "checks/model/TaskGuards.h"

#include "checks/roles/StmtSearch.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// Whether \p Var is a parameter that keeps the value it is given.
static bool isGiven(const ValueDecl &Var, const Stmt &Body) {
  if (!isa<ParmVarDecl>(Var) || Var.getType()->isReferenceType() ||
      !Var.getType()->isScalarType())
    return false;
  return !anyStmt(&Body, [&](const Stmt &S) {
    const Expr *Changed = nullptr;
    if (const auto *Op = dyn_cast<UnaryOperator>(&S);
        Op && (Op->isIncrementDecrementOp() || Op->getOpcode() == UO_AddrOf))
      Changed = Op->getSubExpr();
    else if (const auto *Op = dyn_cast<BinaryOperator>(&S);
             Op && Op->isAssignmentOp())
      Changed = Op->getLHS();
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(
        Changed ? Changed->IgnoreParens() : nullptr);
    return Ref && Ref->getDecl() == &Var;
  });
}

bool canTell(const PathStep *To, const PathStep *From, const TaskStore &Store,
             bool Conditional, const Stmt &Body) {
  for (; To && To != From && To->From; To = To->From) {
    const CFGBlock &Block = *To->From->Block;
    const auto *If = dyn_cast_or_null<IfStmt>(Block.getTerminatorStmt());
    if (Block.succ_size() < 2 ||
        !isa_and_nonnull<IfStmt, SwitchStmt, AbstractConditionalOperator,
                         BinaryOperator>(Block.getTerminatorStmt()))
      continue;
    llvm::SmallVector<const ValueDecl *, 4> Tested;
    collectMentioned(Block.getTerminatorCondition(), Tested);
    if (llvm::any_of(Tested, [&](const ValueDecl *Var) {
          return llvm::is_contained(Store.Guards, Var);
        }))
      return true;
    // What the caller decided beforehand knows nothing of this function.
    const bool Independent =
        If && Tested.size() == 1 && isGiven(*Tested[0], Body) &&
        isa<DeclRefExpr>(If->getCond()->IgnoreParenImpCasts());
    if (Conditional && !Independent)
      return true;
  }
  return false;
}

bool overlap(const ObjectPath &A, const ObjectPath &B) {
  if (A.contains(B) || B.contains(A) || A.isPerhaps(B))
    return true;
  // `all[i].body` and `all[0]`.
  ObjectPath Longer = A, Shorter = B;
  if (Longer.Members.size() < Shorter.Members.size())
    std::swap(Longer, Shorter);
  Longer.Members.truncate(Shorter.Members.size());
  return Longer.isPerhaps(Shorter);
}

std::vector<BranchTaken>
wayThatMatters(const PathStep *To, SourceLocation Begin, const ObjectPath &At,
               const TaskUses &Uses, const SourceManager &SM) {
  std::vector<BranchTaken> Way;
  for (const BranchTaken &Branch : branchesTo(To)) {
    if (!SM.isBeforeInTranslationUnit(Begin, Branch.Condition->getBeginLoc()))
      continue;
    // What an operand decides is in the statement around it.
    if (isa<Expr>(Branch.Terminator) ||
        anyStmt(Branch.Terminator, [&](const Stmt &S) {
          auto It = Uses.Mentions.find(&S);
          return isa<ReturnStmt, CoreturnStmt, BreakStmt, ContinueStmt,
                     GotoStmt>(S) ||
                 (It != Uses.Mentions.end() && overlap(It->second.At, At));
        }))
      Way.push_back(Branch);
  }
  return Way;
}

} // namespace corolint
