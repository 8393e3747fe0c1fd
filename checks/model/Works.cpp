/// \file
/// Collecting the works of a function.

#include "checks/model/Works.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"
#include "checks/model/TaskContext.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

class WorkFinder : public OwnBodyVisitor<WorkFinder> {
public:
  WorkFinder(const Function &F, Sinks &S, Borrows &B, std::vector<Work> &Out)
      : F(F), S(S), B(B), R(B.roles()), Out(Out) {}

  bool shouldVisitImplicitCode() const { return true; }

  bool VisitCallExpr(CallExpr *E) {
    if (!Seen.insert(E).second)
      return true;
    if (const std::optional<Role> Sink = S.of(*E))
      started(*E, *Sink);
    else if (E->isPRValue() && B.isCoroutineType(E->getType()) && !movedFrom(E))
      made(*E);
    else
      emplaced(*E);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    if (E->getNumArgs() == 0 || !Seen.insert(E).second)
      return true;
    if (const Role *Spawn = R.ofCall(*E, RoleKind::Spawn))
      started(*E, *Spawn);
    return true;
  }

private:
  void started(const Expr &Call, const Role &Sink);
  void lend(const Expr &Call, const Role &Sink, Work &W);
  void lendClosure(const Expr &Call, const Expr &Subject, const Role &Sink,
                   Work &W);
  bool isSpan(QualType T) const;
  bool isHandler(const Expr &Call, const Role &Sink) const;
  bool host(const Expr &Call, const Role &Sink, Work &W);
  void made(const CallExpr &Call);
  void emplaced(const CallExpr &Call);
  void add(Work W);
  void drop(Work &W) const;
  std::string makerOf(const Expr &Call) const;
  bool isFinal(const Landing &There);

  const Function &F;
  Sinks &S;
  Borrows &B;
  const Roles &R;
  std::vector<Work> &Out;
  llvm::DenseSet<const Stmt *> Seen;
};

std::string WorkFinder::makerOf(const Expr &Call) const {
  if (const auto *Made = dyn_cast<CXXConstructExpr>(&Call))
    return Roles::nameOf(*Made->getConstructor()->getParent());
  const FunctionDecl *Callee = cast<CallExpr>(Call).getDirectCallee();
  if (!Callee)
    return "";
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  if (Method && Method->getParent()->isLambda())
    return "";
  return Callee->getNameAsString();
}

/// Whether somebody has to do something with what lands there.
bool WorkFinder::isFinal(const Landing &There) {
  switch (There.How) {
  case Landing::Kind::Awaited:
  case Landing::Kind::Looked:
  case Landing::Kind::Tested:
  case Landing::Kind::Overwritten:
  case Landing::Kind::Unknown:
    return false;
  case Landing::Kind::Argument:
    return false; // The call it is given to is a work itself, or unknown.
  default:
    return true;
  }
}

/// Whether the handle of type \p Handle lets its work go on when it dies.
bool dropDetaches(QualType Handle, const Role &Spawn, const Roles &R) {
  if (Handle.isNull() || Handle->isVoidType() || Spawn.is("returns", "nothing"))
    return true;
  if (const Role *Join = R.of(Handle, RoleKind::JoinHandle))
    return Join->is("drop", "detaches") || Join->is("drop", "nothing");
  return Spawn.is("drop", "detaches");
}

/// Whether the callable is the caller's own all along, as a visible function
/// shows that takes a reference to it.
bool isByReference(const Expr &Call, const Role &Sink) {
  const auto *Plain = dyn_cast<CallExpr>(&Call);
  const FunctionDecl *Callee = Plain ? Plain->getDirectCallee() : nullptr;
  const std::optional<unsigned> Index = Sink.index("arg");
  return Sink.By == Provenance::Inferred && Callee && Index &&
         *Index < Callee->getNumParams() &&
         Callee->getParamDecl(*Index)->getType()->isReferenceType();
}

bool WorkFinder::isSpan(QualType T) const {
  const NamedDecl *Class = R.isView(T) ? Roles::classOf(T) : nullptr;
  return Class && Class->getDeclName().isIdentifier() &&
         Class->getName().ends_with_insensitive("span");
}

