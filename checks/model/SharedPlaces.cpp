/// \file
/// Naming objects across functions.

#include "checks/model/SharedPlaces.h"

#include "checks/model/Calls.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"

namespace corolint {

using namespace clang;

const VariableChanges *SharedPlaces::changesAround(const DeclContext *Inside) {
  const FunctionDecl *Outermost = VariableChanges::outermost(Inside);
  if (!Outermost)
    return nullptr;
  std::unique_ptr<VariableChanges> &Of = Known[Outermost];
  if (!Of)
    Of = std::make_unique<VariableChanges>(*Outermost);
  return Of.get();
}

bool SharedPlaces::isStable(const VarDecl &Var) {
  if (Var.getType().getNonReferenceType().isConstQualified())
    return true;
  const VariableChanges *Around = Var.isLocalVarDeclOrParm()
                                      ? changesAround(Var.getDeclContext())
                                      : nullptr;
  return Around && !Around->changes(Var);
}

bool SharedPlaces::isPointerLike(QualType T) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    return !T->isFunctionPointerType();
  const auto *Class = T->getAsCXXRecordDecl();
  if (!Class || !Class->getIdentifier())
    return false;
  const llvm::StringRef Name = Class->getName();
  return Class->isInStdNamespace()
             ? Name == "shared_ptr" || Name == "unique_ptr" ||
                   Name == "reference_wrapper" || Name == "__shared_ptr"
             : Name == "shared_ptr" || Name == "intrusive_ptr";
}

static bool isOptional(QualType T) {
  const auto *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Class && Class->isInStdNamespace() && Class->getIdentifier() &&
         Class->getName() == "optional";
}

/// Whether `c[i]` and `c.at(i)` reach distinct parts of a \p T that stay where
/// they are and were there before.
static bool hasSlots(QualType T) {
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T.getNonReferenceType()->getAsCXXRecordDecl());
  if (!Class || !Class->isInStdNamespace())
    return false;
  const llvm::StringRef Name = Class->getName();
  // Eight of a vector<bool>'s elements share a byte.
  return Name == "array" || Name == "deque" || Name == "basic_string" ||
         (Name == "vector" && !Class->getTemplateArgs()[0]
                                   .getAsType()
                                   .getCanonicalType()
                                   ->isBooleanType());
}

static std::optional<ObjectPath> then(std::optional<ObjectPath> Path,
                                      ObjectPath::Member Step) {
  if (Path)
    Path->Members.push_back(Step);
  return Path;
}

std::optional<ObjectPath> SharedPlaces::element(Found Of, const Expr *Index) {
  if (!Of || !Index)
    return then(std::move(Of), UnknownElement);
  const Expr *I = skipWrappers(Index);
  Expr::EvalResult Value;
  if (!I->isValueDependent() && I->getType()->isIntegralOrEnumerationType() &&
      I->EvaluateAsInt(Value, R.ast()) && !Value.Val.getInt().isNegative() &&
      Value.Val.getInt().getActiveBits() <= 15)
    return then(std::move(Of), Value.Val.getInt().getZExtValue() + 1);
  return then(std::move(Of), UnknownElement);
}

/// Neighbouring bit-fields are one object in memory ([intro.memory]).
static const FieldDecl &storageOf(const FieldDecl &Field) {
  if (!Field.isBitField())
    return Field;
  const FieldDecl *First = nullptr;
  for (const FieldDecl *Other : Field.getParent()->fields()) {
    if (!Other->isBitField() ||
        Other->isZeroLengthBitField(Other->getASTContext()))
      First = nullptr;
    else if (!First)
      First = Other;
    if (Other == &Field)
      break;
  }
  return First ? *First : Field;
}

