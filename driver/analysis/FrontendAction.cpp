/// \file
/// Implementation of AnalysisAction.

#include "driver/analysis/FrontendAction.h"

#include "clang-tidy/ClangTidyModule.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Sema/Scope.h"
#include "clang/Sema/Sema.h"
#include "clang/Sema/SemaConsumer.h"

namespace corolint {
namespace {

using clang::Sema;

/// Runs before the checks' consumer, which then finds less to look at.
class LessWork : public clang::SemaConsumer {
public:
  explicit LessWork(const clang::SourceManager &SM) : SM(SM) {}

  void InitializeSema(Sema &TheSema) override { S = &TheSema; }
  void ForgetSema() override { S = nullptr; }

  /// Sema asks only where it can do without the body: not for constexpr
  /// functions or deduced return types.
  bool shouldSkipFunctionBody(clang::Decl *D) override {
    return !isInScope(D->getLocation());
  }

  void HandleTranslationUnit(clang::ASTContext &Ast) override {
    instantiateTemplatesInScope();
    std::vector<clang::Decl *> InScope;
    for (clang::Decl *D : Ast.getTranslationUnitDecl()->decls())
      if (isInScope(D->getLocation()))
        InScope.push_back(D);
    Ast.setTraversalScope(InScope);
  }

private:
  /// What a macro of a system header expands to belongs to the file that uses
  /// the macro.
  bool isInScope(clang::SourceLocation Where) const {
    return !SM.isInSystemHeader(SM.getExpansionLoc(Where));
  }

  /// Sema::PerformPendingInstantiations would go on into the libraries that our
  /// templates use, so the queue is worked off here.
  void instantiateTemplatesInScope() {
    // The parser has taken its scope with it, but Sema declares the builtins
    // that a coroutine needs in the outermost scope.
    clang::Scope Outermost(nullptr, clang::Scope::DeclScope, S->Diags);
    Outermost.setEntity(S->Context.getTranslationUnitDecl());
    S->TUScope = &Outermost;
    while (!S->PendingInstantiations.empty()) {
      const auto [D, Point] = S->PendingInstantiations.front();
      S->PendingInstantiations.pop_front();
      if (!isInScope(D->getLocation()))
        continue;
      if (auto *Function = llvm::dyn_cast<clang::FunctionDecl>(D))
        S->InstantiateFunctionDefinition(Point, Function, /*Recursive=*/false,
                                         /*DefinitionRequired=*/false,
                                         /*AtEndOfTU=*/true);
      else if (auto *Var = llvm::dyn_cast<clang::VarDecl>(D))
        S->InstantiateVariableDefinition(Point, Var, /*Recursive=*/false,
                                         /*DefinitionRequired=*/false,
                                         /*AtEndOfTU=*/true);
    }
    S->TUScope = nullptr;
  }

  const clang::SourceManager &SM;
  Sema *S = nullptr;
};

class Reader : public clang::ASTConsumer {
public:
  explicit Reader(const AstReader &Read) : Read(Read) {}

  void HandleTranslationUnit(clang::ASTContext &Ast) override { Read(Ast); }

private:
  const AstReader &Read;
};

} // namespace

AnalysisAction::AnalysisAction(clang::tidy::ClangTidyContext &Context,
                               AstReader BeforeChecks)
    : Checks(Context), BeforeChecks(std::move(BeforeChecks)) {}

AnalysisAction::~AnalysisAction() = default;

bool AnalysisAction::BeginInvocation(clang::CompilerInstance &CI) {
  CI.getFrontendOpts().SkipFunctionBodies = true;
  // Code that does not compile is analysed as far as it was understood: a
  // missing header must not end the parse or stop templates.
  CI.getDiagnostics().setFatalsAsError(true);
  CI.getDiagnostics().setErrorLimit(0);
  // Or Clang counts on stderr what the checks report.
  CI.getDiagnosticOpts().ShowCarets = false;
  return true;
}

std::unique_ptr<clang::ASTConsumer>
AnalysisAction::CreateASTConsumer(clang::CompilerInstance &CI,
                                  llvm::StringRef File) {
  std::vector<std::unique_ptr<clang::ASTConsumer>> Consumers;
  Consumers.push_back(std::make_unique<LessWork>(CI.getSourceManager()));
  if (BeforeChecks)
    Consumers.push_back(std::make_unique<Reader>(BeforeChecks));
  Consumers.push_back(Checks.createASTConsumer(CI, File));
  return std::make_unique<clang::MultiplexConsumer>(std::move(Consumers));
}

} // namespace corolint
