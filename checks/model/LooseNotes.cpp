/// \file
/// Telling the story of a loose task.

#include "checks/model/CaptureWays.h"
#include "checks/model/LooseTasks.h"
#include "checks/model/TypeNames.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"

namespace corolint {

using namespace clang;

static std::string quoted(llvm::StringRef Text) {
  return ("'" + Text + "'").str();
}

static std::string leaves(const LooseTask &Task) {
  const std::string Maker = "'" + Task.Maker + "' ";
  switch (Task.How) {
  case LooseTask::End::Returned:
    return "returned to the caller here";
  case LooseTask::End::Kept:
    return "the task leaves here: it is kept outside the function";
  case LooseTask::End::Running:
    return "the task runs from here on, and nobody has waited for it when that "
           "happens";
  case LooseTask::End::Late:
    return "the task is used here, after that";
  case LooseTask::End::Detached:
    if (Task.Maker.empty())
      return "the task leaves here: nobody waits for it";
    return "the task leaves here: " + Maker +
           (Task.OtherThread ? "runs it on another thread"
                             : "does not wait for it");
  }
  llvm_unreachable("covered switch");
}

/// ` of type 'T'`; empty for what nobody has given a name.
static std::string ofType(QualType T, const ASTContext &Ast) {
  T = T.getNonReferenceType();
  const auto *Tag = T->getAsTagDecl();
  if (T->isDependentType() || T->isUndeducedType() ||
      (Tag && !Tag->getIdentifier()))
    return "";
  PrintingPolicy Policy(Ast.getPrintingPolicy());
  Policy.SuppressTagKeyword = true;
  // What a template was given is spelled as its parameter.
  const bool Written = !T->getContainedDeducedType() &&
                       !isa<SubstTemplateTypeParmType>(T.getTypePtr());
  return " of type " +
         quoted(Written ? T.getAsString(Policy) : typeName(T, Ast));
}

namespace {

/// The first mention of a variable.
class FirstMention : public RecursiveASTVisitor<FirstMention> {
public:
  explicit FirstMention(const ValueDecl &Var) : Var(Var) {}
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (Ref->getDecl() == &Var)
      Found = Ref;
    return !Found;
  }
  const ValueDecl &Var;
  const DeclRefExpr *Found = nullptr;
};

/// The mention of a local variable that starts at a place.
class MentionAt : public RecursiveASTVisitor<MentionAt> {
public:
  explicit MentionAt(SourceLocation Where) : Where(Where) {}
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (Ref->getLocation() == Where)
      Found = dyn_cast<VarDecl>(Ref->getDecl());
    return !Found;
  }
  const SourceLocation Where;
  const VarDecl *Found = nullptr;
};

/// Where a variable is given something that mentions another one.
class GivenFrom : public RecursiveASTVisitor<GivenFrom> {
public:
  GivenFrom(const VarDecl &Var, const ValueDecl &From) : Var(Var), From(From) {}
  bool VisitVarDecl(VarDecl *D) {
    if (D == &Var && D->getInit() && has(D->getInit(), From))
      Where = D->getLocation();
    return Where.isInvalid();
  }
  bool VisitBinaryOperator(BinaryOperator *E) {
    if (E->isAssignmentOp() && has(E->getLHS(), Var) && has(E->getRHS(), From))
      Where = E->getBeginLoc();
    return Where.isInvalid();
  }
  bool VisitCXXOperatorCallExpr(CXXOperatorCallExpr *E) {
    if (E->isAssignmentOp() && E->getNumArgs() == 2 && has(E->getArg(0), Var) &&
        has(E->getArg(1), From))
      Where = E->getBeginLoc();
    return Where.isInvalid();
  }
  bool VisitCXXMemberCallExpr(CXXMemberCallExpr *E) {
    for (Expr *Arg : E->arguments())
      if (has(E->getImplicitObjectArgument(), Var) && has(Arg, From))
        Where = E->getBeginLoc();
    return Where.isInvalid();
  }

  const VarDecl &Var;
  const ValueDecl &From;
  SourceLocation Where;

private:
  static bool has(Expr *E, const ValueDecl &Of) {
    FirstMention Search(Of);
    Search.TraverseStmt(E);
    return Search.Found;
  }
};

} // namespace

