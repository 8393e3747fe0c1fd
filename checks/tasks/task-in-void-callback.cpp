/// \file
/// task-in-void-callback: a callable that returns a task is given to something
/// that calls it for nothing. Doc: docs/checks/task-in-void-callback.md.

#include "checks/core/Check.h"
#include "checks/core/Options.h"
#include "checks/model/Calls.h"
#include "checks/model/DroppedResults.h"
#include "checks/model/TaskTypes.h"
#include "checks/model/TypeNames.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

namespace corolint {
namespace {

using namespace clang;

/// What becomes of the work of a dropped \p T, as a clause about the type;
/// empty if nothing is lost, or if that is not known.
std::string lossOf(QualType T, const Pass &P) {
  const TaskTypes Awaited(P.Roles, TaskTypes::Of::Await);
  if (Awaited.owes(T) || Awaited.holds(T))
    return "which does nothing until it is awaited";
  const std::optional<TaskTraits> Task = P.Roles.task(T);
  if (!Task || Task->StartsAt != TaskTraits::Start::Eager)
    return "";
  switch (Task->OnDrop) {
  case TaskTraits::Drop::Cancels:
    return "which is cancelled when it is dropped";
  case TaskTraits::Drop::Blocks:
    return "which the thread waits for when it is dropped";
  case TaskTraits::Drop::Terminates:
    return "which ends the program when it is dropped";
  case TaskTraits::Drop::Detaches:
    return P.Options.flag("Detaching")
               ? "which nobody waits for once it is dropped"
               : "";
  case TaskTraits::Drop::Nothing:
  case TaskTraits::Drop::Unknown:
    return "";
  }
  return "";
}

bool isLambda(const FunctionDecl *Callee) {
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  return Method && Method->getParent()->isLambda();
}

std::string describe(const DroppedResult &Dropped, const ASTContext &Ast) {
  const Expr *Callable = calledThrough(Dropped.Callable);
  if (isa<LambdaExpr>(Callable))
    return "this lambda";
  if (const FunctionDecl *Callee = Dropped.Result.Callee;
      Callee && Callee->getDeclName().isIdentifier())
    return "'" + Callee->getNameAsString() + "'";
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Callable))
    return "'" + Ref->getDecl()->getNameAsString() + "'";
  if (isa<InitListExpr, CXXConstructExpr>(Callable))
    return "'" + shortTypeName(Callable->getType(), Ast) + "'";
  return "'" + sourceText(*Callable, Ast) + "'";
}

/// Where \p Callee turns out to return a task: what makes it a coroutine, or
/// its name.
SourceLocation returnsAt(const FunctionDecl &Callee, const Pass &P) {
  const Function *F = P.Model.find(&Callee);
  if (F && isLambda(&Callee))
    for (const SuspensionPoint &Point : F->Suspensions)
      if (!Point.isImplicit())
        return Point.Where;
  return Callee.getLocation();
}

Finding findingFor(const DroppedResult &Dropped, const Pass &P) {
  const std::string Type = shortTypeName(Dropped.Result.Type, P.Ast);
  const ResultTaker &Taker = Dropped.Taker;
  const SourceLocation Where = Dropped.Callable->getBeginLoc();
  Finding F{Where,
            "each call of " + describe(Dropped, P.Ast) + " drops its '" + Type +
                "': '" + Taker.Name +
                (Taker.How == ResultTaker::Way::Converts ? "' returns nothing"
                 : Taker.How == ResultTaker::Way::Ignores
                     ? "' ignores what it returns"
                     : "' returns it in a handle that nobody keeps"),
            {},
            {}};
  if (Taker.Inside.isValid())
    F.Why.push_back({Taker.Inside,
                     Taker.InsideName.empty()
                         ? "the '" + Type + "' is dropped here"
                         : "a '" + Taker.InsideName +
                               "' is made of it here, which returns nothing"});
  const FunctionDecl *Callee = Dropped.Result.Callee;
  const bool Seen = Callee && !P.Ast.getSourceManager().isInSystemHeader(
                                  Callee->getLocation());
  F.Why.push_back({Seen ? returnsAt(*Callee, P) : Where,
                   std::string(isLambda(Callee) ? "the lambda returns a '"
                                                : "each call returns a '") +
                       Type + "', " + lossOf(Dropped.Result.Type, P)});
  return F;
}

bool isCopyable(const CXXRecordDecl &Class) {
  for (const CXXConstructorDecl *Constructor : Class.ctors())
    if (Constructor->isCopyConstructor())
      return !Constructor->isDeleted();
  return !Class.hasUserDeclaredMoveConstructor() &&
         !Class.hasUserDeclaredMoveAssignment() &&
         !Class.defaultedCopyConstructorIsDeleted();
}

/// Whether a call can give a copy of a task that somebody else keeps.
bool givesCopy(const CallResult &Result, const Pass &P) {
  const CXXRecordDecl *Class = Result.Type->getAsCXXRecordDecl();
  const Function *Callee = P.Model.find(Result.Callee);
  return Class && isCopyable(*Class) && !(Callee && Callee->isCoroutine());
}

void run(Pass &P) {
  for (const DroppedResult &Dropped : droppedResults(
           P.Model, P.Roles, [&](QualType T) { return !lossOf(T, P).empty(); }))
    if (!givesCopy(Dropped.Result, P))
      P.report(findingFor(Dropped, P));
}

constexpr OptionInfo Options[] = {
    {.Name = "Detaching",
     .Default = "false",
     .Help = "also report tasks that start at once and run to their end when "
             "nobody keeps them"},
};

} // namespace

extern constexpr Check TaskInVoidCallback = {
    .Id = "task-in-void-callback",
    .Summary = "a coroutine where a callback that returns nothing is expected",
    .Level = Severity::Warning,
    .Options = Options,
    .Run = run,
};

} // namespace corolint
