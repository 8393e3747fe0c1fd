/// \file
/// What coroutines and the results of calls refer to.

#include "checks/model/Borrows.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"
#include "checks/roles/ClassWalk.h"

#include "clang/AST/Attr.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"

namespace corolint {

using namespace clang;

bool Borrows::carriedByStdCall(const CallExpr &Call, SourceLocation Where,
                               List &Out) {
  const FunctionDecl &Callee = *Call.getDirectCallee();
  if (isa<CXXMethodDecl>(Callee) || !Callee.isInStdNamespace() ||
      !Callee.getDeclName().isIdentifier())
    return false;
  const llvm::StringRef Name = Callee.getName();
  constexpr llvm::StringLiteral Referring[] = {"ref", "cref", "tie",
                                               "addressof", "forward_as_tuple"};
  constexpr llvm::StringLiteral Keeping[] = {
      "bind",          "bind_front", "bind_back",   "mem_fn",
      "make_pair",     "make_tuple", "make_unique", "make_shared",
      "make_optional", "not_fn",     "tuple_cat",   "to_array",
      "exchange",      "next",       "prev",        "to_address"};
  constexpr llvm::StringLiteral Calling[] = {"invoke", "apply", "visit"};
  if (llvm::is_contained(Calling, Name) && isCoroutineType(Call.getType()) &&
      Call.getNumArgs() >= 1) {
    const Expr &Callable = *Call.getArg(0);
    const LambdaExpr *Lambda = lambdaOf(Callable);
    if (Lambda && readsCaptures(*Lambda->getLambdaClass()))
      designated(Callable,
                 {.How = Borrow::Kind::Closure,
                  .Where = Lambda->getBeginLoc(),
                  .Holder = Lambda->getCallOperator()},
                 Out);
    carriedBy(Callable, Where, Out);
    return true;
  }
  constexpr llvm::StringLiteral Views[] = {"begin", "end",  "cbegin",
                                           "cend",  "data", "rbegin"};
  const bool Refers = llvm::is_contained(Referring, Name);
  if (!Refers && llvm::is_contained(Views, Name)) {
    viewOf(*Call.getArg(0), Call.getType(), Where, Out);
    return true;
  }
  if (!Refers && !llvm::is_contained(Keeping, Name)) {
    // An algorithm returns an iterator into its range.
    if (isReference(Call.getType()) && Call.getNumArgs() >= 1)
      viewOf(*Call.getArg(0), Call.getType(), Where, Out);
    return true;
  }
  for (const Expr *Arg : Call.arguments()) {
    const SourceLocation Here = Arg->getBeginLoc();
    // A wrapper's place is in the argument list that it stands in.
    const SourceLocation At = Name.starts_with("bind") ? Here : Where;
    if (Refers && !isReference(Arg->getType()))
      designated(*Arg, {.How = Borrow::Kind::Reference, .Where = At}, Out);
    else
      carriedBy(*Arg, At, Out);
  }
  return true;
}

bool Borrows::carriedByMember(const CallExpr &Call, SourceLocation Where,
                              List &Out) {
  const std::optional<MemberCall> Member = asMemberCall(&Call);
  if (!Member || !Member->Method)
    return false;
  if (Member->Name == "release")
    return true; // Nobody's, from now on.
  const QualType Of = Member->Object->IgnoreParenImpCasts()->getType();
  const QualType T = Call.getType();
  if (Call.isGLValue()) {
    // An element's value is among what was put into its container.
    SmallVector<Borrow, 2> Containers;
    designatedByCall(Call, {.Where = Where}, Containers);
    for (const Borrow &B : Containers)
      if (const auto *Var = dyn_cast_or_null<VarDecl>(B.Of); Var && !B.Carried)
        carriedByVariable(*Var, Where, Out);
    return true;
  }
  if (Model.find(Member->Method))
    return false; // Its body says more.
  if (isReference(T)) {
    constexpr llvm::StringLiteral Ways[] = {
        "data",         "c_str",   "get",         "begin", "end",
        "cbegin",       "cend",    "find",        "view",  "last",
        "first",        "rbegin",  "lower_bound", "utf16", "constData",
        "toStringView", "subspan", "substr"};
    const bool Way = isa<CXXConversionDecl>(Member->Method) ||
                     Member->Method->getOverloadedOperator() == OO_Arrow ||
                     llvm::is_contained(Ways, Member->Name) ||
                     Member->Method->getParent()->isInStdNamespace();
    const CXXRecordDecl *Class = Of->getAsCXXRecordDecl();
    const bool Shared = Class && Class->getDeclName().isIdentifier() &&
                        (Class->getName().contains("shared") ||
                         Class->getName().contains("intrusive"));
    if (Way && (isReference(Of) || Class) &&
        (!Shared || isOnlyOwner(*Member->Object)))
      viewOf(*Member->Object, T, Where, Out);
    return true;
  }
  // `task.via(executor)`, `future.then(callable)`: a new handle of the same.
  if ((isCoroutineType(Of) || R.of(Of, RoleKind::JoinHandle)) &&
      (isCoroutineType(T) || R.of(T, RoleKind::JoinHandle) ||
       R.isAwaitable(T) || R.isSender(T) || Member->Name == "via")) {
    carriedBy(*Member->Object, Where, Out);
    for (const Expr *Arg : Member->Args)
      carriedBy(*Arg, Arg->getBeginLoc(), Out);
    return true;
  }
  return false;
}

void Borrows::carriedByCall(const CallExpr &Call, SourceLocation Where,
                            List &Out) {
  if (const Expr *Moved = movedFrom(&Call))
    return carriedBy(*Moved, Where, Out);
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return;
  if (R.ofCall(Call, RoleKind::AwaitsAll) ||
      R.ofCall(Call, RoleKind::AwaitsFirst) ||
      R.ofCall(Call, RoleKind::Spawn) ||
      (!Callee->isInStdNamespace() &&
       (R.ofCall(Call, RoleKind::StoresCallable) ||
        R.isSender(Call.getType())))) {
    if (const std::optional<MemberCall> Member = asMemberCall(&Call);
        Member && isCoroutineType(Member->Object->getType()))
      carriedBy(*Member->Object, Where, Out);
    for (const Expr *Arg : argumentsOf(Call))
      carriedBy(*Arg, Arg->getBeginLoc(), Out);
    return;
  }
  if (carriedByStdCall(Call, Where, Out) || carriedByMember(Call, Where, Out) ||
      carriedByWrapper(Call, Out))
    return;
  const Function *Body = Model.find(Callee);
  if (Body && !Body->isCoroutine())
    return substitute(resultOf(*Callee), Call, *Callee, Where, Out);
  if (isCoroutineType(Call.getType())) {
    heldByCoroutine(Call, *Callee, Out);
    return;
  }
  for (unsigned I = 0; I < Callee->getNumParams() && I < Call.getNumArgs(); ++I)
    if (Callee->getParamDecl(I)->hasAttr<LifetimeBoundAttr>())
      viewOf(*Call.getArg(I), Call.getType(), Where, Out);
}

/// Whether \p Class is among the template arguments that \p T is made with.
static bool isMadeWith(QualType T, const CXXRecordDecl &Class, unsigned Depth) {
  bool Found = false;
  if (Depth < 4)
    eachTypeArgument(T.getCanonicalType(), [&](QualType Arg) {
      Arg = Arg.getNonReferenceType();
      Found |= Arg->getAsCXXRecordDecl() == &Class ||
               isMadeWith(Arg, Class, Depth + 1);
    });
  return Found;
}

/// `then(callable)`: what has the callable's type in its own has the callable.
bool Borrows::carriedByWrapper(const CallExpr &Call, List &Out) {
  bool Any = false;
  for (const Expr *Arg : argumentsOf(Call)) {
    const auto *Lambda = dyn_cast<LambdaExpr>(skipWrappers(Arg));
    if (!Lambda ||
        !isMadeWith(Call.getType(), *Lambda->getLambdaClass(), /*Depth=*/0))
      continue;
    Any = true;
    carriedBy(*Arg, Arg->getBeginLoc(), Out);
  }
  return Any;
}

/// The arguments that fill the parameters of \p Callee.
static llvm::ArrayRef<const Expr *> forParameters(const Expr &Call,
                                                  const FunctionDecl &Callee) {
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  return isa<CXXOperatorCallExpr>(Call) && Method &&
                 Method->isImplicitObjectMemberFunction()
             ? Args.drop_front()
             : Args;
}

void Borrows::heldByCoroutine(const CallExpr &Call, const FunctionDecl &Callee,
                              List &Out) {
  const Function *Body = Model.find(&Callee);
  const SourceManager &SM = R.ast().getSourceManager();
  const bool IsCall = Callee.getOverloadedOperator() == OO_Call;
  const std::optional<MemberCall> Member = asMemberCall(&Call);
  // Also one that a variable or a `std::function` holds.
  const CXXRecordDecl *Lambda = nullptr;
  const LambdaExpr *Within =
      Member && IsCall ? lambdaOf(*Member->Object) : nullptr;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
      Method && Method->getParent()->isLambda())
    Lambda = Method->getParent();
  else if (Within)
    Lambda = Within->getLambdaClass();
  if (Callee.hasAttr<CoroDisableLifetimeBoundAttr>())
    return;
  // What a library does with its arguments is for its roles to say.
  if (!Body && !Lambda &&
      (R.isDescribed(Callee) ||
       SM.isInSystemHeader(SM.getExpansionLoc(Callee.getLocation())) ||
       (!IsCall && Callee.isOverloadedOperator())))
    return;

  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  if (Member && Method && !Method->isStatic()) {
    const Expr *Object = Member->Object;
    Borrow Like{.How = Lambda ? Borrow::Kind::Closure : Borrow::Kind::Reference,
                .Where = Within ? Within->getBeginLoc() : Object->getBeginLoc(),
                .Holder = &Callee};
    const bool Explicit = Method->isExplicitObjectMemberFunction();
    const bool Reads = Lambda ? readsCaptures(*Lambda)
                       : Explicit
                           ? true
                           : !Body || mentionsWhenResumed(*Body, nullptr);
    if (Explicit && !Method->getParamDecl(0)->getType()->isReferenceType()) {
      carriedBy(*Object, Like.Where, Out); // A copy of its own.
    } else if (isa<CXXThisExpr>(Object->IgnoreParenImpCasts())) {
      if (Reads)
        Out.push_back({.How = Borrow::Kind::This,
                       .Where = Call.getExprLoc(),
                       .Holder = &Callee});
    } else {
      if (Lambda && Reads)
        carriedBy(*Object, Like.Where, Out);
      if (Reads && Object->getType()->isPointerType())
        pointee(*Object, Like, Out);
      else if (Reads)
        designated(*Object, Like, Out);
    }
  }
  const llvm::ArrayRef<const Expr *> Args = forParameters(Call, Callee);
  for (unsigned I = 0; I < Args.size() && I < Callee.getNumParams(); ++I) {
    const ParmVarDecl *Param = Callee.getParamDecl(I);
    if (Param->isExplicitObjectParameter() || Param->hasAttr<NoEscapeAttr>() ||
        (Body && !mentionsWhenResumed(*Body, Body->Decl.getParamDecl(I))))
      continue;
    keptIn(Param->getType(), *Args[I],
           {.Where = isa<CXXDefaultArgExpr>(Args[I]) ? Call.getBeginLoc()
                                                     : Args[I]->getBeginLoc(),
            .Holder = &Callee,
            .Param = Param},
           Out);
  }
}

