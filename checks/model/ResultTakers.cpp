/// \file
/// Implementation of ResultTakers.

#include "checks/model/ResultTakers.h"

#include "checks/model/Calls.h"
#include "checks/model/ResultUses.h"
#include "checks/model/TypeNames.h"
#include "checks/roles/ClassWalk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

llvm::StringRef nameOf(const FunctionDecl &F) {
  return F.getDeclName().isIdentifier() ? F.getName() : "";
}

/// Members of classes included.
bool isStandard(const Decl &D) {
  const DeclContext *Context =
      D.getDeclContext()->getEnclosingNamespaceContext();
  while (Context->isNamespace() && Context->getParent()->isNamespace())
    Context = Context->getParent();
  return Context->isStdNamespace();
}

void addTypes(llvm::ArrayRef<TemplateArgument> Args,
              llvm::SmallVectorImpl<QualType> &Types) {
  for (const TemplateArgument &Arg : Args)
    if (Arg.getKind() == TemplateArgument::Pack)
      addTypes(Arg.pack_elements(), Types);
    else if (Arg.getKind() == TemplateArgument::Type)
      Types.push_back(Arg.getAsType());
}

/// Whether argument \p Index has to suit a concept for a function type that
/// returns nothing, as the completion tokens of Asio do.
bool isVoidHandler(const FunctionDecl &Callee, unsigned Index) {
  const FunctionTemplateDecl *Primary = Callee.getPrimaryTemplate();
  if (!Primary || Index >= Primary->getTemplatedDecl()->getNumParams())
    return false;
  const QualType Written = Primary->getTemplatedDecl()
                               ->getParamDecl(Index)
                               ->getType()
                               .getNonReferenceType();
  const auto *Parameter = Written->getAs<TemplateTypeParmType>();
  const TemplateParameterList &Parameters = *Primary->getTemplateParameters();
  if (!Parameter || Parameter->getDepth() != Parameters.getDepth() ||
      Parameter->getIndex() >= Parameters.size())
    return false;
  const auto *Decl = dyn_cast<TemplateTypeParmDecl>(
      Parameters.getParam(Parameter->getIndex()));
  const TypeConstraint *Constraint = Decl ? Decl->getTypeConstraint() : nullptr;
  const ASTTemplateArgumentListInfo *Args =
      Constraint ? Constraint->getTemplateArgsAsWritten() : nullptr;
  return Args &&
         llvm::any_of(Args->arguments(), [](const TemplateArgumentLoc &Arg) {
           if (Arg.getArgument().getKind() != TemplateArgument::Type)
             return false;
           const auto *Signature =
               Arg.getArgument().getAsType()->getAs<FunctionProtoType>();
           return Signature && Signature->getReturnType()->isVoidType();
         });
}

/// What a container, pointer or optional of the standard library makes of
/// argument \p Index; empty if that is not known.
QualType elementMade(const FunctionDecl &Callee, unsigned Index) {
  llvm::SmallVector<QualType, 4> Types;
  const llvm::StringRef Name = nameOf(Callee);
  if (Name == "make_unique" || Name == "make_shared") {
    if (const TemplateArgumentList *Args =
            Callee.getTemplateSpecializationArgs())
      addTypes(Args->asArray(), Types);
    return Types.empty() ? QualType() : Types.front();
  }
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  const auto *Class =
      Method ? dyn_cast<ClassTemplateSpecializationDecl>(Method->getParent())
             : nullptr;
  if (!Class || Class->getName() == "variant" || Class->getName() == "any")
    return {};
  if (!isa<CXXConstructorDecl>(Method) &&
      Method->getOverloadedOperator() != OO_Equal &&
      !Name.starts_with("emplace") && Name != "try_emplace" &&
      Name != "insert_or_assign")
    return {};
  addTypes(Class->getTemplateArgs().asArray(), Types);
  if (Class->getName() == "pair" || Class->getName() == "tuple")
    return Index < Types.size() && Types.size() == Callee.getNumParams()
               ? Types[Index]
               : QualType();
  QualType Element;
  for (QualType T : Types)
    if (voidCallback(T)) {
      if (!Element.isNull())
        return {};
      Element = T;
    }
  return Element.isNull() && !Types.empty() ? Types.front() : Element;
}

constexpr RoleKind CallableRoles[] = {RoleKind::Spawn, RoleKind::Offload,
                                      RoleKind::CallsNow,
                                      RoleKind::StoresCallable};

/// Of several callables the first is the one that is called with the elements;
/// what a projection after it returns is not dropped.
bool isFirstCallable(const Handover &To, unsigned Index) {
  return llvm::none_of(To.Arguments.take_front(Index), [](const Expr *Arg) {
    return isCallable(Arg->getType());
  });
}

