/// \file
/// AnalysisAction: parses a file with as little work as findings need, then
/// runs clang-tidy's checks over it.

#ifndef COROLINT_DRIVER_ANALYSIS_FRONTENDACTION_H
#define COROLINT_DRIVER_ANALYSIS_FRONTENDACTION_H

#include "clang-tidy/ClangTidy.h"
#include "clang/Frontend/FrontendAction.h"
#include <functional>

namespace corolint {

/// What the checks' consumer is preceded by: something that looks at the AST
/// once templates are instantiated.
using AstReader = std::function<void(clang::ASTContext &)>;

/// Leaves out what no finding depends on: bodies of functions in system
/// headers, instantiations at the end of the file of templates that are not
/// ours, and, for the checks, every declaration of a system header.
class AnalysisAction : public clang::ASTFrontendAction {
public:
  /// Calls \p BeforeChecks, if there is one.
  explicit AnalysisAction(clang::tidy::ClangTidyContext &Context,
                          AstReader BeforeChecks = nullptr);
  ~AnalysisAction() override;

protected:
  /// The end of a prefix instantiates nothing; what we need is instantiated
  /// before the checks run.
  clang::TranslationUnitKind getTranslationUnitKind() override {
    return clang::TU_Prefix;
  }
  bool BeginInvocation(clang::CompilerInstance &CI) override;
  std::unique_ptr<clang::ASTConsumer>
  CreateASTConsumer(clang::CompilerInstance &CI, llvm::StringRef File) override;

private:
  clang::tidy::ClangTidyASTConsumerFactory Checks;
  AstReader BeforeChecks;
};

} // namespace corolint

#endif
