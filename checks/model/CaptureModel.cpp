/// \file
/// Following tasks out of functions, with what they borrow.

#include "checks/model/CaptureModel.h"

#include "checks/model/Borrows.h"
#include "checks/model/Calls.h"
#include "checks/model/HandleFlow.h"
#include "checks/model/SpawnSites.h"

#include "clang/AST/ParentMap.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

bool mentions(const Stmt *S, const ValueDecl *Var) {
  if (!S)
    return false;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    return Ref->getDecl() == Var;
  return llvm::any_of(
      S->children(), [Var](const Stmt *Child) { return mentions(Child, Var); });
}

class CaptureAnalysis {
public:
  CaptureAnalysis(const Function &F, const CoroutineModel &Model,
                  const Roles &R)
      : F(F), R(R), SM(F.Decl.getASTContext().getSourceManager()),
        Sites(F, Model, R), Find(F, Model, R) {}

  std::vector<EscapingTask> take() {
    std::vector<EscapingTask> Result;
    for (const SpawnSites::Start &Start : Sites.Starts)
      if (std::optional<EscapingTask> Task = started(Start))
        Result.push_back(std::move(*Task));
    // In a coroutine `return` is ill-formed, and co_return stores a value.
    if (!F.isCoroutine())
      for (const ReturnStmt *Return : Sites.Returns)
        if (std::optional<EscapingTask> Task = returned(*Return))
          Result.push_back(std::move(*Task));
    return Result;
  }

private:
  enum class Fate { Detached, Returned, Kept };

  std::optional<EscapingTask> started(const SpawnSites::Start &Start);
  std::optional<EscapingTask> returned(const ReturnStmt &Return);
  Fate fateOf(const Expr &Call, const Role &Spawn,
              std::vector<BranchTaken> &Branches);
  Fate fateOfVariable(const VarDecl &Handle,
                      std::vector<BranchTaken> &Branches);
  bool dropDetaches(QualType Handle, const Role &Spawn) const;
  bool waitedForLater(const Expr &Start, llvm::ArrayRef<Borrow> Borrows) const;
  bool runsTasks(QualType T) const;
  bool ownsExecution(const VarDecl *Var) const;
  bool isOwnMember(const Expr &Executor) const;

  bool keepsThisAlive(const Expr *E) const;
  bool thisMayWait() const;

  const ParentMap &parents() {
    if (!Parents)
      Parents = std::make_unique<ParentMap>(const_cast<Stmt *>(F.Body));
    return *Parents;
  }

  const Function &F;
  const Roles &R;
  const SourceManager &SM;
  const SpawnSites Sites;
  const BorrowFinder Find;
  std::unique_ptr<ParentMap> Parents;
};

bool CaptureAnalysis::dropDetaches(QualType Handle, const Role &Spawn) const {
  if (Handle.isNull() || Handle->isVoidType())
    return true;
  if (Spawn.is("returns", "nothing"))
    return true;
  if (const Role *Join = R.of(Handle, RoleKind::JoinHandle))
    return Join->is("drop", "detaches") || Join->is("drop", "nothing");
  return false;
}

CaptureAnalysis::Fate
CaptureAnalysis::fateOfVariable(const VarDecl &Handle,
                                std::vector<BranchTaken> &Branches) {
  const Role *Join = R.of(Handle.getType(), RoleKind::JoinHandle);
  if (!Join || !F.cfg())
    return Fate::Kept;
  const HandleEnd End = endOfHandle(Handle, *Join, F);
  if (!End.Escapes)
    return Fate::Kept;
  Branches = End.Branches;
  return Fate::Detached;
}

