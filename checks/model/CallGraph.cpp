/// \file
/// Following calls through the functions of a file.

#include "checks/model/CallGraph.h"

#include "checks/model/Calls.h"
#include "checks/model/Executors.h"
#include "checks/model/ImpliedCalls.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

/// A role says what these do with the thread; their bodies say how.
bool isKnown(const FunctionDecl &F, const Roles &R) {
  constexpr RoleKind Known[] = {RoleKind::AssumeNonblocking, RoleKind::Offload,
                                RoleKind::Spawn, RoleKind::WaitsForTask,
                                RoleKind::SwitchesExecutor};
  return llvm::any_of(Known,
                      [&](RoleKind Kind) { return R.of(F, Kind) != nullptr; });
}

/// A constructor or destructor whose calls follow from its class.
bool isImplicitSpecial(const FunctionDecl &F) {
  const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F);
  const bool Inherited = Constructor && Constructor->isInheritingConstructor();
  if (!(Constructor || isa<CXXDestructorDecl>(F)) ||
      !(F.isDefaulted() || Inherited) || F.isDeleted() ||
      F.isDependentContext())
    return false;
  const ASTContext &Ast = F.getASTContext();
  const SourceManager &SM = Ast.getSourceManager();
  return !SM.isInSystemHeader(SM.getExpansionLoc(F.getLocation()));
}

} // namespace

CallGraph::CallGraph(const CoroutineModel &Model, const Roles &R)
    : Model(Model), R(R), Objects(Model, R) {}
CallGraph::~CallGraph() = default;

const CallsOfFunction &CallGraph::callsOf(const Function &F) {
  const FunctionDecl *Key = F.Decl.getCanonicalDecl();
  if (auto It = Known.find(Key); It != Known.end())
    return *It->second;
  // Who asks while it is being found, through recursion, sees none.
  Known[Key] = std::make_unique<CallsOfFunction>();
  CallsOfFunction Found =
      corolint::callsOf(F, R, Objects, [this](const FunctionDecl &Callee) {
        return callsOf(Callee);
      });
  std::unique_ptr<CallsOfFunction> &Entry = Known[Key];
  *Entry = std::move(Found);
  return *Entry;
}

const CallsOfFunction *CallGraph::callsOf(const FunctionDecl &F) {
  const FunctionDecl *Body = bodyOf(F);
  if (!Body)
    return nullptr;
  if (const Function *Written = Model.find(Body))
    return &callsOf(*Written);
  std::unique_ptr<CallsOfFunction> &Entry = Known[Body->getCanonicalDecl()];
  if (!Entry)
    Entry = std::make_unique<CallsOfFunction>(callsOfImplicit(*Body, R));
  return Entry.get();
}

/// \returns the function whose body runs if \p Callee is called, as graphs name
/// it; nullptr if there is none to follow.
const FunctionDecl *CallGraph::bodyOf(const FunctionDecl &Callee) {
  const FunctionDecl *F = &Callee;
  const Function *Body = Model.find(F);
  // In a template, what it calls is not instantiated yet.
  if (!Body)
    if (const FunctionDecl *Pattern = Callee.getTemplateInstantiationPattern())
      if ((Body = Model.find(Pattern)))
        F = Pattern;
  if ((Body ? Body->isCoroutine() : !isImplicitSpecial(*F)) || isKnown(*F, R) ||
      R.isDescribed(*F))
    return nullptr;
  // It collects what is ready by then.
  const auto *Method = dyn_cast<CXXMethodDecl>(F);
  if (Method && Method->getDeclName().isIdentifier() &&
      Method->getName() == "await_resume")
    return nullptr;
  return F->getCanonicalDecl();
}

void CallGraph::findOverriders() {
  class Finder : public RecursiveASTVisitor<Finder> {
  public:
    explicit Finder(decltype(CallGraph::Overriders) &Found) : Found(Found) {}
    decltype(CallGraph::Overriders) &Found;
    bool shouldVisitTemplateInstantiations() const { return true; }
    bool shouldVisitImplicitCode() const { return true; }
    bool VisitCXXRecordDecl(CXXRecordDecl *Class) {
      if (Class->isThisDeclarationADefinition() && !Class->isDependentContext())
        for (const CXXMethodDecl *Method : Class->methods())
          for (const CXXMethodDecl *Base : Method->overridden_methods())
            Found[Base->getCanonicalDecl()].push_back(Method);
      return true;
    }
  };
  OverridersFound = true;
  const ASTContext &Ast = R.ast();
  const SourceManager &SM = Ast.getSourceManager();
  Finder Find(Overriders);
  for (Decl *D : Ast.getTranslationUnitDecl()->decls())
    if (!SM.isInSystemHeader(SM.getExpansionLoc(D->getLocation())))
      Find.TraverseDecl(D);
}

