/// \file
/// Command: one subcommand of `corolint`, and the exit codes all of them use.

#ifndef COROLINT_DRIVER_COMMANDS_COMMAND_H
#define COROLINT_DRIVER_COMMANDS_COMMAND_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

namespace corolint {

/// Of two that apply, Usage goes before Failed before Findings.
enum ExitCode {
  ExitClean = 0,
  ExitFindings = 1,
  /// Wrong usage or configuration, or nothing to analyse.
  ExitUsage = 2,
  /// Some file could not be analysed.
  ExitFailed = 3,
};

struct Command {
  llvm::StringRef Name;
  llvm::StringRef Summary;
  /// \p Args are what follows the name. \returns an exit code.
  int (*Run)(llvm::ArrayRef<llvm::StringRef> Args);
};

int runCheck(llvm::ArrayRef<llvm::StringRef> Args);
int runList(llvm::ArrayRef<llvm::StringRef> Args);
int runRule(llvm::ArrayRef<llvm::StringRef> Args);

inline constexpr Command Commands[] = {
    {"check", "analyse files and print findings", runCheck},
    {"list", "print the checks", runList},
    {"rule", "explain a check", runRule},
};

/// Prints `corolint: error: \p What` to stderr. \returns ExitUsage.
int usageError(const llvm::Twine &What);

} // namespace corolint

#endif
