/// \file
/// What the C++ Core Guidelines' rules on coroutines flag, to the letter: for
/// those who want CP.51 and CP.53 whatever becomes of the task.

#ifndef COROLINT_CHECKS_MODEL_GUIDELINERULES_H
#define COROLINT_CHECKS_MODEL_GUIDELINERULES_H

#include "checks/model/CoroutineModel.h"

#include <string>
#include <vector>

namespace corolint {

/// CP.51: "a lambda that is a coroutine and has a non-empty capture list".
struct CapturingCoroutine {
  const Function &Lambda;
  /// nullptr for `this`.
  const clang::ValueDecl *First;

  /// As messages name it: `value`, `this`, or the name of an init-capture.
  std::string nameOfFirst() const;
};

/// CP.53: "all reference parameters to a coroutine".
struct ReferenceParameter {
  const Function &Coroutine;
  const clang::ParmVarDecl &Param;
};

/// \returns the lambda coroutines of \p Model that capture something, each
/// once, in source order. A capture-default that captures nothing is no
/// capture; one in an explicit object parameter's lambda is.
std::vector<CapturingCoroutine>
capturingCoroutines(const CoroutineModel &Model);

/// \returns the reference parameters of the coroutines in \p Model, each once,
/// in source order: also explicit object parameters, not implicit ones; not
/// views and pointers, which are passed by value.
std::vector<ReferenceParameter>
referenceParameters(const CoroutineModel &Model);

} // namespace corolint

#endif
