/// \file
/// What functions of the same file do to locks that their caller can name.

#include "checks/model/LockAnalysis.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

/// The calls of a body in source order, without those of lambdas.
class CallFinder : public RecursiveASTVisitor<CallFinder> {
public:
  std::vector<const CallExpr *> Found;
  bool shouldTraversePostOrder() const { return true; }
  bool TraverseLambdaExpr(LambdaExpr *) { return true; }
  bool VisitCallExpr(CallExpr *E) {
    Found.push_back(E);
    return true;
  }
};

bool mentions(const Stmt *S, const ValueDecl *D) {
  const auto *Ref = dyn_cast_or_null<DeclRefExpr>(S);
  return S && ((Ref && Ref->getDecl() == D) ||
               llvm::any_of(S->children(), [D](const Stmt *Child) {
                 return mentions(Child, D);
               }));
}

/// The member or variable at the bottom of `a.b.c`.
const Expr *base(const Expr *E) {
  E = objectNamed(E);
  while (const auto *Member = dyn_cast_or_null<MemberExpr>(E))
    E = objectNamed(Member->getBase());
  return E;
}

/// How far helpers of helpers are followed.
constexpr unsigned MaxDepth = 3;

} // namespace

/// \returns whether \p Callee leaves the guard it gets by reference alone.
bool LockAnalysis::keepsLocked(const FunctionDecl *Callee,
                               unsigned Param) const {
  if (!Callee || Param >= Callee->getNumParams())
    return false;
  if (Callee->getParamDecl(Param)
          ->getType()
          .getNonReferenceType()
          .isConstQualified())
    return true;
  // A wait gives the guard back as it was.
  if (Ast.getSourceManager().isInSystemHeader(Callee->getLocation()))
    return true;
  const Function *Body = Model.find(Callee);
  return Body && !mentions(Body->Body, Body->Decl.getParamDecl(Param));
}

/// Collects what \p Helper does, unconditionally or not, to locks that outlive
/// it. \p SameObject says whether its `this` is the caller's.
void LockAnalysis::helperEffects(const Function &Helper, bool SameObject,
                                 unsigned Depth,
                                 std::vector<HelperEffect> &Effects) const {
  CallFinder Calls;
  Calls.TraverseStmt(const_cast<Stmt *>(Helper.Body));
  const auto Always = [&](const Expr *Call) {
    return llvm::any_of(Helper.Body->children(), [Call](const Stmt *S) {
      const auto *E = dyn_cast_or_null<Expr>(S);
      return E && skipWrappers(E) == Call;
    });
  };
  for (const CallExpr *Call : Calls.Found) {
    if (const std::optional<MemberCall> Member = asMemberCall(Call)) {
      const LockEffect What = lockEffectOf(Member->Name);
      const QualType T = Member->Object->getType();
      const QualType Object =
          T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType();
      if (What != LockEffect::None && R.isThreadLock(Object)) {
        const Expr *Base = base(Member->Object);
        const auto *Ref = dyn_cast<DeclRefExpr>(Base);
        const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
        const bool Outlives =
            isa<CXXThisExpr>(Base)
                ? SameObject
                : Var && (isa<ParmVarDecl>(Var) ||
                          Var->getDeclContext() != &Helper.Decl);
        if (Outlives)
          Effects.push_back({Member->Object, What, Always(Call)});
        continue;
      }
    }
    const Function *Next = Model.find(Call->getDirectCallee());
    const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
    if (!Next || Next->isCoroutine() || Depth == MaxDepth ||
        Next->Decl.getNumParams() != 0)
      continue;
    const size_t First = Effects.size();
    helperEffects(
        *Next,
        SameObject && Member &&
            isa<CXXThisExpr>(skipWrappers(Member->getImplicitObjectArgument())),
        Depth + 1, Effects);
    if (!Always(Call))
      for (size_t I = First; I < Effects.size(); ++I)
        Effects[I].Always = false;
  }
}

void LockAnalysis::helper(const Expr &E, Path &P) {
  const auto *Call = dyn_cast<CallExpr>(&E);
  const Function *Helper = Call ? Model.find(Call->getDirectCallee()) : nullptr;
  if (!Helper || Helper->isCoroutine())
    return;
  const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
  std::vector<HelperEffect> Effects;
  helperEffects(*Helper,
                !Member || isa<CXXThisExpr>(skipWrappers(
                               Member->getImplicitObjectArgument())),
                /*Depth=*/0, Effects);

  std::map<unsigned, std::vector<HelperEffect>> ByLock;
  for (const HelperEffect &Effect : Effects) {
    const Expr *Lock = Effect.Lock;
    const auto *Ref = dyn_cast<DeclRefExpr>(objectNamed(Lock));
    const auto *Param = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
    if (Param && Param->getDeclContext() == &Helper->Decl) {
      const unsigned Index = Param->getFunctionScopeIndex();
      if (Index >= Call->getNumArgs())
        continue;
      Lock = Call->getArg(Index);
    }
    ByLock[lockObject(*Lock)].push_back(Effect);
  }
  for (const auto &[Holder, Sequence] : ByLock) {
    // Locked and unlocked again; or locked, if at all, for a reason that the
    // caller shares and this does not follow.
    if (Sequence.front().What == LockEffect::Lock &&
        Sequence.back().What == LockEffect::Unlock)
      continue;
    const bool Unlocks = llvm::any_of(Sequence, [](const HelperEffect &Effect) {
      return Effect.What == LockEffect::Unlock;
    });
    if (Unlocks)
      free(P.S, Holder, E.getBeginLoc());
    else if (Sequence.size() == 1 && Sequence[0].Always &&
             Sequence[0].What == LockEffect::Lock)
      set(P.S, Holder, acquire(Holder, E.getBeginLoc()));
  }
}

} // namespace corolint