std::optional<ObjectPath> SharedPlaces::object(const Expr &E,
                                               const Function &F) {
  if (Depth > 24)
    return std::nullopt;
  const llvm::SaveAndRestore Deeper(Depth, Depth + 1);
  const Expr *Here = skipWrappers(&E);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Here))
    return variable(*Ref->getDecl(), F);
  if (const auto *Member = dyn_cast<MemberExpr>(Here))
    return member(*Member, F);
  if (const auto *Op = dyn_cast<UnaryOperator>(Here)) {
    if (Op->getOpcode() == UO_Deref)
      return pointee(*Op->getSubExpr(), F);
    if (Op->isPrefix() && Op->isIncrementDecrementOp())
      return object(*Op->getSubExpr(), F);
    return std::nullopt;
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(Here))
    return Op->isAssignmentOp() ? object(*Op->getLHS(), F) : std::nullopt;
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(Here)) {
    const Expr *Base = Subscript->getBase()->IgnoreParens();
    const auto *Decay = dyn_cast<ImplicitCastExpr>(Base);
    Found Of = Decay && Decay->getCastKind() == CK_ArrayToPointerDecay
                   ? object(*Decay->getSubExpr(), F)
                   : pointee(*Base, F);
    return Of ? element(std::move(Of), Subscript->getIdx()) : std::nullopt;
  }
  if (const Expr *Moved = movedFrom(Here))
    return object(*Moved, F);
  return call(*Here, F);
}

std::optional<ObjectPath> SharedPlaces::variable(const ValueDecl &D,
                                                 const Function &F) {
  if (const auto *Binding = dyn_cast<BindingDecl>(&D)) {
    if (const VarDecl *Holding = Binding->getHoldingVar())
      return Holding->getInit() ? object(*Holding->getInit(), F) : std::nullopt;
    return Binding->getBinding() ? object(*Binding->getBinding(), F)
                                 : std::nullopt;
  }
  const auto *Var = dyn_cast<VarDecl>(&D);
  if (!Var || Var->getTLSKind() != VarDecl::TLS_None)
    return std::nullopt;
  if (Var->getType()->isReferenceType() && !isa<ParmVarDecl>(Var)) {
    if (Var->isCXXForRangeDecl())
      return loopVariable(*Var, F);
    if (!Var->getInit())
      return std::nullopt;
    if (!extendsTemporary(*Var))
      return object(*Var->getInit(), F);
  }
  return ObjectPath::of(*Var);
}

/// Whether some of a loop's rounds may do less than others.
static bool branches(const Stmt *S) {
  if (!S)
    return false;
  if (isa<IfStmt, SwitchStmt, ConditionalOperator, BreakStmt, ContinueStmt,
          ReturnStmt, CoreturnStmt>(S))
    return true;
  return llvm::any_of(S->children(), branches);
}

/// In a loop's body its variable stands for every element, one after the other.
std::optional<ObjectPath> SharedPlaces::loopVariable(const VarDecl &Var,
                                                     const Function &F) {
  const VariableChanges *Around = changesAround(Var.getDeclContext());
  const CXXForRangeStmt *Loop = Around ? Around->Loops.lookup(&Var) : nullptr;
  if (!Loop || Apart.contains(&Var) || Var.getDeclContext() != &F.Decl ||
      branches(Loop->getBody()))
    return ObjectPath::of(Var);
  Found Range = object(*Loop->getRangeInit(), F);
  if (!Range)
    return ObjectPath::of(Var);
  return then(std::move(Range), ObjectPath::AnyElement);
}

std::optional<ObjectPath> SharedPlaces::member(const MemberExpr &E,
                                               const Function &F) {
  const auto *Field = dyn_cast<FieldDecl>(E.getMemberDecl());
  if (!Field) {
    const auto *Static = dyn_cast<VarDecl>(E.getMemberDecl());
    return Static ? variable(*Static, F) : std::nullopt;
  }
  Found Base = E.isArrow() ? pointee(*E.getBase(), F) : object(*E.getBase(), F);
  // The members of a union are one object.
  if (Field->getParent()->isUnion())
    return Base;
  Base = then(std::move(Base), memberOf(storageOf(*Field)));
  return Field->getType()->isReferenceType() ? then(std::move(Base), Pointee)
                                             : Base;
}

