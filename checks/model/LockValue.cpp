/// \file
/// What a guard holds when it is made, moved or returned.

#include "checks/model/LockAnalysis.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// What a guard made by \p E holds: Held, Free, Maybe or Unknown. Guards that
/// are moved from on the way become free.
int LockAnalysis::valueOf(const Expr *E, State &S, LockName &Lock) {
  E = skipWrappers(E);
  if (!E)
    return Free;
  if (const Expr *Source = movedFrom(E)) {
    const std::optional<unsigned> From = guardIn(Source, S);
    if (!From)
      return Unknown;
    const int Status = find(S, *From)->Status;
    Lock = Table[*From].Lock;
    free(S, *From, E->getBeginLoc());
    return Status >= 0 ? Held : Status;
  }
  if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    const int True = valueOf(Choice->getTrueExpr(), S, Lock);
    const int False = valueOf(Choice->getFalseExpr(), S, Lock);
    return True == False                         ? True
           : True == Unknown || False == Unknown ? Unknown
                                                 : Maybe;
  }
  if (const auto *New = dyn_cast<CXXNewExpr>(E))
    return New->getInitializer() ? valueOf(New->getInitializer(), S, Lock)
                                 : Free;
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E)) {
    int Value = Free;
    for (const Expr *Init : Lambda->capture_inits())
      if (Init && isTracked(Init->getType()) && Value != Held)
        Value = valueOf(Init, S, Lock);
    return Value;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return valueOfCall(*Call, S, Lock);
  if (isa<CXXConstructExpr, CXXUnresolvedConstructExpr, InitListExpr,
          ParenListExpr>(E))
    return valueOfConstruction(*E, S, Lock);
  if (isa<CXXNullPtrLiteralExpr>(E))
    return Free;
  return Unknown;
}

int LockAnalysis::valueOfConstruction(const Expr &E, State &S, LockName &Lock) {
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  // `std::nullopt`, a deleter, a duration on its way in.
  if (isa<CXXConstructExpr>(E) && !isTracked(E.getType()))
    return Free;
  bool AnyLock = false, Tried = false;
  int Inner = Free;
  for (const Expr *Arg : Args) {
    if (isa<CXXDefaultArgExpr>(Arg))
      continue;
    const QualType T = Arg->getType();
    const std::string Name = typeName(T);
    if (Name == "std::defer_lock_t" || Name == "boost::defer_lock_t")
      return Free;
    if (Name == "std::try_to_lock_t" || Name == "boost::try_to_lock_t" ||
        llvm::StringRef(Name).starts_with("std::chrono::"))
      Tried = true;
    if (Name == "std::adopt_lock_t") {
      // The guard takes over what was locked by hand.
      const unsigned Lock = lockObject(*Args[0]);
      llvm::erase_if(S, [&](Entry Old) { return Old.Holder == Lock; });
    }
    const QualType Pointee =
        T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType();
    if (R.isThreadLock(Pointee)) {
      AnyLock = true;
      Lock = {typeName(Pointee), objectKey(*Arg, Ast)};
    } else if (isTracked(T) && Inner != Held) {
      Inner = valueOf(Arg, S, Lock);
    }
  }
  if (Inner != Free)
    return Inner;
  if (AnyLock)
    return Tried ? Maybe : Held;
  const std::optional<GuardTraits> Guard = R.guard(E.getType());
  if (Guard && Guard->Contains) {
    // A class of the user's own: its constructor says what becomes of the guard
    // inside.
    const auto *Construct = dyn_cast<CXXConstructExpr>(&E);
    const FunctionDecl *Definition = nullptr;
    if (Construct && Construct->getConstructor()->hasBody(Definition))
      for (const CXXCtorInitializer *Init :
           cast<CXXConstructorDecl>(Definition)->inits())
        if (Init->getInit() && isTracked(Init->getInit()->getType())) {
          State Nothing;
          const int Value = valueOf(Init->getInit(), Nothing, Lock);
          if (Value != Free)
            return Value;
        }
    return Free;
  }
  // A guard of a lock this file knows nothing of, or that finds its lock
  // itself.
  const bool Empty = llvm::all_of(
      Args, [](const Expr *Arg) { return isa<CXXDefaultArgExpr>(Arg); });
  if (!Empty)
    return Tried ? Maybe : Held;
  const NamedDecl *Class = Roles::classOf(E.getType());
  return Class && Class->isInStdNamespace() ? Free : Held;
}

int LockAnalysis::valueOfCall(const CallExpr &Call, State &S, LockName &Lock) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  // What an await hands out was not locked by this thread's blocking.
  if (Callee && Callee->getDeclName().isIdentifier() &&
      Callee->getName() == "await_resume")
    return Unknown;
  // `make_unique<lock_guard>(m)`, `make_optional`, `forward_as_tuple`: what
  // goes in is what comes out.
  if (Callee && Callee->isInStdNamespace())
    return Call.getNumArgs() ? valueOfConstruction(Call, S, Lock) : Free;
  const std::optional<GuardTraits> Guard = R.guard(Call.getType());
  const Function *Body = Model.find(Callee);
  if (Body && !Body->isCoroutine()) {
    class Returns : public RecursiveASTVisitor<Returns> {
    public:
      std::vector<const Expr *> Values;
      bool VisitReturnStmt(ReturnStmt *Return) {
        Values.push_back(Return->getRetValue());
        return true;
      }
      bool TraverseLambdaExpr(LambdaExpr *) { return true; }
    } Finder;
    Finder.TraverseStmt(const_cast<Stmt *>(Body->Body));
    int Value = Free;
    for (const Expr *Result : Finder.Values) {
      State Nothing;
      const Expr *Inner = Result ? skipWrappers(Result) : nullptr;
      // `unique_lock l(m); return l;`
      if (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Inner);
          Construct && Construct->getNumArgs() == 1)
        Inner = skipWrappers(Construct->getArg(0));
      const VarDecl *Local = Inner ? localRoot(Inner) : nullptr;
      const int One = Local && Local->getInit() && !isa<ParmVarDecl>(Local)
                          ? valueOf(Local->getInit(), Nothing, Lock)
                      : Result ? valueOf(Result, Nothing, Lock)
                               : Unknown;
      if (One == Held || One == Maybe)
        return One;
      if (One == Unknown)
        Value = Unknown;
    }
    if (Value == Free)
      return Free;
  }
  // A function that returns a guard has locked; one that returns something with
  // a guard in it can have done anything.
  return Guard && !Guard->Contains ? Held : Unknown;
}

} // namespace corolint
