/// \file
/// discarded-handle: the handle of running work is dropped where that ends the
/// work, blocks, or loses its exception. Doc: docs/checks/discarded-handle.md.

#include "checks/core/Check.h"
#include "checks/core/Options.h"
#include "checks/model/TaskFlow.h"

namespace corolint {
namespace {

using Drop = TaskTraits::Drop;

constexpr OptionInfo Options[] = {
    {.Name = "ReportDetached",
     .Default = "false",
     .Help = "also report dropping handles whose work goes on without them"},
};

llvm::StringRef effect(const DroppedTask &Task) {
  switch (Task.OnDrop) {
  case Drop::Cancels:
    return " is cancelled at once";
  case Drop::Blocks:
    return " is waited for right here";
  case Drop::Terminates:
    return " ends the program if it is still running";
  case Drop::Detaches:
    return Task.LosesException
               ? " runs unheard of, and its exception is lost"
               : " goes on with nobody to see its result or exception";
  case Drop::Nothing:
  case Drop::Unknown:
    break;
  }
  return " is lost";
}

/// A handle that a variable keeps for the rest of its scope is meant to end its
/// work there, unless nothing good can come of it. Whoever drops a handle in so
/// many words means the work to go on, or to end.
bool isWanted(const DroppedTask &Task) {
  if (Task.How == DroppedTask::Kind::Discarded)
    return Task.Explicit && Task.OnDrop != Drop::Terminates &&
           Task.OnDrop != Drop::Blocks;
  return Task.OnDrop != Drop::Terminates;
}

void run(Pass &P) {
  const TaskTypes Types(P.Roles, P.Options.flag("ReportDetached")
                                     ? TaskTypes::Of::AnyHandle
                                     : TaskTypes::Of::Handle);
  for (const auto &Function : P.Model.functions())
    for (const DroppedTask &Task : droppedTasks(*Function, P.Model, Types)) {
      if (isWanted(Task))
        continue;
      Finding F{Task.Where, "", notesOn(Task.Way), {}};
      if (Task.How == DroppedTask::Kind::Discarded) {
        F.What = Task.Maker + effect(Task).str() + ": its '" + Task.Type +
                 "' is dropped";
        F.Why.push_back({Task.Where, "keep the handle, await it, or say what "
                                     "becomes of the work"});
      } else {
        F.What =
            "'" + Task.Variable + "' is dropped" +
            (Task.How == DroppedTask::Kind::OnePath ? " on one path" : "") +
            " without being joined, which ends the program if its work is "
            "still running";
        F.Why.push_back(
            {Task.DroppedAt, "'" + Task.Variable + "' is dropped here"});
      }
      P.report(std::move(F));
    }
}

} // namespace

extern constexpr Check DiscardedHandle = {
    .Id = "discarded-handle",
    .Summary = "the handle of running work is dropped",
    .Level = Severity::Warning,
    .Options = Options,
    .Run = run,
};

} // namespace corolint
