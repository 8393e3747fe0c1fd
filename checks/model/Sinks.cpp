/// \file
/// Inferring from a function's body what becomes of its parameters.

#include "checks/model/Sinks.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"
#include "checks/model/Works.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

/// The mentions of one parameter in what a function runs itself.
class ParameterMentions : public OwnBodyVisitor<ParameterMentions> {
public:
  explicit ParameterMentions(const ParmVarDecl &Param) : Param(Param) {}

  llvm::SmallVector<const DeclRefExpr *, 4> Found;

  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (Ref->getDecl() == &Param)
      Found.push_back(Ref);
    return true;
  }

private:
  const ParmVarDecl &Param;
};

} // namespace

const Landings &Sinks::landingsIn(const Function &F) {
  std::unique_ptr<Landings> &Here = Known[&F];
  if (!Here)
    Here = std::make_unique<Landings>(F, B);
  return *Here;
}

/// Whether roles say what \p Call is for.
static bool isDescribed(const Expr &Call, const Roles &R) {
  constexpr RoleKind Kinds[] = {RoleKind::WaitsForTask, RoleKind::CallsNow,
                                RoleKind::AwaitsAll, RoleKind::AwaitsFirst,
                                RoleKind::ConsumesTask};
  return llvm::any_of(Kinds,
                      [&](RoleKind Kind) { return R.ofCall(Call, Kind); });
}

std::optional<Role> Sinks::of(const Expr &Call, std::optional<unsigned> Index) {
  const Roles &R = B.roles();
  for (const RoleKind Kind :
       {RoleKind::Spawn, RoleKind::StoresCallable, RoleKind::Offload})
    if (const Role *Found = R.ofCall(Call, Kind)) {
      // Arguments for the callable travel with it (`std::thread(f, &x)`).
      const std::optional<unsigned> Arg = Found->index("arg");
      if (Index == Arg || Found->is("arg", "all") ||
          (Index && Arg && *Index > *Arg && !Found->index("token")))
        return *Found;
      return std::nullopt;
    }
  const FunctionDecl *Callee = nullptr;
  if (const auto *Plain = dyn_cast<CallExpr>(&Call))
    Callee = Plain->getDirectCallee();
  else if (const auto *Made = dyn_cast<CXXConstructExpr>(&Call))
    Callee = Made->getConstructor();
  if (!Callee || !Index || *Index >= Callee->getNumParams() ||
      isDescribed(Call, R))
    return std::nullopt;
  return inferred(*Callee, *Index);
}

std::optional<Role> Sinks::of(const Expr &Call) {
  const Roles &R = B.roles();
  for (const RoleKind Kind :
       {RoleKind::Spawn, RoleKind::StoresCallable, RoleKind::Offload})
    if (const Role *Found = R.ofCall(Call, Kind))
      return *Found;
  const auto *Plain = dyn_cast<CallExpr>(&Call);
  const FunctionDecl *Callee = Plain ? Plain->getDirectCallee() : nullptr;
  if (!Callee || !B.model().find(Callee) || isDescribed(Call, R))
    return std::nullopt;
  for (unsigned I = 0; I < Callee->getNumParams(); ++I)
    if (std::optional<Role> Found = inferred(*Callee, I))
      if (Found->is("borrows", "yes") || Found->is("keeps", "no") ||
          B.mayBorrow(Callee->getParamDecl(I)->getType()))
        return Found;
  return std::nullopt;
}

std::optional<Role> Sinks::inferred(const FunctionDecl &Callee,
                                    unsigned Index) {
  const Function *Body = B.model().find(&Callee);
  if (!Body || Body->isCoroutine() || Index >= Body->Decl.getNumParams())
    return std::nullopt;
  // A task that is moved into another one is still a task.
  const auto *Method = dyn_cast<CXXMethodDecl>(&Body->Decl);
  if (Method &&
      (isa<CXXConstructorDecl>(Method) ||
       (Method->isOverloadedOperator() &&
        Method->getOverloadedOperator() != OO_Call) ||
       B.isCoroutineType(B.roles().ast().getRecordType(Method->getParent()))))
    return std::nullopt;
  const ParmVarDecl *Param = Body->Decl.getParamDecl(Index);
  // What calls itself is not known while it is being looked into.
  const auto [It, New] = Inferred.try_emplace(Param, std::nullopt);
  if (!New)
    return It->second;
  std::optional<Role> Found = infer(*Body, *Param);
  Inferred[Param] = Found;
  return Found;
}

