/// \file
/// TaskContext: what is done with an expression that names a task, read off
/// what is around it.

#ifndef COROLINT_CHECKS_MODEL_TASKCONTEXT_H
#define COROLINT_CHECKS_MODEL_TASKCONTEXT_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/TaskTypes.h"

#include "llvm/ADT/SmallVector.h"

namespace corolint {

enum class TaskUse {
  /// Uses nothing up: a cast to void, making a reference, asking its size.
  Look,
  /// Decides by whether there is a task.
  Test,
  /// Asks whether there is one, or how many; who knows what for.
  Ask,
  /// `co_await t`, `co_await std::move(t)`.
  Await,
  /// Moves it into something that keeps it.
  Move,
  /// Anything else.
  Use,
};

/// The nodes from a function's body down to one expression.
class TaskContext {
public:
  using Nodes = llvm::SmallVectorImpl<const clang::Stmt *>;

  TaskContext(const Nodes &Above, const CoroutineModel &Model, const Roles &R)
      : Above(Above), Model(Model), R(R) {}

  /// What is done with the last of the nodes, and the node that awaits, takes
  /// or tests it; nullptr if nothing does.
  std::pair<TaskUse, const clang::Stmt *> use() const;

  /// The largest expression that still names the object, or a part of it, that
  /// the last of the nodes names; \p Index is set to its place.
  const clang::Expr *largest(size_t &Index) const;

  /// The variable that \p Lambda, the node at \p Index, initialises; nullptr if
  /// there is none.
  const clang::VarDecl *variableOf(const clang::LambdaExpr &Lambda,
                                   size_t Index) const;

  /// Whether the innermost loop among the nodes does not get to the last of
  /// them each time round.
  bool isSkippedInLoop() const;

  /// Whether a statement that may be left out, and that begins after \p Begin,
  /// is among the nodes; a loop is one if \p Loops says so. Fills \p Guards
  /// with what these statements, and all loops, depend on.
  bool heads(clang::SourceLocation Begin, const clang::SourceManager &SM,
             llvm::SmallVectorImpl<const clang::ValueDecl *> &Guards,
             bool Loops) const;

private:
  TaskUse argumentUse(const clang::Expr &Call, const clang::Expr *Arg,
                      bool Moved) const;
  const clang::Stmt *above(size_t Index) const {
    return Index == 0 || Index > Above.size() ? nullptr : Above[Index - 1];
  }

  const Nodes &Above;
  const CoroutineModel &Model;
  const Roles &R;
};

/// The variables and fields that \p Root mentions.
void collectMentioned(const clang::Stmt *Root,
                      llvm::SmallVectorImpl<const clang::ValueDecl *> &Found);

/// Whether \p Method puts its arguments into a container.
bool fillsContainer(llvm::StringRef Method);
/// Whether \p Method, without arguments, throws away what its object holds.
bool clearsContainer(llvm::StringRef Method);
/// Whether \p E is `nullptr`, `std::nullopt` or `{}`.
bool isNothing(const clang::Expr *E);
/// Whether \p T is, or refers to, a class of the standard library.
bool isStdClass(clang::QualType T);

/// The parameter that argument \p Index of \p Call initialises, if the visible
/// body of the callee never uses it; nullptr otherwise.
const clang::ParmVarDecl *ignoredParameter(const clang::Expr &Call,
                                           unsigned Index,
                                           const CoroutineModel &Model);

} // namespace corolint

#endif
