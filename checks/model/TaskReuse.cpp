/// \file
/// The reuse analysis: what has used a task up, along each path.

#include "checks/model/TaskReuse.h"

#include "checks/model/Calls.h"
#include "checks/model/TaskGuards.h"
#include "checks/model/TaskNames.h"
#include "checks/model/TaskUses.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

namespace corolint {

using namespace clang;

namespace {

/// Whether \p T holds one task in its own place.
bool isOwner(QualType T) {
  const NamedDecl *Class = isStdClass(T) ? Roles::classOf(T) : nullptr;
  return Class &&
         (Class->getName() == "optional" || Class->getName() == "unique_ptr");
}

/// The type of the object at \p At, as it was declared; a null type for
/// elements, which are of the type that names them.
QualType declaredType(const ObjectPath &At) {
  if (At.Members.empty())
    return At.variable()->getType();
  const ObjectPath::Member Last = At.Members.back();
  return Last <= ObjectPath::MaxIndex || (Last & ObjectPath::SomeElement)
             ? QualType()
             : reinterpret_cast<const FieldDecl *>(Last)->getType();
}

/// As the author spells it, if the object is the task.
QualType nameableType(const ObjectPath &At, QualType Named, const Roles &R) {
  const QualType Declared = declaredType(At);
  return !Declared.isNull() && R.task(Declared)
             ? Declared
             : Named.getCanonicalType().getUnqualifiedType();
}

/// Follows one object, which is a task or holds one.
class ReuseAnalysis {
public:
  /// The mention that used it up; nullptr as long as it is good for a use, or
  /// if that is not known.
  using State = const DeclRefExpr *;
  using Path = FlowPath<State>;

  ReuseAnalysis(const ObjectPath &At, const TaskUses &Uses,
                const Conditions &Tests, bool SingleShot)
      : At(At), Uses(Uses), Tests(Tests), SingleShot(SingleShot),
        Owner(!declaredType(At).isNull() && isOwner(declaredType(At))) {
    for (const auto &[Ref, Mention] : Uses.Mentions)
      if (isa_and_nonnull<CallExpr>(Mention.By) && Mention.At == At &&
          moves(Mention))
        Later[Mention.By].push_back(cast<DeclRefExpr>(Ref));
    // In source order, so that the second is told as such.
    for (auto &[By, Refs] : Later)
      llvm::sort(Refs, [](const DeclRefExpr *A, const DeclRefExpr *B) {
        return A->getLocation() < B->getLocation();
      });
  }

  struct Again {
    const DeclRefExpr *First;
    const PathStep *Here;
  };
  /// By the second use.
  std::map<const DeclRefExpr *, Again> Found;

  static bool moves(const TaskMention &Mention) {
    return Mention.How == TaskUse::Move || Mention.Stored;
  }

  void enter(State &S) { S = nullptr; }
  void leave(const Path &, const PathStep &) {}
  /// The task is as used up as it was when something was thrown.
  void unwind(State &, const CXXTryStmt &) {}

  void step(const CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &) {
    const auto Element = E.getAs<CFGStmt>();
    if (!Element)
      return;
    const Stmt *S = Element->getStmt();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      return mention(*Ref, P, Here);
    if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      for (const Decl *D : Decls->decls())
        if (D == At.variable() || isStored(D))
          P.S = nullptr;
      return;
    }
    // A function that throws may not have taken what it was given.
    if (auto It = Later.find(S); It != Later.end())
      for (const DeclRefExpr *Ref : It->second)
        useUp(*Ref, P, Here);
    // Whatever is put into it, it is another task.
    if (isStored(S))
      P.S = nullptr;
  }

private:
  bool isMine(const ObjectPath &Other) const {
    return At.contains(Other) || Other.contains(At) || At.isPerhaps(Other);
  }
  bool isStored(const void *Where) const {
    auto It = Uses.Stores.find(Where);
    return It != Uses.Stores.end() && isMine(It->second.To);
  }

  void mention(const DeclRefExpr &Ref, Path &P, const PathStep &Here) {
    auto It = Uses.Mentions.find(&Ref);
    if (It == Uses.Mentions.end())
      return;
    const TaskMention &Mention = It->second;
    if (Mention.At == At && (moves(Mention) || Mention.How == TaskUse::Await)) {
      if (!Later.contains(Mention.By))
        useUp(Ref, P, Here);
      return;
    }
    const auto *Var = dyn_cast_or_null<VarDecl>(Mention.At.variable());
    const auto Closure = Uses.Closures.find(Var);
    if (Var && Closure != Uses.Closures.end() &&
        llvm::any_of(Closure->second,
                     [&](const ObjectPath &Other) { return isMine(Other); }))
      P.S = nullptr;
    if (!isMine(Mention.At) ||
        (Mention.How == TaskUse::Look && !moves(Mention)))
      return;
    // An owner whose task is used up still has one.
    if (!Owner || Mention.How != TaskUse::Test)
      P.S = nullptr;
  }

