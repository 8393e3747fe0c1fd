/// \file
/// Following which tasks run, and comparing what they access.

#include "checks/model/TaskRaces.h"

#include "checks/model/Flow.h"
#include "checks/model/SharedTasks.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallSet.h"

namespace corolint {
namespace {

using namespace clang;

/// Whether a lock that both hold keeps one of them waiting. One without a name
/// can be any.
bool excludeEachOther(const SharedAccess &A, const SharedAccess &B) {
  const auto IsUnsure = [](const SharedLock &Lock) {
    return !Lock.isKnown() ||
           llvm::is_contained(Lock.At.Members, SharedPlaces::Pointee);
  };
  const bool BothLock = !A.Locks.empty() && !B.Locks.empty();
  for (const SharedLock &One : A.Locks)
    for (const SharedLock &Two : B.Locks)
      if (One.At == Two.At && !(One.Shared && Two.Shared))
        return true;
  const auto IsUnknown = [](const SharedLock &Lock) { return !Lock.isKnown(); };
  return llvm::any_of(A.Locks, IsUnknown) || llvm::any_of(B.Locks, IsUnknown) ||
         (BothLock &&
          (llvm::any_of(A.Locks, IsUnsure) || llvm::any_of(B.Locks, IsUnsure)));
}

bool conflict(const SharedAccess &A, const SharedAccess &B) {
  if (!A.Write && !B.Write)
    return false;
  const bool Meet =
      (SharedPlaces::covers(A.At, B.At) && (A.Write || A.Whole)) ||
      (SharedPlaces::covers(B.At, A.At) && (B.Write || B.Whole));
  return Meet && !excludeEachOther(A, B);
}

/// Which of the tasks run, along each path.
class RunningTasks {
public:
  struct Running {
    unsigned Task;
    /// The variables that it was given and that have begun another life.
    llvm::SmallVector<const ValueDecl *, 1> Renewed = {};
    bool operator==(const Running &) const = default;
  };
  using State = llvm::SmallVector<Running, 2>;
  using Path = FlowPath<State>;

  RunningTasks(const Function &F, SharedAccesses &All)
      : F(F), Tasks(F, All), R(All.R) {
    if (!empty())
      Own = &All.of(F);
  }

  bool empty() const { return Tasks.Started.empty() && Tasks.Together.empty(); }
  std::vector<TaskRace> take();
  std::vector<SharedTask> takeLeft() &&;

  void enter(State &) {}
  void leave(const Path &P, const PathStep &) {
    for (const Running &Task : P.S)
      Left.insert(Task.Task);
  }
  void step(const CFGElement &E, Path &P, const PathStep &,
            llvm::SmallVectorImpl<Path> &) {
    if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
      return destroy(*Dtor->getVarDecl(), P.S);
    if (const auto S = E.getAs<CFGStmt>())
      statement(*S->getStmt(), P.S);
  }

private:
  using Side = TaskRace::Side;

  void statement(const Stmt &S, State &Now);
  void destroy(const VarDecl &Var, State &Now);
  void renew(const VarDecl &Var, State &Now);
  void mention(const Expr &E, const ValueDecl &D, State &Now);
  bool waitsForSome(const Stmt &S) const;
  void start(unsigned New, State &Now);
  void together(const TasksTogether &All);
  void compare(Side A, Side B, const Expr *Await = nullptr);
  bool keeps(const SharedTask &Task, const ValueDecl &D) const {
    return llvm::is_contained(Task.Keepers, &D);
  }

