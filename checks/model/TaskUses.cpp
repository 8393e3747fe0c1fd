/// \file
/// Reading discarded values and harmless mentions of tasks off the syntax.

#include "checks/model/TaskUses.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

/// Whether destroying a \p T resumes what it holds, as some scopes do.
bool runsWhenDestroyed(QualType T) {
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  const CXXDestructorDecl *Destructor =
      Class && Class->hasDefinition() ? Class->getDestructor() : nullptr;
  if (!Destructor || !Destructor->isUserProvided())
    return false;
  const FunctionDecl *Definition = Destructor;
  if (!Destructor->hasBody(Definition)) {
    const FunctionDecl *Pattern = Destructor->getTemplateInstantiationPattern();
    if (!Pattern || !Pattern->hasBody(Definition))
      return false;
  }
  class Resumes : public RecursiveASTVisitor<Resumes> {
  public:
    bool Any = false;
    bool VisitCallExpr(CallExpr *E) {
      const std::optional<MemberCall> Call = asMemberCall(E);
      Any |= Call && Call->Name == "resume";
      return !Any;
    }
  } Finder;
  Finder.TraverseStmt(Definition->getBody());
  return Finder.Any;
}

class UseFinder : public OwnBodyVisitor<UseFinder> {
public:
  UseFinder(TaskUses &Uses, const Roles &R) : Uses(Uses), R(R) {}

  bool TraverseLambdaExpr(LambdaExpr *E) {
    for (const LambdaCapture &Capture : E->captures())
      if (Capture.capturesVariable())
        if (const auto *Var = dyn_cast<VarDecl>(Capture.getCapturedVar()))
          Uses.Escaped.insert(Var);
    return OwnBodyVisitor::TraverseLambdaExpr(E);
  }

  bool VisitCompoundStmt(CompoundStmt *S) {
    for (const Stmt *Child : S->body())
      discard(Child);
    return true;
  }
  bool VisitIfStmt(IfStmt *S) {
    discard(S->getThen());
    discard(S->getElse());
    return true;
  }
  bool VisitForStmt(ForStmt *S) {
    discard(S->getInit());
    discard(S->getInc());
    discard(S->getBody());
    return true;
  }
  bool VisitWhileStmt(WhileStmt *S) {
    discard(S->getBody());
    return true;
  }
  bool VisitDoStmt(DoStmt *S) {
    discard(S->getBody());
    return true;
  }
  bool VisitCXXForRangeStmt(CXXForRangeStmt *S) {
    discard(S->getBody());
    return true;
  }
  bool VisitLabelStmt(LabelStmt *S) {
    discard(S->getSubStmt());
    return true;
  }
  bool VisitCaseStmt(CaseStmt *S) {
    discard(S->getSubStmt());
    return true;
  }
  bool VisitDefaultStmt(DefaultStmt *S) {
    discard(S->getSubStmt());
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (Op->getOpcode() == BO_Comma)
      discard(Op->getLHS());
    return true;
  }
  bool VisitUnaryOperator(UnaryOperator *Op) {
    if (Op->getOpcode() == UO_AddrOf)
      if (const VarDecl *Var = localRoot(Op->getSubExpr()))
        Uses.Escaped.insert(Var);
    return true;
  }
  bool VisitVarDecl(VarDecl *Var) {
    Uses.AnyDebt |= mayOwe(Var->getType().getNonReferenceType(), R);
    // `auto u = std::move(t);` makes the debt another variable's.
    if (Var->hasLocalStorage() && mayOwe(Var->getType(), R))
      if (const Expr *Source = movedSource(Var->getInit()))
        Uses.Benign.insert(skipWrappers(Source));
    // A reference to the task may be awaited instead of it.
    if (Var->getType()->isReferenceType() && Var->getInit())
      if (const VarDecl *Other = localRoot(Var->getInit()))
        Uses.Escaped.insert(Other);
    return true;
  }
  bool VisitExplicitCastExpr(ExplicitCastExpr *E) {
    if (E->getType()->isVoidType())
      discard(E->getSubExpr());
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    const std::optional<MemberCall> Call = asMemberCall(E);
    if (!Call || !Call->Method)
      return true;
    // `std::ignore = call();`
    const auto *Ignore = dyn_cast<DeclRefExpr>(skipWrappers(Call->Object));
    if (Ignore && Ignore->getDecl()->isInStdNamespace() &&
        Ignore->getDecl()->getName() == "ignore" && !Call->Args.empty())
      discard(Call->Args[0]);
    // A test whether there is a task, being assigned to or filled uses nothing
    // up.
    const bool Test = testsEngaged(*Call->Method).has_value();
    if (Test || fills(Call->Name) || Call->Name == "reserve" ||
        Call->Method->getOverloadedOperator() == OO_Equal)
      Uses.Benign.insert(skipWrappers(Call->Object));
    return true;
  }

private:
  void discard(const Stmt *S) {
    const auto *E = dyn_cast_or_null<Expr>(S);
    if (!E)
      return;
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
      E = Cleanups->getSubExpr();
    E = E->IgnoreParens();
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E);
        Cast && Cast->getType()->isVoidType())
      E = Cast->getSubExpr();
    E = skipWrappers(E);
    if (const auto *Comma = dyn_cast<BinaryOperator>(E);
        Comma && Comma->getOpcode() == BO_Comma)
      return discard(Comma->getRHS());
    if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(E)) {
      discard(Choice->getTrueExpr());
      discard(Choice->getFalseExpr());
      return;
    }
    if (isa<DeclRefExpr>(E)) {
      Uses.Benign.insert(E); // `(void)t;`
      return;
    }
    if (!E->isPRValue() || !isOwed(E->getType(), R))
      return;
    Uses.Discarded.insert(E);
    Uses.AnyDebt = true;
  }

  TaskUses &Uses;
  const Roles &R;
};

} // namespace

