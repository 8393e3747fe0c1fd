/// \file
/// Searching function bodies for something, lambdas' bodies left out.

#ifndef COROLINT_CHECKS_ROLES_STMTSEARCH_H
#define COROLINT_CHECKS_ROLES_STMTSEARCH_H

#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace corolint {

/// Calls \p Visit for \p Root and what it contains, in source order, until it
/// returns true. \p Root may be nullptr. \returns whether it did.
bool anyStmt(const clang::Stmt *Root,
             llvm::function_ref<bool(const clang::Stmt &)> Visit);

/// Whether \p Root mentions \p D.
bool refersTo(const clang::Stmt *Root, const clang::ValueDecl &D);

/// The plain name that \p Call calls, also through a dependent callee; empty
/// if it has none. `operator bool` and other conversions count as names.
llvm::StringRef calleeName(const clang::CallExpr &Call);

} // namespace corolint

#endif
