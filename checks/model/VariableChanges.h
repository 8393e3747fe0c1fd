/// \file
/// VariableChanges: which variables and members a function, its lambdas
/// included, gives new values.

#ifndef COROLINT_CHECKS_MODEL_VARIABLECHANGES_H
#define COROLINT_CHECKS_MODEL_VARIABLECHANGES_H

#include "clang/AST/Decl.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace corolint {

struct VariableChanges {
  explicit VariableChanges(const clang::FunctionDecl &Outermost);

  /// The function that no other one is around.
  static const clang::FunctionDecl *outermost(const clang::DeclContext *Inside);

  bool changes(const clang::ValueDecl &D) const {
    return Changed.contains(D.getCanonicalDecl());
  }

  /// Assigned to, counted up, handed on to be changed: canonical declarations.
  llvm::DenseSet<const clang::Decl *> Changed;
  /// By the loop's variable.
  llvm::DenseMap<const clang::VarDecl *, const clang::CXXForRangeStmt *> Loops;
};

} // namespace corolint

#endif
