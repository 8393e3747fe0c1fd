/// \file
/// Reading the mentions of a value.

#include "checks/model/SendableUses.h"

#include "checks/model/Calls.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace corolint {

using namespace clang;

namespace {

/// The mentions of one variable, in lambdas, too.
class MentionFinder : public RecursiveASTVisitor<MentionFinder> {
public:
  MentionFinder(const VarDecl &Var, const Stmt *Body) : Var(Var) {
    TraverseStmt(const_cast<Stmt *>(Body));
  }
  llvm::SmallVector<const DeclRefExpr *, 8> Found;

  bool shouldVisitLambdaBody() const { return true; }
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (Ref->getDecl() == &Var)
      Found.push_back(Ref);
    return true;
  }
  // The visitor shows a capture's initialiser only where one is written.
  bool TraverseLambdaExpr(LambdaExpr *E) {
    for (auto [Capture, Init] : llvm::zip(E->captures(), E->capture_inits()))
      if (Init && !TraverseStmt(Init))
        return false;
    return TraverseStmt(E->getBody());
  }

private:
  const VarDecl &Var;
};

/// Whether \p Var is a pointer or owner of a \p T rather than a \p T.
bool leadsTo(const VarDecl &Var, QualType T) {
  return !Var.getASTContext().hasSameUnqualifiedType(
      Var.getType().getNonReferenceType(), T.getNonReferenceType());
}

/// What a function that makes something new is called.
bool makes(llvm::StringRef Name) {
  return llvm::any_of(
      llvm::ArrayRef<llvm::StringRef>{"make", "create", "new", "alloc", "build",
                                      "clone", "Make", "Create", "New", "Build",
                                      "Clone"},
      [&](llvm::StringRef Prefix) { return Name.starts_with(Prefix); });
}

} // namespace

bool SendableUses::isFresh(const Expr *Made) const {
  if (!Made)
    return true;
  Made = skipWrappers(Made);
  if (const Expr *Moved = movedFrom(Made))
    Made = skipWrappers(Moved);
  if (isa<CXXNewExpr, CXXNullPtrLiteralExpr, CXXScalarValueInitExpr>(Made))
    return true;
  const auto Harmless = [&](const Expr *Part) {
    return isFresh(Part) ||
           (!Part->getType().isNull() && !Part->getType()->isPointerType() &&
            !Types.send(Part->getType()).no());
  };
  if (const auto *List = dyn_cast<InitListExpr>(Made))
    return llvm::all_of(List->inits(), Harmless);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Made)) {
    if (Construct->getConstructor()->isCopyOrMoveConstructor())
      return Construct->getArg(0)->isPRValue() && isFresh(Construct->getArg(0));
    return llvm::all_of(Construct->arguments(), Harmless);
  }
  const auto *Call = dyn_cast<CallExpr>(Made);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee && Callee->getDeclName().isIdentifier() &&
         makes(Callee->getName());
}

const Stmt *SendableUses::around(const Stmt &S, const ParentMap &Map) const {
  const Stmt *At = &S;
  do
    At = Map.getParent(const_cast<Stmt *>(At));
  while (
      isa_and_nonnull<ImplicitCastExpr, ParenExpr, MaterializeTemporaryExpr,
                      CXXBindTemporaryExpr, ExprWithCleanups, CXXConstCastExpr>(
          At));
  return At;
}

SendableUses::Use SendableUses::useAt(const Expr &Mention, const ParentMap &Map,
                                      bool Through) const {
  const Stmt *Parent = around(Mention, Map);
  const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Parent);
  if (Through) {
    const auto *Deref = dyn_cast_or_null<UnaryOperator>(Parent);
    const bool Reaches = (Deref && Deref->getOpcode() == UO_Deref) ||
                         (Operator && (Operator->getOperator() == OO_Arrow ||
                                       Operator->getOperator() == OO_Star));
    if (Reaches)
      return useAt(*cast<Expr>(Parent), Map);
    if (!isa_and_nonnull<MemberExpr>(Parent) ||
        !cast<MemberExpr>(Parent)->isArrow())
      return Use::Look;
  }
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(Parent)) {
    const auto *Call =
        dyn_cast_or_null<CXXMemberCallExpr>(around(*Member, Map));
    if (!Call || Call->getCallee()->IgnoreParens() != Member)
      return Types.send(Member->getType()).no() ? Use::Copy : Use::Look;
    if (Call->isPRValue() && Types.send(Call->getType()).no())
      return Use::Copy;
    const CXXMethodDecl *Method = Call->getMethodDecl();
    if (!Method || Method->isStatic() || isa<CXXConversionDecl>(Method))
      return Use::Look;
    return Method->isConst() || isAccessor(*Method) ? Use::Call : Use::Change;
  }
  if (Operator) {
    const auto *Method =
        dyn_cast_or_null<CXXMethodDecl>(Operator->getDirectCallee());
    const bool IsObject =
        Method && skipWrappers(Operator->getArg(0)) == &Mention;
    if (Operator->getOperator() == OO_Equal)
      return IsObject ? Use::Change : Use::Copy;
    if (IsObject)
      return isAccessor(*Method) ? Use::Look : Use::Change;
  }
  if (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Parent))
    return Construct->getConstructor()->isCopyConstructor() ? Use::Copy
                                                            : Use::Look;
  const auto *Call = dyn_cast_or_null<CallExpr>(Parent);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  if (!Callee)
    return Use::Look;
  if (movedFrom(Call))
    return Use::Change;
  for (unsigned I = 0; I < Call->getNumArgs() && I < Callee->getNumParams();
       ++I)
    if (skipWrappers(Call->getArg(I)) == &Mention) {
      const QualType Param = Callee->getParamDecl(I)->getType();
      return Param->isReferenceType() &&
                     !Param.getNonReferenceType().isConstQualified()
                 ? Use::Change
                 : Use::Look;
    }
  return Use::Look;
}

