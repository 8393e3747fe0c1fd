/// \file
/// What happens to guards and locks that are handed on: as arguments, in
/// lambdas.

#include "checks/model/LockAnalysis.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// Whether what \p E makes or calls may unlock the lock it is given, now or
/// when it dies. A library's wait gives the lock back; when a smart pointer
/// dies, its deleter is looked at.
bool LockAnalysis::mayUnlock(const Expr &E, const FunctionDecl *Callee) const {
  if (isa<CXXConstructExpr>(E))
    return !R.of(E.getType(), RoleKind::Owner);
  return Callee &&
         !Ast.getSourceManager().isInSystemHeader(Callee->getLocation());
}

/// \returns whether \p Callee, whose body is not in scope, leaves the guard it
/// gets by reference alone.
bool LockAnalysis::keepsLocked(const FunctionDecl *Callee,
                               unsigned Param) const {
  if (!Callee || Param >= Callee->getNumParams())
    return false;
  // A wait gives the guard back as it was.
  return Callee->getParamDecl(Param)
             ->getType()
             .getNonReferenceType()
             .isConstQualified() ||
         Ast.getSourceManager().isInSystemHeader(Callee->getLocation());
}

/// Guards handed to a call: moved in, they are gone; by reference, they are
/// what the callee makes of them.
void LockAnalysis::passArguments(const Expr &E, State &S,
                                 const LockSummary *Summary) {
  const FunctionDecl *Callee = calleeOf(E);
  llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  if (isa<CXXOperatorCallExpr>(E) && isa_and_nonnull<CXXMethodDecl>(Callee))
    Args = Args.drop_front();
  const bool Std = Callee && Callee->isInStdNamespace() &&
                   Callee->getDeclName().isIdentifier();
  if (Std && Callee->getName() == "swap" && Args.size() == 2) {
    const std::optional<unsigned> A = guardIn(Args[0], S),
                                  B = guardIn(Args[1], S);
    if (A && B)
      return swap(*A, *B, E.getBeginLoc(), S);
  }
  // `Lock &same(Lock &l) { return l; }` makes a second name.
  const QualType Returned = E.getType();
  const bool MakesName =
      Summary && isa<CallExpr>(E) &&
      (E.isGLValue() || Returned->isPointerType()) &&
      isTracked(Returned->isPointerType() ? Returned->getPointeeType()
                                          : Returned);
  // `std::apply(f, guards)`.
  const bool CallsBack =
      Callee && !Summary && llvm::any_of(Args, [](const Expr *Arg) {
        const auto *Class = skipWrappers(Arg)->getType()->getAsCXXRecordDecl();
        return Class && Class->isLambda() &&
               (Class->isGenericLambda() ||
                Class->getLambdaCallOperator()->getNumParams() != 0);
      });
  if (const auto Call = asMemberCall(&E); Call && MakesName)
    if (const std::optional<unsigned> Guard = guardIn(Call->Object, S))
      set(S, *Guard, Unknown);
  for (unsigned I = 0; I < Args.size(); ++I) {
    const Expr *Arg = skipWrappers(Args[I]);
    // `sink(std::move(lock))`, also through the parameter's own construction.
    while (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Arg)) {
      if (Construct->getNumArgs() != 1)
        break;
      Arg = skipWrappers(Construct->getArg(0));
    }
    if (!Arg)
      continue;
    // A parameter of its own belongs to the callee.
    if (const CXXBindTemporaryExpr *Bind = boundTemporary(Args[I]))
      if (auto It = Holders.find(ObjectPath::of(*Bind)); It != Holders.end())
        erase(S, It->second);
    if (const Expr *Source = movedFrom(Arg)) {
      const auto *Param = Callee && I < Callee->getNumParams()
                              ? Callee->getParamDecl(I)
                              : nullptr;
      // A visible body that takes `&&` has said itself what it does with it.
      const bool Told = Summary && Param && Param->getType()->isReferenceType();
      if (const std::optional<unsigned> Guard = guardIn(Source, S);
          Guard && !Told)
        free(S, *Guard, E.getBeginLoc());
      continue;
    }
    const bool Address = isa<UnaryOperator>(Arg);
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(
        Address ? skipWrappers(cast<UnaryOperator>(Arg)->getSubExpr()) : Arg);
    if (const auto *Named =
            Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr)
      unlocksLater(*Named, E.getBeginLoc(), S);
    if (const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
        Var && Var->getInit())
      if (const auto *Lambda =
              dyn_cast<LambdaExpr>(skipWrappers(Var->getInit())))
        handOn(*Lambda, S);
    if (MakesName)
      if (const std::optional<unsigned> Guard = guardIn(Arg, S))
        set(S, *Guard, Unknown);
    if (Summary)
      continue;
    if (isLock(Args[I]->getType()) && mayUnlock(E, Callee))
      unlock(*Args[I], E.getBeginLoc(), S);
    const std::optional<unsigned> Guard =
        isa_and_nonnull<DeclRefExpr, MemberExpr>(
            Address ? skipWrappers(cast<UnaryOperator>(Arg)->getSubExpr())
                    : Arg)
            ? guardIn(Arg, S)
            : std::nullopt;
    const bool Keeps = !Address && !CallsBack && keepsLocked(Callee, I);
    if (Guard && !Keeps)
      set(S, *Guard, Unknown);
    // An object with several guards in it.
    const ObjectPath At = place(*Arg);
    for (Entry &Part : S)
      if (!Guard && !Keeps && !isa<LambdaExpr>(Arg) &&
          Table[Part.Holder].By == HeldLock::Kind::Guard &&
          At.contains(Table[Part.Holder].At))
        Part.Status = Unknown;
  }
}

