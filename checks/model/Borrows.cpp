/// \file
/// Following references, pointers and views to the objects that they lead to.

#include "checks/model/Borrows.h"

#include "checks/model/Calls.h"
#include "checks/model/TaskContext.h"

#include "clang/AST/Attr.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"

namespace corolint {

using namespace clang;

/// As skipWrappers, but a temporary is an object of its own.
static const Expr *sameObject(const Expr *E) {
  for (const Expr *Before = nullptr; E != Before;) {
    Before = E;
    E = E->IgnoreParens();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
      E = Cleanups->getSubExpr();
    else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(E))
      E = Bind->getSubExpr();
    else if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E))
      E = Default->getExpr();
    else if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(E))
      E = Default->getExpr();
    else if (const auto *Constant = dyn_cast<ConstantExpr>(E))
      E = Constant->getSubExpr();
    else if (const auto *Cast = dyn_cast<CastExpr>(E))
      if (Cast->getCastKind() == CK_NoOp ||
          Cast->getCastKind() == CK_DerivedToBase ||
          Cast->getCastKind() == CK_UncheckedDerivedToBase ||
          Cast->getCastKind() == CK_BaseToDerived ||
          Cast->getCastKind() == CK_Dynamic ||
          Cast->getCastKind() == CK_LValueBitCast)
        E = Cast->getSubExpr();
  }
  return E;
}

void Borrows::ofVariable(const ValueDecl &Named, Borrow Like, List &Out) {
  if (const auto *Binding = dyn_cast<BindingDecl>(&Named)) {
    const auto *Whole = dyn_cast<VarDecl>(Binding->getDecomposedDecl());
    if (!Whole || !Whole->hasLocalStorage())
      return;
    if (Whole->getType()->isReferenceType() && !extendsTemporary(*Whole)) {
      if (Whole->getInit())
        designated(*Whole->getInit(), Like, Out);
      return;
    }
    Like.Of = &Named;
    Out.push_back(Like);
    return;
  }
  const auto *Var = dyn_cast<VarDecl>(&Named);
  if (!Var || !Var->hasLocalStorage())
    return;
  if (Var->getType()->isReferenceType() && !isa<ParmVarDecl>(Var) &&
      !extendsTemporary(*Var)) {
    if (Var->getInit() && Active.insert(Var).second) {
      designated(*Var->getInit(), Like, Out);
      Active.erase(Var);
    }
    return;
  }
  Like.Of = Var;
  Out.push_back(Like);
}

void Borrows::pointee(const Expr &E, Borrow Like, List &Out) {
  const size_t Before = Out.size();
  carriedBy(E, Like.Where, Out);
  for (Borrow &B : llvm::drop_begin(Out, Before)) {
    if (B.How != Borrow::Kind::This)
      B.How = Like.How;
    B.Where = Like.Where;
    B.Holder = Like.Holder;
    B.Param = Like.Param;
  }
}

/// There is nothing in it that anybody reads.
static bool isEmpty(QualType T) {
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && Class->hasDefinition() && Class->isEmpty() &&
         Class->hasTrivialDestructor();
}

void Borrows::designated(const Expr &Whole, Borrow Like, List &Out) {
  const Expr *E = sameObject(&Whole);
  if (isEmpty(E->getType()))
    return;
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) {
    const auto *Extended =
        dyn_cast_or_null<VarDecl>(Temporary->getExtendingDecl());
    if (Extended && Extended->hasLocalStorage()) {
      Like.Of = Extended;
      Out.push_back(Like);
    } else if (!Temporary->getExtendingDecl() &&
               Temporary->getStorageDuration() == SD_FullExpression) {
      Like.Temporary = Temporary;
      Out.push_back(Like);
    }
  } else if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    ofVariable(*Ref->getDecl(), Like, Out);
  } else if (const auto *Lambda = dyn_cast<LambdaExpr>(E)) {
    Like.Temporary = Lambda;
    Out.push_back(Like);
  } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    const ValueDecl *Field = Member->getMemberDecl();
    if (!isa<FieldDecl>(Field))
      return;
    if (Field->getType()->isReferenceType())
      return; // Somebody else's object.
    if (Member->isArrow())
      pointee(*Member->getBase(), Like, Out);
    else
      designated(*Member->getBase(), Like, Out);
  } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
    pointee(*Element->getBase(), Like, Out);
  } else if (const auto *Op = dyn_cast<UnaryOperator>(E)) {
    if (Op->getOpcode() == UO_Deref)
      pointee(*Op->getSubExpr(), Like, Out);
    else if (Op->isPrefix())
      designated(*Op->getSubExpr(), Like, Out);
  } else if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    designated(*Choice->getTrueExpr(), Like, Out);
    designated(*Choice->getFalseExpr(), Like, Out);
  } else if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
    if (Op->getOpcode() == BO_Comma)
      designated(*Op->getRHS(), Like, Out);
    else if (Op->isAssignmentOp())
      designated(*Op->getLHS(), Like, Out);
  } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
    designatedByCall(*Call, Like, Out);
  }
}

