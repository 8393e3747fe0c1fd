/// \file
/// ResultTakers: who drops the result of a callable that is handed over.

#ifndef COROLINT_CHECKS_MODEL_RESULTTAKERS_H
#define COROLINT_CHECKS_MODEL_RESULTTAKERS_H

#include "checks/model/DroppedResults.h"

#include "llvm/ADT/ArrayRef.h"
#include <map>
#include <optional>
#include <utility>

namespace corolint {

/// What a call, construction or initialisation calls, and with what.
struct Handover {
  /// \returns nullopt if \p Use hands nothing over.
  static std::optional<Handover> of(const clang::Expr &Use);

  const clang::Expr *Use;
  /// nullptr for an aggregate.
  const clang::FunctionDecl *Callee;
  /// Without the object of a member call.
  llvm::ArrayRef<const clang::Expr *> Arguments;
};

/// Whether \p Param is of a type that its template deduces or is given.
bool isTemplated(const clang::ParmVarDecl &Param);

/// Asks conversions, roles and the bodies of templates, in this order.
class ResultTakers {
public:
  using Filter = llvm::function_ref<bool(clang::QualType)>;

  ResultTakers(const CoroutineModel &Model, const Roles &R, Filter Counts)
      : Model(Model), R(R), Counts(Counts) {}

  /// What calls of argument \p Index of \p To return.
  std::optional<CallResult> resultOf(const Handover &To, unsigned Index) const;

  /// Who drops the results of argument \p Index of \p To.
  std::optional<ResultTaker> takerOf(const Handover &To, unsigned Index);

  const Roles &roles() const { return R; }
  bool counts(clang::QualType Result) const { return Counts(Result); }

  /// \p To gives a handle (`std::future<task>`) that nobody keeps, and with it
  /// goes the \p Result that the handle would give.
  std::optional<ResultTaker> dropOf(const Handover &To,
                                    clang::QualType Result) const;
  /// What the methods of a class template do with a callable in \p Field.
  std::optional<ResultTaker> byMethods(const clang::FieldDecl &Field);

private:
  /// The type that argument \p Index is converted to, one that is called for
  /// nothing; null if it is not.
  clang::QualType conversion(const Handover &To, unsigned Index) const;
  std::optional<ResultTaker> byElement(const Handover &To,
                                       unsigned Index) const;
  /// A role on the argument. Its `result` says what comes of what it returns.
  const Role *roleOf(const Handover &To, unsigned Index) const;
  std::optional<ResultTaker> byBody(const Handover &To, unsigned Index);
  const CoroutineModel &Model;
  const Roles &R;
  const Filter Counts;
  /// By parameter or field; nullopt also while it is being looked at.
  std::map<const clang::ValueDecl *, std::optional<ResultTaker>> Known;
};

} // namespace corolint

#endif
