/// \file
/// capture-outlives-closure: a lambda coroutine runs on after its closure,
/// which has its captures, is gone. Doc:
/// docs/checks/capture-outlives-closure.md.

#include "checks/core/Check.h"
#include "checks/core/Options.h"
#include "checks/model/GuidelineRules.h"
#include "checks/model/LooseFixes.h"

namespace corolint {
namespace {

/// CP.51, whether or not the lambda lives long enough.
void runStrict(Pass &P) {
  for (const CapturingCoroutine &C : capturingCoroutines(P.Model)) {
    const clang::CXXRecordDecl &Closure =
        *cast<clang::CXXMethodDecl>(C.Lambda.Decl).getParent();
    P.report({Closure.getBeginLoc(),
              "lambda coroutine captures '" + C.nameOfFirst() + "'",
              {{C.Lambda.Decl.getLocation(),
                "captures are in the lambda, not in its coroutine, which can "
                "outlive it (C++ Core Guidelines, CP.51)"}},
              {}});
  }
}

void run(Pass &P) {
  const auto &All = P.Model.shared<LooseTasks>(P.Roles).Found;
  for (const LooseTask &Task : All) {
    const Borrow &B = Task.What;
    if (B.How != Borrow::Kind::Closure)
      continue;
    const std::string Name =
        B.Of ? "'" + B.Of->getNameAsString() + "'" : std::string("this lambda");
    P.report({B.Where,
              "coroutine reads its captures from " + Name +
                  ", which dies before the coroutine ends",
              notesOn(Task), fixesFor(Task, All, P.Model, P.Roles)});
  }
  if (P.Options.flag("Strict"))
    runStrict(P);
}

constexpr OptionInfo Options[] = {
    {.Name = "Strict",
     .Default = "false",
     .Help = "also report every lambda coroutine that captures anything "
             "(C++ Core Guidelines, CP.51)"},
};

} // namespace

extern constexpr Check CaptureOutlivesClosure = {
    .Id = "capture-outlives-closure",
    .Summary = "a lambda coroutine outlives the closure that has its captures",
    .Level = Severity::Error,
    .Options = Options,
    .Run = run,
};

} // namespace corolint