std::optional<Role> Sinks::infer(const Function &Callee,
                                 const ParmVarDecl &Param) {
  ParameterMentions Finder(Param);
  Finder.TraverseStmt(const_cast<Stmt *>(Callee.Body));
  std::optional<Role> Result;
  for (const DeclRefExpr *Mention : Finder.Found)
    if (std::optional<Role> Found = inferMention(Callee, Param, *Mention))
      Result = std::move(Found);
  // It may wait for the very task.
  if (Result && waitsForOthers(*Callee.Body, B.roles()))
    return std::nullopt;
  return Result;
}

/// Whether the handle that \p Call returns is let go: it is detached, or
/// dropped where that detaches.
static bool isLetGo(const Landing &Where, QualType Handle, const Role &Spawn,
                    const Roles &R) {
  if (Where.How == Landing::Kind::Detached)
    return true;
  if (Where.How != Landing::Kind::Dropped)
    return false;
  const Role *Join = R.of(Handle, RoleKind::JoinHandle);
  return Spawn.is("returns", "nothing") || Handle->isVoidType() ||
         Spawn.is("drop", "detaches") || (Join && Join->is("drop", "detaches"));
}

/// Whether what lands there is kept by an object's member or a global: other
/// things are known to the caller by their own names.
static bool isOutside(const Landing &There) {
  const auto *Var = dyn_cast_or_null<VarDecl>(There.In);
  return There.In && !(Var && Var->hasLocalStorage());
}

/// The call of the callable that \p Mention names.
static const CallExpr *callOf(const Expr &Mention, const Landings &Here) {
  const Stmt *Child = &Mention;
  while (const Stmt *Parent = Here.parent(*Child)) {
    const auto *Call = dyn_cast<CallExpr>(Parent);
    if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Call))
      return Operator->getOperator() == OO_Call && Operator->getArg(0) == Child
                 ? Operator
                 : nullptr;
    if (!isa<ParenExpr, ImplicitCastExpr>(Parent) && !(Call && movedFrom(Call)))
      return nullptr;
    Child = Parent;
  }
  return nullptr;
}

/// Whether \p Made is a coroutine that runs on when nobody has it, and nobody
/// has.
static bool isLoose(const Landing &There, const Expr &Made, const Borrows &B) {
  if (There.How != Landing::Kind::Dropped || !B.isCoroutineType(Made.getType()))
    return false;
  const TaskTraits Traits = B.traitsOf(Made.getType());
  return Traits.StartsAt == TaskTraits::Start::Eager &&
         Traits.OnDrop == TaskTraits::Drop::Detaches;
}

/// Whether what lands there is put with others of its kind, to be called later:
/// what has one callable has a handler.
static bool isQueue(const Landing &There) {
  const std::optional<MemberCall> Fill = asMemberCall(There.At);
  const CXXRecordDecl *Class =
      Fill && Fill->Method ? Fill->Method->getParent() : nullptr;
  return Class && Class->isInStdNamespace() &&
         Class->getDeclName().isIdentifier() &&
         !Class->getName().contains("optional");
}

/// What dropping a handle of type \p Handle does.
static std::string dropOf(QualType Handle, const Roles &R) {
  const Role *Join = R.of(Handle, RoleKind::JoinHandle);
  return Join ? Join->get("drop").str() : "";
}

