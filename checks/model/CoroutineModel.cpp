/// \file
/// Finding the functions of a file and the suspension points of its coroutines.

#include "checks/model/CoroutineModel.h"

#include "checks/model/OwnBody.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

namespace corolint {
namespace {

using namespace clang;

/// The co_awaits and co_yields that a body runs itself, in source order.
class SuspensionFinder : public OwnBodyVisitor<SuspensionFinder> {
public:
  SuspensionFinder(std::vector<SuspensionPoint> &Found, const Roles &R)
      : Found(Found), R(R) {}

  // Unevaluated operands never suspend (and may not contain co_await).
  bool TraverseDecltypeTypeLoc(DecltypeTypeLoc) { return true; }

  bool VisitCoawaitExpr(CoawaitExpr *E) {
    // An operand may be a tag that the promise answers
    // (`asio::this_coro::executor`).
    const Expr *Awaiter = E->getCommonExpr(), *Operand = E->getOperand();
    Found.push_back(
        {SuspensionPoint::Kind::Await, E, E->getKeywordLoc(),
         !(Awaiter && R.neverSuspends(Awaiter->getType())) &&
             !(Operand && R.of(Operand->getType(), RoleKind::NeverSuspends))});
    return true;
  }
  bool VisitDependentCoawaitExpr(DependentCoawaitExpr *E) {
    Found.push_back(
        {SuspensionPoint::Kind::Await, E, E->getKeywordLoc(), true});
    return true;
  }
  bool VisitCoyieldExpr(CoyieldExpr *E) {
    const Expr *Awaiter = E->getCommonExpr();
    Found.push_back({SuspensionPoint::Kind::Yield, E, E->getKeywordLoc(),
                     !Awaiter || !R.neverSuspends(Awaiter->getType())});
    return true;
  }

private:
  std::vector<SuspensionPoint> &Found;
  const Roles &R;
};

/// \returns false if the implicit suspend \p S is proven not to suspend.
bool implicitSuspends(const Stmt *S, const Roles &R) {
  const auto *E = dyn_cast_or_null<Expr>(S);
  if (!E)
    return true;
  if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
    E = Cleanups->getSubExpr();
  const auto *Await = dyn_cast<CoawaitExpr>(E);
  return !Await || !Await->getCommonExpr() ||
         !R.neverSuspends(Await->getCommonExpr()->getType());
}

/// \returns whether the promise takes values and refuses awaits: deleting
/// await_transform is how a synchronous generator says that it has no executor.
bool refusesAwait(const CXXRecordDecl *Promise) {
  if (!Promise || !Promise->hasDefinition())
    return false;
  bool Deleted = false;
  for (const Decl *D : Promise->decls()) {
    const auto *Template = dyn_cast<FunctionTemplateDecl>(D);
    const auto *F =
        Template ? Template->getTemplatedDecl() : dyn_cast<FunctionDecl>(D);
    if (!F || !F->getDeclName().isIdentifier() ||
        F->getName() != "await_transform")
      continue;
    if (!F->isDeleted())
      return false;
    Deleted = true;
  }
  if (Deleted)
    return true;
  return llvm::any_of(Promise->bases(), [](const CXXBaseSpecifier &Base) {
    return refusesAwait(Base.getType()->getAsCXXRecordDecl());
  });
}

/// Whether a body gives values and waits for none.
bool yieldsOnly(llvm::ArrayRef<SuspensionPoint> Points) {
  return llvm::any_of(Points,
                      [](const SuspensionPoint &Point) {
                        return Point.At == SuspensionPoint::Kind::Yield;
                      }) &&
         llvm::none_of(Points, [](const SuspensionPoint &Point) {
           return Point.At == SuspensionPoint::Kind::Await;
         });
}

/// Whether neither a \p T nor what its methods return can be awaited: who wants
/// its values pulls them.
bool offersNoAwait(QualType T, const Roles &R) {
  const NamedDecl *Class = Roles::classOf(T);
  if (const auto *Template = dyn_cast_or_null<ClassTemplateDecl>(Class))
    Class = Template->getTemplatedDecl();
  const auto *Record = dyn_cast_or_null<CXXRecordDecl>(Class);
  if (!Record || !Record->hasDefinition() || R.isAwaitable(T) ||
      R.of(T, RoleKind::Stream) || R.of(T, RoleKind::Task))
    return false;
  return llvm::none_of(Record->getDefinition()->decls(), [&](const auto *D) {
    const auto *Template = dyn_cast<FunctionTemplateDecl>(D);
    const auto *Method =
        dyn_cast<CXXMethodDecl>(Template ? Template->getTemplatedDecl() : D);
    return Method && R.isAwaitable(Method->getReturnType());
  });
}

bool inScope(const SourceManager &SM, const Decl &D) {
  return !SM.isInSystemHeader(SM.getExpansionLoc(D.getLocation()));
}

} // namespace

Function::Function(const FunctionDecl &Decl, const Roles &R)
    : Decl(Decl), Body(Decl.getBody()),
      Coroutine(dyn_cast_or_null<CoroutineBodyStmt>(Body)) {
  if (!Coroutine)
    return;
  Body = Coroutine->getBody();
  Suspensions.push_back({SuspensionPoint::Kind::Initial, nullptr,
                         Decl.getLocation(),
                         implicitSuspends(Coroutine->getInitSuspendStmt(), R)});
  SuspensionFinder(Suspensions, R).TraverseStmt(const_cast<Stmt *>(Body));
  Suspensions.push_back(
      {SuspensionPoint::Kind::Final, nullptr, Decl.getBodyRBrace(),
       implicitSuspends(Coroutine->getFinalSuspendStmt(), R)});

  const VarDecl *Promise = Coroutine->getPromiseDecl();
  Generator =
      R.of(Decl.getReturnType(), RoleKind::Generator) ||
      (Promise && refusesAwait(Promise->getType()->getAsCXXRecordDecl())) ||
      (yieldsOnly(Suspensions) && offersNoAwait(Decl.getReturnType(), R));
}

const SuspensionPoint *Function::suspensionAt(const Stmt *S) const {
  auto It = llvm::find_if(
      Suspensions, [S](const SuspensionPoint &P) { return P.Expr == S; });
  return S && It != Suspensions.end() ? &*It : nullptr;
}

std::string Function::name() const {
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&Decl)) {
    if (Method->getParent()->isLambda())
      return "a lambda";
    return Method->getParent()->getNameAsString() +
           "::" + Decl.getNameAsString();
  }
  return Decl.getNameAsString();
}