bool SendableUses::within(const Stmt &Inner, const Expr &Outer) const {
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  return SM.isPointWithin(SM.getExpansionLoc(Inner.getBeginLoc()),
                          SM.getExpansionLoc(Outer.getBeginLoc()),
                          SM.getExpansionLoc(Outer.getEndLoc()));
}

bool SendableUses::isAlone(const VarDecl &Var,
                           const ThreadCrossing *Task) const {
  if (isa<ParmVarDecl>(Var) || !Var.hasLocalStorage() ||
      Var.getType()->isReferenceType() || Var.isInitCapture() ||
      Var.getDeclContext() != &F.Decl || !isFresh(Var.getInit()) ||
      (Task && isRepeated(*Task->Start, Var)))
    return false;
  bool Taken = false;
  for (const DeclRefExpr *Mention : MentionFinder(Var, F.Body).Found) {
    if (Task && within(*Mention, *Task->Start))
      continue;
    const Stmt *Parent = around(*Mention, Parents);
    // What is returned goes to one place.
    if (isa_and_nonnull<ReturnStmt, CoreturnStmt>(Parent))
      continue;
    switch (useAt(*Mention, Parents)) {
    case Use::Copy:
      return false;
    case Use::Change:
      // Moved twice, at most one of them finds something.
      if (const auto *Call = dyn_cast_or_null<CallExpr>(Parent);
          Call && movedFrom(Call))
        Taken = true;
      else if (const auto *Operator =
                   dyn_cast_or_null<CXXOperatorCallExpr>(Parent);
               Operator && Operator->getOperator() == OO_Equal &&
               !isFresh(Operator->getArg(1)))
        return false;
      break;
    case Use::Call:
    case Use::Look:
      break;
    }
  }
  return !Taken || Task;
}

bool SendableUses::copiesInside(const CarriedValue &Value,
                                const ThreadCrossing &Task) const {
  if (!Task.Entry || !Value.Inside)
    return false;
  const ParentMap There(const_cast<Stmt *>(Task.Entry->Body));
  return llvm::any_of(MentionFinder(*Value.Inside, Task.Entry->Body).Found,
                      [&](const DeclRefExpr *Mention) {
                        const Use How = useAt(*Mention, There);
                        return How == Use::Copy || How == Use::Change;
                      });
}

bool SendableUses::isLetGo(const Expr &Start, const Role &Spawn) const {
  const Stmt *Parent = around(Start, Parents);
  while (const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(Parent))
    Parent = around(*Cast, Parents);
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(Parent))
    return Member->getMemberDecl()->getDeclName().getAsString() == "detach";
  return !Parent || isa<CompoundStmt>(Parent) ||
         Start.getType()->isVoidType() || Spawn.is("returns", "nothing");
}

bool SendableUses::waitsFor(const ThreadCrossing &Task) const {
  if (Task.Spawn.is("joins", "yes"))
    return true;
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  const auto Later = [&](const Expr *E) {
    return !within(*E, *Task.Start) &&
           SM.isBeforeInTranslationUnit(Task.Start->getBeginLoc(),
                                        E->getEndLoc());
  };
  if (llvm::any_of(Sites.Waits, Later))
    return true;
  return !isLetGo(*Task.Start, Task.Spawn) &&
         llvm::any_of(Sites.Awaits, [&](const Expr *E) {
           return Later(E) || within(*Task.Start, *E);
         });
}

bool SendableUses::letsGo(const VarDecl &Guard) const {
  // Made without a lock, with a tag that says so, or only trying.
  const Expr *Init = Guard.getInit() ? skipWrappers(Guard.getInit()) : nullptr;
  if (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Init);
      !Construct || Construct->getNumArgs() != 1)
    return true;
  return llvm::any_of(
      MentionFinder(Guard, F.Body).Found, [&](const DeclRefExpr *Mention) {
        const auto *Member =
            dyn_cast_or_null<MemberExpr>(around(*Mention, Parents));
        const std::string Name =
            Member ? Member->getMemberDecl()->getDeclName().getAsString() : "";
        return Name == "unlock" || Name == "release" || Name == "swap";
      });
}

