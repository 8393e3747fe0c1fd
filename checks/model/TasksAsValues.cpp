/// \file
/// Finding tasks that are used as their results.

#include "checks/model/TasksAsValues.h"

#include "checks/model/CallResults.h"
#include "checks/model/Calls.h"
#include "checks/model/Evaluated.h"
#include "checks/roles/ClassWalk.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

/// The first type that \p T's template is given; null if there is none.
QualType firstArgument(QualType T) {
  QualType First;
  eachTypeArgument(T, [&](QualType Arg) {
    if (First.isNull())
      First = Arg;
  });
  return First;
}

/// Whether \p Conversion says whether there is something in the object. One
/// that is written for a template parameter, or that changes the object, has
/// other things to say.
bool testsPresence(const CXXConversionDecl &Conversion) {
  const FunctionDecl *Pattern = Conversion.getTemplateInstantiationPattern();
  const auto *Written =
      Pattern ? cast<CXXConversionDecl>(Pattern) : &Conversion;
  return Conversion.isConst() && !Conversion.getPrimaryTemplate() &&
         !Written->getConversionType()->isDependentType() &&
         Written->getConversionType()->isBooleanType();
}

/// Whether what a \p T holds can be had without an await.
bool holdsValue(QualType T) {
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && anyClassOf(*Class, [](const NamedDecl &C) {
           const CXXRecordDecl *Definition = definitionOf(C);
           if (!Definition)
             return false;
           DeclarationNameTable &Names =
               Definition->getASTContext().DeclarationNames;
           return !Definition->lookup(Names.getCXXOperatorName(OO_Star))
                       .empty() ||
                  !membersOf(C, "has_value").empty() ||
                  !membersOf(C, "value").empty();
         });
}

bool isStream(QualType T) {
  const CXXRecordDecl *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Class && anyClassOf(*Class, [](const NamedDecl &C) {
           return C.isInStdNamespace() && C.getName() == "basic_ostream";
         });
}

/// Values that no task is meant to be equal to.
bool isPlainValue(QualType T) {
  T = T.getNonReferenceType();
  if (T->isArithmeticType() || T->isEnumeralType())
    return true;
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && Class->isInStdNamespace() &&
         Class->getName().starts_with("basic_string");
}

bool isOrdering(QualType T) {
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && Class->isInStdNamespace() &&
         Class->getName().ends_with("_ordering");
}

/// Whether \p Operator takes operands of any type, a task by accident.
bool isGeneric(const FunctionDecl &Operator) {
  const FunctionDecl *Pattern = Operator.getTemplateInstantiationPattern();
  return Pattern && llvm::any_of(Pattern->parameters(), [](const auto *Param) {
           return Param->getType()
               .getNonReferenceType()
               ->template getAs<TemplateTypeParmType>();
         });
}

/// Whether \p Operator takes a last operand of any type, leaves it as it is and
/// waits for the next, as a logger does: a temporary task is gone afterwards.
bool onlyReads(const FunctionDecl &Operator) {
  const FunctionDecl *Pattern = Operator.getTemplateInstantiationPattern();
  const QualType Last =
      Pattern ? Pattern->parameters().back()->getType() : QualType();
  return !Last.isNull() && Last->isLValueReferenceType() &&
         Operator.getReturnType()->isLValueReferenceType() &&
         Last->getPointeeType().isConstQualified() &&
         Last->getPointeeType()->getAs<TemplateTypeParmType>();
}

class ValueFinder : public EvaluatedVisitor<ValueFinder> {
public:
  ValueFinder(const Function &F, const Roles &R) : F(F), R(R) {}

  std::vector<TaskAsValue> take();

