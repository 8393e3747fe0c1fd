/// \file
/// Implementation of the trail of suspensions.

#include "checks/model/SuspensionTrail.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

unsigned SuspensionTrail::begin(unsigned Subject, SourceLocation Where) {
  Changes[Subject].push_back(Where);
  for (size_t I = 0; I < Beginnings.size(); ++I)
    if (Beginnings[I].Subject == Subject && Beginnings[I].Where == Where)
      return I;
  Beginnings.push_back({Subject, Where, {}});
  return Beginnings.size() - 1;
}

void SuspensionTrail::suspend(const SuspensionPoint &Point,
                              llvm::ArrayRef<unsigned> Begun,
                              const PathStep *Here) {
  std::set<unsigned> Now;
  for (unsigned I : Begun) {
    Beginnings[I].Suspensions.try_emplace(&Point, Here);
    Now.insert(Beginnings[I].Subject);
  }
  Seen[&Point].push_back(std::move(Now));
}

std::vector<SuspensionTrail::Span>
SuspensionTrail::take(const Function &F) const {
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  // A branch decides if what it chooses from begins or ends the subject.
  const auto Decides = [&](const BranchTaken &Branch, SourceLocation Change) {
    const SourceRange Range = Branch.Terminator->getSourceRange();
    const SourceLocation At = SM.getFileLoc(Change);
    return !SM.isBeforeInTranslationUnit(At, SM.getFileLoc(Range.getBegin())) &&
           !SM.isBeforeInTranslationUnit(SM.getFileLoc(Range.getEnd()), At);
  };
  std::vector<Span> Result;
  for (unsigned Number = 0; Number < Beginnings.size(); ++Number) {
    const Beginning &B = Beginnings[Number];
    if (B.Suspensions.empty())
      continue;
    Span S{Number, B.Subject, B.Where, {}, /*EveryPath=*/true, {}};
    for (const SuspensionPoint &Point : F.Suspensions) {
      auto It = B.Suspensions.find(&Point);
      if (It == B.Suspensions.end())
        continue;
      S.Suspensions.push_back(&Point);
      const bool Always = llvm::all_of(Seen.at(&Point),
                                       [&](const std::set<unsigned> &Subjects) {
                                         return Subjects.count(B.Subject) != 0;
                                       });
      S.EveryPath &= Always;
      if (!S.Way.empty() || Always)
        continue;
      for (const BranchTaken &Branch : branchesTo(It->second))
        if (llvm::any_of(Changes.at(B.Subject), [&](SourceLocation Change) {
              return Decides(Branch, Change);
            }))
          S.Way.push_back(Branch);
    }
    Result.push_back(std::move(S));
  }
  llvm::stable_sort(Result, [&](const Span &A, const Span &B) {
    return SM.isBeforeInTranslationUnit(A.Where, B.Where);
  });
  return Result;
}

} // namespace corolint
