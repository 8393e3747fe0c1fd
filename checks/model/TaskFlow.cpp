/// \file
/// The task analysis: what is owed an await or an owner, along each path.

#include "checks/model/TaskFlow.h"

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

using Ending = DroppedTask::End;

/// Follows the variables of one group; discarded values belong to none.
class TaskAnalysis {
public:
  struct Entry {
    unsigned Slot;
    /// What made the task in it.
    const Expr *Maker;
    bool Paid;
    bool operator==(const Entry &) const = default;
  };
  using State = llvm::SmallVector<Entry, 2>;
  using Path = FlowPath<State>;

  TaskAnalysis(const Function &F, const TaskUses &Uses, const Conditions &Tests,
               const TaskTypes &Types,
               llvm::ArrayRef<const ValueDecl *> Variables)
      : Ast(F.Decl.getASTContext()), Body(*F.Body), Uses(Uses), Tests(Tests),
        Types(Types), Variables(Variables.begin(), Variables.end()) {}

  void enter(State &) {}
  void leave(const Path &, const PathStep &) {}

  void step(const CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &) {
    if (const auto S = E.getAs<CFGStmt>())
      statement(S->getStmt(), P, Here);
    else if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
      gone(*Dtor->getVarDecl(), Dtor->getTriggerStmt(), P, Here);
    else if (const auto End = E.getAs<CFGLifetimeEnds>())
      gone(*End->getVarDecl(), End->getTriggerStmt(), P, Here);
  }

  /// Whoever catches an exception need not await what was to come.
  void unwind(State &S, const CXXTryStmt &) {
    for (Entry &E : S)
      E.Paid = true;
  }

  /// The discarded values that some path reaches.
  llvm::DenseSet<const Expr *> Reached;

  void take(std::vector<DroppedTask> &Result) const;

private:
  struct Fate {
    bool Paid = false;
    bool Perhaps = false;
    /// The variable's declaration makes the task.
    bool Initialised = false;
    /// What the task depends on, later conditions may depend on as well.
    bool Conditional = false;
    const PathStep *Stored = nullptr;
    const TaskStore *By = nullptr;
    /// Where the path that drops it ends.
    const PathStep *Dropped = nullptr;
    SourceLocation At = {};
    Ending How = Ending::Scope;
  };

  unsigned slot(const ObjectPath &At) {
    auto [It, New] = Slots.try_emplace(At, Table.size());
    if (New)
      Table.push_back(At);
    return It->second;
  }
  bool isMine(const ObjectPath &At) const {
    return Variables.contains(At.variable());
  }

  void statement(const Stmt *S, Path &P, const PathStep &Here);
  void use(const ObjectPath &At, State &S);
  void mention(const TaskMention &Mention, State &S);
  void store(const TaskStore &Store, SourceLocation Where, Path &P,
             const PathStep &Here);
  void gone(const VarDecl &Var, const Stmt *Trigger, Path &P,
            const PathStep &Here);
  void drop(const ObjectPath &At, SourceLocation Where, Ending How, State &S,
            const PathStep &Here);

  const ASTContext &Ast;
  const Stmt &Body;
  const TaskUses &Uses;
  const Conditions &Tests;
  const TaskTypes &Types;
  llvm::DenseSet<const ValueDecl *> Variables;
  std::map<ObjectPath, unsigned> Slots;
  /// By number.
  std::vector<ObjectPath> Table;
  std::map<std::pair<unsigned, const Expr *>, Fate> Fates;
};

void TaskAnalysis::use(const ObjectPath &At, State &S) {
  for (Entry &E : S)
    if (overlap(Table[E.Slot], At)) {
      E.Paid = true;
      Fates[{E.Slot, E.Maker}].Paid = true;
    }
}

void TaskAnalysis::mention(const TaskMention &Mention, State &S) {
  switch (Mention.How) {
  case TaskUse::Look:
    return;
  case TaskUse::Test:
    // Path facts know what tests of variables say, and only those.
    if (Mention.At.Members.empty())
      return;
    [[fallthrough]];
  case TaskUse::Ask:
    for (const Entry &E : S)
      if (overlap(Table[E.Slot], Mention.At))
        Fates[{E.Slot, E.Maker}].Conditional = true;
    return;
  case TaskUse::Await:
  case TaskUse::Move:
  case TaskUse::Use:
    use(Mention.At, S);
  }
  if (const auto *Var = dyn_cast_or_null<VarDecl>(Mention.At.variable()))
    if (auto It = Uses.Closures.find(Var); It != Uses.Closures.end())
      for (const ObjectPath &At : It->second)
        use(At, S);
}

