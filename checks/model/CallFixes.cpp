/// \file
/// Making fixes that replace calls.

#include "checks/model/CallFixes.h"

#include "checks/model/Calls.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/ParentMap.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace corolint {

using namespace clang;

namespace {

/// Whether \p Name, qualified from the global namespace, is declared.
bool isDeclared(llvm::StringRef Name, ASTContext &Ast) {
  const DeclContext *Scope = Ast.getTranslationUnitDecl();
  while (Scope && !Name.empty()) {
    llvm::StringRef First;
    std::tie(First, Name) = Name.split("::");
    const DeclContext *Inner = nullptr;
    const auto Found = Scope->lookup(&Ast.Idents.get(First));
    for (const NamedDecl *D : Found) {
      if (Name.empty())
        return true;
      if (const auto *Alias = dyn_cast<NamespaceAliasDecl>(D))
        D = Alias->getNamespace();
      Inner = dyn_cast<DeclContext>(D);
    }
    Scope = Inner;
  }
  return false;
}

bool allDeclared(llvm::StringRef Template, ASTContext &Ast) {
  const auto IsPart = [](char C) {
    return llvm::isAlnum(C) || C == '_' || C == ':';
  };
  while (!Template.empty()) {
    Template = Template.drop_until(IsPart);
    const llvm::StringRef Name = Template.take_while(IsPart);
    Template = Template.drop_front(Name.size());
    if (Name.contains("::") && !isDeclared(Name, Ast))
      return false;
  }
  return true;
}

/// Whether \p Call is all of a statement, and one that may await.
bool isAwaitableStatement(const Expr &Call, const Function &Coroutine) {
  const ParentMap Parents(const_cast<Stmt *>(Coroutine.Body));
  const Stmt *Child = &Call;
  const Stmt *Parent = Parents.getParent(Child);
  while (isa_and_nonnull<ExprWithCleanups>(Parent)) {
    Child = Parent;
    Parent = Parents.getParent(Child);
  }
  const auto IsBody = [&] {
    if (const auto *If = dyn_cast<IfStmt>(Parent))
      return If->getThen() == Child || If->getElse() == Child;
    if (const auto *Loop = dyn_cast<ForStmt>(Parent))
      return Loop->getBody() == Child;
    if (const auto *Loop = dyn_cast<WhileStmt>(Parent))
      return Loop->getBody() == Child;
    if (const auto *Loop = dyn_cast<DoStmt>(Parent))
      return Loop->getBody() == Child;
    if (const auto *Loop = dyn_cast<CXXForRangeStmt>(Parent))
      return Loop->getBody() == Child;
    return isa<CompoundStmt, CaseStmt, DefaultStmt, LabelStmt>(Parent);
  };
  if (!Parent || !IsBody())
    return false;
  for (; Parent; Parent = Parents.getParent(Parent))
    if (isa<CXXCatchStmt, StmtExpr>(Parent))
      return false;
  return true;
}

} // namespace

std::optional<Fix> replaceCall(const Expr &Call, const Function &Coroutine,
                               llvm::StringRef Template) {
  ASTContext &Ast = Coroutine.Decl.getASTContext();
  if (Template.empty() || Call.getBeginLoc().isMacroID() ||
      Call.getEndLoc().isMacroID() || !allDeclared(Template, Ast) ||
      !isAwaitableStatement(Call, Coroutine))
    return std::nullopt;
  std::string Text;
  for (size_t I = 0; I < Template.size(); ++I) {
    if (Template[I] != '$' || I + 1 == Template.size()) {
      Text += Template[I];
      continue;
    }
    const Expr *Arg = Roles::argument(Call, unsigned(Template[++I] - '0'));
    if (!Arg || isa<CXXDefaultArgExpr>(Arg) || Arg->getBeginLoc().isMacroID())
      return std::nullopt;
    Text += sourceText(*Arg, Ast);
  }
  return Fix{"replace it by '" + Text + "'",
             {FixItHint::CreateReplacement(
                 CharSourceRange::getTokenRange(Call.getSourceRange()), Text)}};
}

} // namespace corolint
