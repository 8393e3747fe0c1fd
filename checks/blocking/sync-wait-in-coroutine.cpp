/// \file
/// sync-wait-in-coroutine: a coroutine, or something it calls on its own
/// thread, waits with that thread for a task or an event loop. Doc:
/// docs/checks/sync-wait-in-coroutine.md.

#include "checks/core/Check.h"
#include "checks/model/CallGraph.h"
#include "checks/model/Calls.h"
#include "checks/model/ChainNotes.h"
#include "checks/model/Executors.h"

namespace corolint {
namespace {

/// Whether \p Site runs a loop, or waits until one is done, rather than for one
/// task: it is a method of what runs tasks.
bool isLoop(const CallSite &Site, const Roles &R) {
  const std::optional<MemberCall> Call = asMemberCall(Site.Call);
  if (!Call)
    return false;
  const clang::QualType T = Call->Object->IgnoreParenImpCasts()->getType();
  return R.of(T->isPointerType() ? T->getPointeeType()
                                 : T.getNonReferenceType(),
              RoleKind::Executor);
}

void report(Pass &P, const Function &Coroutine,
            const CallChains::Chain &Chain) {
  const CallSite &First = *Chain.Links.front().Site;
  const bool Loop = isLoop(*Chain.Links.back().Site, P.Roles);
  const std::string Does =
      Loop ? "waits for an event loop" : "waits for a task";
  const std::string Way = wayElsewhere(*Chain.End);
  Finding F{First.Where,
            nameOf(First) + " " + Does + " in " + describe(Coroutine),
            notesOn(Chain, Way + Does),
            {}};
  if (Chain.Links.size() == 1 && !Way.empty())
    F.Why.push_back({First.Where, nameOf(First) + " " + Way + Does});
  F.Why.push_back({First.Where, "tasks run on this thread; when every thread "
                                "that they run on waits, none of them ends, "
                                "and neither does the wait"});
  if (!Loop)
    F.Why.push_back({First.Where, "use co_await instead"});
  P.report(std::move(F));
}

void run(Pass &P) {
  const CallChains Calls =
      taskWaitChains(P.Model, P.Roles, CallChains::From::Coroutines);
  BlockingCoroutines Elsewhere(P.Model, P.Roles);
  for (const Function *Coroutine : P.Model.coroutines()) {
    if (Coroutine->isGenerator())
      continue;
    for (const CallSite &Site : Calls.calls(*Coroutine))
      if (const std::optional<CallChains::Chain> Chain =
              Calls.chain(*Coroutine, Site);
          Chain && !Elsewhere.contains(*Coroutine))
        report(P, *Coroutine, *Chain);
  }
}

} // namespace

extern constexpr Check SyncWaitInCoroutine = {
    .Id = "sync-wait-in-coroutine",
    .Summary = "a coroutine waits for a task with its thread",
    .Level = Severity::Error,
    .Options = {},
    .Run = run,
};

} // namespace corolint
