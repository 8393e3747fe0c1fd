/// \file
/// Deciding how a lambda gets a value of its own.

#include "checks/model/CaptureWays.h"

#include "checks/model/Calls.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ParentMap.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

/// The mentions of one variable, those in lambdas included.
class VariableMentions : public RecursiveASTVisitor<VariableMentions> {
public:
  explicit VariableMentions(const ValueDecl &Var) : Var(Var) {}

  bool shouldVisitImplicitCode() const { return true; }
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (Ref->getDecl() == &Var)
      Found.insert(Ref);
    return true;
  }
  bool VisitLabelStmt(LabelStmt *) {
    Jumps = true;
    return true;
  }

  llvm::DenseSet<const DeclRefExpr *> Found;
  bool Jumps = false;

private:
  const ValueDecl &Var;
};

} // namespace

/// Whether \p Mention only reads the object: whoever mutates it takes it by a
/// reference that is not const.
static bool onlyReads(const Expr &Mention, const ParentMap &Parents) {
  if (Mention.getType().isConstQualified())
    return true;
  for (const Stmt *S = Parents.getParent(&Mention); S;
       S = Parents.getParent(S)) {
    if (isa<ParenExpr, ArraySubscriptExpr>(S))
      continue;
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(S)) {
      switch (Cast->getCastKind()) {
      case CK_LValueToRValue:
        return true;
      case CK_NoOp:
        if (Cast->getType().isConstQualified())
          return true;
        continue;
      case CK_DerivedToBase:
      case CK_UncheckedDerivedToBase:
      case CK_ArrayToPointerDecay:
        continue;
      default:
        return false;
      }
    }
    const auto *Member = dyn_cast<MemberExpr>(S);
    if (!Member)
      return false;
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Member->getMemberDecl()))
      return Method->isStatic() || Method->isConst();
    if (!isa<FieldDecl>(Member->getMemberDecl()) || Member->isArrow())
      return false;
  }
  return false;
}

/// Whether \p Mention makes something that refers to the object longer than it
/// takes.
static bool makesAlias(const Expr &Mention, const ParentMap &Parents,
                       const Roles &R) {
  for (const Stmt *S = &Mention; S; S = Parents.getParent(S)) {
    if (const auto *Op = dyn_cast<UnaryOperator>(S))
      if (Op->getOpcode() == UO_AddrOf)
        return true;
    if (isa<LambdaExpr>(S))
      return true;
    if (const auto *Decls = dyn_cast<DeclStmt>(S))
      return llvm::any_of(Decls->decls(), [&](const Decl *D) {
        const auto *Var = dyn_cast<VarDecl>(D);
        return Var &&
               (Var->getType()->isReferenceType() ||
                Var->getType()->isPointerType() || R.isView(Var->getType()));
      });
    if (isa<CompoundStmt>(S))
      return false;
  }
  return false;
}

static bool isWithin(const Stmt &Part, const Stmt *Whole,
                     const ParentMap &Parents) {
  const Stmt *S = &Part;
  while (S && S != Whole)
    S = Parents.getParent(S);
  return S;
}

/// Whether \p Var is a new one each time \p Lambda is made: no loop runs around
/// the lambda only.
static bool isMadeOnce(const LambdaExpr &Lambda, const ValueDecl &Var,
                       const ParentMap &Parents, const SourceManager &SM) {
  const auto IsIn = [&](const Stmt *Body) {
    return Body && SM.isPointWithin(Var.getLocation(), Body->getBeginLoc(),
                                    Body->getEndLoc());
  };
  for (const Stmt *S = Parents.getParent(&Lambda); S;
       S = Parents.getParent(S)) {
    if (isa<LambdaExpr>(S))
      return false;
    if (const auto *Loop = dyn_cast<CXXForRangeStmt>(S)) {
      if (Loop->getLoopVariable() == &Var || IsIn(Loop->getBody()))
        return true;
      return false;
    }
    const Stmt *Body = nullptr;
    if (const auto *Loop = dyn_cast<ForStmt>(S))
      Body = Loop->getBody();
    else if (const auto *Loop = dyn_cast<WhileStmt>(S))
      Body = Loop->getBody();
    else if (const auto *Loop = dyn_cast<DoStmt>(S))
      Body = Loop->getBody();
    if (Body)
      return IsIn(Body);
  }
  return true;
}