  bool VisitVarDecl(VarDecl *Var) {
    if (Var->hasLocalStorage() && Var->getInit() && isTask(Var->getType()) &&
        makerOf(Var->getInit()))
      Holders[Var];
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (const auto It = Holders.find(Ref->getDecl()); It != Holders.end())
      ++It->second.Mentions;
    return true;
  }

  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (Op->isComparisonOp())
      inContext(Op, TaskAsValue::Use::Compared);
    else if (Op->isAdditiveOp() || Op->isMultiplicativeOp() ||
             Op->isBitwiseOp() || Op->isShiftOp())
      inContext(Op, TaskAsValue::Use::Number);
    return true;
  }
  bool VisitImplicitCastExpr(ImplicitCastExpr *Cast) {
    if (Cast->getCastKind() == CK_IntegralCast ||
        Cast->getCastKind() == CK_IntegralToFloating)
      Contexts.try_emplace(skipWrappers(Cast), TaskAsValue::Use::Number);
    return true;
  }
  /// `static_cast<bool>(t)`: who writes this about a variable knows what it is.
  bool VisitExplicitCastExpr(ExplicitCastExpr *Cast) {
    if (const auto *Call =
            dyn_cast<CXXMemberCallExpr>(skipWrappers(Cast->getSubExpr())))
      Explicit.insert(Call->getImplicitObjectArgument());
    return true;
  }
  bool VisitCXXMemberCallExpr(CXXMemberCallExpr *Call) {
    const auto *Conversion =
        dyn_cast_or_null<CXXConversionDecl>(Call->getMethodDecl());
    if (!Conversion || !testsPresence(*Conversion))
      return true;
    const auto It = Contexts.find(Call);
    use(It == Contexts.end() ? TaskAsValue::Use::Tested : It->second,
        Call->getImplicitObjectArgument(), Conversion);
    return true;
  }
  bool VisitCXXOperatorCallExpr(CXXOperatorCallExpr *Call);
  /// `a != b` that calls `operator==` has the call in its other form.
  bool VisitCXXRewrittenBinaryOperator(CXXRewrittenBinaryOperator *Op) {
    auto *Call = dyn_cast<CXXOperatorCallExpr>(
        const_cast<Expr *>(Op->getDecomposedForm().InnerBinOp));
    return !Call || VisitCXXOperatorCallExpr(Call);
  }
  bool VisitCallExpr(CallExpr *Call);
  bool VisitCoreturnStmt(CoreturnStmt *Return) {
    const QualType Result = firstArgument(F.Decl.getReturnType());
    const Expr *Operand = Return->getOperand();
    if (Operand && !Result.isNull() && Result->isArithmeticType() &&
        !isa<CXXMemberCallExpr>(skipWrappers(Operand)) && makerOf(Operand) &&
        isTask(Operand->getType()))
      use(TaskAsValue::Use::Returned, Operand, nullptr);
    return true;
  }

private:
  struct Holder {
    unsigned Mentions = 0;
    llvm::SmallVector<TaskAsValue, 1> Tests;
  };

  /// Optional and expected values, which some libraries let coroutines return,
  /// are there to be tested.
  bool isTask(QualType T) const {
    T = T.getNonReferenceType();
    return !T->isDependentType() && R.task(T) && !holdsValue(T);
  }

  /// The call or await whose value \p E is: a task that nobody has a name for.
  const Expr *makerOf(const Expr *E) const {
    E = skipWrappers(E);
    if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(E))
      return makerOf(Choice->getTrueExpr());
    // Some tasks give a reference to their result, which is theirs.
    const bool Makes = isa<CallExpr>(E)      ? E->isPRValue()
                       : isa<CoawaitExpr>(E) ? !E->isLValue()
                                             : false;
    return Makes && isTask(E->getType()) ? E : nullptr;
  }

  /// The conversions to bool among the operands of \p Op are for its sake.
  void inContext(const BinaryOperator *Op, TaskAsValue::Use How) {
    for (const Expr *Operand : {Op->getLHS(), Op->getRHS()})
      Contexts.try_emplace(skipWrappers(Operand), How);
  }

  const VarDecl *holder(const Expr *E) const {
    const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(E));
    const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return Var && Holders.contains(Var) ? Var : nullptr;
  }

  /// \p Task is an operand that is converted, or of a task's own type.
  void use(TaskAsValue::Use How, const Expr *Task, const FunctionDecl *By);

  const Function &F;
  const Roles &R;
  llvm::DenseMap<const Expr *, TaskAsValue::Use> Contexts;
  /// What is converted by a cast that somebody wrote.
  llvm::DenseSet<const Expr *> Explicit;
  /// The variables that hold a task that a call made.
  llvm::DenseMap<const ValueDecl *, Holder> Holders;
  std::vector<TaskAsValue> Found;
};

