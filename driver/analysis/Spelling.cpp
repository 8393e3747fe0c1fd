/// \file
/// Implementation of didYouMean.

#include "driver/analysis/Spelling.h"

namespace corolint {

std::string didYouMean(llvm::StringRef Word,
                       llvm::ArrayRef<llvm::StringRef> Known) {
  // More than a third of the letters wrong is another word.
  unsigned Best = static_cast<unsigned>(Word.size()) / 3 + 1;
  llvm::StringRef Nearest;
  for (llvm::StringRef Candidate : Known) {
    const unsigned Distance = Word.edit_distance_insensitive(Candidate);
    if (Distance < Best) {
      Best = Distance;
      Nearest = Candidate;
    }
  }
  if (Nearest.empty())
    return {};
  return "; did you mean '" + Nearest.str() + "'?";
}

} // namespace corolint