/// The statement or declaration of a block that \p E is part of.
static const Stmt *statementOf(const Expr &E, const ParentMap &Parents) {
  const Stmt *S = &E;
  while (const Stmt *Parent = Parents.getParent(S)) {
    if (!isa<Expr, DeclStmt, ReturnStmt, CoreturnStmt>(Parent))
      return S;
    S = Parent;
  }
  return S;
}

CaptureWay wayInto(const LambdaExpr &Lambda, const ValueDecl &Named,
                   const Function &F, const Roles &R) {
  const auto *Var = dyn_cast<VarDecl>(&Named);
  const QualType T = Named.getType().getNonReferenceType();
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  const bool Refers = Named.getType()->isReferenceType();
  if (!Var || isOfPack(Named, F) || T->isDependentType() ||
      T->isUndeducedType() || T->isFunctionType() || !isMovable(T) ||
      // A copy would lose what a derived class adds.
      (Refers && Class && Class->hasDefinition() && Class->isPolymorphic() &&
       !Class->isEffectivelyFinal()))
    return {};
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  const ParentMap Parents(const_cast<Stmt *>(F.Body));
  // The visitor looks into the lambda's body, the graph of parents as well.
  VariableMentions All(Named);
  All.TraverseStmt(const_cast<Stmt *>(F.Body));
  const Stmt *Whole = statementOf(Lambda, Parents);
  bool Writes = false, LaterWrites = false, Alone = !Refers && !All.Jumps;
  for (const DeclRefExpr *Ref : All.Found) {
    if (isWithin(*Ref, Lambda.getBody(), Parents)) {
      Writes |= !onlyReads(*Ref, Parents);
      continue;
    }
    if (isWithin(*Ref, &Lambda, Parents) ||
        SM.isPointWithin(Ref->getLocation(), Lambda.getBeginLoc(),
                         Lambda.getEndLoc()))
      continue;
    const bool Same = isWithin(*Ref, Whole, Parents);
    if (Same ||
        SM.isBeforeInTranslationUnit(Lambda.getEndLoc(), Ref->getLocation())) {
      Alone = false;
      LaterWrites |= !onlyReads(*Ref, Parents);
    } else if (makesAlias(*Ref, Parents, R)) {
      Alone = false;
    }
  }
  if (Alone && !isMadeOnce(Lambda, Named, Parents, SM))
    Alone = false;
  if (Alone && (!Var->hasLocalStorage() || Var->getDeclContext() != &F.Decl))
    Alone = false;
  const bool Cheap = T.isTriviallyCopyableType(F.Decl.getASTContext());
  if (Alone && !Cheap && !T.isConstQualified() &&
      hasStd("move", F.Decl.getASTContext()))
    return {CaptureWay::Kind::Move, Writes};
  if (isCopyable(T) && (Alone || (!Writes && !LaterWrites)))
    return {CaptureWay::Kind::Copy, Writes};
  return {};
}

bool isOfPack(const ValueDecl &Var, const Function &F) {
  if (Var.isParameterPack())
    return true;
  // A capture by initialiser that is a pack has the dots before its name.
  const SourceManager &SM = Var.getASTContext().getSourceManager();
  const auto [File, Offset] = SM.getDecomposedLoc(Var.getLocation());
  const FunctionDecl *Pattern = F.Decl.getTemplateInstantiationPattern();
  return SM.getBufferData(File).take_front(Offset).rtrim().ends_with("...") ||
         (Pattern &&
          llvm::any_of(Pattern->parameters(), [&](const ParmVarDecl *Param) {
            return Param->isParameterPack() &&
                   Param->getDeclName() == Var.getDeclName();
          }));
}

CapturePlace captureAt(SourceLocation Where, const Stmt &Body) {
  class Finder : public RecursiveASTVisitor<Finder> {
  public:
    explicit Finder(SourceLocation Where) : Where(Where) {}
    bool VisitLambdaExpr(LambdaExpr *E) {
      for (const LambdaCapture &Capture : E->captures())
        if ((Capture.isImplicit() ? E->getCaptureDefaultLoc()
                                  : Capture.getLocation()) == Where) {
          Found = {E, &Capture};
          return false;
        }
      return true;
    }
    const SourceLocation Where;
    CapturePlace Found;
  } Search(Where);
  Search.TraverseStmt(const_cast<Stmt *>(&Body));
  return Search.Found;
}

