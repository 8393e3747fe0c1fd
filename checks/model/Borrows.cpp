/// \file
/// Finding borrows in captures, arguments and values.

#include "checks/model/Borrows.h"

#include "checks/model/Calls.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"

namespace corolint {

using namespace clang;

/// Whether a \p T owns what its `*`, `[]` and `front()` reach.
static bool ownsContents(QualType T, const Roles &R) {
  const CXXRecordDecl *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Class && !R.isView(T) && Class->isInStdNamespace() &&
         Class->getName() != "shared_ptr" && Class->getName() != "weak_ptr";
}

/// The local object that \p E is, or is a part of: `x`, `x.member`, `x[0]`,
/// `x.front()`, `*x` of a container, `optional` or `unique_ptr`, and the
/// variable of a range-for over one. nullptr if a pointer or reference leads
/// elsewhere.
const ValueDecl *BorrowFinder::partOf(const Expr *E) const {
  const ValueDecl *Whole = wholeOf(E);
  return Whole && !isGivenAway(*Whole) ? Whole : nullptr;
}

/// An owner moved from or released takes what it owns elsewhere, where it may
/// live on.
bool BorrowFinder::isGivenAway(const ValueDecl &Owner) const {
  class Moves : public RecursiveASTVisitor<Moves> {
  public:
    explicit Moves(const ValueDecl &Owner) : Owner(Owner) {}
    const ValueDecl &Owner;
    bool Any = false;
    bool VisitCallExpr(CallExpr *E) {
      const Expr *Source = movedFrom(E);
      if (const std::optional<MemberCall> Call = asMemberCall(E);
          Call && Call->Name == "release")
        Source = Call->Object;
      const auto *Ref = dyn_cast_or_null<DeclRefExpr>(
          Source ? skipWrappers(Source) : nullptr);
      Any |= Ref && Ref->getDecl() == &Owner;
      return !Any;
    }
  } Finder(Owner);
  Finder.TraverseStmt(const_cast<Stmt *>(F.Body));
  return Finder.Any;
}

const ValueDecl *BorrowFinder::wholeOf(const Expr *E) const {
  while ((E = skipWrappers(E))) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
      // `__begin` of a range-for.
      if (Var && Var->isImplicit() && Var->getInit() &&
          !Var->getType()->isReferenceType()) {
        const std::optional<MemberCall> Begin =
            asMemberCall(skipWrappers(Var->getInit()));
        if (!Begin || Begin->Name != "begin")
          return nullptr;
        E = Begin->Object;
        continue;
      }
      return ownLocal(Ref->getDecl());
    }
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      if (Member->getMemberDecl()->getType()->isReferenceType())
        return nullptr;
      E = Member->getBase();
      if (Member->isArrow() && !asMemberCall(skipWrappers(E)))
        return nullptr;
    } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Element->getBase();
      if (!skipWrappers(E)->getType()->isArrayType())
        return nullptr;
    } else if (const auto *Deref = dyn_cast<UnaryOperator>(E)) {
      const auto *Ref =
          Deref->getOpcode() == UO_Deref
              ? dyn_cast<DeclRefExpr>(skipWrappers(Deref->getSubExpr()))
              : nullptr;
      if (!Ref || !Ref->getDecl()->isImplicit())
        return nullptr;
      E = Ref;
    } else if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
      if (const ValueDecl *Own = wholeOf(Choice->getTrueExpr()))
        return Own;
      E = Choice->getFalseExpr();
    } else if (const std::optional<MemberCall> Call = asMemberCall(E)) {
      const OverloadedOperatorKind Kind =
          Call->Method ? Call->Method->getOverloadedOperator() : OO_None;
      const bool Reaches = Kind == OO_Star || Kind == OO_Arrow ||
                           Kind == OO_Subscript || Call->Name == "front" ||
                           Call->Name == "back" || Call->Name == "at" ||
                           Call->Name == "value";
      const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(Call->Object));
      const bool RangeFor =
          Kind == OO_Star && Ref && Ref->getDecl()->isImplicit();
      if (!RangeFor &&
          (!Reaches ||
           !ownsContents(Call->Object->IgnoreParenImpCasts()->getType(), R)))
        return nullptr;
      E = Call->Object;
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

