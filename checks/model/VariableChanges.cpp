/// \file
/// Collecting what may change a variable.

#include "checks/model/VariableChanges.h"

#include "checks/model/Calls.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include <algorithm>

namespace corolint {
namespace {

using namespace clang;

class ChangeFinder : public RecursiveASTVisitor<ChangeFinder> {
public:
  explicit ChangeFinder(VariableChanges &To) : To(To) {}

  bool VisitBinaryOperator(BinaryOperator *E) {
    if (E->isAssignmentOp())
      change(E->getLHS());
    return true;
  }
  bool VisitUnaryOperator(UnaryOperator *E) {
    if (E->isIncrementDecrementOp() || E->getOpcode() == UO_AddrOf)
      change(E->getSubExpr());
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    if (const std::optional<MemberCall> Call = asMemberCall(E))
      if (!Call->Method || !isAccessor(*Call->Method))
        change(Call->Object);
    const FunctionDecl *Callee = E->getDirectCallee();
    if (!Callee || movedFrom(E))
      return true;
    // A member operator's first argument is its object.
    const unsigned First =
        isa<CXXOperatorCallExpr>(E) && isa<CXXMethodDecl>(Callee) ? 1 : 0;
    passed(*Callee, {E->getArgs() + First, E->getNumArgs() - First});
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    passed(*E->getConstructor(), {E->getArgs(), E->getNumArgs()});
    return true;
  }
  bool VisitCXXForRangeStmt(CXXForRangeStmt *S) {
    To.Loops[S->getLoopVariable()] = S;
    return true;
  }

private:
  void passed(const FunctionDecl &Callee, llvm::ArrayRef<const Expr *> Args) {
    for (unsigned I = 0; I < Args.size() && I < Callee.getNumParams(); ++I) {
      const ParmVarDecl &Param = *Callee.getParamDecl(I);
      const QualType T = Param.getType();
      // What is forwarded is copied, mostly.
      if (T->isLValueReferenceType() &&
          !T->getPointeeType().isConstQualified() &&
          !isForwarding(Param, Callee))
        change(Args[I]);
    }
  }

  static bool isForwarding(const ParmVarDecl &Param,
                           const FunctionDecl &Callee) {
    const FunctionDecl *Pattern = Callee.getTemplateInstantiationPattern();
    if (!Pattern || Pattern->getNumParams() == 0)
      return false;
    const unsigned Index =
        std::min(Param.getFunctionScopeIndex(), Pattern->getNumParams() - 1);
    return Pattern->getParamDecl(Index)
        ->getType()
        .getNonPackExpansionType()
        ->isRValueReferenceType();
  }

  void change(const Expr *E) {
    const Expr *Object = E ? skipWrappers(E) : nullptr;
    if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Object))
      To.Changed.insert(Ref->getDecl()->getCanonicalDecl());
    else if (const auto *Member = dyn_cast_or_null<MemberExpr>(Object))
      To.Changed.insert(Member->getMemberDecl()->getCanonicalDecl());
  }

  VariableChanges &To;
};

} // namespace

VariableChanges::VariableChanges(const FunctionDecl &Outermost) {
  if (const Stmt *Body = Outermost.getBody())
    ChangeFinder(*this).TraverseStmt(const_cast<Stmt *>(Body));
}

const FunctionDecl *VariableChanges::outermost(const DeclContext *Inside) {
  const FunctionDecl *Found = nullptr;
  for (; Inside && !Inside->isFileContext(); Inside = Inside->getParent())
    if (const auto *Around = dyn_cast<FunctionDecl>(Inside))
      Found = Around;
  return Found;
}

} // namespace corolint