/// The variable between the task and what it refers to.
static const VarDecl *through(const LooseTask &Task,
                              const CapturePlace &Place) {
  const VarDecl *Var = nullptr;
  if (Place.Capture && Place.Capture->isImplicit()) {
    return nullptr; // It stands for many.
  } else if (Place.Capture && Place.Capture->capturesVariable()) {
    Var = dyn_cast<VarDecl>(Place.Capture->getCapturedVar());
    if (Var && Var->isInitCapture()) {
      MentionAt Search(Var->getInit() ? Var->getInit()->getEndLoc()
                                      : SourceLocation());
      if (Var->getInit())
        Search.TraverseStmt(const_cast<Expr *>(Var->getInit()));
      Var = Search.Found;
    }
  } else if (!Place.Capture) {
    MentionAt Search(Task.What.Where);
    Search.TraverseStmt(const_cast<Stmt *>(Task.In->Body));
    Var = Search.Found;
  }
  return Var != Task.What.Of && Var && Var->hasLocalStorage() ? Var : nullptr;
}

/// What makes the reader ask how it comes to refer to that.
static void addDetails(const LooseTask &Task, std::vector<FindingNote> &Notes) {
  const Borrow &B = Task.What;
  if (!B.Of || !Task.In || B.How == Borrow::Kind::Closure)
    return;
  const std::string Name = quoted(B.Of->getNameAsString());
  const CapturePlace Place = captureAt(B.Where, *Task.In->Body);
  if (Place.Capture && Place.Capture->isImplicit()) {
    FirstMention Search(*B.Of);
    Search.TraverseStmt(Place.Lambda->getBody());
    if (Search.Found)
      Notes.push_back(
          {Search.Found->getLocation(), "the task uses " + Name + " here"});
  }
  if (const VarDecl *Var = through(Task, Place)) {
    GivenFrom Search(*Var, *B.Of);
    Search.TraverseStmt(const_cast<Stmt *>(Task.In->Body));
    if (Search.Where.isValid())
      Notes.push_back({Search.Where, quoted(Var->getNameAsString()) +
                                         " refers to " + Name +
                                         " from here on"});
  }
}

/// How functions of this file pass the task on.
static void addWay(const LooseTask &Task, std::vector<FindingNote> &Notes) {
  for (const PassedOn &Step : Task.Way) {
    const FunctionDecl *To = nullptr;
    if (const auto *Call = dyn_cast<CallExpr>(Step.To))
      To = Call->getDirectCallee();
    else if (const auto *Made = dyn_cast<CXXConstructExpr>(Step.To))
      To = Made->getConstructor();
    if (To && Step.Callee->getDeclName().isIdentifier())
      Notes.push_back({Step.To->getBeginLoc(),
                       quoted(Step.Callee->getName()) + " hands it to " +
                           quoted(To->getNameAsString()) + " here"});
  }
}

std::vector<FindingNote> notesOn(const LooseTask &Task) {
  const Borrow &B = Task.What;
  std::vector<FindingNote> Notes;
  const FindingNote Leaves{Task.Where, leaves(Task)};
  FindingNote Dies{Task.DiesAt, ""};
  if (B.Of)
    Dies.What = quoted(B.Of->getNameAsString()) +
                ofType(B.Of->getType(), B.Of->getASTContext()) +
                " is destroyed at the end of this scope";
  else if (B.Temporary)
    Dies.What = "the temporary is destroyed at the end of this full-expression";
  const bool After = Task.How == LooseTask::End::Late;
  if (!After)
    Notes.push_back(Leaves);
  for (const FindingNote &Branch : notesOn(llvm::ArrayRef(Task.Branches)))
    Notes.push_back(Branch);
  if (Task.DiesAt.isValid())
    Notes.push_back(Dies);
  if (After)
    Notes.push_back(Leaves);
  if (B.Param && B.Param->getLocation().isValid() &&
      B.Param->getType()->isReferenceType() && !B.Param->getName().empty())
    Notes.push_back({B.Param->getLocation(),
                     "the coroutine keeps '" + B.Param->getNameAsString() +
                         "' as the reference that it is declared as"});
  addDetails(Task, Notes);
  addWay(Task, Notes);
  return Notes;
}

} // namespace corolint
