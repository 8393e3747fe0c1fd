/// \file
/// The role files that one name on the command line or in a configuration
/// means.

#ifndef COROLINT_DRIVER_TIDY_ROLEFILES_H
#define COROLINT_DRIVER_TIDY_ROLEFILES_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace corolint {

/// \returns \p Path, or, if it is a folder, every `.json` file below it in the
/// order of their names.
std::vector<std::string> roleFilesAt(llvm::StringRef Path);

} // namespace corolint

#endif
