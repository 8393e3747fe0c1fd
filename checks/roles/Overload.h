/// \file
/// Matching declarations with the parameter lists of role files.

#ifndef COROLINT_CHECKS_ROLES_OVERLOAD_H
#define COROLINT_CHECKS_ROLES_OVERLOAD_H

#include "checks/roles/RoleTable.h"

#include "clang/AST/Decl.h"

namespace corolint {

/// \returns the entry that says most about \p D: one with its parameter types,
/// else with its parameter count, else one for every overload; nullptr if
/// none fits. Facts are left out.
const RoleTable::Entry *pickOverload(llvm::ArrayRef<RoleTable::Entry> Entries,
                                     const clang::NamedDecl &D);

/// \returns the fact about \p D among \p Entries; nullptr if there is none.
const RoleTable::Entry *pickFact(llvm::ArrayRef<RoleTable::Entry> Entries,
                                 const clang::NamedDecl &D);

/// The parameters of \p F as a fact names them, the same in every file: their
/// canonical types.
std::string parameterTypes(const clang::FunctionDecl &F);

/// The files that declare \p F, or the class it is in, as absolute paths.
llvm::SmallVector<std::string, 1> declaringFiles(const clang::FunctionDecl &F);

/// The same for a call with \p Arguments arguments of unknown types.
const RoleTable::Entry *pickOverload(llvm::ArrayRef<RoleTable::Entry> Entries,
                                     unsigned Arguments);

/// Whether \p F can be called with \p Count arguments.
bool acceptsArguments(const clang::FunctionDecl &F, unsigned Count);

} // namespace corolint

#endif
