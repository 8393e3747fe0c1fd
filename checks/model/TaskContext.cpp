/// \file
/// Reading the use of a task off the expressions around it.

#include "checks/model/TaskContext.h"

#include "checks/model/Calls.h"
#include "checks/model/ObjectPath.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

bool fillsContainer(llvm::StringRef Method) {
  constexpr llvm::StringLiteral Names[] = {
      "push_back", "emplace_back",     "push_front",  "emplace_front", "push",
      "emplace",   "insert_or_assign", "try_emplace", "insert"};
  return llvm::is_contained(Names, Method);
}

bool clearsContainer(llvm::StringRef Method) {
  constexpr llvm::StringLiteral Names[] = {"reset", "clear", "pop_back",
                                           "pop_front", "pop"};
  return llvm::is_contained(Names, Method);
}

bool isStdClass(QualType T) {
  const CXXRecordDecl *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Class && Class->isInStdNamespace();
}

bool isNothing(const Expr *E) {
  E = skipWrappers(E);
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(E))
    return true;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return Ref->getDecl()->isInStdNamespace() &&
           Ref->getDecl()->getNameAsString() == "nullopt";
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
    return Construct->getNumArgs() == 0 ||
           (Construct->getNumArgs() == 1 && isNothing(Construct->getArg(0)));
  const auto *List = dyn_cast<InitListExpr>(E);
  return List && List->getNumInits() == 0;
}

namespace {

/// Whether \p Parent designates a part of what \p Child designates, or the same
/// in other clothes.
bool isStep(const Stmt &Parent, const Expr *Child) {
  if (isa<ParenExpr, ExprWithCleanups, MaterializeTemporaryExpr,
          CXXBindTemporaryExpr>(Parent))
    return true;
  if (const auto *Cast = dyn_cast<CastExpr>(&Parent))
    return !Cast->getType()->isVoidType() &&
           Cast->getCastKind() != CK_UserDefinedConversion &&
           Cast->getCastKind() != CK_PointerToBoolean &&
           Cast->getCastKind() != CK_ConstructorConversion;
  if (const auto *Member = dyn_cast<MemberExpr>(&Parent))
    return isa<FieldDecl>(Member->getMemberDecl());
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(&Parent))
    return Subscript->getBase() == Child;
  if (const auto *Op = dyn_cast<UnaryOperator>(&Parent))
    return Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Parent)) {
    const OverloadedOperatorKind Op = Operator->getOperator();
    return (Op == OO_Star || Op == OO_Arrow || Op == OO_Subscript) &&
           Operator->getArg(0) == Child;
  }
  const auto *Call = dyn_cast<CallExpr>(&Parent);
  return Call && isStdGet(*Call) && Call->getArg(0) == Child;
}

/// Whether \p Call, of a member of the object, is a way to what it holds.
bool isWayIn(const CallExpr &Call) {
  const std::optional<MemberCall> Member = asMemberCall(&Call);
  if (!Member || !isStdClass(Member->Object->getType()))
    return false;
  constexpr llvm::StringLiteral Names[] = {"value", "get", "front",
                                           "back",  "at",  "top"};
  return llvm::is_contained(Names, Member->Name);
}

/// Whether the value of the node at the end of \p Above decides a branch.
bool decides(llvm::ArrayRef<const Stmt *> Above) {
  for (size_t I = Above.size(); I > 1; --I) {
    const Stmt &Around = *Above[I - 2];
    if (isa<CastExpr, ParenExpr, UnaryOperator, ExprWithCleanups>(Around))
      continue;
    if (const auto *Op = dyn_cast<BinaryOperator>(&Around))
      return Op->isLogicalOp();
    if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(&Around))
      return Choice->getCond() == Above[I - 1];
    return isa<IfStmt, ForStmt, WhileStmt, DoStmt>(Around);
  }
  return false;
}

/// What the call at the end of \p Above does with the object of its method.
TaskUse methodUse(const Expr &Object, const CXXMethodDecl &Method,
                  llvm::ArrayRef<const Stmt *> Above) {
  if (testsEngaged(Method))
    return decides(Above) ? TaskUse::Test : TaskUse::Ask;
  const QualType T = Object.getType();
  if (!isStdClass(T->isPointerType() ? T->getPointeeType() : T))
    return TaskUse::Use;
  const std::string Name = Method.getNameAsString();
  if (Name == "size")
    return TaskUse::Ask;
  return fillsContainer(Name) || clearsContainer(Name) || Name == "reserve" ||
                 Name == "capacity"
             ? TaskUse::Look
             : TaskUse::Use;
}

/// What \p Var makes of the task that it is initialised with.
TaskUse initialiserUse(const VarDecl &Var, bool Moved) {
  const QualType T = Var.getType();
  if (T->isLValueReferenceType())
    return TaskUse::Look;
  // Object paths see through `auto *p = &t`.
  if (T->isPointerType())
    return isa<UnaryOperator>(skipWrappers(Var.getInit())) ? TaskUse::Look
                                                           : TaskUse::Use;
  return Moved && !T->isReferenceType() ? TaskUse::Move : TaskUse::Use;
}

