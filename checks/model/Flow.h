/// \file
/// ForwardFlow: the one dataflow engine. It walks a function's control flow
/// graph forward with the states of one analysis, keeps states that differ
/// apart, and remembers the way it came.
///
/// This is property simulation (Das, Lerner, Seigle: ESP, PLDI 2002): states
/// that agree are merged, together with what is known of the branch conditions,
/// so the cost stays that of the property's states and not of the paths.

#ifndef COROLINT_CHECKS_MODEL_FLOW_H
#define COROLINT_CHECKS_MODEL_FLOW_H

#include "checks/core/Check.h"
#include "checks/model/CoroutineModel.h"
#include "checks/model/PathFacts.h"

#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <deque>
#include <utility>
#include <vector>

namespace corolint {

/// One block on one path, linked to where that path came from.
struct PathStep {
  const clang::CFGBlock *Block;
  const PathStep *From;
};

/// A branch that a path took.
struct BranchTaken {
  const clang::Stmt *Terminator;
  const clang::Expr *Condition;
  bool Value;
};

/// The two-way branches on the way to \p To, in the order taken. Loops are
/// listed once.
std::vector<BranchTaken> branchesTo(const PathStep *To);

/// Whether \p Block ends in a throw or a call that never returns.
bool endsAbruptly(const clang::CFGBlock &Block);

/// Whether \p Block ends a do-while that a macro's definition wraps around what
/// it does: whatever it tests, it is no loop to its author.
bool isMacroDo(const clang::CFGBlock &Block);

/// The note that tells of a suspension.
FindingNote noteOn(const SuspensionPoint &Point);

/// The notes that tell \p Way.
std::vector<FindingNote> notesOn(llvm::ArrayRef<BranchTaken> Way);

/// Which calls of a function can throw into which of its own handlers.
class TryBlocks {
public:
  explicit TryBlocks(const Function &F);