CaptureAnalysis::Fate
CaptureAnalysis::fateOf(const Expr &Call, const Role &Spawn,
                        std::vector<BranchTaken> &Branches) {
  const Stmt *Child = &Call;
  const Stmt *Parent = parents().getParent(const_cast<Expr *>(&Call));
  while (Parent) {
    if (isa<ExprWithCleanups, CXXBindTemporaryExpr, MaterializeTemporaryExpr,
            ParenExpr, ImplicitCastExpr, CXXFunctionalCastExpr>(Parent)) {
    } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(Parent)) {
      if (Construct->getNumArgs() != 1)
        return Fate::Kept;
    } else {
      break;
    }
    Child = Parent;
    Parent = parents().getParent(const_cast<Stmt *>(Parent));
  }
  if (const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(Parent);
      Cast && Cast->getType()->isVoidType())
    return dropDetaches(Call.getType(), Spawn) ? Fate::Detached : Fate::Kept;
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(Parent)) {
    const Role *Join = R.of(Call.getType(), RoleKind::JoinHandle);
    return Join && llvm::is_contained(
                       Join->list("detach"),
                       Member->getMemberDecl()->getDeclName().getAsString())
               ? Fate::Detached
               : Fate::Kept;
  }
  // In a template the handle's type is not known yet, but the name says it.
  if (const auto *Member =
          dyn_cast_or_null<CXXDependentScopeMemberExpr>(Parent))
    return Member->getMember().getAsString() == "detach" ? Fate::Detached
                                                         : Fate::Kept;
  if (const auto *Decls = dyn_cast_or_null<DeclStmt>(Parent)) {
    for (const Decl *D : Decls->decls()) {
      const auto *Var = dyn_cast<VarDecl>(D);
      if (Var && Var->getInit() && Var->hasLocalStorage() &&
          SM.isPointWithin(Call.getBeginLoc(), Var->getInit()->getBeginLoc(),
                           Var->getInit()->getEndLoc()))
        return fateOfVariable(*Var, Branches);
    }
    return Fate::Kept;
  }
  if (isa_and_nonnull<ReturnStmt>(Parent))
    return Fate::Returned;
  // The value of a statement is dropped.
  const bool Statement =
      !Parent ||
      isa<CompoundStmt, CaseStmt, DefaultStmt, LabelStmt, CXXForRangeStmt>(
          Parent) ||
      (isa<IfStmt>(Parent) && cast<IfStmt>(Parent)->getCond() != Child) ||
      (isa<ForStmt>(Parent) && cast<ForStmt>(Parent)->getCond() != Child) ||
      (isa<WhileStmt>(Parent) && cast<WhileStmt>(Parent)->getCond() != Child);
  return Statement && dropDetaches(Call.getType(), Spawn) ? Fate::Detached
                                                          : Fate::Kept;
}

/// Whether the function waits after \p Start for something that the task can
/// bring about. Which of its effects that is, is not decided: such code has a
/// protocol of its own.
bool CaptureAnalysis::waitedForLater(const Expr &Start,
                                     llvm::ArrayRef<Borrow> Borrows) const {
  const auto Later = [&](const Expr *E) {
    return SM.isBeforeInTranslationUnit(Start.getEndLoc(), E->getBeginLoc());
  };
  const auto About = [&](const Expr *E) {
    return Later(E) && llvm::any_of(Borrows, [E](const Borrow &B) {
             return B.Of && mentions(E, B.Of);
           });
  };
  return llvm::any_of(Sites.Waits, Later) ||
         llvm::any_of(Sites.Awaits, About) ||
         llvm::any_of(Sites.LoopConditions, About);
}

/// What runs tasks itself (`io_context`, `thread_pool`) can't be copied;
/// handles to it can.
bool CaptureAnalysis::runsTasks(QualType T) const {
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && Class->hasDefinition() && R.of(T, RoleKind::Executor) &&
         llvm::any_of(Class->ctors(),
                      [](const CXXConstructorDecl *Constructor) {
                        return Constructor->isCopyConstructor() &&
                               (Constructor->isDeleted() ||
                                Constructor->getAccess() == AS_private);
                      });
}

/// A local that runs what it is given and ends it with itself, or a handle to
/// one made here.
bool CaptureAnalysis::ownsExecution(const VarDecl *Var) const {
  if (!Var || !Var->hasLocalStorage() || isa<ParmVarDecl>(Var) ||
      Var->getType()->isReferenceType())
    return false;
  if (runsTasks(Var->getType()))
    return true;
  class Sources : public RecursiveASTVisitor<Sources> {
  public:
    llvm::SmallVector<const VarDecl *, 2> Found;
    bool VisitDeclRefExpr(DeclRefExpr *Ref) {
      if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
        Found.push_back(Var);
      return true;
    }
  } Finder;
  Finder.TraverseStmt(const_cast<Expr *>(Var->getInit()));
  return llvm::any_of(Finder.Found, [&](const VarDecl *Source) {
    return Source != Var && ownsExecution(Source);
  });
}

