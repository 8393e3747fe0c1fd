/// \file
/// lock-across-await: a lock that belongs to a thread is still held when a
/// coroutine suspends. Doc: docs/checks/lock-across-await.md.

#include "checks/core/Check.h"
#include "checks/core/Options.h"
#include "checks/model/LockFixes.h"
#include "checks/model/LockState.h"

namespace corolint {
namespace {

std::string what(const HeldLock &Lock) {
  const std::string Quoted = "'" + Lock.Name + "'";
  return (Lock.By == HeldLock::Kind::Temporary ? "temporary " : "") + Quoted +
         " is still locked when the coroutine suspends";
}

std::string cure(const HeldLock &Lock) {
  const std::string Type =
      Lock.LockType.empty() ? "the lock" : "'" + Lock.LockType + "'";
  const std::string Lead =
      Lock.OfTask ? Type + " stays locked for as long as others run; "
      : Lock.LockType.empty()
          ? "the lock belongs to the thread that took it; "
          : "'" + Lock.LockType + "' belongs to the thread that locked it; ";
  switch (Lock.By) {
  case HeldLock::Kind::Guard:
    return Lead + "end the guard's scope or unlock it before suspending";
  case HeldLock::Kind::Temporary:
    return Lead + "finish with it in a statement of its own before suspending";
  case HeldLock::Kind::Manual:
    return Lead + "unlock it before suspending";
  }
  llvm_unreachable("covered switch");
}

/// What the library that \p Coroutine's task type comes from has for this.
std::string replacement(const Function &Coroutine, const HeldLock &Lock,
                        const Roles &R) {
  const Role *Task = R.of(Coroutine.Decl.getReturnType(), RoleKind::Task);
  if (!Task)
    return "";
  llvm::StringRef Instead = Lock.Shared ? Task->get("shared-lock") : "";
  if (Instead.empty())
    Instead = Task->get("lock");
  return Instead.empty()
             ? ""
             : ("to stay locked while suspended, use " + Instead).str();
}

void run(Pass &P) {
  LockStates Locks(P.Model, P.Roles,
                   P.Options.flag("Strict") ? LocksAsked::OfThreadsAndTasks
                                            : LocksAsked::OfThreads);
  for (const Function *Coroutine : P.Model.coroutines())
    for (const HeldLock &Lock : Locks.heldAtSuspensions(*Coroutine)) {
      Finding F{Lock.Acquired, what(Lock), notesOn(Lock.Way), {}};
      if (Lock.Within.isValid())
        F.Why.insert(F.Why.begin(),
                     {Lock.Within, "this call leaves it locked"});
      for (const SuspensionPoint *Point : Lock.Suspensions)
        F.Why.push_back(noteOn(*Point));
      F.Why.push_back({Lock.Acquired, cure(Lock)});
      if (std::string Instead = replacement(*Coroutine, Lock, P.Roles);
          !Instead.empty() && !Lock.OfTask)
        F.Why.push_back({Lock.Acquired, std::move(Instead)});
      F.Fixes = fixesFor(Lock, *Coroutine, P.Roles);
      P.report(std::move(F));
    }
}

constexpr OptionInfo Options[] = {
    {.Name = "Strict",
     .Default = "false",
     .Help = "also report locks that belong to a task and not to a thread "
             "(C++ Core Guidelines, CP.52)"},
};

} // namespace

extern constexpr Check LockAcrossAwait = {
    .Id = "lock-across-await",
    .Summary = "a lock that belongs to a thread is held across a suspension",
    .Level = Severity::Error,
    .Options = Options,
    .Run = run,
};

} // namespace corolint
