/// \file
/// Which types can refer to something, and what variables are made with.

#include "checks/model/Borrows.h"

#include "checks/model/Calls.h"
#include "checks/model/TaskContext.h"
#include "checks/roles/ClassWalk.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"

namespace corolint {

using namespace clang;

/// A class as deep as this holds what it holds for reasons of its own.
static constexpr unsigned MaxDepth = 6;

bool Borrows::isCoroutineType(QualType T) const {
  if (T.isNull() || T->isReferenceType())
    return false;
  if (R.of(T, RoleKind::Task) || R.of(T, RoleKind::Generator) ||
      R.of(T, RoleKind::Stream))
    return true;
  const NamedDecl *Class = Roles::classOf(T);
  if (!Class || membersOf(*Class, "promise_type").empty())
    return R.task(T).has_value();
  // What has a value, and nobody can wait for it, is there when the call
  // returns (`expected`): its coroutine never outlives that.
  const TaskTraits Traits = traitsOf(T);
  if (Traits.StartsAt != TaskTraits::Start::Eager || !Traits.Promise ||
      membersOf(*Traits.Promise, "return_value").empty())
    return true;
  return R.isAwaitable(T) &&
         llvm::none_of(methodsOf(*Traits.Promise, "final_suspend"),
                       [&](const CXXMethodDecl *End) {
                         return R.neverSuspends(End->getReturnType());
                       });
}

TaskTraits Borrows::traitsOf(QualType T) const {
  if (const std::optional<TaskTraits> Known = R.task(T))
    return *Known;
  TaskTraits Result;
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition())
    return Result;
  for (const NamedDecl *D : membersOf(*Class, "promise_type")) {
    const auto *Type = dyn_cast<TypeDecl>(D);
    Result.Promise =
        Type ? R.ast().getTypeDeclType(Type)->getAsCXXRecordDecl() : nullptr;
  }
  if (!Result.Promise)
    return Result;
  for (const CXXMethodDecl *Begin :
       methodsOf(*Result.Promise, "initial_suspend"))
    Result.StartsAt = R.neverSuspends(Begin->getReturnType())
                          ? TaskTraits::Start::Eager
                          : TaskTraits::Start::Lazy;
  if (Result.StartsAt == TaskTraits::Start::Eager &&
      Class->hasTrivialDestructor())
    Result.OnDrop = TaskTraits::Drop::Detaches;
  return Result;
}

bool Borrows::isReference(QualType T) const {
  return T->isPointerType() ? !T->isFunctionPointerType() : R.isView(T);
}

bool Borrows::ownsContents(QualType T) const {
  const CXXRecordDecl *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Class || R.isView(T) || !Class->getDeclName().isIdentifier())
    return false;
  // What others own as well may live on with them.
  const llvm::StringRef Name = Class->getName();
  if (Name.contains("shared") || Name.contains("weak") ||
      Name.contains("intrusive"))
    return false;
  return Class->isInStdNamespace() || R.of(T, RoleKind::Owner);
}

bool Borrows::mayBorrow(QualType T, unsigned Depth) {
  T = T.getNonReferenceType().getCanonicalType().getUnqualifiedType();
  if (T->isPointerType())
    return !T->isFunctionPointerType();
  if (T->isFunctionType() || T->isDependentType())
    return true;
  if (const ArrayType *Array = T->getAsArrayTypeUnsafe())
    return mayBorrow(Array->getElementType(), Depth);
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (!Class || Depth > MaxDepth)
    return false;
  const auto [Known, New] = Types.try_emplace(T.getTypePtr(), false);
  if (!New)
    return Known->second;
  const auto Decide = [&] {
    if (R.isView(T) || isCoroutineType(T) || R.of(T, RoleKind::JoinHandle) ||
        R.isAwaitable(T) || R.isSender(T))
      return true;
    bool Any = false;
    if (const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(Class))
      for (const TemplateArgument &Arg : Special->getTemplateArgs().asArray()) {
        const auto Holds = [&](const TemplateArgument &A) {
          return A.getKind() == TemplateArgument::Type &&
                 (A.getAsType()->isReferenceType() ||
                  mayBorrow(A.getAsType(), Depth + 1));
        };
        Any |= Arg.getKind() == TemplateArgument::Pack
                   ? llvm::any_of(Arg.pack_elements(), Holds)
                   : Holds(Arg);
      }
    if (Any || !Class->hasDefinition())
      return Any;
    if (Class->isInStdNamespace())
      return Class->getName() == "any" || Class->getName() == "thread";
    for (const FieldDecl *Field : Class->fields())
      if (Field->getType()->isReferenceType() ||
          mayBorrow(Field->getType(), Depth + 1))
        return true;
    return llvm::any_of(Class->bases(), [&](const CXXBaseSpecifier &Base) {
      return mayBorrow(Base.getType(), Depth + 1);
    });
  };
  const bool Result = Decide();
  Types[T.getTypePtr()] = Result;
  return Result;
}

