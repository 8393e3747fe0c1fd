/// \file
/// Following tasks out of functions, with what they borrow.

#include "checks/model/CaptureModel.h"

#include "checks/model/Calls.h"

#include "clang/AST/ParentMap.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

/// A local object, not somebody else's reached through a reference.
const VarDecl *ownLocal(const VarDecl *Var) {
  if (!Var || !Var->hasLocalStorage())
    return nullptr;
  return Var->getType()->isReferenceType() ? nullptr : Var;
}

/// The starts of tasks, the returns and the waits of one function body.
class SiteFinder : public RecursiveASTVisitor<SiteFinder> {
public:
  explicit SiteFinder(const Roles &R) : R(R) {}

  struct Start {
    const Expr *Call;
    const Role *Spawn;
  };
  std::vector<Start> Starts;
  std::vector<const ReturnStmt *> Returns;
  /// Calls that come back only when something else has happened, and awaits.
  std::vector<const Expr *> Waits, Awaits;
  std::vector<const Expr *> LoopConditions;

  bool TraverseLambdaExpr(LambdaExpr *E) {
    for (Expr *Init : E->capture_inits())
      if (Init)
        TraverseStmt(Init);
    return true;
  }
  bool TraverseDecl(Decl *D) {
    if (isa_and_nonnull<TagDecl, FunctionDecl>(D))
      return true;
    return RecursiveASTVisitor::TraverseDecl(D);
  }
  bool VisitCallExpr(CallExpr *E) {
    call(E);
    const Role *Blocks = R.ofCall(*E, RoleKind::Blocks);
    if ((Blocks && (Blocks->is("kind", "wait") || Blocks->is("kind", "join"))) ||
        R.ofCall(*E, RoleKind::WaitsForTask))
      Waits.push_back(E);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    if (E->getNumArgs())
      call(E);
    return true;
  }
  bool VisitReturnStmt(ReturnStmt *S) {
    if (S->getRetValue())
      Returns.push_back(S);
    return true;
  }
  bool VisitCoawaitExpr(CoawaitExpr *E) {
    Awaits.push_back(E->getOperand());
    return true;
  }
  bool VisitDependentCoawaitExpr(DependentCoawaitExpr *E) {
    Awaits.push_back(E->getOperand());
    return true;
  }
  bool VisitWhileStmt(WhileStmt *S) {
    LoopConditions.push_back(S->getCond());
    return true;
  }
  bool VisitDoStmt(DoStmt *S) {
    LoopConditions.push_back(S->getCond());
    return true;
  }

private:
  void call(const Expr *E) {
    if (const Role *Spawn = R.ofCall(*E, RoleKind::Spawn))
      Starts.push_back({E, Spawn});
  }

  const Roles &R;
};

bool mentions(const Stmt *S, const VarDecl *Var) {
  if (!S)
    return false;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    return Ref->getDecl() == Var;
  return llvm::any_of(S->children(),
                      [Var](const Stmt *Child) { return mentions(Child, Var); });
}

class CaptureAnalysis {
public:
  CaptureAnalysis(const Function &F, const CoroutineModel &Model,
                  const Roles &R)
      : F(F), Model(Model), R(R),
        SM(F.Decl.getASTContext().getSourceManager()), Sites(R) {
    Sites.TraverseStmt(const_cast<Stmt *>(F.Body));
  }

