/// \file
/// What calling a value gives, and which types keep a callable for a signature
/// that gives nothing.

#ifndef COROLINT_CHECKS_MODEL_CALLRESULTS_H
#define COROLINT_CHECKS_MODEL_CALLRESULTS_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Type.h"
#include <optional>

namespace corolint {

struct CallResult {
  clang::QualType Type;
  /// What is called; nullptr if the callable may hold any function.
  const clang::FunctionDecl *Callee = nullptr;
};

/// What a call of \p Callable returns: a lambda, a function or a pointer to
/// one, a pointer to a member function, a function object. \returns nullopt if
/// it is none of these or if that depends on how it is called, which \p Arity
/// narrows down: with how many arguments.
std::optional<CallResult>
resultOfCalling(const clang::Expr &Callable,
                std::optional<unsigned> Arity = std::nullopt);

/// Whether \p T can be called at all, whatever that gives.
bool isCallable(clang::QualType T);

/// The function type that \p T keeps callables of any type for, to call them
/// for nothing: `std::function<void()>` and whatever else is made for a
/// function type that returns void and has a call operator to match. nullptr
/// for others.
const clang::FunctionProtoType *voidCallback(clang::QualType T);

/// Through what hands a callable on as it is: `std::move`, `std::ref`, copies.
const clang::Expr *calledThrough(const clang::Expr *Callable);

} // namespace corolint

#endif
