/// \file
/// What a body does with the results of a callable that it is given.

#ifndef COROLINT_CHECKS_MODEL_RESULTUSES_H
#define COROLINT_CHECKS_MODEL_RESULTUSES_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/DroppedResults.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>

namespace corolint {

class ResultTakers;

/// Whether \p Body, or a lambda in it, drops the result of calling \p Callable
/// (a parameter, or a field of its class), or hands it to something that does.
std::optional<ResultTaker> dropInBody(const Function &Body,
                                      const clang::ValueDecl &Callable,
                                      ResultTakers &Takers);

/// Calls \p Visit for each value that \p S, a statement, leaves unused.
void eachUnused(const clang::Stmt *S,
                llvm::function_ref<void(const clang::Expr &)> Visit);

} // namespace corolint

#endif
