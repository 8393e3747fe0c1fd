/// \file
/// LooseSites: the places of a function that matter to its works.

#ifndef COROLINT_CHECKS_MODEL_LOOSESITES_H
#define COROLINT_CHECKS_MODEL_LOOSESITES_H

#include "checks/model/Works.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace corolint {

/// By the statement, as it stands in the control flow graph.
class LooseSites {
public:
  /// Loans that \p Works lose because somebody else has what they refer to are
  /// taken out of them.
  LooseSites(const Function &F, std::vector<Work> &Works, Sinks &S, Borrows &B);

  /// The works that begin there.
  llvm::DenseMap<const clang::Stmt *, unsigned> Begins;
  /// Mentions of what holds works, and what becomes of it there.
  llvm::DenseMap<const clang::Stmt *,
                 std::pair<const clang::ValueDecl *, Landing>>
      Mentions;
  /// Calls that come back only when something else has happened.
  llvm::DenseSet<const clang::Stmt *> Waits;
  /// What tells by its value, or when it is awaited, that works have ended.
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<unsigned, 2>> Signals;

  /// What dies at one place of the graph, the last made first; by the first
  /// element of these. Clang's graph ends trivial objects after all others.
  llvm::DenseMap<std::pair<const clang::CFGBlock *, const clang::VarDecl *>,
                 llvm::SmallVector<const clang::VarDecl *, 4>>
      Deaths;

  /// \p T is a task or a handle itself.
  bool isTask(clang::QualType T) const;

  /// The destructor of a \p T, which somebody wrote, may end what others do.
  bool mayEndWork(clang::QualType T) const;

  /// \p Member is a field that nothing else in its class ever names.
  bool isForgotten(const clang::ValueDecl *Member) const;

  /// \p Named is moved from.
  bool isMoved(const clang::Expr &Named) const;

  bool isWithin(const clang::Stmt &Part, const clang::Stmt &Whole) const;

  clang::SourceLocation endOfFullExpression(const clang::Expr &E) const;
  /// Where the statement begins that \p E is part of.
  clang::SourceLocation beginOfStatement(const clang::Expr &E) const;

private:
  class Finder;

  void collectDeaths(const clang::CFG &Graph, const clang::SourceManager &SM);

  const Function &F;
  const Landings &Here;
  const Borrows &B;
};

/// The end of the scope in which \p Local dies.
clang::SourceLocation endOfScope(const clang::ValueDecl &Local,
                                 const Function &F);

} // namespace corolint

#endif
