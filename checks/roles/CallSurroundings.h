/// \file
/// What the function around a call does besides: conditions of role files that
/// look further than the call itself.

#ifndef COROLINT_CHECKS_ROLES_CALLSURROUNDINGS_H
#define COROLINT_CHECKS_ROLES_CALLSURROUNDINGS_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace corolint {

/// Whether every value that the local variable \p Var is given, member by
/// member too, is \p Wanted, and it is given one. Uses in \p Call, and reading
/// it, change nothing; what else can change it is not known.
bool isOnlyGiven(const clang::VarDecl &Var, const clang::Expr &Call,
                 llvm::function_ref<bool(const clang::Expr &)> Wanted);

/// The body of the function or lambda that \p E is in; nullptr if it is in
/// none.
const clang::Stmt *bodyAround(const clang::Expr &E, clang::ASTContext &Ast);

/// Whether the function around \p Call has awaited, above it, something that
/// mentions a variable or member that \p Argument mentions.
bool isAwaitedBefore(const clang::Expr &Argument, const clang::Expr &Call,
                     clang::ASTContext &Ast);

/// Whether the function around \p Call calls \p Name on, or with, what \p
/// Argument mentions.
bool isPolled(const clang::Expr &Argument, llvm::StringRef Name,
              const clang::Expr &Call, clang::ASTContext &Ast);

/// Whether the function around \p Call has \p Name, of a macro perhaps, in its
/// text.
bool isNamedAround(llvm::StringRef Name, const clang::Expr &Call,
                   clang::ASTContext &Ast);

/// Whether \p Text contains \p Word, and not as a part of a longer word.
bool containsWord(llvm::StringRef Text, llvm::StringRef Word);

} // namespace corolint

#endif
