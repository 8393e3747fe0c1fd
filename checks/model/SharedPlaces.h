/// \file
/// SharedPlaces: which object an expression names, told so that names in two
/// functions can be compared.

#ifndef COROLINT_CHECKS_MODEL_SHAREDPLACES_H
#define COROLINT_CHECKS_MODEL_SHAREDPLACES_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/ObjectPath.h"
#include "checks/model/VariableChanges.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <memory>
#include <optional>
#include <string>

namespace corolint {

/// Paths with a step for every pointer: `p` and `*p` are two objects. Two paths
/// that are equal name one object; a name whose object isn't sure has no path.
class SharedPlaces {
public:
  /// What a pointer, smart pointer or reference wrapper points to.
  static constexpr ObjectPath::Member Pointee = ObjectPath::MaxIndex;
  /// An element, but nothing says which: never the same as another.
  static constexpr ObjectPath::Member UnknownElement = ObjectPath::SomeElement;

  explicit SharedPlaces(const Roles &R) : R(R) {}

  /// The object that the glvalue \p E, in \p F, names.
  std::optional<ObjectPath> object(const clang::Expr &E, const Function &F);
  /// The object that the value of \p E points to.
  std::optional<ObjectPath> pointee(const clang::Expr &E, const Function &F);

  /// Whether nothing in its function gives \p Var another value.
  bool isStable(const clang::VarDecl &Var);
  /// Whether a value of type \p T points to an object that copies of it share.
  static bool isPointerLike(clang::QualType T);
  /// Marks loops in which each round's element is a thing of its own.
  void keepApart(const clang::VarDecl &LoopVar) { Apart.insert(&LoopVar); }

  /// As messages name it: `n`, `state.count`, `*p`, `cells[0]`.
  static std::string name(const ObjectPath &Path);

  /// Whether an access of all of \p A concerns \p B or a part of it.
  static bool covers(const ObjectPath &A, const ObjectPath &B);

private:
  using Found = std::optional<ObjectPath>;
  Found variable(const clang::ValueDecl &D, const Function &F);
  Found loopVariable(const clang::VarDecl &Var, const Function &F);
  Found member(const clang::MemberExpr &E, const Function &F);
  Found call(const clang::Expr &E, const Function &F);
  Found element(Found Of, const clang::Expr *Index);
  Found pointeeOfVariable(const clang::VarDecl &Var, const Function &F);
  /// nullptr outside functions.
  const VariableChanges *changesAround(const clang::DeclContext *Inside);

  const Roles &R;
  unsigned Depth = 0;
  llvm::DenseSet<const clang::VarDecl *> Apart;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<VariableChanges>>
      Known;
};

} // namespace corolint

#endif
