/// \file
/// The command line of a subcommand: options declared as a table.

#ifndef COROLINT_DRIVER_COMMANDS_ARGUMENTS_H
#define COROLINT_DRIVER_COMMANDS_ARGUMENTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace corolint {

/// One option of a subcommand.
struct CommandOption {
  /// With its dashes: `--jobs`, `-j`.
  llvm::StringRef Name;
  /// What stands for the value in the help; empty for an option without one.
  llvm::StringRef Value;
  llvm::StringRef Help;
  /// Called for each time the option is given.
  std::function<llvm::Error(llvm::StringRef)> Apply;
};

/// What a command line holds besides options.
struct Arguments {
  std::vector<llvm::StringRef> Inputs;
  /// What follows `--`; nullopt if there is none.
  std::optional<std::vector<std::string>> Flags;
  bool Help = false;
};

/// Reads `--name value`, `--name=value`, `-n value` and `-nvalue`.
/// \returns an error naming the argument, with the nearest spelling.
llvm::Expected<Arguments> parseArguments(llvm::ArrayRef<llvm::StringRef> Args,
                                         llvm::ArrayRef<CommandOption> Options);

/// Prints what `--help` says.
void printHelp(llvm::raw_ostream &Out, llvm::StringRef Usage,
               llvm::StringRef About, llvm::ArrayRef<CommandOption> Options);

} // namespace corolint

#endif
