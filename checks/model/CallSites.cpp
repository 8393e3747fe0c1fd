/// \file
/// Collecting calls from control flow graphs.

#include "checks/model/CallSites.h"

#include "checks/model/CallFlow.h"
#include "checks/model/Calls.h"
#include "checks/model/GivenAway.h"
#include "checks/model/ImpliedCalls.h"
#include "checks/model/Readiness.h"

#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
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

/// Takes the blocks out of \p Live from which every way ends the program: who
/// waits there keeps nobody else waiting.
void removeDoomed(const CFG &Graph, llvm::BitVector &Live) {
  llvm::SmallVector<const CFGBlock *, 16> Work;
  for (const CFGBlock *Block : Graph)
    if (Block->hasNoReturnElement())
      Work.push_back(Block);
  while (!Work.empty()) {
    const CFGBlock *Block = Work.pop_back_val();
    if (!Live.test(Block->getBlockID()))
      continue;
    Live.reset(Block->getBlockID());
    for (const CFGBlock *Before : Block->preds())
      if (Before && llvm::none_of(Before->succs(), [&](const CFGBlock *Next) {
            return Next && Live.test(Next->getBlockID());
          }))
        Work.push_back(Before);
  }
}

class Collector {
public:
  Collector(const Function &F, const Roles &R,
            const NonblockingObjects &Objects, ParametersCalled Other)
      : F(F), R(R), Objects(Objects), Other(Other), Values(F, R), Kept(R) {}

  CallsOfFunction take(const CFG &Graph) {
    llvm::BitVector Live = reachable(Graph);
    removeDoomed(Graph, Live);
    bool Tests = false;
    for (const CFGBlock *Block : Graph)
      for (const CFGElement &E : *Block)
        if (const auto S = E.getAs<CFGStmt>()) {
          Kept.note(*S->getStmt());
          Tests |= CallFlow::tells(*S->getStmt(), R, Objects);
          noteUnevaluated(*S->getStmt());
        } else if (const auto Member = E.getAs<CFGInitializer>()) {
          Kept.noteInitialiser(*Member->getInitializer()->getInit());
        }
    for (const CFGBlock *Block : Graph)
      if (const auto *Loop =
              dyn_cast_or_null<CXXForRangeStmt>(Block->getTerminatorStmt()))
        Loops[Loop->getColonLoc()] = Loop->getRangeInit()->getBeginLoc();
    std::optional<CallFlow> Flow;
    if (Tests)
      Flow.emplace(F, R, Objects);
    for (const CFGBlock *Block : Graph)
      if (Live.test(Block->getBlockID()))
        for (const CFGElement &E : *Block)
          if (!Flow || Flow->counts(E))
            element(E);
    const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
    llvm::erase_if(Result.Sites,
                   [](const CallSite &Site) { return Site.Where.isInvalid(); });
    llvm::stable_sort(Result.Sites,
                      [&SM](const CallSite &A, const CallSite &B) {
                        return SM.isBeforeInTranslationUnit(A.Where, B.Where);
                      });
    return std::move(Result);
  }

private:
  void element(const CFGElement &E) {
    if (const auto S = E.getAs<CFGStmt>())
      return statement(*S->getStmt());
    if (const auto Local = E.getAs<CFGAutomaticObjDtor>()) {
      const VarDecl &Var = *Local->getVarDecl();
      if (const Expr *Work = Kept.joinedBy(Var))
        Result.Sites.push_back({Var.getLocation(), Work,
                                destructorOf(Var.getType()),
                                CallSite::Kind::Awaited});
      else if (Kept.filled(Var))
        addElements(Var.getType(), Var.getLocation(), Result.Sites);
      else if (!Kept.gave(Var))
        destroyed(Var.getType(), Var.getLocation());
    } else if (const auto Temporary = E.getAs<CFGTemporaryDtor>()) {
      const CXXBindTemporaryExpr &Bind = *Temporary->getBindTemporaryExpr();
      if (Kept.gave(Bind))
        return;
      if (const Expr *Work = Kept.joinedBy(Bind))
        Result.Sites.push_back({Bind.getBeginLoc(), Work,
                                destructorOf(Bind.getType()),
                                CallSite::Kind::Awaited});
      else
        destroyed(Bind.getType(), Bind.getBeginLoc());
    } else if (const auto Delete = E.getAs<CFGDeleteDtor>()) {
      const CXXDeleteExpr &Expr = *Delete->getDeleteExpr();
      if (const CXXDestructorDecl *Callee =
              destructorOf(Expr.getDestroyedType()))
        Result.Sites.push_back(
            {Expr.getBeginLoc(), nullptr, Callee, CallSite::Kind::Destroyed});
    } else if (const auto Member = E.getAs<CFGMemberDtor>()) {
      const FieldDecl &Field = *Member->getFieldDecl();
      if (!Field.getParent()->isUnion())
        destroyed(Field.getType(), Field.getLocation());
    } else if (const auto Base = E.getAs<CFGBaseDtor>()) {
      const CXXBaseSpecifier &Specifier = *Base->getBaseSpecifier();
      destroyed(Specifier.getType(), Specifier.getBeginLoc());
    }
  }

