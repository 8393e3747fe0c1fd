/// \file
/// Roles that attributes in the source state: our annotations and Clang's own.

#ifndef COROLINT_CHECKS_ROLES_ATTRIBUTES_H
#define COROLINT_CHECKS_ROLES_ATTRIBUTES_H

#include "checks/roles/Role.h"

#include "clang/AST/Decl.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace corolint {

/// Hands \p Add each role that an attribute on any declaration of \p D, or of
/// the template it comes from, states. What is not valid is left out.
void readAttributes(const clang::NamedDecl &D,
                    llvm::function_ref<void(Role)> Add);

} // namespace corolint

#endif
