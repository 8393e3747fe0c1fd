/// \file
/// The handle analysis: one bit, running or settled, along each path.

#include "checks/model/HandleFlow.h"

#include "checks/model/Calls.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

/// The mentions of variables that a detach is called on.
class DetachFinder : public RecursiveASTVisitor<DetachFinder> {
public:
  explicit DetachFinder(const Role &Join) : Names(Join.list("detach")) {}

  llvm::DenseSet<const Stmt *> Mentions;

  bool VisitCallExpr(CallExpr *E) {
    const std::optional<MemberCall> Call = asMemberCall(E);
    if (Call && llvm::is_contained(Names, Call->Name))
      Mentions.insert(skipWrappers(Call->Object));
    return true;
  }

private:
  llvm::SmallVector<llvm::StringRef, 4> Names;
};

class HandleAnalysis {
public:
  enum class State { NotYet, Running, Settled };
  using Path = FlowPath<State>;

  HandleAnalysis(const VarDecl &Handle, const Role &Join, const Function &F)
      : Handle(Handle),
        DropDetaches(Join.is("drop", "detaches") || Join.is("drop", "nothing")),
        Detaches(Join) {
    Detaches.TraverseStmt(const_cast<Stmt *>(F.Body));
  }

  const PathStep *EscapedAt = nullptr;
  bool SettledSomewhere = false;

  void enter(State &S) { S = State::NotYet; }
  void leave(const Path &, const PathStep &) {}

  void step(const CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &) {
    if (const auto S = E.getAs<CFGStmt>())
      return statement(S->getStmt(), P.S, Here);
    const VarDecl *Gone = nullptr;
    if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
      Gone = Dtor->getVarDecl();
    else if (const auto End = E.getAs<CFGLifetimeEnds>())
      Gone = End->getVarDecl();
    if (Gone != &Handle)
      return;
    if (P.S == State::Running && DropDetaches)
      escape(Here);
    SettledSomewhere |= P.S == State::Settled;
    P.S = State::NotYet;
  }

private:
  void statement(const Stmt *S, State &Now, const PathStep &Here) {
    if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      if (llvm::is_contained(Decls->decls(), &Handle))
        Now = State::Running;
      return;
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    if (Now != State::Running || !Ref || Ref->getDecl() != &Handle)
      return;
    if (Detaches.Mentions.contains(Ref)) {
      escape(Here);
      Now = State::NotYet;
    } else {
      Now = State::Settled;
    }
  }

  void escape(const PathStep &Here) {
    if (!EscapedAt)
      EscapedAt = &Here;
  }

  const VarDecl &Handle;
  bool DropDetaches;
  DetachFinder Detaches;
};

} // namespace

HandleEnd endOfHandle(const VarDecl &Handle, const Role &Join,
                      const Function &F) {
  const Conditions Tests(F);
  HandleAnalysis Analysis(Handle, Join, F);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  HandleEnd End;
  End.Escapes = Analysis.EscapedAt != nullptr;
  if (!End.Escapes || !Analysis.SettledSomewhere)
    return End;
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  for (const BranchTaken &Branch : branchesTo(Analysis.EscapedAt))
    if (SM.isBeforeInTranslationUnit(Handle.getLocation(),
                                     Branch.Condition->getBeginLoc()))
      End.Branches.push_back(Branch);
  return End;
}

} // namespace corolint
