/// \file
/// Reading mentions and stores of tasks off the syntax.

#include "checks/model/TaskUses.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

ObjectPath objectOf(const VarDecl &Var) {
  // Expressions resolve a reference to what it is bound to.
  return Var.getType()->isLValueReferenceType() && Var.getInit() &&
                 !extendsTemporary(Var)
             ? objectPathOf(*Var.getInit(), Var.getASTContext())
             : ObjectPath::of(Var);
}

namespace {

class UseFinder : public OwnBodyVisitor<UseFinder> {
public:
  UseFinder(TaskUses &Uses, const Function &F, const CoroutineModel &Model,
            const TaskTypes &Types)
      : Uses(Uses), Types(Types), Ast(F.Decl.getASTContext()),
        Context(Above, Model, Types.roles()) {}

  // What is above the node that is visited.
  bool dataTraverseStmtPre(Stmt *S) {
    Above.push_back(S);
    return true;
  }
  bool dataTraverseStmtPost(Stmt *) {
    Above.pop_back();
    return true;
  }

  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    mention(*Ref);
    return true;
  }
  bool VisitVarDecl(VarDecl *Var) {
    store(*Var);
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    call(*E);
    return true;
  }
  void group();

private:
  void call(const CallExpr &E);
  void store(const VarDecl &Var);
  void stored(const void *Where, TaskStore::Kind How, const ObjectPath &To,
              llvm::ArrayRef<const Expr *> Values);
  bool isFollowed(const ObjectPath &At) const;

  void useInLoop(const ObjectPath &At);
  void mention(const DeclRefExpr &Ref);

  TaskUses &Uses;
  const TaskTypes &Types;
  const ASTContext &Ast;
  llvm::SmallVector<const Stmt *, 16> Above;
  const TaskContext Context;
  /// The variables that are or hold tasks, by their types or by what they are
  /// initialised with.
  llvm::DenseSet<const ValueDecl *> Holders;
  /// The ranges of the loops over them, by the loop's variable.
  llvm::DenseMap<const ValueDecl *, const DeclRefExpr *> Ranges;
  /// The DeclRefExprs whose task goes into an object that is followed.
  llvm::DenseSet<const Expr *> Transferred;
};

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

/// Whether \p At is in a local variable of this function and dies with it.
bool UseFinder::isFollowed(const ObjectPath &At) const {
  const auto *Var = dyn_cast_or_null<VarDecl>(At.variable());
  return Var && Var->hasLocalStorage() &&
         (!At.Indirect || extendsTemporary(*Var));
}

void UseFinder::stored(const void *Where, TaskStore::Kind How,
                       const ObjectPath &To,
                       llvm::ArrayRef<const Expr *> Values) {
  TaskStore Store{How, To, {}};
  if (const ValueDecl *Var = To.variable();
      Var && How != TaskStore::Kind::Initialise)
    Store.Conditional =
        Context.heads(Var->getLocation(), Ast.getSourceManager(), Store.Guards,
                      /*Loops=*/How != TaskStore::Kind::Fill);
  for (const Expr *Value : Values)
    Store.Tasks.append(tasksIn(*Value, Types));
  for (const TaskLeaf &Leaf : Store.Tasks) {
    const Expr *E = Leaf.From;
    while (Leaf.How == TaskLeaf::Kind::Moved && E) {
      E = skipWrappers(E);
      if (isa<DeclRefExpr>(E)) {
        Transferred.insert(E);
        break;
      }
      if (const auto *Member = dyn_cast<MemberExpr>(E))
        E = Member->getBase();
      else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E))
        E = Operator->getArg(0);
      else if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
        E = Subscript->getBase();
      else if (const std::optional<MemberCall> Call = asMemberCall(E))
        E = Call->Object;
      else
        E = nullptr;
    }
  }
  if (!Store.Tasks.empty() || How != TaskStore::Kind::Fill)
    Uses.Stores.try_emplace(Where, std::move(Store));
}