std::optional<Role> Sinks::inferMention(const Function &Callee,
                                        const ParmVarDecl &Param,
                                        const Expr &Mention) {
  const Landings &Here = landingsIn(Callee);
  if (const CallExpr *Call = callOf(Mention, Here)) {
    // The task that it makes is let go, and the callable is not needed for it
    // any more, as far as this function can tell.
    const Landing Task = Here.of(*Call);
    const bool Keeps = Task.How == Landing::Kind::Elsewhere && isOutside(Task);
    const bool Runs = Task.How == Landing::Kind::Argument
                          ? of(*Task.At, Task.Index).has_value()
                          : isLoose(Task, *Call, B);
    if ((!Keeps && !Runs) || !B.isCoroutineType(Call->getType()))
      return std::nullopt;
    if (Task.How == Landing::Kind::Argument)
      Given[&Param] = {Task.At, Task.Index};
    return Role{
        .Kind = Keeps ? RoleKind::StoresCallable : RoleKind::Spawn,
        .By = Provenance::Inferred,
        .Params = {{"arg", std::to_string(Param.getFunctionScopeIndex())},
                   {"on", "same-thread"},
                   {"keeps", "no"},
                   {"queue", "yes"},
                   {"returns", "nothing"}}};
  }
  const Landing Where = Here.of(Mention);
  const std::string Index = std::to_string(Param.getFunctionScopeIndex());
  if (Where.How == Landing::Kind::Elsewhere) {
    if (!isOutside(Where))
      return std::nullopt;
    return Role{.Kind = RoleKind::StoresCallable,
                .By = Provenance::Inferred,
                .Params = {{"arg", Index},
                           {"queue", isQueue(Where) ? "yes" : "no"},
                           {"returns", "nothing"}}};
  }
  if (Where.How == Landing::Kind::Dropped && Where.At) {
    // It is in the frame of a coroutine that runs on without anybody.
    const Expr *Made = skipWrappers(Where.At);
    if (Made == skipWrappers(&Mention) || !isLoose(Where, *Made, B))
      return std::nullopt;
    return Role{.Kind = RoleKind::Spawn,
                .By = Provenance::Inferred,
                .Params = {{"arg", Index},
                           {"on", "same-thread"},
                           {"keeps", "yes"},
                           {"returns", "nothing"}}};
  }
  if (Where.How != Landing::Kind::Argument)
    return std::nullopt;
  const std::optional<Role> Inner = of(*Where.At, Where.Index);
  if (!Inner || Inner->is("joins", "yes"))
    return std::nullopt;
  Given[&Param] = {Where.At, Where.Index};
  // The parameter is a name for something of the caller's.
  bool Refers = false;
  if (Param.getType()->isReferenceType()) {
    SmallVector<Borrow, 2> Loans;
    if (const Expr *Given = Roles::argument(*Where.At, Where.Index))
      B.carriedBy(*Given, Given->getBeginLoc(), Loans);
    Refers = llvm::any_of(
        Loans, [&](const Borrow &L) { return L.Of == &Param && !L.Carried; });
    if (!Refers && !B.mayBorrow(Param.getType()))
      return std::nullopt;
  }
  if (Inner->Kind != RoleKind::StoresCallable) {
    const Landing Handle = Here.of(*Where.At);
    if (Handle.How == Landing::Kind::Returned) {
      Role Spawn = *Inner;
      Spawn.By = Provenance::Inferred;
      for (auto &[Key, Value] : Spawn.Params)
        if (Key == "arg")
          Value = Index;
      llvm::erase_if(Spawn.Params, [](const auto &P) {
        return P.first == "executor" || P.first == "token";
      });
      return Spawn;
    }
    if (Handle.How == Landing::Kind::Elsewhere && isOutside(Handle))
      return Role{.Kind = RoleKind::StoresCallable,
                  .By = Provenance::Inferred,
                  .Params = {{"arg", Index},
                             {"borrows", Refers ? "yes" : "no"},
                             {"drop", dropOf(Where.At->getType(), B.roles())},
                             {"returns", "nothing"}}};
    if (!isLetGo(Handle, Where.At->getType(), *Inner, B.roles()))
      return std::nullopt;
    return Role{.Kind = RoleKind::Spawn,
                .By = Provenance::Inferred,
                .Params = {{"arg", Index},
                           {"on", Inner->get("on").str()},
                           {"keeps", Inner->get("keeps").str()},
                           {"borrows", Refers ? "yes" : "no"},
                           {"returns", "nothing"}}};
  }
  return Role{.Kind = RoleKind::StoresCallable,
              .By = Provenance::Inferred,
              .Params = {{"arg", Index},
                         {"queue", Inner->get("queue").str()},
                         {"returns", "nothing"}}};
}

std::vector<PassedOn> Sinks::wayOf(const Expr &Call, unsigned Index) {
  std::vector<PassedOn> Result;
  const Expr *At = &Call;
  std::optional<unsigned> Argument = Index;
  while (const auto *Plain = dyn_cast<CallExpr>(At)) {
    const Function *Body = B.model().find(Plain->getDirectCallee());
    if (!Argument || !Body || *Argument >= Body->Decl.getNumParams())
      break;
    const auto It = Given.find(Body->Decl.getParamDecl(*Argument));
    // What calls itself goes round.
    if (It == Given.end() || Result.size() > 8)
      break;
    std::tie(At, Argument) = It->second;
    Result.push_back({&Body->Decl, At});
  }
  return Result;
}

} // namespace corolint
