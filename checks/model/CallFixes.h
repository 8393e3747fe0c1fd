/// \file
/// Fixes that put another call in the place of one.

#ifndef COROLINT_CHECKS_MODEL_CALLFIXES_H
#define COROLINT_CHECKS_MODEL_CALLFIXES_H

#include "checks/core/Check.h"
#include "checks/model/CoroutineModel.h"

#include <optional>

namespace corolint {

/// \returns the suggestion to replace \p Call, a statement of \p Coroutine, by
/// what \p Template says: `$0` stands for its first argument. nullopt where
/// that would not compile, because \p Call is part of something, because one
/// cannot await there, or because something that \p Template names is not
/// declared in this file.
std::optional<Fix> replaceCall(const clang::Expr &Call,
                               const Function &Coroutine,
                               llvm::StringRef Template);

} // namespace corolint

#endif
