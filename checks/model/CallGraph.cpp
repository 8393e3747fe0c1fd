/// \file
/// Collecting calls from control flow graphs, and following them to what
/// blocks.

#include "checks/model/CallGraph.h"

#include "checks/model/Calls.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace corolint {
namespace {

using namespace clang;

/// The blocks that some path reaches. Handlers count: any call may throw.
llvm::BitVector reachable(const CFG &Graph) {
  llvm::BitVector Seen(Graph.getNumBlockIDs());
  llvm::SmallVector<const CFGBlock *, 16> Work{&Graph.getEntry()};
  Work.append(Graph.try_blocks_begin(), Graph.try_blocks_end());
  while (!Work.empty()) {
    const CFGBlock *Block = Work.pop_back_val();
    if (Seen.test(Block->getBlockID()))
      continue;
    Seen.set(Block->getBlockID());
    for (const CFGBlock *Next : Block->succs())
      if (Next)
        Work.push_back(Next);
  }
  return Seen;
}

class Collector {
public:
  Collector(const Roles &R, std::vector<CallSite> &Calls)
      : R(R), Calls(Calls) {}

  /// To be called for every element before \c element is for any: notes what
  /// has given its contents away before it is destroyed.
  void prepare(const CFGElement &E) {
    const auto S = E.getAs<CFGStmt>();
    if (!S)
      return;
    // `std::jthread t;` has no thread to wait for.
    if (const auto *Decls = dyn_cast<DeclStmt>(S->getStmt()))
      for (const Decl *D : Decls->decls()) {
        const auto *Var = dyn_cast<VarDecl>(D);
        const auto *Init = Var && Var->getInit()
                               ? dyn_cast<CXXConstructExpr>(Var->getInit())
                               : nullptr;
        if (Init && Init->getNumArgs() == 0 &&
            Init->getConstructor()->getParent()->isInStdNamespace())
          GivenAway.insert(Var);
      }
    const auto *Call = dyn_cast<Expr>(S->getStmt());
    if (!Call)
      return;
    if (const auto *Operand = dyn_cast<CXXNoexceptExpr>(Call))
      Unevaluated.push_back(Operand->getOperand()->getSourceRange());
    if (const Expr *Moved = movedFrom(Call)) {
      GivenAway.insert(localRoot(Moved));
      return;
    }
    if (const std::optional<MemberCall> Member = asMemberCall(Call);
        Member && Member->Name == "detach")
      GivenAway.insert(localRoot(Member->Object));
    for (const Expr *Arg : argumentsOf(*Call))
      for (const Expr *Inner = Arg; Inner;) {
        if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Inner))
          GivenAway.insert(Bind);
        const Expr *Outer = Inner;
        if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Inner))
          Inner = Temporary->getSubExpr();
        else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Inner))
          Inner = Bind->getSubExpr();
        else if (const auto *Cast = dyn_cast<CastExpr>(Inner))
          Inner = Cast->getSubExpr();
        if (Inner == Outer)
          break;
      }
  }

  void element(const CFGElement &E, ASTContext &Ast) {
    if (const auto S = E.getAs<CFGStmt>())
      return statement(S->getStmt());
    const auto Dtor = E.getAs<CFGImplicitDtor>();
    if (!Dtor)
      return;
    const CXXDestructorDecl *Callee = Dtor->getDestructorDecl(Ast);
    if (!Callee || Callee->isTrivial())
      return;
    SourceLocation Where;
    if (const auto Local = E.getAs<CFGAutomaticObjDtor>()) {
      if (GivenAway.contains(Local->getVarDecl()))
        return;
      Where = Local->getVarDecl()->getLocation();
    } else if (const auto Temporary = E.getAs<CFGTemporaryDtor>()) {
      if (GivenAway.contains(Temporary->getBindTemporaryExpr()))
        return;
      Where = Temporary->getBindTemporaryExpr()->getBeginLoc();
    }
    if (const auto Delete = E.getAs<CFGDeleteDtor>())
      Where = Delete->getDeleteExpr()->getBeginLoc();
    else if (const auto Member = E.getAs<CFGMemberDtor>())
      Where = Member->getFieldDecl()->getLocation();
    if (Where.isValid())
      Calls.push_back({Where, nullptr, Callee});
  }

