/// \file
/// Types as messages name them.

#ifndef COROLINT_CHECKS_MODEL_TYPENAMES_H
#define COROLINT_CHECKS_MODEL_TYPENAMES_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Type.h"
#include <string>

namespace corolint {

/// The class that \p T is, with its template arguments as they were written:
/// `std::function<void ()>` for a container's `value_type`.
std::string typeName(clang::QualType T, const clang::ASTContext &Ast);

/// The same without namespaces: `task<int>`.
std::string shortTypeName(clang::QualType T, const clang::ASTContext &Ast);

} // namespace corolint

#endif
