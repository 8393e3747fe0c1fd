/// \file
/// ThreadLocals: which expressions refer to something of which every thread has
/// its own.

#ifndef COROLINT_CHECKS_ROLES_THREADLOCALS_H
#define COROLINT_CHECKS_ROLES_THREADLOCALS_H

#include "checks/roles/Roles.h"

#include "clang/AST/Expr.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>

namespace corolint {

/// Where a reference to one thread's own storage comes from.
struct ThreadLocalSource {
  /// The variable; nullptr if a role says it of Call.
  const clang::VarDecl *Var = nullptr;
  /// The role of Call; nullptr if Var is known.
  const Role *Said = nullptr;
  /// The call that hands it out; nullptr if Var is named directly.
  const clang::CallExpr *Call = nullptr;
  /// The function's return of Var; nullptr without Call, or if a role says it.
  const clang::Stmt *Return = nullptr;
  /// The local variable through which it was reached; nullptr if there is none.
  const clang::VarDecl *Through = nullptr;
};

/// Follows references, members, elements of owners, and functions whose visible
/// bodies return nothing else. Pointers that are stored in thread-local storage
/// are not followed: what they point to may be anybody's.
class ThreadLocals {
public:
  /// What a local variable refers to, as its owner knows.
  using Locals = llvm::function_ref<std::optional<ThreadLocalSource>(
      const clang::VarDecl &)>;

  /// Without \p Of, only references are followed, by their initialisers.
  explicit ThreadLocals(const Roles &R) : R(R) {}
  ThreadLocals(const Roles &R, Locals Of) : R(R), Of(Of) {}

  /// \returns where the object that \p E designates is; nullopt if it is not
  /// known to be one thread's own.
  std::optional<ThreadLocalSource> object(const clang::Expr *E) const;

  /// \returns where the object is that the pointer, view or iterator \p E
  /// refers to.
  std::optional<ThreadLocalSource> value(const clang::Expr *E) const;

private:
  ThreadLocals(const Roles &R, unsigned Depth,
               std::optional<ThreadLocalSource> This)
      : R(R), Depth(Depth), This(This) {}

  std::optional<ThreadLocalSource> variable(const clang::VarDecl &Var) const;
  std::optional<ThreadLocalSource> element(const clang::Expr &Owner) const;
  std::optional<ThreadLocalSource> ofMember(const clang::Expr &Object,
                                            bool Arrow, clang::QualType Result,
                                            llvm::StringRef Name) const;
  std::optional<ThreadLocalSource> returned(const clang::CallExpr &Call,
                                            bool Object) const;
  bool isOwner(clang::QualType T) const;

  const Roles &R;
  std::optional<Locals> Of;
  unsigned Depth = 0;
  /// Inside a member function: where its object is.
  std::optional<ThreadLocalSource> This;
};

} // namespace corolint

#endif