/// Adds what the work refers to that \p Sink makes of \p Call.
void WorkFinder::lend(const Expr &Call, const Role &Sink, Work &W) {
  const std::optional<unsigned> Index = Sink.index("arg");
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  const auto Carry = [&](const Expr &Arg) {
    if (Sink.is("on", "same-thread"))
      B.carriedWhenStarted(Arg, Arg.getBeginLoc(), W.Loans);
    else
      B.carriedBy(Arg, Arg.getBeginLoc(), W.Loans);
  };
  const Expr *Subject = Roles::argument(Call, Index);
  if (Subject && Sink.is("borrows", "yes"))
    B.designated(*Subject, {.Where = Subject->getBeginLoc()}, W.Loans);
  // What is started are the elements of a span, not the span.
  else if (Subject && !isSpan(Subject->getType()))
    Carry(*Subject);
  if (Subject)
    lendClosure(Call, *Subject, Sink, W);
  const std::optional<unsigned> Token = Sink.index("token");
  if (Sink.is("arg", "this"))
    llvm::for_each(Args, [&](const Expr *Arg) { Carry(*Arg); });
  // Arguments for the callable travel with it (`std::thread(f, &x)`).
  else if (Index && *Index < Args.size() && !Token &&
           Sink.By != Provenance::Inferred &&
           Sink.Kind != RoleKind::StoresCallable)
    llvm::for_each(Args.drop_front(*Index + 1),
                   [&](const Expr *Arg) { Carry(*Arg); });
  // So does what a completion handler refers to.
  else if (Token && Token != Index && *Token < Args.size())
    Carry(*Args[*Token]);
}

/// A coroutine is to run when the callable that holds its captures is gone.
void WorkFinder::lendClosure(const Expr &Call, const Expr &Subject,
                             const Role &Sink, Work &W) {
  const LambdaExpr *Lambda = B.lambdaOf(Subject);
  const bool Dropped = Sink.is("result", "dropped");
  if (!Lambda || (!Dropped && !Sink.is("keeps", "no")) ||
      !B.readsCaptures(*Lambda->getLambdaClass()))
    return;
  // A lazy one whose task is dropped never runs.
  if (Dropped &&
      B.traitsOf(Lambda->getCallOperator()->getReturnType()).StartsAt !=
          TaskTraits::Start::Eager)
    return;
  Borrow Closure{.How = Borrow::Kind::Closure,
                 .Where = Lambda->getBeginLoc(),
                 .Holder = Lambda->getCallOperator()};
  if (isByReference(Call, Sink))
    return B.designated(Subject, Closure, W.Loans);
  Closure.Temporary = Lambda;
  W.Loans.push_back(Closure);
  if (isFinal(W.Lands) || !Sink.is("keeps", "no"))
    return;
  // Once it is called it is gone, whoever waits for its coroutine.
  llvm::erase_if(
      W.Loans, [](const Borrow &L) { return L.How != Borrow::Kind::Closure; });
  W.Lands = {.How = Landing::Kind::Detached};
}

/// Whether \p Sink only keeps what it is given of \p Call, and that says
/// nothing of its ever being called.
bool WorkFinder::isHandler(const Expr &Call, const Role &Sink) const {
  return Sink.Kind == RoleKind::StoresCallable &&
         Sink.By == Provenance::Inferred && !Sink.is("queue", "yes") &&
         llvm::none_of(argumentsOf(Call), [&](const Expr *Arg) {
           return B.isCoroutineType(Arg->getType()) ||
                  R.of(Arg->getType(), RoleKind::JoinHandle);
         });
}

static void forgetThis(Work &W) {
  llvm::erase_if(W.Loans,
                 [](const Borrow &L) { return L.How == Borrow::Kind::This; });
}

