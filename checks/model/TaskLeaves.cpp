/// \file
/// Taking expressions apart into the tasks that their values hold.

#include "checks/model/TaskLeaves.h"

#include "checks/model/Calls.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

using Way = llvm::SmallVector<ObjectPath::Member, 2>;

/// Whether \p Constructor does more than initialise members with what it is
/// given: it can use them then.
bool doesMore(const CXXConstructorDecl &Constructor) {
  const auto *Body = dyn_cast_or_null<CompoundStmt>(Constructor.getBody());
  return !Body || !Body->body_empty() ||
         llvm::any_of(Constructor.inits(), [](const CXXCtorInitializer *Init) {
           return anyStmt(Init->getInit(), [](const Stmt &S) {
             return isa<CXXThisExpr, LambdaExpr>(S);
           });
         });
}

/// The field that \p Constructor moves its parameter \p Index into; nullptr if
/// it does anything else with it.
const FieldDecl *fieldFor(const CXXConstructorDecl &Constructor,
                          unsigned Index) {
  const FunctionDecl *Body = nullptr;
  if (!Constructor.hasBody(Body) || Index >= Body->getNumParams() ||
      Body->getParamDecl(Index)->getType()->isLValueReferenceType() ||
      doesMore(*cast<CXXConstructorDecl>(Body)))
    return nullptr;
  const ParmVarDecl *Param = Body->getParamDecl(Index);
  for (const CXXCtorInitializer *Init :
       cast<CXXConstructorDecl>(Body)->inits()) {
    if (!Init->isMemberInitializer())
      continue;
    const Expr *E = skipWrappers(Init->getInit());
    // `t_(std::move(t))`, `t_{std::move(t)}`.
    while (E) {
      if (const Expr *Moved = movedFrom(E))
        E = skipWrappers(Moved);
      else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E);
               Construct && Construct->getNumArgs() == 1)
        E = skipWrappers(Construct->getArg(0));
      else if (const auto *List = dyn_cast<InitListExpr>(E);
               List && List->getNumInits() == 1)
        E = skipWrappers(List->getInit(0));
      else
        break;
    }
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E);
    if (Ref && Ref->getDecl() == Param)
      return Init->getMember();
  }
  return nullptr;
}

class Finder {
public:
  Finder(const TaskTypes &Types, llvm::SmallVector<TaskLeaf, 2> &Found)
      : Types(Types), Found(Found) {}

  void value(const Expr *E, const Way &At) {
    E = skipWrappers(E);
    if (!E || At.size() > MaxDepth)
      return;
    if (const Expr *Moved = movedFrom(E)) {
      if (Types.holds(E->getType().getNonReferenceType()))
        Found.push_back({TaskLeaf::Kind::Moved, At, Moved});
      return;
    }
    if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(E))
      return choice(*Choice, At);
    if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
      return captures(*Lambda, At);
    if (const auto *List = dyn_cast<CXXStdInitializerListExpr>(E)) {
      // All elements are in the one place that is the container.
      const Expr *Items = skipWrappers(List->getSubExpr());
      for (const Expr *Item : argumentsOf(*Items))
        value(Item, At);
      return;
    }
    if (const auto *List = dyn_cast<InitListExpr>(E))
      return initList(*List, At);
    if (const auto *New = dyn_cast<CXXNewExpr>(E);
        New && New->getNumPlacementArgs() == 0)
      return value(New->getInitializer(), At);
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
      return construct(*Construct, At);
    if (const auto *Await = dyn_cast<CoawaitExpr>(E))
      return awaited(*Await, At);
    if (const auto *Call = dyn_cast<CallExpr>(E))
      call(*Call, At);
  }