  const Function &F;
  SharedTasks Tasks;
  const AccessesOfFunction *Own = nullptr;
  const Roles &R;
  std::vector<TaskRace> Found;
  /// Those that run when the function returns.
  llvm::SmallSet<unsigned, 4> Left;
};

void RunningTasks::statement(const Stmt &S, State &Now) {
  if (const auto *Decls = dyn_cast<DeclStmt>(&S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        renew(*Var, Now);
    return;
  }
  if (const auto Mine = Own->At.find(&S); Mine != Own->At.end())
    for (const Running &Other : Now)
      for (const SharedAccess &Theirs : Tasks.Started[Other.Task].Accesses)
        for (const SharedAccess &Access : Mine->second)
          if (!llvm::is_contained(Other.Renewed, Theirs.At.variable()))
            compare({Access}, {Theirs, Tasks.Started[Other.Task].Call});
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
    mention(*Ref, *Ref->getDecl(), Now);
  else if (const auto *Member = dyn_cast<MemberExpr>(&S))
    mention(*Member, *Member->getMemberDecl(), Now);
  if (Own->Waits.contains(&S) && !waitsForSome(S))
    Now.clear();
  for (unsigned I = 0; I < Tasks.Started.size(); ++I)
    if (Tasks.Started[I].Call == &S)
      start(I, Now);
  llvm::erase_if(Now, [&](const Running &Task) {
    return Tasks.Started[Task.Task].Until == &S;
  });
}

/// Whoever names a handle waits for its task, or tells somebody who can.
void RunningTasks::mention(const Expr &E, const ValueDecl &D, State &Now) {
  if (!Tasks.Harmless.contains(&E))
    llvm::erase_if(Now, [&](const Running &Task) {
      return keeps(Tasks.Started[Task.Task], D);
    });
}

/// Whether \p S, which waits, waits for the tasks whose handles it names.
bool RunningTasks::waitsForSome(const Stmt &S) const {
  const ValueDecl *D = nullptr;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
    D = Ref->getDecl();
  else if (const auto *Member = dyn_cast<MemberExpr>(&S))
    D = Member->getMemberDecl();
  if (D && llvm::any_of(Tasks.Started, [&](const SharedTask &Task) {
        return keeps(Task, *D);
      }))
    return true;
  return llvm::any_of(S.children(), [&](const Stmt *Child) {
    return Child && waitsForSome(*Child);
  });
}

void RunningTasks::destroy(const VarDecl &Var, State &Now) {
  llvm::erase_if(Now, [&](const Running &Task) {
    const SharedTask &Its = Tasks.Started[Task.Task];
    if (!keeps(Its, Var))
      return false;
    const Role *Join = R.of(Var.getType(), RoleKind::JoinHandle);
    const auto *Container = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        Var.getType()->getAsCXXRecordDecl());
    if (!Join && Container && Container->getTemplateArgs().size() &&
        Container->getTemplateArgs()[0].getKind() == TemplateArgument::Type)
      Join = R.of(Container->getTemplateArgs()[0].getAsType(),
                  RoleKind::JoinHandle);
    return !Join ||
           !(Join->is("drop", "detaches") || Join->is("drop", "nothing"));
  });
}

void RunningTasks::renew(const VarDecl &Var, State &Now) {
  for (Running &Task : Now)
    if (!llvm::is_contained(Task.Renewed, &Var) &&
        llvm::any_of(Tasks.Started[Task.Task].Accesses,
                     [&](const SharedAccess &Access) {
                       return Access.At.variable() == Var.getCanonicalDecl();
                     }))
      Task.Renewed.push_back(&Var);
}

void RunningTasks::start(unsigned New, State &Now) {
  const SharedTask &Task = Tasks.Started[New];
  for (const Running &Other : Now)
    for (const SharedAccess &Theirs : Tasks.Started[Other.Task].Accesses)
      for (const SharedAccess &Access : Task.Accesses)
        if (!llvm::is_contained(Other.Renewed, Theirs.At.variable()))
          compare({Theirs, Tasks.Started[Other.Task].Call},
                  {Access, Task.Call});
  // The newest of one call's tasks shares the most with what comes.
  llvm::erase_if(Now, [&](const Running &Other) { return Other.Task == New; });
  Now.push_back({New});
  llvm::sort(
      Now, [](const Running &A, const Running &B) { return A.Task < B.Task; });
}

/// The first of them that is away from the thread that runs the await lets the
/// next one begin.
void RunningTasks::together(const TasksTogether &All) {
  using Phase = SharedAccess::Phase;
  for (auto First = All.Members.begin(); First != All.Members.end(); ++First)
    for (auto Second = First->InLoop ? First : First + 1;
         Second != All.Members.end(); ++Second)
      for (const SharedAccess &A : First->Accesses)
        for (const SharedAccess &B : Second->Accesses)
          if (A.On == Phase::Switched ||
              (A.On == Phase::Resumed &&
               (First->ManyThreads || B.On == Phase::Switched)))
            compare({A, First->Made}, {B, Second->Made}, All.Call);
}

void RunningTasks::compare(Side A, Side B, const Expr *Await) {
  if (!conflict(A.Access, B.Access))
    return;
  // The write without a lock, or the first one.
  const SourceManager &SM = R.ast().getSourceManager();
  const auto Rank = [](const Side &S) {
    return std::pair(!S.Access.Write, !S.Access.Locks.empty());
  };
  if (Rank(B) < Rank(A) ||
      (Rank(A) == Rank(B) &&
       SM.isBeforeInTranslationUnit(B.Access.Where, A.Access.Where)))
    std::swap(A, B);
  Found.push_back({std::move(A), std::move(B), Await});
}

/// What callers can know of the tasks that are left to them.
std::vector<SharedTask> RunningTasks::takeLeft() && {
  std::vector<SharedTask> Result;
  for (unsigned I = 0; I < Tasks.Started.size(); ++I) {
    SharedTask &Task = Tasks.Started[I];
    const bool OthersKnow =
        llvm::any_of(Task.Keepers, [](const ValueDecl *Keeper) {
          const auto *Var = dyn_cast<VarDecl>(Keeper);
          return Var && Var->hasLocalStorage();
        });
    if (OthersKnow || (!Task.Returned && !Left.contains(I)))
      continue;
    llvm::erase_if(Task.Accesses, [this](const SharedAccess &Access) {
      return !isOutside(Access.At, F);
    });
    Result.push_back(std::move(Task));
  }
  return Result;
}

std::vector<TaskRace> RunningTasks::take() {
  for (const TasksTogether &All : Tasks.Together)
    together(All);
  const SourceManager &SM = R.ast().getSourceManager();
  llvm::stable_sort(Found, [&](const TaskRace &A, const TaskRace &B) {
    if (A.Write.Access.Where != B.Write.Access.Where)
      return SM.isBeforeInTranslationUnit(A.Write.Access.Where,
                                          B.Write.Access.Where);
    return SM.isBeforeInTranslationUnit(A.Other.Access.Where,
                                        B.Other.Access.Where);
  });
  std::vector<TaskRace> Result;
  for (TaskRace &One : Found)
    if (llvm::none_of(Result, [&](const TaskRace &Known) {
          return Known.Write.Access.At == One.Write.Access.At;
        }))
      Result.push_back(std::move(One));
  return Result;
}

} // namespace

std::vector<SharedTask> tasksLeftBy(const Function &F, SharedAccesses &All) {
  if (F.Decl.isDependentContext() || !F.cfg())
    return {};
  auto [Known, New] = All.Left.try_emplace(&F);
  if (!New) // Also if it calls itself.
    return Known->second ? *Known->second : std::vector<SharedTask>();
  RunningTasks Analysis(F, All);
  std::vector<SharedTask> Found;
  if (!Analysis.empty()) {
    const Conditions Tests(F);
    ForwardFlow Flow(F, Tests, Analysis);
    Flow.run();
    Found = std::move(Analysis).takeLeft();
  }
  All.Left[&F] = std::make_unique<std::vector<SharedTask>>(Found);
  return Found;
}

std::vector<TaskRace> taskRaces(const Function &F, SharedAccesses &All) {
  if (F.Decl.isDependentContext() || !F.cfg())
    return {};
  RunningTasks Analysis(F, All);
  if (Analysis.empty())
    return {};
  const Conditions Tests(F);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  return Analysis.take();
}

} // namespace corolint
