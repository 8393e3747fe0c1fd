/// \file
/// capture-outlives-closure: a lambda coroutine runs on after its closure, which
/// has its captures, is gone. Doc: docs/checks/capture-outlives-closure.md.

#include "checks/core/Check.h"
#include "checks/model/LooseTasks.h"

namespace corolint {
namespace {

void run(Pass &P) {
  for (const LooseTask &Task : P.Model.shared<LooseTasks>(P.Roles).Found) {
    const Borrow &B = Task.What;
    if (B.How != Borrow::Kind::Closure)
      continue;
    const std::string Name = B.Of ? "'" + B.Of->getNameAsString() + "'"
                                  : std::string("this lambda");
    P.report({B.Where,
              "coroutine reads its captures from " + Name +
                  ", which dies before the coroutine ends",
              notesOn(Task),
              {}});
  }
}

} // namespace

extern constexpr Check CaptureOutlivesClosure = {
    .Id = "capture-outlives-closure",
    .Summary = "a lambda coroutine outlives the closure that has its captures",
    .Level = Severity::Error,
    .Options = {},
    .Run = run,
};

} // namespace corolint
