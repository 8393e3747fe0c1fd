/// \file
/// Which classes share what they point to by a reference count that is not
/// atomic, as their copy constructors and destructors show.

#ifndef COROLINT_CHECKS_MODEL_SENDABLECOUNTS_H
#define COROLINT_CHECKS_MODEL_SENDABLECOUNTS_H

#include "checks/roles/Roles.h"

#include <optional>

namespace corolint {

/// \returns where a copy of a \p Class counts up a plain integer behind a
/// pointer that its destructor counts down to let go of what is shared;
/// nullopt if that cannot be seen, or if a lock or an atomic operation is in
/// the way.
std::optional<clang::SourceLocation>
countsWithoutAtomics(const clang::CXXRecordDecl &Class, const Roles &R);

} // namespace corolint

#endif
