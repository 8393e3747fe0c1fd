/// \file
/// task-as-value: a task is tested, compared or printed where its result is
/// meant. Doc: docs/checks/task-as-value.md.

#include "checks/core/Check.h"
#include "checks/model/Calls.h"
#include "checks/model/TasksAsValues.h"
#include "checks/model/TypeNames.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

namespace corolint {
namespace {

using namespace clang;
using Use = TaskAsValue::Use;

/// The function that \p Maker calls by name; nullptr for others.
const FunctionDecl *calleeOf(const Expr *Maker) {
  const auto *Call = dyn_cast_or_null<CallExpr>(Maker);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee && Callee->getDeclName().isIdentifier() ? Callee : nullptr;
}

std::string verb(const TaskAsValue &Value) {
  switch (Value.How) {
  case Use::Tested:
    return "is tested";
  case Use::Compared:
    return "is compared";
  case Use::Printed:
    return "is printed";
  case Use::Number:
    return "is used as a number";
  case Use::Returned:
    return "is returned as a value";
  case Use::Passed:
    return "is passed to '" + Value.By->getNameAsString() + "'";
  case Use::Predicate:
    return "is tested by '" + Value.By->getNameAsString() + "'";
  }
  llvm_unreachable("covered switch");
}

std::string what(const TaskAsValue &Value, const ASTContext &Ast) {
  const std::string Type = "'" + shortTypeName(Value.Type, Ast) + "'";
  if (Value.Variable)
    return "'" + Value.Variable->getNameAsString() + "' " + verb(Value) +
           " without being awaited: it is a " + Type + ", not its result";
  if (Value.How == Use::Predicate)
    return "the " + Type + " that each call returns " + verb(Value) +
           " without being awaited";
  const FunctionDecl *Callee = calleeOf(Value.Maker);
  const Expr *Made = Value.Maker ? Value.Maker : skipWrappers(Value.Task);
  return "the " + Type + " of '" +
         (Callee ? Callee->getNameAsString() : sourceText(*Made, Ast)) + "' " +
         verb(Value) + " without being awaited";
}

void run(Pass &P) {
  const SourceManager &SM = P.Ast.getSourceManager();
  const auto IsSeen = [&](const FunctionDecl *F) {
    return F && F->getLocation().isValid() &&
           !SM.isInSystemHeader(F->getLocation());
  };
  for (const auto &Function : P.Model.functions())
    for (const TaskAsValue &Value : tasksAsValues(*Function, P.Roles)) {
      const SourceLocation Where = skipWrappers(Value.Task)->getBeginLoc();
      Finding F{Where, what(Value, P.Ast), {}, {}};
      const FunctionDecl *Callee = calleeOf(Value.Maker);
      const std::string Type = shortTypeName(Value.Type, P.Ast);
      F.Why.push_back(
          {IsSeen(Callee)   ? Callee->getLocation()
           : Value.Variable ? Value.Variable->getLocation()
                            : Where,
           (Callee ? "'" + Callee->getNameAsString() + "' returns a '" + Type
                   : "this is a '" + Type) +
               (hasResult(Value.Type) ? "', whose result 'co_await' gives"
                                      : "', which 'co_await' waits for")});
      if (isa_and_nonnull<CXXConversionDecl>(Value.By) && IsSeen(Value.By))
        F.Why.push_back({Value.By->getLocation(),
                         "this says whether there is a task, nothing of what "
                         "it gives"});
      if (Value.Maker && !Value.Variable && Function->isCoroutine() &&
          hasResult(Value.Type))
        F.Fixes.push_back({"insert 'co_await'",
                           {FixItHint::CreateInsertion(
                               Value.Maker->getBeginLoc(), "co_await ")},
                           /*Safe=*/false});
      P.report(std::move(F));
    }
}

} // namespace

extern constexpr Check TaskAsValue = {
    .Id = "task-as-value",
    .Summary = "a task is tested, compared or printed instead of its result",
    .Level = Severity::Error,
    .Options = {},
    .Run = run,
};

} // namespace corolint
