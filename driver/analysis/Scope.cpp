/// \file
/// Finds the project root and tells its files from others.

#include "driver/analysis/Scope.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace corolint {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

std::string absolutePath(llvm::StringRef Path, llvm::StringRef Directory) {
  llvm::SmallString<256> Absolute(Path);
  if (path::is_relative(Path)) {
    Absolute = Directory;
    path::append(Absolute, Path);
  }
  llvm::SmallString<256> Plain(Absolute);
  path::remove_dots(Plain, /*remove_dot_dot=*/true);
  // `..` after a symbolic link (`/lib/gcc/…/../include`) leads elsewhere than
  // its text says.
  llvm::SmallString<256> Real;
  if (Plain != Absolute && !fs::exists(Plain) && !fs::real_path(Absolute, Real))
    return std::string(Real);
  return std::string(Plain);
}

bool isBelow(llvm::StringRef Path, llvm::StringRef Folder) {
  if (!Path.consume_front(Folder))
    return false;
  return Path.empty() || Path.front() == '/' || Folder.ends_with("/");
}

namespace {

std::string commonFolder(llvm::ArrayRef<std::string> Files) {
  if (Files.empty())
    return "/";
  std::string Common = path::parent_path(Files.front()).str();
  for (llvm::StringRef File : Files.drop_front())
    while (!isBelow(File, Common))
      Common = path::parent_path(Common).str();
  return Common;
}

/// \returns the nearest folder at or above \p Folder that has \p Name, or an
/// empty string.
std::string nearestWith(llvm::StringRef Name, llvm::StringRef Folder) {
  for (; !Folder.empty(); Folder = path::parent_path(Folder)) {
    llvm::SmallString<256> Candidate(Folder);
    path::append(Candidate, Name);
    if (fs::exists(Candidate))
      return Folder.str();
  }
  return {};
}

} // namespace

Scope::Scope(llvm::StringRef Database, llvm::ArrayRef<std::string> Files) {
  const std::string Sources = commonFolder(Files);
  const std::string Base =
      Database.empty() ? Sources : path::parent_path(Database).str();
  for (llvm::StringRef Mark : {".git", ".clang-tidy"})
    if (Root.empty())
      Root = nearestWith(Mark, Base);
  if (Root.empty()) {
    Root = Base;
    // A build folder that holds none of the sources is not the project.
    if (!isBelow(Sources, Base)) {
      const std::string Both[] = {Base + "/x", Sources + "/x"};
      Root = commonFolder(Both);
    }
  }
  if (!Database.empty() && Base != Root && isBelow(Base, Root) &&
      !isBelow(Sources, Base))
    BuildFolder = Base;
}

bool Scope::contains(llvm::StringRef Path) const {
  return isBelow(Path, Root) &&
         (BuildFolder.empty() || !isBelow(Path, BuildFolder));
}

} // namespace corolint