/// `*opt`, `v[2]`, `v.at(2)`, `opt.value()`, `std::get<0>(t)`, `a = b`.
std::optional<ObjectPath> SharedPlaces::call(const Expr &E, const Function &F) {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&E)) {
    const OverloadedOperatorKind Kind = Operator->getOperator();
    const Expr &Object = *skipWrappers(Operator->getArg(0));
    if (Kind == OO_Subscript && Operator->getNumArgs() == 2 &&
        hasSlots(Object.getType())) {
      Found Of = object(Object, F);
      return Of ? element(std::move(Of), Operator->getArg(1)) : std::nullopt;
    }
    if (Kind == OO_Star || Kind == OO_Arrow) {
      if (Operator->getNumArgs() != 1)
        return std::nullopt;
      return isOptional(Object.getType()) ? then(object(Object, F), 1)
                                          : pointee(Object, F);
    }
    return Operator->isAssignmentOp() ? object(Object, F) : std::nullopt;
  }
  if (const std::optional<MemberCall> Call = asMemberCall(&E)) {
    if (Call->Name == "value" && isOptional(Call->Object->getType()))
      return then(object(*Call->Object, F), 1);
    if (Call->Name == "get" &&
        isPointerLike(skipWrappers(Call->Object)->getType()))
      return pointee(*Call->Object, F);
    if (!hasSlots(skipWrappers(Call->Object)->getType()))
      return std::nullopt;
    Found Of = object(*Call->Object, F);
    if (!Of)
      return std::nullopt;
    if (Call->Name == "at" && Call->Args.size() == 1)
      return element(std::move(Of), Call->Args[0]);
    if (Call->Name == "front")
      return then(std::move(Of), 1);
    return Call->Name == "back" ? then(std::move(Of), UnknownElement)
                                : std::nullopt;
  }
  const auto *Call = dyn_cast<CallExpr>(&E);
  if (!Call || !isStdGet(*Call) || Call->getNumArgs() != 1 ||
      tupleElements(Call->getArg(0)->getType().getNonReferenceType()).empty())
    return std::nullopt;
  return objectPathOf(E, R.ast()).Members.empty()
             ? std::nullopt
             : then(object(*Call->getArg(0), F),
                    objectPathOf(E, R.ast()).Members.back());
}

std::optional<ObjectPath> SharedPlaces::pointee(const Expr &E,
                                                const Function &F) {
  if (Depth > 24)
    return std::nullopt;
  const llvm::SaveAndRestore Deeper(Depth, Depth + 1);
  const Expr *Here = skipWrappers(&E);
  if (isa<CXXThisExpr>(Here))
    return ObjectPath{.From = ObjectPath::Root::This, .Indirect = true};
  if (const auto *Op = dyn_cast<UnaryOperator>(Here);
      Op && Op->getOpcode() == UO_AddrOf)
    return object(*Op->getSubExpr(), F);
  if (const Expr *Moved = movedFrom(Here))
    return pointee(*Moved, F);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Here))
    return Construct->getNumArgs() == 1 &&
                   (isPointerLike(Construct->getArg(0)->getType()))
               ? pointee(*Construct->getArg(0), F)
               : std::nullopt;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Here))
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
      return pointeeOfVariable(*Var, F);
  if (const std::optional<MemberCall> Call = asMemberCall(Here)) {
    const bool Owner = isPointerLike(skipWrappers(Call->Object)->getType());
    if (Owner &&
        ((Call->Name == "get" && Call->Args.empty()) ||
         // `p->` gives a plain pointer.
         (Call->Method && Call->Method->getOverloadedOperator() == OO_Arrow)))
      return pointee(*Call->Object, F);
    if (Call->Name == "shared_from_this" && Call->Args.empty())
      return pointee(*Call->Object, F);
  }
  if (const auto *Call = dyn_cast<CallExpr>(Here)) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (Callee && Callee->isInStdNamespace() && Call->getNumArgs() == 1 &&
        Callee->getDeclName().isIdentifier() &&
        (Callee->getName() == "ref" || Callee->getName() == "cref" ||
         Callee->getName() == "addressof"))
      return object(*Call->getArg(0), F);
  }
  if (!Here->isGLValue() || !isPointerLike(Here->getType()))
    return std::nullopt;
  // A member that is set anew points to one object after the other.
  if (const auto *Member = dyn_cast<MemberExpr>(Here))
    if (const VariableChanges *Around = changesAround(&F.Decl);
        Around && Around->changes(*Member->getMemberDecl()))
      return std::nullopt;
  return then(object(*Here, F), Pointee);
}

