/// \file
/// Telling where coroutines run.

#include "checks/model/Executors.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"

namespace corolint {

using namespace clang;

namespace {

/// What \p E is, or the value that the variable was given that it names.
const Expr *origin(const Expr *E) {
  for (unsigned Steps = 0; E && Steps < 8; ++Steps) {
    E = skipWrappers(E);
    if (const Expr *Moved = movedFrom(E)) {
      E = Moved;
      continue;
    }
    const auto *Copy = dyn_cast<CXXConstructExpr>(E);
    if (Copy && Copy->getNumArgs() == 1 &&
        Copy->getConstructor()->isCopyOrMoveConstructor()) {
      E = Copy->getArg(0);
      continue;
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!Var || isa<ParmVarDecl>(Var) || !Var->hasLocalStorage() ||
        !Var->getInit())
      return E;
    E = Var->getInit();
  }
  return E;
}

/// Through pointers and their smart relatives to what they point at.
QualType pointee(QualType T) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    return T->getPointeeType();
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  if (!Class || !Class->isInStdNamespace() || !Class->getIdentifier() ||
      !(Class->getName().ends_with("_ptr") ||
        Class->getName() == "reference_wrapper"))
    return T;
  const TemplateArgument &Arg = Class->getTemplateArgs()[0];
  return Arg.getKind() == TemplateArgument::Type ? Arg.getAsType() : T;
}

} // namespace

const Role *executorRole(const Expr &E, const Roles &R) {
  const Expr *From = origin(&E);
  if (isa<CallExpr>(From))
    if (const Role *Returned = R.ofCall(*From, RoleKind::Executor))
      return Returned;
  for (QualType T : {E.getType(), From->getType()}) {
    T = pointee(T);
    if (const Role *Named = R.of(T, RoleKind::Executor))
      return Named;
    // `bind_executor(pool, token)`.
    if (const auto *Bound = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
            T->getAsCXXRecordDecl()))
      for (const TemplateArgument &Arg : Bound->getTemplateArgs().asArray())
        if (Arg.getKind() == TemplateArgument::Type)
          if (const Role *Named = R.of(Arg.getAsType(), RoleKind::Executor))
            return Named;
  }
  // `any_executor ex = pool;`, `any_executor ex(pool.get_executor());`.
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(From);
      Construct && Construct->getNumArgs() >= 1)
    return executorRole(*Construct->getArg(0), R);
  // `pool.get_executor()` says no more than what it belongs to.
  const std::optional<MemberCall> Member = asMemberCall(From);
  return Member
             ? R.of(pointee(Member->Object->IgnoreParenImpCasts()->getType()),
                    RoleKind::Executor)
             : nullptr;
}

