/// \file
/// Collecting mentions, waits and signals.

#include "checks/model/LooseSites.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

bool LooseSites::isTask(QualType T) const {
  return B.isCoroutineType(T.getNonReferenceType()) ||
         B.roles().of(T.getNonReferenceType(), RoleKind::JoinHandle);
}

SourceLocation LooseSites::beginOfStatement(const Expr &E) const {
  const Stmt *Statement = Here.parent(Here.wholeOf(E));
  return Statement ? Statement->getBeginLoc() : E.getBeginLoc();
}

bool LooseSites::mayEndWork(QualType T) const {
  const CXXRecordDecl *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition() || Class->isInStdNamespace() ||
      isTask(T) || B.roles().of(T, RoleKind::Owner))
    return false;
  const CXXDestructorDecl *Destructor = Class->getDestructor();
  if (!Destructor || !Destructor->isUserProvided())
    return false;
  const Function *Body = B.model().find(Destructor);
  return Body ? waitsForOthers(*Body->Body, B.roles())
              : llvm::any_of(Class->methods(), [](const CXXMethodDecl *Method) {
                  return Method->getDeclName().isIdentifier() &&
                         isNamedLikeWaiting(Method->getName());
                });
}

bool LooseSites::isForgotten(const ValueDecl *Member) const {
  const auto *Field = dyn_cast_or_null<FieldDecl>(Member);
  const auto *Class =
      Field ? dyn_cast<CXXRecordDecl>(Field->getParent()) : nullptr;
  return Class && llvm::all_of(Class->methods(), [&](const CXXMethodDecl *M) {
           if (M->isImplicit() || M->isDefaulted() || M->isDeleted() ||
               M->getCanonicalDecl() == F.Decl.getCanonicalDecl())
             return true;
           const Function *Body = B.model().find(M);
           return Body && !anyStmt(Body->Body, [&](const Stmt &S) {
                    const auto *Named = dyn_cast<MemberExpr>(&S);
                    return Named && Named->getMemberDecl() == Field;
                  });
         });
}

bool LooseSites::isMoved(const Expr &Named) const {
  const auto *Call = dyn_cast_or_null<CallExpr>(Here.parent(Named));
  return Call && movedFrom(Call);
}

bool LooseSites::isWithin(const Stmt &Part, const Stmt &Whole) const {
  const Stmt *S = &Part;
  while (S && S != &Whole)
    S = Here.parent(*S);
  return S;
}

SourceLocation LooseSites::endOfFullExpression(const Expr &E) const {
  return Here.wholeOf(E).getEndLoc();
}

class LooseSites::Finder : public OwnBodyVisitor<Finder> {
public:
  Finder(LooseSites &Sites, llvm::ArrayRef<Work> Works, const Roles &R)
      : Sites(Sites), Works(Works), R(R) {
    for (unsigned I = 0; I < Works.size(); ++I) {
      Sites.Begins[Works[I].Made] = I;
      if (Works[I].Executor)
        ByExecutor[Works[I].Executor].push_back(I);
      if (Works[I].Lands.In)
        Holders.insert(Works[I].Lands.In);
      for (const ValueDecl *Signal : Works[I].Signals)
        BySignal[wholeOf(Signal)].push_back(I);
    }
  }

  /// What is moved from or released takes what it owns elsewhere.
  llvm::DenseSet<const ValueDecl *> GivenAway;

