/// \file
/// Finding the tasks that run at the same time as others.

#include "checks/model/SharedTasks.h"

#include "checks/model/Calls.h"
#include "checks/model/Executors.h"
#include "checks/model/OwnBody.h"
#include "checks/model/SpawnSites.h"
#include "checks/model/TaskContext.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// The calls that start tasks besides those of the model of starts: work for
/// threads that may block, and threads that are made in their container.
class SharedTasks::Finder : public OwnBodyVisitor<Finder> {
public:
  explicit Finder(SharedTasks &To) : To(To) {}

  bool VisitCallExpr(CallExpr *E) {
    if (To.R.ofCall(*E, RoleKind::AwaitsAll)) {
      Together.push_back(E);
    } else if (const Role *Offload = To.R.ofCall(*E, RoleKind::Offload)) {
      // What has a handle has begun.
      if (To.R.of(E->getType(), RoleKind::JoinHandle))
        Starts.emplace_back(E, Offload);
    } else if (const std::optional<MemberCall> Call = asMemberCall(E)) {
      if (const Role *Makes = madeIn(*Call))
        Starts.emplace_back(E, Makes);
      else if (fillsContainer(Call->Name))
        Fills.push_back(*Call);
    }
    if (To.All.calleeOf(*E))
      Calls.push_back(E);
    return true;
  }
  bool VisitForStmt(ForStmt *S) {
    AllLoops.push_back(S);
    return true;
  }
  bool VisitWhileStmt(WhileStmt *S) {
    AllLoops.push_back(S);
    return true;
  }
  bool VisitCXXForRangeStmt(CXXForRangeStmt *S) {
    Loops.push_back(S);
    AllLoops.push_back(S);
    return true;
  }

  std::vector<std::pair<const Expr *, const Role *>> Starts;
  std::vector<const CallExpr *> Together;
  /// Of functions whose bodies can be seen.
  std::vector<const CallExpr *> Calls;
  std::vector<MemberCall> Fills;
  std::vector<const CXXForRangeStmt *> Loops;
  std::vector<const Stmt *> AllLoops;

private:
  /// `threads.emplace_back(work)`.
  const Role *madeIn(const MemberCall &Call) const {
    if (!Call.Name.starts_with("emplace"))
      return nullptr;
    const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        skipWrappers(Call.Object)->getType()->getAsCXXRecordDecl());
    if (!Class || Class->getTemplateArgs().size() == 0 ||
        Class->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
      return nullptr;
    const auto *Made =
        Class->getTemplateArgs()[0].getAsType()->getAsCXXRecordDecl();
    if (!Made || !Made->hasDefinition())
      return nullptr;
    for (const Decl *Member : Made->decls()) {
      const auto *Template = dyn_cast<FunctionTemplateDecl>(Member);
      const Decl *Function = Template ? Template->getTemplatedDecl() : Member;
      if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Function))
        if (const Role *Spawn = To.R.of(*Constructor, RoleKind::Spawn);
            Spawn && Spawn->index("arg") == 0u && Call.Args.size())
          return Spawn;
    }
    return nullptr;
  }

  SharedTasks &To;
};

SharedTasks::SharedTasks(const Function &F, SharedAccesses &All)
    : F(F), All(All), R(All.R), Parents(const_cast<Stmt *>(F.Body)) {
  Finder Find(*this);
  const SpawnSites Sites(F, All.Model, R);
  const SourceManager &SM = R.ast().getSourceManager();
  Find.TraverseStmt(const_cast<Stmt *>(F.Body));
  for (const SpawnSites::Start &Start : Sites.Starts)
    Find.Starts.emplace_back(Start.Call, &Start.Spawn);
  // What a task is given of a loop's element is that element's alone.
  for (const CXXForRangeStmt *Loop : Find.Loops)
    if (llvm::any_of(Find.Starts, [&](const auto &Start) {
          return Loop->getSourceRange().fullyContains(
              Start.first->getSourceRange());
        }))
      All.Places.keepApart(*Loop->getLoopVariable());
  for (const auto &[Call, Spawn] : Find.Starts)
    start(*Call, *Spawn);
  for (const CallExpr *Call : Find.Calls)
    startInside(*Call);
  for (const CallExpr *Call : Find.Together)
    together(*Call, Find);
  llvm::stable_sort(Started, [&](const SharedTask &A, const SharedTask &B) {
    return SM.isBeforeInTranslationUnit(A.Call->getBeginLoc(),
                                        B.Call->getBeginLoc());
  });
}