/// Finds the object that has the work where nobody has a handle of it.
/// \returns false if that is not known.
bool WorkFinder::host(const Expr &Call, const Role &Sink, Work &W) {
  const bool Stores = Sink.Kind == RoleKind::StoresCallable;
  // The one that it is said to end with.
  if (!Sink.get("context").empty()) {
    const Expr *Context = Roles::argument(Call, Sink.index("context"));
    const Expr *Named = Context ? objectNamed(Context) : nullptr;
    if (!Named || mentions(Named, nullptr))
      forgetThis(W);
    const Landing Host = Named ? keptBy(*Named, F) : Landing();
    if (Host.How == Landing::Kind::Variable) {
      W.Lands = Host;
      W.GoesOn = false;
    }
  }
  // A scope, or an executor that ends with this function.
  if (W.Lands.How == Landing::Kind::Dropped ||
      W.Lands.How == Landing::Kind::Detached) {
    const std::optional<MemberCall> Member = asMemberCall(&Call);
    const auto *Var = dyn_cast_or_null<VarDecl>(W.Executor);
    Landing Host;
    if (Member && (R.of(Member->Object->getType(), RoleKind::Scope) || Stores))
      Host = keptBy(*Member->Object, F);
    else if (Var && ownsExecution(*Var, R))
      Host = {.How = Landing::Kind::Variable, .In = Var};
    if (Host.How == Landing::Kind::Variable ||
        (Host.How == Landing::Kind::Elsewhere && Host.In)) {
      // A container of handles does with them what they do themselves.
      const CXXDestructorDecl *Destructor =
          Member && Member->Method
              ? Member->Method->getParent()->getDestructor()
              : nullptr;
      W.GoesOn = Stores && Sink.is("drop", "detaches") &&
                 !(Destructor && Destructor->isUserProvided());
      W.Lands = Host;
    } else if (Stores && Host.How == Landing::Kind::Unknown && Member) {
      return false;
    }
  }
  // What is stored may go with any object that is given along.
  return !Stores || W.Lands.How == Landing::Kind::Variable ||
         llvm::none_of(argumentsOf(Call), [](const Expr *Arg) {
           const VarDecl *Context = localRoot(Arg);
           return Context && !isa<LambdaExpr>(skipWrappers(Arg)) &&
                  Context->getType()->isRecordType();
         });
}

void WorkFinder::started(const Expr &Call, const Role &Sink) {
  const Landings &Here = S.landingsIn(F);
  Work W{.Made = &Call, .Lands = Here.of(Call)};
  const Expr *Executor =
      Sink.Kind == RoleKind::Spawn ? executorNamed(Call, Sink) : nullptr;
  if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Executor))
    W.Executor = Ref->getDecl();
  else if (const auto *Member = dyn_cast_or_null<MemberExpr>(Executor))
    W.Executor = Member->getMemberDecl();
  lend(Call, Sink, W);
  if (W.Loans.empty() || isHandler(Call, Sink) ||
      (Sink.is("joins", "yes") && W.Lands.How == Landing::Kind::Dropped))
    return;
  W.Maker = makerOf(Call);
  if (const std::optional<unsigned> Index = Sink.index("arg"))
    W.Way = S.wayOf(Call, *Index);
  const bool Offloads = Sink.Kind == RoleKind::Offload;
  W.Running = Offloads ? R.of(Call.getType(), RoleKind::JoinHandle) != nullptr
                       : !Sink.is("returns", "task");
  W.OtherThread = Offloads || Sink.is("on", "other-thread");
  // A future of what is to be called is a handle of it; what else a store
  // returns is a subscription, which ends it.
  const bool Stores = Sink.Kind == RoleKind::StoresCallable;
  const bool IsFuture = B.isCoroutineType(Call.getType()) ||
                        R.of(Call.getType(), RoleKind::JoinHandle);
  W.GoesOn = (Stores && !IsFuture) || dropDetaches(Call.getType(), Sink, R) ||
             B.traitsOf(Call.getType()).OnDrop == TaskTraits::Drop::Detaches;
  if (Stores && !IsFuture && W.Lands.How != Landing::Kind::Dropped &&
      W.Lands.How != Landing::Kind::Returned)
    return;
  if (keepsThis(F, Here.wholeOf(Call), Call, &Sink, B))
    forgetThis(W);
  if (host(Call, Sink, W))
    add(std::move(W));
}

/// The variables that \p E names; of a lambda, only what it takes along.
llvm::SmallVector<const ValueDecl *, 4> mentionedIn(const Expr &E) {
  class Mentioned : public OwnBodyVisitor<Mentioned> {
  public:
    llvm::SmallVector<const ValueDecl *, 4> Found;
    bool VisitDeclRefExpr(DeclRefExpr *Ref) {
      if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
        Found.push_back(Var);
      return true;
    }
  } Finder;
  Finder.TraverseStmt(const_cast<Expr *>(&E));
  return std::move(Finder.Found);
}

