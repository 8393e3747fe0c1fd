/// \file
/// Noting what happens to objects before they are destroyed.

#include "checks/model/GivenAway.h"

#include "checks/model/Calls.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

bool isStd(QualType T) {
  const CXXRecordDecl *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Class && Class->isInStdNamespace();
}

/// The methods by which the library's containers get elements.
constexpr llvm::StringLiteral Fills[] = {"push_back",  "emplace_back",
                                         "push_front", "emplace_front",
                                         "emplace",    "insert"};

/// `std::jthread t;`, `std::optional<X> x = std::nullopt;`.
bool isEmpty(const Expr *Init) {
  const auto *Construct =
      dyn_cast_or_null<CXXConstructExpr>(Init ? skipWrappers(Init) : nullptr);
  if (!Construct ||
      !Construct->getConstructor()->getParent()->isInStdNamespace())
    return false;
  const CXXRecordDecl &Class = *Construct->getConstructor()->getParent();
  if (Construct->getNumArgs() == 0)
    return Class.getIdentifier() && Class.getName() != "pair" &&
           Class.getName() != "tuple" && Class.getName() != "array";
  const QualType T = Construct->getArg(0)->getType().getNonReferenceType();
  const CXXRecordDecl *Tag = T->getAsCXXRecordDecl();
  return T->isNullPtrType() ||
         (Tag && Tag->isInStdNamespace() && Tag->getIdentifier() &&
          Tag->getName() == "nullopt_t");
}

/// Whether destroying a handle to work waits for the work; what only runs when
/// asked for is no work yet.
bool joins(const Role *Spawn) {
  return Spawn && Spawn->is("joins", "yes") && !Spawn->is("returns", "task");
}

} // namespace

/// The local variable that \p E names as a whole, or the temporary that it is.
void GivenAway::give(const Expr *E) {
  while (E) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      Given.insert(Ref->getDecl());
      return;
    }
    if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(E)) {
      Given.insert(Bind);
      E = Bind->getSubExpr();
    } else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) {
      E = Temporary->getSubExpr();
    } else if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E)) {
      E = Cleanups->getSubExpr();
    } else if (const auto *Cast = dyn_cast<CastExpr>(E);
               Cast && Cast->getCastKind() != CK_LValueToRValue) {
      E = Cast->getSubExpr();
    } else if (const auto *Paren = dyn_cast<ParenExpr>(E)) {
      E = Paren->getSubExpr();
    } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E);
               Construct && Construct->getNumArgs() == 1 &&
               Construct->getConstructor()->isMoveConstructor()) {
      E = Construct->getArg(0);
    } else {
      return;
    }
  }
}

void GivenAway::noteArguments(const Expr &Call) {
  for (const Expr *Arg : argumentsOf(Call)) {
    const auto *Temporary =
        dyn_cast<MaterializeTemporaryExpr>(Arg->IgnoreParenImpCasts());
    // What takes it by reference to const leaves it what it is.
    if (Temporary && Temporary->isBoundToLvalueReference())
      continue;
    if (!Arg->isLValue() ||
        (isStd(Arg->getType()) && !Arg->getType().isConstQualified() &&
         !isa<CXXOperatorCallExpr>(Call)))
      give(Arg);
  }
}

/// A method that joins, detaches, empties or fills the object.
void GivenAway::noteMember(const Expr &Call) {
  const std::optional<MemberCall> Member = asMemberCall(&Call);
  if (!Member)
    return;
  QualType T = Member->Object->IgnoreParenImpCasts()->getType();
  if (T->isPointerType())
    T = T->getPointeeType();
  if (const Role *Handle =
          R.of(T.getNonReferenceType(), RoleKind::JoinHandle)) {
    if (llvm::is_contained(Handle->list("join"), Member->Name) ||
        llvm::is_contained(Handle->list("detach"), Member->Name))
      give(Member->Object);
    return;
  }
  if (!isStd(T) || !Member->Method || isAccessor(*Member->Method))
    return;
  const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(Member->Object));
  const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (Var && llvm::is_contained(Fills, Member->Name)) {
    Filled.insert(Var);
    --Uses[Var];
  }
  give(Member->Object);
}

void GivenAway::note(const Stmt &S) {
  if (const auto *Decls = dyn_cast<DeclStmt>(&S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D);
          Var && Var->getInit() && isEmpty(Var->getInit()))
        Given.insert(Var);
    return;
  }
  if (const auto *Return = dyn_cast<ReturnStmt>(&S)) {
    give(Return->getRetValue());
    return;
  }
  if (const auto *Return = dyn_cast<CoreturnStmt>(&S)) {
    give(Return->getOperand());
    return;
  }
  const auto *E = dyn_cast<Expr>(&S);
  if (!E)
    return;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
      ++Uses[Var];
    return;
  }
  // `(void)f;`
  if (const auto *Cast = dyn_cast<CastExpr>(E)) {
    if (Cast->getCastKind() == CK_ToVoid)
      if (const VarDecl *Var = localRoot(Cast->getSubExpr()))
        --Uses[Var];
    return;
  }
  if (const Expr *Moved = movedFrom(E)) {
    if (const VarDecl *Var = localRoot(Moved))
      Given.insert(Var);
    return;
  }
  noteMember(*E);
  noteArguments(*E);
}

/// The call that makes \p E, if it starts work for whose end the destructor of
/// \p E waits. A class whose own destructor says so is no matter of this.
const Expr *GivenAway::startOf(const Expr *E) const {
  const auto *Call = dyn_cast_or_null<CallExpr>(E ? skipWrappers(E) : nullptr);
  return Call && joins(R.ofCall(*Call, RoleKind::Spawn)) ? Call : nullptr;
}

const Expr *GivenAway::joinedBy(const VarDecl &Var) const {
  return Given.contains(&Var) || Uses.lookup(&Var) != 0 ||
                 Var.getType()->isReferenceType()
             ? nullptr
             : startOf(Var.getInit());
}

const Expr *GivenAway::joinedBy(const CXXBindTemporaryExpr &Temporary) const {
  return Given.contains(&Temporary) ? nullptr : startOf(Temporary.getSubExpr());
}

} // namespace corolint
