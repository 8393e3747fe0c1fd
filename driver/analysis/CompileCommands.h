/// \file
/// How each file is compiled: the compilation database, and the commands made
/// from it.

#ifndef COROLINT_DRIVER_ANALYSIS_COMPILECOMMANDS_H
#define COROLINT_DRIVER_ANALYSIS_COMPILECOMMANDS_H

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace corolint {

/// One file and the command that compiles it.
struct CompileJob {
  /// Absolute and clean.
  std::string File;
  /// Where the command runs.
  std::string Directory;
  std::vector<std::string> CommandLine;
};

/// A `compile_commands.json` in memory.
class CompileDatabase : public clang::tooling::CompilationDatabase {
public:
  /// \returns an error that names \p Path, the entry and the key if \p Json,
  /// the text of that file, is not a compilation database.
  static llvm::Expected<std::unique_ptr<CompileDatabase>>
  parse(llvm::StringRef Path, llvm::StringRef Json);
  static llvm::Expected<std::unique_ptr<CompileDatabase>>
  load(llvm::StringRef Path);

  /// \returns the nearest `compile_commands.json` in \p Folder or above, or in
  /// a `build*` folder in one of these; an empty string if there is none.
  static std::string find(llvm::StringRef Folder);

  std::vector<clang::tooling::CompileCommand>
  getCompileCommands(llvm::StringRef File) const override;
  /// Every C++ file once, sorted.
  std::vector<std::string> getAllFiles() const override;
  std::vector<clang::tooling::CompileCommand>
  getAllCompileCommands() const override;

private:
  std::vector<clang::tooling::CompileCommand> Commands;
};

/// Whether \p File is named like a C++ source, not a header or another
/// language.
bool isCxxSource(llvm::StringRef File);

/// Turns commands into what our frontend runs: no output, no plugins, no
/// warnings, nothing that only GCC knows, and Clang's own builtin headers.
class CommandAdjuster {
public:
  /// \p ResourceDir holds Clang's builtin headers.
  explicit CommandAdjuster(std::string ResourceDir);

  /// \p KeepUnknown keeps flags that Clang does not know, which it then
  /// reports: right for flags that a user has typed for us.
  CompileJob adjust(const clang::tooling::CompileCommand &Command,
                    bool KeepUnknown) const;

private:
  std::string ResourceDir;
};

} // namespace corolint

#endif