TaskUse operatorUse(const UnaryOperator &Op) {
  return Op.getOpcode() == UO_LNot ? TaskUse::Test : TaskUse::Use;
}

/// `p != nullptr`; the right side of a comma is its value.
TaskUse operatorUse(const BinaryOperator &Op, const Expr *Operand) {
  if (Op.isComparisonOp() || Op.isLogicalOp())
    return TaskUse::Test;
  return Op.getOpcode() == BO_Comma && Op.getLHS() == Operand ? TaskUse::Look
                                                              : TaskUse::Use;
}

} // namespace

/// Whether \p Method of a map or set leaves its argument alone where there is
/// such a key already.
static bool mayRefuse(const CXXMethodDecl *Method) {
  return Method && Method->getDeclName().isIdentifier() &&
         (Method->getName().contains("emplace") ||
          Method->getName() == "insert") &&
         !membersOf(*Method->getParent(), "key_type").empty();
}

TaskUse TaskContext::argumentUse(const Expr &Call, const Expr *Arg,
                                 bool Moved) const {
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  const auto It = llvm::find(Args, Arg);
  if (It == Args.end())
    return TaskUse::Use;
  const unsigned Index = It - Args.begin();
  if (ignoredParameter(Call, Index, Model))
    return TaskUse::Look;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call)) {
    if (Operator->getOperator() == OO_Equal && Index == 0)
      return TaskUse::Look; // Its store says the rest.
    if (Operator->getOperator() == OO_Exclaim)
      return TaskUse::Test;
  }
  if (!Moved)
    return TaskUse::Use;
  // A reference is all that `T &&` is: what gets it need not take it.
  if (isa<CXXConstructExpr>(Call) || isa<CXXConstructExpr>(skipWrappers(Arg)))
    return TaskUse::Move;
  const FunctionDecl *Callee = cast<CallExpr>(Call).getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  const bool OfStd = Method ? Method->getParent()->isInStdNamespace()
                            : Callee && Callee->isInStdNamespace();
  if ((OfStd && !mayRefuse(Method)) ||
      (Method && Method->getOverloadedOperator() == OO_Equal))
    return TaskUse::Move;
  for (const RoleKind Taker : {RoleKind::Spawn, RoleKind::ConsumesTask})
    if (R.ofArgument(Call, Index, Taker))
      return TaskUse::Move;
  return R.ofCall(Call, RoleKind::AwaitsAll) ||
                 R.ofCall(Call, RoleKind::AwaitsFirst)
             ? TaskUse::Move
             : TaskUse::Use;
}

std::pair<TaskUse, const Stmt *> TaskContext::use() const {
  size_t Index = Above.size() - 1;
  const auto *Top = cast<Expr>(Above[Index]);
  bool Moved = false;
  while (const Stmt *Parent = above(Index)) {
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Parent)) {
      if (!Construct->getConstructor()->isCopyOrMoveConstructor())
        return {argumentUse(*Construct, Top, Moved), Parent};
      Moved |= Construct->getConstructor()->isMoveConstructor();
    } else if (isa<CoawaitExpr, DependentCoawaitExpr>(Parent)) {
      return {TaskUse::Await, Parent};
    } else if (const auto *Decls = dyn_cast<DeclStmt>(Parent)) {
      for (const Decl *D : Decls->decls())
        if (const auto *Var = dyn_cast<VarDecl>(D);
            Var && Var->getInit() == Above[Index])
          return {initialiserUse(*Var, Moved), Parent};
      return {TaskUse::Use, Parent};
    } else if (const auto *Member = dyn_cast<MemberExpr>(Parent);
               Member && isa<CXXMethodDecl>(Member->getMemberDecl())) {
      const auto *Call = dyn_cast_or_null<CallExpr>(above(Index - 1));
      const auto &Method = *cast<CXXMethodDecl>(Member->getMemberDecl());
      if (Call && Moved && Method.getRefQualifier() == RQ_RValue)
        return {TaskUse::Move, Call};
      if (!Call || !isWayIn(*Call))
        return {
            methodUse(*Top, Method, llvm::ArrayRef(Above.data(), Index - 1)),
            Call};
      Top = Call;
      Index -= 2;
      continue;
    } else if (isStep(*Parent, Top)) {
      // `static_cast<task &&>(t)`
      Moved |= isa<ExplicitCastExpr>(Parent) && cast<Expr>(Parent)->isXValue();
    } else if (const auto *Call = dyn_cast<CallExpr>(Parent)) {
      if (!movedFrom(Call))
        return {argumentUse(*Call, Top, Moved), Parent};
      Moved = true;
    } else if (const auto *Op = dyn_cast<UnaryOperator>(Parent)) {
      return {operatorUse(*Op), Parent};
    } else if (const auto *Op = dyn_cast<BinaryOperator>(Parent)) {
      return {operatorUse(*Op, Top), Parent};
    } else if (const auto *Cast = dyn_cast<CastExpr>(Parent)) {
      return {Cast->getType()->isVoidType()      ? TaskUse::Look
              : Cast->getType()->isBooleanType() ? TaskUse::Test
                                                 : TaskUse::Use,
              Parent};
    } else if (isa<ReturnStmt, CoreturnStmt, CoyieldExpr, CXXThrowExpr>(
                   Parent)) {
      return {TaskUse::Move, Parent};
    } else if (isa<Expr>(Parent)) {
      return {Moved ? TaskUse::Move : TaskUse::Use, Parent};
    } else {
      return {TaskUse::Look, Parent}; // A statement of its own.
    }
    Top = cast<Expr>(Parent);
    --Index;
  }
  return {TaskUse::Look, nullptr};
}

