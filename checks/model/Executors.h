/// \file
/// Where coroutines run: which awaits take them to another executor, and which
/// coroutines begin on one whose threads may block.

#ifndef COROLINT_CHECKS_MODEL_EXECUTORS_H
#define COROLINT_CHECKS_MODEL_EXECUTORS_H

#include "checks/model/CoroutineModel.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <optional>

namespace corolint {

/// What is known of the executor that \p E names: the object, a pointer or
/// handle to it, or a wrapper made of one; nullptr if nothing is.
const Role *executorRole(const clang::Expr &E, const Roles &R);

/// Whether \p S is an await behind which the coroutine runs where blocking is
/// fine (true), or where it is not (false); nullopt for all other statements.
std::optional<bool> switchesExecutor(const clang::Stmt &S, const Roles &R);

/// The role of the executor that \p Call is given, or called on, as \p Key of
/// its role \p Does says; nullptr if nothing is known of it.
const Role *executorOf(const clang::Expr &Call, const Role &Does,
                       llvm::StringRef Key, const Roles &R);

/// The executor that the coroutine runs on after \p S, an await that takes it
/// to one; its role, nullptr if nothing is known of it, or nullopt for all
/// other statements.
std::optional<const Role *> switchedTo(const clang::Stmt &S, const Roles &R);

/// Whether \p Call waits for the result of a task that its coroutine has
/// started on its own executor: `co_spawn(co_await this_executor, …,
/// use_future).get()`.
bool waitsForOwnExecutor(const clang::Expr &Call, const Roles &R);

/// The coroutines of one file that are only ever started where blocking is
/// fine: handed to an offload, or spawned on an executor for such work.
class BlockingCoroutines {
public:
  BlockingCoroutines(const CoroutineModel &Model, const Roles &R)
      : Model(Model), R(R) {}

  /// Looks through the whole file when first asked.
  bool contains(const Function &Coroutine);

private:
  class Finder;

  const CoroutineModel &Model;
  const Roles &R;
  bool Found = false;
  llvm::DenseSet<const clang::FunctionDecl *> Started;
  /// Used in any other way.
  llvm::DenseSet<const clang::FunctionDecl *> Others;
};

} // namespace corolint

#endif
