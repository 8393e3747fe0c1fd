/// \file
/// SuspensionTrail: what was in force at which suspension, and by which way.

#ifndef COROLINT_CHECKS_MODEL_SUSPENSIONTRAIL_H
#define COROLINT_CHECKS_MODEL_SUSPENSIONTRAIL_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/Flow.h"

#include "llvm/ADT/ArrayRef.h"
#include <map>
#include <set>
#include <vector>

namespace corolint {

/// Collects, over all paths, the beginnings of things that last (a scope object
/// is made, a section is entered) and the suspensions they last through.
/// Subjects are the caller's numbers for the things.
class SuspensionTrail {
public:
  struct Span {
    /// What begin() returned for it.
    unsigned Number;
    unsigned Subject;
    clang::SourceLocation Where;
    /// In source order.
    std::vector<const SuspensionPoint *> Suspensions;
    /// Whether it lasts through them on every path.
    bool EveryPath;
    /// The branches that decide it; empty if it is so on every path.
    std::vector<BranchTaken> Way;
  };

  /// \returns a number for the beginning of \p Subject at \p Where.
  unsigned begin(unsigned Subject, clang::SourceLocation Where);
  /// Notes that \p Subject ends at \p Where, if it has begun.
  void end(unsigned Subject, clang::SourceLocation Where) {
    Changes[Subject].push_back(Where);
  }
  /// Notes that on one path \p Begun last through \p Point.
  void suspend(const SuspensionPoint &Point, llvm::ArrayRef<unsigned> Begun,
               const PathStep *Here);

  /// \returns those that last through a suspension, in source order.
  std::vector<Span> take(const Function &F) const;

private:
  struct Beginning {
    unsigned Subject;
    clang::SourceLocation Where;
    std::map<const SuspensionPoint *, const PathStep *> Suspensions;
  };

  std::vector<Beginning> Beginnings;
  std::map<unsigned, std::vector<clang::SourceLocation>> Changes;
  /// At each suspension the sets of subjects that were seen there.
  std::map<const SuspensionPoint *, std::vector<std::set<unsigned>>> Seen;
};

} // namespace corolint

#endif
