/// \file
/// Finding what callables stand for.

#include "checks/model/Callables.h"

#include "checks/model/Calls.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

/// What is called if an object of type \p T is; in a template, its own type is
/// enough.
const CXXRecordDecl *classOf(const Expr &E) {
  const QualType T = E.getType().getNonReferenceType();
  return T->getAsCXXRecordDecl();
}

/// Whether a variable of type \p T can stand for different functions.
bool isVariableCallable(QualType T) {
  T = T.getNonReferenceType();
  if (T->isFunctionType() || T->isFunctionPointerType() ||
      T->isMemberFunctionPointerType())
    return true;
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && !Class->isLambda();
}

const VarDecl *variableIn(const Expr *E) {
  const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E ? skipWrappers(E) : E);
  return Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
}

/// Through what hands a value on unchanged.
const Expr *valueOf(const Expr *E) {
  while (E) {
    E = skipWrappers(E);
    if (const Expr *Moved = movedFrom(E)) {
      E = Moved;
      continue;
    }
    const auto *Copy = dyn_cast<CXXConstructExpr>(E);
    if (Copy && Copy->getConstructor()->isCopyOrMoveConstructor() &&
        Copy->getNumArgs() >= 1) {
      E = Copy->getArg(0);
      continue;
    }
    if (const auto *Op = dyn_cast<UnaryOperator>(E);
        Op && (Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref ||
               Op->getOpcode() == UO_Plus)) {
      E = Op->getSubExpr();
      continue;
    }
    // A lambda that becomes a function pointer.
    const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
    const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
    if (Method && isa<CXXConversionDecl>(Method) &&
        Method->getParent()->isLambda()) {
      E = Call->getImplicitObjectArgument();
      continue;
    }
    const auto *List = dyn_cast<InitListExpr>(E);
    if (List && List->getNumInits() == 1) {
      E = List->getInit(0);
      continue;
    }
    return E;
  }
  return E;
}

} // namespace

/// Collects what is assigned to the variables of a function that are callables
/// of a changing kind, nested lambdas included.
class Callables::Finder : public RecursiveASTVisitor<Finder> {
public:
  explicit Finder(llvm::DenseMap<const VarDecl *, Values> &Variables)
      : Variables(Variables) {}

  bool VisitVarDecl(VarDecl *Var) {
    if (isVariableCallable(Var->getType()) && Var->getInit())
      Variables[Var].Assigned.push_back(Var->getInit());
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (Op->getOpcode() == BO_Assign)
      assign(Op->getLHS(), Op->getRHS());
    return true;
  }
  bool VisitCXXOperatorCallExpr(CXXOperatorCallExpr *Call) {
    if (Call->getOperator() == OO_Equal && Call->getNumArgs() == 2)
      assign(Call->getArg(0), Call->getArg(1));
    else if (Call->getNumArgs())
      harmless(Call->getArg(0));
    return true;
  }
  bool VisitCXXMemberCallExpr(CXXMemberCallExpr *Call) {
    if (Call->getMethodDecl() && Call->getMethodDecl()->isConst())
      harmless(Call->getImplicitObjectArgument());
    return true;
  }
  bool VisitCallExpr(CallExpr *Call) {
    // The library calls what it is given and leaves it as it is.
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (Callee && Callee->isInStdNamespace())
      for (const Expr *Arg : Call->arguments())
        harmless(Arg);
    return true;
  }
  bool VisitImplicitCastExpr(ImplicitCastExpr *Cast) {
    if (Cast->getCastKind() == CK_LValueToRValue ||
        Cast->getType().isConstQualified())
      harmless(Cast->getSubExpr());
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *Construct) {
    if (Construct->getConstructor()->isCopyOrMoveConstructor() &&
        Construct->getNumArgs())
      harmless(Construct->getArg(0));
    return true;
  }
  bool VisitLambdaExpr(LambdaExpr *Lambda) {
    for (Expr *Init : Lambda->capture_inits())
      harmless(Init);
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
        Var && !Harmless.contains(Ref) && isVariableCallable(Var->getType()))
      Variables[Var].Escapes = true;
    return true;
  }

