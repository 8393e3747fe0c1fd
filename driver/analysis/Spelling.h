/// \file
/// Spelling: the nearest of the words that would have been right.

#ifndef COROLINT_DRIVER_ANALYSIS_SPELLING_H
#define COROLINT_DRIVER_ANALYSIS_SPELLING_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace corolint {

/// \returns `; did you mean 'X'?` for the one of \p Known that is nearest to
/// \p Word, or an empty string if none is near.
std::string didYouMean(llvm::StringRef Word,
                       llvm::ArrayRef<llvm::StringRef> Known);

} // namespace corolint

#endif
