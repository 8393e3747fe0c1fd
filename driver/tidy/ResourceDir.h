/// \file
/// Where Clang's builtin headers are; every program that parses needs them.

#ifndef COROLINT_DRIVER_TIDY_RESOURCEDIR_H
#define COROLINT_DRIVER_TIDY_RESOURCEDIR_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace corolint {

/// \returns the folder of Clang's builtin headers: \p AtBuildTime if it is
/// still there, else where an installation has it relative to \p Executable,
/// else an empty string.
std::string findResourceDir(llvm::StringRef AtBuildTime,
                            llvm::StringRef Executable);

} // namespace corolint

#endif
