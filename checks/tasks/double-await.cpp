/// \file
/// double-await: a task is awaited or handed over again after one await or one
/// owner has used it up. Doc: docs/checks/double-await.md.

#include "checks/core/Check.h"
#include "checks/model/TaskReuse.h"

namespace corolint {
namespace {

std::string what(const ReusedTask &Task) {
  const std::string Var = "'" + Task.Variable + "'";
  const bool AwaitedFirst = Task.First.How == TaskUse::Await;
  const bool AwaitedAgain = Task.Second.How == TaskUse::Await;
  if (Task.InLoop)
    return Var + (AwaitedAgain ? " is awaited" : " is moved from") +
           " again each time round the loop";
  if (AwaitedFirst && AwaitedAgain)
    return Var + " is awaited twice, and a '" + Task.Type + "' runs once";
  if (AwaitedFirst)
    return Var + " is handed over after it was awaited";
  const std::string Taker =
      Task.First.Into.empty() ? "" : " into " + Task.First.Into;
  if (AwaitedAgain)
    return Var + " is awaited after it was moved" + Taker;
  return Var + " is moved from twice";
}

std::string first(const ReusedTask &Task) {
  if (Task.First.How == TaskUse::Await)
    return "the first await is here";
  if (Task.First.Into.empty())
    return "it is moved from here";
  return "it is moved into " + Task.First.Into + " here";
}

void run(Pass &P) {
  for (const auto &Function : P.Model.functions())
    for (const ReusedTask &Task : reusedTasks(*Function, P.Model, P.Roles)) {
      Finding F{Task.Second.Where, what(Task), {}, {}};
      if (!Task.InLoop)
        F.Why.push_back({Task.First.Where, first(Task)});
      for (FindingNote &Note : notesOn(Task.Way))
        F.Why.push_back(std::move(Note));
      F.Why.push_back({Task.Second.Where, Task.First.How == TaskUse::Await
                                              ? "there is nothing left to run"
                                              : "there is no task left in '" +
                                                    Task.Variable + "'"});
      P.report(std::move(F));
    }
}

} // namespace

extern constexpr Check DoubleAwait = {
    .Id = "double-await",
    .Summary = "a task is used again after it is used up",
    .Level = Severity::Error,
    .Options = {},
    .Run = run,
};

} // namespace corolint
