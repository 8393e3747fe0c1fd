/// \file
/// Works: the tasks, threads and callables that a function makes, what they
/// refer to, and who has them.

#ifndef COROLINT_CHECKS_MODEL_WORKS_H
#define COROLINT_CHECKS_MODEL_WORKS_H

#include "checks/model/Sinks.h"

#include <string>
#include <vector>

namespace corolint {

/// One expression that makes a task, or that runs or keeps a callable.
struct Work {
  const clang::Expr *Made = nullptr;
  /// What it refers to; never empty.
  llvm::SmallVector<Borrow, 2> Loans = {};
  Landing Lands = {};
  /// It runs from the start; otherwise somebody has to await or start it.
  bool Running = false;
  /// What it is when its handle is gone: it goes on, or it has ended.
  bool GoesOn = false;
  bool OtherThread = false;
  std::string Maker = {};
  /// Where functions of this file pass it on, the outermost first.
  std::vector<PassedOn> Way = {};
  /// What runs it: a variable or an own member.
  const clang::ValueDecl *Executor = nullptr;
  /// What it can tell others that it is done: what is awaited later on.
  llvm::SmallVector<const clang::ValueDecl *, 4> Signals = {};
};

/// Of one function; lambdas in it are other functions.
std::vector<Work> worksOf(const Function &F, Sinks &S, Borrows &B);

/// Whether the object behind `this` outlives whatever \p F starts by \p Call:
/// an owner of it goes along, its executor is part of it, or it can wait for
/// what it has started.
/// \p Whole is the full-expression around the call.
bool keepsThis(const Function &F, const clang::Expr &Whole,
               const clang::Expr &Call, const Role *Spawn, Borrows &B);

/// Whether \p Body waits for anybody else, with its thread or its coroutine.
bool waitsForOthers(const clang::Stmt &Body, const Roles &R);

/// Whether a method called \p Name comes back, as a rule, only when something
/// has happened: `join`, `run`, `receive`.
bool isNamedLikeWaiting(llvm::StringRef Name);

/// What \p Call starts its task on; nullptr if it does not say.
const clang::Expr *executorNamed(const clang::Expr &Call, const Role &Spawn);

/// Whether \p Var runs what it is given and ends it with itself, or is a handle
/// to such a local object.
bool ownsExecution(const clang::VarDecl &Var, const Roles &R);

} // namespace corolint

#endif
