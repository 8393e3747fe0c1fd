/// \file
/// Configuration: which checks and options apply to a file, from the command
/// line and from `.clang-tidy` files.

#ifndef COROLINT_DRIVER_ANALYSIS_CONFIGURATION_H
#define COROLINT_DRIVER_ANALYSIS_CONFIGURATION_H

#include "clang-tidy/ClangTidyOptions.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace corolint {

/// How much the checks ask for where nobody has set their options.
enum class Profile {
  Default,
  /// Every option `Strict` is true.
  Strict
};

/// \returns an error that names \p Name and the nearest spelling if it is no
/// profile.
llvm::Expected<Profile> profileNamed(llvm::StringRef Name);

/// Reads each `.clang-tidy` once and collects what is wrong with them.
class Configuration {
public:
  /// \p Checks are the globs of the command line. If the first one adds checks,
  /// they replace what files say; if it removes some, they are applied on top.
  /// \p RoleFiles are absolute. \p Options yields to what files say.
  Configuration(std::optional<std::string> Checks,
                const std::vector<std::string> &RoleFiles,
                Profile Options = Profile::Default);

  /// What applies to \p File, an absolute path: `Checks` and `CheckOptions` of
  /// the nearest `.clang-tidy` and those it inherits from, over "every check".
  /// \returns nullopt if no check is enabled.
  std::optional<clang::tidy::ClangTidyOptions> optionsFor(llvm::StringRef File);

  /// Texts about the configuration files read so far, each once, in the order
  /// of appearance.
  const std::vector<std::string> &errors() const { return Errors; }

private:
  llvm::ErrorOr<clang::tidy::ClangTidyOptions> read(llvm::MemoryBufferRef File);
  void verify(const clang::tidy::ClangTidyOptions &Options,
              llvm::StringRef Path);

  std::vector<std::string> Errors;
  std::unique_ptr<clang::tidy::FileOptionsProvider> Provider;
};

/// \returns an error that names the first of \p Globs that no check matches,
/// with the nearest spelling; nullopt if there is none.
std::optional<std::string> wrongGlob(llvm::StringRef Globs);

} // namespace corolint

#endif