void WorkFinder::made(const CallExpr &Call) {
  Work W{.Made = &Call, .Loans = {}, .Lands = S.landingsIn(F).of(Call)};
  if (!isFinal(W.Lands))
    return;
  B.carriedBy(Call, Call.getBeginLoc(), W.Loans);
  const TaskTraits Traits = B.traitsOf(Call.getType());
  W.Running = Traits.StartsAt == TaskTraits::Start::Eager;
  W.GoesOn = Traits.OnDrop == TaskTraits::Drop::Detaches;
  W.Maker = makerOf(Call);
  // `work().via(&executor).detach()`: a local executor ends it with itself.
  if (W.Lands.How == Landing::Kind::Detached)
    for (const ValueDecl *Var : mentionedIn(S.landingsIn(F).wholeOf(Call)))
      if (ownsExecution(*cast<VarDecl>(Var), R)) {
        W.Lands = {.How = Landing::Kind::Variable, .In = Var};
        W.Running = true;
        W.GoesOn = false;
      }
  llvm::erase_if(W.Loans, [&](const Borrow &L) {
    return L.How == Borrow::Kind::This &&
           (!W.Running ||
            keepsThis(F, S.landingsIn(F).wholeOf(Call), Call, nullptr, B));
  });
  add(std::move(W));
}

/// `threads.emplace_back([&] { … });`, `worker.emplace(…)`.
void WorkFinder::emplaced(const CallExpr &Call) {
  const std::optional<MemberCall> Member = asMemberCall(&Call);
  if (!Member || !Member->Method || !fillsContainer(Member->Name) ||
      Member->Args.empty())
    return;
  const auto *Container =
      dyn_cast<ClassTemplateSpecializationDecl>(Member->Method->getParent());
  if (!Container || !Container->isInStdNamespace() ||
      Container->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
    return;
  const QualType Element = Container->getTemplateArgs()[0].getAsType();
  const Role *Join = R.of(Element, RoleKind::JoinHandle);
  const CXXRecordDecl *Class = Element->getAsCXXRecordDecl();
  // A handle that is moved in has been made elsewhere.
  const CXXRecordDecl *Given = Member->Args[0]->getType()->getAsCXXRecordDecl();
  if (!Join || !Class || Given == Class || !B.lambdaOf(*Member->Args[0]))
    return;
  Work W{.Made = &Call, .Lands = keptBy(*Member->Object, F)};
  for (const Expr *Arg : Member->Args)
    B.carriedBy(*Arg, Arg->getBeginLoc(), W.Loans);
  W.Running = W.OtherThread = true;
  W.GoesOn = Join->is("drop", "detaches") || Join->is("drop", "nothing");
  W.Maker = Roles::nameOf(*Class);
  llvm::erase_if(W.Loans,
                 [&](const Borrow &L) { return L.How == Borrow::Kind::This; });
  add(std::move(W));
}

void WorkFinder::add(Work W) {
  const auto IsOthers = [&](const Borrow &L) {
    if (L.Carried)
      return true;
    if (!L.Of)
      return false;
    const auto *Binding = dyn_cast<BindingDecl>(L.Of);
    const auto *Var =
        cast<VarDecl>(Binding ? Binding->getDecomposedDecl() : L.Of);
    // What it was given and lets go is told of where that is made.
    if (L.How == Borrow::Kind::Closure && isa<ParmVarDecl>(Var))
      return true;
    return Var->getDeclContext() != &F.Decl || Var->isStaticLocal() ||
           (isa<ParmVarDecl>(Var) && Var->getType()->isReferenceType());
  };
  llvm::erase_if(W.Loans, IsOthers);
  // The flow counts them in the bits of a word.
  llvm::SmallVector<Borrow, 2> Loans;
  for (const Borrow &L : W.Loans)
    if (Loans.size() < 32 && llvm::none_of(Loans, [&](const Borrow &Known) {
          return Known.Where == L.Where && Known.Of == L.Of &&
                 Known.Temporary == L.Temporary && Known.How == L.How;
        }))
      Loans.push_back(L);
  W.Loans = std::move(Loans);
  const Landing::Kind How = W.Lands.How;
  if (W.Loans.empty() || !(isFinal(W.Lands)) ||
      (How == Landing::Kind::Dropped && !(W.Running && W.GoesOn)))
    return;
  W.Signals = mentionedIn(*W.Made);
  for (const Borrow &L : W.Loans)
    if (L.Of)
      W.Signals.push_back(L.Of);
  Out.push_back(std::move(W));
}

} // namespace

std::vector<Work> worksOf(const Function &F, Sinks &S, Borrows &B) {
  std::vector<Work> Result;
  WorkFinder Finder(F, S, B, Result);
  eachInitialiser(
      F, [&](Expr &Init, const FieldDecl &) { Finder.TraverseStmt(&Init); });
  Finder.TraverseStmt(const_cast<Stmt *>(F.Body));
  return Result;
}

} // namespace corolint
