/// \file
/// Searching function bodies.

#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace corolint {

bool anyStmt(const Stmt *Root, llvm::function_ref<bool(const Stmt &)> Visit) {
  if (!Root)
    return false;
  if (Visit(*Root))
    return true;
  if (isa<LambdaExpr>(Root))
    return false;
  for (const Stmt *Child : Root->children())
    if (anyStmt(Child, Visit))
      return true;
  return false;
}

bool refersTo(const Stmt *Root, const ValueDecl &D) {
  return anyStmt(Root, [&](const Stmt &S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    if (Ref && Ref->getDecl() == &D)
      return true;
    // A lambda mentions what it captures.
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&S))
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() && Capture.getCapturedVar() == &D)
          return true;
    return false;
  });
}

llvm::StringRef calleeName(const CallExpr &Call) {
  DeclarationName Name;
  const Expr *Callee = Call.getCallee()->IgnoreParenImpCasts();
  if (const auto *D = dyn_cast_or_null<NamedDecl>(Call.getCalleeDecl()))
    Name = D->getDeclName();
  else if (const auto *Overloads = dyn_cast<OverloadExpr>(Callee))
    Name = Overloads->getName();
  else if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(Callee))
    Name = Member->getMember();
  else if (const auto *Static = dyn_cast<DependentScopeDeclRefExpr>(Callee))
    Name = Static->getDeclName();
  if (Name.getNameKind() == DeclarationName::CXXConversionFunctionName)
    return "operator bool";
  const IdentifierInfo *Id = Name.getAsIdentifierInfo();
  return Id ? Id->getName() : llvm::StringRef();
}

} // namespace corolint
