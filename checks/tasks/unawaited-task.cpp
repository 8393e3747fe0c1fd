/// \file
/// unawaited-task: a lazy task is dropped on some path without being awaited,
/// so its work never runs. Doc: docs/checks/unawaited-task.md.

#include "checks/core/Check.h"
#include "checks/model/TaskFlow.h"

namespace corolint {
namespace {

std::string what(const DroppedTask &Task) {
  switch (Task.How) {
  case DroppedTask::Kind::Discarded:
    return Task.Maker + " never runs: its '" + Task.Type +
           "' is dropped without being awaited" +
           (Task.IsOperation ? ""
                             : ", and a lazy task starts only when awaited");
  case DroppedTask::Kind::Unused:
    return "'" + Task.Variable + "' is never awaited, so " + Task.Maker +
           " never runs";
  case DroppedTask::Kind::OnePath:
    return "'" + Task.Variable + "' is not awaited on every path, so " +
           Task.Maker + " does not always run";
  }
  llvm_unreachable("covered switch");
}

void run(Pass &P) {
  for (const auto &Function : P.Model.functions())
    for (const DroppedTask &Task : droppedTasks(*Function, P.Roles)) {
      Finding F{Task.Where, what(Task), notesOn(Task.Way), {}};
      if (Task.How != DroppedTask::Kind::Discarded)
        F.Why.push_back(
            {Task.DroppedAt, "'" + Task.Variable + "' is dropped here"});
      if (Task.Callee && Task.Callee->getLocation().isValid() &&
          !P.Ast.getSourceManager().isInSystemHeader(
              Task.Callee->getLocation()))
        F.Why.push_back({Task.Callee->getLocation(),
                         Task.Maker + " returns a '" + Task.Type +
                             "', which does nothing until it is awaited"});
      if (Task.How == DroppedTask::Kind::Discarded) {
        if (Function->isCoroutine())
          F.Fixes.push_back(
              {"insert 'co_await'",
               {clang::FixItHint::CreateInsertion(Task.Where, "co_await ")},
               /*Safe=*/false});
        else
          F.Why.push_back({Task.Where, "return it, hand it to something that "
                                       "awaits it, or make this a coroutine"});
      }
      P.report(std::move(F));
    }
}

} // namespace

extern constexpr Check UnawaitedTask = {
    .Id = "unawaited-task",
    .Summary = "a lazy task is dropped without being awaited",
    .Level = Severity::Error,
    .Options = {},
    .Run = run,
};

} // namespace corolint
