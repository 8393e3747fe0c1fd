/// \file
/// Callables that are handed to something that calls them and drops what they
/// return.

#ifndef COROLINT_CHECKS_MODEL_DROPPEDRESULTS_H
#define COROLINT_CHECKS_MODEL_DROPPEDRESULTS_H

#include "checks/model/CallResults.h"
#include "checks/model/CoroutineModel.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include <string>
#include <vector>

namespace corolint {

/// Who drops what a callable returns.
struct ResultTaker {
  enum class Way {
    /// A callable of another type is made of it, which returns nothing.
    Converts,
    /// Something calls it in a statement of its own.
    Ignores,
    /// Something calls it and gives a handle for the result, which is dropped.
    Unkept,
  };

  Way How;
  /// The type that it is converted to, or the function or class it is given to.
  std::string Name;
  /// Where that happens in a template of the file; invalid if it is not seen.
  clang::SourceLocation Inside = {};
  /// What the template makes of it there; empty if it calls it itself.
  std::string InsideName = {};
};

struct DroppedResult {
  const clang::Expr *Callable;
  CallResult Result;
  ResultTaker Taker;
};

/// \returns the callables of the file whose calls return something that
/// \p Counts, and whose results are dropped by whom they are given to. What a
/// template drops is told where the callable is given to it.
std::vector<DroppedResult>
droppedResults(const CoroutineModel &Model, const Roles &R,
               llvm::function_ref<bool(clang::QualType)> Counts);

} // namespace corolint

#endif