std::optional<ObjectPath> SharedPlaces::pointeeOfVariable(const VarDecl &Var,
                                                          const Function &F) {
  // A range-for's `__begin` is at one of the elements after the other.
  if (Var.isImplicit() && Var.getName().starts_with("__begin") &&
      Var.getInit()) {
    const auto Begin = asMemberCall(skipWrappers(Var.getInit()));
    return then(object(Begin ? *Begin->Object : *Var.getInit(), F),
                ObjectPath::AnyElement);
  }
  if (!isPointerLike(Var.getType()))
    return std::nullopt;
  if (!Var.hasGlobalStorage() && !isStable(Var))
    return std::nullopt;
  if (!isa<ParmVarDecl>(Var) && Var.hasLocalStorage() && Var.getInit() &&
      !Var.isCXXForRangeDecl())
    if (Found Same = pointee(*Var.getInit(), F))
      return Same;
  return then(variable(Var, F), Pointee);
}

/// Whether one step can lead to the same part as another.
static bool matches(ObjectPath::Member A, ObjectPath::Member B) {
  const auto IsElement = [](ObjectPath::Member M) {
    return M < ObjectPath::MaxIndex || (M & ObjectPath::SomeElement);
  };
  if (A == ObjectPath::AnyElement || B == ObjectPath::AnyElement)
    return IsElement(A) && IsElement(B);
  return A == B && A != SharedPlaces::UnknownElement;
}

bool SharedPlaces::covers(const ObjectPath &A, const ObjectPath &B) {
  if (A.From == ObjectPath::Root::Other || A.From != B.From || A.Id != B.Id ||
      A.Members.size() > B.Members.size())
    return false;
  for (unsigned I = 0; I < B.Members.size(); ++I)
    // What a part points to is no part of the whole.
    if (I < A.Members.size() ? !matches(A.Members[I], B.Members[I])
                             : B.Members[I] == Pointee)
      return false;
  return true;
}

std::string SharedPlaces::name(const ObjectPath &Path) {
  std::string Name =
      Path.variable() ? Path.variable()->getNameAsString() : std::string();
  bool Arrow = false;
  for (const ObjectPath::Member Step : Path.Members) {
    if (Step == Pointee) {
      if (Arrow)
        Name = "*" + Name;
      Arrow = true;
      continue;
    }
    if (Step < ObjectPath::MaxIndex || (Step & ObjectPath::SomeElement)) {
      if (Arrow)
        Name = "(*" + Name + ")";
      Name += Step < ObjectPath::MaxIndex ? "[" + std::to_string(Step - 1) + "]"
                                          : std::string("[]");
    } else {
      const auto *Field = reinterpret_cast<const ValueDecl *>(Step);
      if (!Name.empty())
        Name += Arrow ? "->" : ".";
      Name += Field->getNameAsString();
    }
    Arrow = false;
  }
  if (Name.empty())
    return "*this";
  return Arrow ? "*" + Name : Name;
}

} // namespace corolint
