/// \file
/// What the dataflow engine says about the way a path took.

#include "checks/model/Flow.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace corolint {

std::vector<BranchTaken> branchesTo(const PathStep *To) {
  std::vector<BranchTaken> Taken;
  llvm::DenseSet<const clang::Stmt *> Seen;
  for (; To && To->From; To = To->From) {
    const clang::CFGBlock &From = *To->From->Block;
    if (From.succ_size() != 2)
      continue;
    const clang::Expr *Condition = Conditions::conditionOf(From);
    const clang::Stmt *Terminator = From.getTerminatorStmt();
    if (!Condition || !Seen.insert(Condition).second)
      continue;
    const bool Value = From.succ_begin()->getReachableBlock() == To->Block;
    Taken.push_back({Terminator, Condition, Value});
  }
  std::reverse(Taken.begin(), Taken.end());
  return Taken;
}

bool endsAbruptly(const clang::CFGBlock &Block) {
  if (Block.hasNoReturnElement())
    return true;
  for (const clang::CFGElement &E : llvm::reverse(Block))
    if (const auto S = E.getAs<clang::CFGStmt>())
      return llvm::isa<clang::CXXThrowExpr>(S->getStmt());
  return false;
}

std::vector<FindingNote> notesOn(llvm::ArrayRef<BranchTaken> Way) {
  std::vector<FindingNote> Notes;
  for (const BranchTaken &Branch : Way)
    Notes.push_back({Branch.Condition->getBeginLoc(),
                     Branch.Value ? "this condition is true on the way"
                                  : "this condition is false on the way"});
  return Notes;
}

} // namespace corolint