std::string takerName(const Expr &Use, const FunctionDecl &Callee) {
  // `std::ranges::for_each` is an object.
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Use);
      Operator && Operator->getOperator() == OO_Call)
    if (const auto *Ref =
            dyn_cast<DeclRefExpr>(skipWrappers(Operator->getArg(0))))
      return Ref->getDecl()->getNameAsString();
  return Callee.getNameAsString();
}

} // namespace

std::optional<Handover> Handover::of(const Expr &Use) {
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Use))
    return Handover{&Use, Construct->getConstructor(), argumentsOf(Use)};
  if (isa<InitListExpr>(&Use))
    return Handover{&Use, nullptr, argumentsOf(Use)};
  const auto *Call = dyn_cast<CallExpr>(&Use);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  if (!Callee)
    return std::nullopt;
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  const bool HasObject = isa<CXXOperatorCallExpr>(Call) && Method;
  return Handover{&Use, Callee, argumentsOf(Use).drop_front(HasObject)};
}

bool isTemplated(const ParmVarDecl &Param) {
  const auto *F = dyn_cast<FunctionDecl>(Param.getDeclContext());
  const FunctionDecl *Pattern =
      F ? F->getTemplateInstantiationPattern() : nullptr;
  if (!Pattern)
    return false;
  const unsigned Index = Param.getFunctionScopeIndex();
  for (unsigned I = 0; I < Pattern->getNumParams() && I <= Index; ++I)
    if (Pattern->getParamDecl(I)->isParameterPack())
      return true;
  return Index < Pattern->getNumParams() &&
         Pattern->getParamDecl(Index)->getType()->isDependentType();
}

QualType ResultTakers::conversion(const Handover &To, unsigned Index) const {
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(To.Callee);
  if (!Method || !Method->getPrimaryTemplate() || Model.find(Method) ||
      (!isa<CXXConstructorDecl>(Method) &&
       Method->getOverloadedOperator() != OO_Equal) ||
      Index >= Method->getNumParams() ||
      !isTemplated(*Method->getParamDecl(Index)))
    return {};
  const QualType Target = isa<CXXConstructorDecl>(Method)
                              ? To.Use->getType()
                              : cast<CallExpr>(To.Use)->getArg(0)->getType();
  return voidCallback(Target) ? Target : QualType();
}

std::optional<CallResult> ResultTakers::resultOf(const Handover &To,
                                                 unsigned Index) const {
  if (std::optional<CallResult> Result = resultOfCalling(*To.Arguments[Index]))
    return Result;
  const QualType Target = conversion(To, Index);
  return Target.isNull()
             ? std::nullopt
             : resultOfCalling(*To.Arguments[Index],
                               voidCallback(Target)->getNumParams());
}

std::optional<ResultTaker> ResultTakers::byElement(const Handover &To,
                                                   unsigned Index) const {
  if (!To.Callee || !isStandard(*To.Callee) ||
      !To.Callee->getPrimaryTemplate() || Index >= To.Callee->getNumParams() ||
      !isTemplated(*To.Callee->getParamDecl(Index)))
    return std::nullopt;
  const QualType Element = elementMade(*To.Callee, Index);
  if (Element.isNull())
    return std::nullopt;
  if (voidCallback(Element))
    return ResultTaker{ResultTaker::Way::Converts, typeName(Element, R.ast())};
  // `threads.emplace_back(work)` makes a thread.
  const CXXRecordDecl *Class = Element->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition() || Index != 0)
    return std::nullopt;
  for (const Decl *D : Class->decls()) {
    const auto *Template = dyn_cast<FunctionTemplateDecl>(D);
    const auto *Constructor =
        Template ? dyn_cast<CXXConstructorDecl>(Template->getTemplatedDecl())
                 : nullptr;
    if (!Constructor)
      continue;
    for (RoleKind Kind : CallableRoles)
      if (const Role *Said = R.of(*Constructor, Kind);
          Said && Said->concerns("arg", 0) && Said->is("result", "dropped"))
        return ResultTaker{ResultTaker::Way::Ignores, Class->getNameAsString()};
  }
  return std::nullopt;
}

const Role *ResultTakers::roleOf(const Handover &To, unsigned Index) const {
  for (RoleKind Kind : CallableRoles)
    if (const Role *Said = R.ofArgument(*To.Use, Index, Kind))
      return Said;
  return nullptr;
}

