/// \file
/// What callables, tasks and values refer to without owning it.

#ifndef COROLINT_CHECKS_MODEL_BORROWS_H
#define COROLINT_CHECKS_MODEL_BORROWS_H

#include "checks/model/CoroutineModel.h"

#include <vector>

namespace corolint {

/// Something a callable or task refers to without owning it.
struct Borrow {
  enum class Kind { Reference, Pointer, View, This };

  Kind How;
  /// The capture, the capture default, or the argument.
  clang::SourceLocation Where;
  /// A local variable or structured binding; nullptr for This.
  const clang::ValueDecl *Of;
};

/// Collects what refers to locals of one function.
class BorrowFinder {
public:
  BorrowFinder(const Function &F, const CoroutineModel &Model, const Roles &R)
      : F(F), Model(Model), R(R) {}

  /// What the callable or task \p E refers to: a lambda's captures, the
  /// arguments a coroutine keeps, what a named one of these was made with.
  void borrowsOf(const clang::Expr *E, std::vector<Borrow> &Out) const;

  /// What the pointer, view or reference wrapper \p E refers to: `&x`,
  /// `std::ref(x)`, `std::string_view(x)`, `x.data()`, or a variable made of
  /// one of these. \p Where is the place to report.
  void value(const clang::Expr *E, clang::SourceLocation Where,
             std::vector<Borrow> &Out) const;

private:
  const clang::ValueDecl *ownLocal(const clang::ValueDecl *D) const;
  const clang::ValueDecl *partOf(const clang::Expr *E) const;
  const clang::ValueDecl *wholeOf(const clang::Expr *E) const;
  bool isGivenAway(const clang::ValueDecl &Owner) const;
  void capturesOf(const clang::LambdaExpr &Lambda,
                  std::vector<Borrow> &Out) const;
  void argumentsTo(const clang::CallExpr &Call, std::vector<Borrow> &Out) const;

  const Function &F;
  const CoroutineModel &Model;
  const Roles &R;
};

} // namespace corolint

#endif
