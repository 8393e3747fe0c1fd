/// \file
/// Implementation of the names of types.

#include "checks/model/TypeNames.h"

namespace corolint {

using namespace clang;

/// Through aliases and what a template was given, as far as the template whose
/// arguments somebody wrote.
static QualType named(QualType T, const ASTContext &Ast) {
  T = T.getNonReferenceType().getUnqualifiedType();
  while (true) {
    if (isa<RecordType>(T.getTypePtr()))
      return T;
    if (const auto *Written =
            dyn_cast<TemplateSpecializationType>(T.getTypePtr());
        Written &&
        (!Written->isTypeAlias() ||
         !Written->getTemplateName().getAsTemplateDecl()->isInStdNamespace()))
      return T;
    const QualType Next = T.getSingleStepDesugaredType(Ast);
    if (Next == T)
      return T;
    T = Next.getUnqualifiedType();
  }
}

static std::string print(QualType T, const ASTContext &Ast, bool Short) {
  PrintingPolicy Policy(Ast.getPrintingPolicy());
  Policy.SuppressScope = Short;
  Policy.FullyQualifiedName = !Short;
  Policy.SuppressTagKeyword = true;
  return named(T, Ast).getAsString(Policy);
}

std::string typeName(QualType T, const ASTContext &Ast) {
  return print(T, Ast, /*Short=*/false);
}

std::string shortTypeName(QualType T, const ASTContext &Ast) {
  return print(T, Ast, /*Short=*/true);
}

} // namespace corolint