/// The local object that \p D names: itself, what a local reference was bound
/// to, or a structured binding of one. Not somebody else's object reached
/// through a reference or a capture.
const ValueDecl *BorrowFinder::ownLocal(const ValueDecl *D) const {
  if (const auto *Binding = dyn_cast_or_null<BindingDecl>(D)) {
    const auto *Whole = dyn_cast<VarDecl>(Binding->getDecomposedDecl());
    return Whole && ownLocal(Whole) ? D : nullptr;
  }
  const auto *Var = dyn_cast_or_null<VarDecl>(D);
  if (!Var || !Var->hasLocalStorage() || Var->getDeclContext() != &F.Decl)
    return nullptr;
  if (!Var->getType()->isReferenceType())
    return Var;
  if (isa<ParmVarDecl>(Var) || !Var->getInit())
    return nullptr;
  return partOf(Var->getInit());
}

void BorrowFinder::value(const Expr *E, SourceLocation Where,
                         std::vector<Borrow> &Out) const {
  const QualType T = E->getType();
  if (T.isNull())
    return;
  const bool Pointer = T->isPointerType();
  if (!Pointer && !R.isView(T))
    return;
  const NamedDecl *Class = Roles::classOf(T);
  const Borrow::Kind Kind = Pointer ? Borrow::Kind::Pointer
                            : Class && Class->getName() == "reference_wrapper"
                                ? Borrow::Kind::Reference
                                : Borrow::Kind::View;
  for (unsigned Depth = 0; Depth < 4; ++Depth) {
    E = skipWrappers(E);
    if (!E)
      return;
    if (isa<CXXThisExpr>(E)) {
      Out.push_back({Borrow::Kind::This, Where, nullptr});
      return;
    }
    if (const auto *Address = dyn_cast<UnaryOperator>(E)) {
      const ValueDecl *Var = Address->getOpcode() == UO_AddrOf
                                 ? ownLocal(localRoot(Address->getSubExpr()))
                                 : nullptr;
      // Through a pointer it is the pointee's address, not the pointer's.
      if (Var && !Var->getType()->isPointerType() && !R.isView(Var->getType()))
        Out.push_back({Kind, Where, Var});
      return;
    }
    const Expr *Source = nullptr;
    if (const std::optional<MemberCall> Call = asMemberCall(E)) {
      // `x.data()`, `x.get()`, `x.c_str()`, `x.begin()`, or the conversion of a
      // string to a view of it.
      if (Call->Method && (R.isView(Call->Call->getType()) ||
                           Call->Call->getType()->isPointerType()))
        Source = Call->Object;
    } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
      if (Construct->getNumArgs() >= 1)
        Source = Construct->getArg(0);
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      const FunctionDecl *Callee = Call->getDirectCallee();
      if (Callee && Callee->isInStdNamespace() && Call->getNumArgs() >= 1)
        Source = Call->getArg(0);
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
      if (!Var || !Var->hasLocalStorage())
        return;
      if (!Var->getType()->isPointerType() && !R.isView(Var->getType())) {
        // An array decays to a pointer to itself; an owner gives out a view.
        if (const ValueDecl *Own = ownLocal(Var))
          Out.push_back({Kind, Where, Own});
        return;
      }
      // What a variable points to is known only where it is made.
      if (isa<ParmVarDecl>(Var) || !Var->getInit())
        return;
      Source = Var->getInit();
    }
    if (!Source)
      return;
    E = Source;
    const Expr *Inner = skipWrappers(E);
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Inner);
    const ValueDecl *Var = Ref ? ownLocal(Ref->getDecl()) : nullptr;
    // The owner itself: `x` in `string_view(x)`, `std::ref(x)`, `x.data()`.
    if (Var && !Var->getType()->isPointerType() && !R.isView(Var->getType()) &&
        Var->getType()->isRecordType()) {
      const CXXRecordDecl *Owner = Var->getType()->getAsCXXRecordDecl();
      // A shared owner's pointee is not this variable's to end.
      if (Owner && Owner->getName() != "shared_ptr" &&
          Owner->getName() != "weak_ptr" && !isGivenAway(*Var))
        Out.push_back({Kind, Where, Var});
      return;
    }
  }
}