/// What \p Call starts its task on; nullptr if it does not say.
static const Expr *executorOf(const Expr &Call, const Role &Spawn) {
  const Expr *Executor = nullptr;
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  if (const std::optional<unsigned> Index = Spawn.index("executor"))
    Executor = *Index < Args.size() ? Args[*Index] : nullptr;
  else if (const std::optional<MemberCall> Member = asMemberCall(&Call))
    Executor = Member->Object;
  if (!Executor)
    return nullptr;
  Executor = skipWrappers(Executor);
  // `ctx.get_executor()`.
  if (const std::optional<MemberCall> Member = asMemberCall(Executor))
    Executor = skipWrappers(Member->Object);
  return Executor;
}

/// \p Executor is part of the object behind `this`, so its tasks end with it.
bool CaptureAnalysis::isOwnMember(const Expr &Executor) const {
  const auto *Member = dyn_cast<MemberExpr>(&Executor);
  if (!Member || !isa<CXXThisExpr>(skipWrappers(Member->getBase())))
    return false;
  return runsTasks(Member->getMemberDecl()->getType());
}

/// An owner of the object behind `this` goes along: `shared_from_this()`, or a
/// captured `shared_ptr` to this class.
bool CaptureAnalysis::keepsThisAlive(const Expr *E) const {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F.Decl);
  if (!E || !Method)
    return false;
  const CXXRecordDecl *Mine = Method->getParent();
  const auto Owns = [&](QualType T) {
    const auto *Pointer = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        T.getNonReferenceType()->getAsCXXRecordDecl());
    if (!Pointer || Pointer->getTemplateArgs().size() == 0 ||
        Pointer->getTemplateArgs()[0].getKind() != TemplateArgument::Type ||
        !Pointer->getName().ends_with("ptr"))
      return false;
    const CXXRecordDecl *Pointee =
        Pointer->getTemplateArgs()[0].getAsType()->getAsCXXRecordDecl();
    return Pointee && Mine->hasDefinition() && Pointee->hasDefinition() &&
           (Pointee->getCanonicalDecl() == Mine->getCanonicalDecl() ||
            Mine->isDerivedFrom(Pointee) || Pointee->isDerivedFrom(Mine) ||
            Mine->isLambda());
  };
  class Owners : public RecursiveASTVisitor<Owners> {
  public:
    explicit Owners(llvm::function_ref<bool(QualType)> Owns) : Owns(Owns) {}
    llvm::function_ref<bool(QualType)> Owns;
    bool Any = false;
    bool VisitExpr(Expr *E) {
      Any |= Owns(E->getType());
      return !Any;
    }
    // Only what the lambda takes along, not what its body mentions.
    bool TraverseLambdaExpr(LambdaExpr *E) {
      for (Expr *Init : E->capture_inits())
        if (Init && !TraverseStmt(Init))
          return false;
      return true;
    }
  } Finder(Owns);
  Finder.TraverseStmt(const_cast<Expr *>(E));
  return Finder.Any;
}

/// A destructor that somebody wrote may cancel and wait for the task.
bool CaptureAnalysis::thisMayWait() const {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F.Decl);
  const CXXRecordDecl *Class = Method ? Method->getParent() : nullptr;
  if (!Class || !Class->hasDefinition() || Class->isLambda())
    return true;
  // An awaiter lives in the frame of the coroutine that the task resumes.
  if (Method->getDeclName().isIdentifier() &&
      Method->getName() == "await_suspend")
    return true;
  const CXXDestructorDecl *Destructor = Class->getDestructor();
  return Class->isDependentContext() ||
         (Destructor && Destructor->isUserProvided());
}