std::optional<ResultTaker> ResultTakers::takerOf(const Handover &To,
                                                 unsigned Index) {
  if (const QualType Target = conversion(To, Index); !Target.isNull())
    return ResultTaker{ResultTaker::Way::Converts, typeName(Target, R.ast())};
  if (!To.Callee)
    return byBody(To, Index);
  const ResultTaker Ignores{ResultTaker::Way::Ignores,
                            takerName(*To.Use, *To.Callee)};
  if (const Role *Said = roleOf(To, Index)) {
    if (Said->is("result", "dropped") &&
        (!Said->is("arg", "all") || isFirstCallable(To, Index)))
      return Ignores;
    // `std::invoke_r<void>` returns what was returned to it as nothing.
    if (Said->is("result", "returned") && To.Use->getType()->isVoidType())
      return Ignores;
    if (Said->Kind == RoleKind::Spawn || Said->Kind == RoleKind::Offload)
      return std::nullopt;
  }
  if (std::optional<ResultTaker> Taker = byElement(To, Index))
    return Taker;
  if (Model.find(To.Callee))
    return byBody(To, Index);
  if (isVoidHandler(*To.Callee, Index))
    return Ignores;
  return byBody(To, Index);
}

std::optional<ResultTaker> ResultTakers::dropOf(const Handover &To,
                                                QualType Result) const {
  const QualType Handle = To.Use->getType();
  if (!To.Callee || Handle->isVoidType() || !R.of(Handle, RoleKind::JoinHandle))
    return std::nullopt;
  bool Gives = false;
  eachTypeArgument(Handle, [&](QualType Arg) {
    Gives |= Arg.getCanonicalType() == Result.getCanonicalType();
  });
  if (!Gives)
    return std::nullopt;
  return ResultTaker{ResultTaker::Way::Unkept, takerName(*To.Use, *To.Callee)};
}

std::optional<ResultTaker> ResultTakers::byBody(const Handover &To,
                                                unsigned Index) {
  if (!To.Callee) {
    // An aggregate keeps its initialisers in its fields, in order.
    const CXXRecordDecl *Class = To.Use->getType()->getAsCXXRecordDecl();
    if (!isa_and_nonnull<ClassTemplateSpecializationDecl>(Class) ||
        !Class->isAggregate() || Class->getNumBases() > 0)
      return std::nullopt;
    unsigned I = 0;
    for (const FieldDecl *Field : Class->fields())
      if (I++ == Index)
        return byMethods(*Field);
    return std::nullopt;
  }
  // `std::make_unique<holder<F>>(f)` keeps it in a field of its type.
  if (isStandard(*To.Callee)) {
    const QualType Made = To.Callee->getPrimaryTemplate()
                              ? elementMade(*To.Callee, Index)
                              : QualType();
    const auto *Class = Made.isNull()
                            ? nullptr
                            : dyn_cast_or_null<ClassTemplateSpecializationDecl>(
                                  Made->getAsCXXRecordDecl());
    if (!Class || !Class->hasDefinition() || isStandard(*Class))
      return std::nullopt;
    const QualType Held = To.Arguments[Index]->getType().getCanonicalType();
    for (const FieldDecl *Field : Class->fields())
      if (Field->getType().getCanonicalType().getUnqualifiedType() ==
          Held.getUnqualifiedType())
        return byMethods(*Field);
    return std::nullopt;
  }
  const Function *Body = Model.find(To.Callee);
  if (!Body || Index >= Body->Decl.getNumParams())
    return std::nullopt;
  const ParmVarDecl &Param = *Body->Decl.getParamDecl(Index);
  if (!isTemplated(Param))
    return std::nullopt;
  const auto [It, New] = Known.try_emplace(&Param);
  if (!New)
    return It->second;
  std::optional<ResultTaker> Taker = dropInBody(*Body, Param, *this);
  if (Taker)
    Taker->Name = takerName(*To.Use, *To.Callee);
  return Known[&Param] = Taker;
}

std::optional<ResultTaker> ResultTakers::byMethods(const FieldDecl &Field) {
  const auto [It, New] = Known.try_emplace(&Field);
  if (!New)
    return It->second;
  const auto *Class = cast<CXXRecordDecl>(Field.getParent());
  const auto Ask = [&](const CXXMethodDecl &Method, const FieldDecl &Of) {
    const Function *Body = Model.find(&Method);
    std::optional<ResultTaker> Taker =
        Body ? dropInBody(*Body, Of, *this) : std::nullopt;
    if (Taker) {
      Taker->Name = Class->getNameAsString();
      Known[&Field] = Taker;
    }
    return Taker;
  };
  for (const CXXMethodDecl *Method : Class->methods())
    if (std::optional<ResultTaker> Taker = Ask(*Method, Field))
      return Taker;
  // Where a library makes the object, its virtual functions are not seen made,
  // but they are.
  const CXXRecordDecl *Pattern = Class->getTemplateInstantiationPattern();
  if (!Pattern || Pattern == Class)
    return std::nullopt;
  for (const FieldDecl *Written : Pattern->fields())
    if (Written->getFieldIndex() == Field.getFieldIndex())
      for (const CXXMethodDecl *Method : Pattern->methods())
        if (Method->isVirtual() || isa<CXXDestructorDecl>(Method))
          if (std::optional<ResultTaker> Taker = Ask(*Method, *Written))
            return Taker;
  return std::nullopt;
}

} // namespace corolint
