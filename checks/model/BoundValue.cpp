/// \file
/// Whether there is a thread-bound object in what a variable is made of.

#include "checks/model/BoundAnalysis.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// nullptr also for references to somebody else's object.
const ThreadBoundTraits *BoundAnalysis::traitsOf(const VarDecl &Var) const {
  if (!Var.hasLocalStorage() ||
      (Var.getType()->isReferenceType() && !extendsTemporary(Var)))
    return nullptr;
  return R.threadBound(Var.getType().getNonReferenceType());
}

/// Whether \p Init is a call whose result a role says to belong to its thread,
/// and something that ends it by being destroyed.
bool BoundAnalysis::isBoundResult(const Expr *Init) const {
  const auto *Call = dyn_cast_or_null<CallExpr>(skipWrappers(Init));
  const auto *Class = Call ? Call->getType()->getAsCXXRecordDecl() : nullptr;
  if (!Class || !Call->isPRValue() || !Class->hasDefinition() ||
      Class->hasTrivialDestructor())
    return false;
  const Role *Said = R.ofCall(*Call, RoleKind::ThreadBound);
  return Said && Said->get("until").empty();
}

unsigned BoundAnalysis::subjectOf(const VarDecl &Var,
                                  const ThreadBoundTraits &Traits) {
  return intern(&Var,
                {BoundScope::Kind::Object, Var.getName().str(), Traits.Reason,
                 Traits.Contains ? Traits.Class : "", Traits.Until});
}

/// Objects that are moved from on the way become empty.
int BoundAnalysis::valueOf(const Expr *E, State &S) {
  E = skipWrappers(E);
  if (!E)
    return Empty;
  if (const Expr *Source = movedFrom(E)) {
    const std::optional<unsigned> From = objectIn(Source, S);
    if (!From)
      return Unknown;
    const int Status = find(S, *From)->Status;
    set(S, *From, Empty, E->getBeginLoc());
    return Status >= 0 ? Alive : Status;
  }
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    const int True = valueOf(Choice->getTrueExpr(), S);
    return True == valueOf(Choice->getFalseExpr(), S) ? True : Unknown;
  }
  if (const auto *New = dyn_cast<CXXNewExpr>(E))
    return R.threadBound(New->getAllocatedType()) ? Alive : Unknown;
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E)) {
    int Value = Empty;
    for (const Expr *Init : Lambda->capture_inits())
      if (Init && Value != Alive && R.threadBound(Init->getType()))
        Value = valueOf(Init, S);
    return Value;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return valueOfCall(*Call);
  if (isa<CoawaitExpr>(E)) {
    const ThreadBoundTraits *Traits = R.threadBound(E->getType());
    return Traits && !Traits->MaybeEmpty ? Alive : Unknown;
  }
  if (isa<CXXConstructExpr, CXXUnresolvedConstructExpr, InitListExpr,
          ParenListExpr>(E))
    return valueOfConstruction(*E, S);
  if (isa<CXXNullPtrLiteralExpr>(E))
    return Empty;
  // A copy of a local object.
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const std::optional<unsigned> From = Ref ? objectIn(Ref, S) : std::nullopt;
  const int Status = From ? find(S, *From)->Status : Unknown;
  return Status >= 0 ? Alive : Status;
}

int BoundAnalysis::valueOfConstruction(const Expr &E, State &S) {
  const ThreadBoundTraits *Traits = R.threadBound(E.getType());
  llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  while (!Args.empty() && isa<CXXDefaultArgExpr>(Args.back()))
    Args = Args.drop_back();
  const auto *Construct = dyn_cast<CXXConstructExpr>(&E);
  // A copy, or the move into the variable: it is what its source was.
  if (Construct && Construct->getConstructor()->isCopyOrMoveConstructor() &&
      Args.size() == 1)
    return valueOf(Args[0], S);
  // `std::nullopt`, a deleter, a name on its way in.
  if (Construct && !Traits)
    return Empty;
  if (!Traits || !Traits->MaybeEmpty) {
    for (const Expr *Arg : Args)
      if (movedFrom(Arg) || R.threadBound(Arg->getType()))
        valueOf(Arg, S);
    const auto Bound = [&](const FunctionDecl *Constructor) {
      const FunctionDecl *Pattern =
          Constructor->getTemplateInstantiationPattern();
      return llvm::is_contained(
          Traits->Starts,
          (Pattern ? Pattern : Constructor)->getCanonicalDecl());
    };
    if (Construct && !Traits->Contains && !Traits->Starts.empty())
      return Bound(Construct->getConstructor()) ? Alive : Unknown;
    return Alive;
  }
  if (Args.empty())
    return isa<ParenListExpr>(E) ? Unknown : Empty;
  int Value = Unknown;
  for (const Expr *Arg : Args) {
    const Expr *Inner = skipWrappers(Arg);
    const NamedDecl *Class = Roles::classOf(Arg->getType());
    const std::string Name = Class ? Roles::nameOf(*Class) : "";
    if (Name == "std::nullopt_t" || isa<CXXNullPtrLiteralExpr>(Inner))
      return Empty;
    if (Name == "std::in_place_t" || isa<CXXNewExpr>(Inner))
      return Alive;
    if (R.threadBound(Arg->getType()))
      Value = valueOf(Arg, S);
  }
  return Value;
}

int BoundAnalysis::valueOfCall(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const ThreadBoundTraits *Traits = R.threadBound(Call.getType());
  if (!Callee || !Traits || !Call.isPRValue())
    return Unknown;
  if (isBoundResult(&Call))
    return Alive;
  // `std::make_unique<scope>(…)`, `std::make_optional(…)`.
  if (Callee->isInStdNamespace() && Callee->getDeclName().isIdentifier() &&
      Callee->getName().starts_with("make_"))
    return Alive;
  // What returns one has made one; whether there is one in what else a function
  // returns is not known.
  return Traits->MaybeEmpty ? Unknown : Alive;
}

} // namespace corolint