  bool shouldVisitImplicitCode() const { return true; }

  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    // Through references to it.
    const auto *Named = dyn_cast<DeclRefExpr>(objectNamed(Ref));
    mention(*Ref, Named ? *Named->getDecl() : *Ref->getDecl());
    if (const auto *Binding = dyn_cast<BindingDecl>(Ref->getDecl()))
      mention(*Ref, *Binding->getDecomposedDecl());
    return true;
  }
  bool VisitVarDecl(VarDecl *Var) {
    // `auto done = promise.get_future();` tells what the promise tells.
    if (const std::optional<MemberCall> Call =
            Var->getInit() ? asMemberCall(skipWrappers(Var->getInit()))
                           : std::nullopt)
      if (const VarDecl *Source = localRoot(Call->Object))
        if (const auto It = BySignal.find(Source); It != BySignal.end()) {
          const llvm::SmallVector<unsigned, 2> Same = It->second;
          BySignal[Var].append(Same.begin(), Same.end());
        }
    return true;
  }
  bool VisitMemberExpr(MemberExpr *E) {
    if (isa<CXXThisExpr>(skipWrappers(E->getBase())))
      mention(*E, *E->getMemberDecl());
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    const Role *Blocks = R.ofCall(*E, RoleKind::Blocks);
    if ((Blocks &&
         (Blocks->is("kind", "wait") || Blocks->is("kind", "join"))) ||
        R.ofCall(*E, RoleKind::WaitsForTask))
      Sites.Waits.insert(E);
    // `done.wait()`
    if (const std::optional<MemberCall> Call = asMemberCall(E)) {
      const ValueDecl *Object = objectOf(*Call->Object);
      if (isNamedLikeWaiting(Call->Name) && !Sites.Begins.contains(E))
        signal(*E, Object);
      // `executor.drain()`: whatever else is done with it.
      if (const auto It = ByExecutor.find(Object);
          It != ByExecutor.end() && !Sites.Begins.contains(E) && Call->Method &&
          !Call->Method->isConst() && !R.ofCall(*E, RoleKind::Spawn) &&
          Sites.Here.of(*E).How == Landing::Kind::Dropped)
        Sites.Signals[E].append(It->second.begin(), It->second.end());
    }
    const Expr *Source = movedFrom(E);
    if (const std::optional<MemberCall> Call = asMemberCall(E);
        Call && Call->Name == "release")
      Source = Call->Object;
    const auto *Ref =
        dyn_cast_or_null<DeclRefExpr>(Source ? skipWrappers(Source) : nullptr);
    if (Ref)
      GivenAway.insert(Ref->getDecl());
    return true;
  }
  bool VisitCoawaitExpr(CoawaitExpr *E) {
    awaited(*E, *E->getOperand());
    return true;
  }
  bool VisitDependentCoawaitExpr(DependentCoawaitExpr *E) {
    awaited(*E, *E->getOperand());
    return true;
  }
  bool VisitWhileStmt(WhileStmt *S) { return tested(*S, S->getCond()); }
  bool VisitDoStmt(DoStmt *S) { return tested(*S, S->getCond()); }
  bool VisitForStmt(ForStmt *S) { return tested(*S, S->getCond()); }

private:
  /// The variable or own member that \p E is about.
  static const ValueDecl *objectOf(const Expr &E) {
    if (const VarDecl *Var = localRoot(&E))
      return Var;
    const auto *Member = dyn_cast<MemberExpr>(objectNamed(&E));
    return Member ? Member->getMemberDecl() : nullptr;
  }

  void mention(const Expr &E, const ValueDecl &Named) {
    // Tasks move from variable to variable.
    const bool Holds = Holders.contains(&Named);
    if (!Holds)
      return;
    const Landing There = Sites.Here.of(E);
    if (There.How == Landing::Kind::Variable)
      Holders.insert(There.In);
    Sites.Mentions[&E] = {&Named, There};
  }

  /// A binding tells what the others of its object tell.
  static const ValueDecl *wholeOf(const ValueDecl *Var) {
    const auto *Binding = dyn_cast_or_null<BindingDecl>(Var);
    return Binding ? Binding->getDecomposedDecl() : Var;
  }

  void signal(const Stmt &At, const ValueDecl *Var) {
    if (const auto It = BySignal.find(wholeOf(Var)); It != BySignal.end())
      Sites.Signals[&At].append(It->second.begin(), It->second.end());
  }

  /// Whether to await a \p T, or something made of it, is to wait for it.
  bool tells(QualType T) const {
    T = T.getNonReferenceType();
    if (T->isPointerType())
      T = T->getPointeeType();
    if (R.isAwaitable(T) || R.task(T))
      return true;
    const NamedDecl *Class = Roles::classOf(T);
    constexpr llvm::StringLiteral Waits[] = {"wait", "async_wait", "acquire",
                                             "receive", "async_receive"};
    return Class && llvm::any_of(Waits, [&](llvm::StringRef Name) {
             return !membersOf(*Class, Name).empty();
           });
  }

  void awaited(const Expr &Await, const Expr &Operand) {
    // `co_await done`, `co_await done.wait()`, `co_await wait_for(done)`.
    const Expr *E = skipWrappers(&Operand);
    while (E) {
      E = skipWrappers(E);
      if (const std::optional<MemberCall> Call = asMemberCall(E))
        E = Call->Object;
      else if (const auto *Member = dyn_cast<MemberExpr>(E))
        E = Member->getBase();
      else if (const Expr *Moved = movedFrom(E))
        E = Moved;
      else
        break;
    }
    if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E))
      signal(Await, Ref->getDecl());
    for (const Expr *Arg : argumentsOf(*skipWrappers(&Operand))) {
      if (const VarDecl *Var = localRoot(Arg); Var && tells(Var->getType()))
        signal(Await, Var);
      // `co_await offload([&] { done.wait(); })`
      const auto *Lambda = dyn_cast<LambdaExpr>(skipWrappers(Arg));
      if (!Lambda)
        continue;
      for (const LambdaCapture &C : Lambda->captures())
        if (C.capturesVariable() && tells(C.getCapturedVar()->getType()))
          signal(Await, C.getCapturedVar());
    }
  }

  /// A loop waits for a work if it tests what the work can change, and does not
  /// start it itself.
  bool tested(const Stmt &Loop, const Expr *Condition) {
    class Mentioned : public RecursiveASTVisitor<Mentioned> {
    public:
      Mentioned(Finder &Outer, const Stmt &Loop) : Outer(Outer), Loop(Loop) {}
      bool VisitDeclRefExpr(DeclRefExpr *Ref) {
        const auto It = Outer.BySignal.find(Ref->getDecl());
        if (It == Outer.BySignal.end())
          return true;
        for (const unsigned I : It->second)
          if (Outer.canChange(Outer.Works[I], *Ref->getDecl()) &&
              !Outer.Sites.isWithin(*Outer.Works[I].Made, Loop))
            Outer.Sites.Signals[Ref].push_back(I);
        return true;
      }

    private:
      Finder &Outer;
      const Stmt &Loop;
    };
    if (Condition)
      Mentioned(*this, Loop).TraverseStmt(const_cast<Expr *>(Condition));
    return true;
  }

  static bool canChange(const Work &W, const ValueDecl &Var) {
    const QualType T = Var.getType();
    return T->isPointerType() || T->isRecordType() ||
           llvm::any_of(W.Loans, [&](const Borrow &L) { return L.Of == &Var; });
  }

  LooseSites &Sites;
  llvm::ArrayRef<Work> Works;
  const Roles &R;
  llvm::DenseSet<const ValueDecl *> Holders;
  llvm::DenseMap<const ValueDecl *, llvm::SmallVector<unsigned, 2>> BySignal;
  llvm::DenseMap<const ValueDecl *, llvm::SmallVector<unsigned, 2>> ByExecutor;
};

