/// \file
/// What an awaiter's member functions say, as far as their bodies show it.

#ifndef COROLINT_CHECKS_ROLES_AWAITER_H
#define COROLINT_CHECKS_ROLES_AWAITER_H

#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace corolint {

/// \returns whether the qualified name of \p Class is \p Name.
bool isNamed(const clang::NamedDecl &Class, llvm::StringRef Name);

/// \returns the first method \p Name of \p Class or of its nearest base that
/// has one; nullptr if there is none.
const clang::CXXMethodDecl *methodOf(const clang::NamedDecl &Class,
                                     llvm::StringRef Name);

/// \returns the value that \p F always returns, if its body is one return
/// statement.
std::optional<bool> returnedBool(const clang::FunctionDecl &F);

/// \returns the class \p F returns; of a deduced type that is not deduced yet,
/// what its return statement says; nullptr if neither names a class.
const clang::NamedDecl *returnedClass(const clang::FunctionDecl &F);

/// \returns what `await_ready` of the awaiter class \p Awaiter always returns.
std::optional<bool> alwaysReady(const clang::NamedDecl &Awaiter);

} // namespace corolint

#endif