void UseFinder::store(const VarDecl &Var) {
  const QualType T = Var.getType().getNonReferenceType();
  if (!Var.hasLocalStorage() || isa<ParmVarDecl>(Var))
    return;
  if (!Types.holds(T) &&
      (!Var.getInit() || tasksIn(*Var.getInit(), Types).empty()))
    return;
  Holders.insert(&Var);
  if (Var.getType()->isReferenceType() && !extendsTemporary(Var)) {
    // The element of a range-for is another one each time round.
    if (Var.isCXXForRangeDecl())
      stored(&Var, TaskStore::Kind::Initialise, objectOf(Var), {});
    return;
  }
  const ObjectPath To =
      Var.getType()->isReferenceType() ? objectOf(Var) : ObjectPath::of(Var);
  if (const Expr *Init = Var.getInit())
    stored(&Var, TaskStore::Kind::Initialise, To, Init);
  else
    stored(&Var, TaskStore::Kind::Initialise, To, {});
}

void UseFinder::call(const CallExpr &E) {
  const std::optional<MemberCall> Call = asMemberCall(&E);
  if (!Call)
    return;
  const bool Assigns =
      Call->Method && Call->Method->getOverloadedOperator() == OO_Equal;
  const bool Clears = Call->Args.empty() && clearsContainer(Call->Name);
  if (!Assigns && !Clears && !fillsContainer(Call->Name))
    return;
  const QualType T = Call->Object->getType();
  if (!Types.holds(T.getNonReferenceType()) || (!Assigns && !isStdClass(T)))
    return;
  const ObjectPath To = objectPathOf(*Call->Object, Ast);
  if (!isFollowed(To))
    return;
  // `auto &t = all.emplace_back(work());`, `co_await std::move(t = work())`:
  // whoever has the result goes on with the task.
  size_t Outer = Above.size() - 1;
  while (Outer > 0 && isa<ExprWithCleanups>(Above[Outer - 1]))
    --Outer;
  const bool Used = Outer > 0 && isa<Expr, DeclStmt>(Above[Outer - 1]);
  if (Used && !Assigns)
    return;
  // Another element than last time, for all that is known.
  const bool Some = llvm::any_of(To.Members, [](ObjectPath::Member Member) {
    return (Member & ObjectPath::SomeElement) != 0;
  });
  // `opt.emplace(task)` replaces what a container's `emplace` adds to.
  const bool One = Types.holds(T) && Call->Name == "emplace" &&
                   Roles::nameOf(*Roles::classOf(T)) == "std::optional";
  const bool Empties = Clears || (Assigns && isNothing(Call->Args[0]));
  const auto How = Some             ? TaskStore::Kind::Fill
                   : Empties        ? TaskStore::Kind::Clear
                   : Assigns || One ? TaskStore::Kind::Assign
                                    : TaskStore::Kind::Fill;
  if (Used)
    return stored(&E, TaskStore::Kind::Assign, To, {});
  stored(&E, How, To, Call->Args);
}

//===----------------------------------------------------------------------===//
// Mentions and groups
//===----------------------------------------------------------------------===//

/// An element that is not the same each time is one of all that a loop goes
/// through, as is what a loop takes out as long as there is something.
void UseFinder::useInLoop(const ObjectPath &At) {
  const ValueDecl *Var = At.variable();
  if (!Var)
    return;
  const bool Some = llvm::any_of(At.Members, [](ObjectPath::Member Member) {
    return (Member & ObjectPath::SomeElement) != 0;
  });
  for (const Stmt *S : Above) {
    const Stmt *Head = nullptr;
    if (const auto *For = dyn_cast<ForStmt>(S))
      Head = For->getCond();
    else if (const auto *While = dyn_cast<WhileStmt>(S))
      Head = While->getCond();
    else if (const auto *Range = dyn_cast<CXXForRangeStmt>(S))
      Head = Range->getRangeStmt();
    if (const auto *Condition = dyn_cast_or_null<Expr>(Head))
      Head = Condition->IgnoreParens();
    if (Head && (Some || refersTo(Head, *Var)) &&
        Ast.getSourceManager().isBeforeInTranslationUnit(Var->getLocation(),
                                                         S->getBeginLoc()))
      Uses.Loops[Head].push_back(At);
  }
}