void TaskAnalysis::statement(const Stmt *S, Path &P, const PathStep &Here) {
  if (Uses.Discards.contains(S))
    Reached.insert(cast<Expr>(S));
  if (isa<DeclRefExpr>(S)) {
    auto It = Uses.Mentions.find(S);
    if (It != Uses.Mentions.end() && !It->second.Stored)
      mention(It->second, P.S);
    return;
  }
  // Past a loop over the elements there is nothing left to use.
  if (auto It = Uses.Loops.find(S); It != Uses.Loops.end())
    for (const ObjectPath &At : It->second)
      use(At, P.S);
  const auto Apply = [&](const void *Key) {
    if (auto It = Uses.Stores.find(Key);
        It != Uses.Stores.end() && isMine(It->second.To))
      store(It->second, S->getBeginLoc(), P, Here);
  };
  if (const auto *Decls = dyn_cast<DeclStmt>(S))
    for (const Decl *D : Decls->decls())
      Apply(D);
  else if (isa<CallExpr>(S))
    Apply(S);
}

void TaskAnalysis::store(const TaskStore &Store, SourceLocation Where, Path &P,
                         const PathStep &Here) {
  using How = TaskStore::Kind;
  State Moved;
  for (const TaskLeaf &Leaf : Store.Tasks) {
    if (Leaf.How != TaskLeaf::Kind::Moved)
      continue;
    const ObjectPath From = objectPathOf(*Leaf.From, Ast);
    ObjectPath To = Store.To;
    To.Members.append(Leaf.Way);
    for (const Entry &E : P.S)
      if (From.contains(Table[E.Slot])) {
        ObjectPath New = To;
        New.Members.append(Table[E.Slot].Members.begin() + From.Members.size(),
                           Table[E.Slot].Members.end());
        const unsigned At = slot(New);
        Moved.push_back({At, E.Maker, E.Paid});
        Fate &Next = Fates[{At, E.Maker}];
        Next.Initialised = Store.How == How::Initialise;
        Next.Conditional |= Fates[{E.Slot, E.Maker}].Conditional;
        Next.By = &Store;
      } else if (overlap(From, Table[E.Slot])) {
        use(Table[E.Slot], P.S);
      }
    llvm::erase_if(
        P.S, [&](const Entry &E) { return From.contains(Table[E.Slot]); });
  }
  if (Store.How == How::Assign || Store.How == How::Clear)
    drop(Store.To, Where,
         Store.How == How::Assign ? Ending::Overwritten : Ending::Cleared, P.S,
         Here);
  else if (Store.How == How::Initialise)
    llvm::erase_if(
        P.S, [&](const Entry &E) { return Store.To.contains(Table[E.Slot]); });
  P.S.append(Moved);
  bool Any = !Moved.empty(), Sure = Any;
  for (const TaskLeaf &Leaf : Store.Tasks) {
    if (Leaf.How == TaskLeaf::Kind::Moved)
      continue;
    ObjectPath To = Store.To;
    To.Members.append(Leaf.Way);
    const unsigned At = slot(To);
    const bool Perhaps = Leaf.How == TaskLeaf::Kind::Perhaps;
    Any = true;
    Sure |= !Perhaps;
    // What joins others shares their fate.
    if (Store.How == How::Fill &&
        llvm::any_of(P.S, [=](const Entry &E) { return E.Slot == At; }))
      continue;
    P.S.push_back({At, Leaf.From, /*Paid=*/false});
    Fate &Next = Fates[{At, Leaf.From}];
    Next.Perhaps |= Perhaps;
    Next.Initialised = Store.How == How::Initialise;
    Next.Conditional |= Store.Conditional;
    if (!Next.Stored)
      Next.Stored = &Here;
    Next.By = &Store;
  }
  // Whether there is something in it is known as long as it is one thing.
  const auto *Var = dyn_cast_or_null<VarDecl>(Store.To.variable());
  if (!Var || !Store.To.Members.empty())
    return;
  if (Sure)
    Tests.assumeEngaged(*Var, true, P.Facts);
  else if (!Any && Store.How == How::Clear)
    Tests.assumeEngaged(*Var, false, P.Facts);
  else if (!Any && Store.How == How::Initialise) {
    const auto *Made =
        Var->getInit()
            ? dyn_cast<CXXConstructExpr>(skipWrappers(Var->getInit()))
            : nullptr;
    if (Made && Made->getNumArgs() == 0)
      Tests.assumeEngaged(*Var, false, P.Facts);
  }
}

void TaskAnalysis::gone(const VarDecl &Var, const Stmt *Trigger, Path &P,
                        const PathStep &Here) {
  if (!Variables.contains(&Var))
    return;
  SourceLocation Where;
  if (Trigger)
    Where = isa<CompoundStmt>(Trigger) ? Trigger->getEndLoc()
                                       : Trigger->getBeginLoc();
  drop(objectOf(Var), Where, Ending::Scope, P.S, Here);
}

