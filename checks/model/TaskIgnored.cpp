/// \file
/// Parameters that a function takes and never uses.

#include "checks/model/TaskContext.h"

#include "checks/model/Calls.h"
#include "checks/model/Flow.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"

namespace corolint {

using namespace clang;

namespace {

constexpr unsigned MaxDepth = 8;

const ParmVarDecl *ignored(const Expr &Call, unsigned Index,
                           const CoroutineModel &Model, unsigned Depth);

/// Looks for a use of one parameter. Handing it to a function that ignores it
/// in turn is none.
class UseOf : public RecursiveASTVisitor<UseOf> {
public:
  UseOf(const ParmVarDecl &Param, const CoroutineModel &Model, unsigned Depth)
      : Param(Param), Model(Model), Depth(Depth) {}

  bool shouldVisitImplicitCode() const { return true; }

  bool VisitDeclRefExpr(DeclRefExpr *E) {
    return E->getDecl() != &Param || Harmless.contains(E);
  }
  bool VisitExplicitCastExpr(ExplicitCastExpr *E) {
    if (E->getType()->isVoidType())
      Harmless.insert(skipWrappers(E->getSubExpr()));
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    const std::optional<MemberCall> Call = asMemberCall(E);
    if (Call && Call->Method && testsEngaged(*Call->Method))
      Harmless.insert(skipWrappers(Call->Object));
    arguments(*E);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    arguments(*E);
    return true;
  }

private:
  void arguments(const Expr &E) {
    const llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
    for (unsigned I = 0; I < Args.size(); ++I) {
      const Expr *Arg = skipWrappers(Args[I]);
      if (const auto *Construct = dyn_cast<CXXConstructExpr>(Arg);
          Construct && Construct->getNumArgs() == 1 &&
          Construct->getConstructor()->isCopyOrMoveConstructor())
        Arg = skipWrappers(Construct->getArg(0));
      if (const Expr *Moved = movedFrom(Arg))
        Arg = skipWrappers(Moved);
      const auto *Ref = dyn_cast<DeclRefExpr>(Arg);
      if (Ref && Ref->getDecl() == &Param && !movedFrom(&E) &&
          ignored(E, I, Model, Depth + 1))
        Harmless.insert(Ref);
    }
  }

  const ParmVarDecl &Param;
  const CoroutineModel &Model;
  const unsigned Depth;
  llvm::DenseSet<const Expr *> Harmless;
};

/// Whether \p F ever comes back to its caller.
bool returns(const Function &F) {
  const CFG *Graph = F.cfg();
  if (!Graph)
    return true;
  llvm::SmallVector<const CFGBlock *, 8> Work{&Graph->getEntry()};
  llvm::DenseSet<const CFGBlock *> Seen;
  while (!Work.empty()) {
    const CFGBlock *Block = Work.pop_back_val();
    if (Block == &Graph->getExit())
      return true;
    if (!Seen.insert(Block).second || endsAbruptly(*Block))
      continue;
    for (const CFGBlock *Next : Block->succs())
      if (Next)
        Work.push_back(Next);
  }
  return false;
}

const ParmVarDecl *ignored(const Expr &Call, unsigned Index,
                           const CoroutineModel &Model, unsigned Depth) {
  const FunctionDecl *Callee = nullptr;
  // An inherited constructor hands on what it gets without naming it.
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Call))
    Callee = Construct->getConstructor()->isInheritingConstructor()
                 ? nullptr
                 : Construct->getConstructor();
  else if (const auto *AsCall = dyn_cast<CallExpr>(&Call))
    Callee = AsCall->getDirectCallee();
  // A member operator's object is its first argument.
  if (isa<CXXOperatorCallExpr>(Call) &&
      isa_and_nonnull<CXXMethodDecl>(Callee)) {
    if (Index == 0)
      return nullptr;
    --Index;
  }
  const Function *Body = Callee ? Model.find(Callee) : nullptr;
  if (!Body || Depth > MaxDepth || Index >= Body->Decl.getNumParams())
    return nullptr;
  // Which override runs is not known, nor is what an object made with it does.
  const auto *Method = dyn_cast<CXXMethodDecl>(&Body->Decl);
  if (Method && Method->isVirtual())
    return nullptr;
  const ParmVarDecl *Param = Body->Decl.getParamDecl(Index);
  UseOf Finder(*Param, Model, Depth);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Body->Decl))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      if (!Finder.TraverseStmt(Init->getInit()))
        return nullptr;
  // Most functions use what they are given; only the others need a graph.
  return Finder.TraverseStmt(const_cast<Stmt *>(Body->Body)) && returns(*Body)
             ? Param
             : nullptr;
}

} // namespace

const ParmVarDecl *ignoredParameter(const Expr &Call, unsigned Index,
                                    const CoroutineModel &Model) {
  return ignored(Call, Index, Model, 0);
}

} // namespace corolint
