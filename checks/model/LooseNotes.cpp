/// \file
/// Telling the story of a loose task.

#include "checks/model/LooseTasks.h"

namespace corolint {

using namespace clang;

static std::string leaves(const LooseTask &Task) {
  const std::string Maker = "'" + Task.Maker + "' ";
  switch (Task.How) {
  case LooseTask::End::Returned:
    return "returned to the caller here";
  case LooseTask::End::Kept:
    return "the task leaves here: it is kept outside the function";
  case LooseTask::End::Running:
    return "the task runs from here on, and nobody has waited for it when that "
           "happens";
  case LooseTask::End::Late:
    return "the task is used here, after that";
  case LooseTask::End::Detached:
    if (Task.Maker.empty())
      return "the task leaves here: nobody waits for it";
    return "the task leaves here: " + Maker +
           (Task.OtherThread ? "runs it on another thread"
                             : "does not wait for it");
  }
  llvm_unreachable("covered switch");
}

std::vector<FindingNote> notesOn(const LooseTask &Task) {
  const Borrow &B = Task.What;
  std::vector<FindingNote> Notes;
  const FindingNote Leaves{Task.Where, leaves(Task)};
  FindingNote Dies{Task.DiesAt, ""};
  if (B.Of)
    Dies.What =
        "'" + B.Of->getNameAsString() + "' is destroyed at the end of this scope";
  else if (B.Temporary)
    Dies.What = "the temporary is destroyed at the end of this full-expression";
  const bool After = Task.How == LooseTask::End::Late;
  if (!After)
    Notes.push_back(Leaves);
  for (const FindingNote &Branch : notesOn(llvm::ArrayRef(Task.Branches)))
    Notes.push_back(Branch);
  if (Task.DiesAt.isValid())
    Notes.push_back(Dies);
  if (After)
    Notes.push_back(Leaves);
  if (B.Param && B.Param->getLocation().isValid() &&
      B.Param->getType()->isReferenceType() &&
      !B.Param->getName().empty())
    Notes.push_back({B.Param->getLocation(),
                     "the coroutine keeps '" + B.Param->getNameAsString() +
                         "' as the reference that it is declared as"});
  return Notes;
}

} // namespace corolint