static bool isLifetimeBound(const FunctionDecl &Callee) {
  // On a method it is an attribute of the type.
  const TypeSourceInfo *Info = Callee.getTypeSourceInfo();
  for (TypeLoc Loc = Info ? Info->getTypeLoc() : TypeLoc(); !Loc.isNull();) {
    const auto Attributed = Loc.getAs<AttributedTypeLoc>();
    if (!Attributed)
      return false;
    if (isa_and_nonnull<LifetimeBoundAttr>(Attributed.getAttr()))
      return true;
    Loc = Attributed.getModifiedLoc();
  }
  return false;
}

/// `std::max(a, b)`, `std::as_const(x)`: a reference to one of its arguments.
static bool returnsItsArgument(const FunctionDecl &Callee) {
  if (!Callee.isInStdNamespace() || !Callee.getDeclName().isIdentifier())
    return false;
  constexpr llvm::StringLiteral Names[] = {"min",  "max",         "clamp",
                                           "move", "as_const",    "forward",
                                           "get",  "forward_like"};
  return llvm::is_contained(Names, Callee.getName());
}

void Borrows::designatedByCall(const CallExpr &Call, Borrow Like, List &Out) {
  if (const Expr *Moved = movedFrom(&Call))
    return designated(*Moved, Like, Out);
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return;
  if (returnsItsArgument(*Callee)) {
    for (const Expr *Arg : Call.arguments())
      if (Arg->isGLValue())
        designated(*Arg, Like, Out);
    return;
  }
  const std::optional<MemberCall> Member = asMemberCall(&Call);
  if (Member && Member->Method && !Member->Method->isStatic()) {
    const QualType T = Member->Object->IgnoreParenImpCasts()->getType();
    constexpr llvm::StringLiteral Ways[] = {
        "front", "back", "at", "value", "emplace_back", "top", "emplace"};
    const OverloadedOperatorKind Op = Member->Method->getOverloadedOperator();
    const bool Reaches = Op == OO_Star || Op == OO_Subscript ||
                         llvm::is_contained(Ways, Member->Name);
    if (Reaches && isReference(T))
      return pointee(*Member->Object, Like, Out);
    if ((Reaches && ownsContents(T)) || isLifetimeBound(*Callee)) {
      Like.Within |= Reaches;
      return designated(*Member->Object, Like, Out);
    }
    if (Op == OO_Arrow)
      return;
  }
  for (unsigned I = 0; I < Callee->getNumParams() && I < Call.getNumArgs(); ++I)
    if (Callee->getParamDecl(I)->hasAttr<LifetimeBoundAttr>())
      keptIn(Callee->getParamDecl(I)->getType(), *Call.getArg(I), Like, Out);
  substitute(resultOf(*Callee), Call, *Callee, Like.Where, Out);
}

void Borrows::keptIn(QualType Kept, const Expr &Arg, Borrow Like, List &Out) {
  if (Kept->isReferenceType()) {
    Like.How = Borrow::Kind::Reference;
    designated(Arg, Like, Out);
    return;
  }
  const size_t Before = Out.size();
  carriedBy(Arg, Like.Where, Out);
  for (Borrow &B : llvm::drop_begin(Out, Before))
    if (!B.Holder) {
      B.Holder = Like.Holder;
      B.Param = Like.Param;
    }
}

void Borrows::carriedByVariable(const VarDecl &Var, SourceLocation Where,
                                List &Out) {
  if (!Var.hasLocalStorage())
    return;
  if (isa<ParmVarDecl>(Var)) {
    Out.push_back({.How = R.isView(Var.getType()) ? Borrow::Kind::View
                                                  : Borrow::Kind::Pointer,
                   .Where = Where,
                   .Of = &Var,
                   .Carried = true});
    return;
  }
  if (!Active.insert(&Var).second)
    return;
  const auto Leave = llvm::make_scope_exit([&] { Active.erase(&Var); });
  // What a pointer that moves on leads to is not decided.
  const SmallVector<const Expr *, 2> Given = valuesOf(Var).Given;
  if (isReference(Var.getType()) && valuesOf(Var).Reassigned)
    return;
  if (Var.getType()->isReferenceType())
    return;
  for (const Expr *Value : Given)
    carriedBy(*Value, Where, Out);
}

