/// \file
/// Making and writing facts.

#include "driver/analysis/FactsFolder.h"

#include "checks/model/CoroutineModel.h"
#include "checks/model/Facts.h"
#include "checks/roles/RoleFile.h"
#include "driver/tidy/TidyCheck.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace corolint {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace {

llvm::Error wrong(llvm::StringRef Path, std::error_code Error) {
  return llvm::createStringError(Error, Path + ": " + Error.message());
}

llvm::Error wrong(llvm::StringRef Path, llvm::Error Error) {
  return wrong(Path, llvm::errorToErrorCode(std::move(Error)));
}

/// \p File as seen from the root of \p Project; absolute if it is elsewhere.
std::string shorten(llvm::StringRef File, const Scope &Project) {
  if (!isBelow(File, Project.root()))
    return File.str();
  return path::relative_path(File.drop_front(Project.root().size())).str();
}

} // namespace

llvm::Expected<FactsFolder> FactsFolder::make(llvm::StringRef Folder) {
  std::error_code Error = fs::create_directories(Folder);
  if (!Error && !fs::is_directory(Folder))
    Error = std::make_error_code(std::errc::not_a_directory);
  if (!Error)
    Error = fs::access(Folder, fs::AccessMode::Write);
  if (Error)
    return wrong(Folder, Error);
  return FactsFolder(Folder.str());
}

std::string FactsFolder::pathFor(llvm::StringRef File,
                                 const Scope &Project) const {
  const std::string Short = shorten(File, Project);
  llvm::SmallString<256> Path(Folder);
  if (path::is_absolute(Short))
    path::append(Path, "@", path::relative_path(Short));
  else
    path::append(Path, Short);
  Path += ".facts.json";
  return std::string(Path);
}

llvm::Error FactsFolder::write(llvm::StringRef File, llvm::StringRef Facts,
                               const Scope &Project) const {
  const std::string Path = pathFor(File, Project);
  if (std::error_code Error = fs::create_directories(path::parent_path(Path)))
    return wrong(Path, Error);
  llvm::Expected<fs::TempFile> Temporary =
      fs::TempFile::create(Path + "-%%%%%%");
  if (!Temporary)
    return wrong(Path, Temporary.takeError());
  llvm::raw_fd_ostream Out(Temporary->FD, /*shouldClose=*/false);
  Out << Facts;
  Out.flush();
  if (const std::error_code Error = Out.error()) {
    Out.clear_error();
    llvm::consumeError(Temporary->discard());
    return wrong(Path, Error);
  }
  if (llvm::Error Error = Temporary->keep(Path))
    return wrong(Path, std::move(Error));
  return llvm::Error::success();
}

std::string factsOf(clang::ASTContext &Ast, llvm::StringRef File,
                    const clang::tidy::ClangTidyOptions &Options,
                    const Scope &Project) {
  FileState State;
  State.Ast = &Ast;
  if (const auto It = Options.CheckOptions.find(RoleFilesOption);
      It != Options.CheckOptions.end())
    // What is wrong with them is for the checks to say.
    (void)State.addRoleFiles(It->getValue().Value, File);
  return writeRoleFile(
      inferredFacts(State.model(), State.roles(), [&](llvm::StringRef Path) {
        return shorten(Path, Project);
      }));
}

} // namespace corolint