void Borrows::substitute(llvm::ArrayRef<Borrow> Result, const Expr &Call,
                         const FunctionDecl &Callee, SourceLocation Where,
                         List &Out) {
  const llvm::ArrayRef<const Expr *> Args = forParameters(Call, Callee);
  for (Borrow B : SmallVector<Borrow, 2>(Result)) {
    if (B.Temporary)
      continue; // The callee's own affair.
    if (B.How == Borrow::Kind::This) {
      const std::optional<MemberCall> Member = asMemberCall(&Call);
      if (!Member)
        continue;
      B.Where = Where;
      if (isa<CXXThisExpr>(Member->Object->IgnoreParenImpCasts())) {
        Out.push_back(B);
        continue;
      }
      B.How = Borrow::Kind::Reference;
      if (Member->Object->getType()->isPointerType())
        pointee(*Member->Object, B, Out);
      else
        designated(*Member->Object, B, Out);
      continue;
    }
    const auto *Param = dyn_cast_or_null<ParmVarDecl>(B.Of);
    if (!Param || Param->getDeclContext() != &Callee) {
      // A local of a function around a lambda.
      if (Param ? Param->getDeclContext() != &Callee
                : B.Of && B.Of->getDeclContext() != &Callee)
        Out.push_back(B);
      continue;
    }
    const unsigned I = Param->getFunctionScopeIndex();
    if (I >= Args.size())
      continue;
    const SourceLocation At = isa<CXXDefaultArgExpr>(Args[I])
                                  ? Call.getBeginLoc()
                                  : Args[I]->getBeginLoc();
    if (B.Carried)
      carriedBy(*Args[I], At, Out);
    else if (Param->getType()->isReferenceType())
      designated(
          *Args[I],
          {.How = B.How, .Where = At, .Holder = B.Holder, .Param = B.Param},
          Out);
    // A closure given by value dies with the call or its full-expression.
    else if (B.How == Borrow::Kind::Closure)
      Out.push_back({.How = B.How,
                     .Where = At,
                     .Temporary = Args[I],
                     .Holder = B.Holder});
  }
}

