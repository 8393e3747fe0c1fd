/// \file
/// Inputs: from what the user named to the files to analyse and their commands.

#ifndef COROLINT_DRIVER_COMMANDS_INPUTS_H
#define COROLINT_DRIVER_COMMANDS_INPUTS_H

#include "driver/analysis/CompileCommands.h"

#include "llvm/ADT/ArrayRef.h"
#include <optional>
#include <string>
#include <vector>

namespace corolint {

/// What to analyse.
struct Inputs {
  std::vector<CompileJob> Jobs;
  /// The compilation database in use; empty if none is.
  std::string Database;
  /// What is wrong with what the user named; the rest is analysed.
  std::vector<std::string> Errors;
};

struct InputRequest {
  /// Files and folders.
  llvm::ArrayRef<llvm::StringRef> Names;
  /// `-p`; empty to look for the database.
  std::string DatabaseFolder;
  /// Flags for a run without a database.
  std::optional<std::vector<std::string>> Flags;
  std::string WorkingDirectory;
};

/// Finds the files of \p Request, sorted and each once.
Inputs findInputs(const InputRequest &Request, const CommandAdjuster &Adjuster);

} // namespace corolint

#endif
