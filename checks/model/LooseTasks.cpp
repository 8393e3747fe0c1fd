/// \file
/// Following the works of a function until what they refer to dies.

#include "checks/model/LooseTasks.h"

#include "checks/model/Calls.h"
#include "checks/model/LooseSites.h"
#include "checks/model/Works.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

/// The flow of one function.
class LooseFlow {
public:
  /// One work that somebody still has to end.
  struct Item {
    enum class Phase : unsigned char { Held, Elsewhere, Free };

    unsigned Index;
    Phase Now;
    /// The variable that holds it, or the field or global.
    const ValueDecl *In = nullptr;
    /// By index: what it refers to has died.
    unsigned Dead = 0;

    bool operator==(const Item &) const = default;
  };
  using State = SmallVector<Item, 2>;
  using Path = FlowPath<State>;

  LooseFlow(const Function &F, std::vector<Work> &Works,
            const LooseSites &Sites, std::vector<LooseTask> &Out)
      : F(F), Works(Works), Sites(Sites), Out(Out), Told(Works.size()),
        Settled(Works.size()) {}

  void enter(State &) {}

  void step(const CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &) {
    if (const auto S = E.getAs<CFGStmt>())
      return statement(S->getStmt(), P.S, Here);
    const VarDecl *Gone = nullptr;
    if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
      Gone = Dtor->getVarDecl();
    else if (const auto End = E.getAs<CFGLifetimeEnds>())
      Gone = End->getVarDecl();
    if (const auto It = Sites.Deaths.find({Here.Block, Gone});
        Gone && It != Sites.Deaths.end())
      for (const VarDecl *Var : It->second)
        died(*Var, P.S, Here);
  }

  void leave(const Path &P, const PathStep &Here) {
    // The parameters die last.
    for (const Item &I : P.S)
      if (I.Now != Item::Phase::Held)
        for (unsigned L = 0; L < Works[I.Index].Loans.size(); ++L)
          if (const Borrow &Loan = Works[I.Index].Loans[L];
              isa_and_nonnull<ParmVarDecl>(Loan.Of) || (I.Dead & 1u << L) ||
              (Loan.How == Borrow::Kind::This &&
               (I.Now == Item::Phase::Free ||
                // A member that lets its task go on when the object dies.
                (Works[I.Index].GoesOn && Sites.isForgotten(I.In)))))
            tell(I, L, endOf(I), Works[I.Index].Made->getBeginLoc(), Here);
  }

  void finish();

private:
  struct Story {
    LooseTask Task;
    const PathStep *Step;
    unsigned Work;
  };

  void statement(const Stmt *S, State &Now, const PathStep &Here);
  void begin(unsigned Index, State &Now, const PathStep &Here);
  void land(Item I, const Landing &There, const Expr &At, State &Now,
            const PathStep &Here);
  void mention(const ValueDecl &Holder, const Landing &There, const Expr &At,
               State &Now, const PathStep &Here);
  void died(const VarDecl &Var, State &Now, const PathStep &Here);
  void settle(const Item &I) { Settled[I.Index] = true; }
  void tell(const Item &I, unsigned Loan, LooseTask::End How,
            SourceLocation Where, const PathStep &Here);
  void tellDead(const Item &I, SourceLocation Where, const PathStep &Here);
  void goOn(Item I, State &Now, const PathStep &Here);

  /// A lazy one is started by whoever detaches it.
  bool runs(const Item &I) const {
    return Works[I.Index].Running || I.Now == Item::Phase::Free;
  }

  LooseTask::End endOf(const Item &I) const {
    return I.Now == Item::Phase::Free        ? LooseTask::End::Detached
           : I.Now == Item::Phase::Elsewhere ? LooseTask::End::Kept
                                             : LooseTask::End::Running;
  }

  const Function &F;
  std::vector<Work> &Works;
  const LooseSites &Sites;
  std::vector<LooseTask> &Out;
  std::vector<Story> Stories;
  /// By work: the loans that are told of, and whether some path settles it.
  std::vector<unsigned> Told;
  std::vector<bool> Settled;
};