private:
  void statement(const Stmt *S) {
    if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(S)) {
      // Its parts are no elements of the caller's graph; the call happens where
      // the argument is left out.
      class Inner : public RecursiveASTVisitor<Inner> {
      public:
        std::vector<const Expr *> Found;
        bool VisitCallExpr(CallExpr *E) {
          Found.push_back(E);
          return true;
        }
        bool TraverseLambdaExpr(LambdaExpr *) { return true; }
      } Finder;
      Finder.TraverseStmt(const_cast<Expr *>(Default->getExpr()));
      for (const Expr *Call : Finder.Found)
        add(*Call, Default->getUsedLocation());
      return;
    }
    if (const auto *E = dyn_cast<Expr>(S);
        E && isa<CallExpr, CXXConstructExpr>(E))
      add(*E, E->getBeginLoc());
  }

  void add(const Expr &E, SourceLocation Where) {
    if (llvm::any_of(Unevaluated, [&](SourceRange Range) {
          return Range.fullyContains(E.getSourceRange());
        }))
      return;
    const FunctionDecl *Callee = nullptr;
    if (const auto *Call = dyn_cast<CallExpr>(&E))
      Callee = calleeOf(*Call);
    else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E))
      Callee = Construct->getConstructor();
    Calls.push_back({Where, &E, Callee});
    if (const Role *Now =
            isa<CallExpr>(E) ? R.ofCall(E, RoleKind::CallsNow) : nullptr)
      callables(E, *Now, Where);
  }

  /// The callee, also through a function pointer with a known target.
  static const FunctionDecl *calleeOf(const CallExpr &Call) {
    if (const FunctionDecl *Direct = Call.getDirectCallee())
      return Direct;
    const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(Call.getCallee()));
    const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!Var || !Var->getInit() ||
        !(Var->getType().isConstQualified() || Var->isConstexpr()))
      return nullptr;
    const Expr *Init = skipWrappers(Var->getInit());
    if (const auto *Address = dyn_cast<UnaryOperator>(Init))
      Init = skipWrappers(Address->getSubExpr());
    const auto *Target = dyn_cast<DeclRefExpr>(Init);
    return Target ? dyn_cast<FunctionDecl>(Target->getDecl()) : nullptr;
  }

  void callables(const Expr &E, const Role &Now, SourceLocation Where) {
    const llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
    for (unsigned I = 0; I < Args.size(); ++I) {
      const std::optional<unsigned> Only = Now.index("arg");
      if (Only && *Only != I)
        continue;
      const CXXRecordDecl *Class =
          Args[I]->getType().getNonReferenceType()->getAsCXXRecordDecl();
      if (Class && Class->isLambda()) {
        const FunctionDecl *Body = Class->getLambdaCallOperator();
        if (const FunctionTemplateDecl *Generic =
                Class->getDependentLambdaCallOperator())
          for (const FunctionDecl *Instance : Generic->specializations())
            Body = Instance;
        Calls.push_back({Where, &E, Body, /*ThroughCallable=*/true});
        continue;
      }
      const Expr *Arg = skipWrappers(Args[I]);
      if (const auto *Address = dyn_cast<UnaryOperator>(Arg))
        Arg = skipWrappers(Address->getSubExpr());
      if (const auto *Ref = dyn_cast<DeclRefExpr>(Arg))
        if (const auto *Target = dyn_cast<FunctionDecl>(Ref->getDecl()))
          Calls.push_back({Where, nullptr, Target, /*ThroughCallable=*/true});
    }
  }

  const Roles &R;
  std::vector<CallSite> &Calls;
  /// Variables moved from or detached, temporaries given to a call.
  llvm::DenseSet<const void *> GivenAway;
  /// Operands of `noexcept`, which the control flow graph lists all the same.
  llvm::SmallVector<SourceRange, 1> Unevaluated;
};

} // namespace

std::vector<CallSite> callsOf(const Function &F, const Roles &R) {
  std::vector<CallSite> Calls;
  const CFG *Graph = F.cfg();
  if (!Graph)
    return Calls;
  const llvm::BitVector Live = reachable(*Graph);
  Collector Collect(R, Calls);
  for (const CFGBlock *Block : *Graph)
    for (const CFGElement &E : *Block)
      Collect.prepare(E);
  for (const CFGBlock *Block : *Graph)
    if (Live.test(Block->getBlockID()))
      for (const CFGElement &E : *Block)
        Collect.element(E, F.Decl.getASTContext());
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  llvm::stable_sort(Calls, [&SM](const CallSite &A, const CallSite &B) {
    return SM.isBeforeInTranslationUnit(A.Where, B.Where);
  });
  return Calls;
}

const Role *roleOf(const CallSite &Site, RoleKind Kind, const Roles &R) {
  if (Site.Call && !Site.ThroughCallable)
    return R.ofCall(*Site.Call, Kind);
  return Site.Callee ? R.of(*Site.Callee, Kind) : nullptr;
}