namespace {

std::optional<bool> switches(const Expr *Operand, const Roles &R,
                             unsigned Depth = 0);

/// The same for a call of a function of the file that does nothing but to
/// return what switches: `auto away() { return resume_on(background); }`.
std::optional<bool> switchesInside(const Expr &E, const Roles &R,
                                   unsigned Depth) {
  const auto *Call = dyn_cast<CallExpr>(&E);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  const auto *Body = Callee && Depth < 4
                         ? dyn_cast_or_null<CompoundStmt>(Callee->getBody())
                         : nullptr;
  const auto *Return = Body && Body->size() == 1
                           ? dyn_cast<ReturnStmt>(Body->body_front())
                           : nullptr;
  return Return && Return->getRetValue()
             ? switches(Return->getRetValue(), R, Depth + 1)
             : std::nullopt;
}

/// Whether awaiting \p Operand continues where blocking is fine, or where it is
/// not; nullopt if it goes on where it was.
std::optional<bool> switches(const Expr *Operand, const Roles &R,
                             unsigned Depth) {
  const Expr *Call = Operand ? origin(Operand) : nullptr;
  const Role *Switch = Call && isa<CallExpr>(Call)
                           ? R.ofCall(*Call, RoleKind::SwitchesExecutor)
                           : nullptr;
  if (!Switch)
    return Call ? switchesInside(*Call, R, Depth) : std::nullopt;
  if (!Switch->is("blocking", "by-executor"))
    return Switch->is("blocking", "yes");
  const std::optional<unsigned> Index = Switch->index("to");
  const bool Named = Index || Switch->is("to", "this");
  const Expr *To = Named ? Roles::argument(*Call, Index) : nullptr;
  if (const Role *Executor = To ? executorRole(*To, R) : nullptr)
    return Executor->is("blocking", "yes");
  // Some executor, passed in: its owner knows what it is for.
  return Index.has_value();
}

const Expr *operandOf(const Stmt &S) {
  if (const auto *Await = dyn_cast<CoawaitExpr>(&S))
    return Await->getOperand();
  if (const auto *Await = dyn_cast<DependentCoawaitExpr>(&S))
    return Await->getOperand();
  return nullptr;
}

/// Whether \p Await's awaiter hands the coroutine to a thread of its own:
/// `void await_suspend(handle h) { std::thread([h] { h.resume(); }).detach();
/// }`.
bool resumesOnNewThread(const CoawaitExpr &Await, const Roles &R) {
  class Finder : public RecursiveASTVisitor<Finder> {
  public:
    Finder(const FunctionDecl &Suspend, const Roles &R)
        : Suspend(Suspend), R(R) {}
    const FunctionDecl &Suspend;
    const Roles &R;
    bool Found = false;

    bool VisitCXXConstructExpr(CXXConstructExpr *E) {
      const Role *Spawn = R.ofCall(*E, RoleKind::Spawn);
      Found |= Spawn && Spawn->is("on", "other-thread") &&
               llvm::any_of(E->arguments(),
                            [&](const Expr *Arg) { return mentions(Arg); });
      return !Found;
    }

  private:
    /// The handle goes along.
    bool mentions(const Stmt *S) const {
      if (!S)
        return false;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
        return isa<ParmVarDecl>(Ref->getDecl()) &&
               Ref->getDecl()->getDeclContext() == &Suspend;
      return llvm::any_of(S->children(),
                          [&](const Stmt *Child) { return mentions(Child); });
    }
  };
  const auto *Call = dyn_cast_or_null<CallExpr>(
      Await.getSuspendExpr() ? skipWrappers(Await.getSuspendExpr()) : nullptr);
  const FunctionDecl *Suspend = Call ? Call->getDirectCallee() : nullptr;
  if (!Suspend || !Suspend->hasBody(Suspend))
    return false;
  Finder Find(*Suspend, R);
  Find.TraverseStmt(Suspend->getBody());
  return Find.Found;
}

} // namespace

std::optional<bool> switchesExecutor(const Stmt &S, const Roles &R) {
  if (const Expr *Operand = operandOf(S))
    if (const std::optional<bool> To = switches(Operand, R))
      return To;
  const auto *Await = dyn_cast<CoawaitExpr>(&S);
  return Await && resumesOnNewThread(*Await, R) ? std::optional(true)
                                                : std::nullopt;
}

const Role *executorOf(const Expr &Call, const Role &Does, llvm::StringRef Key,
                       const Roles &R) {
  const std::optional<unsigned> Index = Does.index(Key);
  const Expr *On =
      Index || Does.is(Key, "this") ? Roles::argument(Call, Index) : nullptr;
  return On ? executorRole(*On, R) : nullptr;
}

std::optional<const Role *> switchedTo(const Stmt &S, const Roles &R) {
  if (!switchesExecutor(S, R))
    return std::nullopt;
  const Expr *Operand = operandOf(S);
  const Expr *Call = Operand ? origin(Operand) : nullptr;
  const Role *Switch = Call && isa<CallExpr>(Call)
                           ? R.ofCall(*Call, RoleKind::SwitchesExecutor)
                           : nullptr;
  return Switch ? executorOf(*Call, *Switch, "to", R) : nullptr;
}

