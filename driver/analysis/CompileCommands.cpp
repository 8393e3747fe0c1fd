/// \file
/// Reads compilation databases and makes commands fit for our frontend.

#include "driver/analysis/CompileCommands.h"

#include "driver/analysis/Scope.h"

#include "clang/Driver/Options.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/TargetSelect.h"

namespace corolint {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
using clang::tooling::CompileCommand;
using llvm::StringRef;

namespace {

llvm::Error wrong(StringRef Path, const llvm::Twine &What) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 Path + ": " + What);
}

/// Programs that run the compiler named after them.
bool isLauncher(StringRef Program) {
  return llvm::StringSwitch<bool>(path::stem(Program))
      .Cases("ccache", "sccache", "distcc", "icecc", "gomacc", "buildcache",
             true)
      .Default(false);
}

llvm::Expected<CompileCommand> parseEntry(StringRef Path, size_t Index,
                                          const llvm::json::Value &Value) {
  const auto Bad = [&](const char *What) {
    return wrong(Path, "entry " + llvm::Twine(Index + 1) + ": " + What);
  };
  const llvm::json::Object *Entry = Value.getAsObject();
  if (!Entry)
    return Bad("not a JSON object");
  const auto Directory = Entry->getString("directory");
  const auto File = Entry->getString("file");
  if (!Directory)
    return Bad("'directory': a string is missing");
  if (!File)
    return Bad("'file': a string is missing");

  CompileCommand Command;
  Command.Directory = absolutePath(*Directory, path::parent_path(Path));
  Command.Filename = absolutePath(*File, Command.Directory);
  if (const llvm::json::Array *Arguments = Entry->getArray("arguments")) {
    for (const llvm::json::Value &Argument : *Arguments) {
      if (!Argument.getAsString())
        return Bad("'arguments': not a list of strings");
      Command.CommandLine.push_back(Argument.getAsString()->str());
    }
  } else if (const auto Text = Entry->getString("command")) {
    llvm::BumpPtrAllocator Memory;
    llvm::StringSaver Saver(Memory);
    llvm::SmallVector<const char *, 64> Words;
    llvm::cl::TokenizeGNUCommandLine(*Text, Saver, Words);
    Command.CommandLine.assign(Words.begin(), Words.end());
  } else {
    return Bad("'arguments': a list of strings is missing");
  }
  if (Command.CommandLine.size() > 1 && isLauncher(Command.CommandLine[0]) &&
      !StringRef(Command.CommandLine[1]).starts_with("-"))
    Command.CommandLine.erase(Command.CommandLine.begin());
  if (Command.CommandLine.empty())
    return Bad("'arguments': the command is empty");
  return Command;
}

} // namespace

bool isCxxSource(StringRef File) {
  return llvm::StringSwitch<bool>(path::extension(File))
      .Cases(".cpp", ".cc", ".cxx", ".c++", ".C", ".CPP", true)
      .Cases(".cppm", ".ccm", ".cxxm", ".ixx", true)
      .Default(false);
}

llvm::Expected<std::unique_ptr<CompileDatabase>>
CompileDatabase::parse(StringRef Path, StringRef Json) {
  llvm::Expected<llvm::json::Value> Root = llvm::json::parse(Json);
  if (!Root)
    return wrong(Path, "not JSON: " + llvm::toString(Root.takeError()));
  const llvm::json::Array *Entries = Root->getAsArray();
  if (!Entries)
    return wrong(Path, "not a JSON array");
  auto Database = std::make_unique<CompileDatabase>();
  for (const auto &[Index, Value] : llvm::enumerate(*Entries)) {
    llvm::Expected<CompileCommand> Command = parseEntry(Path, Index, Value);
    if (!Command)
      return Command.takeError();
    Database->Commands.push_back(std::move(*Command));
  }
  return Database;
}

llvm::Expected<std::unique_ptr<CompileDatabase>>
CompileDatabase::load(StringRef Path) {
  auto Text = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Text)
    return wrong(Path, Text.getError().message());
  return parse(Path, (*Text)->getBuffer());
}

std::string CompileDatabase::find(StringRef Folder) {
  const auto In = [](StringRef Folder) {
    llvm::SmallString<256> Path(Folder);
    path::append(Path, "compile_commands.json");
    return fs::exists(Path) ? std::string(Path) : std::string();
  };
  for (; !Folder.empty(); Folder = path::parent_path(Folder)) {
    if (std::string Path = In(Folder); !Path.empty())
      return Path;
    std::vector<std::string> Builds;
    std::error_code Error;
    for (fs::directory_iterator It(Folder, Error), End; It != End && !Error;
         It.increment(Error))
      if (path::filename(It->path()).starts_with("build"))
        Builds.push_back(It->path());
    llvm::sort(Builds);
    for (const std::string &Build : Builds)
      if (std::string Path = In(Build); !Path.empty())
        return Path;
  }
  return {};
}

