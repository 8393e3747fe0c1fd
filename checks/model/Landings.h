/// \file
/// Landings: where the value of an expression goes.

#ifndef COROLINT_CHECKS_MODEL_LANDINGS_H
#define COROLINT_CHECKS_MODEL_LANDINGS_H

#include "checks/model/Borrows.h"

#include "clang/AST/ParentMap.h"

namespace corolint {

/// What happens to a task, handle or callable next.
struct Landing {
  enum class Kind {
    /// Waited for, here and now.
    Awaited,
    Returned,
    /// It is now in a local variable.
    Variable,
    /// It is now in a member of `this`, a global, or what a parameter refers
    /// to.
    Elsewhere,
    /// It is given to the call At as its argument Index.
    Argument,
    /// The value is thrown away.
    Dropped,
    /// Its work goes on without it.
    Detached,
    /// Asked whether it is there, or how many there are.
    Tested,
    /// Something else is put in its place, by At.
    Overwritten,
    /// Named without effect; it stays where it is.
    Looked,
    Unknown,
  };

  Kind How = Kind::Unknown;
  /// For Variable; for Elsewhere the field, global or parameter, or nullptr.
  const clang::ValueDecl *In = nullptr;
  /// For Argument: the call or construction; its object where Index is empty.
  /// For Dropped: the whole expression. For Overwritten: the assignment,
  /// or the call that clears it. For what goes into a container: the call.
  const clang::Expr *At = nullptr;
  std::optional<unsigned> Index = {};
};

/// Of the values in one function.
class Landings {
public:
  Landings(const Function &F, Borrows &B);

  /// Where the value of \p E, or for a mention of a variable the object itself,
  /// goes. Calls that hand on what they are given (`std::move`, conversions,
  /// `task.via(executor)`, combinators) are passed through.
  Landing of(const clang::Expr &E) const;

  const clang::Stmt *parent(const clang::Stmt &S) const {
    return Parents.getParent(const_cast<clang::Stmt *>(&S));
  }

  /// The full-expression around \p E.
  const clang::Expr &wholeOf(const clang::Expr &E) const;

private:
  Landing inVariable(const clang::DeclStmt &Decls,
                     const clang::Stmt *Child) const;
  /// \returns nullopt if the call's own value is what goes on.
  std::optional<Landing> asObject(const clang::Expr &Object,
                                  const clang::CallExpr &Call,
                                  llvm::StringRef Method) const;
  std::optional<Landing> asArgument(const clang::Expr &Arg,
                                    const clang::Expr &Call) const;

  const Function &F;
  Borrows &B;
  const Roles &R;
  clang::ParentMap Parents;
  /// What a constructor initialises its members with.
  llvm::DenseMap<const clang::Stmt *, const clang::FieldDecl *> Members;
};

/// Calls \p Visit for what the constructor \p F initialises its members with.
void eachInitialiser(
    const Function &F,
    llvm::function_ref<void(clang::Expr &, const clang::FieldDecl &)> Visit);

/// Where what is put into \p Object is then.
Landing keptBy(const clang::Expr &Object, const Function &F);

} // namespace corolint

#endif