/// Whether \p S makes something for one thread: `thread_pool pool(1);`, also by
/// way of options with a name.
static bool saysOne(const Stmt *S, unsigned Depth = 0) {
  if (!S || Depth > 16)
    return false;
  if (const auto *Number = dyn_cast<IntegerLiteral>(S))
    return Number->getValue() == 1;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    // What options say that have been filled in elsewhere is not known.
    return Var &&
           ((Var->getType()->getAsCXXRecordDecl() && Var->hasLocalStorage()) ||
            saysOne(Var->getInit(), Depth + 1));
  }
  return !isa<LambdaExpr>(S) &&
         llvm::any_of(S->children(), [Depth](const Stmt *Child) {
           return saysOne(Child, Depth + 1);
         });
}

bool SharedTasks::hasOneThread(const Expr &Executor) const {
  const VarDecl *Var = localRoot(&Executor);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(&Executor)); !Var)
    Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return Var && saysOne(Var->getInit());
}

static const NamespaceDecl *outermost(const Decl &D) {
  const NamespaceDecl *Found = nullptr;
  for (const DeclContext *C = D.getDeclContext(); C; C = C->getParent())
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(C))
      Found = Namespace->getFirstDecl();
  return Found;
}

/// Whether the file makes an executor with one thread, of the library that
/// \p Call belongs to: it is where its tasks run, for all that is known.
bool SharedTasks::usesOneThread(const Expr &Call) const {
  class Search : public OwnBodyVisitor<Search> {
  public:
    Search(const Roles &R, const NamespaceDecl *Library)
        : R(R), Library(Library) {}
    bool VisitVarDecl(VarDecl *Var) {
      QualType T = Var->getType();
      // `auto pool = thread_pool::make_shared({.thread_count = 1});`
      if (const auto *Owner = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
              T->getAsCXXRecordDecl());
          Owner && SharedPlaces::isPointerLike(T) &&
          Owner->getTemplateArgs()[0].getKind() == TemplateArgument::Type)
        T = Owner->getTemplateArgs()[0].getAsType();
      const auto *Class = T->getAsCXXRecordDecl();
      Found |= Class && outermost(*Class) == Library &&
               R.of(T, RoleKind::Executor) && saysOne(Var->getInit());
      return !Found;
    }
    const Roles &R;
    const NamespaceDecl *Library;
    bool Found = false;
  };
  const auto *Start = dyn_cast<CallExpr>(&Call);
  const FunctionDecl *Callee = Start ? Start->getDirectCallee() : nullptr;
  const NamespaceDecl *Library = Callee ? outermost(*Callee) : nullptr;
  if (!Library || Callee->isInStdNamespace())
    return false;
  const auto [Known, New] = All.OneThread.try_emplace(Library, false);
  if (!New)
    return Known->second;
  Search Look(R, Library);
  for (const auto &Other : All.Model.functions())
    if (!R.isDescribed(Other->Decl))
      Look.TraverseStmt(const_cast<Stmt *>(Other->Body));
  return Known->second = Look.Found;
}

bool SharedTasks::runsElsewhere(const Expr &Call, const Role &Spawn) const {
  if (Spawn.Kind == RoleKind::Offload)
    return !usesOneThread(Call);
  if (Spawn.is("returns", "task") || Spawn.is("on", "same-thread"))
    return false;
  if (Spawn.is("on", "other-thread"))
    return !usesOneThread(Call);
  const Role *Executor = executorOf(Call, Spawn, "executor", R);
  const Expr *On = Roles::argument(Call, Spawn.index("executor"));
  return Executor && Executor->is("threads", "many") && On &&
         !hasOneThread(*On);
}

