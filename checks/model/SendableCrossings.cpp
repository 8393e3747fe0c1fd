/// \file
/// Finding what tasks take along to other threads.

#include "checks/model/SendableCrossings.h"

#include "checks/model/Calls.h"
#include "checks/model/SendableStarts.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

namespace corolint {
namespace {

using namespace clang;

/// `std::ref(x)`: the object referred to.
const Expr *wrappedReference(const Expr *E) {
  E = skipWrappers(E);
  while (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(E)) {
    if (Construct->getNumArgs() != 1)
      return nullptr;
    E = skipWrappers(Construct->getArg(0));
  }
  const auto *Call = dyn_cast_or_null<CallExpr>(E);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  const bool Refers =
      Callee && Call->getNumArgs() == 1 && Callee->isInStdNamespace() &&
      Callee->getDeclName().isIdentifier() &&
      (Callee->getName() == "ref" || Callee->getName() == "cref");
  return Refers ? Call->getArg(0) : nullptr;
}

/// The closure that \p E wraps in a type that does not tell it: a
/// `std::function` made of a lambda, or a local one that was.
const Expr *erasedCallable(const Expr &E) {
  const Expr *At = &E;
  for (unsigned Depth = 0; At && Depth < 6; ++Depth) {
    At = skipWrappers(At);
    if (isa<LambdaExpr>(At))
      return Depth ? At : nullptr;
    if (const Expr *Moved = movedFrom(At))
      At = Moved;
    else if (const auto *Construct = dyn_cast<CXXConstructExpr>(At);
             Construct && Construct->getNumArgs() == 1 &&
             Construct->getType()->getAsCXXRecordDecl()->isInStdNamespace())
      At = Construct->getArg(0);
    else if (const auto *Ref = dyn_cast<DeclRefExpr>(At)) {
      const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
      const CXXRecordDecl *Class =
          Var ? Var->getType()->getAsCXXRecordDecl() : nullptr;
      At = Class && Class->isInStdNamespace() && Var->hasLocalStorage() &&
                   !isa<ParmVarDecl>(Var)
               ? Var->getInit()
               : nullptr;
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

/// What a pointer or shared owner leads to; null for others.
QualType sharedPointee(QualType T) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    return T->getPointeeType();
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  if (!Class || !Class->getIdentifier() || Class->getName() != "shared_ptr" ||
      Class->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
    return {};
  return Class->getTemplateArgs()[0].getAsType();
}

const VarDecl *variable(const Expr *E) {
  const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E ? skipWrappers(E) : E);
  return Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
}

class CrossingFinder {
public:
  CrossingFinder(const CoroutineModel &Model, const Roles &R,
                 ThreadCrossing &Into)
      : Model(Model), R(R), Into(Into) {}

  void callable(const Expr *E, unsigned Depth = 0);
  void value(const Expr *E, SourceLocation Where, std::string Name,
             const VarDecl *Inside);

private:
  /// In a template, a list in parentheses has no type.
  bool isTask(const Expr &E) const {
    return !E.getType().isNull() && R.task(E.getType());
  }
  void lambda(const LambdaExpr &Lambda);
  void call(const CallExpr &Call, unsigned Depth);
  void byType(const Expr &E);

  const CoroutineModel &Model;
  const Roles &R;
  ThreadCrossing &Into;
};

void CrossingFinder::value(const Expr *E, SourceLocation Where,
                           std::string Name, const VarDecl *Inside) {
  using Way = CarriedValue::Way;
  if (E->getType().isNull() || isa<CXXDefaultArgExpr>(E))
    return;
  if (const Expr *Object = wrappedReference(E)) {
    if (const VarDecl *Var = variable(Object))
      Into.Values.push_back({Way::Referred, Where, Var->getNameAsString(),
                             Var->getType().getNonReferenceType(), E, Var,
                             Inside});
    return;
  }
  const Expr *Inner = skipWrappers(E);
  if (const auto *Address = dyn_cast<UnaryOperator>(Inner);
      Address && Address->getOpcode() == UO_AddrOf) {
    if (const VarDecl *Var = variable(Address->getSubExpr()))
      Into.Values.push_back({Way::Referred, Where, Var->getNameAsString(),
                             Var->getType().getNonReferenceType(), E, Var,
                             Inside});
    return;
  }
  if (const Expr *Erased = erasedCallable(*Inner))
    return callable(Erased);
  // A copy or move into the parameter or capture.
  const Expr *From = Inner;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(From);
      Construct && Construct->getNumArgs() == 1 &&
      Construct->getConstructor()->isCopyOrMoveConstructor())
    From = skipWrappers(Construct->getArg(0));
  const Expr *Moved = movedFrom(From);
  const VarDecl *Source = variable(Moved ? Moved : From);
  // A closure that a caller passed in is seen where it is made.
  const CXXRecordDecl *Class =
      E->getType().getNonReferenceType()->getAsCXXRecordDecl();
  if (Class && Class->isLambda() && isa_and_nonnull<ParmVarDecl>(Source))
    return;
  if (Name.empty() && Source)
    Name = Source->getNameAsString();
  // The starter keeps its pointer, so both have what it points to.
  if (const QualType To = sharedPointee(E->getType());
      !To.isNull() && Source && !Moved)
    Into.Values.push_back(
        {Way::Referred, Where, Name, To, From, Source, Inside});
  Into.Values.push_back({Moved || From->isPRValue() ? Way::Moved : Way::Copied,
                         Where, std::move(Name),
                         E->getType().getNonReferenceType(), From, Source,
                         Inside});
}

void CrossingFinder::lambda(const LambdaExpr &Lambda) {
  Into.Entry = Model.find(Lambda.getCallOperator());
  auto Init = Lambda.capture_init_begin();
  for (const LambdaCapture &Capture : Lambda.captures()) {
    const Expr *Value = *Init++;
    const SourceLocation Where = Capture.isImplicit()
                                     ? Lambda.getCaptureDefaultLoc()
                                     : Capture.getLocation();
    if (Capture.getCaptureKind() == LCK_StarThis) {
      const QualType This = Value ? Value->getType() : QualType();
      if (!This.isNull())
        Into.Values.push_back({CarriedValue::Way::Copied, Where, "*this",
                               This.getNonReferenceType(), nullptr, nullptr});
      continue;
    }
    const auto *Var = Capture.capturesVariable()
                          ? dyn_cast<VarDecl>(Capture.getCapturedVar())
                          : nullptr;
    if (!Var)
      continue;
    const bool ByReference = Capture.getCaptureKind() == LCK_ByRef;
    const Expr *From = Var->isInitCapture() ? Var->getInit() : Value;
    if (!ByReference) {
      if (From)
        value(From, Where, Var->getNameAsString(), Var);
      continue;
    }
    const VarDecl *Source = Var->isInitCapture() ? variable(From) : Var;
    if (Source)
      Into.Values.push_back(
          {CarriedValue::Way::Referred, Where, Source->getNameAsString(),
           Source->getType().getNonReferenceType(), From, Source, Var});
  }
}

void CrossingFinder::call(const CallExpr &Call, unsigned Depth) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return;
  if (Callee->isInStdNamespace() && Callee->getDeclName().isIdentifier() &&
      Callee->getName().starts_with("bind")) {
    for (const Expr *Arg : Call.arguments())
      value(Arg, Arg->getBeginLoc(), "", nullptr);
    return;
  }
  llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call);
      Operator && isa<CXXMethodDecl>(Callee)) {
    if (Operator->getOperator() == OO_Call)
      callable(Args.front(), Depth + 1);
    Args = Args.drop_front();
  }
  const Function *Body = Model.find(Callee);
  const SourceManager &SM = R.ast().getSourceManager();
  if (!Body && SM.isInSystemHeader(SM.getExpansionLoc(Callee->getLocation()))) {
    // What puts a task on an executor, or several together.
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call))
      if (isTask(*Member->getImplicitObjectArgument()))
        callable(Member->getImplicitObjectArgument(), Depth + 1);
    for (const Expr *Arg : Args)
      if (isTask(*Arg) || isa<LambdaExpr>(skipWrappers(Arg)))
        callable(Arg, Depth + 1);
    return;
  }
  // A plain function may be done with its arguments when it returns.
  if (!isTask(Call) || (Body && !Body->isCoroutine()))
    return byType(Call);
  if (Body)
    Into.Entry = Body;
  Into.TakesArguments = true;
  for (unsigned I = 0; I < Args.size() && I < Callee->getNumParams(); ++I) {
    const ParmVarDecl *Param = Callee->getParamDecl(I);
    // A task that holds a task takes along what that one has.
    if (isTask(*Args[I])) {
      const Function *Outer = Into.Entry;
      callable(Args[I], Depth + 1);
      Into.Entry = Outer;
      continue;
    }
    const ParmVarDecl *Inside = Body && I < Body->Decl.getNumParams()
                                    ? Body->Decl.getParamDecl(I)
                                    : nullptr;
    if (!Param->getType()->isReferenceType()) {
      value(Args[I], Args[I]->getBeginLoc(), "", Inside);
      continue;
    }
    if (const VarDecl *Var = variable(Args[I]))
      Into.Values.push_back({CarriedValue::Way::Referred,
                             Args[I]->getBeginLoc(), Var->getNameAsString(),
                             Var->getType().getNonReferenceType(), Args[I], Var,
                             Inside});
  }
}