void TaskAnalysis::drop(const ObjectPath &At, SourceLocation Where, Ending How,
                        State &S, const PathStep &Here) {
  for (const Entry &E : S) {
    if (!At.contains(Table[E.Slot]) || E.Paid)
      continue;
    Fate &End = Fates[{E.Slot, E.Maker}];
    if (End.Dropped)
      continue;
    End.Dropped = &Here;
    End.At = Where;
    End.How = How;
  }
  llvm::erase_if(S, [&](const Entry &E) { return At.contains(Table[E.Slot]); });
}

DroppedTask finding(DroppedTask::Kind How, const Expr &Maker,
                    const TaskTypes &Types, const ASTContext &Ast) {
  const QualType T = typeMade(Maker).getNonReferenceType();
  DroppedTask Task{.How = How, .Where = Maker.getBeginLoc()};
  Task.Owed = Types.owedBy(Maker);
  Task.Within = Task.Owed == Debt::None;
  Task.OnDrop = Types.onDrop(Maker);
  Task.LosesException = Types.losesException(Maker);
  Task.Made = &Maker;
  Task.Maker = describeMaker(Maker, Ast);
  const CallExpr *Call = callThatMakes(Maker);
  Task.Callee = Call ? Call->getDirectCallee() : nullptr;
  Task.Type = describeTaskType(T, Ast);
  Task.DroppedAt = Task.Where;
  return Task;
}

void TaskAnalysis::take(std::vector<DroppedTask> &Result) const {
  const SourceManager &SM = Ast.getSourceManager();
  for (const auto &[Debtor, End] : Fates) {
    const auto [Number, Maker] = Debtor;
    if (!End.Dropped || (End.Perhaps && End.Paid) ||
        (End.Paid && End.By &&
         canTell(End.Dropped, End.Stored, *End.By, End.Conditional, Body)))
      continue;
    const ObjectPath &In = Table[Number];
    DroppedTask Task = finding(End.Paid ? DroppedTask::Kind::OnePath
                                        : DroppedTask::Kind::Unused,
                               *Maker, Types, Ast);
    Task.Variable = nameOfPart(In);
    const ValueDecl *Var = In.variable();
    if (End.Initialised && In.Members.empty())
      Task.Where = Var->getLocation();
    if (End.At.isValid())
      Task.DroppedAt = End.At;
    Task.Ends = End.How;
    if (End.Paid)
      Task.Way = wayThatMatters(End.Dropped, Var->getLocation(), In, Uses, SM);
    Result.push_back(std::move(Task));
  }
}

} // namespace

std::vector<DroppedTask> droppedTasks(const Function &F,
                                      const CoroutineModel &Model,
                                      const TaskTypes &Types) {
  TaskUses Uses(F, Model, Types);
  if (Uses.empty() || !F.cfg())
    return {};
  // Discarded values need a path as well.
  if (Uses.Groups.empty())
    Uses.Groups.emplace_back();
  const ASTContext &Ast = F.Decl.getASTContext();
  const Conditions Tests(F);
  std::vector<DroppedTask> Result;
  llvm::DenseSet<const Expr *> Reached;
  for (const auto &Variables : Uses.Groups) {
    TaskAnalysis Analysis(F, Uses, Tests, Types, Variables);
    ForwardFlow Flow(F, Tests, Analysis);
    Flow.run();
    Analysis.take(Result);
    for (const Expr *Maker : Analysis.Reached)
      if (Reached.insert(Maker).second) {
        const TaskDiscard &Discard = Uses.Discards.find(Maker)->second;
        DroppedTask Task =
            finding(DroppedTask::Kind::Discarded, *Maker, Types, Ast);
        if (Discard.Maker != Maker) {
          Task.Where = Discard.Maker->getBeginLoc();
          Task.Maker = describeMaker(*Discard.Maker, Ast);
        }
        Task.Ignored = Discard.Ignored;
        Task.IsStatement = Discard.IsStatement;
        Task.Explicit = Discard.Explicit;
        Result.push_back(std::move(Task));
      }
  }
  const SourceManager &SM = Ast.getSourceManager();
  llvm::stable_sort(Result, [&](const DroppedTask &A, const DroppedTask &B) {
    if (A.Where != B.Where)
      return SM.isBeforeInTranslationUnit(A.Where, B.Where);
    const SourceLocation MadeA = A.Made->getBeginLoc(),
                         MadeB = B.Made->getBeginLoc();
    return MadeA != MadeB ? SM.isBeforeInTranslationUnit(MadeA, MadeB)
                          : A.Variable < B.Variable;
  });
  return Result;
}

} // namespace corolint