  std::vector<EscapingTask> take() {
    std::vector<EscapingTask> Result;
    for (const SiteFinder::Start &Start : Sites.Starts)
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

  std::optional<EscapingTask> started(const SiteFinder::Start &Start);
  std::optional<EscapingTask> returned(const ReturnStmt &Return);
  Fate fateOf(const Expr &Call, const Role &Spawn);
  Fate fateOfVariable(const VarDecl &Handle);
  bool dropDetaches(QualType Handle, const Role &Spawn) const;
  bool waitedForLater(const Expr &Start, llvm::ArrayRef<Borrow> Borrows) const;
  bool executorIsOwn(const Expr &Call, const Role &Spawn) const;

  void borrowsOf(const Expr *E, std::vector<Borrow> &Out) const;
  void capturesOf(const LambdaExpr &Lambda, std::vector<Borrow> &Out) const;
  void argumentsTo(const CallExpr &Call, std::vector<Borrow> &Out) const;
  void value(const Expr *E, SourceLocation Where,
             std::vector<Borrow> &Out) const;
  bool keepsThisAlive(const Expr *E) const;
  bool thisMayWait() const;

  const ParentMap &parents() {
    if (!Parents)
      Parents = std::make_unique<ParentMap>(const_cast<Stmt *>(F.Body));
    return *Parents;
  }

  const Function &F;
  const CoroutineModel &Model;
  const Roles &R;
  const SourceManager &SM;
  SiteFinder Sites;
  std::unique_ptr<ParentMap> Parents;
};

/// A pointer, view or reference wrapper made of a local: `&x`, `std::ref(x)`,
/// `std::string_view(x)`, `x.data()`, or a variable holding one of these.
void CaptureAnalysis::value(const Expr *E, SourceLocation Where,
                            std::vector<Borrow> &Out) const {
  const QualType T = E->getType();
  const bool Pointer = T->isPointerType();
  if (!Pointer && !R.isView(T))
    return;
  const Borrow::Kind Kind =
      Pointer ? Borrow::Kind::Pointer : Borrow::Kind::View;
  for (unsigned Depth = 0; Depth < 4; ++Depth) {
    E = skipWrappers(E);
    if (!E)
      return;
    if (isa<CXXThisExpr>(E)) {
      Out.push_back({Borrow::Kind::This, Where, nullptr});
      return;
    }
    if (const auto *Address = dyn_cast<UnaryOperator>(E)) {
      const VarDecl *Var = Address->getOpcode() == UO_AddrOf
                               ? ownLocal(localRoot(Address->getSubExpr()))
                               : nullptr;
      // Through a pointer it is the pointee's address, not the pointer's.
      if (Var && !Var->getType()->isPointerType() && !R.isView(Var->getType()))
        Out.push_back({Kind, Where, Var});
      return;
    }
    const Expr *Source = nullptr;
    if (const std::optional<MemberCall> Call = asMemberCall(E)) {
      // `x.data()`, `x.get()`, `x.c_str()`, `x.begin()`, or the conversion of a
      // string to a view of it.
      if (Call->Method && (R.isView(Call->Call->getType()) ||
                           Call->Call->getType()->isPointerType()))
        Source = Call->Object;
    } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
      if (Construct->getNumArgs() >= 1)
        Source = Construct->getArg(0);
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      const FunctionDecl *Callee = Call->getDirectCallee();
      if (Callee && Callee->isInStdNamespace() && Call->getNumArgs() >= 1)
        Source = Call->getArg(0);
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
      if (!Var || !Var->hasLocalStorage())
        return;
      if (!Var->getType()->isPointerType() && !R.isView(Var->getType())) {
        // An array decays to a pointer to itself; an owner gives out a view.
        if (ownLocal(Var))
          Out.push_back({Kind, Where, Var});
        return;
      }
      // What a variable points to is known only where it is made.
      if (isa<ParmVarDecl>(Var) || !Var->getInit())
        return;
      Source = Var->getInit();
    }
    if (!Source)
      return;
    E = Source;
    const Expr *Inner = skipWrappers(E);
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Inner);
    const VarDecl *Var =
        Ref ? ownLocal(dyn_cast<VarDecl>(Ref->getDecl())) : nullptr;
    // The owner itself: `x` in `string_view(x)`, `std::ref(x)`, `x.data()`.
    if (Var && !Var->getType()->isPointerType() && !R.isView(Var->getType()) &&
        Var->getType()->isRecordType()) {
      const CXXRecordDecl *Class = Var->getType()->getAsCXXRecordDecl();
      // A shared owner's pointee is not this variable's to end.
      if (Class && Class->getName() != "shared_ptr" &&
          Class->getName() != "weak_ptr")
        Out.push_back({Kind, Where, Var});
      return;
    }
  }
}