private:
  static constexpr unsigned MaxDepth = 4;

  static Way with(const Way &At, ObjectPath::Member Next) {
    Way Longer = At;
    Longer.push_back(Next);
    return Longer;
  }

  /// `c ? fetch() : flush()` makes a task whichever it is.
  void choice(const AbstractConditionalOperator &E, const Way &At) {
    const auto IsFresh = [&](const Expr *Arm) {
      const llvm::SmallVector<TaskLeaf, 2> In = tasksIn(*Arm, Types);
      return In.size() == 1 && In[0].How == TaskLeaf::Kind::Fresh &&
             In[0].Way.empty();
    };
    if (IsFresh(E.getTrueExpr()) && IsFresh(E.getFalseExpr()))
      Found.push_back({TaskLeaf::Kind::Fresh, At, &E});
  }

  void captures(const LambdaExpr &Lambda, const Way &At) {
    auto Field = Lambda.getLambdaClass()->field_begin();
    for (const Expr *Init : Lambda.capture_inits()) {
      if (Init && Types.holds(Field->getType()))
        value(Init, with(At, memberOf(**Field)));
      ++Field;
    }
  }

  void initList(const InitListExpr &List, const Way &At) {
    const InitListExpr &Semantic =
        List.isSemanticForm() || !List.getSemanticForm()
            ? List
            : *List.getSemanticForm();
    const CXXRecordDecl *Class = Semantic.getType()->getAsCXXRecordDecl();
    const llvm::ArrayRef<const Expr *> Inits = argumentsOf(Semantic);
    // `task<> t{fetch()}` is no aggregate.
    if (Inits.size() == 1 && Class && !Class->isAggregate())
      return value(Inits[0], At);
    if (!Class || Semantic.getNumInits() == 0) {
      for (size_t I = 0; I < Inits.size(); ++I)
        value(Inits[I],
              Semantic.getType()->isArrayType() ? with(At, I + 1) : At);
      return;
    }
    // The array in it is no member that anybody names.
    if (Class->isInStdNamespace() && Class->getIdentifier() &&
        Class->getName() == "array")
      return value(Inits[0], At);
    if (mayActWhenDestroyed(*Class))
      return;
    size_t I = 0;
    for (const CXXBaseSpecifier &Base : Class->bases()) {
      (void)Base;
      if (I < Inits.size())
        value(Inits[I++], At);
    }
    for (const FieldDecl *Field : Class->fields())
      if (I < Inits.size() && !Field->isUnnamedBitField())
        value(Inits[I++], with(At, memberOf(*Field)));
  }

  /// Each argument in its own place.
  void elements(llvm::ArrayRef<const Expr *> Args, const Way &At) {
    for (size_t I = 0; I < Args.size(); ++I)
      value(Args[I], with(At, I + 1));
  }

  void construct(const CXXConstructExpr &E, const Way &At) {
    const CXXConstructorDecl *Constructor = E.getConstructor();
    const llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
    // `auto yield = maybe_yield();`
    if (isa<CXXTemporaryObjectExpr>(E) &&
        Types.owed(E.getType()) == Debt::Operation)
      Found.push_back({TaskLeaf::Kind::Fresh, At, &E});
    if (Args.empty())
      return;
    if (Types.owed(E.getType()) == Debt::Handle &&
        !Constructor->isCopyOrMoveConstructor()) {
      Found.push_back({TaskLeaf::Kind::Fresh, At, &E});
      return;
    }
    if (Args.size() == 1 && Constructor->isCopyOrMoveConstructor())
      return value(Args[0], At);
    const size_t Parts = tupleElements(E.getType()).size();
    if (Parts > 0 && Parts == Args.size())
      return elements(Args, At);
    // `std::optional<T>`, `std::vector<T>`, `T(T &&)` by another name.
    if (Constructor->getParent()->isInStdNamespace() ||
        Types.owes(E.getType())) {
      if (Types.holds(E.getType()))
        for (const Expr *Arg : Args)
          if (Types.holds(Arg->getType().getNonReferenceType()) ||
              isa<CXXStdInitializerListExpr>(skipWrappers(Arg)) ||
              Arg->getType()->isPointerType())
            value(Arg, At);
      return;
    }
    if (Types.holds(E.getType()))
      for (unsigned I = 0; I < Args.size(); ++I)
        if (const FieldDecl *Field = fieldFor(*Constructor, I))
          value(Args[I], with(At, memberOf(*Field)));
  }

  /// A task's own value can be a task. What other awaiters yield may well have
  /// run.
  void awaited(const CoawaitExpr &E, const Way &At) {
    const QualType T = E.getType().getNonReferenceType();
    if (E.isLValue() || !Types.owes(T))
      return;
    const Expr *Operand = skipWrappers(E.getOperand());
    const QualType Outer = Operand->getType().getNonReferenceType();
    if (!Types.roles().task(Outer))
      return;
    bool IsValue = false;
    eachTypeArgument(Outer, [&](QualType Value) {
      IsValue |= Value.getCanonicalType() == T.getCanonicalType();
    });
    if (IsValue)
      Found.push_back({TaskLeaf::Kind::Fresh, At, &E});
  }

  void call(const CallExpr &E, const Way &At) {
    if (!E.isPRValue())
      return;
    if (Types.owedBy(E) != Debt::None) {
      Found.push_back({TaskLeaf::Kind::Fresh, At, &E});
      return;
    }
    const CXXRecordDecl *Class = E.getType()->getAsCXXRecordDecl();
    if (!Types.holds(E.getType()) || !Class || !Class->isInStdNamespace())
      return;
    const FunctionDecl *Callee = E.getDirectCallee();
    const llvm::ArrayRef<TemplateArgument> Parts = tupleElements(E.getType());
    if (Callee && Callee->isInStdNamespace()) {
      // `std::make_unique<T>(call())`, `std::make_tuple(call(), call())`.
      if (!Parts.empty() && Parts.size() == E.getNumArgs())
        return elements(argumentsOf(E), At);
      for (const Expr *Arg : argumentsOf(E))
        value(Arg, At);
      return;
    }
    if (Parts.empty())
      Found.push_back({TaskLeaf::Kind::Perhaps, At, &E});
    for (size_t I = 0; I < Parts.size(); ++I)
      if (Parts[I].getKind() == TemplateArgument::Type &&
          Types.owes(Parts[I].getAsType()))
        Found.push_back({TaskLeaf::Kind::Within, with(At, I + 1), &E});
  }

  const TaskTypes &Types;
  llvm::SmallVector<TaskLeaf, 2> &Found;
};

} // namespace

llvm::SmallVector<TaskLeaf, 2> tasksIn(const Expr &E, const TaskTypes &Types) {
  llvm::SmallVector<TaskLeaf, 2> Found;
  Finder(Types, Found).value(&E, {});
  return Found;
}

QualType typeMade(const Expr &Maker) {
  const auto *Call = dyn_cast<CallExpr>(&Maker);
  const auto *Method =
      Call && Call->getType()->isDependentType()
          ? dyn_cast_or_null<CXXMethodDecl>(Call->getCalleeDecl())
          : nullptr;
  return Method ? Method->getReturnType() : Maker.getType();
}

const CallExpr *callThatMakes(const Expr &Maker) {
  const Expr *E = skipWrappers(&Maker);
  if (const auto *Await = dyn_cast<CoawaitExpr>(E))
    E = skipWrappers(Await->getOperand());
  return dyn_cast<CallExpr>(E);
}

} // namespace corolint
