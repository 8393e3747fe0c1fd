/// \file
/// What the elements of a control flow graph read and write.

#include "checks/model/AccessAnalysis.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// Whether \p Class finds its elements by keys: `[]` puts in what is missing.
static bool isMap(const CXXRecordDecl &Class) {
  return !Class.lookup(&Class.getASTContext().Idents.get("mapped_type"))
              .empty();
}

/// `std::sort(v.begin(), v.end())` and its like.
static bool isPermuting(const FunctionDecl &Callee) {
  constexpr llvm::StringLiteral Names[] = {
      "fill",   "generate",    "iota",    "nth_element", "partial_sort",
      "remove", "remove_if",   "reverse", "rotate",      "shuffle",
      "sort",   "stable_sort", "unique"};
  return Callee.getDeclName().isIdentifier() &&
         llvm::is_contained(Names, Callee.getName());
}

/// Whether nothing but an access through its own name changes a \p T: numbers,
/// pointers, enumerations, and the library's containers.
bool AccessAnalysis::isPlain(QualType T) const {
  T = T.getNonReferenceType();
  if (T.isVolatileQualified())
    return false;
  if (T->isScalarType())
    return true;
  const auto *Class = T->getAsCXXRecordDecl();
  return Class && Class->isInStdNamespace() &&
         (R.of(T, RoleKind::Owner) || R.of(T, RoleKind::NotSync));
}

/// Whether \p Object is made to be used by several tasks at once, or is no
/// data.
bool AccessAnalysis::isSynchronised(const Expr &Object) const {
  const Expr *E = skipWrappers(&Object);
  const QualType T = E->getType().getNonReferenceType();
  if (T.isVolatileQualified())
    return true;
  // What is part of an object that sees to it itself.
  while (const auto *Member = dyn_cast<MemberExpr>(E)) {
    E = skipWrappers(Member->getBase());
    const QualType Whole =
        Member->isArrow() ? E->getType()->getPointeeType() : E->getType();
    if (!Whole.isNull() && R.of(Whole, RoleKind::Sync))
      return true;
  }
  if (!T->getAsCXXRecordDecl())
    return false;
  return R.isThreadLock(T) || R.isAsyncLock(T) || R.guard(T) || R.task(T) ||
         llvm::any_of(
             std::initializer_list<RoleKind>{
                 RoleKind::Sync, RoleKind::JoinHandle, RoleKind::Scope,
                 RoleKind::Executor, RoleKind::Stream, RoleKind::AsyncLock,
                 RoleKind::AsyncGuard, RoleKind::LockedPointer},
             [&](RoleKind Kind) { return R.of(T, Kind) != nullptr; });
}

void AccessAnalysis::note(SharedAccess Access, const Stmt &By,
                          const State &Now) {
  Access.Ordered |= Now.Ordered;
  Access.On = std::max(Access.On, Now.On);
  for (const Hold &Held : Now.Held)
    if (!llvm::is_contained(Access.Locks, Locks[Held.Lock]))
      Access.Locks.push_back(Locks[Held.Lock]);
  // On another path it may be under other locks: what is held on one counts.
  for (SharedAccess &Known : Result.At[&By])
    if (Known.At == Access.At && Known.Write == Access.Write &&
        Known.Where == Access.Where) {
      for (const SharedLock &Lock : Access.Locks)
        if (!llvm::is_contained(Known.Locks, Lock))
          Known.Locks.push_back(Lock);
      Known.Ordered &= Access.Ordered;
      Known.On = std::max(Known.On, Access.On);
      return;
    }
  Result.At[&By].push_back(std::move(Access));
}

void AccessAnalysis::note(const Expr &Object, bool Write, bool Whole,
                          const Stmt &By, const State &Now) {
  if (isSynchronised(Object))
    return;
  if (std::optional<ObjectPath> At = Places.object(Object, F))
    note({.At = std::move(*At),
          .Write = Write,
          .Whole = Whole,
          .Where = Object.getExprLoc()},
         By, Now);
}

void AccessAnalysis::accesses(const Stmt &S, const State &Now) {
  if (const auto *Cast = dyn_cast<ImplicitCastExpr>(&S)) {
    if (Cast->getCastKind() == CK_LValueToRValue)
      note(*Cast->getSubExpr(), false, true, S, Now);
  } else if (const auto *Op = dyn_cast<BinaryOperator>(&S)) {
    if (Op->isAssignmentOp())
      note(*Op->getLHS(), true, true, S, Now);
  } else if (const auto *Op = dyn_cast<UnaryOperator>(&S)) {
    if (Op->isIncrementDecrementOp())
      note(*Op->getSubExpr(), true, true, S, Now);
  } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&S)) {
    construct(*Construct, Now);
  } else if (const auto *Await = dyn_cast<CoawaitExpr>(&S)) {
    run(Await->getOperand(), Now);
  } else if (const auto *Return = dyn_cast<ReturnStmt>(&S)) {
    // Whoever calls it for a task runs that.
    if (const Expr *Value = Return->getRetValue();
        Value && !F.isCoroutine() && R.task(Value->getType()))
      run(Value, Now);
  } else if (const auto *Call = dyn_cast<CallExpr>(&S)) {
    if (const std::optional<MemberCall> Member = asMemberCall(Call))
      memberCall(*Member, Now);
    call(*Call, Now);
  }
}