void CaptureAnalysis::capturesOf(const LambdaExpr &Lambda,
                                 std::vector<Borrow> &Out) const {
  auto Init = Lambda.capture_init_begin();
  for (const LambdaCapture &Capture : Lambda.captures()) {
    const Expr *Value = *Init++;
    const SourceLocation Where = Capture.isImplicit()
                                     ? Lambda.getCaptureDefaultLoc()
                                     : Capture.getLocation();
    if (Capture.capturesThis()) {
      if (Capture.getCaptureKind() == LCK_This)
        Out.push_back({Borrow::Kind::This, Where, nullptr});
      continue;
    }
    if (!Capture.capturesVariable())
      continue;
    const auto *Var = dyn_cast<VarDecl>(Capture.getCapturedVar());
    if (!Var)
      continue;
    if (Var->isInitCapture()) {
      // `[&r = x]` names x through its initialiser.
      if (Capture.getCaptureKind() == LCK_ByRef) {
        if (const VarDecl *Named = ownLocal(localRoot(Var->getInit())))
          Out.push_back({Borrow::Kind::Reference, Where, Named});
      } else if (Var->getInit()) {
        value(Var->getInit(), Where, Out);
      }
      continue;
    }
    if (Capture.getCaptureKind() == LCK_ByRef) {
      if (ownLocal(Var))
        Out.push_back({Borrow::Kind::Reference, Where, Var});
    } else if (Value) {
      value(Value, Where, Out);
    }
  }
}

/// The arguments that the coroutine \p Call starts keeps in its frame.
void CaptureAnalysis::argumentsTo(const CallExpr &Call,
                                  std::vector<Borrow> &Out) const {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || !R.task(Call.getType()))
    return;
  // A plain function may be done with its arguments when it returns.
  const Function *Body = Model.find(Callee);
  if (Body && !Body->isCoroutine())
    return;
  // Nor is a combinator (`when_all`) of the library a coroutine of ours.
  if (!Body && SM.isInSystemHeader(SM.getExpansionLoc(Callee->getLocation())))
    return;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call)) {
    const Expr *Object = Member->getImplicitObjectArgument();
    const Expr *Inner = skipWrappers(Object);
    if (isa<CXXThisExpr>(Inner)) {
      Out.push_back({Borrow::Kind::This, Call.getExprLoc(), nullptr});
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(Inner)) {
      const VarDecl *Var = ownLocal(dyn_cast<VarDecl>(Ref->getDecl()));
      if (Var && !Var->getType()->isPointerType())
        Out.push_back({Borrow::Kind::Reference, Object->getBeginLoc(), Var});
    }
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call))
    if (Operator->getOperator() == OO_Call)
      if (const auto *Lambda =
              dyn_cast<LambdaExpr>(skipWrappers(Operator->getArg(0))))
        capturesOf(*Lambda, Out);
  llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  if (isa<CXXOperatorCallExpr>(Call) && isa<CXXMethodDecl>(Callee))
    Args = Args.drop_front();
  for (unsigned I = 0; I < Args.size() && I < Callee->getNumParams(); ++I) {
    const QualType Param = Callee->getParamDecl(I)->getType();
    const SourceLocation Where = Args[I]->getBeginLoc();
    if (!Param->isReferenceType()) {
      value(Args[I], Where, Out);
      continue;
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(Args[I]));
    if (const VarDecl *Var =
            Ref ? ownLocal(dyn_cast<VarDecl>(Ref->getDecl())) : nullptr)
      Out.push_back({Borrow::Kind::Reference, Where, Var});
  }
}