  /// Operands of `noexcept`, which the graph lists all the same, and what only
  /// the compiler runs.
  void noteUnevaluated(const Stmt &S) {
    if (const auto *Operand = dyn_cast<CXXNoexceptExpr>(&S))
      Unevaluated.push_back(Operand->getOperand()->getSourceRange());
    else if (isa<ConstantExpr>(S))
      Unevaluated.push_back(S.getSourceRange());
    else if (const auto *Decls = dyn_cast<DeclStmt>(&S))
      for (const Decl *D : Decls->decls())
        if (const auto *Var = dyn_cast<VarDecl>(D);
            Var && Var->isConstexpr() && Var->getInit())
          Unevaluated.push_back(Var->getInit()->getSourceRange());
  }

  void destroyed(QualType T, SourceLocation Where) {
    addDestroyed(T, Where, Result.Sites);
  }

  void statement(const Stmt &S) {
    // Their parts are no elements of the caller's graph; the calls happen where
    // the default is used.
    if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(&S))
      return implied(*Default->getExpr(), Default->getUsedLocation());
    if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(&S))
      return implied(*Default->getExpr(), Default->getBeginLoc(),
                     /*Listed=*/true);
    if (const auto *Base = dyn_cast<CXXInheritedCtorInitExpr>(&S))
      Result.Sites.push_back({F.Decl.getLocation(), Base,
                              Base->getConstructor(), CallSite::Kind::Made});
    if (const auto *E = dyn_cast<Expr>(&S);
        E && isa<CallExpr, CXXConstructExpr>(E)) {
      Seen.insert(E);
      add(*E, E->getBeginLoc());
    }
  }

  /// A constructor's graph lists the parts of default initialisers, too.
  void implied(const Expr &Default, SourceLocation Where, bool Listed = false) {
    for (const Expr *Call : callsIn(Default))
      if (!Listed || Seen.insert(Call).second)
        add(*Call, Where);
  }

  void add(const Expr &E, SourceLocation Where) {
    if (llvm::any_of(Unevaluated, [&](SourceRange Range) {
          return Range.fullyContains(E.getSourceRange());
        }))
      return;
    // What a range-for calls for its author is in the range.
    if (auto Loop = Loops.find(Where); Loop != Loops.end())
      Where = Loop->second;
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E)) {
      Result.Sites.push_back({Where, &E, Construct->getConstructor()});
    } else if (const auto *Call = dyn_cast<CallExpr>(&E)) {
      written(*Call, Where);
    }
    if (const CallTargets Made = constructorsOf(E, R); !Made.empty())
      push(Where, E, Made, CallSite::Kind::Made);
  }

  void push(SourceLocation Where, const Expr &Call, const CallTargets &Targets,
            CallSite::Kind How) {
    CallSite Site{Where, &Call, Targets.empty() ? nullptr : Targets.front(),
                  How};
    if (Targets.size() > 1)
      Site.Others.append(Targets.begin() + 1, Targets.end());
    Result.Sites.push_back(std::move(Site));
  }

  void written(const CallExpr &Call, SourceLocation Where) {
    if (handlesWouldBlock(Call))
      return;
    const CallTargets Callees = Values.calleesOf(Call);
    push(Where, Call, Callees, CallSite::Kind::Written);
    if (const ParmVarDecl *Param = Values.calledParameter(Call))
      noteParameter(*Param, Where);
    const Role *Now = R.ofCall(Call, RoleKind::CallsNow);
    const CallsOfFunction *Body =
        !Now && Callees.size() == 1 ? calledBody(*Callees.front()) : nullptr;
    if (!Now && !Body)
      return;
    for (unsigned I = 0; const Expr *Arg = Roles::argument(Call, I); ++I) {
      if (Now ? !Now->concerns("arg", I) : !Body->callsParameter(I))
        continue;
      if (const CallTargets Given = Values.targetsOf(*Arg); !Given.empty())
        push(Where, Call, Given, CallSite::Kind::Given);
      else if (const ParmVarDecl *Param = Values.parameter(*Arg))
        noteParameter(*Param, Where);
    }
  }

  /// Whether \p Call fails rather than waits: what it is about was made so
  /// elsewhere in the class, or its function asks for the error afterwards.
  /// Nobody asks for EAGAIN where he has been made to wait.
  bool handlesWouldBlock(const CallExpr &Call) {
    const Role *Blocks = R.ofCall(Call, RoleKind::Blocks);
    if (!Blocks)
      return false;
    const Expr *About = Roles::argument(Call, std::nullopt);
    if (!About)
      About = Roles::argument(Call, 0);
    const auto *Member =
        dyn_cast_or_null<MemberExpr>(About ? skipWrappers(About) : nullptr);
    const auto *Field =
        Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
    if (Field && Objects.contains(*Field))
      return true;
    if (Blocks->get("would-block").empty())
      return false;
    if (!Names)
      Names = namesIn(F);
    return llvm::any_of(Blocks->list("would-block"), [&](llvm::StringRef Name) {
      return Names->contains(Name);
    });
  }

  /// A template's instance calls what it was given by name: its calls say it.
  const CallsOfFunction *calledBody(const FunctionDecl &Callee) {
    const bool Takes =
        llvm::any_of(Callee.parameters(), [](const ParmVarDecl *Param) {
          const QualType T = Param->getType().getNonReferenceType();
          const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
          return T->isFunctionType() || T->isFunctionPointerType() ||
                 T->isMemberFunctionPointerType() ||
                 (Class && Class->isInStdNamespace() && !Class->isLambda());
        });
    return Takes ? Other(Callee) : nullptr;
  }

  void noteParameter(const ParmVarDecl &Param, SourceLocation Where) {
    const unsigned Index = Param.getFunctionScopeIndex();
    if (Result.Parameters.size() <= Index)
      Result.Parameters.resize(Index + 1);
    Result.Parameters[Index] = Where;
  }

  const Function &F;
  const Roles &R;
  const NonblockingObjects &Objects;
  ParametersCalled Other;
  Callables Values;
  GivenAway Kept;
  CallsOfFunction Result;
  llvm::DenseSet<const Expr *> Seen;
  llvm::SmallVector<SourceRange, 1> Unevaluated;
  std::optional<llvm::StringSet<>> Names;
  /// The ranges of range-for loops, by the loops' colons.
  llvm::DenseMap<SourceLocation, SourceLocation> Loops;
};

} // namespace

CallsOfFunction callsOf(const Function &F, const Roles &R,
                        const NonblockingObjects &Objects,
                        ParametersCalled Other) {
  const CFG *Graph = F.cfg();
  return Graph ? Collector(F, R, Objects, Other).take(*Graph)
               : CallsOfFunction();
}

} // namespace corolint