void UseFinder::mention(const DeclRefExpr &Ref) {
  const auto *Binding = dyn_cast<BindingDecl>(Ref.getDecl());
  const auto *Var = Binding ? dyn_cast<VarDecl>(Binding->getDecomposedDecl())
                            : dyn_cast<VarDecl>(Ref.getDecl());
  if (!Var || !Var->hasLocalStorage())
    return;
  size_t Index = 0;
  const Expr *Top = Context.largest(Index);
  const auto Holds = [&](QualType T) {
    return Types.holds(T->isPointerType() ? T->getPointeeType()
                                          : T.getNonReferenceType());
  };
  if (!Holds(Ref.getType()) && !Holds(Top->getType()) &&
      !Holders.contains(Var) && !Uses.Closures.contains(Var))
    return;
  TaskMention Found{TaskUse::Use, objectPathOf(*Top, Ast)};
  Found.Type = Top->getType().getNonReferenceType();
  Found.Skipped = Context.isSkippedInLoop();
  // A lambda that refers to a task does not use it before it is used itself.
  const auto *Lambda =
      Index > 0 ? dyn_cast<LambdaExpr>(Above[Index - 1]) : nullptr;
  const VarDecl *Closure =
      Lambda && Top == &Ref && llvm::is_contained(Lambda->capture_inits(), &Ref)
          ? Context.variableOf(*Lambda, Index - 1)
          : nullptr;
  if (Closure) {
    Uses.Closures[Closure].push_back(Found.At);
    Found.How = TaskUse::Look;
  } else {
    std::tie(Found.How, Found.By) = Context.use();
  }
  // Whoever uses an element of a loop uses them all: past an empty range there
  // is nothing left to use.
  if (const auto *Loop = dyn_cast_or_null<CXXForRangeStmt>(Found.By)) {
    const VarDecl *Element = Loop->getLoopVariable();
    if (Types.holds(Element->getType().getNonReferenceType()))
      Ranges[Element] = &Ref;
    else
      Found.How = TaskUse::Use;
  }
  if (const DeclRefExpr *Range = Ranges.lookup(Var);
      Range && (Found.How == TaskUse::Await || Found.How == TaskUse::Move ||
                Found.How == TaskUse::Use))
    Uses.Mentions[Range].How = TaskUse::Use;
  if (Found.How == TaskUse::Await || Found.How == TaskUse::Move ||
      Found.How == TaskUse::Use)
    useInLoop(Found.At);
  Found.Stored = Transferred.contains(&Ref);
  Uses.Mentions[&Ref] = std::move(Found);
}

/// Variables that tasks move between have to be followed together.
void UseFinder::group() {
  llvm::EquivalenceClasses<const ValueDecl *> Sets;
  for (const auto &[Where, Store] : Uses.Stores) {
    const ValueDecl *To = Store.To.variable();
    if (!To)
      continue;
    Sets.insert(To);
    for (const TaskLeaf &Leaf : Store.Tasks)
      if (Leaf.How == TaskLeaf::Kind::Moved)
        if (const ValueDecl *From = objectPathOf(*Leaf.From, Ast).variable())
          Sets.unionSets(To, From);
  }
  llvm::DenseSet<const ValueDecl *> Owing;
  for (const auto &[Where, Store] : Uses.Stores)
    if (Store.To.variable() && !Store.Tasks.empty())
      Owing.insert(Sets.getLeaderValue(Store.To.variable()));
  for (auto I = Sets.begin(); I != Sets.end(); ++I)
    if (I->isLeader() && Owing.contains(I->getData()))
      Uses.Groups.emplace_back(Sets.member_begin(I), Sets.member_end());
}

} // namespace

TaskUses::TaskUses(const Function &F, const CoroutineModel &Model,
                   const TaskTypes &Types) {
  findDiscards(F, Model, Types, Discards);
  UseFinder Finder(*this, F, Model, Types);
  Finder.TraverseStmt(const_cast<Stmt *>(F.Body));
  if (!Stores.empty())
    Finder.group();
}

} // namespace corolint
