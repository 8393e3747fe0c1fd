/// \file
/// Naming tasks.

#include "checks/model/TaskNames.h"

#include "checks/model/Calls.h"
#include "checks/model/TaskLeaves.h"

#include "clang/AST/DeclCXX.h"

namespace corolint {

using namespace clang;

std::string describeMaker(const Expr &Maker, const ASTContext &Ast) {
  const CallExpr *AsCall = callThatMakes(Maker);
  const FunctionDecl *Callee = AsCall ? AsCall->getDirectCallee() : nullptr;
  if (!Callee)
    return "'" + sourceText(Maker, Ast) + "'";
  // An object that is called has a name of its own, or none that anybody knows.
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(AsCall);
      Operator && Operator->getOperator() == OO_Call) {
    const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(Operator->getArg(0)));
    const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
    if (Ref)
      return "'" + Ref->getDecl()->getNameAsString() + "'";
    return Method && Method->getParent()->isLambda()
               ? "the lambda"
               : "'" + sourceText(*Operator->getArg(0), Ast) + "'";
  }
  return "'" + Callee->getNameAsString() + "'";
}

std::string describeTaskType(QualType T, const ASTContext &Ast) {
  PrintingPolicy Policy(Ast.getPrintingPolicy());
  Policy.SuppressScope = true;
  // Where a lambda stands is no name for anything.
  Policy.AnonymousTagLocations = false;
  return T.getUnqualifiedType().getAsString(Policy);
}

std::string nameOfPart(const ObjectPath &At) {
  const ValueDecl *Var = At.variable();
  if (const auto *Bound = dyn_cast<DecompositionDecl>(Var)) {
    for (const BindingDecl *Binding : Bound->bindings()) {
      const VarDecl *Holding = Binding->getHoldingVar();
      const Expr *Part = Holding ? Holding->getInit() : Binding->getBinding();
      if (Part && objectPathOf(*Part, Var->getASTContext()).contains(At))
        return Binding->getNameAsString();
    }
    return "";
  }
  std::string Name = Var->getNameAsString();
  const bool InTuple =
      !tupleElements(Var->getType().getNonReferenceType()).empty();
  for (const ObjectPath::Member Member : At.Members) {
    if (InTuple && Member == At.Members.front()) {
      Name = "std::get<" + std::to_string(Member - 1) + ">(" + Name + ")";
      continue;
    }
    if (Member < ObjectPath::MaxIndex) {
      Name += "[" + std::to_string(Member - 1) + "]";
      continue;
    }
    if (Member & ObjectPath::SomeElement)
      break;
    const auto *Field = reinterpret_cast<const FieldDecl *>(Member);
    // What only its class can name is the object's business.
    if (Field->getAccess() == AS_private ||
        Field->getAccess() == AS_protected || !Field->getIdentifier() ||
        cast<CXXRecordDecl>(Field->getParent())->isLambda())
      break;
    Name += "." + Field->getNameAsString();
  }
  return Name;
}

} // namespace corolint
