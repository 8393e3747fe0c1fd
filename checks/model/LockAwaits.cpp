/// \file
/// Locks that belong to tasks: what awaiting one locks. Nobody asks for these
/// unless LocksAsked says so.

#include "checks/model/LockAnalysis.h"

namespace corolint {

using namespace clang;

/// The call that makes what \p Await waits for; nullptr if it is no call.
static const CallExpr *awaitedCall(const Expr &Await) {
  const Expr *Operand = nullptr;
  if (const auto *Suspends = dyn_cast<CoroutineSuspendExpr>(&Await))
    Operand = Suspends->getOperand();
  else if (const auto *Dependent = dyn_cast<DependentCoawaitExpr>(&Await))
    Operand = Dependent->getOperand();
  return dyn_cast_or_null<CallExpr>(skipWrappers(Operand));
}

static llvm::StringRef calleeName(const CallExpr &Call) {
  if (const std::optional<MemberCall> Member = asMemberCall(&Call))
    return Member->Name;
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->getDeclName().isIdentifier() ? Callee->getName()
                                                        : llvm::StringRef();
}

/// The guard that `co_await mutex.lock()` hands out.
int LockAnalysis::valueOfAwait(const Expr &Await, Making &M) {
  const std::optional<GuardTraits> Guard = R.guard(Await.getType());
  if (!Guard || !Guard->Async || Guard->Contains)
    return Unknown;
  const CallExpr *Call = awaitedCall(Await);
  if (const std::optional<MemberCall> Member = asMemberCall(Call);
      Member && isLock(Member->Object->getType()))
    M.Lock = {typeName(Member->Object->getType()), place(*Member->Object)};
  return Call && calleeName(*Call).contains_insensitive("try") ? Maybe : Held;
}

/// After `co_await mutex.lock()` that hands out no guard.
void LockAnalysis::afterAwait(const Expr &Await, State &S) {
  const std::optional<MemberCall> Call = asMemberCall(awaitedCall(Await));
  if (!Call || !(Await.getType()->isVoidType() || Await.isTypeDependent()) ||
      !isLockOfTask(Call->Object->getType()) ||
      effectOf(Call->Name, Call->Object->getType()) != LockEffect::Lock)
    return;
  const unsigned Holder = lockObject(*Call->Object);
  set(S, Holder, acquire(Holder, Call->Call->getBeginLoc()));
}

} // namespace corolint
