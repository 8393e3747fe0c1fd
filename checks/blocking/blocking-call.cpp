/// \file
/// blocking-call: a coroutine, or something it calls on its own thread, blocks
/// that thread. Doc: docs/checks/blocking-call.md.

#include "checks/core/Check.h"
#include "checks/core/Options.h"
#include "checks/model/CallGraph.h"

#include "clang/AST/DeclCXX.h"

namespace corolint {
namespace {

constexpr OptionInfo Options[] = {
    {.Name = "ReportConsoleOutput",
     .Default = "false",
     .Help = "also report writing to the console (printf, std::cout)"},
};

/// A constructor goes by its class, as written.
std::string nameOf(const CallSite &Site) {
  if (const auto *Construct =
          llvm::dyn_cast_or_null<clang::CXXConstructExpr>(Site.Call))
    return "'" + Construct->getType().getUnqualifiedType().getAsString() + "'";
  if (!Site.Callee)
    return "this call";
  const auto *Method = llvm::dyn_cast<clang::CXXMethodDecl>(Site.Callee);
  if (Method && Method->getParent()->isLambda())
    return "the lambda";
  const std::string Name = Roles::nameOf(*Site.Callee);
  return "'" + (Name.empty() ? Site.Callee->getNameAsString() : Name) + "'";
}

llvm::StringRef waitsFor(const Role &Blocks) {
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

/// The replacement for the library that \p Coroutine's task type comes from;
/// empty if no role knows one.
llvm::StringRef replacement(const Role &Blocks, const Function &Coroutine) {
  const clang::NamedDecl *Task =
      Roles::classOf(Coroutine.Decl.getReturnType());
  if (!Task)
    return "";
  const std::string Name = Roles::nameOf(*Task);
  // `boost::asio::awaitable` is asio's, `folly::coro::Task` is folly's.
  for (const auto &[Key, Text] : Blocks.Params) {
    llvm::StringRef Library = Key;
    if (Library.consume_front("replacement.") &&
        llvm::StringRef(Name).contains((Library + "::").str()))
      return Text;
  }
  return Blocks.get("replacement.any");
}

void report(Pass &P, const Function &Coroutine,
            const BlockingCalls::Chain &Chain) {
  const CallSite &First = *Chain.Links.front().Site;
  Finding F{First.Where,
            nameOf(First) + " blocks the thread in coroutine '" +
                Coroutine.name() + "'",
            {},
            {}};
  for (size_t I = 1; I < Chain.Links.size(); ++I) {
    const CallSite &Site = *Chain.Links[I].Site;
    const bool Last = I + 1 == Chain.Links.size();
    F.Why.push_back(
        {Site.Where, nameOf(*Chain.Links[I - 1].Site) + " calls " +
                         nameOf(Site) +
                         (Last ? ", which " + waitsFor(*Chain.Blocks).str()
                               : " here")});
  }
  if (Chain.Links.size() == 1)
    F.Why.push_back({First.Where, nameOf(First) + " " +
                                      waitsFor(*Chain.Blocks).str() +
                                      "; nothing else runs on this thread "
                                      "meanwhile"});
  if (llvm::StringRef Instead = replacement(*Chain.Blocks, Coroutine);
      !Instead.empty())
    F.Why.push_back({First.Where, ("use " + Instead + " instead").str()});
  P.report(std::move(F));
}

void run(Pass &P) {
  const bool Output = P.Options.flag("ReportConsoleOutput");
  const BlockingCalls Calls(P.Model, P.Roles, [Output](const Role &Blocks) {
    return Blocks.is("output", "true") && !Output;
  });
  for (const Function *Coroutine : P.Model.coroutines()) {
    if (Coroutine->isGenerator())
      continue;
    for (const CallSite &Site : Calls.calls(*Coroutine))
      if (const std::optional<BlockingCalls::Chain> Chain =
              Calls.chain(*Coroutine, Site))
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