/// Adds what overrides \p Method. \returns false if one of them has no body
/// here.
bool CallGraph::addOverriders(const CXXMethodDecl &Method, CallTargets &All) {
  if (!OverridersFound)
    findOverriders();
  auto It = Overriders.find(Method.getCanonicalDecl());
  if (It == Overriders.end())
    return true;
  for (const CXXMethodDecl *Override : It->second) {
    if (!Override->isPureVirtual()) {
      const FunctionDecl *Body = bodyOf(*Override);
      if (!Body)
        return false;
      All.push_back(Body);
    }
    if (!addOverriders(*Override, All))
      return false;
  }
  return true;
}

CallTargets CallGraph::bodiesOf(const CallSite &Site) {
  if (!Site.Callee || Site.How == CallSite::Kind::Awaited)
    return {};
  CallTargets Callees = Site.Others;
  Callees.push_back(Site.Callee);
  CallTargets All;
  for (const FunctionDecl *Callee : Callees) {
    const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
    const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(Site.Call);
    const CXXMethodDecl *Certain = Method;
    if (Method && Method->isVirtual() && !Site.Exact) {
      Certain = nullptr;
      const auto *Member =
          Call ? dyn_cast<MemberExpr>(Call->getCallee()->IgnoreParens())
               : nullptr;
      if (Member && Member->hasQualifier())
        Certain = Method;
      else if (Call && Site.How == CallSite::Kind::Written)
        Certain = Method->getDevirtualizedMethod(
            Call->getImplicitObjectArgument(), /*IsAppleKext=*/false);
      else if (Method->hasAttr<FinalAttr>() ||
               Method->getParent()->isEffectivelyFinal())
        Certain = Method;
      // Only what the file shows; it has to show all that it says there is.
      if (!Certain) {
        if (!addOverriders(*Method, All))
          return {};
        if (Method->isPureVirtual())
          continue;
      }
    }
    const FunctionDecl *Body = bodyOf(Certain ? *Certain : *Callee);
    if (!Body)
      return {};
    All.push_back(Body);
  }
  llvm::sort(All);
  All.erase(std::unique(All.begin(), All.end()), All.end());
  return All;
}

const Role *roleOf(const CallSite &Site, RoleKind Kind, const Roles &R) {
  switch (Site.How) {
  case CallSite::Kind::Written:
    if (Site.Call)
      if (const Role *Direct = R.ofCall(*Site.Call, Kind))
        return Direct;
    break;
  case CallSite::Kind::Awaited:
    return Kind == RoleKind::Blocks ? R.ofCall(*Site.Call, RoleKind::Spawn)
                                    : nullptr;
  case CallSite::Kind::Given:
  case CallSite::Kind::Made:
  case CallSite::Kind::Destroyed:
    break;
  }
  if (!Site.Callee)
    return nullptr;
  const auto *Call = dyn_cast_or_null<CallExpr>(Site.Call);
  if (Site.How == CallSite::Kind::Written &&
      (!Call || Call->getDirectCallee() == Site.Callee))
    return nullptr;
  // What only some of the functions do is not known of the call.
  if (llvm::any_of(Site.Others, [&](const FunctionDecl *Other) {
        return !R.of(*Other, Kind);
      }))
    return nullptr;
  return R.of(*Site.Callee, Kind);
}

bool runsOwnLoop(const CallSite &Site, const Roles &R) {
  const std::optional<MemberCall> Call = asMemberCall(Site.Call);
  const VarDecl *Loop = Call ? localRoot(Call->Object) : nullptr;
  return Loop && !isa<ParmVarDecl>(Loop) &&
         !Loop->getType()->isReferenceType() &&
         !Loop->getType()->isPointerType() &&
         R.of(Loop->getType(), RoleKind::Executor);
}

