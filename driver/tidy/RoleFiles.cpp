/// \file
/// Implementation of roleFilesAt.

#include "driver/tidy/RoleFiles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

namespace corolint {

namespace fs = llvm::sys::fs;

std::vector<std::string> roleFilesAt(llvm::StringRef Path) {
  if (!fs::is_directory(Path))
    return {Path.str()};
  std::vector<std::string> Files;
  std::error_code Error;
  for (fs::recursive_directory_iterator It(Path, Error), End;
       It != End && !Error; It.increment(Error))
    if (llvm::StringRef(It->path()).ends_with(".json") &&
        !fs::is_directory(It->path()))
      Files.push_back(It->path());
  llvm::sort(Files);
  return Files;
}

} // namespace corolint