std::optional<EscapingTask>
CaptureAnalysis::started(const SpawnSites::Start &Start) {
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(*Start.Call);
  const Expr *Subject = Roles::argument(*Start.Call, Start.Spawn.index("arg"));
  if (!Subject)
    return std::nullopt;
  EscapingTask Task;
  Find.borrowsOf(Subject, Task.Borrows);
  // Arguments for the callable travel with it (`std::thread(f, &x)`).
  if (const std::optional<unsigned> Index = Start.Spawn.index("arg"))
    if (!Start.Spawn.index("token"))
      for (unsigned I = *Index + 1; I < Args.size(); ++I)
        Find.value(Args[I], Args[I]->getBeginLoc(), Task.Borrows);
  if (Task.Borrows.empty())
    return std::nullopt;
  const Fate Fate = fateOf(*Start.Call, Start.Spawn, Task.Branches);
  if (Fate == Fate::Kept ||
      (Fate == Fate::Detached && Start.Spawn.is("joins", "yes")) ||
      (Task.Branches.empty() && waitedForLater(*Start.Call, Task.Borrows)))
    return std::nullopt;
  const Expr *Executor = executorOf(*Start.Call, Start.Spawn);
  const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Executor);
  if (Ref && ownsExecution(dyn_cast<VarDecl>(Ref->getDecl())))
    return std::nullopt;
  if ((Executor && isOwnMember(*Executor)) || Fate == Fate::Returned ||
      thisMayWait() ||
      llvm::any_of(Args, [&](const Expr *Arg) { return keepsThisAlive(Arg); }))
    llvm::erase_if(Task.Borrows,
                   [](const Borrow &B) { return B.How == Borrow::Kind::This; });
  if (Task.Borrows.empty())
    return std::nullopt;
  Task.How = Fate == Fate::Returned ? EscapingTask::Way::Returned
                                    : EscapingTask::Way::Detached;
  Task.Where = Start.Call->getBeginLoc();
  Task.OtherThread = Start.Spawn.is("on", "other-thread");
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Start.Call))
    Task.Starter = Roles::nameOf(*Construct->getConstructor()->getParent());
  else if (const FunctionDecl *Callee =
               cast<CallExpr>(Start.Call)->getDirectCallee())
    Task.Starter = Callee->getNameAsString();
  return Task;
}

/// `return worker(local);` from a function that is no coroutine itself.
std::optional<EscapingTask>
CaptureAnalysis::returned(const ReturnStmt &Return) {
  const Expr *Value = Return.getRetValue();
  if (!R.task(Value->getType()))
    return std::nullopt;
  EscapingTask Task;
  Find.borrowsOf(Value, Task.Borrows);
  // The object outlives the call of its own member, as far as this shows.
  llvm::erase_if(Task.Borrows,
                 [](const Borrow &B) { return B.How == Borrow::Kind::This; });
  if (Task.Borrows.empty())
    return std::nullopt;
  Task.How = EscapingTask::Way::Returned;
  Task.Where = Return.getReturnLoc();
  return Task;
}

} // namespace

std::vector<EscapingTask>
escapingTasks(const Function &F, const CoroutineModel &Model, const Roles &R) {
  return CaptureAnalysis(F, Model, R).take();
}

SourceLocation endOfScope(const ValueDecl &Local, const Function &F) {
  const auto *Binding = dyn_cast<BindingDecl>(&Local);
  const ValueDecl &Var = Binding ? *Binding->getDecomposedDecl() : Local;
  class Scopes : public RecursiveASTVisitor<Scopes> {
  public:
    explicit Scopes(const ValueDecl &Var) : Var(Var) {}
    const ValueDecl &Var;
    const CompoundStmt *Innermost = nullptr;
    llvm::SmallVector<const CompoundStmt *, 8> Open;
    bool TraverseCompoundStmt(CompoundStmt *S) {
      Open.push_back(S);
      const bool Go = RecursiveASTVisitor::TraverseCompoundStmt(S);
      Open.pop_back();
      return Go;
    }
    bool VisitVarDecl(VarDecl *D) {
      if (D == &Var && !Open.empty())
        Innermost = Open.back();
      return true;
    }
  } Finder(Var);
  Finder.TraverseStmt(const_cast<Stmt *>(F.Body));
  return Finder.Innermost ? Finder.Innermost->getRBracLoc()
                          : F.Body->getEndLoc();
}

} // namespace corolint
