/// \file
/// Conditions and PathFacts: which branch conditions are known on a path, so
/// that two tests of the same flag are not taken for independent.

#ifndef COROLINT_CHECKS_MODEL_PATHFACTS_H
#define COROLINT_CHECKS_MODEL_PATHFACTS_H

#include "checks/model/CoroutineModel.h"

#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>

namespace corolint {

/// Truth values known on one path: a small sorted map.
class PathFacts {
public:
  using Key = std::uint64_t;

  std::optional<bool> get(Key K) const;
  void set(Key K, bool Value);
  void forget(Key K);
  /// Keeps what both agree on. \returns whether anything was dropped.
  bool intersect(const PathFacts &Other);

  bool operator==(const PathFacts &Other) const = default;

  template <class Predicate> void forgetIf(Predicate P) {
    llvm::erase_if(Known, [&](const auto &Fact) { return P(Fact.first); });
  }

private:
  llvm::SmallVector<std::pair<Key, bool>, 4> Known;
};

/// The branch conditions of one function.
class Conditions {
public:
  explicit Conditions(const Function &F);

  /// The value of \p Condition on a path, if it is known.
  std::optional<bool> evaluate(const clang::Expr *Condition,
                               const PathFacts &Facts) const;
  /// Notes that \p Condition has just been seen to be \p Value. Only kept if
  /// something else on some path can depend on it.
  void assume(const clang::Expr *Condition, bool Value, PathFacts &Facts) const;
  /// Whether \p Switch can lead to \p Next, for all that is known.
  bool isPossible(const clang::SwitchStmt &Switch, const clang::CFGBlock &Next,
                  const PathFacts &Facts) const;
  /// Notes which case of \p Switch leads to \p Next.
  void assumeCase(const clang::SwitchStmt &Switch, const clang::CFGBlock &Next,
                  PathFacts &Facts) const;
  /// Notes the value of one call or other expression, for the condition or
  /// initialiser in the same block that uses it.
  void assumeResult(const clang::Expr *E, bool Value, PathFacts &Facts) const;
  /// Whether the temporary that the terminator of \p Block destroys, if it was
  /// made at all, was made; nullopt for other terminators. Forgets it.
  std::optional<bool> takeMade(const clang::CFGBlock &Block,
                               PathFacts &Facts) const;
  void forgetResult(const clang::Expr *E, PathFacts &Facts) const;
  /// Notes that \p Var is engaged, not null or not empty, or that it is not.
  void assumeEngaged(const clang::VarDecl &Var, bool Engaged,
                     PathFacts &Facts) const;
  /// Updates \p Facts for one element: initialisations, assignments, and
  /// whatever may change a variable.
  void step(const clang::Stmt *S, PathFacts &Facts) const;
  /// Notes the value of `c ? a : b` for the block behind the branch.
  void assumeChoice(const clang::CFGBlock &Block, bool Value,
                    PathFacts &Facts) const;
  /// Drops what only the block that ends here could use.
  void endBlock(PathFacts &Facts) const;

  /// What the terminator of \p Block tests; nullptr if it tests nothing.
  static const clang::Expr *conditionOf(const clang::CFGBlock &Block);

private:
  struct Literal {
    PathFacts::Key Key;
    bool Negated;
    /// The variable that alone is the condition; nullptr if there is more.
    const clang::ValueDecl *Flag;
  };
  /// Keys of expressions seen once are their addresses, whose top bits are
  /// clear; keys of conditions are 32-bit hashes with this bit set.
  static constexpr PathFacts::Key ConditionBit = PathFacts::Key(1) << 63;
  /// The value of `c ? a : b` outlives the block that knows it, until it is
  /// used.
  static constexpr PathFacts::Key ChoiceBits = PathFacts::Key(3) << 62;
  static PathFacts::Key choiceKey(const clang::Expr *E);
  /// Set for a temporary in an operand that is not always evaluated.
  static PathFacts::Key temporaryKey(const clang::Stmt *S);
  static bool isChoice(PathFacts::Key K);

  /// Through parentheses, conversions and rewritten operators.
  static const clang::Expr *strip(const clang::Expr *E);
  /// What is tested where \p E is, after all, a test of something simpler:
  /// `!x`, `p == nullptr`, `n != 0`. \returns nullptr for other conditions.
  const clang::Expr *tested(const clang::Expr *E, bool &Negated) const;
  std::optional<llvm::APSInt> constant(const clang::Expr *E) const;
  /// \returns nullopt if \p E can change between two evaluations unseen.
  std::optional<Literal> literal(const clang::Expr *E) const;
  /// The test that \p Label of \p Switch is; nullopt for `default`, ranges and
  /// what can change unseen.
  std::optional<Literal> literalOf(const clang::SwitchStmt &Switch,
                                   const clang::SwitchCase &Label) const;
  bool isStable(const clang::Expr *E) const;
  void addMentions(const clang::Expr &Of, PathFacts::Key K);
  void addCases(const clang::SwitchStmt &Switch);
  void learn(const Literal &L, bool Value, PathFacts &Facts) const;
  /// Notes that \p Var is \p Value from here on.
  void become(const clang::ValueDecl &Var, const llvm::APSInt &Value,
              PathFacts &Facts) const;
  void forget(const clang::ValueDecl *D, PathFacts &Facts) const;

  const clang::ASTContext &Ast;
  llvm::DenseSet<const clang::ValueDecl *> Escaped;
  llvm::DenseSet<const clang::Stmt *> ConditionalTemporaries;
  /// A condition that compares one variable with a constant.
  struct Comparison {
    PathFacts::Key Key;
    bool Negated;
    clang::BinaryOperatorKind Op;
    llvm::APSInt Right;
  };

  /// How often each condition is tested.
  llvm::DenseMap<PathFacts::Key, unsigned> Tests;
  /// The condition that is just this variable.
  llvm::DenseMap<const clang::ValueDecl *, PathFacts::Key> Flags;
  /// The conditions that mention a variable or field.
  llvm::DenseMap<const clang::ValueDecl *, llvm::SmallVector<PathFacts::Key, 2>>
      Mentions;
  llvm::DenseMap<const clang::ValueDecl *, llvm::SmallVector<Comparison, 1>>
      Comparisons;
};

} // namespace corolint

#endif