/// A lambda that takes a guard over frees it here. Where the lambda itself is a
/// tracked variable, its declaration decides.
void LockAnalysis::captures(const LambdaExpr &Lambda, State &S) {
  if (!isTracked(Lambda.getType()))
    for (const Expr *Init : Lambda.capture_inits())
      if (const Expr *Source = Init ? movedFrom(Init) : nullptr)
        if (const std::optional<unsigned> Guard = guardIn(Source, S))
          free(S, *Guard, Lambda.getBeginLoc());
  if (!CalledHere.contains(&Lambda))
    handOn(Lambda, S);
}

/// Somebody else gets to call \p F, perhaps at once: what it unlocks counts as
/// unlocked.
void LockAnalysis::unlocksLater(const FunctionDecl &F, SourceLocation Where,
                                State &S) {
  const LockSummary *Summary = Summaries.of(&F);
  for (const LockSummary::Outcome &Outcome :
       Summary ? llvm::ArrayRef(Summary->Outcomes)
               : llvm::ArrayRef<LockSummary::Outcome>())
    for (const LockSummary::Effect &Effect : Outcome.Effects)
      if (Effect.Status == Free && !Effect.Guard)
        unlock(Effect.At, Effect.Lock.Type, Where, S);
}

/// Somebody else gets to call \p Lambda: what it does to guards is done at a
/// time that is not known.
void LockAnalysis::handOn(const LambdaExpr &Lambda, State &S) {
  class Uses : public RecursiveASTVisitor<Uses> {
  public:
    explicit Uses(const LockAnalysis &Analysis) : Analysis(Analysis) {}
    const LockAnalysis &Analysis;
    llvm::SmallVector<ObjectPath, 2> Found;
    bool VisitCallExpr(CallExpr *E) {
      if (const std::optional<MemberCall> Call = asMemberCall(E))
        if (Analysis.effectOf(Call->Name, Call->Object->getType()) !=
            LockEffect::Test)
          Found.push_back(Analysis.place(*Call->Object));
      for (const Expr *Arg : E->arguments())
        Found.push_back(Analysis.place(*Arg));
      return true;
    }
  };
  unlocksLater(*Lambda.getCallOperator(), Lambda.getBeginLoc(), S);
  Uses Finder(*this);
  Finder.TraverseStmt(Lambda.getBody());
  for (const ObjectPath &At : Finder.Found)
    if (const std::optional<unsigned> Guard = guardAt(At, S))
      if (Table[*Guard].By == HeldLock::Kind::Guard && find(S, *Guard))
        set(S, *Guard, Unknown);
}

} // namespace corolint
