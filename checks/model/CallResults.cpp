/// \file
/// Reading the results of callables off their types.

#include "checks/model/CallResults.h"

#include "checks/model/Calls.h"
#include "checks/roles/ClassWalk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

/// The call operators of \p Class or of its nearest base that has some.
/// Templates count with what was made of them: to ask whether they can be
/// called is enough for that.
llvm::SmallVector<const FunctionDecl *, 4>
callOperators(const CXXRecordDecl &Class) {
  llvm::SmallVector<const FunctionDecl *, 4> Found;
  const FunctionDecl *Unknown = nullptr;
  anyClassOf(Class, [&](const NamedDecl &C) {
    const auto *Record = dyn_cast<CXXRecordDecl>(&C);
    if (!Record || !Record->hasDefinition())
      return false;
    for (const NamedDecl *Member : Record->lookup(
             Record->getASTContext().DeclarationNames.getCXXOperatorName(
                 OO_Call))) {
      if (const auto *Shadow = dyn_cast<UsingShadowDecl>(Member))
        Member = Shadow->getTargetDecl();
      if (const auto *Template = dyn_cast<FunctionTemplateDecl>(Member)) {
        const FunctionDecl *Pattern = Template->getTemplatedDecl();
        const QualType Written = Pattern->getReturnType();
        if (!Written->isDependentType() && !Written->isUndeducedType())
          Found.push_back(Pattern);
        else if (Template->spec_begin() == Template->spec_end())
          Unknown = Pattern;
        else
          llvm::copy(Template->specializations(), std::back_inserter(Found));
      } else if (const auto *F = dyn_cast<FunctionDecl>(Member);
                 F && !F->isDeleted()) {
        Found.push_back(F);
      }
    }
    return Unknown || !Found.empty();
  });
  if (Found.empty() && Unknown)
    Found.push_back(Unknown);
  return Found;
}

/// The function that \p E names, itself or by its address.
const FunctionDecl *functionNamed(const Expr *E) {
  E = skipWrappers(E);
  if (const auto *Op = dyn_cast<UnaryOperator>(E);
      Op && (Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref))
    E = skipWrappers(Op->getSubExpr());
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr;
}

const FunctionType *functionType(QualType T) {
  T = T.getNonReferenceType();
  if (const auto *Pointer = T->getAs<PointerType>())
    T = Pointer->getPointeeType();
  else if (const auto *Member = T->getAs<MemberPointerType>())
    T = Member->getPointeeType();
  return T->getAs<FunctionType>();
}

/// The function type returning void among \p Args, or one level down: some
/// libraries wrap the signature (`property<…, void()>`).
const FunctionProtoType *voidSignature(llvm::ArrayRef<TemplateArgument> Args,
                                       unsigned Depth) {
  for (const TemplateArgument &Arg : Args) {
    const FunctionProtoType *Found = nullptr;
    if (Arg.getKind() == TemplateArgument::Pack) {
      Found = voidSignature(Arg.pack_elements(), Depth);
    } else if (Arg.getKind() == TemplateArgument::Type) {
      const QualType T = Arg.getAsType();
      Found = T->getAs<FunctionProtoType>();
      const auto *Special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
          T->getAsCXXRecordDecl());
      if (!Found && Special && Depth)
        Found = voidSignature(Special->getTemplateArgs().asArray(), Depth - 1);
    }
    if (Found && Found->getReturnType()->isVoidType())
      return Found;
  }
  return nullptr;
}

} // namespace

const Expr *calledThrough(const Expr *Callable) {
  while (Callable) {
    Callable = skipWrappers(Callable);
    if (const Expr *Moved = movedFrom(Callable)) {
      Callable = Moved;
      continue;
    }
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Callable)) {
      if (!Construct->getConstructor()->isCopyOrMoveConstructor())
        return Callable;
      Callable = Construct->getArg(0);
      continue;
    }
    const auto *Call = dyn_cast<CallExpr>(Callable);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    if (!Callee || !Callee->isInStdNamespace() || Call->getNumArgs() != 1 ||
        !Callee->getDeclName().isIdentifier() ||
        (Callee->getName() != "ref" && Callee->getName() != "cref"))
      return Callable;
    Callable = Call->getArg(0);
  }
  return Callable;
}

std::optional<CallResult> resultOfCalling(const Expr &Callable,
                                          std::optional<unsigned> Arity) {
  const QualType T = Callable.getType().getNonReferenceType();
  if (const FunctionType *Function = functionType(T))
    return CallResult{Function->getReturnType(), functionNamed(&Callable)};
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition())
    return std::nullopt;
  llvm::SmallVector<const FunctionDecl *, 4> Operators = callOperators(*Class);
  if (Arity)
    llvm::erase_if(Operators, [&](const FunctionDecl *Operator) {
      return !Operator->isVariadic() &&
             (*Arity < Operator->getMinRequiredArguments() ||
              *Arity > Operator->getNumParams());
    });
  if (Operators.empty())
    return std::nullopt;
  const QualType First = Operators.front()->getReturnType();
  for (const FunctionDecl *Operator : Operators) {
    const QualType Returned = Operator->getReturnType();
    if (Returned->isDependentType() || Returned->isUndeducedType() ||
        Returned.getCanonicalType() != First.getCanonicalType())
      return std::nullopt;
  }
  const bool Own = !isa<ClassTemplateSpecializationDecl>(Class);
  return CallResult{First, Own ? Operators.front() : nullptr};
}

bool isCallable(QualType T) {
  T = T.getNonReferenceType();
  if (functionType(T))
    return true;
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && Class->hasDefinition() && !callOperators(*Class).empty();
}

const FunctionProtoType *voidCallback(QualType T) {
  const auto *Special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T.getNonReferenceType()->getAsCXXRecordDecl());
  if (!Special || !Special->hasDefinition())
    return nullptr;
  const FunctionProtoType *Signature =
      voidSignature(Special->getTemplateArgs().asArray(), /*Depth=*/1);
  if (!Signature)
    return nullptr;
  const llvm::SmallVector<const FunctionDecl *, 4> Operators =
      callOperators(*Special);
  const bool Matches =
      !Operators.empty() &&
      llvm::all_of(Operators, [](const FunctionDecl *Operator) {
        return Operator->getReturnType()->isVoidType();
      });
  return Matches ? Signature : nullptr;
}

} // namespace corolint