/// Collects what the variables of one function are given.
class Borrows::ValueFinder : public RecursiveASTVisitor<ValueFinder> {
public:
  ValueFinder(Borrows &B, const Function &F) : B(B), F(F) {}

  bool shouldVisitImplicitCode() const { return true; }

  bool VisitVarDecl(VarDecl *Var) {
    if (Var->getInit() && isOwn(Var))
      values(Var).Given.insert(values(Var).Given.begin(), Var->getInit());
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (Op->getOpcode() == BO_Assign)
      assign(Op->getLHS(), Op->getRHS());
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    const std::optional<MemberCall> Call = asMemberCall(E);
    if (!Call)
      return true;
    if (Call->Method && Call->Method->getOverloadedOperator() == OO_Equal &&
        Call->Args.size() == 1)
      assign(Call->Object, Call->Args[0]);
    else if (fillsContainer(Call->Name))
      if (const VarDecl *Var = localRoot(Call->Object); isOwn(Var))
        values(Var).Given.append(Call->Args.begin(), Call->Args.end());
    return true;
  }

private:
  Values &values(const VarDecl *Var) { return B.Variables[Var]; }
  bool isOwn(const VarDecl *Var) const {
    return Var && Var->getParentFunctionOrMethod() == &F.Decl;
  }
  void assign(const Expr *To, const Expr *Value) {
    const VarDecl *Var = localRoot(To);
    if (!isOwn(Var) || isNothing(Value))
      return;
    values(Var).Reassigned |=
        !values(Var).Given.empty() && !isNothing(values(Var).Given.front());
    values(Var).Given.push_back(Value);
  }

  Borrows &B;
  const Function &F;
};

const Borrows::Values &Borrows::valuesOf(const VarDecl &Var) {
  const auto *Owner =
      dyn_cast_or_null<FunctionDecl>(Var.getParentFunctionOrMethod());
  const Function *F = Model.find(Owner);
  if (F && Searched.insert(F).second)
    ValueFinder(*this, *F).TraverseStmt(const_cast<Stmt *>(F->Body));
  Values &Found = Variables[&Var];
  if (Found.Given.empty() && Var.getInit())
    Found.Given.push_back(Var.getInit());
  return Found;
}

const LambdaExpr *Borrows::lambdaOf(const Expr &Callable) {
  const Expr *E = skipWrappers(&Callable);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
    return Lambda;
  if (const Expr *Moved = movedFrom(E))
    return lambdaOf(*Moved);
  if (const auto *Made = dyn_cast<CXXConstructExpr>(E))
    return Made->getNumArgs() >= 1 ? lambdaOf(*Made->getArg(0)) : nullptr;
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Var || isa<ParmVarDecl>(Var) || !Active.insert(Var).second)
    return nullptr;
  const LambdaExpr *Found = nullptr;
  const Values &Given = valuesOf(*Var);
  if (Given.Given.size() == 1)
    Found = lambdaOf(*llvm::ArrayRef(Given.Given).front());
  Active.erase(Var);
  return Found;
}

const Function *Borrows::bodyOf(const CXXRecordDecl &Closure) {
  const CXXMethodDecl *Call = Closure.getLambdaCallOperator();
  if (const Function *Found = Model.find(Call))
    return Found;
  if (!Call || !Call->getBody())
    return nullptr;
  std::unique_ptr<Function> &Pattern = Patterns[Call];
  if (!Pattern)
    Pattern = std::make_unique<Function>(*Call, R);
  return Pattern.get();
}

bool Borrows::readsCaptures(const CXXRecordDecl &Closure) {
  const Function *Body = bodyOf(Closure);
  if (!Body || !Body->isCoroutine() ||
      cast<CXXMethodDecl>(Body->Decl).isStatic())
    return false;
  return llvm::any_of(Closure.captures(), [&](const LambdaCapture &C) {
    return C.capturesThis()
               ? mentionsWhenResumed(*Body, nullptr)
               : C.capturesVariable() &&
                     // A reference to what was captured by reference leads
                     // past the closure.
                     mentionsWhenResumed(*Body, C.getCapturedVar(),
                                         C.getCaptureKind() != LCK_ByRef);
  });
}