namespace {

/// Clang has no graph for a body with a range-for over something that depends
/// on a template parameter: the loop's hidden parts are not there yet. This
/// puts others in their place as long as it lives; what they evaluate is the
/// range.
class DependentLoops : public OwnBodyVisitor<DependentLoops> {
public:
  ~DependentLoops() {
    for (CXXForRangeStmt *Loop : Completed) {
      Loop->setBeginStmt(nullptr);
      Loop->setEndStmt(nullptr);
      Loop->setCond(nullptr);
      Loop->setInc(nullptr);
    }
  }
  bool VisitCXXForRangeStmt(CXXForRangeStmt *Loop) {
    const auto *Range =
        dyn_cast_or_null<VarDecl>(Loop->getRangeStmt()->getSingleDecl());
    auto *Value = Range ? const_cast<Expr *>(Range->getInit()) : nullptr;
    if (Loop->getBeginStmt() || Loop->getCond() || !Value)
      return true;
    Completed.push_back(Loop);
    Loop->setBeginStmt(Loop->getRangeStmt());
    Loop->setEndStmt(Loop->getRangeStmt());
    Loop->setCond(Value);
    Loop->setInc(Value);
    return true;
  }

private:
  llvm::SmallVector<CXXForRangeStmt *, 1> Completed;
};

} // namespace

const CFG *Function::cfg() const {
  if (CfgTried)
    return Graph.get();
  CfgTried = true;
  CFG::BuildOptions Options;
  Options.AddImplicitDtors = true;
  Options.AddTemporaryDtors = true;
  Options.AddLifetime = true;
  Options.AddInitializers = true;
  Options.AddCXXDefaultInitExprInCtors = true;
  Options.setAllAlwaysAdd();
  DependentLoops Loops;
  if (Decl.isDependentContext())
    Loops.TraverseStmt(const_cast<Stmt *>(Body));
  Graph = CFG::buildCFG(&Decl, const_cast<Stmt *>(Body), &Decl.getASTContext(),
                        Options);
  return Graph.get();
}

CoroutineModel::CoroutineModel(ASTContext &Ast, const Roles &R) {
  using namespace ast_matchers;
  const SourceManager &SM = Ast.getSourceManager();
  llvm::SetVector<const FunctionDecl *> Found;
  const auto Add = [&](const FunctionDecl *F) {
    if (F && F->doesThisDeclarationHaveABody() && !F->isDefaulted() &&
        F->getBody() && !F->isInvalidDecl() && inScope(SM, *F))
      Found.insert(F);
  };

  // The host narrows the traversal scope to speed everything up; in a stock
  // clang-tidy it is the whole translation unit.
  llvm::SmallVector<Decl *, 0> Roots;
  for (Decl *Root : Ast.getTraversalScope()) {
    const auto *Unit = dyn_cast<TranslationUnitDecl>(Root);
    if (!Unit)
      Roots.push_back(Root);
    else
      Roots.append(Unit->decls_begin(), Unit->decls_end());
  }
  for (Decl *Root : Roots) {
    if (!inScope(SM, *Root))
      continue;
    // Lambdas come along: their call operators are functions of their classes.
    for (const BoundNodes &Nodes :
         match(findAll(functionDecl(isDefinition()).bind("function")), *Root,
               Ast))
      Add(Nodes.getNodeAs<FunctionDecl>("function"));
  }

  llvm::DenseSet<SourceLocation> Instantiated;
  for (const FunctionDecl *F : Found)
    if (!F->isDependentContext())
      Instantiated.insert(F->getBody()->getBeginLoc());
  for (const FunctionDecl *F : Found)
    if (!F->isDependentContext() ||
        !Instantiated.contains(F->getBody()->getBeginLoc()))
      Functions.push_back(std::make_unique<Function>(*F, R));

  llvm::stable_sort(Functions, [&SM](const auto &A, const auto &B) {
    return SM.isBeforeInTranslationUnit(A->Decl.getLocation(),
                                        B->Decl.getLocation());
  });
  for (const auto &F : Functions) {
    ByDecl[F->Decl.getCanonicalDecl()] = F.get();
    if (F->isCoroutine())
      Coroutines.push_back(F.get());
  }
}

const Function *CoroutineModel::find(const FunctionDecl *Decl) const {
  return Decl ? ByDecl.lookup(Decl->getCanonicalDecl()) : nullptr;
}

} // namespace corolint
