/// \file
/// blocking-call: a coroutine, or something it calls on its own thread, blocks
/// that thread. Doc: docs/checks/blocking-call.md.

#include "checks/core/Check.h"
#include "checks/core/Options.h"
#include "checks/model/CallFixes.h"
#include "checks/model/CallGraph.h"
#include "checks/model/ChainNotes.h"
#include "checks/model/Executors.h"

#include "llvm/ADT/StringSwitch.h"

namespace corolint {
namespace {

constexpr OptionInfo Options[] = {
    {.Name = "ReportConsoleOutput",
     .Default = "false",
     .Help = "also report writing to the console (printf, std::cout)"},
};

llvm::StringRef waitsFor(const Role &Blocks) {
  if (Blocks.Kind == RoleKind::Spawn)
    return "waits for what was started";
  return llvm::StringSwitch<llvm::StringRef>(Blocks.get("kind"))
      .Case("sleep", "sleeps")
      .Case("file", "waits for a file")
      .Case("network", "waits for the network")
      .Case("process", "waits for a process")
      .Case("dns", "waits for a name server")
      .Case("console", "waits for the console")
      .Case("join", "waits for a thread to end")
      .Case("database", "waits for a database")
      .Default("waits");
}

/// What to use instead, as the role says, or the task type that \p Coroutine
/// returns; empty if neither does.
llvm::StringRef replacement(const Role &Blocks, const Function &Coroutine,
                            const Roles &R) {
  if (llvm::StringRef Text = forLibraryOf(Coroutine, Blocks, "replacement");
      !Text.empty())
    return Text;
  const Role *Task = R.of(Coroutine.Decl.getReturnType(), RoleKind::Task);
  if (!Task)
    return "";
  return llvm::StringSwitch<llvm::StringRef>(Blocks.get("kind"))
      .Case("sleep", Task->get("sleep"))
      // To wait for a thread, there is a better way than another one.
      .Cases("", "wait", "join", "")
      .Default(Task->get("offload"));
}

void report(Pass &P, const Function &Coroutine,
            const CallChains::Chain &Chain) {
  const CallSite &First = *Chain.Links.front().Site;
  const Role &Blocks = *Chain.End;
  const std::string Waits = wayElsewhere(Blocks) + waitsFor(Blocks).str();
  Finding F{First.Where,
            nameOf(First) + " blocks the thread in " + describe(Coroutine),
            notesOn(Chain, Waits),
            {}};
  if (Chain.Links.size() == 1)
    F.Why.push_back({First.Where, nameOf(First) + " " + Waits +
                                      "; nothing else runs on this thread "
                                      "meanwhile"});
  if (llvm::StringRef Instead = replacement(Blocks, Coroutine, P.Roles);
      !Instead.empty())
    F.Why.push_back({First.Where, ("use " + Instead + " instead").str()});
  if (Chain.Links.size() == 1 && First.Call &&
      First.How == CallSite::Kind::Written)
    if (std::optional<Fix> Replace = replaceCall(
            *First.Call, Coroutine, forLibraryOf(Coroutine, Blocks, "fix")))
      F.Fixes.push_back(std::move(*Replace));
  P.report(std::move(F));
}

/// Whether a macro that another file defines makes the call, and a function
/// behind it blocks: an assertion that looks for a debugger, say. What is
/// written in the macro's argument is the coroutine's own.
bool isHidden(const CallChains::Chain &Chain, const clang::SourceManager &SM) {
  const clang::SourceLocation Where = Chain.Links.front().Site->Where;
  return Chain.Links.size() > 1 && Where.isMacroID() &&
         SM.getFileID(SM.getSpellingLoc(Where)) !=
             SM.getFileID(SM.getExpansionLoc(Where));
}

/// The shortest chain from \p Site; a write into the buffer of an open stream,
/// which rarely waits, counts only if \p Site is one: logs do nothing else.
std::optional<CallChains::Chain> chainFrom(const CallSite &Site,
                                           const Function &Coroutine,
                                           const CallChains &Calls,
                                           const Roles &R) {
  if (std::optional<CallChains::Chain> Chain = Calls.chain(Coroutine, Site))
    return Chain;
  const Role *Blocks = roleOf(Site, RoleKind::Blocks, R);
  if (!Blocks || !Blocks->is("buffered", "true"))
    return std::nullopt;
  return CallChains::Chain{{{&Coroutine.Decl, &Site}}, Blocks};
}

void run(Pass &P) {
  const bool Output = P.Options.flag("ReportConsoleOutput");
  const CallChains Calls =
      blockingChains(P.Model, P.Roles, CallChains::From::Coroutines,
                     [Output](const Role &Blocks) {
                       return Blocks.is("buffered", "true") ||
                              (Blocks.is("output", "true") && !Output);
                     });
  BlockingCoroutines Elsewhere(P.Model, P.Roles);
  for (const Function *Coroutine : P.Model.coroutines()) {
    if (Coroutine->isGenerator())
      continue;
    for (const CallSite &Site : Calls.calls(*Coroutine))
      if (const std::optional<CallChains::Chain> Chain =
              chainFrom(Site, *Coroutine, Calls, P.Roles);
          Chain && !isHidden(*Chain, P.Ast.getSourceManager()) &&
          !Elsewhere.contains(*Coroutine))
        report(P, *Coroutine, *Chain);
  }
}

} // namespace

extern constexpr Check BlockingCall = {
    .Id = "blocking-call",
    .Summary = "a call blocks the thread that a coroutine runs on",
    .Level = Severity::Warning,
    .Options = Options,
    .Run = run,
};

} // namespace corolint
