/// \file
/// Parses command lines and prints their help.

#include "driver/commands/Arguments.h"

#include "driver/analysis/Spelling.h"
#include "driver/commands/Command.h"

namespace corolint {

using llvm::StringRef;

int usageError(const llvm::Twine &What) {
  llvm::errs() << "corolint: error: " << What << '\n';
  return ExitUsage;
}

namespace {

llvm::Error wrong(const llvm::Twine &What) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), What);
}

const CommandOption *findOption(llvm::ArrayRef<CommandOption> Options,
                                StringRef Name) {
  const auto It = llvm::find_if(
      Options, [&](const CommandOption &O) { return O.Name == Name; });
  return It == Options.end() ? nullptr : It;
}

/// Splits `--name=value` and `-nvalue`.
std::pair<StringRef, std::optional<StringRef>> splitOption(StringRef Arg) {
  if (Arg.starts_with("--")) {
    const size_t Equals = Arg.find('=');
    if (Equals == StringRef::npos)
      return {Arg, std::nullopt};
    return {Arg.take_front(Equals), Arg.drop_front(Equals + 1)};
  }
  if (Arg.size() > 2)
    return {Arg.take_front(2), Arg.drop_front(2)};
  return {Arg, std::nullopt};
}

} // namespace

llvm::Expected<Arguments>
parseArguments(llvm::ArrayRef<StringRef> Args,
               llvm::ArrayRef<CommandOption> Options) {
  Arguments Result;
  while (!Args.empty()) {
    const StringRef Arg = Args.front();
    Args = Args.drop_front();
    if (Arg == "--") {
      Result.Flags.emplace();
      for (StringRef Flag : Args)
        Result.Flags->push_back(Flag.str());
      break;
    }
    if (Arg == "--help" || Arg == "-h") {
      Result.Help = true;
      continue;
    }
    if (!Arg.starts_with("-") || Arg == "-") {
      Result.Inputs.push_back(Arg);
      continue;
    }
    auto [Name, Value] = splitOption(Arg);
    const CommandOption *Option = findOption(Options, Name);
    if (!Option) {
      std::vector<StringRef> Known = {"--help"};
      for (const CommandOption &O : Options)
        Known.push_back(O.Name);
      return wrong("'" + (Arg.starts_with("--") ? Name : Arg) +
                   "': no such option" + didYouMean(Name, Known));
    }
    if (Option->Value.empty() && Value)
      return wrong("'" + Name + "': takes no value");
    if (!Option->Value.empty() && !Value) {
      if (Args.empty())
        return wrong("'" + Name + "': a value is missing (" + Option->Value +
                     ")");
      Value = Args.front();
      Args = Args.drop_front();
    }
    if (llvm::Error E = Option->Apply(Value.value_or("")))
      return wrong("'" + Name + "': " + llvm::toString(std::move(E)));
  }
  return Result;
}

void printHelp(llvm::raw_ostream &Out, StringRef Usage, StringRef About,
               llvm::ArrayRef<CommandOption> Options) {
  Out << "usage: " << Usage << "\n\n" << About << "\n\noptions:\n";
  const auto Line = [&](const llvm::Twine &Left, StringRef Help) {
    const std::string Text = Left.str();
    Out << "  " << Text;
    Out.indent(Text.size() < 24 ? 24 - Text.size() : 1) << Help << '\n';
  };
  for (const CommandOption &Option : Options)
    Line(Option.Value.empty() ? Option.Name : Option.Name + " " + Option.Value,
         Option.Help);
  Line("-h, --help", "print this");
}

} // namespace corolint
