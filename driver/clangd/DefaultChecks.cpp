/// \file
/// Makes clangd run our checks when nobody has configured anything. clangd has
/// no extension point for it, so the linker puts these functions in the place
/// of its own (`--wrap`).

#include "clang-tidy/ClangTidyOptions.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace corolint {
namespace {

using clang::tidy::ClangTidyOptions;
using llvm::StringRef;

/// clangd's TidyProviderRef: edits the options of a file.
using TidyProvider = llvm::function_ref<void(ClangTidyOptions &, StringRef)>;

constexpr StringRef Ours = "coro-*";

} // namespace

#define CLANGD(Prefix, Name) __asm__("__" #Prefix "__ZN5clang6clangd" Name)

std::optional<bool> realIsFast(StringRef)
    CLANGD(real, "15isFastTidyCheckEN4llvm9StringRefE");
std::optional<bool> isFast(StringRef)
    CLANGD(wrap, "15isFastTidyCheckEN4llvm9StringRefE");
TidyProvider realEnvironment() CLANGD(real, "18provideEnvironmentEv");
TidyProvider environment() CLANGD(wrap, "18provideEnvironmentEv");
TidyProvider realDefaultChecks() CLANGD(real, "20provideDefaultChecksEv");
TidyProvider defaultChecks() CLANGD(wrap, "20provideDefaultChecksEv");

#undef CLANGD

/// clangd drops checks that it has not measured; ours cost less than its own.
std::optional<bool> isFast(StringRef Check) {
  return Check.starts_with("coro-") ? true : realIsFast(Check);
}

/// The first provider: starts from our checks, as the driver does, and
/// `.clang-tidy` files add and remove.
static void startWithOurs(ClangTidyOptions &Options, StringRef File) {
  realEnvironment()(Options, File);
  Options.Checks = Ours.str();
}

TidyProvider environment() { return startWithOurs; }

/// The provider after the files: where these said nothing, clangd's own
/// defaults apply as they always do.
static void addDefaults(ClangTidyOptions &Options, StringRef File) {
  const bool Configured = Options.Checks && *Options.Checks != Ours;
  if (!Configured)
    Options.Checks.reset();
  realDefaultChecks()(Options, File);
  if (!Configured)
    *Options.Checks += "," + Ours.str();
}

TidyProvider defaultChecks() { return addDefaults; }

} // namespace corolint