bool waitsForOwnExecutor(const Expr &Call, const Roles &R) {
  const std::optional<MemberCall> Wait = asMemberCall(&Call);
  const Expr *Start = Wait ? origin(Wait->Object) : nullptr;
  const Role *Spawn = Start && isa<CallExpr>(Start)
                          ? R.ofCall(*Start, RoleKind::Spawn)
                          : nullptr;
  const std::optional<unsigned> Index =
      Spawn ? Spawn->index("executor") : std::nullopt;
  const Expr *On = Index ? Roles::argument(*Start, Index) : nullptr;
  return On && isa<CoawaitExpr>(origin(On));
}

/// Sorts the mentions of coroutines by what is done with them.
class BlockingCoroutines::Finder : public OwnBodyVisitor<Finder> {
public:
  Finder(BlockingCoroutines &To) : To(To), R(To.R) {}

  bool VisitCallExpr(CallExpr *E) {
    start(*E);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    start(*E);
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (const FunctionDecl *Named = coroutine(*Ref))
      note(*Named, *Ref);
    return true;
  }
  bool VisitMemberExpr(MemberExpr *Ref) {
    if (const auto *Named = dyn_cast<FunctionDecl>(Ref->getMemberDecl()))
      note(*Named, *Ref);
    return true;
  }
  bool TraverseLambdaExpr(LambdaExpr *E) {
    note(*E->getCallOperator(), *E);
    return OwnBodyVisitor::TraverseLambdaExpr(E);
  }

private:
  /// The coroutine that \p Ref names, or the one in the lambda that it names.
  static const FunctionDecl *coroutine(const DeclRefExpr &Ref) {
    if (const auto *Named = dyn_cast<FunctionDecl>(Ref.getDecl())) {
      // `f()` of a lambda f is a mention of f.
      const auto *Method = dyn_cast<CXXMethodDecl>(Named);
      return Method && Method->getParent()->isLambda() ? nullptr : Named;
    }
    const CXXRecordDecl *Class = Ref.getType()->getAsCXXRecordDecl();
    return Class && Class->isLambda() ? Class->getLambdaCallOperator()
                                      : nullptr;
  }

  void note(const FunctionDecl &Named, const Expr &Mention) {
    const FunctionDecl *Key = Named.getCanonicalDecl();
    if (Good.contains(&Mention))
      To.Started.insert(Key);
    // A named lambda's own expression is only what makes it.
    else if (!isa<LambdaExpr>(Mention))
      To.Others.insert(Key);
  }

  void start(const Expr &Call) {
    const Role *Spawn = R.ofCall(Call, RoleKind::Spawn);
    const Role *Offload = Spawn ? nullptr : R.ofCall(Call, RoleKind::Offload);
    if (Spawn) {
      const Role *Executor = executorOf(Call, *Spawn, "executor", R);
      if (!Executor || !Executor->is("blocking", "yes"))
        return;
    }
    if (const Role *Starts = Spawn ? Spawn : Offload)
      if (const Expr *Work = Roles::argument(Call, Starts->index("arg")))
        allow(Work);
  }

  /// All that \p S mentions, not in nested functions, is started there.
  void allow(const Stmt *S) {
    if (!S)
      return;
    Good.insert(S);
    if (!isa<LambdaExpr>(S))
      for (const Stmt *Child : S->children())
        allow(Child);
  }

  BlockingCoroutines &To;
  const Roles &R;
  llvm::DenseSet<const Stmt *> Good;
};

bool BlockingCoroutines::contains(const Function &Coroutine) {
  if (!std::exchange(Found, true))
    for (const auto &F : Model.functions()) {
      Finder Find(*this);
      Find.TraverseStmt(const_cast<Stmt *>(F->Body));
    }
  const FunctionDecl *Key = Coroutine.Decl.getCanonicalDecl();
  return Started.contains(Key) && !Others.contains(Key);
}

} // namespace corolint
