/// \file
/// Scope: which files' findings belong to the project.

#ifndef COROLINT_DRIVER_ANALYSIS_SCOPE_H
#define COROLINT_DRIVER_ANALYSIS_SCOPE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace corolint {

/// \p Path made absolute against \p Directory, without `.` and `..`.
std::string absolutePath(llvm::StringRef Path, llvm::StringRef Directory);

/// Whether \p Path is \p Folder or lies below it; both are absolute and clean.
bool isBelow(llvm::StringRef Path, llvm::StringRef Folder);

/// The project: a folder, less the folder it is built in.
class Scope {
public:
  /// The project root is the nearest folder with a `.git`, else with a
  /// `.clang-tidy`, at or above the folder of \p Database (or, without one, the
  /// deepest folder that holds all \p Files); else that folder itself. All
  /// paths are absolute.
  Scope(llvm::StringRef Database, llvm::ArrayRef<std::string> Files);

  llvm::StringRef root() const { return Root; }
  /// \p Path is absolute and clean.
  bool contains(llvm::StringRef Path) const;

private:
  std::string Root;
  /// Generated sources are nobody's to fix; empty if the project is not built
  /// in a folder of its own.
  std::string BuildFolder;
};

} // namespace corolint

#endif
