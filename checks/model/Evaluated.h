/// \file
/// EvaluatedVisitor: walks only what runs.

#ifndef COROLINT_CHECKS_MODEL_EVALUATED_H
#define COROLINT_CHECKS_MODEL_EVALUATED_H

#include "checks/model/OwnBody.h"

#include "clang/AST/ExprConcepts.h"
#include "clang/AST/RecursiveASTVisitor.h"

namespace corolint {

/// A \p Base that leaves out the operands of `sizeof`, `decltype`, `noexcept`
/// and `requires`, which are never evaluated, and sees what the elements of an
/// initialiser list are converted to.
template <class Derived, template <class> class Base = OwnBodyVisitor>
class EvaluatedVisitor : public Base<Derived> {
public:
  bool TraverseDecltypeTypeLoc(clang::DecltypeTypeLoc) { return true; }
  bool TraverseUnaryExprOrTypeTraitExpr(clang::UnaryExprOrTypeTraitExpr *) {
    return true;
  }
  bool TraverseInitListExpr(clang::InitListExpr *List) {
    if (clang::InitListExpr *Converted = List->getSemanticForm())
      List = Converted;
    if (!this->getDerived().WalkUpFromInitListExpr(List))
      return false;
    for (clang::Stmt *Element : List->children())
      if (!this->getDerived().TraverseStmt(Element))
        return false;
    return true;
  }
  bool TraverseCXXNoexceptExpr(clang::CXXNoexceptExpr *) { return true; }
  bool TraverseRequiresExpr(clang::RequiresExpr *) { return true; }
  bool TraverseConceptSpecializationExpr(clang::ConceptSpecializationExpr *) {
    return true;
  }
};

} // namespace corolint

#endif
