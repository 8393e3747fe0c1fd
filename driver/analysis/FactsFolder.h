/// \file
/// FactsFolder: where `--facts` writes what the functions of each file do, and
/// what those facts are.

#ifndef COROLINT_DRIVER_ANALYSIS_FACTSFOLDER_H
#define COROLINT_DRIVER_ANALYSIS_FACTSFOLDER_H

#include "driver/analysis/Scope.h"

#include "clang-tidy/ClangTidyOptions.h"
#include "clang/AST/ASTContext.h"
#include "llvm/Support/Error.h"
#include <string>

namespace corolint {

/// A folder that mirrors the project: the facts about `src/db.cpp` are in
/// `src/db.cpp.facts.json`, those about a file outside the project below `@`,
/// by its absolute path. So no two files share one.
class FactsFolder {
public:
  /// Makes \p Folder, an absolute path, if it is not there.
  static llvm::Expected<FactsFolder> make(llvm::StringRef Folder);

  /// Where the facts about \p File, an absolute path, go.
  std::string pathFor(llvm::StringRef File, const Scope &Project) const;

  /// Puts \p Facts, the text of a role file, in place of what was known about
  /// \p File. Other runs see either the old text or the new one.
  llvm::Error write(llvm::StringRef File, llvm::StringRef Facts,
                    const Scope &Project) const;

private:
  explicit FactsFolder(std::string Folder) : Folder(std::move(Folder)) {}

  std::string Folder;
};

/// \returns the facts about the functions in \p Ast, as the text of a role
/// file. \p Options name the role files to count on; paths in the text are
/// relative to the root of \p Project.
std::string factsOf(clang::ASTContext &Ast, llvm::StringRef File,
                    const clang::tidy::ClangTidyOptions &Options,
                    const Scope &Project);

} // namespace corolint

#endif
