/// \file
/// Readiness: what makes a call that usually blocks come back at once.

#ifndef COROLINT_CHECKS_MODEL_READINESS_H
#define COROLINT_CHECKS_MODEL_READINESS_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/ObjectPath.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringSet.h"
#include <optional>

namespace corolint {

/// The role `nonblocking-after` of the call \p S; nullptr if it has none.
const Role *nonblockingAfter(const clang::Stmt &S, const Roles &R);

/// The object that \p Call, by its role \p After, says something about.
ObjectPath objectOf(const clang::Expr &Call, const Role &After,
                    const clang::ASTContext &Ast);

/// A condition that is \c Value if, and only if, waiting for \c About does not
/// block.
struct ReadyTest {
  ObjectPath About;
  bool Value;
};

/// The call whose result an expression is; nullptr if it is not known.
using ResultOf = llvm::function_ref<const clang::Expr *(const clang::Expr &)>;

/// \returns nullopt if \p S is no such condition. A call of a function of the
/// file that only returns one is one, too.
std::optional<ReadyTest> readyTest(const clang::Stmt &S, const Roles &R,
                                   ResultOf Result);

/// \returns \p E, without what wraps it, if it is a call.
const clang::Expr *directResult(const clang::Expr &E);

bool namesConstant(const clang::Expr &E, llvm::StringRef Name);

/// What the functions of one file make non-blocking for their callers and for
/// the other methods of their classes.
class NonblockingObjects {
public:
  NonblockingObjects(const CoroutineModel &Model, const Roles &R);

  /// The parameters of \p F that it makes so.
  llvm::ArrayRef<unsigned> parameters(const clang::FunctionDecl &F) const;
  /// Whether some function makes \p Field so.
  bool contains(const clang::FieldDecl &Field) const;

private:
  class Finder;

  const Roles &R;
  llvm::DenseMap<const clang::FunctionDecl *, llvm::SmallVector<unsigned, 1>>
      Parameters;
  llvm::DenseSet<const clang::FieldDecl *> Fields;
};

/// The names of macros that stand for numbers, enumerators and functions that
/// \p F's body mentions: what it looks at after a call.
llvm::StringSet<> namesIn(const Function &F);

} // namespace corolint

#endif