private:
  void harmless(const Expr *E) {
    if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(
            E ? E->IgnoreParenImpCasts() : nullptr))
      Harmless.insert(Ref);
  }
  void assign(const Expr *To, const Expr *Value) {
    harmless(To);
    if (const auto *Var = variableIn(To);
        Var && isVariableCallable(Var->getType()))
      Variables[Var].Assigned.push_back(Value);
  }

  llvm::DenseMap<const VarDecl *, Values> &Variables;
  llvm::DenseSet<const DeclRefExpr *> Harmless;
};

const Callables::Values *Callables::valuesOf(const VarDecl &Var) {
  if (!Found) {
    Found = true;
    Finder(Variables).TraverseStmt(const_cast<Stmt *>(F.Body));
  }
  auto It = Variables.find(&Var);
  return It == Variables.end() ? nullptr : &It->second;
}

CallTargets Callables::ofVariable(const VarDecl &Var) {
  if (isa<ParmVarDecl>(Var))
    return {};
  const QualType T = Var.getType();
  const bool Constant = T.isConstQualified() || Var.isConstexpr();
  if (!Var.hasLocalStorage() && !Constant && !Var.isStaticLocal())
    return {};
  if (T->isLValueReferenceType() &&
      !T.getNonReferenceType().isConstQualified() &&
      !T->getPointeeType()->isFunctionType())
    return {};
  if (!Active.insert(&Var).second)
    return {};
  CallTargets All;
  const auto Add = [&](const Expr *Value) {
    const Expr *E = valueOf(Value);
    if (E->isNullPointerConstant(F.Decl.getASTContext(),
                                 Expr::NPC_ValueDependentIsNotNull) ||
        isa<CXXNullPtrLiteralExpr>(E))
      return true;
    // `std::function<void()> f;`
    const auto *Construct = dyn_cast<CXXConstructExpr>(E);
    if (Construct && Construct->getNumArgs() == 0)
      return true;
    const CallTargets Some = targetsOf(*Value);
    for (const FunctionDecl *Target : Some)
      if (!llvm::is_contained(All, Target))
        All.push_back(Target);
    return !Some.empty();
  };
  bool Known = true;
  if (Constant) {
    Known = Var.getAnyInitializer() && Add(Var.getAnyInitializer());
  } else if (const Values *Of = valuesOf(Var)) {
    Known = !Of->Escapes && llvm::all_of(Of->Assigned, Add);
  }
  Active.erase(&Var);
  return Known ? All : CallTargets();
}

/// A lambda, or another class with one call operator.
CallTargets Callables::ofClass(const CXXRecordDecl &Class) const {
  if (Class.isLambda()) {
    if (const FunctionTemplateDecl *Generic =
            Class.getDependentLambdaCallOperator()) {
      for (const FunctionDecl *Instance : Generic->specializations())
        return {Instance};
      return {Generic->getTemplatedDecl()};
    }
    return {Class.getLambdaCallOperator()};
  }
  if (!Class.hasDefinition() || Class.isInStdNamespace())
    return {};
  const FunctionDecl *Only = nullptr;
  for (const Decl *D : Class.decls()) {
    const auto *Template = dyn_cast<FunctionTemplateDecl>(D);
    const auto *Method =
        dyn_cast<CXXMethodDecl>(Template ? Template->getTemplatedDecl() : D);
    if (!Method || Method->getOverloadedOperator() != OO_Call)
      continue;
    if (Only)
      return {};
    Only = Method;
    if (Template)
      for (const FunctionDecl *Instance : Template->specializations())
        Only = Instance;
  }
  return Only ? CallTargets{Only} : CallTargets();
}

/// An element or field of a constant: `table[i]()`, `hooks.flush()`.
CallTargets Callables::ofConstantPart(const Expr &Part) {
  const auto *Subscript = dyn_cast<ArraySubscriptExpr>(&Part);
  const auto *Member = dyn_cast<MemberExpr>(&Part);
  const Expr *Whole = Subscript ? Subscript->getBase() : Member->getBase();
  const VarDecl *Var = variableIn(Whole);
  if (!Var || !(Var->isConstexpr() || Var->getType().isConstQualified() ||
                F.Decl.getASTContext()
                    .getBaseElementType(Var->getType())
                    .isConstQualified()))
    return {};
  const Expr *Init = Var->getAnyInitializer();
  const auto *List =
      dyn_cast_or_null<InitListExpr>(Init ? skipWrappers(Init) : nullptr);
  if (!List)
    return {};
  if (Member) {
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    const auto *Class =
        Field ? dyn_cast<CXXRecordDecl>(Field->getParent()) : nullptr;
    if (!Class || Class->getNumBases() || Class->isUnion() ||
        Field->getFieldIndex() >= List->getNumInits())
      return {};
    return targetsOf(*List->getInit(Field->getFieldIndex()));
  }
  CallTargets All;
  for (const Expr *Element : List->inits()) {
    const CallTargets Some = targetsOf(*Element);
    if (Some.empty())
      return {};
    All.append(Some.begin(), Some.end());
  }
  return All;
}