void ValueFinder::use(TaskAsValue::Use How, const Expr *Task,
                      const FunctionDecl *By) {
  const QualType Type = Task->getType().getNonReferenceType();
  if (!isTask(Type))
    return;
  if (const Expr *Maker = makerOf(Task)) {
    // That work could be started at all is something to ask.
    if (How == TaskAsValue::Use::Tested && !hasResult(Type) &&
        R.task(Type)->StartsAt != TaskTraits::Start::Lazy)
      return;
    const bool One = skipWrappers(Task) == Maker;
    Found.push_back({How, Task, Type, One ? Maker : nullptr, nullptr, By});
  } else if (const VarDecl *Var = holder(Task)) {
    const TaskAsValue Value{How, Task, Type, makerOf(Var->getInit()), Var, By};
    if (How != TaskAsValue::Use::Tested)
      Found.push_back(Value);
    else if (hasResult(Type) && !Explicit.contains(Task))
      Holders[Var].Tests.push_back(Value);
  }
}

bool ValueFinder::VisitCXXOperatorCallExpr(CXXOperatorCallExpr *Call) {
  const FunctionDecl *Operator = Call->getDirectCallee();
  if (!Operator || Call->getNumArgs() != 2)
    return true;
  const Expr *Left = Call->getArg(0), *Right = Call->getArg(1);
  if (Call->getOperator() == OO_LessLess) {
    const bool Stream = isStream(Left->getType());
    if (Stream)
      Contexts.try_emplace(skipWrappers(Right), TaskAsValue::Use::Printed);
    if (makerOf(Right) ? Stream || onlyReads(*Operator)
                       : Stream && isGeneric(*Operator))
      use(TaskAsValue::Use::Printed, Right, Operator);
    return true;
  }
  // Awaitables have operators that make others of them: `a && b`.
  if (!Call->isComparisonOp() ||
      !(Call->getType()->isBooleanType() || isOrdering(Call->getType())))
    return true;
  for (const auto &[Task, Other] : {std::pair(Left, Right), {Right, Left}}) {
    const bool Meant = !isPlainValue(Other->getType()) || !isGeneric(*Operator);
    const bool Null = Other->getType()->isNullPtrType();
    if (!Null && (makerOf(Task) || !Meant))
      use(TaskAsValue::Use::Compared, Task, Operator);
  }
  return true;
}

bool ValueFinder::VisitCallExpr(CallExpr *Call) {
  const FunctionDecl *Callee = Call->getDirectCallee();
  if (Callee && Callee->isVariadic() && Callee->getNumParams() > 0 &&
      !isa<CXXOperatorCallExpr>(Call))
    for (const Expr *Arg : argumentsOf(*Call).drop_front(
             std::min(Callee->getNumParams(), Call->getNumArgs())))
      use(TaskAsValue::Use::Passed, Arg, Callee);
  for (unsigned I = 0; const Expr *Arg = Roles::argument(*Call, I); ++I) {
    if (Arg->isTypeDependent() || !isCallable(Arg->getType()))
      continue;
    const Role *Called = R.ofArgument(*Call, I, RoleKind::CallsNow);
    if (!Called || !Called->is("result", "tested"))
      break;
    const std::optional<CallResult> Result = resultOfCalling(*Arg);
    if (Result && isTask(Result->Type))
      Found.push_back({TaskAsValue::Use::Predicate, Arg, Result->Type, nullptr,
                       nullptr, Callee});
  }
  return true;
}

std::vector<TaskAsValue> ValueFinder::take() {
  for (const auto &[Var, Held] : Holders)
    if (!Held.Tests.empty() && Held.Tests.size() == Held.Mentions)
      Found.push_back(Held.Tests.front());
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  llvm::stable_sort(Found, [&](const TaskAsValue &A, const TaskAsValue &B) {
    return SM.isBeforeInTranslationUnit(A.Task->getBeginLoc(),
                                        B.Task->getBeginLoc());
  });
  return std::move(Found);
}

} // namespace

bool hasResult(QualType Task) {
  const QualType Result = firstArgument(Task);
  return !Result.isNull() && !Result->isVoidType();
}

std::vector<TaskAsValue> tasksAsValues(const Function &F, const Roles &R) {
  if (F.Decl.isDependentContext())
    return {};
  ValueFinder Finder(F, R);
  Finder.TraverseStmt(const_cast<Stmt *>(F.Body));
  return Finder.take();
}

} // namespace corolint