const CXXOperatorCallExpr *callOf(const LambdaExpr &Lambda, const Stmt &Body) {
  class Finder : public RecursiveASTVisitor<Finder> {
  public:
    explicit Finder(const LambdaExpr &Lambda) : Lambda(Lambda) {}
    bool VisitCXXOperatorCallExpr(CXXOperatorCallExpr *E) {
      if (E->getOperator() != OO_Call || skipWrappers(E->getArg(0)) != &Lambda)
        return true;
      Found = E;
      return false;
    }
    const LambdaExpr &Lambda;
    const CXXOperatorCallExpr *Found = nullptr;
  } Search(Lambda);
  Search.TraverseStmt(const_cast<Stmt *>(&Body));
  return Search.Found;
}

/// By copying, or also by moving. A container has a copy constructor whether or
/// not its elements have one.
static bool canBeMade(QualType T, bool ByMove, unsigned Depth) {
  if (T->isDependentType() || T->isIncompleteType() || Depth > 8)
    return false;
  if (const Type *Element = T->getBaseElementTypeUnsafe();
      Element != T.getTypePtr())
    return canBeMade(QualType(Element, 0), ByMove, Depth + 1);
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (!Class)
    return !T->isReferenceType();
  Class = Class->getDefinition();
  if (!Class || Class->isAbstract())
    return false;
  bool Copies = Class->needsImplicitCopyConstructor() &&
                !Class->defaultedCopyConstructorIsDeleted();
  bool Moves = Class->needsImplicitMoveConstructor() &&
               !Class->defaultedMoveConstructorIsDeleted();
  bool Written = false;
  for (const CXXConstructorDecl *Constructor : Class->ctors()) {
    if (Constructor->isDeleted() || Constructor->getAccess() != AS_public)
      continue;
    Copies |= Constructor->isCopyConstructor();
    Moves |= Constructor->isMoveConstructor();
    Written |=
        Constructor->isCopyConstructor() && Constructor->isUserProvided();
  }
  if (ByMove && Moves)
    return true;
  if (!Copies)
    return false;
  if (const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(Class);
      Special && Class->isInStdNamespace()) {
    constexpr llvm::StringLiteral Sharing[] = {
        "shared_ptr", "weak_ptr", "function", "reference_wrapper", "span"};
    if (llvm::is_contained(Sharing, Class->getName()))
      return true;
    return llvm::all_of(Special->getTemplateArgs().asArray(),
                        [&](const TemplateArgument &Arg) {
                          return Arg.getKind() != TemplateArgument::Type ||
                                 Arg.getAsType()->isReferenceType() ||
                                 canBeMade(Arg.getAsType(), false, Depth + 1);
                        });
  }
  return Written || llvm::all_of(Class->fields(), [&](const FieldDecl *Field) {
           return Field->getType()->isReferenceType() ||
                  canBeMade(Field->getType(), false, Depth + 1);
         });
}

bool isCopyable(QualType T) { return canBeMade(T, /*ByMove=*/false, 0); }
bool isMovable(QualType T) { return canBeMade(T, /*ByMove=*/true, 0); }

bool hasStd(llvm::StringRef Name, const ASTContext &Ast) {
  for (const NamedDecl *D :
       Ast.getTranslationUnitDecl()->lookup(&Ast.Idents.get("std")))
    if (const auto *Std = dyn_cast<NamespaceDecl>(D))
      return !Std->lookup(&Ast.Idents.get(Name)).empty();
  return false;
}

bool names(const Stmt &Body, llvm::StringRef Name) {
  class Finder : public RecursiveASTVisitor<Finder> {
  public:
    explicit Finder(llvm::StringRef Name) : Name(Name) {}
    bool VisitDeclRefExpr(DeclRefExpr *Ref) { return !is(*Ref->getDecl()); }
    bool VisitNamedDecl(NamedDecl *D) { return !is(*D); }
    bool is(const NamedDecl &D) {
      Found |= D.getDeclName().isIdentifier() && D.getName() == Name;
      return Found;
    }
    const llvm::StringRef Name;
    bool Found = false;
  } Search(Name);
  Search.TraverseStmt(const_cast<Stmt *>(&Body));
  return Search.Found;
}

} // namespace corolint