CallChains::CallChains(const CoroutineModel &Model, const Roles &R, From Roots,
                       Judge Verdict)
    : Graph(std::make_unique<CallGraph>(Model, R)) {
  struct Node {
    const FunctionDecl *F;
    const CallsOfFunction *Calls;
  };
  std::vector<Node> Work;
  const auto AddRoot = [&](const Function *F) {
    Work.push_back({F->Decl.getCanonicalDecl(), &Graph->callsOf(*F)});
  };
  if (Roots == From::Coroutines)
    llvm::for_each(Model.coroutines(), AddRoot);
  else
    for (const auto &F : Model.functions())
      AddRoot(F.get());
  llvm::DenseSet<const FunctionDecl *> Seen;
  llvm::DenseMap<const FunctionDecl *, Edges> Callers;
  std::vector<const FunctionDecl *> Ending;
  while (!Work.empty()) {
    const Node Next = Work.back();
    Work.pop_back();
    if (!Seen.insert(Next.F).second)
      continue;
    for (const CallSite &Site : Next.Calls->Sites) {
      const std::optional<const Role *> End = Verdict(Site);
      if (End && *End) {
        Ends[&Site] = *End;
        if (Shortest.try_emplace(Next.F, Step{1, &Site}).second)
          Ending.push_back(Next.F);
      }
      if (End)
        continue;
      const CallTargets Bodies = Graph->bodiesOf(Site);
      if (!Bodies.empty())
        Open[&Site] = Bodies.size();
      for (const FunctionDecl *Body : Bodies) {
        Callers[Body].push_back({Next.F, &Site});
        if (const CallsOfFunction *Calls = Graph->callsOf(*Body))
          Work.push_back({Body, Calls});
      }
    }
  }
  findShortest(Callers, std::move(Ending));
}

/// Breadth first from where chains end, so the first one found is the shortest.
void CallChains::findShortest(
    llvm::DenseMap<const FunctionDecl *, Edges> &Callers,
    std::vector<const FunctionDecl *> Ending) {
  for (size_t I = 0; I < Ending.size(); ++I) {
    const FunctionDecl *Callee = Ending[I];
    const unsigned Length = Shortest.lookup(Callee).Length + 1;
    for (const Edge &E : Callers.lookup(Callee)) {
      Via.try_emplace(E.Site, Callee);
      if (--Open[E.Site] == 0 &&
          Shortest.try_emplace(E.Caller, Step{Length, E.Site}).second)
        Ending.push_back(E.Caller);
    }
  }
}

std::optional<CallChains::Chain> CallChains::chain(const Function &Caller,
                                                   const CallSite &Site) const {
  Chain Result{{{&Caller.Decl, &Site}}, nullptr};
  const CallSite *At = &Site;
  while (true) {
    if (const Role *End = Ends.lookup(At)) {
      Result.End = End;
      return Result;
    }
    const FunctionDecl *Body = Via.lookup(At);
    if (!Body || Open.lookup(At) != 0)
      return std::nullopt;
    At = Shortest.lookup(Body).Site;
    Result.Links.push_back({Body, At});
  }
}

std::optional<CallChains::Chain> CallChains::chain(const Function &F) const {
  auto It = Shortest.find(F.Decl.getCanonicalDecl());
  return It == Shortest.end() ? std::nullopt : chain(F, *It->second.Site);
}

CallChains blockingChains(const CoroutineModel &Model, const Roles &R,
                          CallChains::From Roots,
                          llvm::function_ref<bool(const Role &)> Ignore) {
  const auto Verdict =
      [&](const CallSite &Site) -> std::optional<const Role *> {
    // Waiting for a task is another mistake, unless the loop is one's own.
    if (roleOf(Site, RoleKind::WaitsForTask, R) && !runsOwnLoop(Site, R))
      return nullptr;
    const Role *Blocks = roleOf(Site, RoleKind::Blocks, R);
    if (!Blocks)
      return std::nullopt;
    const bool ForTask = Site.Call && waitsForOwnExecutor(*Site.Call, R);
    return ForTask || Ignore(*Blocks) ? nullptr : Blocks;
  };
  return CallChains(Model, R, Roots, Verdict);
}

CallChains taskWaitChains(const CoroutineModel &Model, const Roles &R,
                          CallChains::From Roots) {
  const auto Verdict =
      [&](const CallSite &Site) -> std::optional<const Role *> {
    if (const Role *Waits = roleOf(Site, RoleKind::WaitsForTask, R))
      return runsOwnLoop(Site, R) ? nullptr : Waits;
    const Role *Blocks = roleOf(Site, RoleKind::Blocks, R);
    if (!Blocks)
      return std::nullopt;
    return Site.Call && waitsForOwnExecutor(*Site.Call, R) ? Blocks : nullptr;
  };
  return CallChains(Model, R, Roots, Verdict);
}

} // namespace corolint
