/// \file
/// Calls and the objects they are about, seen alike in finished and in
/// dependent code.

#ifndef COROLINT_CHECKS_MODEL_CALLS_H
#define COROLINT_CHECKS_MODEL_CALLS_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace corolint {

/// `object.name(args)` or `object->name(args)`, conversions and operators
/// included; in a template the name is all there is.
struct MemberCall {
  const clang::Expr *Call;
  const clang::Expr *Object;
  /// Empty for operators; `operator bool` for that conversion.
  llvm::StringRef Name;
  /// nullptr in dependent code.
  const clang::CXXMethodDecl *Method;
  llvm::SmallVector<const clang::Expr *, 2> Args;
};

/// \returns nullopt if \p S is no call of a member.
std::optional<MemberCall> asMemberCall(const clang::Stmt *S);

/// What a test of an object without arguments says when it is true: that there
/// is something in it (`if (t)`, `t.has_value()`, `t.valid()`) or that there is
/// not (`t.empty()`). \returns nullopt for other methods.
std::optional<bool> testsEngaged(const clang::CXXMethodDecl &Method);

/// Whether \p Method changes nothing, const or not: `*`, `[]`, `begin()`,
/// `get()`.
bool isAccessor(const clang::CXXMethodDecl &Method);

/// Through everything that does not make another object: parentheses,
/// conversions, temporaries' bookkeeping.
const clang::Expr *skipWrappers(const clang::Expr *E);

/// The operand of `std::move(x)` or `std::forward<T>(x)` or of a cast to an
/// rvalue reference; nullptr for others.
const clang::Expr *movedFrom(const clang::Expr *E);

/// The local variable or parameter that \p E designates, or into which it
/// reaches: `v`, `v.member`, `*v`, `v->member`, `v.value()`, `std::get<0>(v)`.
/// nullptr if there is none.
const clang::VarDecl *localRoot(const clang::Expr *E);

/// The arguments of a call or construction; empty for others.
llvm::ArrayRef<const clang::Expr *> argumentsOf(const clang::Expr &E);

/// The object that \p E names, through address-of, dereference and local
/// references.
const clang::Expr *objectNamed(const clang::Expr *E);

/// Whether the reference \p Var keeps the temporary alive that it is bound to, or
/// to a part of which it is bound.
bool extendsTemporary(const clang::VarDecl &Var);

/// As the author spelled \p E, on one line.
std::string sourceText(const clang::Expr &E, const clang::ASTContext &Ast);

} // namespace corolint

#endif