bool Borrows::isOnlyOwner(const Expr &Shared) {
  const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(&Shared));
  const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Var || isa<ParmVarDecl>(Var) || !Var->hasLocalStorage() ||
      !Var->getInit())
    return false;
  const auto *Made = dyn_cast<CallExpr>(skipWrappers(Var->getInit()));
  const FunctionDecl *Maker = Made ? Made->getDirectCallee() : nullptr;
  const auto *Function =
      dyn_cast_or_null<FunctionDecl>(Var->getParentFunctionOrMethod());
  if (!Maker || !Function || !Maker->getDeclName().isIdentifier() ||
      Maker->getName() != "make_shared")
    return false;
  // What can make owners of itself may have done so.
  const CXXRecordDecl *Pointee = nullptr;
  if (const auto *Special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
          Var->getType()->getAsCXXRecordDecl()))
    Pointee = Special->getTemplateArgs()[0].getAsType()->getAsCXXRecordDecl();
  if (!Pointee || !membersOf(*Pointee, "shared_from_this").empty())
    return false;
  class Uses : public RecursiveASTVisitor<Uses> {
  public:
    explicit Uses(const VarDecl &Var) : Var(Var) {}
    int Others = 0;
    bool VisitDeclRefExpr(DeclRefExpr *Ref) {
      Others += Ref->getDecl() == &Var;
      return true;
    }
    bool VisitCXXOperatorCallExpr(CXXOperatorCallExpr *Call) {
      const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(Call->getArg(0)));
      if (Ref && Ref->getDecl() == &Var &&
          (Call->getOperator() == OO_Arrow || Call->getOperator() == OO_Star))
        --Others;
      return true;
    }

  private:
    const VarDecl &Var;
  } Finder(*Var);
  Finder.TraverseStmt(Function->getBody());
  return Finder.Others == 0;
}

bool mentions(const Stmt *Body, const ValueDecl *Var) {
  if (!Body)
    return false;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Body))
    return Var && Ref->getDecl() == Var;
  if (isa<CXXThisExpr>(Body))
    return !Var;
  return llvm::any_of(Body->children(), [Var](const Stmt *Child) {
    return mentions(Child, Var);
  });
}

/// Whether \p S itself names \p Var, or makes a lambda that does.
static bool isMention(const Stmt &S, const ValueDecl *Var) {
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
    return Var && Ref->getDecl() == Var;
  if (isa<CXXThisExpr>(S))
    return !Var;
  const auto *Lambda = dyn_cast<LambdaExpr>(&S);
  return Lambda && mentions(Lambda->getBody(), Var);
}

bool Borrows::mentionsWhenResumed(const Function &Coroutine,
                                  const ValueDecl *Var, bool Referred) {
  const auto First =
      llvm::find_if(Coroutine.Suspensions, [&](const SuspensionPoint &P) {
        return P.Suspends &&
               !(StartsNow && P.At == SuspensionPoint::Kind::Initial);
      });
  // It is over by then.
  if (First == Coroutine.Suspensions.end() ||
      First->At == SuspensionPoint::Kind::Final)
    return false;
  if (First->At == SuspensionPoint::Kind::Initial && !StartsNow)
    return mentions(Coroutine.Body, Var);
  const CFG *Graph = Coroutine.cfg();
  // One that awaits itself is not looked into twice.
  if (!Graph || !Active.insert(&Coroutine.Decl).second)
    return mentions(Coroutine.Body, Var);
  const auto Leave =
      llvm::make_scope_exit([&] { Active.erase(&Coroutine.Decl); });
  // Blocks that are entered after a suspension, and those with one.
  llvm::DenseSet<const CFGBlock *> After;
  llvm::SmallVector<const CFGBlock *, 8> Work;
  const auto Visit = [&](const CFGBlock &Block, bool Resumed) {
    for (const CFGElement &E : Block) {
      const auto S = E.getAs<CFGStmt>();
      if (!S)
        continue;
      const Stmt &Here = *S->getStmt();
      if (Resumed && isMention(Here, Var))
        return true;
      const SuspensionPoint *Point = Coroutine.suspensionAt(&Here);
      Resumed |= Point && Point->Suspends;
    }
    if (Resumed)
      for (const CFGBlock::AdjacentBlock &Next : Block.succs())
        if (Next.isReachable() && After.insert(Next.getReachableBlock()).second)
          Work.push_back(Next.getReachableBlock());
    return false;
  };
  for (const CFGBlock *Block : *Graph)
    if (Visit(*Block, /*Resumed=*/false))
      return true;
  while (!Work.empty())
    if (Visit(*Work.pop_back_val(), /*Resumed=*/true))
      return true;
  // What is awaited may refer to it.
  return Referred &&
         llvm::any_of(Coroutine.Suspensions, [&](const SuspensionPoint &P) {
           const auto *Await = dyn_cast_or_null<CoawaitExpr>(P.Expr);
           if (!Await || !P.Suspends || !mentions(Await, Var))
             return false;
           SmallVector<Borrow, 2> Awaited;
           carriedBy(*Await->getOperand(), Await->getBeginLoc(), Awaited);
           return llvm::any_of(Awaited, [&](const Borrow &B) {
             return Var ? B.Of == Var : B.How == Borrow::Kind::This;
           });
         });
}

} // namespace corolint