void CaptureAnalysis::borrowsOf(const Expr *E, std::vector<Borrow> &Out) const {
  E = skipWrappers(E);
  while (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(E)) {
    // A callable or task moved, copied or converted into a parameter.
    if (Construct->getNumArgs() < 1 ||
        (Construct->getNumArgs() > 1 &&
         !isa<CXXDefaultArgExpr>(Construct->getArg(1))))
      return;
    E = skipWrappers(Construct->getArg(0));
  }
  if (!E)
    return;
  if (const Expr *Moved = movedFrom(E))
    return borrowsOf(Moved, Out);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
    return capturesOf(*Lambda, Out);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    // A named lambda or task: what it borrowed when it was made.
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    if (Var && Var->hasLocalStorage() && Var->getInit() &&
        !isa<ParmVarDecl>(Var) && !Var->getType()->isReferenceType())
      borrowsOf(Var->getInit(), Out);
    return;
  }
  const auto *Call = dyn_cast<CallExpr>(E);
  if (!Call)
    return;
  const FunctionDecl *Callee = Call->getDirectCallee();
  if (Callee && Callee->isInStdNamespace() &&
      Callee->getDeclName().isIdentifier() && Callee->getName() == "bind") {
    for (const Expr *Arg : Call->arguments())
      value(Arg, Arg->getBeginLoc(), Out);
    return;
  }
  argumentsTo(*Call, Out);
}

bool CaptureAnalysis::dropDetaches(QualType Handle, const Role &Spawn) const {
  if (Handle.isNull() || Handle->isVoidType())
    return true;
  if (Spawn.is("returns", "nothing"))
    return true;
  if (const Role *Join = R.of(Handle, RoleKind::JoinHandle))
    return Join->is("drop", "detaches") || Join->is("drop", "nothing");
  return false;
}

CaptureAnalysis::Fate CaptureAnalysis::fateOfVariable(const VarDecl &Handle) {
  class Uses : public RecursiveASTVisitor<Uses> {
  public:
    explicit Uses(const VarDecl &Handle) : Handle(Handle) {}
    const VarDecl &Handle;
    std::vector<const DeclRefExpr *> Found;
    bool VisitDeclRefExpr(DeclRefExpr *Ref) {
      if (Ref->getDecl() == &Handle)
        Found.push_back(Ref);
      return true;
    }
  } Finder(Handle);
  Finder.TraverseStmt(const_cast<Stmt *>(F.Body));
  const Role *Join = R.of(Handle.getType(), RoleKind::JoinHandle);
  bool Detached = false;
  for (const DeclRefExpr *Ref : Finder.Found) {
    const Stmt *Parent = parents().getParentIgnoreParenImpCasts(
        const_cast<DeclRefExpr *>(Ref));
    const auto *Member = dyn_cast_or_null<MemberExpr>(Parent);
    const auto *Method =
        Member ? dyn_cast<CXXMethodDecl>(Member->getMemberDecl()) : nullptr;
    if (!Method || !Join ||
        !llvm::is_contained(Join->list("detach"),
                            Method->getDeclName().getAsString()))
      return Fate::Kept;
    Detached = true;
  }
  // Not used at all: it is dropped at the end of its scope.
  if (!Detached && !(Join && (Join->is("drop", "detaches") ||
                              Join->is("drop", "nothing"))))
    return Fate::Kept;
  return Fate::Detached;
}

