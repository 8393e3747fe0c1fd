/// \file
/// Reads `.clang-tidy` files and checks what they say about our checks.

#include "driver/analysis/Configuration.h"

#include "checks/core/Check.h"
#include "driver/analysis/Spelling.h"
#include "driver/tidy/TidyCheck.h"

#include "clang-tidy/GlobList.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SourceMgr.h"

namespace corolint {
namespace {

namespace tidy = clang::tidy;
using llvm::StringRef;

std::vector<std::string> checkNames() {
  std::vector<std::string> Names;
  for (const Check *C : allChecks())
    Names.push_back(("coro-" + C->Id).str());
  return Names;
}

const Check *findCheck(StringRef Name) {
  if (!Name.consume_front("coro-"))
    return nullptr;
  const auto It =
      llvm::find_if(allChecks(), [&](const Check *C) { return C->Id == Name; });
  return It == allChecks().end() ? nullptr : *It;
}

/// clang-tidy's reader, with our own function to read a file's text.
class OptionsReader : public tidy::FileOptionsProvider {
public:
  OptionsReader(const tidy::ClangTidyOptions &Defaults,
                const tidy::ClangTidyOptions &Overrides,
                ConfigFileHandler::second_type Read)
      // The constructor that takes handlers leaves the file system unset.
      : FileOptionsProvider(tidy::ClangTidyGlobalOptions(), Defaults, Overrides,
                            llvm::vfs::getRealFileSystem()) {
    ConfigHandlers.assign(1, {".clang-tidy", std::move(Read)});
  }
};

} // namespace

llvm::Expected<Profile> profileNamed(StringRef Name) {
  if (Name == "default")
    return Profile::Default;
  if (Name == "strict")
    return Profile::Strict;
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "'" + Name +
                                     "': no such profile (default, strict)" +
                                     didYouMean(Name, {"default", "strict"}));
}

Configuration::Configuration(std::optional<std::string> Checks,
                             const std::vector<std::string> &RoleFiles,
                             Profile Options) {
  tidy::ClangTidyOptions Defaults = tidy::ClangTidyOptions::getDefaults();
  Defaults.Checks = "-*,coro-*";
  // Which headers are the project's is decided later, so by default clang-tidy
  // keeps all; a `.clang-tidy` may still narrow it.
  Defaults.HeaderFilterRegex = ".*";

  if (Options == Profile::Strict)
    for (const Check *C : allChecks())
      for (const OptionInfo &Option : C->Options)
        if (Option.Name == "Strict")
          Defaults.CheckOptions[("coro-" + C->Id + "." + Option.Name).str()] =
              StringRef("true");

  tidy::ClangTidyOptions Overrides;
  if (Checks) {
    const bool Adds = !StringRef(*Checks).trim().starts_with("-");
    Overrides.Checks = (Adds ? "-*," : "") + *Checks;
  }
  if (!RoleFiles.empty())
    Overrides.CheckOptions[RoleFilesOption] =
        llvm::StringRef(llvm::join(RoleFiles, ";"));

  Provider = std::make_unique<OptionsReader>(
      Defaults, Overrides,
      [this](llvm::MemoryBufferRef File) { return read(File); });
}

llvm::ErrorOr<tidy::ClangTidyOptions>
Configuration::read(llvm::MemoryBufferRef File) {
  const StringRef Path = File.getBufferIdentifier();
  std::string Wrong;
  auto Options = tidy::parseConfigurationWithDiags(
      File, [&](const llvm::SMDiagnostic &Diagnostic) {
        if (Wrong.empty())
          Wrong = (Path + ":" + llvm::Twine(Diagnostic.getLineNo()) + ":" +
                   llvm::Twine(Diagnostic.getColumnNo() + 1) + ": " +
                   Diagnostic.getMessage())
                      .str();
      });
  if (!Options) {
    Errors.push_back(Wrong.empty() ? Path.str() + ": not a configuration"
                                   : Wrong);
    // An error here would make clang-tidy print its own words too.
    return tidy::ClangTidyOptions();
  }
  verify(*Options, Path);
  return Options;
}

void Configuration::verify(const tidy::ClangTidyOptions &Options,
                           StringRef Path) {
  std::vector<StringRef> Keys;
  for (const auto &Option : Options.CheckOptions)
    Keys.push_back(Option.getKey());
  llvm::sort(Keys);
  for (StringRef Key : Keys) {
    if (!Key.starts_with("coro-") || Key == RoleFilesOption)
      continue;
    const auto [CheckName, Name] = Key.split('.');
    const auto Reject = [&](const std::string &What) {
      Errors.push_back((Path + ": '" + Key + "': " + What).str());
    };
    const Check *C = findCheck(CheckName);
    if (!C) {
      const std::vector<std::string> Names = checkNames();
      Reject("no such check" +
             didYouMean(CheckName,
                        std::vector<StringRef>(Names.begin(), Names.end())));
      continue;
    }
    std::vector<StringRef> Known;
    for (const OptionInfo &Option : C->Options)
      Known.push_back(Option.Name);
    if (!llvm::is_contained(Known, Name))
      Reject("no such option" + didYouMean(Name, Known));
  }
}

std::optional<tidy::ClangTidyOptions>
Configuration::optionsFor(StringRef File) {
  tidy::ClangTidyOptions Options = Provider->getOptions(File);
  // Other people's checks are not linked in, but Clang's analyzer is.
  *Options.Checks += ",-clang-analyzer-*,-clang-diagnostic-*";
  // Many a `.clang-tidy` has the empty filter that `--dump-config` writes; to
  // clang-tidy it says "no header", which nobody has asked for.
  if (Options.HeaderFilterRegex && Options.HeaderFilterRegex->empty())
    Options.HeaderFilterRegex = ".*";
  tidy::GlobList Enabled(*Options.Checks);
  if (llvm::none_of(checkNames(), [&](const std::string &Name) {
        return Enabled.contains(Name);
      }))
    return std::nullopt;
  return Options;
}

std::optional<std::string> wrongGlob(StringRef Globs) {
  const std::vector<std::string> Names = checkNames();
  llvm::SmallVector<StringRef, 8> Parts;
  Globs.split(Parts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef Glob : Parts) {
    Glob = Glob.trim();
    Glob.consume_front("-");
    const tidy::GlobList Matcher(Glob);
    if (llvm::any_of(Names, [&](const std::string &Name) {
          return Matcher.contains(Name);
        }))
      continue;
    return ("'" + Glob + "': no such check" +
            didYouMean(Glob,
                       std::vector<StringRef>(Names.begin(), Names.end())))
        .str();
  }
  return std::nullopt;
}

} // namespace corolint
