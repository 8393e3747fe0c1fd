/// \file
/// What the cases of a switch say of its condition.

#include "checks/model/PathFacts.h"

#include "clang/AST/Stmt.h"
#include "llvm/ADT/FoldingSet.h"

namespace corolint {

using namespace clang;

std::optional<Conditions::Literal>
Conditions::literalOf(const SwitchStmt &Switch, const SwitchCase &Label) const {
  const auto *Case = dyn_cast<CaseStmt>(&Label);
  if (!Case || Case->getRHS() || !isStable(strip(Switch.getCond())))
    return std::nullopt;
  const std::optional<llvm::APSInt> Value = constant(Case->getLHS());
  // As elsewhere, `x == 0` is `!x`.
  if (Value && *Value == 0) {
    std::optional<Literal> L = literal(Switch.getCond());
    if (L)
      L->Negated = !L->Negated;
    return L;
  }
  const Expr *Constant = Case->getLHS();
  if (const auto *Wrapped = dyn_cast<ConstantExpr>(Constant))
    Constant = Wrapped->getSubExpr();
  llvm::FoldingSetNodeID Id;
  strip(Switch.getCond())->Profile(Id, Ast, /*Canonical=*/true);
  strip(Constant)->Profile(Id, Ast, /*Canonical=*/true);
  return Literal{Id.ComputeHash() | ConditionBit, false, nullptr};
}

/// A case is a test whether the condition is its constant.
void Conditions::addCases(const SwitchStmt &Switch) {
  for (const SwitchCase *Label = Switch.getSwitchCaseList(); Label;
       Label = Label->getNextSwitchCase()) {
    const std::optional<Literal> L = literalOf(Switch, *Label);
    if (!L || Tests[L->Key]++)
      continue;
    if (L->Flag)
      Flags[L->Flag] = L->Key;
    const auto *Ref = dyn_cast<DeclRefExpr>(strip(Switch.getCond()));
    if (const std::optional<llvm::APSInt> Value =
            constant(cast<CaseStmt>(Label)->getLHS());
        Ref && Value)
      Comparisons[Ref->getDecl()].push_back(
          {L->Key, L->Negated, BO_EQ, *Value});
    addMentions(*Switch.getCond(), L->Key);
  }
}

bool Conditions::isPossible(const SwitchStmt &Switch, const CFGBlock &Next,
                            const PathFacts &Facts) const {
  const auto *Taken = dyn_cast_or_null<CaseStmt>(Next.getLabel());
  for (const SwitchCase *Label = Switch.getSwitchCaseList(); Label;
       Label = Label->getNextSwitchCase()) {
    const std::optional<Literal> L = literalOf(Switch, *Label);
    std::optional<bool> Known = L ? Facts.get(L->Key) : std::nullopt;
    if (!Known)
      continue;
    const bool Holds = *Known != L->Negated;
    if (Taken ? Label == Taken && !Holds : Holds)
      return false;
  }
  return true;
}

void Conditions::assumeCase(const SwitchStmt &Switch, const CFGBlock &Next,
                            PathFacts &Facts) const {
  const auto *Taken = dyn_cast_or_null<CaseStmt>(Next.getLabel());
  for (const SwitchCase *Label = Switch.getSwitchCaseList(); Label;
       Label = Label->getNextSwitchCase()) {
    if (Taken && Label != Taken)
      continue;
    const std::optional<Literal> L = literalOf(Switch, *Label);
    if (!L)
      continue;
    Facts.set(L->Key, (Taken != nullptr) != L->Negated);
    if (Taken)
      learn(*L, true, Facts);
  }
}

} // namespace corolint