void LooseSites::collectDeaths(const CFG &Graph, const SourceManager &SM) {
  for (const CFGBlock *Block : Graph) {
    llvm::SmallVector<const VarDecl *, 4> Run;
    const auto Close = [&] {
      if (Run.empty())
        return;
      const VarDecl *First = Run.front();
      llvm::stable_sort(Run, [&](const VarDecl *A, const VarDecl *B) {
        return SM.isBeforeInTranslationUnit(B->getLocation(), A->getLocation());
      });
      Deaths[{Block, First}] = std::move(Run);
      Run.clear();
    };
    for (const CFGElement &E : *Block) {
      if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
        Run.push_back(Dtor->getVarDecl());
      else if (const auto End = E.getAs<CFGLifetimeEnds>())
        Run.push_back(End->getVarDecl());
      else
        Close();
    }
    Close();
  }
}

LooseSites::LooseSites(const Function &F, std::vector<Work> &Works, Sinks &S,
                       Borrows &B)
    : F(F), Here(S.landingsIn(F)), B(B) {
  Finder Found(*this, Works, B.roles());
  Found.TraverseStmt(const_cast<Stmt *>(F.Body));
  collectDeaths(*F.cfg(), B.roles().ast().getSourceManager());
  for (Work &W : Works)
    llvm::erase_if(W.Loans, [&](const Borrow &L) {
      return L.Within && Found.GivenAway.contains(L.Of);
    });
}

SourceLocation endOfScope(const ValueDecl &Local, const Function &F) {
  const auto *Binding = dyn_cast<BindingDecl>(&Local);
  const ValueDecl &Var = Binding ? *Binding->getDecomposedDecl() : Local;
  class Scopes : public RecursiveASTVisitor<Scopes> {
  public:
    explicit Scopes(const ValueDecl &Var) : Var(Var) {}
    const ValueDecl &Var;
    const CompoundStmt *Innermost = nullptr;
    llvm::SmallVector<const CompoundStmt *, 8> Open;
    bool TraverseCompoundStmt(CompoundStmt *S) {
      Open.push_back(S);
      const bool Go = RecursiveASTVisitor::TraverseCompoundStmt(S);
      Open.pop_back();
      return Go;
    }
    bool VisitVarDecl(VarDecl *D) {
      if (D == &Var && !Open.empty())
        Innermost = Open.back();
      return true;
    }
  } Finder(Var);
  Finder.TraverseStmt(const_cast<Stmt *>(F.Body));
  return Finder.Innermost ? Finder.Innermost->getRBracLoc()
                          : F.Body->getEndLoc();
}

} // namespace corolint
