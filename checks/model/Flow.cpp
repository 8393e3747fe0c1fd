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
    if (const auto S = E.getAs<clang::CFGStmt>()) {
      const auto *Whole = llvm::dyn_cast<clang::ExprWithCleanups>(S->getStmt());
      return llvm::isa<clang::CXXThrowExpr>(Whole ? Whole->getSubExpr()
                                                  : S->getStmt());
    }
  return false;
}

bool isMacroDo(const clang::CFGBlock &Block) {
  const clang::Stmt *End = Block.getTerminatorStmt();
  const auto *Do = llvm::dyn_cast_or_null<clang::DoStmt>(End);
  // In the definition, not in an argument.
  return Do && Do->getDoLoc().isMacroID() && Do->getWhileLoc().isMacroID();
}

namespace {

bool canThrow(const clang::Stmt &S) {
  const auto *Call = llvm::dyn_cast<clang::CallExpr>(&S);
  const auto *Construct = llvm::dyn_cast<clang::CXXConstructExpr>(&S);
  const clang::FunctionDecl *Callee = Call        ? Call->getDirectCallee()
                                      : Construct ? Construct->getConstructor()
                                                  : nullptr;
  if (!Callee)
    return Call || llvm::isa<clang::CoroutineSuspendExpr>(S);
  const auto *Type = Callee->getType()->getAs<clang::FunctionProtoType>();
  return !Type || !Type->isNothrow();
}

/// Maps what can throw in \p Part to \p Handlers, unless an inner try block has
/// it already.
void addThrows(
    const clang::Stmt *Part, const clang::CFGBlock &Handlers,
    llvm::DenseMap<const clang::Stmt *, const clang::CFGBlock *> &Map) {
  if (!Part || llvm::isa<clang::LambdaExpr>(Part))
    return;
  if (canThrow(*Part))
    Map.try_emplace(Part, &Handlers);
  for (const clang::Stmt *Child : Part->children())
    addThrows(Child, Handlers, Map);
}

} // namespace

TryBlocks::TryBlocks(const Function &F) {
  const clang::CFG &Graph = *F.cfg();
  llvm::SmallVector<const clang::CFGBlock *, 2> Blocks(Graph.try_blocks_begin(),
                                                       Graph.try_blocks_end());
  const auto TryOf = [](const clang::CFGBlock *Block) {
    return llvm::dyn_cast_or_null<clang::CXXTryStmt>(
        Block->getTerminatorStmt());
  };
  // The inner ones first.
  llvm::stable_sort(Blocks, [&](const auto *A, const auto *B) {
    const auto *Inner = TryOf(A), *Outer = TryOf(B);
    return Inner && Outer &&
           Outer->getBeginLoc().getRawEncoding() <
               Inner->getBeginLoc().getRawEncoding();
  });
  for (const clang::CFGBlock *Block : Blocks)
    if (const clang::CXXTryStmt *Try = TryOf(Block))
      addThrows(Try->getTryBlock(), *Block, Handlers);
}

FindingNote noteOn(const SuspensionPoint &Point) {
  switch (Point.At) {
  case SuspensionPoint::Kind::Initial:
    return {Point.Where, "suspends here before the body runs"};
  case SuspensionPoint::Kind::Final:
    return {Point.Where, "suspends here when the body has run"};
  case SuspensionPoint::Kind::Await:
  case SuspensionPoint::Kind::Yield:
    return {Point.Where, "suspends here"};
  }
  llvm_unreachable("covered switch");
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