CallTargets Callables::targetsOf(const Expr &Callable) {
  const Expr *E = valueOf(&Callable);
  if (!E)
    return {};
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    CallTargets True = targetsOf(*Choice->getTrueExpr());
    const CallTargets False = targetsOf(*Choice->getFalseExpr());
    if (True.empty() || False.empty())
      return {};
    True.append(False.begin(), False.end());
    return True;
  }
  if (const CXXRecordDecl *Class = classOf(*E))
    if (CallTargets Own = ofClass(*Class); !Own.empty())
      return Own;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *Target = dyn_cast<FunctionDecl>(Ref->getDecl()))
      return {Target};
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    return Var ? ofVariable(*Var) : CallTargets();
  }
  if (isa<ArraySubscriptExpr, MemberExpr>(E))
    return ofConstantPart(*E);
  // `std::function<void()>(f)`, `std::ref(f)`.
  if (isa<CallExpr, CXXConstructExpr>(E))
    if (const Role *Stores = R.ofCall(*E, RoleKind::StoresCallable))
      if (const Expr *Inner = Roles::argument(*E, Stores->index("arg")))
        return targetsOf(*Inner);
  return {};
}

/// A call in a template whose callee is not chosen yet.
CallTargets Callables::unresolved(const CallExpr &Call) const {
  const auto *Overloads =
      dyn_cast<OverloadExpr>(Call.getCallee()->IgnoreParenImpCasts());
  if (!Overloads)
    return {};
  CallTargets All;
  for (const NamedDecl *D : Overloads->decls()) {
    const NamedDecl *Named = D->getUnderlyingDecl();
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(Named))
      Named = Template->getTemplatedDecl();
    const auto *Target = dyn_cast<FunctionDecl>(Named);
    if (!Target)
      return {};
    if (Call.getNumArgs() >= Target->getMinRequiredArguments() &&
        (Call.getNumArgs() <= Target->getNumParams() || Target->isVariadic()))
      All.push_back(Target);
  }
  return All;
}

/// What a call through an object or pointer calls; nullptr if it names its
/// callee.
static const Expr *calledObject(const CallExpr &Call) {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call)) {
    const CXXRecordDecl *Class = Operator->getOperator() == OO_Call
                                     ? classOf(*Operator->getArg(0))
                                     : nullptr;
    return Class && !Class->isLambda() ? Operator->getArg(0) : nullptr;
  }
  if (Call.getDirectCallee())
    return nullptr;
  const Expr *Callee = Call.getCallee()->IgnoreParenImpCasts();
  if (const auto *Op = dyn_cast<BinaryOperator>(Callee); Op && Op->isPtrMemOp())
    return Op->getRHS();
  return isa<OverloadExpr>(Callee) ? nullptr : Callee;
}

CallTargets Callables::calleesOf(const CallExpr &Call) {
  const Expr *Object = calledObject(Call);
  if (const FunctionDecl *Direct = Call.getDirectCallee()) {
    if (Object)
      if (CallTargets Held = targetsOf(*Object); !Held.empty())
        return Held;
    return {Direct};
  }
  return Object ? targetsOf(*Object) : unresolved(Call);
}

const ParmVarDecl *Callables::parameter(const Expr &E) {
  const Expr *Value = valueOf(&E);
  const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Value);
  const auto *Param = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
  if (!Param || !isVariableCallable(Param->getType()) ||
      Param->getDeclContext() != &F.Decl)
    return nullptr;
  const Values *Of = valuesOf(*Param);
  return Of && !Of->Assigned.empty() ? nullptr : Param;
}

const ParmVarDecl *Callables::calledParameter(const CallExpr &Call) {
  const Expr *Object = calledObject(Call);
  return Object ? parameter(*Object) : nullptr;
}

} // namespace corolint
