/// \file
/// unawaited-task: a lazy task is dropped on some path without being awaited,
/// so its work never runs. Doc: docs/checks/unawaited-task.md.

#include "checks/core/Check.h"
#include "checks/model/TaskFlow.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Lex/Lexer.h"

namespace corolint {
namespace {

std::string what(const DroppedTask &Task) {
  if (Task.Owed == Debt::Lock && !Task.Variable.empty())
    return "'" + Task.Variable + "' is a '" + Task.Type +
           "', not the lock: nothing is locked before it is awaited";
  const std::string Work =
      Task.Within ? "what " + Task.Maker + " returned" : Task.Maker;
  switch (Task.How) {
  case DroppedTask::Kind::Discarded:
    if (Task.Ignored)
      return Work + " never runs: the '" + Task.Type +
             "' is given to a function that never uses it";
    if (Task.Owed == Debt::Lock)
      return Task.Maker + " locks nothing: its '" + Task.Type +
             "' is dropped without being awaited";
    return Work + " never runs: its '" + Task.Type +
           "' is dropped without being awaited" +
           (Task.Owed == Debt::Task
                ? ", and a lazy task starts only when awaited"
                : "");
  case DroppedTask::Kind::Unused:
    return "'" + Task.Variable + "' is never awaited, so " + Work +
           " never runs";
  case DroppedTask::Kind::OnePath:
    return "'" + Task.Variable + "' is not awaited on every path, so " + Work +
           " does not always run";
  }
  llvm_unreachable("covered switch");
}

llvm::StringRef ending(DroppedTask::End How) {
  switch (How) {
  case DroppedTask::End::Scope:
    return "' is dropped here";
  case DroppedTask::End::Overwritten:
    return "' is overwritten here";
  case DroppedTask::End::Cleared:
    return "' is emptied here";
  }
  llvm_unreachable("covered switch");
}

/// Whether a `co_await` more than before could suspend with a thread's lock
/// held, or is not allowed where \p Task is made.
class Hazards : public clang::RecursiveASTVisitor<Hazards> {
public:
  Hazards(const clang::Expr &Made, const Roles &R) : Made(Made), R(R) {}

  bool Any = false;

  bool VisitVarDecl(clang::VarDecl *Var) {
    const clang::QualType T = Var->getType().getNonReferenceType();
    Any |= R.guard(T).has_value() || R.threadBound(T) != nullptr;
    return !Any;
  }
  bool VisitCXXMemberCallExpr(clang::CXXMemberCallExpr *Call) {
    Any |= R.isThreadLock(Call->getObjectType());
    return !Any;
  }
  bool VisitCXXCatchStmt(clang::CXXCatchStmt *Handler) {
    const clang::SourceRange Body = Handler->getSourceRange();
    Any |= Body.fullyContains(Made.getSourceRange());
    return !Any;
  }

private:
  const clang::Expr &Made;
  const Roles &R;
};

/// Whether \p Function returns tasks of the kind that \p Task is.
bool isSameFamily(const Function &Function, const DroppedTask &Task) {
  const clang::NamedDecl *Own = Roles::classOf(Function.Decl.getReturnType());
  const clang::NamedDecl *Other = Roles::classOf(Task.Made->getType());
  const auto Family = [](const clang::NamedDecl *Class) {
    return Class ? Roles::nameOf(*Class) : "";
  };
  return Own && Other &&
         (Own->getCanonicalDecl() == Other->getCanonicalDecl() ||
          (!Family(Own).empty() && Family(Own) == Family(Other)));
}

void addFix(const Pass &P, const Function &Function, const DroppedTask &Task,
            Finding &F) {
  if (!Function.isCoroutine()) {
    F.Why.push_back({Task.Where, "return it, hand it to something that awaits "
                                 "it, or make this a coroutine"});
    return;
  }
  const clang::SourceLocation Begin = Task.Made->getBeginLoc();
  if (Begin.isMacroID() || Task.Made->getEndLoc().isMacroID())
    return;
  Hazards Near(*Task.Made, P.Roles);
  Near.TraverseStmt(const_cast<clang::Stmt *>(Function.Body));
  Fix Insert{"insert 'co_await'",
             {clang::FixItHint::CreateInsertion(Begin, "co_await ")},
             /*Safe=*/Task.IsStatement && Task.Owed == Debt::Task &&
                 !Task.Explicit && !Near.Any && !Function.isGenerator() &&
                 isSameFamily(Function, Task)};
  // `co_await` binds tighter than `|`.
  const auto *Operator = llvm::dyn_cast<clang::CXXOperatorCallExpr>(Task.Made);
  if (Operator && Operator->isInfixBinaryOp()) {
    Insert.Edits = {clang::FixItHint::CreateInsertion(Begin, "co_await ("),
                    clang::FixItHint::CreateInsertion(
                        clang::Lexer::getLocForEndOfToken(
                            Task.Made->getEndLoc(), 0, P.Ast.getSourceManager(),
                            P.Ast.getLangOpts()),
                        ")")};
  }
  F.Fixes.push_back(std::move(Insert));
}

void run(Pass &P) {
  const TaskTypes Types(P.Roles, TaskTypes::Of::Await);
  for (const auto &Function : P.Model.functions())
    for (const DroppedTask &Task : droppedTasks(*Function, P.Model, Types)) {
      Finding F{Task.Where, what(Task), notesOn(Task.Way), {}};
      if (Task.How != DroppedTask::Kind::Discarded)
        F.Why.push_back(
            {Task.DroppedAt, "'" + Task.Variable + ending(Task.Ends).str()});
      if (Task.Ignored)
        F.Why.push_back(
            {Task.Ignored->getLocation(), "this parameter is never used"});
      if (Task.Callee && Task.Callee->getLocation().isValid() &&
          !P.Ast.getSourceManager().isInSystemHeader(
              Task.Callee->getLocation()))
        F.Why.push_back({Task.Callee->getLocation(),
                         Task.Maker + " returns a '" + Task.Type +
                             (Task.Owed == Debt::Lock
                                  ? "', which gives the lock when it is awaited"
                                  : "', which does nothing until it is "
                                    "awaited")});
      if (Task.How == DroppedTask::Kind::Discarded && !Task.Ignored)
        addFix(P, *Function, Task, F);
      P.report(std::move(F));
    }
}

} // namespace

extern constexpr Check UnawaitedTask = {
    .Id = "unawaited-task",
    .Summary = "a lazy task is dropped without being awaited",
    .Level = Severity::Error,
    .Options = {},
    .Run = run,
};

} // namespace corolint
