/// \file
/// CallSites: the calls that one function makes on its own thread, written and
/// implied.

#ifndef COROLINT_CHECKS_MODEL_CALLSITES_H
#define COROLINT_CHECKS_MODEL_CALLSITES_H

#include "checks/model/Callables.h"
#include "checks/model/CoroutineModel.h"

#include "clang/AST/DeclCXX.h"
#include <vector>

namespace corolint {

class NonblockingObjects;

/// A call that a function's reachable code makes: written, or implied by a
/// destructor, default argument or initialiser.
struct CallSite {
  enum class Kind : unsigned char {
    /// A call or construction as it is written.
    Written,
    /// A callable that the callee of Call runs before it returns.
    Given,
    /// A constructor that the callee of Call runs: `std::make_unique<T>(…)`.
    Made,
    /// A destructor that nobody wrote a call of.
    Destroyed,
    /// The end of what Call started, for which the destructor of its result
    /// waits: the future of `std::async`.
    Awaited,
  };

  clang::SourceLocation Where;
  /// nullptr for an implicit destructor.
  const clang::Expr *Call;
  /// nullptr if it is not known.
  const clang::FunctionDecl *Callee;
  Kind How = Kind::Written;
  /// Which function runs in truth is known to the program alone: this one, or
  /// one of these.
  CallTargets Others = {};
  /// The object is of exactly the type it seems to be.
  bool Exact = false;
};

/// What one function calls.
struct CallsOfFunction {
  /// In source order.
  std::vector<CallSite> Sites;
  /// Its parameters that it calls, by index, and where; an invalid location for
  /// those that it does not.
  llvm::SmallVector<clang::SourceLocation, 2> Parameters;

  bool callsParameter(unsigned Index) const {
    return Index < Parameters.size() && Parameters[Index].isValid();
  }
};

/// Tells which of its parameters another function calls; nullptr if its body is
/// not known.
using ParametersCalled =
    llvm::function_ref<const CallsOfFunction *(const clang::FunctionDecl &)>;

/// \returns the calls of \p F. Bodies of lambdas that are merely made here are
/// not part of it; those that are called here are. Nor are calls on the way to
/// the program's end, in a coroutine where it runs on threads that may block,
/// and those that wait for what is known to be ready.
CallsOfFunction callsOf(const Function &F, const Roles &R,
                        const NonblockingObjects &Objects,
                        ParametersCalled Other);

} // namespace corolint

#endif