void Borrows::carriedWhenStarted(const Expr &E, SourceLocation Where,
                                 List &Out) {
  StartsNow = true;
  carriedBy(E, Where, Out);
  StartsNow = false;
}

llvm::ArrayRef<Borrow> Borrows::resultOf(const FunctionDecl &Callee) {
  const Function *Body = Model.find(&Callee);
  if (!Body || Body->isCoroutine())
    return {};
  if (const auto It = Results.find(&Callee); It != Results.end())
    return It->second;
  if (!Active.insert(&Callee).second)
    return {};
  class Returns : public OwnBodyVisitor<Returns> {
  public:
    SmallVector<const Expr *, 2> Found;
    bool VisitReturnStmt(ReturnStmt *S) {
      if (S->getRetValue())
        Found.push_back(S->getRetValue());
      return true;
    }
  } Finder;
  Finder.TraverseStmt(const_cast<Stmt *>(Body->Body));
  // The answer is kept for other callers.
  const llvm::SaveAndRestore Others(StartsNow, false);
  SmallVector<Borrow, 2> Result;
  for (const Expr *Value : Finder.Found)
    if (Callee.getReturnType()->isReferenceType())
      designated(
          *Value,
          {.How = Borrow::Kind::Reference, .Where = Value->getBeginLoc()},
          Result);
    else
      carriedBy(*Value, Value->getBeginLoc(), Result);
  Active.erase(&Callee);
  return Results[&Callee] = std::move(Result);
}

} // namespace corolint
