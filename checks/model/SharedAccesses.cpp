/// \file
/// Following one function's paths for what it accesses, and what its callers
/// see of that.

#include "checks/model/SharedAccesses.h"

#include "checks/model/AccessAnalysis.h"
#include "checks/model/Executors.h"
#include "checks/model/SharedTasks.h"

#include "clang/AST/ASTContext.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

AccessAnalysis::AccessAnalysis(const Function &F, SharedAccesses &All,
                               AccessesOfFunction &Result)
    : F(F), All(All), R(All.R), Places(All.Places), Result(Result),
      Parents(const_cast<Stmt *>(F.Body)) {}

void AccessAnalysis::step(const CFGElement &E, Path &P, const PathStep &,
                          llvm::SmallVectorImpl<Path> &) {
  const VarDecl *Gone = nullptr;
  if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
    Gone = Dtor->getVarDecl();
  else if (const auto End = E.getAs<CFGLifetimeEnds>())
    Gone = End->getVarDecl();
  if (Gone)
    return drop(P.S, [&](const Hold &Held) { return Held.Guard == Gone; });
  const auto Element = E.getAs<CFGStmt>();
  if (!Element)
    return;
  const Stmt &S = *Element->getStmt();
  Current = &S;
  accesses(S, P.S);
  if (const auto *Decls = dyn_cast<DeclStmt>(&S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        declare(*Var, P.S);
    return;
  }
  if (const auto *Call = dyn_cast<CallExpr>(&S))
    lockCalls(*Call, P.S);
  if (const SuspensionPoint *Point = F.suspensionAt(&S);
      Point && Point->Suspends)
    P.S.On = std::max(P.S.On, SharedAccess::Phase::Resumed);
  if (const std::optional<const Role *> To = switchedTo(S, R)) {
    if (*To && (*To)->is("threads", "many"))
      P.S.On = SharedAccess::Phase::Switched;
    else
      P.S.Ordered = true; // A strand, for all that is known.
    return;
  }
  const Wait Waits = waits(S);
  if (Waits != Wait::No)
    Result.Waits.insert(&S);
  if (Waits == Wait::Yes) {
    P.S.Ordered = true;
    Result.CanWait = true;
  }
}

bool isOutside(const ObjectPath &Path, const Function &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F.Decl);
  const bool Lambda = Method && Method->getParent()->isLambda();
  const auto CaptureOf = [&](const ValueDecl *Var) -> const LambdaCapture * {
    if (Lambda)
      for (const LambdaCapture &Capture : Method->getParent()->captures())
        if (Var ? Capture.capturesVariable() && Capture.getCapturedVar() == Var
                : Capture.capturesThis())
          return &Capture;
    return nullptr;
  };
  const ValueDecl *Var = Path.variable();
  if (!Var) {
    const LambdaCapture *Captured = CaptureOf(nullptr);
    return Path.From == ObjectPath::Root::This &&
           !(Captured && Captured->getCaptureKind() == LCK_StarThis);
  }
  const auto *Object = dyn_cast<VarDecl>(Var);
  if (!Object)
    return false;
  if (Object->hasGlobalStorage())
    return true;
  const bool Behind =
      !Path.Members.empty() && Path.Members[0] == SharedPlaces::Pointee;
  if (Object->getDeclContext() == &F.Decl)
    return isa<ParmVarDecl>(Object) &&
           (Object->getType()->isReferenceType() || Behind);
  const LambdaCapture *Captured = CaptureOf(Object);
  return !Captured || Captured->getCaptureKind() == LCK_ByRef || Behind;
}

const AccessesOfFunction &SharedAccesses::of(const Function &F) {
  std::unique_ptr<AccessesOfFunction> &Entry = Known[&F];
  if (Entry)
    return *Entry;
  Entry = std::make_unique<AccessesOfFunction>();
  AccessesOfFunction &Result = *Entry;
  if (F.Decl.isDependentContext() || !F.cfg())
    return Result;
  const Conditions Tests(F);
  AccessAnalysis Analysis(F, *this, Result);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  for (const auto &[By, List] : Result.At)
    for (const SharedAccess &Access : List) {
      if (Access.Ordered || !isOutside(Access.At, F))
        continue;
      SharedAccess Seen = Access;
      // A lock of its own keeps nobody out.
      llvm::erase_if(Seen.Locks, [&](const SharedLock &Lock) {
        return Lock.isKnown() && !isOutside(Lock.At, F);
      });
      Result.Outside.push_back(std::move(Seen));
    }
  const SourceManager &SM = R.ast().getSourceManager();
  llvm::stable_sort(Result.Outside,
                    [&](const SharedAccess &A, const SharedAccess &B) {
                      return SM.isBeforeInTranslationUnit(A.Where, B.Where);
                    });
  return Result;
}

