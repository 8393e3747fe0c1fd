/// \file
/// How findings tell of a chain of calls.

#ifndef COROLINT_CHECKS_MODEL_CHAINNOTES_H
#define COROLINT_CHECKS_MODEL_CHAINNOTES_H

#include "checks/core/Check.h"
#include "checks/model/CallGraph.h"

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace corolint {

/// What \p Site calls, in quotes where it has a name.
std::string nameOf(const CallSite &Site);

/// `coroutine 'f'`, `a lambda coroutine`.
std::string describe(const Function &Coroutine);

/// One note for each call between the first one and the last, which \p Does
/// what the finding is about (`sleeps`); none if the first is the last.
std::vector<FindingNote> notesOn(const CallChains::Chain &Chain,
                                 llvm::StringRef Does);

/// The text that the map \p Key of \p R has for the library that \p Coroutine's
/// task type comes from; empty if it has none.
llvm::StringRef forLibraryOf(const Function &Coroutine, const Role &R,
                             llvm::StringRef Key);

/// `calls 'sync' at src/db.cpp:7, which ` if \p End is a fact: the calls in
/// files that this run does not see; else empty.
std::string wayElsewhere(const Role &End);

} // namespace corolint

#endif