static bool isBookkeeping(const Stmt *S) {
  if (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(S))
    return Construct->getNumArgs() == 1;
  return isa_and_nonnull<ExprWithCleanups, CXXBindTemporaryExpr,
                         MaterializeTemporaryExpr, ParenExpr, ImplicitCastExpr,
                         CXXFunctionalCastExpr>(S);
}

void SharedTasks::start(const Expr &Call, const Role &Spawn) {
  const std::optional<unsigned> Index = Spawn.index("arg");
  if (!Index || llvm::any_of(Started, [&](const SharedTask &Task) {
        return Task.Call == &Call;
      }))
    return;
  llvm::SmallVector<const Expr *, 4> Rest;
  for (unsigned I = *Index + 1; const Expr *Arg = Roles::argument(Call, I); ++I)
    Rest.push_back(Arg);
  const Expr *Work = Roles::argument(Call, Index);
  SharedTask Task{&Call, accessesOf(Work, Rest)};
  if (Task.Accesses.empty() || !runsElsewhere(Call, Spawn))
    return;
  if (const Expr *On = Spawn.index("executor") || Spawn.is("executor", "this")
                           ? Roles::argument(Call, Spawn.index("executor"))
                           : nullptr)
    keep(Task, *On);
  follow(Task, Spawn.is("returns", "nothing"));
  Started.push_back(std::move(Task));
}

/// A function that starts a task and does not wait for it.
void SharedTasks::startInside(const CallExpr &Call) {
  const Function *Callee = All.calleeOf(Call);
  const Stmt *Parent = Parents.getParent(&Call);
  while (isBookkeeping(Parent))
    Parent = Parents.getParent(Parent);
  if (!Callee || Callee == &F ||
      (Callee->isCoroutine() && !isa_and_nonnull<CoawaitExpr>(Parent)) ||
      llvm::any_of(Started,
                   [&](const SharedTask &Task) { return Task.Call == &Call; }))
    return;
  std::optional<NameBinding> Names;
  for (const SharedTask &Inner : tasksLeftBy(*Callee, All)) {
    if (!Names)
      Names = All.bind(*Callee, Call, F);
    SharedTask Task{&Call, {}};
    Task.Keepers = Inner.Keepers;
    Task.Detached = Inner.Detached;
    for (const SharedAccess &Access : Inner.Accesses)
      if (std::optional<SharedAccess> Here = Names->translate(Access))
        Task.Accesses.push_back(std::move(*Here));
    if (Task.Accesses.empty())
      continue;
    if (Inner.Returned)
      follow(Task, /*ReturnsNothing=*/false);
    Started.push_back(std::move(Task));
  }
}

void SharedTasks::together(const CallExpr &Call, const Finder &Find) {
  if (usesOneThread(Call))
    return;
  TasksTogether Found{&Call, {}};
  for (const Expr *Arg : Call.arguments())
    addMade(*Arg, Find, Found);
  if (Found.Members.size() > 1 ||
      llvm::any_of(Found.Members, [](const auto &One) { return One.InLoop; }))
    Together.push_back(std::move(Found));
}