void BorrowFinder::capturesOf(const LambdaExpr &Lambda,
                              std::vector<Borrow> &Out) const {
  auto Init = Lambda.capture_init_begin();
  for (const LambdaCapture &Capture : Lambda.captures()) {
    const Expr *Value = *Init++;
    const SourceLocation Where = Capture.isImplicit()
                                     ? Lambda.getCaptureDefaultLoc()
                                     : Capture.getLocation();
    if (Capture.capturesThis()) {
      if (Capture.getCaptureKind() == LCK_This)
        Out.push_back({Borrow::Kind::This, Where, nullptr});
      continue;
    }
    if (!Capture.capturesVariable())
      continue;
    const ValueDecl *Named = Capture.getCapturedVar();
    const auto *Var = dyn_cast<VarDecl>(Named);
    if (Var && Var->isInitCapture()) {
      // `[&r = x]` names x through its initialiser.
      if (Capture.getCaptureKind() == LCK_ByRef) {
        if (const ValueDecl *Own = partOf(Var->getInit()))
          Out.push_back({Borrow::Kind::Reference, Where, Own});
      } else if (Var->getInit()) {
        value(Var->getInit(), Where, Out);
      }
      continue;
    }
    if (Capture.getCaptureKind() == LCK_ByRef) {
      if (const ValueDecl *Own = ownLocal(Named))
        Out.push_back({Borrow::Kind::Reference, Where, Own});
    } else if (Value) {
      value(Value, Where, Out);
    }
  }
}

/// The arguments that the coroutine \p Call starts keeps in its frame.
void BorrowFinder::argumentsTo(const CallExpr &Call,
                               std::vector<Borrow> &Out) const {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || !R.task(Call.getType()))
    return;
  // A plain function may be done with its arguments when it returns.
  const Function *Body = Model.find(Callee);
  if (Body && !Body->isCoroutine())
    return;
  // Nor is a combinator (`when_all`) of the library a coroutine of ours.
  const SourceManager &SM = Callee->getASTContext().getSourceManager();
  if (!Body && SM.isInSystemHeader(SM.getExpansionLoc(Callee->getLocation())))
    return;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call)) {
    const Expr *Object = Member->getImplicitObjectArgument();
    const Expr *Inner = skipWrappers(Object);
    if (isa<CXXThisExpr>(Inner)) {
      Out.push_back({Borrow::Kind::This, Call.getExprLoc(), nullptr});
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(Inner)) {
      const ValueDecl *Var = ownLocal(Ref->getDecl());
      if (Var && !Var->getType()->isPointerType())
        Out.push_back({Borrow::Kind::Reference, Object->getBeginLoc(), Var});
    }
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call))
    if (Operator->getOperator() == OO_Call)
      if (const auto *Lambda =
              dyn_cast<LambdaExpr>(skipWrappers(Operator->getArg(0))))
        capturesOf(*Lambda, Out);
  llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  if (isa<CXXOperatorCallExpr>(Call) && isa<CXXMethodDecl>(Callee))
    Args = Args.drop_front();
  for (unsigned I = 0; I < Args.size() && I < Callee->getNumParams(); ++I) {
    const QualType Param = Callee->getParamDecl(I)->getType();
    const SourceLocation Where = Args[I]->getBeginLoc();
    if (!Param->isReferenceType()) {
      value(Args[I], Where, Out);
      continue;
    }
    // A temporary is the business of another check.
    if (!Args[I]->isLValue())
      continue;
    if (const ValueDecl *Var = partOf(Args[I]))
      Out.push_back({Borrow::Kind::Reference, Where, Var});
  }
}

void BorrowFinder::borrowsOf(const Expr *E, std::vector<Borrow> &Out) const {
  E = skipWrappers(E);
  while (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(E)) {
    // A callable or task moved, copied or converted into a parameter.
    if (Construct->getNumArgs() < 1 ||
        (Construct->getNumArgs() > 1 &&
         !isa<CXXDefaultArgExpr>(Construct->getArg(1))))
      return;
    E = skipWrappers(Construct->getArg(0));
  }
  if (!E)
    return;
  if (const Expr *Moved = movedFrom(E))
    return borrowsOf(Moved, Out);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
    return capturesOf(*Lambda, Out);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    // A named lambda or task: what it borrowed when it was made.
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    if (Var && Var->hasLocalStorage() && Var->getInit() &&
        !isa<ParmVarDecl>(Var) && !Var->getType()->isReferenceType())
      borrowsOf(Var->getInit(), Out);
    return;
  }
  const auto *Call = dyn_cast<CallExpr>(E);
  if (!Call)
    return;
  const FunctionDecl *Callee = Call->getDirectCallee();
  if (Callee && Callee->isInStdNamespace() &&
      Callee->getDeclName().isIdentifier() && Callee->getName() == "bind") {
    for (const Expr *Arg : Call->arguments())
      value(Arg, Arg->getBeginLoc(), Out);
    return;
  }
  argumentsTo(*Call, Out);
}

} // namespace corolint
