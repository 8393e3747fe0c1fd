/// \file
/// Unqualified names of declarations as role files spell them; Roles::nameOf
/// gives qualified ones.

#ifndef COROLINT_CHECKS_ROLES_NAMES_H
#define COROLINT_CHECKS_ROLES_NAMES_H

#include "clang/AST/Decl.h"
#include "clang/AST/DeclarationName.h"
#include <string>

namespace corolint {

/// The last component of a name as role files spell it; constructors are
/// called like their class.
std::string unqualifiedName(clang::DeclarationName Name);
std::string unqualifiedName(const clang::NamedDecl &D);

} // namespace corolint

#endif