void LooseFlow::tell(const Item &I, unsigned Loan, LooseTask::End How,
                     SourceLocation Where, const PathStep &Here) {
  if (Told[I.Index] & 1u << Loan)
    return;
  Told[I.Index] |= 1u << Loan;
  const Work &W = Works[I.Index];
  const Borrow &B = W.Loans[Loan];
  Stories.push_back(
      {{.How = How,
        .What = B,
        .Made = W.Made,
        .Maker = W.Maker,
        .OtherThread = W.OtherThread,
        .Where = Where,
        .DiesAt = B.Of          ? endOfScope(*B.Of, F)
                  : B.Temporary ? Sites.endOfFullExpression(*B.Temporary)
                                : SourceLocation(),
        .In = &F,
        .Way = W.Way},
       &Here,
       I.Index});
}

/// \p I is used after what it refers to has died.
void LooseFlow::tellDead(const Item &I, SourceLocation Where,
                         const PathStep &Here) {
  for (unsigned L = 0; L < Works[I.Index].Loans.size(); ++L)
    if (I.Dead & 1u << L)
      tell(I, L, LooseTask::End::Late, Where, Here);
}

/// Nobody has \p I any more, and it runs.
void LooseFlow::goOn(Item I, State &Now, const PathStep &Here) {
  const Work &W = Works[I.Index];
  I.Now = Item::Phase::Free;
  I.In = nullptr;
  for (unsigned L = 0; L < W.Loans.size(); ++L)
    if (W.Loans[L].Temporary || (I.Dead & 1u << L))
      tell(I, L, LooseTask::End::Detached, W.Made->getBeginLoc(), Here);
  Now.push_back(I);
}

void LooseFlow::begin(unsigned Index, State &Now, const PathStep &Here) {
  const Work &W = Works[Index];
  llvm::erase_if(Now, [&](const Item &I) {
    return I.Index == Index && I.Now != Item::Phase::Free;
  });
  // A second one goes the same way.
  if (llvm::any_of(Now, [&](const Item &I) { return I.Index == Index; }))
    return;
  Item I{.Index = Index, .Now = Item::Phase::Held};
  for (unsigned L = 0; L < W.Loans.size(); ++L)
    if (W.Loans[L].Temporary)
      I.Dead |= 1u << L;
  land(I, W.Lands, *W.Made, Now, Here);
}

void LooseFlow::land(Item I, const Landing &There, const Expr &At, State &Now,
                     const PathStep &Here) {
  const Work &W = Works[I.Index];
  const SourceLocation Made = W.Made->getBeginLoc();
  switch (There.How) {
  case Landing::Kind::Returned:
    for (unsigned L = 0; L < W.Loans.size(); ++L)
      if (W.Loans[L].How != Borrow::Kind::This)
        tell(I, L, LooseTask::End::Returned, Sites.beginOfStatement(At), Here);
    return;
  case Landing::Kind::Variable:
  case Landing::Kind::Elsewhere:
    I.Now = There.How == Landing::Kind::Variable ? Item::Phase::Held
                                                 : Item::Phase::Elsewhere;
    I.In = There.In;
    if (W.Running || There.How == Landing::Kind::Elsewhere)
      for (unsigned L = 0; L < W.Loans.size(); ++L)
        if (I.Dead & 1u << L)
          tell(I, L, endOf(I), Made, Here);
    if (There.In && There.In->isImplicit()) // The range of a loop.
      return tellDead(I, There.In->getLocation(), Here);
    Now.push_back(I);
    return;
  case Landing::Kind::Detached:
    return goOn(I, Now, Here);
  case Landing::Kind::Dropped:
    if (W.Running && W.GoesOn)
      goOn(I, Now, Here);
    return;
  default:
    return;
  }
}