  void useUp(const DeclRefExpr &Ref, Path &P, const PathStep &Here) {
    const TaskMention &Mention = Uses.Mentions.find(&Ref)->second;
    if (P.S) {
      // Which time round a loop it is, a condition may know.
      if (P.S != &Ref || !Mention.Skipped)
        Found.try_emplace(&Ref, Again{P.S, &Here});
      P.S = nullptr;
      return;
    }
    if (!moves(Mention) && !SingleShot)
      return;
    P.S = &Ref;
    const auto *Var = dyn_cast<VarDecl>(At.variable());
    if (Var && moves(Mention) && !Owner && At.Members.empty())
      Tests.assumeEngaged(*Var, false, P.Facts);
  }

  const ObjectPath At;
  const TaskUses &Uses;
  const Conditions &Tests;
  const bool SingleShot;
  const bool Owner;
  /// The calls that take it, and where they name it.
  llvm::DenseMap<const Stmt *, llvm::SmallVector<const DeclRefExpr *, 1>> Later;
};

/// Whether an object at \p At is this function's, and one at a time.
bool isFollowed(const TaskMention &Mention, const Roles &R) {
  const ObjectPath &At = Mention.At;
  const auto *Var = dyn_cast_or_null<VarDecl>(At.variable());
  if (!Var || !Var->hasLocalStorage() || At.Indirect ||
      Var->getType()->isReferenceType() || !R.task(Mention.Type))
    return false;
  if (llvm::any_of(At.Members, [](ObjectPath::Member Member) {
        return Member != ObjectPath::AnyElement &&
               (Member & ObjectPath::SomeElement) != 0;
      }))
    return false;
  // What `front()` and `back()` name is not the container's one task.
  const QualType Declared = declaredType(At);
  return Declared.isNull() || R.task(Declared) || isOwner(Declared);
}

std::string quoted(llvm::StringRef Name) { return ("'" + Name + "'").str(); }

/// What takes the task that is moved at \p Ref.
std::string takerOf(const TaskMention &Mention) {
  const Stmt *By = Mention.By;
  if (const auto *Decls = dyn_cast_or_null<DeclStmt>(By);
      Decls && Decls->isSingleDecl())
    if (const auto *Var = dyn_cast<VarDecl>(Decls->getSingleDecl());
        Var && !Var->getName().empty())
      return quoted(Var->getName());
  if (const auto *Call = dyn_cast_or_null<CallExpr>(By))
    if (const FunctionDecl *Callee = Call->getDirectCallee();
        Callee && Callee->getDeclName().isIdentifier())
      return quoted(Callee->getName());
  return "";
}

ReusedTask::Use describe(const DeclRefExpr &Ref, const TaskUses &Uses) {
  const TaskMention &Mention = Uses.Mentions.find(&Ref)->second;
  const bool Moves = ReuseAnalysis::moves(Mention);
  return {Moves ? TaskUse::Move : TaskUse::Await, Ref.getLocation(),
          Moves ? takerOf(Mention) : ""};
}

} // namespace

std::vector<ReusedTask>
reusedTasks(const Function &F, const CoroutineModel &Model, const Roles &R) {
  const TaskTypes Types(R, TaskTypes::Of::Use);
  const TaskUses Uses(F, Model, Types);
  // What is used up at most once is none of this analysis' business.
  std::map<ObjectPath, QualType> Candidates;
  for (const auto &[Ref, Mention] : Uses.Mentions)
    if ((Mention.How == TaskUse::Await || ReuseAnalysis::moves(Mention)) &&
        isFollowed(Mention, R))
      Candidates.emplace(Mention.At, Mention.Type);
  if (Candidates.empty() || !F.cfg())
    return {};
  const ASTContext &Ast = F.Decl.getASTContext();
  const SourceManager &SM = Ast.getSourceManager();
  const Conditions Tests(F);
  std::vector<ReusedTask> Result;
  for (const auto &[At, Type] : Candidates) {
    ReuseAnalysis Analysis(At, Uses, Tests, R.task(Type)->SingleShot);
    ForwardFlow Flow(F, Tests, Analysis);
    Flow.run();
    for (const auto &[Ref, Again] : Analysis.Found) {
      ReusedTask Task{nameOfPart(At),
                      describeTaskType(nameableType(At, Type, R), Ast),
                      describe(*Again.First, Uses),
                      describe(*Ref, Uses),
                      Ref == Again.First,
                      {}};
      Task.Way = wayThatMatters(Again.Here, Task.First.Where, At, Uses, SM);
      Result.push_back(std::move(Task));
    }
  }
  llvm::sort(Result, [&](const ReusedTask &A, const ReusedTask &B) {
    if (A.Second.Where != B.Second.Where)
      return SM.isBeforeInTranslationUnit(A.Second.Where, B.Second.Where);
    return A.Variable < B.Variable;
  });
  return Result;
}

} // namespace corolint