/// A callable or task of which only the type is known.
void CrossingFinder::byType(const Expr &E) {
  if (!E.getType().isNull() && E.getType()->isRecordType())
    value(&E, E.getBeginLoc(), "", nullptr);
}

void CrossingFinder::callable(const Expr *E, unsigned Depth) {
  if (!E || Depth > 6)
    return;
  E = skipWrappers(E);
  if (const Expr *Moved = movedFrom(E))
    return callable(Moved, Depth + 1);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
    return lambda(*Lambda);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    // A copy or move, or a wrapper of callables made from one.
    const bool One = Construct->getNumArgs() == 1 ||
                     (Construct->getNumArgs() > 1 &&
                      isa<CXXDefaultArgExpr>(Construct->getArg(1)));
    const bool Converts =
        One && !isa<CXXTemporaryObjectExpr>(Construct) &&
        Construct->getArg(0)->getType().getNonReferenceType()->isRecordType();
    if (Converts)
      return callable(Construct->getArg(0), Depth + 1);
    return byType(*E);
  }
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return call(*Call, Depth);
  const VarDecl *Var = variable(E);
  // A named callable or task: what it was made with.
  if (Var && Var->hasLocalStorage() && Var->getInit() &&
      !isa<ParmVarDecl>(Var) && !Var->getType()->isReferenceType() &&
      (R.task(Var->getType()) ||
       isa<LambdaExpr, CallExpr>(skipWrappers(Var->getInit()))))
    return callable(Var->getInit(), Depth + 1);
  byType(*E);
}

