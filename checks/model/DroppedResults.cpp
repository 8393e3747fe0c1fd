/// \file
/// Finding the callables of a file whose results are dropped.

#include "checks/model/DroppedResults.h"

#include "checks/model/Calls.h"
#include "checks/model/Evaluated.h"
#include "checks/model/ResultTakers.h"
#include "checks/model/ResultUses.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"

namespace corolint {
namespace {

using namespace clang;

/// The calls and constructions that one function or initialiser makes itself.
class HandoverFinder : public EvaluatedVisitor<HandoverFinder> {
public:
  HandoverFinder(ResultTakers &Takers, std::vector<DroppedResult> &Found)
      : Takers(Takers), Found(Found) {}

  bool VisitStmt(Stmt *S) {
    eachUnused(S, [&](const Expr &E) { Unused.insert(&E); });
    return true;
  }
  bool VisitCallExpr(CallExpr *Call) { return handOver(*Call); }
  bool VisitCXXConstructExpr(CXXConstructExpr *Construct) {
    return handOver(*Construct);
  }
  bool VisitInitListExpr(InitListExpr *List) { return handOver(*List); }

private:
  /// Whether \p E is what a template was given, which is told where it is.
  static bool isGiven(const Expr *E) {
    while ((E = calledThrough(E))) {
      const auto *Ref = dyn_cast<DeclRefExpr>(E);
      const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
      if (const auto *Param = dyn_cast_or_null<ParmVarDecl>(Var))
        return isTemplated(*Param);
      if (!Var) {
        const auto *Member = dyn_cast<MemberExpr>(E);
        const auto *Field =
            Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
        return Field &&
               isa<ClassTemplateSpecializationDecl>(Field->getParent());
      }
      E = Var->getInit();
    }
    return false;
  }

  bool handOver(const Expr &Use) {
    const std::optional<Handover> To = Handover::of(Use);
    if (!To || Use.isTypeDependent())
      return true;
    for (unsigned I = 0; I < To->Arguments.size(); ++I) {
      const Expr *Arg = To->Arguments[I];
      if (!Arg || Arg->isTypeDependent() || isa<CXXDefaultArgExpr>(Arg))
        continue;
      const std::optional<CallResult> Result = Takers.resultOf(*To, I);
      if (!Result || !Takers.counts(Result->Type) || isGiven(Arg))
        continue;
      std::optional<ResultTaker> Taker = Takers.takerOf(*To, I);
      if (!Taker && Unused.contains(&Use))
        Taker = Takers.dropOf(*To, Result->Type);
      if (Taker)
        Found.push_back({Arg, *Result, std::move(*Taker)});
    }
    return true;
  }

  ResultTakers &Takers;
  std::vector<DroppedResult> &Found;
  llvm::DenseSet<const Expr *> Unused;
};

/// The initialisers of globals and fields and default arguments, which are in
/// no function.
void searchInitialisers(const Decl &D, HandoverFinder &Finder) {
  const SourceManager &SM = D.getASTContext().getSourceManager();
  if (SM.isInSystemHeader(SM.getExpansionLoc(D.getLocation())))
    return;
  const Expr *Init = nullptr;
  if (const auto *Var = dyn_cast<VarDecl>(&D))
    Init = Var->getInit();
  else if (const auto *Field = dyn_cast<FieldDecl>(&D))
    Init = Field->getInClassInitializer();
  if (Init)
    Finder.TraverseStmt(const_cast<Expr *>(Init));
  if (const auto *F = dyn_cast<FunctionDecl>(&D))
    for (const ParmVarDecl *Param : F->parameters())
      if (Param->hasDefaultArg() && !Param->hasUninstantiatedDefaultArg() &&
          !Param->hasUnparsedDefaultArg())
        Finder.TraverseStmt(const_cast<Expr *>(Param->getDefaultArg()));
  if (isa<TranslationUnitDecl, NamespaceDecl, LinkageSpecDecl, CXXRecordDecl>(
          D))
    for (const Decl *Member : cast<DeclContext>(D).decls())
      searchInitialisers(*Member, Finder);
}

} // namespace

std::vector<DroppedResult>
droppedResults(const CoroutineModel &Model, const Roles &R,
               llvm::function_ref<bool(QualType)> Counts) {
  ResultTakers Takers(Model, R, Counts);
  std::vector<DroppedResult> Found;
  HandoverFinder Finder(Takers, Found);
  for (const auto &F : Model.functions()) {
    if (F->Decl.isDependentContext())
      continue;
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F->Decl))
      for (const CXXCtorInitializer *Init : Constructor->inits())
        Finder.TraverseStmt(Init->getInit());
    Finder.TraverseStmt(const_cast<Stmt *>(F->Body));
  }
  for (const Decl *Root : R.ast().getTraversalScope())
    searchInitialisers(*Root, Finder);
  return Found;
}

} // namespace corolint
