/// \file
/// Sinks: which calls run, keep or only call what they are given.

#ifndef COROLINT_CHECKS_MODEL_SINKS_H
#define COROLINT_CHECKS_MODEL_SINKS_H

#include "checks/model/Landings.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace corolint {

/// A place where a function does with what it was given what its caller is
/// told.
struct PassedOn {
  const clang::FunctionDecl *Callee;
  /// What it gives it to.
  const clang::Expr *To;
};

/// Asks roles and the bodies of visible functions. Not thread safe.
class Sinks {
public:
  Sinks(const CoroutineModel &Model, const Roles &R) : B(Model, R) {}

  Borrows &borrows() { return B; }

  /// What \p Call does with its argument \p Index, counted without the object
  /// of a member call; the object itself if that is empty: Spawn, Offload
  /// or StoresCallable, from the table, or inferred with the same parameters.
  /// An inferred one says more, as no role file can: `borrows` (`yes` if what
  /// runs keeps a reference to the argument) and `queue` (`yes` if it is kept
  /// among others of its kind, to be called in turn).
  /// \returns nullopt if it only calls it, or nothing is known.
  std::optional<Role> of(const clang::Expr &Call,
                         std::optional<unsigned> Index);

  /// The same for whichever argument it is that a call runs or keeps; the
  /// role's `arg` tells.
  std::optional<Role> of(const clang::Expr &Call);

  /// Where what \c of() has inferred for that argument of \p Call is done, from
  /// the function that is called to the one that asks a library for it.
  std::vector<PassedOn> wayOf(const clang::Expr &Call, unsigned Index);

  const Landings &landingsIn(const Function &F);

private:
  /// What the body of \p Callee does with its parameter \p Index.
  std::optional<Role> inferred(const clang::FunctionDecl &Callee,
                               unsigned Index);
  std::optional<Role> infer(const Function &Callee,
                            const clang::ParmVarDecl &Param);
  std::optional<Role> inferMention(const Function &Callee,
                                   const clang::ParmVarDecl &Param,
                                   const clang::Expr &Mention);

  Borrows B;
  llvm::DenseMap<const Function *, std::unique_ptr<Landings>> Known;
  llvm::DenseMap<const clang::ParmVarDecl *, std::optional<Role>> Inferred;
  /// The call that a parameter is given to, and the argument that it is there.
  llvm::DenseMap<const clang::ParmVarDecl *,
                 std::pair<const clang::Expr *, std::optional<unsigned>>>
      Given;
};

} // namespace corolint

#endif
