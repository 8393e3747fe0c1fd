/// \file
/// Callables: which functions run when a lambda, a function pointer or a
/// `std::function` is called.

#ifndef COROLINT_CHECKS_MODEL_CALLABLES_H
#define COROLINT_CHECKS_MODEL_CALLABLES_H

#include "checks/model/CoroutineModel.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace corolint {

/// What a call or a callable can run, all of it; empty if that is not known.
using CallTargets = llvm::SmallVector<const clang::FunctionDecl *, 1>;

/// The callables in one function.
class Callables {
public:
  Callables(const Function &F, const Roles &R) : F(F), R(R) {}

  /// What runs when the value of \p E is called.
  CallTargets targetsOf(const clang::Expr &E);
  /// What \p Call runs itself, before it has returned.
  CallTargets calleesOf(const clang::CallExpr &Call);
  /// The parameter, never assigned, whose value \p E is; nullptr if there is
  /// none.
  const clang::ParmVarDecl *parameter(const clang::Expr &E);
  /// The parameter that \p Call calls; nullptr if it calls something else.
  const clang::ParmVarDecl *calledParameter(const clang::CallExpr &Call);

private:
  struct Values {
    llvm::SmallVector<const clang::Expr *, 1> Assigned;
    /// It can change in ways not seen here.
    bool Escapes = false;
  };
  class Finder;

  const Values *valuesOf(const clang::VarDecl &Var);
  CallTargets ofVariable(const clang::VarDecl &Var);
  CallTargets ofConstantPart(const clang::Expr &Part);
  CallTargets ofClass(const clang::CXXRecordDecl &Class) const;
  CallTargets unresolved(const clang::CallExpr &Call) const;

  const Function &F;
  const Roles &R;
  bool Found = false;
  llvm::DenseMap<const clang::VarDecl *, Values> Variables;
  /// Those being looked into: `f = g; g = f;`.
  llvm::DenseSet<const clang::VarDecl *> Active;
};

} // namespace corolint

#endif