void Borrows::viewOf(const Expr &Source, QualType T, SourceLocation Where,
                     List &Out) {
  const QualType From = Source.getType();
  const NamedDecl *Class = Roles::classOf(T);
  const bool Within = ownsContents(From);
  const Borrow::Kind Kind = T->isPointerType() ? Borrow::Kind::Pointer
                            : Class && Class->getName() == "reference_wrapper"
                                ? Borrow::Kind::Reference
                                : Borrow::Kind::View;
  const Borrow Like{.How = Kind,
                    .Where = Where,
                    .Within = Within && Kind != Borrow::Kind::Reference};
  if (!From->isArrayType() && isReference(From))
    pointee(Source, Like, Out);
  else if (Source.isGLValue() || From->isArrayType())
    designated(Source, Like, Out);
}

void Borrows::carriedBy(const Expr &Whole, SourceLocation Where, List &Out) {
  const Expr *E = Whole.IgnoreParens();
  if (E->isTypeDependent() ? false : !mayBorrow(E->getType()))
    return;
  if (const auto *Cast = dyn_cast<CastExpr>(E)) {
    if (Cast->getCastKind() == CK_ArrayToPointerDecay)
      viewOf(*Cast->getSubExpr(), E->getType(), Where, Out);
    else
      carriedBy(*Cast->getSubExpr(), Where, Out);
  } else if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E)) {
    carriedBy(*Cleanups->getSubExpr(), Where, Out);
  } else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(E)) {
    carriedBy(*Bind->getSubExpr(), Where, Out);
  } else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) {
    carriedBy(*Temporary->getSubExpr(), Where, Out);
  } else if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E)) {
    carriedBy(*Default->getExpr(), Where, Out);
  } else if (const auto *List = dyn_cast<CXXStdInitializerListExpr>(E)) {
    carriedBy(*List->getSubExpr(), Where, Out);
  } else if (isa<CXXThisExpr>(E)) {
    Out.push_back({.How = Borrow::Kind::This, .Where = Where});
  } else if (const auto *Op = dyn_cast<UnaryOperator>(E)) {
    if (Op->getOpcode() == UO_AddrOf)
      designated(*Op->getSubExpr(),
                 {.How = Borrow::Kind::Pointer, .Where = Where}, Out);
    else if (Op->isIncrementDecrementOp())
      carriedBy(*Op->getSubExpr(), Where, Out);
  } else if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
    if (Op->getOpcode() == BO_Comma)
      carriedBy(*Op->getRHS(), Where, Out);
    else if (Op->isAdditiveOp())
      for (const Expr *Operand : {Op->getLHS(), Op->getRHS()})
        if (Operand->getType()->isPointerType())
          carriedBy(*Operand, Where, Out);
  } else if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    carriedBy(*Choice->getTrueExpr(), Where, Out);
    carriedBy(*Choice->getFalseExpr(), Where, Out);
  } else if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    if (!Var)
      return;
    if (!Var->getType()->isReferenceType())
      return carriedByVariable(*Var, Where, Out);
    const Expr *Object = objectNamed(E);
    const auto *Inner = dyn_cast<DeclRefExpr>(Object);
    if (Inner && Inner->getDecl() != Var && isa<VarDecl>(Inner->getDecl()))
      carriedByVariable(*cast<VarDecl>(Inner->getDecl()), Where, Out);
    else if (Var->isImplicit() && Var->getInit())
      carriedBy(*Var->getInit(), Where, Out); // A range-for's `__range`.
  } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    if (isa<FieldDecl>(Member->getMemberDecl()) && !Member->isArrow() &&
        !isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts()))
      carriedBy(*Member->getBase(), Where, Out);
  } else if (const auto *Lambda = dyn_cast<LambdaExpr>(E)) {
    carriedByLambda(*Lambda, Out);
  } else if (const auto *Made = dyn_cast<CXXConstructExpr>(E)) {
    carriedByObject(*Made, Where, Out);
  } else if (const auto *List = dyn_cast<InitListExpr>(E)) {
    carriedByAggregate(*List, Where, Out);
  } else if (const auto *New = dyn_cast<CXXNewExpr>(E)) {
    if (New->getInitializer())
      carriedBy(*New->getInitializer(), Where, Out);
  } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
    carriedByCall(*Call, Where, Out);
  }
}

} // namespace corolint
