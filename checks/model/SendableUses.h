/// \file
/// What else happens to a value that a task takes along: whether anybody shares
/// it, and whether its starter goes on using it.

#ifndef COROLINT_CHECKS_MODEL_SENDABLEUSES_H
#define COROLINT_CHECKS_MODEL_SENDABLEUSES_H

#include "checks/model/Sendable.h"
#include "checks/model/SendableCrossings.h"

#include "clang/AST/ParentMap.h"

namespace corolint {

/// Of the locals of one function.
class SendableUses {
public:
  SendableUses(const Function &F, const SpawnSites &Sites, Sendable &Types)
      : F(F), Sites(Sites), Types(Types),
        Parents(const_cast<clang::Stmt *>(F.Body)) {}

  /// Whether \p Made is a value that nobody else has a copy of: `new`, a
  /// constructor, a `make_` function.
  bool isFresh(const clang::Expr *Made) const;

  /// Whether \p Var, whose copies share something, is the only one: it is made
  /// fresh, and no copy of it is made outside of \p Task (which may be
  /// nullptr).
  bool isAlone(const clang::VarDecl &Var, const ThreadCrossing *Task) const;

  /// Whether \p Task is seen to copy or move its own \p Value, so that it does
  /// not only come back as it went.
  bool copiesInside(const CarriedValue &Value,
                    const ThreadCrossing &Task) const;

  /// Whether the function waits for \p Task by any means that can be seen.
  bool waitsFor(const ThreadCrossing &Task) const;

  /// Whether \p Guard has, or at some time had, nothing locked.
  bool letsGo(const clang::VarDecl &Guard) const;

  /// Whether \p Value is a copy of a variable that nobody needs or shares after
  /// that, so that the variable could be moved.
  bool canMoveInto(const CarriedValue &Value, const ThreadCrossing &Task) const;

  /// Where the function, or a second task like \p Task, uses the object behind
  /// \p Value in a way that its type leaves to one thread, while the task does
  /// so, too; invalid if it cannot be seen that they both do.
  /// \p Tasks are all that the function starts.
  clang::SourceLocation
  usedMeanwhile(const CarriedValue &Value, const ThreadCrossing &Task,
                llvm::ArrayRef<ThreadCrossing> Tasks) const;

private:
  /// Call is one that a role's word for it may be about, const or not.
  enum class Use { Look, Call, Change, Copy };

  const clang::Stmt *around(const clang::Stmt &S,
                            const clang::ParentMap &Parents) const;
  /// What is done at \p Mention with the object, or, if it is a pointer, with
  /// what is behind it.
  Use useAt(const clang::Expr &Mention, const clang::ParentMap &Parents,
            bool Through = false) const;
  bool matters(const CarriedValue &Value, Use How) const;
  bool usesInside(const CarriedValue &Value, const ThreadCrossing &Task) const;
  bool isLetGo(const clang::Expr &Start, const Role &Spawn) const;
  bool isRepeated(const clang::Expr &Start, const clang::VarDecl &Var) const;
  bool within(const clang::Stmt &Inner, const clang::Expr &Outer) const;

  const Function &F;
  const SpawnSites &Sites;
  Sendable &Types;
  const clang::ParentMap Parents;
};

} // namespace corolint

#endif
