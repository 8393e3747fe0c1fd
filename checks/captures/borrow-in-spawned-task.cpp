/// \file
/// borrow-in-spawned-task: a task refers to locals of the function that made
/// it, and outlives them. Doc: docs/checks/borrow-in-spawned-task.md.

#include "checks/core/Check.h"
#include "checks/model/LooseFixes.h"

namespace corolint {
namespace {

std::string what(const Borrow &B) {
  const std::string Name = B.Of ? "'" + B.Of->getNameAsString() + "'" : "";
  const std::string Dies = ", which dies before the task ends";
  switch (B.How) {
  case Borrow::Kind::Closure:
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

void run(Pass &P) {
  const auto &All = P.Model.shared<LooseTasks>(P.Roles).Found;
  for (const LooseTask &Task : All)
    if (Task.What.How != Borrow::Kind::Closure && !Task.What.Temporary &&
        Task.How != LooseTask::End::Late)
      P.report({Task.What.Where, what(Task.What), notesOn(Task),
                fixesFor(Task, All, P.Model, P.Roles)});
}

} // namespace

extern constexpr Check BorrowInSpawnedTask = {
    .Id = "borrow-in-spawned-task",
    .Summary = "a task outlives the locals of its starter that it refers to",
    .Level = Severity::Error,
    .Options = {},
    .Run = run,
};

} // namespace corolint