  /// The block that picks the handler; nullptr if \p S does not throw or
  /// nobody here catches it.
  const clang::CFGBlock *handlers(const clang::Stmt &S) const {
    return Handlers.lookup(&S);
  }

private:
  llvm::DenseMap<const clang::Stmt *, const clang::CFGBlock *> Handlers;
};

/// One state on one path.
template <class State> struct FlowPath {
  State S;
  PathFacts Facts;
};

/// \tparam Analysis has
///   - `State`: equality comparable; small, it is copied often;
///   - `void enter(State &)`: the state at the function's entry;
///   - `void step(const CFGElement &, FlowPath<State> &, const PathStep &,
///      SmallVectorImpl<FlowPath<State>> &Forks)`: the effect of one element;
///      an element with several outcomes adds the others to Forks;
///   - `void leave(const FlowPath<State> &, const PathStep &)`: the function
///      returns normally;
///   - optionally `void unwind(State &, const CXXTryStmt &)`: the objects of
///     the try block are destroyed on the way to its handlers. An analysis that
///     has it sees every call in a try block that can throw lead there.
template <class Analysis> class ForwardFlow {
public:
  using State = typename Analysis::State;
  using Path = FlowPath<State>;

  ForwardFlow(const Function &F, const Conditions &Tests, Analysis &A)
      : Graph(*F.cfg()), Tests(Tests), A(A), Nodes(Graph.getNumBlockIDs()),
        Throws(F) {}

  void run() {
    Path Entry;
    A.enter(Entry.S);
    arrive(Graph.getEntry(), std::move(Entry), nullptr);
    drain();
    // The graph has no edge from a call that throws to its handlers. Where the
    // analysis can't tell what is destroyed on that way, they start from
    // nothing.
    for (const clang::CFGBlock *Handlers :
         llvm::make_range(Graph.try_blocks_begin(), Graph.try_blocks_end()))
      if (Nodes[Handlers->getBlockID()].empty()) {
        arrive(*Handlers, Path(), nullptr);
        drain();
      }
  }

private:
  struct Node : PathStep {
    Path In;
    bool Queued = true;
  };

  // Beyond these a block's states are merged, or given up: silence, not noise.
  static constexpr size_t MaxExact = 24;
  static constexpr size_t MaxNodes = 96;

  static constexpr bool Unwinds =
      requires(Analysis & A, State &S, const clang::CXXTryStmt &Try) {
    A.unwind(S, Try);
  };

  void arrive(const clang::CFGBlock &Block, Path P, const PathStep *From) {
    if constexpr (Unwinds)
      if (const auto *Try = llvm::dyn_cast_or_null<clang::CXXTryStmt>(
              Block.getTerminatorStmt()))
        A.unwind(P.S, *Try);
    std::deque<Node> &Here = Nodes[Block.getBlockID()];
    for (Node &N : Here) {
      if (!(N.In.S == P.S))
        continue;
      if (N.In.Facts == P.Facts)
        return;
      if (Here.size() < MaxExact)
        continue;
      if (N.In.Facts.intersect(P.Facts) && !N.Queued) {
        N.Queued = true;
        Work.push_back(&N);
      }
      return;
    }
    if (Here.size() >= MaxNodes)
      return;
    Here.push_back({{&Block, From}, std::move(P)});
    Work.push_back(&Here.back());
  }

  void drain() {
    while (!Work.empty()) {
      Node &N = *Work.front();
      Work.pop_front();
      N.Queued = false;
      visit(N);
    }
  }

  void visit(Node &N) {
    llvm::SmallVector<Path, 2> Paths{N.In}, Forks;
    for (const clang::CFGElement &E : *N.Block) {
      for (Path &P : Paths) {
        if (const auto S = E.getAs<clang::CFGStmt>()) {
          if constexpr (Unwinds)
            if (const clang::CFGBlock *Handlers =
                    Throws.handlers(*S->getStmt()))
              arrive(*Handlers, P, &N);
          Tests.step(S->getStmt(), P.Facts);
        }
        A.step(E, P, N, Forks);
      }
      Paths.append(std::make_move_iterator(Forks.begin()),
                   std::make_move_iterator(Forks.end()));
      Forks.clear();
      limit(Paths);
    }
    if (N.Block == &Graph.getExit()) {
      for (const Path &P : Paths)
        A.leave(P, N);
      return;
    }
    for (Path &P : Paths)
      follow(N, std::move(P));
  }

  /// Each element of a block can double its paths.
  static void limit(llvm::SmallVectorImpl<Path> &Paths) {
    if (Paths.size() <= MaxExact)
      return;
    llvm::SmallVector<Path, 2> Kept;
    for (Path &P : Paths) {
      const auto Same = llvm::find_if(
          Kept, [&](const Path &Other) { return Other.S == P.S; });
      if (Same != Kept.end())
        Same->Facts.intersect(P.Facts);
      else if (Kept.size() < MaxNodes)
        Kept.push_back(std::move(P));
    }
    Paths = std::move(Kept);
  }

  void follow(Node &N, Path P) {
    const clang::Expr *Condition = nullptr;
    std::optional<bool> Known;
    if (N.Block->succ_size() == 2) {
      Condition = Conditions::conditionOf(*N.Block);
      Known = Tests.evaluate(Condition, P.Facts);
      if (const std::optional<bool> Made = Tests.takeMade(*N.Block, P.Facts))
        Known = Made;
      if (isMacroDo(*N.Block))
        Known = false;
    }
    bool Branch = true;
    for (const clang::CFGBlock::AdjacentBlock &Next : N.Block->succs()) {
      const bool Value = std::exchange(Branch, false);
      if (!Next.isReachable() || (Known && *Known != Value))
        continue;
      const auto *Switch = llvm::dyn_cast_or_null<clang::SwitchStmt>(
          N.Block->getTerminatorStmt());
      if (Switch &&
          !Tests.isPossible(*Switch, *Next.getReachableBlock(), P.Facts))
        continue;
      // A throw or a call that never returns is no way out of the function.
      if (Next.getReachableBlock() == &Graph.getExit() &&
          endsAbruptly(*N.Block))
        continue;
      Path Out = P;
      if (Condition && !Known)
        Tests.assume(Condition, Value, Out.Facts);
      if (Switch)
        Tests.assumeCase(*Switch, *Next.getReachableBlock(), Out.Facts);
      Tests.endBlock(Out.Facts);
      if (Condition)
        Tests.assumeChoice(*N.Block, Value, Out.Facts);
      arrive(*Next.getReachableBlock(), std::move(Out), &N);
    }
  }

  const clang::CFG &Graph;
  const Conditions &Tests;
  Analysis &A;
  // By block. Deques: a node's address is kept by its successors.
  std::vector<std::deque<Node>> Nodes;
  TryBlocks Throws;
  std::deque<Node *> Work;
};

} // namespace corolint

#endif