CaptureAnalysis::Fate CaptureAnalysis::fateOf(const Expr &Call,
                                              const Role &Spawn) {
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
  if (const auto *Decls = dyn_cast_or_null<DeclStmt>(Parent)) {
    for (const Decl *D : Decls->decls()) {
      const auto *Var = dyn_cast<VarDecl>(D);
      if (Var && Var->getInit() && Var->hasLocalStorage() &&
          SM.isPointWithin(Call.getBeginLoc(), Var->getInit()->getBeginLoc(),
                           Var->getInit()->getEndLoc()))
        return fateOfVariable(*Var);
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

/// The task runs on something that the object or the function owns and that
/// ends with it.
bool CaptureAnalysis::executorIsOwn(const Expr &Call, const Role &Spawn) const {
  const Expr *Executor = nullptr;
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  if (const std::optional<unsigned> Index = Spawn.index("executor"))
    Executor = *Index < Args.size() ? Args[*Index] : nullptr;
  else if (const std::optional<MemberCall> Member = asMemberCall(&Call))
    Executor = Member->Object;
  if (!Executor)
    return false;
  Executor = skipWrappers(Executor);
  // `ctx.get_executor()`.
  if (const std::optional<MemberCall> Member = asMemberCall(Executor))
    Executor = skipWrappers(Member->Object);
  if (const auto *Member = dyn_cast<MemberExpr>(Executor))
    return isa<CXXThisExpr>(skipWrappers(Member->getBase())) &&
           !Member->getMemberDecl()->getType()->isReferenceType() &&
           !Member->getMemberDecl()->getType()->isPointerType() &&
           Member->getType()->isRecordType();
  return false;
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
  const CXXDestructorDecl *Destructor = Class->getDestructor();
  return Class->isDependentContext() ||
         (Destructor && Destructor->isUserProvided());
}

std::optional<EscapingTask>
CaptureAnalysis::started(const SiteFinder::Start &Start) {
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(*Start.Call);
  const Expr *Subject =
      Roles::argument(*Start.Call, Start.Spawn->index("arg"));
  if (!Subject || Start.Spawn->is("joins", "yes"))
    return std::nullopt;
  EscapingTask Task;
  borrowsOf(Subject, Task.Borrows);
  // Arguments for the callable travel with it (`std::thread(f, &x)`).
  if (const std::optional<unsigned> Index = Start.Spawn->index("arg"))
    if (!Start.Spawn->index("token"))
      for (unsigned I = *Index + 1; I < Args.size(); ++I)
        value(Args[I], Args[I]->getBeginLoc(), Task.Borrows);
  if (Task.Borrows.empty())
    return std::nullopt;
  const Fate Fate = fateOf(*Start.Call, *Start.Spawn);
  if (Fate == Fate::Kept || waitedForLater(*Start.Call, Task.Borrows))
    return std::nullopt;
  const bool OwnExecutor = executorIsOwn(*Start.Call, *Start.Spawn);
  if (OwnExecutor || Fate == Fate::Returned || thisMayWait() ||
      llvm::any_of(Args, [&](const Expr *Arg) { return keepsThisAlive(Arg); }))
    llvm::erase_if(Task.Borrows, [](const Borrow &B) {
      return B.How == Borrow::Kind::This;
    });
  if (Task.Borrows.empty())
    return std::nullopt;
  Task.How = Fate == Fate::Returned ? EscapingTask::Way::Returned
                                    : EscapingTask::Way::Detached;
  Task.Where = Start.Call->getBeginLoc();
  Task.OtherThread = Start.Spawn->is("on", "other-thread");
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
  borrowsOf(Value, Task.Borrows);
  // The object outlives the call of its own member, as far as this shows.
  llvm::erase_if(Task.Borrows, [](const Borrow &B) {
    return B.How == Borrow::Kind::This;
  });
  if (Task.Borrows.empty())
    return std::nullopt;
  Task.How = EscapingTask::Way::Returned;
  Task.Where = Return.getReturnLoc();
  return Task;
}

} // namespace

std::vector<EscapingTask> escapingTasks(const Function &F,
                                        const CoroutineModel &Model,
                                        const Roles &R) {
  return CaptureAnalysis(F, Model, R).take();
}

SourceLocation endOfScope(const VarDecl &Var, const Function &F) {
  class Scopes : public RecursiveASTVisitor<Scopes> {
  public:
    explicit Scopes(const VarDecl &Var) : Var(Var) {}
    const VarDecl &Var;
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
