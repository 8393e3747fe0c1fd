/// \file
/// Implementation of findResourceDir.

#include "driver/tidy/ResourceDir.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace corolint {

namespace path = llvm::sys::path;

std::string findResourceDir(llvm::StringRef AtBuildTime,
                            llvm::StringRef Executable) {
  llvm::SmallString<256> Beside(path::parent_path(Executable));
  path::append(Beside, "..", "lib", "clang", path::filename(AtBuildTime));
  path::remove_dots(Beside, /*remove_dot_dot=*/true);
  for (llvm::StringRef Candidate : {AtBuildTime, Beside.str()}) {
    llvm::SmallString<256> Header(Candidate);
    path::append(Header, "include", "stddef.h");
    if (llvm::sys::fs::exists(Header))
      return Candidate.str();
  }
  return {};
}

} // namespace corolint