const Function *SharedAccesses::calleeOf(const CallExpr &Call) const {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  if (Method && Method->isVirtual() && !Method->hasAttr<FinalAttr>() &&
      !Method->getParent()->hasAttr<FinalAttr>())
    return nullptr;
  return Callee && !R.isDescribed(*Callee) ? Model.find(Callee) : nullptr;
}

NameBinding SharedAccesses::bind(const Function &Callee, const Expr *Object,
                                 llvm::ArrayRef<const Expr *> Args,
                                 const Function &F, bool Copied) {
  NameBinding Names;
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee.Decl);
  if (Method && !Method->getParent()->isLambda()) {
    Names.HasThis = true;
    if (Object && !Method->isStatic())
      Names.This = SharedPlaces::isPointerLike(Object->getType())
                       ? Places.pointee(*Object, F)
                       : Places.object(*Object, F);
  }
  for (const ParmVarDecl *Param : Callee.Decl.parameters()) {
    NameBinding::Argument Given{Param, {}, {}};
    const unsigned Index = Param->getFunctionScopeIndex();
    if (Index < Args.size()) {
      const Expr &Arg = *Args[Index];
      const QualType T = Param->getType();
      const bool Wrapped = [&] {
        const auto *Class =
            Arg.getType().getNonReferenceType()->getAsCXXRecordDecl();
        return Class && Class->isInStdNamespace() && Class->getIdentifier() &&
               Class->getName() == "reference_wrapper";
      }();
      if (T->isReferenceType() && Wrapped)
        Given.Object = Places.pointee(Arg, F);
      else if (T->isReferenceType() && !Copied)
        Given.Object = Places.object(Arg, F);
      if (SharedPlaces::isPointerLike(T) ||
          SharedPlaces::isPointerLike(T.getNonReferenceType()))
        Given.Pointee = Places.pointee(Arg, F);
    }
    Names.Arguments.push_back(std::move(Given));
  }
  return Names;
}

NameBinding SharedAccesses::bind(const Function &Callee, const CallExpr &Call,
                                 const Function &F) {
  llvm::ArrayRef<const Expr *> Args(Call.getArgs(), Call.getNumArgs());
  const Expr *Object = nullptr;
  if (const std::optional<MemberCall> Member = asMemberCall(&Call)) {
    Object = Member->Object;
    Args = Args.take_back(Member->Args.size());
  }
  return bind(Callee, Object, Args, F);
}

SharedAccesses::SharedAccesses(const CoroutineModel &Model, const Roles &R)
    : Model(Model), R(R), Places(R) {}
SharedAccesses::~SharedAccesses() = default;

/// \p Path from its \p Skipped-th step on, from \p Root.
static std::optional<ObjectPath> from(const std::optional<ObjectPath> &Root,
                                      const ObjectPath &Path,
                                      unsigned Skipped) {
  std::optional<ObjectPath> Result = Root;
  if (Result)
    Result->Members.append(Path.Members.begin() + Skipped, Path.Members.end());
  return Result;
}

std::optional<ObjectPath> NameBinding::translate(const ObjectPath &Path) const {
  if (Path.From == ObjectPath::Root::This)
    return HasThis ? from(This, Path, 0) : Path;
  const ValueDecl *Var = Path.variable();
  for (const Argument &Given : Arguments) {
    if (Given.Param->getCanonicalDecl() != Var)
      continue;
    if (!Path.Members.empty() && Path.Members[0] == SharedPlaces::Pointee &&
        Given.Pointee)
      return from(Given.Pointee, Path, 1);
    return from(Given.Object, Path, 0);
  }
  return Path;
}

std::optional<SharedAccess>
NameBinding::translate(const SharedAccess &Access) const {
  std::optional<ObjectPath> At = translate(Access.At);
  if (!At)
    return std::nullopt;
  SharedAccess Result = Access;
  Result.At = std::move(*At);
  for (SharedLock &Lock : Result.Locks)
    if (Lock.isKnown())
      Lock.At = translate(Lock.At).value_or(ObjectPath());
  return Result;
}

} // namespace corolint