std::string starterOf(const Expr &Start) {
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Start))
    return Roles::nameOf(*Construct->getConstructor()->getParent());
  const auto *Call = dyn_cast<CallExpr>(&Start);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee ? Callee->getNameAsString() : "";
}

} // namespace

std::vector<ThreadCrossing> threadCrossings(const Function &F,
                                            const SpawnSites &Sites,
                                            const CoroutineModel &Model,
                                            const Roles &R) {
  std::vector<ThreadCrossing> Result;
  for (const SpawnSites::Start &Start : startsElsewhere(F, Sites, R)) {
    const std::optional<unsigned> Index = Start.Spawn.index("arg");
    const Expr *Subject = Roles::argument(*Start.Call, Index);
    if (!Subject)
      continue;
    ThreadCrossing Crossing{
        Start.Call, Start.Spawn, starterOf(*Start.Call), {}};
    CrossingFinder Find(Model, R, Crossing);
    Find.callable(Subject);
    // Arguments for the callable travel with it (`std::thread(f, x)`).
    if (Index && !Start.Spawn.index("token") &&
        !Start.Spawn.index("executor") &&
        Start.Spawn.By != Provenance::Inferred)
      for (unsigned I = *Index + 1;
           const Expr *Arg = Roles::argument(*Start.Call, I); ++I) {
        Crossing.TakesArguments = true;
        Find.value(Arg, Arg->getBeginLoc(), "", nullptr);
      }
    Result.push_back(std::move(Crossing));
  }
  return Result;
}

} // namespace corolint
