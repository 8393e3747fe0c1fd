/// \file
/// shared-mutation: two tasks that run at the same time use one object, and one
/// of them changes it. Doc: docs/checks/shared-mutation.md.

#include "checks/core/Check.h"
#include "checks/model/TaskRaces.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

namespace corolint {
namespace {

using namespace clang;
using Side = TaskRace::Side;

std::string what(const TaskRace &M) {
  const std::string Object =
      "'" + SharedPlaces::name(M.Write.Access.At) + "' is written";
  const bool Both = M.Other.Access.Write;
  if (!M.Write.Task)
    return Object + " while a task that was started before " +
           (Both ? "writes it, too" : "reads it");
  if (!M.Other.Task)
    return Object + " by a task while the function that started it " +
           (Both ? "writes it, too" : "reads it");
  if (M.isLoop())
    return Object + (Both ? " by tasks of one kind that run at the same time"
                          : " by a task while another of its kind reads it");
  return Object + (Both ? " by two tasks that run at the same time"
                        : " by a task while another one reads it");
}

std::string starter(const Expr &Call) {
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Call))
    return Construct->getConstructor()->getParent()->getNameAsString();
  const auto *Start = dyn_cast<CallExpr>(&Call);
  const FunctionDecl *Callee = Start ? Start->getDirectCallee() : nullptr;
  return Callee ? Callee->getNameAsString() : "this call";
}

FindingNote started(const Side &S, const TaskRace &M) {
  const SourceLocation Where = S.Task->getBeginLoc();
  if (M.Await)
    return {Where, "'" + starter(*M.Await) + "' runs this task"};
  const std::string By = "'" + starter(*S.Task) + "'";
  if (M.isLoop())
    return {Where, By + " starts one here each time round, and does not wait "
                        "for the one before"};
  return {Where, By + " starts " +
                     (&S == &M.Write && S.Access.Write ? "the task"
                                                       : "the other task") +
                     " here; it runs on another thread"};
}

/// What each side holds and the other does not.
void addLocks(const Side &S, llvm::StringRef Other,
              std::vector<FindingNote> &Why) {
  for (const SharedLock &Lock : S.Access.Locks)
    Why.push_back(
        {S.Access.Where,
         "'" + SharedPlaces::name(Lock.At) +
             (Lock.Shared ? "' is held here as a reader's lock"
                          : "' is held here, but not where " + Other.str())});
}

void run(Pass &P) {
  SharedAccesses All(P.Model, P.Roles);
  for (const auto &F : P.Model.functions())
    for (const TaskRace &M : taskRaces(*F, All)) {
      Finding Report{M.Write.Access.Where, what(M), {}, {}};
      if (M.Other.Access.Where != M.Write.Access.Where)
        Report.Why.push_back({M.Other.Access.Where,
                              M.Other.Access.Write ? "it is written here, too"
                                                   : "it is read here"});
      if (M.Write.Task)
        Report.Why.push_back(started(M.Write, M));
      if (M.Other.Task && !M.isLoop())
        Report.Why.push_back(started(M.Other, M));
      addLocks(M.Write,
               M.Other.Access.Write ? "the other one writes" : "it is read",
               Report.Why);
      if (!M.isLoop() || M.Other.Access.Where != M.Write.Access.Where)
        addLocks(M.Other, "it is written", Report.Why);
      P.report(std::move(Report));
    }
}

} // namespace

extern constexpr Check SharedMutation = {
    .Id = "shared-mutation",
    .Summary = "two tasks that run at the same time use an object that one of "
               "them changes without a lock",
    .Level = Severity::Warning,
    .Options = {},
    .Run = run,
};

} // namespace corolint