/// The task \p In, or those that have been put into the container \p In.
void SharedTasks::addMade(const Expr &In, const Finder &Find,
                          TasksTogether &To) {
  const auto Add = [&](const Expr &Made, bool InLoop) {
    const Role *Task = R.of(Made.getType(), RoleKind::Task);
    To.Members.push_back(
        {&Made, accessesOf(&Made, {}),
         Task && Task->is("threads", "many") && !usesOneThread(*To.Call),
         InLoop});
  };
  const VarDecl *Var = localRoot(&In);
  if (!Var || R.task(Var->getType()))
    return Add(In, false);
  for (const MemberCall &Fill : Find.Fills) {
    if (localRoot(Fill.Object) != Var || Fill.Args.size() != 1)
      continue;
    const SourceRange Here = Fill.Call->getSourceRange();
    const auto Loop = llvm::find_if(Find.AllLoops, [&](const Stmt *S) {
      return S->getSourceRange().fullyContains(Here) &&
             !S->getSourceRange().fullyContains(To.Call->getSourceRange());
    });
    Add(*Fill.Args[0], Loop != Find.AllLoops.end());
    if (Loop == Find.AllLoops.end())
      continue;
    // Each round has its own of what is declared in the loop.
    llvm::erase_if(To.Members.back().Accesses, [&](const SharedAccess &Access) {
      const ValueDecl *Root = Access.At.variable();
      return Root &&
             (*Loop)->getSourceRange().fullyContains(Root->getSourceRange());
    });
  }
}

/// \p In is the object that keeps the handle of \p Task.
void SharedTasks::keep(SharedTask &Task, const Expr &In) {
  const Expr *Object = skipWrappers(&In);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Object))
    Task.Keepers.push_back(Ref->getDecl());
  else if (const auto *Member = dyn_cast<MemberExpr>(Object))
    Task.Keepers.push_back(Member->getMemberDecl());
  else
    return;
  Harmless.insert(Object);
}

/// Finds out what becomes of the handle that \p Task's call returns.
void SharedTasks::follow(SharedTask &Task, bool ReturnsNothing) {
  const auto DropEnds = [&](QualType T) {
    if (ReturnsNothing || T->isVoidType())
      return false;
    const Role *Join = R.of(T, RoleKind::JoinHandle);
    return !Join ||
           !(Join->is("drop", "detaches") || Join->is("drop", "nothing"));
  };
  const auto Made = asMemberCall(Task.Call);
  if (Made && Made->Name.starts_with("emplace"))
    return keep(Task, *Made->Object);
  const Stmt *Child = Task.Call;
  const Stmt *Parent = Parents.getParent(Child);
  for (; isBookkeeping(Parent); Parent = Parents.getParent(Parent))
    Child = Parent;
  Task.Detached = !DropEnds(Task.Call->getType());
  if (const auto *Decls = dyn_cast_or_null<DeclStmt>(Parent)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D);
          Var && Var->getInit() &&
          Var->getInit()->getSourceRange().fullyContains(
              Task.Call->getSourceRange()))
        Task.Keepers.push_back(Var);
    return;
  }
  const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(Parent);
  if (isa_and_nonnull<CompoundStmt, ForStmt, WhileStmt, IfStmt, CXXForRangeStmt,
                      CaseStmt, DefaultStmt, DoStmt>(Parent) ||
      (Cast && Cast->getType()->isVoidType())) {
    if (!Task.Detached)
      Task.Until = Task.Call;
    return;
  }
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(Parent)) {
    const Role *Join = R.of(Task.Call->getType(), RoleKind::JoinHandle);
    if (Join && llvm::is_contained(
                    Join->list("detach"),
                    Member->getMemberDecl()->getDeclName().getAsString())) {
      Task.Detached = true;
      return;
    }
  }
  if (const auto Call = asMemberCall(Parent)) {
    if (fillsContainer(Call->Name) ||
        (isa<CXXOperatorCallExpr>(Parent) &&
         cast<CXXOperatorCallExpr>(Parent)->isAssignmentOp()))
      return keep(Task, *Call->Object);
  }
  Task.Returned = isa_and_nonnull<ReturnStmt>(Parent);
  // Somebody else gets the handle, and has done with it at the end of the
  // statement.
  Task.Until = Child;
  for (; isa_and_nonnull<Expr>(Parent); Parent = Parents.getParent(Parent))
    if (!isBookkeeping(Parent))
      Task.Until = Parent;
}

} // namespace corolint