/// Copying and moving: whatever their bodies look like, that is what they do.
void AccessAnalysis::construct(const CXXConstructExpr &E, const State &Now) {
  if (E.getNumArgs() == 0 || !E.getConstructor()->isCopyOrMoveConstructor() ||
      !E.getArg(0)->isGLValue())
    return;
  const Expr &From = *E.getArg(0);
  if (E.getConstructor()->isCopyConstructor())
    note(From, false, true, E, Now);
  else if (movedFrom(skipWrappers(&From)) && isPlain(From.getType()))
    note(From, true, true, E, Now);
}

void AccessAnalysis::memberCall(const MemberCall &Call, const State &Now) {
  const CXXMethodDecl *Method = Call.Method;
  if (!Method || Method->isStatic())
    return;
  const Expr *Object = skipWrappers(Call.Object);
  QualType T = Object->getType().getNonReferenceType();
  if (T->isPointerType())
    return; // `p->f()`: a class of the file's own, if any.
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call.Call);
  const bool Assigns = Operator && Operator->isAssignmentOp();
  // `bits[2] = true`: what stands for the element is no object of its own.
  if (const auto *Element = dyn_cast<CXXOperatorCallExpr>(Object);
      Assigns && Element && Element->getOperator() == OO_Subscript &&
      Element->isPRValue() && T->getAsCXXRecordDecl()->isInStdNamespace() &&
      !SharedPlaces::isPointerLike(T))
    return note(*Element->getArg(0), true, true, *Call.Call, Now);
  // `a = b` of a class that has nothing to say about it.
  if (Assigns &&
      (Method->isDefaulted() || T->getAsCXXRecordDecl()->isInStdNamespace()))
    return note(*Object, true, true, *Call.Call, Now);
  if (!isPlain(T))
    return;
  const bool Fills = Method->getOverloadedOperator() == OO_Subscript &&
                     !Method->isConst() && isMap(*T->getAsCXXRecordDecl());
  const bool Write = Fills || !isAccessor(*Method);
  note(*Object, Write, /*Whole=*/Write, *Call.Call, Now);
}

void AccessAnalysis::call(const CallExpr &Call, const State &Now) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || movedFrom(&Call))
    return;
  const Function *Body = All.calleeOf(Call);
  if (Body && !Body->isCoroutine())
    return run(&Call, Now);
  if (isa<CXXOperatorCallExpr, CXXMemberCallExpr>(Call) && !Body &&
      Callee->isInStdNamespace())
    return;
  const bool Std = Callee->isInStdNamespace();
  constexpr llvm::StringLiteral Changing[] = {"swap", "exchange", "erase",
                                              "erase_if", "getline"};
  if (Std && isPermuting(*Callee) && Call.getNumArgs() > 1) {
    const auto First = asMemberCall(skipWrappers(Call.getArg(0)));
    const auto Last = asMemberCall(skipWrappers(Call.getArg(1)));
    if (First && Last && First->Name == "begin" && Last->Name == "end" &&
        Places.object(*First->Object, F) == Places.object(*Last->Object, F))
      return note(*skipWrappers(First->Object), true, true, Call, Now);
  }
  const bool Changes = Std && Callee->getDeclName().isIdentifier() &&
                       llvm::is_contained(Changing, Callee->getName());
  const unsigned First =
      isa<CXXOperatorCallExpr>(Call) && isa<CXXMethodDecl>(Callee) ? 1 : 0;
  for (unsigned I = First; I < Call.getNumArgs(); ++I) {
    if (I - First >= Callee->getNumParams())
      break;
    const QualType T = Callee->getParamDecl(I - First)->getType();
    const Expr &Arg = *Call.getArg(I);
    if (!T->isLValueReferenceType() || !isPlain(Arg.getType()))
      continue;
    if (Changes && !T->getPointeeType().isConstQualified())
      note(Arg, true, true, Call, Now);
    // Who asks for it to be constant, and is no library that passes it on,
    // reads it.
    else if (!Std && !Body && T->getPointeeType().isConstQualified() &&
             !R.isDescribed(*Callee))
      note(Arg, false, true, Call, Now);
  }
}

/// What the task or function that \p Task calls does, is done here.
void AccessAnalysis::run(const Expr *Task, const State &Now) {
  const Expr *Made = Task ? skipWrappers(Task) : nullptr;
  while (const Expr *Moved = Made ? movedFrom(Made) : nullptr)
    Made = skipWrappers(Moved);
  const auto *Call = dyn_cast_or_null<CallExpr>(Made);
  if (!Call)
    return;
  if (R.ofCall(*Call, RoleKind::AwaitsAll)) {
    for (const Expr *Arg : Call->arguments())
      run(Arg, Now);
    return;
  }
  const Function *Callee = All.calleeOf(*Call);
  if (!Callee || Callee == &F)
    return;
  const NameBinding Names = All.bind(*Callee, *Call, F);
  for (const SharedAccess &Inner : All.of(*Callee).Outside)
    if (std::optional<SharedAccess> Here = Names.translate(Inner))
      note(std::move(*Here), *Current, Now);
}

} // namespace corolint
