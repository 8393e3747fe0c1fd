/// \file
/// The clang-tidy side of a check: FileState, what all checks of one file
/// share, and TidyCheck, which runs one Check and reports what it finds.

#ifndef COROLINT_DRIVER_TIDY_TIDYCHECK_H
#define COROLINT_DRIVER_TIDY_TIDYCHECK_H

#include "checks/core/Check.h"
#include "checks/core/Options.h"
#include "checks/roles/RoleTable.h"

#include "clang-tidy/ClangTidyCheck.h"
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace corolint {

/// The name of the one option that belongs to no single check: more role files,
/// or folders of them, separated by semicolons. A relative path is looked for
/// beside the analysed file and then upward.
inline constexpr llvm::StringRef RoleFilesOption = "coro.RoleFiles";

/// The roles and the model of one file, built when the first check asks.
class FileState {
public:
  FileState();
  ~FileState();

  /// Reads the files of \p List, a value of RoleFilesOption, on top of the
  /// shipped roles.
  /// \returns what is wrong with them, one text per file; the others count.
  std::vector<std::string> addRoleFiles(llvm::StringRef List,
                                        llvm::StringRef AnalysedFile);

  /// The AST, once the traversal has met its first declaration.
  clang::ASTContext *Ast = nullptr;
  /// How many checks have still to run; the last one frees the model.
  unsigned ChecksLeft = 0;

  /// Needs Ast.
  const Roles &roles();
  const CoroutineModel &model();
  void release();

private:
  std::optional<RoleTable> Extended;
  std::unique_ptr<Roles> TheRoles;
  std::unique_ptr<CoroutineModel> TheModel;
};

/// Hands all checks that clang-tidy creates for one file the same FileState.
/// clangd creates checks of several files at once, on several threads.
class FileStates {
public:
  /// \returns the state for the checks of \p Context that are being created. It
  /// lives as long as they do, so a context that goes on to another file gets a
  /// new one.
  std::shared_ptr<FileState> of(const clang::tidy::ClangTidyContext &Context);

private:
  std::mutex Lock;
  llvm::DenseMap<const clang::tidy::ClangTidyContext *,
                 std::weak_ptr<FileState>>
      Living;
};

/// One Check as clang-tidy sees it.
class TidyCheck : public clang::tidy::ClangTidyCheck {
public:
  TidyCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context,
            const Check &C, std::shared_ptr<FileState> State);

  bool
  isLanguageVersionSupported(const clang::LangOptions &LangOpts) const override;
  void registerMatchers(clang::ast_matchers::MatchFinder *Finder) override;
  void onEndOfTranslationUnit() override;
  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Opts) override;

private:
  void report(const Finding &F);

  const Check &C;
  OptionValues Values;
  std::string RoleFiles;
  clang::tidy::ClangTidyContext *Context;
  std::shared_ptr<FileState> State;
};

} // namespace corolint

#endif