/// The task is started more than once for one object.
bool SendableUses::isRepeated(const Expr &Start, const VarDecl &Var) const {
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  for (const Stmt *At = &Start; At;
       At = Parents.getParent(const_cast<Stmt *>(At)))
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(At) &&
        SM.isBeforeInTranslationUnit(Var.getLocation(), At->getBeginLoc()))
      return true;
  return false;
}

bool SendableUses::canMoveInto(const CarriedValue &Value,
                               const ThreadCrossing &Task) const {
  if (!Value.Source || !Value.From ||
      Value.Source->getType().isConstQualified() ||
      !isAlone(*Value.Source, &Task))
    return false;
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  // A name of its own: not `x` in `[=]`, `[y = x]` or `wrap(x)`.
  const SourceLocation At = Value.Where;
  llvm::SmallString<32> Buffer;
  if (At.isMacroID() ||
      Lexer::getSpelling(At, Buffer, SM,
                         F.Decl.getASTContext().getLangOpts()) !=
          Value.Source->getName() ||
      (Value.Inside && Value.Inside != Value.Source &&
       !isa<ParmVarDecl>(Value.Inside)))
    return false;
  return llvm::none_of(MentionFinder(*Value.Source, F.Body).Found,
                       [&](const DeclRefExpr *Mention) {
                         return !within(*Mention, *Task.Start) &&
                                SM.isBeforeInTranslationUnit(
                                    Task.Start->getEndLoc(),
                                    Mention->getLocation());
                       });
}

bool SendableUses::matters(const CarriedValue &Value, Use How) const {
  const SendAnswer &No = Types.sync(Value.Type);
  switch (How) {
  case Use::Look:
    return false;
  case Use::Call:
    // Whoever marks a class of their own knows what its methods do.
    return No.Annotated;
  case Use::Change:
    return true;
  case Use::Copy:
    // A copy is made from a const object, and counts.
    return Types.send(Value.Type).no();
  }
  llvm_unreachable("covered switch");
}

/// A function that is not in the file, and takes a reference where it could
/// take the value, does with it what the type allows.
bool SendableUses::usesInside(const CarriedValue &Value,
                              const ThreadCrossing &Task) const {
  if (!Task.Entry)
    return Task.TakesArguments;
  if (!Value.Inside)
    return false;
  const ParentMap There(const_cast<Stmt *>(Task.Entry->Body));
  return llvm::any_of(MentionFinder(*Value.Inside, Task.Entry->Body).Found,
                      [&](const DeclRefExpr *Mention) {
                        const bool Through = leadsTo(*Value.Inside, Value.Type);
                        return matters(Value, useAt(*Mention, There, Through));
                      });
}

SourceLocation
SendableUses::usedMeanwhile(const CarriedValue &Value,
                            const ThreadCrossing &Task,
                            llvm::ArrayRef<ThreadCrossing> Tasks) const {
  if (!Value.Source || !usesInside(Value, Task))
    return {};
  if (isRepeated(*Task.Start, *Value.Source))
    return Task.Start->getBeginLoc();
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  // What lies between may be what makes this the only user again.
  const auto IsMeanwhile = [&](SourceLocation Where) {
    const auto Between = [&](const Expr *E) {
      return SM.isBeforeInTranslationUnit(E->getBeginLoc(), Where) &&
             SM.isBeforeInTranslationUnit(Task.Start->getBeginLoc(),
                                          E->getEndLoc()) &&
             !SM.isPointWithin(Where, E->getBeginLoc(), E->getEndLoc());
    };
    return SM.isBeforeInTranslationUnit(Task.Start->getEndLoc(), Where) &&
           llvm::none_of(Sites.Waits, Between) &&
           llvm::none_of(Sites.Awaits, Between);
  };
  for (const ThreadCrossing &Other : Tasks)
    for (const CarriedValue &Also : Other.Values)
      if (Also.Source == Value.Source && &Other != &Task &&
          Also.How == CarriedValue::Way::Referred &&
          IsMeanwhile(Other.Start->getBeginLoc()) && usesInside(Also, Other))
        return Also.Where;
  const bool Through = leadsTo(*Value.Source, Value.Type);
  for (const DeclRefExpr *Mention : MentionFinder(*Value.Source, F.Body).Found)
    if (!within(*Mention, *Task.Start) && IsMeanwhile(Mention->getLocation()) &&
        matters(Value, useAt(*Mention, Parents, Through)))
      return Mention->getLocation();
  return {};
}

} // namespace corolint
