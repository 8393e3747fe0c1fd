/// \file
/// Implementation of findInputs.

#include "driver/commands/Inputs.h"

#include "driver/analysis/Scope.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace corolint {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
namespace tool = clang::tooling;
using llvm::StringRef;

/// Sources below \p Folder; what hidden folders hold is not looked at.
std::vector<std::string> sourcesBelow(StringRef Folder) {
  std::vector<std::string> Files;
  std::error_code Error;
  for (fs::recursive_directory_iterator It(Folder, Error), End;
       It != End && !Error; It.increment(Error)) {
    if (path::filename(It->path()).starts_with("."))
      It.no_push();
    else if (isCxxSource(It->path()) && !fs::is_directory(It->path()))
      Files.push_back(It->path());
  }
  return Files;
}

class InputFinder {
public:
  InputFinder(const InputRequest &Request, const CommandAdjuster &Adjuster)
      : Request(Request), Adjuster(Adjuster) {}

  Inputs find() {
    if (!openDatabase())
      return std::move(Found);
    std::vector<std::string> Files =
        Request.Names.empty() ? everything() : named();
    llvm::sort(Files);
    Files.erase(llvm::unique(Files), Files.end());
    for (const std::string &File : Files)
      addJob(File);
    if (Found.Jobs.empty() && Found.Errors.empty())
      Found.Errors.push_back("nothing to analyse: " + nothingBecause());
    return std::move(Found);
  }

private:
  /// \returns false if the database is there and cannot be used: with other
  /// flags than the project's the findings would mean little.
  bool openDatabase() {
    if (Request.Flags)
      return true;
    Found.Database = locateDatabase();
    if (Found.Database.empty())
      return Found.Errors.empty();
    auto Loaded = CompileDatabase::load(Found.Database);
    if (!Loaded) {
      Found.Errors.push_back(llvm::toString(Loaded.takeError()));
      return false;
    }
    AllFiles = (*Loaded)->getAllFiles();
    Database = tool::inferMissingCompileCommands(tool::expandResponseFiles(
        std::move(*Loaded), llvm::vfs::getRealFileSystem()));
    return true;
  }

  std::string locateDatabase() {
    if (!Request.DatabaseFolder.empty()) {
      std::string Path =
          absolutePath(Request.DatabaseFolder, Request.WorkingDirectory);
      if (fs::is_directory(Path)) {
        Path += "/compile_commands.json";
        if (!fs::exists(Path))
          Found.Errors.push_back(Path + ": no such file");
      } else if (!fs::exists(Path)) {
        Found.Errors.push_back(Path + ": no such file or folder");
      }
      return Found.Errors.empty() ? Path : std::string();
    }
    for (StringRef Name : Request.Names) {
      const std::string Path = absolutePath(Name, Request.WorkingDirectory);
      if (std::string Nearest = CompileDatabase::find(
              fs::is_directory(Path) ? StringRef(Path)
                                     : path::parent_path(Path));
          !Nearest.empty())
        return Nearest;
    }
    return CompileDatabase::find(Request.WorkingDirectory);
  }

  std::vector<std::string> everything() {
    if (Database)
      return AllFiles;
    Found.Errors.push_back(
        "nothing to analyse: no files are named and there is no "
        "compile_commands.json in " +
        Request.WorkingDirectory + ", the folders above, or their build*/");
    return {};
  }

  std::vector<std::string> named() {
    std::vector<std::string> Files;
    for (StringRef Name : Request.Names) {
      const std::string Path = absolutePath(Name, Request.WorkingDirectory);
      if (!fs::exists(Path)) {
        Found.Errors.push_back((Name + ": no such file or folder").str());
      } else if (fs::is_directory(Path)) {
        std::vector<std::string> Inside = inFolder(Path);
        if (Inside.empty())
          Found.Errors.push_back((Name + ": holds no C++ sources").str());
        llvm::append_range(Files, Inside);
      } else {
        Files.push_back(Path);
      }
    }
    return Files;
  }

  std::vector<std::string> inFolder(StringRef Folder) {
    if (!Database)
      return sourcesBelow(Folder);
    std::vector<std::string> Files;
    llvm::copy_if(AllFiles, std::back_inserter(Files),
                  [&](StringRef File) { return isBelow(File, Folder); });
    return Files;
  }

  void addJob(const std::string &File) {
    if (Database) {
      const auto Commands = Database->getCompileCommands(File);
      if (!Commands.empty()) {
        Found.Jobs.push_back(
            Adjuster.adjust(Commands.front(), /*KeepUnknown=*/false));
        return;
      }
    }
    tool::CompileCommand Command;
    Command.Directory = Request.WorkingDirectory;
    Command.Filename = File;
    Command.CommandLine = {"clang++"};
    llvm::append_range(
        Command.CommandLine,
        Request.Flags.value_or(std::vector<std::string>{"-std=c++20"}));
    if (!isCxxSource(File))
      llvm::append_range(Command.CommandLine, HeaderAsSource);
    Command.CommandLine.push_back(File);
    Found.Jobs.push_back(Adjuster.adjust(Command, /*KeepUnknown=*/true));
  }

  std::string nothingBecause() const {
    if (!Found.Database.empty())
      return Found.Database + " names no C++ sources";
    return "no files are named";
  }

  /// Any other file is taken for C++ too, whatever its name.
  static constexpr const char *HeaderAsSource[] = {"-x", "c++"};

  const InputRequest &Request;
  const CommandAdjuster &Adjuster;
  Inputs Found;
  std::unique_ptr<tool::CompilationDatabase> Database;
  std::vector<std::string> AllFiles;
};

} // namespace

Inputs findInputs(const InputRequest &Request,
                  const CommandAdjuster &Adjuster) {
  return InputFinder(Request, Adjuster).find();
}

} // namespace corolint