std::vector<CompileCommand>
CompileDatabase::getCompileCommands(StringRef File) const {
  std::vector<CompileCommand> Found;
  for (const CompileCommand &Command : Commands)
    if (Command.Filename == File)
      Found.push_back(Command);
  return Found;
}

std::vector<std::string> CompileDatabase::getAllFiles() const {
  std::vector<std::string> Files;
  for (const CompileCommand &Command : Commands)
    if (isCxxSource(Command.Filename))
      Files.push_back(Command.Filename);
  llvm::sort(Files);
  Files.erase(llvm::unique(Files), Files.end());
  return Files;
}

std::vector<CompileCommand> CompileDatabase::getAllCompileCommands() const {
  return Commands;
}

namespace {

/// Flags that name another compiler's files: a precompiled header or a module
/// map made by someone else only gets in the way. \returns how many arguments
/// starting at \p Index to leave out.
size_t foreignArguments(llvm::ArrayRef<std::string> Args, size_t Index) {
  const StringRef Arg = Args[Index];
  // As CMake writes them for Clang: -Xclang -include-pch -Xclang FILE.
  if (Arg == "-Xclang" && Index + 3 < Args.size() &&
      Args[Index + 1] == "-include-pch")
    return 4;
  if (Arg == "-include-pch")
    return 2;
  for (StringRef Prefix :
       {"-fmodules-ts", "-fmodule-mapper=", "-fdeps-format=", "-fdeps-file=",
        "-fdeps-target=", "-fno-canonical-system-headers",
        "-fconcepts-diagnostics-depth=", "-fanalyzer",
        "-mno-direct-extern-access", "-fcoroutines", "-Werror"})
    if (Arg.starts_with(Prefix))
      return 1;
  return 0;
}

/// \returns \p Args without what Clang's driver does not know.
std::vector<std::string> withoutUnknown(const std::vector<std::string> &Args) {
  std::vector<const char *> Words;
  for (const std::string &Arg : llvm::drop_begin(Args))
    Words.push_back(Arg.c_str());
  unsigned MissingIndex = 0, MissingCount = 0;
  const llvm::opt::InputArgList Parsed =
      clang::driver::getDriverOptTable().ParseArgs(
          Words, MissingIndex, MissingCount,
          llvm::opt::Visibility(clang::driver::options::ClangOption));
  llvm::DenseSet<unsigned> Unknown;
  for (const llvm::opt::Arg *Arg :
       Parsed.filtered(clang::driver::options::OPT_UNKNOWN))
    Unknown.insert(Arg->getIndex() + 1);
  std::vector<std::string> Known;
  for (const auto &[Index, Arg] : llvm::enumerate(Args))
    if (!Unknown.contains(Index))
      Known.push_back(Arg);
  return Known;
}

} // namespace

CommandAdjuster::CommandAdjuster(std::string ResourceDir)
    : ResourceDir(std::move(ResourceDir)) {
  // Only a target that LLVM knows is recognised in a cross compiler's name.
  llvm::InitializeAllTargetInfos();
}

CompileJob CommandAdjuster::adjust(const CompileCommand &Command,
                                   bool KeepUnknown) const {
  namespace tool = clang::tooling;
  std::vector<std::string> Args;
  for (size_t I = 0; I < Command.CommandLine.size();) {
    const size_t Foreign = foreignArguments(Command.CommandLine, I);
    if (Foreign == 0)
      Args.push_back(Command.CommandLine[I]);
    I += std::max<size_t>(Foreign, 1);
  }
  for (const tool::ArgumentsAdjuster &Adjust :
       {tool::getClangStripOutputAdjuster(),
        tool::getClangStripDependencyFileAdjuster(),
        tool::getStripPluginsAdjuster(), tool::getClangSyntaxOnlyAdjuster()})
    Args = Adjust(Args, Command.Filename);
  if (!KeepUnknown)
    Args = withoutUnknown(Args);
  tool::addTargetAndModeForProgramName(Args, Args.front());

  std::vector<std::string> Ours = {"-w"};
  const bool HasResourceDir = llvm::any_of(Args, [](StringRef Arg) {
    return Arg.starts_with("-resource-dir") ||
           Arg.starts_with("--resource-dir");
  });
  if (!HasResourceDir && !ResourceDir.empty())
    Ours.push_back("-resource-dir=" + ResourceDir);
  // Before the file and before a `--`, where they are still options.
  Args.insert(std::next(Args.begin()), Ours.begin(), Ours.end());
  return {Command.Filename, Command.Directory, std::move(Args)};
}

} // namespace corolint