CallChains::CallChains(const CoroutineModel &Model, const Roles &R, From Roots,
                       Judge Verdict)
    : Model(Model), R(R) {
  std::vector<const Function *> Work;
  if (Roots == From::Coroutines)
    Work.assign(Model.coroutines().begin(), Model.coroutines().end());
  else
    for (const auto &F : Model.functions())
      Work.push_back(F.get());
  std::map<const Function *, std::vector<const Function *>> Callers;
  std::vector<const Function *> Ending;
  while (!Work.empty()) {
    const Function *F = Work.back();
    Work.pop_back();
    auto [It, New] = Calls.try_emplace(F);
    if (!New)
      continue;
    It->second = callsOf(*F, R);
    for (const CallSite &Site : It->second) {
      const std::optional<const Role *> End = Verdict(Site);
      Verdicts[&Site] = End;
      if (End && *End) {
        if (Shortest.try_emplace(F, Step{1, &Site, *End}).second)
          Ending.push_back(F);
      } else if (const Function *Body = End ? nullptr : bodyOf(Site)) {
        Callers[Body].push_back(F);
        Work.push_back(Body);
      }
    }
  }
  // Breadth first from where chains end, so the first one found is the
  // shortest.
  for (size_t I = 0; I < Ending.size(); ++I) {
    const Function *Callee = Ending[I];
    const Step Reached = Shortest.lookup(Callee);
    for (const Function *Caller : Callers[Callee]) {
      if (Shortest.contains(Caller))
        continue;
      for (const CallSite &Site : Calls.at(Caller))
        if (!Verdicts.lookup(&Site) && bodyOf(Site) == Callee) {
          Shortest[Caller] = {Reached.Length + 1, &Site, Reached.End};
          Ending.push_back(Caller);
          break;
        }
    }
  }
}

/// A role says what these do with the thread; their bodies say how.
static bool isKnown(const FunctionDecl &F, const Roles &R) {
  constexpr RoleKind Known[] = {RoleKind::AssumeNonblocking, RoleKind::Offload,
                                RoleKind::Spawn, RoleKind::WaitsForTask,
                                RoleKind::SwitchesExecutor};
  return llvm::any_of(Known,
                      [&](RoleKind Kind) { return R.of(F, Kind) != nullptr; });
}

/// \returns the body that runs when \p Site is reached; nullptr if there is
/// none in this file, or if it does not run then.
const Function *CallChains::bodyOf(const CallSite &Site) const {
  const Function *Body = Model.find(Site.Callee);
  if (!Body || Body->isCoroutine() || isKnown(Body->Decl, R) ||
      R.isDescribed(Body->Decl))
    return nullptr;
  const auto *Method = dyn_cast<CXXMethodDecl>(Site.Callee);
  // It collects what is ready by then.
  if (Method && Method->getDeclName().isIdentifier() &&
      Method->getName() == "await_resume")
    return nullptr;
  const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(Site.Call);
  // Which override runs is not known.
  if (Method && Call && Method->isVirtual() &&
      !Method->getDevirtualizedMethod(Call->getImplicitObjectArgument(),
                                      /*IsAppleKext=*/false))
    return nullptr;
  return Body;
}

std::optional<CallChains::Chain> CallChains::chain(const Function &Caller,
                                                   const CallSite &Site) const {
  Chain Result{{{&Caller.Decl, &Site}}, nullptr};
  if (const std::optional<const Role *> End = Verdicts.lookup(&Site)) {
    Result.End = *End;
    return *End ? std::optional(Result) : std::nullopt;
  }
  const Function *Body = bodyOf(Site);
  while (Body) {
    auto It = Shortest.find(Body);
    if (It == Shortest.end())
      return std::nullopt;
    Result.Links.push_back({&Body->Decl, It->second.Site});
    if (It->second.Length == 1) {
      Result.End = It->second.End;
      return Result;
    }
    Body = bodyOf(*It->second.Site);
  }
  return std::nullopt;
}

std::optional<CallChains::Chain> CallChains::chain(const Function &F) const {
  auto It = Shortest.find(&F);
  return It == Shortest.end() ? std::nullopt : chain(F, *It->second.Site);
}

CallChains blockingChains(const CoroutineModel &Model, const Roles &R,
                          CallChains::From Roots,
                          llvm::function_ref<bool(const Role &)> Ignore) {
  return CallChains(Model, R, Roots,
                    [&](const CallSite &Site) -> std::optional<const Role *> {
                      const Role *Blocks = roleOf(Site, RoleKind::Blocks, R);
                      if (!Blocks)
                        return std::nullopt;
                      return Ignore(*Blocks) ? nullptr : Blocks;
                    });
}

CallChains taskWaitChains(const CoroutineModel &Model, const Roles &R,
                          CallChains::From Roots) {
  return CallChains(Model, R, Roots,
                    [&](const CallSite &Site) -> std::optional<const Role *> {
                      if (const Role *Waits =
                              roleOf(Site, RoleKind::WaitsForTask, R))
                        return Waits;
                      return std::nullopt;
                    });
}

} // namespace corolint
