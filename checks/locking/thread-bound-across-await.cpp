/// \file
/// thread-bound-across-await: what belongs to one thread is alive when a
/// coroutine suspends, or is used afterwards.
/// Doc: docs/checks/thread-bound-across-await.md.

#include "checks/core/Check.h"
#include "checks/model/ThreadBound.h"

#include "llvm/Support/ErrorHandling.h"

namespace corolint {
namespace {

std::string quoted(llvm::StringRef Text) { return ("'" + Text + "'").str(); }

std::string what(const BoundScope &Scope) {
  switch (Scope.Is) {
  case BoundScope::Kind::Object:
  case BoundScope::Kind::Parameter:
    return quoted(Scope.Name) +
           " is bound to this thread and still alive when the coroutine "
           "suspends";
  case BoundScope::Kind::Temporary:
    return "temporary " +
           (Scope.Name.empty() ? "closure" : quoted(Scope.Name)) +
           " is bound to this thread and still alive when the coroutine "
           "suspends";
  case BoundScope::Kind::Section:
    return "what " + quoted(Scope.Name) +
           " begins is not over when the coroutine suspends";
  }
  llvm_unreachable("covered switch");
}

std::string cure(const BoundScope &Scope) {
  std::string Why =
      Scope.Holds.empty() ? "" : "it holds " + quoted(Scope.Holds) + ": ";
  Why += Scope.Reason.empty() ? "it belongs to one thread" : Scope.Reason;
  switch (Scope.Is) {
  case BoundScope::Kind::Object:
    return Why + "; end its scope before suspending";
  case BoundScope::Kind::Parameter:
    return Why +
           "; a coroutine keeps its parameters to its end, so do not give "
           "it to one";
  case BoundScope::Kind::Temporary:
    return Why + "; finish with it in a statement of its own before suspending";
  case BoundScope::Kind::Section:
    return Why + "; end it before suspending";
  }
  llvm_unreachable("covered switch");
}

std::string what(const StaleUse &Use) {
  switch (Use.Is) {
  case StaleUse::Kind::ThreadLocal:
    return quoted(Use.Name) + " refers to thread-local " + quoted(Use.Source) +
           " and is used after the coroutine suspends";
  case StaleUse::Kind::Iteration:
    return quoted(Use.Name) +
           " is thread-local and walked over while the coroutine suspends";
  case StaleUse::Kind::Result:
    return quoted(Use.Name) + " is what " + quoted(Use.Source) +
           " gave this thread and is used after the coroutine suspends";
  case StaleUse::Kind::Pointer:
    return quoted(Use.Name) +
           " is for one thread only and used after the coroutine suspends";
  case StaleUse::Kind::Errno:
    return "'errno' is read after the coroutine suspends";
  }
  llvm_unreachable("covered switch");
}

std::string cure(const StaleUse &Use) {
  switch (Use.Is) {
  case StaleUse::Kind::ThreadLocal:
    return "each thread has its own " + quoted(Use.Source) +
           "; take it again after suspending, or copy what you need";
  case StaleUse::Kind::Iteration:
    return "each thread has its own " + quoted(Use.Source) +
           "; walk over a copy";
  case StaleUse::Kind::Result:
    return (Use.Reason.empty() ? "it belongs to one thread" : Use.Reason) +
           "; take it again after suspending, or copy what you need";
  case StaleUse::Kind::Pointer:
    return (Use.Reason.empty() ? "it belongs to one thread" : Use.Reason) +
           "; take it again after suspending";
  case StaleUse::Kind::Errno:
    return "each thread has its own errno, and whatever runs in the meantime "
           "changes it; keep its value before suspending";
  }
  llvm_unreachable("covered switch");
}

Finding finding(const BoundScope &Scope) {
  Finding F{Scope.Where, what(Scope), notesOn(Scope.Way), {}};
  for (const SuspensionPoint *Point : Scope.Suspensions)
    F.Why.push_back(noteOn(*Point));
  F.Why.push_back({Scope.Where, cure(Scope)});
  return F;
}

Finding finding(const StaleUse &Use) {
  Finding F{Use.Where, what(Use), {}, {}};
  if (Use.Is == StaleUse::Kind::Errno)
    F.Why.push_back({Use.Origin, quoted(Use.Source) + " sets it here"});
  else if (Use.Origin.isValid())
    F.Why.push_back({Use.Origin, quoted(Use.Through) + " hands it out here"});
  for (const SuspensionPoint *Point : Use.Suspensions)
    F.Why.push_back(noteOn(*Point));
  if (Use.Is != StaleUse::Kind::Errno && Use.Is != StaleUse::Kind::Iteration)
    for (clang::SourceLocation Where : Use.Uses)
      F.Why.push_back({Where, "used here afterwards"});
  F.Why.push_back({Use.Where, cure(Use)});
  return F;
}

void run(Pass &P) {
  for (const Function *Coroutine : P.Model.coroutines()) {
    for (const BoundScope &Scope :
         boundScopesAtSuspensions(*Coroutine, P.Model, P.Roles))
      P.report(finding(Scope));
    for (const StaleUse &Use : staleThreadUses(*Coroutine, P.Roles))
      P.report(finding(Use));
  }
}

} // namespace

extern constexpr Check ThreadBoundAcrossAwait = {
    .Id = "thread-bound-across-await",
    .Summary =
        "what belongs to one thread is alive or used across a suspension",
    .Level = Severity::Warning,
    .Options = {},
    .Run = run,
};

} // namespace corolint
