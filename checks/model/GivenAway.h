/// \file
/// GivenAway: which local objects are empty by the time they are destroyed, and
/// which of them wait for something then.

#ifndef COROLINT_CHECKS_MODEL_GIVENAWAY_H
#define COROLINT_CHECKS_MODEL_GIVENAWAY_H

#include "checks/model/CoroutineModel.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace corolint {

/// Of one function's locals and temporaries; on some path is enough.
class GivenAway {
public:
  explicit GivenAway(const Roles &R) : R(R) {}

  /// To be called for every statement of the graph before anything is asked.
  void note(const clang::Stmt &S);
  /// The same for what initialises a member: Clang's graph ends it as if it
  /// were a temporary.
  void noteInitialiser(const clang::Expr &Init) { give(&Init); }

  /// Whether \p Var has given what it held to somebody else, or never held
  /// anything: moved from, joined, detached, returned, made empty.
  bool gave(const clang::VarDecl &Var) const { return Given.contains(&Var); }
  bool gave(const clang::CXXBindTemporaryExpr &Temporary) const {
    return Given.contains(&Temporary);
  }
  /// Whether \p Var is a container that got elements here, and nothing else
  /// was done with it.
  bool filled(const clang::VarDecl &Var) const {
    return Filled.contains(&Var) && Uses.lookup(&Var) == 0;
  }
  /// The call that started what the destructor of \p Var waits for
  /// (`auto f = std::async(…);`); nullptr if it waits for nothing, or if
  /// somebody has used it for anything.
  const clang::Expr *joinedBy(const clang::VarDecl &Var) const;
  const clang::Expr *
  joinedBy(const clang::CXXBindTemporaryExpr &Temporary) const;

private:
  void noteArguments(const clang::Expr &Call);
  void noteMember(const clang::Expr &Call);
  void give(const clang::Expr *E);
  const clang::Expr *startOf(const clang::Expr *E) const;

  const Roles &R;
  /// Variables and temporaries.
  llvm::DenseSet<const void *> Given;
  llvm::DenseSet<const clang::VarDecl *> Filled;
  /// How often a handle is mentioned other than to no effect.
  llvm::DenseMap<const clang::VarDecl *, int> Uses;
};

} // namespace corolint

#endif
