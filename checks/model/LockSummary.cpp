/// \file
/// Making summaries of functions: from their bodies, or from the thread-safety
/// attributes of those whose body is elsewhere.

#include "checks/model/LockSummary.h"

#include "checks/model/Calls.h"
#include "checks/model/LockAnalysis.h"

#include "clang/AST/Attr.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

using Effect = LockSummary::Effect;
using Outcome = LockSummary::Outcome;

const Effect *find(const Outcome &In, const ObjectPath &At) {
  auto It =
      llvm::find_if(In.Effects, [&](const Effect &E) { return E.At == At; });
  return It == In.Effects.end() ? nullptr : &*It;
}

bool sameStatus(int A, int B) { return A == B || (A >= 0 && B >= 0); }

/// What is left where both \p Into and \p Other are possible. Being silent
/// about a lock that is held is better than the opposite.
void merge(Outcome &Into, const Outcome &Other) {
  std::vector<Effect> Merged;
  const auto Add = [&](const Effect &One, const Effect *Two) {
    Effect Both = One;
    if (Two && sameStatus(One.Status, Two->Status)) {
      Merged.push_back(Both);
      return;
    }
    const bool Frees = One.Status == LockStatus::Free ||
                       (Two && Two->Status == LockStatus::Free);
    Both.Status = Frees ? LockStatus::Free : LockStatus::Unknown;
    // A lock that is taken on one way only is taken for a reason that the
    // caller shares and this does not follow.
    if (Frees || Both.Guard)
      Merged.push_back(Both);
  };
  for (const Effect &One : Into.Effects)
    Add(One, find(Other, One.At));
  for (const Effect &Two : Other.Effects)
    if (!find(Into, Two.At))
      Add(Two, nullptr);
  Into.Effects = std::move(Merged);
  for (size_t I = 0; I < Into.Returned.size(); ++I) {
    int &Mine = Into.Returned[I];
    const int Theirs = Other.Returned[I];
    const auto IsKnown = [](int Status) {
      return Status >= LockStatus::Free || Status == LockStatus::Maybe ||
             Status == LockStatus::Held;
    };
    if (!sameStatus(Mine, Theirs))
      Mine = IsKnown(Mine) && IsKnown(Theirs) ? LockStatus::Maybe
                                              : LockStatus::Unknown;
  }
  if (Into.ReturnedLock.Type.empty())
    Into.ReturnedLock = Other.ReturnedLock;
}

/// The object that \p Arg of a thread-safety attribute names.
void addAttributeLocks(llvm::iterator_range<Expr **> Args, int Status,
                       SourceLocation Where, const ASTContext &Ast,
                       Outcome &Into) {
  for (const Expr *Arg : Args) {
    const Expr *Named = objectNamed(Arg);
    const ObjectPath At = objectPathOf(*Arg, Ast);
    if (At.From == ObjectPath::Root::Other)
      continue;
    const NamedDecl *Class = Roles::classOf(Named->getType());
    Into.Effects.push_back({At,
                            Status,
                            /*Guard=*/false,
                            {Class ? Roles::nameOf(*Class) : "", At},
                            sourceText(*Named, Ast),
                            Where});
  }
}

/// What the attributes of \p F say; without arguments they speak of the object
/// itself, which is a matter for roles.
std::optional<LockSummary> fromAttributes(const FunctionDecl &F) {
  if (!F.hasAttrs())
    return std::nullopt;
  const ASTContext &Ast = F.getASTContext();
  Outcome Always, Failed;
  std::optional<bool> Success;
  for (const Attr *A : F.attrs()) {
    if (const auto *Acquire = dyn_cast<AcquireCapabilityAttr>(A)) {
      addAttributeLocks(Acquire->args(), 0, A->getLocation(), Ast, Always);
    } else if (const auto *Release = dyn_cast<ReleaseCapabilityAttr>(A)) {
      addAttributeLocks(Release->args(), LockStatus::Free, A->getLocation(),
                        Ast, Always);
    } else if (const auto *Try = dyn_cast<TryAcquireCapabilityAttr>(A)) {
      Expr::EvalResult Value;
      if (Try->getSuccessValue()->EvaluateAsInt(Value, Ast)) {
        Success = Value.Val.getInt() != 0;
        addAttributeLocks(Try->args(), 0, A->getLocation(), Ast, Always);
      }
    }
  }
  if (Always.Effects.empty())
    return std::nullopt;
  LockSummary Summary;
  if (Success) {
    Always.Result = *Success;
    Failed.Result = !*Success;
    Summary.Outcomes.push_back(std::move(Failed));
  }
  Summary.Outcomes.insert(Summary.Outcomes.begin(), std::move(Always));
  return Summary;
}

} // namespace

std::vector<Outcome> mergeOutcomes(std::vector<Outcome> All) {
  constexpr size_t MaxOutcomes = 6;
  const bool Told = llvm::all_of(
      All, [](const Outcome &One) { return One.Result.has_value(); });
  std::vector<Outcome> Merged;
  for (Outcome &One : All) {
    if (!Told)
      One.Result = std::nullopt;
    auto It = llvm::find_if(Merged, [&](const Outcome &Other) {
      return Other.Result == One.Result && Other.Found == One.Found;
    });
    if (It == Merged.end())
      Merged.push_back(std::move(One));
    else
      merge(*It, One);
  }
  if (Merged.size() <= MaxOutcomes)
    return Merged;
  for (Outcome &One : Merged)
    One.Found.clear();
  return mergeOutcomes(std::move(Merged));
}

const LockSummary *LockSummaries::of(const FunctionDecl *Callee) {
  // Each level of helpers takes a few kilobytes of stack.
  constexpr unsigned MaxDepth = 40;
  if (!Callee || Depth == MaxDepth)
    return nullptr;
  const auto [It, New] = Known.try_emplace(Callee->getCanonicalDecl());
  if (!New)
    return It->second.get();
  std::optional<LockSummary> Summary;
  ++Depth;
  if (const Function *F = Model.find(Callee))
    Summary = fromBody(*F);
  else if (!Callee->isDefined())
    Summary = fromAttributes(*Callee);
  --Depth;
  if (!Summary)
    return nullptr;
  std::unique_ptr<LockSummary> &Entry = Known[Callee->getCanonicalDecl()];
  Entry = std::make_unique<LockSummary>(std::move(*Summary));
  return Entry.get();
}

std::optional<LockSummary> LockSummaries::fromBody(const Function &F) {
  if (F.isCoroutine() || !F.cfg())
    return std::nullopt;
  const Conditions Tests(F);
  LockAnalysis Analysis(F, R, Tests, *this);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  return Analysis.summary();
}

} // namespace corolint
