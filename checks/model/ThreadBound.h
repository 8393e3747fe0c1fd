/// \file
/// What belongs to one thread and yet lives, or is used, across a suspension.

#ifndef COROLINT_CHECKS_MODEL_THREADBOUND_H
#define COROLINT_CHECKS_MODEL_THREADBOUND_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/Flow.h"

#include <string>
#include <vector>

namespace corolint {

/// Something that lasts, in its thread, through a suspension.
struct BoundScope {
  enum class Kind {
    Object,
    Parameter,
    Temporary,
    /// Begun by a call and undone by another after the suspension.
    Section,
  };

  Kind Is;
  /// The object's declaration, or the call that begins the section.
  clang::SourceLocation Where;
  /// The variable, the temporary's class, or the function that was called.
  std::string Name;
  /// A clause: why it may not.
  std::string Reason;
  /// The class of the part that is bound; empty if it is the object's own.
  std::string Holds;
  /// Every suspension it lasts through, in source order.
  std::vector<const SuspensionPoint *> Suspensions;
  /// The branches that decide it; empty if it lasts on every path.
  std::vector<BranchTaken> Way;
};

/// \returns them in source order. Objects of thread-bound classes, by
/// themselves or in an owner, and sections. Somebody else's object, behind a
/// reference, is not this function's business; one that is given to code that
/// can't be seen is not reported. Synchronous generators have none: the thread
/// that pulls their values runs all of them.
std::vector<BoundScope> boundScopesAtSuspensions(const Function &F,
                                                 const CoroutineModel &Model,
                                                 const Roles &R);

/// Something of one thread that was taken before a suspension and is used after
/// it.
struct StaleUse {
  enum class Kind {
    /// A reference, pointer, view or iterator to a thread_local variable.
    ThreadLocal,
    /// The same, while a range-for walks over the variable.
    Iteration,
    /// What a function returned that gives every thread its own.
    Result,
    /// A pointer that only one thread may use.
    Pointer,
    Errno,
  };

  Kind Is;
  /// The declaration or assignment that binds it; for Errno the read.
  clang::SourceLocation Where;
  /// The variable or, for Iteration, the range as spelled.
  std::string Name;
  /// The thread_local variable, the function or object that was called, the
  /// class pointed to, or what set errno.
  std::string Source;
  /// A clause, where a role gives one.
  std::string Reason;
  /// What set errno, or the return that hands the variable out; may be invalid.
  clang::SourceLocation Origin;
  /// The function that has that return.
  std::string Through;
  /// Every suspension between the two, in source order.
  std::vector<const SuspensionPoint *> Suspensions;
  /// The first uses on each path, in source order; for Errno its read.
  std::vector<clang::SourceLocation> Uses;
};

/// \returns them in source order. Silent where it was taken anew in between,
/// and in coroutines that stay in one thread, except on errno.
std::vector<StaleUse> staleThreadUses(const Function &F, const Roles &R);

} // namespace corolint

#endif
