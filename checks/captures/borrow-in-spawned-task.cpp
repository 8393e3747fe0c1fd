/// \file
/// borrow-in-spawned-task: a task that nobody waits for refers to locals of the
/// function that started it. Doc: docs/checks/borrow-in-spawned-task.md.

#include "checks/core/Check.h"
#include "checks/model/CaptureModel.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

std::string what(const Borrow &B) {
  const std::string Name = B.Of ? "'" + B.Of->getNameAsString() + "'" : "";
  const std::string Dies = ", which dies before the task ends";
  switch (B.How) {
  case Borrow::Kind::Reference:
    return "task keeps a reference to " + Name + Dies;
  case Borrow::Kind::Pointer:
    return "task keeps a pointer to " + Name + Dies;
  case Borrow::Kind::View:
    return "task keeps a view of " + Name + Dies;
  case Borrow::Kind::This:
    return "task keeps 'this', but nothing keeps the object alive until the "
           "task ends";
  }
  llvm_unreachable("covered switch");
}

std::string leaves(const EscapingTask &Task) {
  if (Task.How == EscapingTask::Way::Returned)
    return "returned to the caller here";
  return "the task leaves here: '" + Task.Starter + "' " +
         (Task.OtherThread ? "runs it on another thread"
                           : "does not wait for it");
}

void run(Pass &P) {
  for (const auto &Function : P.Model.functions())
    for (const EscapingTask &Task : escapingTasks(*Function, P.Model, P.Roles))
      for (const Borrow &B : Task.Borrows) {
        Finding F{B.Where, what(B), {{Task.Where, leaves(Task)}}, {}};
        llvm::append_range(F.Why, notesOn(Task.Branches));
        if (B.Of)
          F.Why.push_back({endOfScope(*B.Of, *Function),
                           "'" + B.Of->getNameAsString() +
                               "' is destroyed at the end of this scope"});
        P.report(std::move(F));
      }
}

} // namespace

extern constexpr Check BorrowInSpawnedTask = {
    .Id = "borrow-in-spawned-task",
    .Summary = "a task that nobody waits for refers to locals of its starter",
    .Level = Severity::Error,
    .Options = {},
    .Run = run,
};

} // namespace corolint
