/// \file
/// OwnBodyVisitor: walks what a body runs itself, and no function inside it.

#ifndef COROLINT_CHECKS_MODEL_OWNBODY_H
#define COROLINT_CHECKS_MODEL_OWNBODY_H

#include "clang/AST/RecursiveASTVisitor.h"

namespace corolint {

/// Of a lambda only the captures' initialisers are visited: they run where the
/// lambda is made. Unevaluated operands are left out.
template <class Derived>
class OwnBodyVisitor : public clang::RecursiveASTVisitor<Derived> {
public:
  bool TraverseLambdaExpr(clang::LambdaExpr *E) {
    for (clang::Expr *Init : E->capture_inits())
      if (Init && !this->getDerived().TraverseStmt(Init))
        return false;
    return true;
  }
  // Nothing of these is ever run.
  bool TraverseCXXNoexceptExpr(clang::CXXNoexceptExpr *) { return true; }
  bool TraverseUnaryExprOrTypeTraitExpr(clang::UnaryExprOrTypeTraitExpr *) {
    return true;
  }
  bool TraverseRequiresExpr(clang::RequiresExpr *) { return true; }
  bool TraverseTypeLoc(clang::TypeLoc) { return true; }
  bool TraverseDecl(clang::Decl *D) {
    if (llvm::isa_and_nonnull<clang::TagDecl, clang::FunctionDecl>(D))
      return true;
    return clang::RecursiveASTVisitor<Derived>::TraverseDecl(D);
  }
};

} // namespace corolint

#endif
