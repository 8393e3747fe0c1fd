/// \file
/// `corolint`: picks the subcommand.

#include "driver/BuildInfo.h"
#include "driver/analysis/Spelling.h"
#include "driver/commands/Command.h"

#include "clang/Basic/Version.h"
#include "llvm/Support/raw_ostream.h"
#include <vector>

using namespace corolint;

static void printUsage(llvm::raw_ostream &Out) {
  Out << "usage: corolint COMMAND [options]\n\n"
         "Finds what goes wrong at suspension points of C++20 coroutines.\n\n"
         "commands:\n";
  for (const Command &C : Commands) {
    Out << "  " << C.Name;
    Out.indent(10 - C.Name.size()) << C.Summary << '\n';
  }
  Out << "\n  --version   print the version\n"
         "  COMMAND --help   explain a command\n";
}

int main(int argc, const char **argv) {
  const std::vector<llvm::StringRef> Args(argv + 1, argv + argc);
  if (Args.empty()) {
    printUsage(llvm::errs());
    return ExitUsage;
  }
  const llvm::StringRef Name = Args.front();
  if (Name == "--help" || Name == "-h") {
    printUsage(llvm::outs());
    return ExitClean;
  }
  if (Name == "--version") {
    llvm::outs() << "corolint " COROLINT_VERSION " (Clang "
                 << CLANG_VERSION_STRING << ")\n";
    return ExitClean;
  }
  std::vector<llvm::StringRef> Known;
  for (const Command &C : Commands) {
    if (C.Name == Name)
      return C.Run(llvm::ArrayRef(Args).drop_front());
    Known.push_back(C.Name);
  }
  return usageError("'" + llvm::Twine(Name) + "': no such command" +
                    didYouMean(Name, Known));
}