bool isOwed(QualType T, const Roles &R) {
  if (T.isNull() || T->isReferenceType() || T->isDependentType())
    return false;
  if (const std::optional<TaskTraits> Task = R.task(T))
    return Task->StartsAt == TaskTraits::Start::Lazy && !runsWhenDestroyed(T);
  return R.of(T, RoleKind::Awaitable) != nullptr;
}

bool mayOwe(QualType T, const Roles &R) {
  if (T.isNull() || T->isDependentType())
    return false;
  if (isOwed(T, R))
    return true;
  if (const ArrayType *Array = T->getAsArrayTypeUnsafe())
    return isOwed(Array->getElementType(), R);
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition())
    return false;
  const auto *Owner = dyn_cast<ClassTemplateSpecializationDecl>(Class);
  if (Owner && Owner->isInStdNamespace()) {
    constexpr llvm::StringLiteral Owners[] = {
        "optional", "unique_ptr", "vector", "deque",  "list",
        "array",    "tuple",      "pair",   "variant"};
    if (!llvm::is_contained(Owners, Owner->getName()))
      return false;
    const auto Owes = [&](const TemplateArgument &Arg) {
      return Arg.getKind() == TemplateArgument::Type &&
             isOwed(Arg.getAsType(), R);
    };
    return llvm::any_of(Owner->getTemplateArgs().asArray(),
                        [&](const TemplateArgument &Arg) {
                          return Arg.getKind() == TemplateArgument::Pack
                                     ? llvm::any_of(Arg.pack_elements(), Owes)
                                     : Owes(Arg);
                        });
  }
  // A destructor of its own may do anything with what the object holds.
  return Class->isAggregate() && !Class->hasUserDeclaredDestructor() &&
         llvm::any_of(Class->fields(), [&](const FieldDecl *Field) {
           return isOwed(Field->getType(), R);
         });
}

bool fills(llvm::StringRef Method) {
  return Method == "push_back" || Method == "emplace_back" ||
         Method == "push_front" || Method == "emplace_front" ||
         Method == "emplace";
}

const Expr *movedSource(const Expr *Init) {
  while (Init) {
    Init = skipWrappers(Init);
    if (const Expr *Source = movedFrom(Init))
      return isa<DeclRefExpr>(skipWrappers(Source)) ? Source : nullptr;
    const auto *Construct = dyn_cast<CXXConstructExpr>(Init);
    Init = Construct && Construct->getNumArgs() == 1 ? Construct->getArg(0)
                                                     : nullptr;
  }
  return nullptr;
}

TaskUses::TaskUses(const Function &F, const Roles &R) {
  UseFinder(*this, R).TraverseStmt(const_cast<Stmt *>(F.Body));
}

} // namespace corolint