void LooseFlow::mention(const ValueDecl &Holder, const Landing &There,
                        const Expr &At, State &Now, const PathStep &Here) {
  const State Before = Now;
  for (const Item &I : Before) {
    if (I.In != &Holder || There.How == Landing::Kind::Looked ||
        There.How == Landing::Kind::Dropped ||
        (There.How == Landing::Kind::Tested && !Works[I.Index].Running))
      continue;
    llvm::erase(Now, I);
    const bool Whole = Sites.isTask(Holder.getType());
    if (There.How == Landing::Kind::Overwritten) {
      const Work &W = Works[I.Index];
      const bool Cleared = isa<CXXMemberCallExpr>(There.At);
      if ((!Whole && !Cleared) || Sites.isWithin(*W.Made, *There.At))
        Now.push_back(I);
      else if (W.Running && W.GoesOn)
        goOn(I, Now, Here);
      else
        settle(I);
      continue;
    }
    if (There.How == Landing::Kind::Variable ||
        There.How == Landing::Kind::Elsewhere ||
        There.How == Landing::Kind::Returned ||
        There.How == Landing::Kind::Detached) {
      if (There.How == Landing::Kind::Detached)
        tellDead(I, At.getBeginLoc(), Here);
      if (There.In != &Holder) {
        if (There.How == Landing::Kind::Variable && There.In->isImplicit()) {
          settle(I);
          tellDead(I, At.getBeginLoc(), Here);
        } else {
          land(I, There, At, Now, Here);
        }
      }
      continue;
    }
    settle(I);
    if (Whole || There.How == Landing::Kind::Awaited || Sites.isMoved(At))
      tellDead(I, At.getBeginLoc(), Here);
  }
}

void LooseFlow::died(const VarDecl &Var, State &Now, const PathStep &Here) {
  const State Before = Now;
  for (const Item &I : Before)
    if (I.In == &Var && I.Now == Item::Phase::Held) {
      llvm::erase(Now, I);
      const Work &W = Works[I.Index];
      // What a class of this program does with its members is its own affair.
      if (W.Running && W.GoesOn && !Sites.mayEndWork(Var.getType()))
        goOn(I, Now, Here);
      else
        settle(I);
    }
  // A destructor may wait for whoever uses the object.
  if (Sites.mayEndWork(Var.getType()))
    llvm::erase_if(Now, [&](const Item &I) {
      return runs(I) && llvm::is_contained(Works[I.Index].Signals, &Var);
    });
  for (Item &I : Now)
    for (unsigned L = 0; L < Works[I.Index].Loans.size(); ++L) {
      const ValueDecl *Of = Works[I.Index].Loans[L].Of;
      const auto *Binding = dyn_cast_or_null<BindingDecl>(Of);
      if (!Of || (Binding ? Binding->getDecomposedDecl() : Of) != &Var)
        continue;
      if (runs(I))
        tell(I, L, endOf(I), Works[I.Index].Made->getBeginLoc(), Here);
      I.Dead |= 1u << L;
    }
}

void LooseFlow::statement(const Stmt *S, State &Now, const PathStep &Here) {
  if (const auto It = Sites.Begins.find(S); It != Sites.Begins.end())
    begin(It->second, Now, Here);
  if (const auto It = Sites.Mentions.find(S); It != Sites.Mentions.end())
    mention(*It->second.first, It->second.second, *cast<Expr>(S), Now, Here);
  const bool Waits = Sites.Waits.contains(S);
  const auto Signals = Sites.Signals.find(S);
  if (!Waits && Signals == Sites.Signals.end())
    return;
  // Such code has a protocol of its own.
  llvm::erase_if(Now, [&](const Item &I) {
    const bool Ends =
        runs(I) &&
        (Waits ? I.Now != Item::Phase::Held || !Sites.isTask(I.In->getType())
               : llvm::is_contained(Signals->second, I.Index));
    if (Ends)
      settle(I);
    return Ends;
  });
}

void LooseFlow::finish() {
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  for (Story &S : Stories) {
    if (Settled[S.Work])
      for (const BranchTaken &Branch : branchesTo(S.Step))
        if (SM.isBeforeInTranslationUnit(S.Task.Made->getBeginLoc(),
                                         Branch.Condition->getBeginLoc()))
          S.Task.Branches.push_back(Branch);
    Out.push_back(std::move(S.Task));
  }
}

} // namespace

LooseTasks::LooseTasks(const CoroutineModel &Model, const Roles &R) {
  Sinks &S = Model.shared<Sinks>(R);
  Borrows &B = S.borrows();
  for (const auto &F : Model.functions()) {
    std::vector<Work> Works = worksOf(*F, S, B);
    // More than that is generated code.
    if (Works.empty() || Works.size() > 64 || !F->cfg())
      continue;
    const LooseSites Sites(*F, Works, S, B);
    const Conditions Tests(*F);
    LooseFlow Analysis(*F, Works, Sites, Found);
    ForwardFlow Flow(*F, Tests, Analysis);
    Flow.run();
    Analysis.finish();
  }
}

} // namespace corolint
