/// \file
/// What findings call tasks, their makers and the places that they are in.

#ifndef COROLINT_CHECKS_MODEL_TASKNAMES_H
#define COROLINT_CHECKS_MODEL_TASKNAMES_H

#include "checks/model/ObjectPath.h"

#include <string>

namespace corolint {

/// What \p Maker calls, in quotes, or its text.
std::string describeMaker(const clang::Expr &Maker,
                          const clang::ASTContext &Ast);

/// Without namespaces: `task<int>`.
std::string describeTaskType(clang::QualType T, const clang::ASTContext &Ast);

/// The variable or part of one at \p At as its author would name it:
/// `pending.body`, `all[1]`, `std::get<0>(both)`, or the name of a structured
/// binding.
std::string nameOfPart(const ObjectPath &At);

} // namespace corolint

#endif