const Expr *TaskContext::largest(size_t &Index) const {
  Index = Above.size() - 1;
  const auto *Top = cast<Expr>(Above[Index]);
  while (const Stmt *Parent = above(Index)) {
    const auto *Call = dyn_cast<CallExpr>(Parent);
    if (isStep(*Parent, Top) || (Call && movedFrom(Call))) {
      Top = cast<Expr>(Parent);
      --Index;
      continue;
    }
    const auto *Outer = isa<MemberExpr>(Parent)
                            ? dyn_cast_or_null<CallExpr>(above(Index - 1))
                            : nullptr;
    if (!Outer || !isWayIn(*Outer))
      break;
    Top = Outer;
    Index -= 2;
  }
  return Top;
}

const VarDecl *TaskContext::variableOf(const LambdaExpr &Lambda,
                                       size_t Index) const {
  while (const auto *Parent = dyn_cast_or_null<Expr>(above(Index))) {
    if (!isStep(*Parent, cast<Expr>(Above[Index])) &&
        !isa<CXXConstructExpr>(Parent))
      return nullptr;
    --Index;
  }
  const auto *Decls = dyn_cast_or_null<DeclStmt>(above(Index));
  const auto *Var = Decls && Decls->isSingleDecl()
                        ? dyn_cast<VarDecl>(Decls->getSingleDecl())
                        : nullptr;
  return Var && Var->hasLocalStorage() &&
                 Var->getType()->getAsCXXRecordDecl() == Lambda.getLambdaClass()
             ? Var
             : nullptr;
}

bool TaskContext::isSkippedInLoop() const {
  bool Skipped = false;
  for (size_t I = Above.size() - 1; I > 0; --I) {
    const Stmt *Around = Above[I - 1];
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Around))
      return Skipped;
    if (const auto *If = dyn_cast<IfStmt>(Around))
      Skipped |= Above[I] == If->getThen() || Above[I] == If->getElse();
    else if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(Around))
      Skipped |= Above[I] != Choice->getCond();
    else if (const auto *Op = dyn_cast<BinaryOperator>(Around))
      Skipped |= Op->isLogicalOp() && Above[I] == Op->getRHS();
    else
      Skipped |= isa<SwitchStmt>(Around);
  }
  return false;
}

void collectMentioned(const Stmt *Root,
                      llvm::SmallVectorImpl<const ValueDecl *> &Found) {
  anyStmt(Root, [&](const Stmt &S) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
      if (!isa<FunctionDecl, EnumConstantDecl>(Ref->getDecl()))
        Found.push_back(Ref->getDecl());
    if (const auto *Member = dyn_cast<MemberExpr>(&S))
      if (isa<FieldDecl>(Member->getMemberDecl()))
        Found.push_back(Member->getMemberDecl());
    return false;
  });
}

bool TaskContext::heads(SourceLocation Begin, const SourceManager &SM,
                        llvm::SmallVectorImpl<const ValueDecl *> &Guards,
                        bool Loops) const {
  bool Any = false;
  for (const Stmt *S : Above) {
    if (!SM.isBeforeInTranslationUnit(Begin, S->getBeginLoc()))
      continue;
    const Stmt *Head = nullptr;
    bool IsLoop = true;
    if (const auto *If = dyn_cast<IfStmt>(S)) {
      Head = If->getCond();
      IsLoop = false;
    } else if (const auto *Switch = dyn_cast<SwitchStmt>(S)) {
      Head = Switch->getCond();
      IsLoop = false;
    } else if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(S)) {
      Head = Choice->getCond();
      IsLoop = false;
    } else if (const auto *For = dyn_cast<ForStmt>(S)) {
      Head = For->getCond();
    } else if (const auto *While = dyn_cast<WhileStmt>(S)) {
      Head = While->getCond();
    } else if (const auto *Do = dyn_cast<DoStmt>(S)) {
      Head = Do->getCond();
    } else if (const auto *Range = dyn_cast<CXXForRangeStmt>(S)) {
      Head = Range->getRangeInit();
    } else {
      continue;
    }
    Any |= !IsLoop || Loops;
    collectMentioned(Head, Guards);
  }
  return Any;
}

} // namespace corolint
