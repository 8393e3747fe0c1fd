/// \file
/// The flow analysis behind CallFlow.

#include "checks/model/CallFlow.h"

#include "checks/model/Calls.h"
#include "checks/model/Executors.h"
#include "checks/model/Flow.h"

#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

struct CallState {
  /// The threads that it runs on may block.
  bool MayBlock = false;
  /// The objects that a wait for does not block, in order.
  llvm::SmallVector<ObjectPath, 1> Ready;
  /// The condition in the right operand of `a && b` that was just tested, and
  /// what it was.
  const Expr *Tested = nullptr;
  bool Outcome = false;

  bool operator==(const CallState &) const = default;
};

class CallAnalysis {
public:
  using State = CallState;
  using Path = FlowPath<State>;

  CallAnalysis(const Function &F, const Roles &R,
               const NonblockingObjects &Objects, const Conditions &Tests,
               llvm::DenseSet<const void *> &Counted)
      : Ast(F.Decl.getASTContext()), R(R), Objects(Objects), Tests(Tests),
        Counted(Counted) {
    for (const SuspensionPoint &Point : F.Suspensions)
      if (Point.Expr && switchesExecutor(*Point.Expr, R) == true)
        Switches.push_back(Point.Where);
    for (const CFGBlock *Block : *F.cfg())
      for (const CFGElement &E : *Block)
        if (const auto S = E.getAs<CFGStmt>())
          noteResult(*S->getStmt());
    // Where its operands have something to destroy, `a && b` in a condition is
    // a value of its own.
    for (const CFGBlock *Block : *F.cfg())
      for (const CFGElement &E : *Block)
        if (const auto S = E.getAs<CFGStmt>())
          if (const auto *Op = dyn_cast<BinaryOperator>(S->getStmt());
              Op && Op->isLogicalOp())
            Operands.insert(operand(*Op).first);
  }

  void enter(State &) {}
  void leave(const Path &, const PathStep &) {}
  /// Where the switch has failed, who knows where it runs.
  void unwind(State &S, const CXXTryStmt &Try) {
    const SourceManager &SM = Ast.getSourceManager();
    S.MayBlock |= llvm::any_of(Switches, [&](SourceLocation Where) {
      return SM.isPointWithin(Where, Try.getTryBlock()->getBeginLoc(),
                              Try.getTryBlock()->getEndLoc());
    });
  }

  void step(const CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &Forks) {
    const auto S = E.getAs<CFGStmt>();
    caseLabel(Here, P.S);
    if (!P.S.MayBlock && !(S && isReady(*S->getStmt(), P.S)))
      Counted.insert(&E);
    if (!S)
      return;
    if (std::optional<bool> To = switchesExecutor(*S->getStmt(), R))
      P.S.MayBlock = *To;
    logical(*S->getStmt(), P, Here);
    forget(*S->getStmt(), P.S);
    learn(*S->getStmt(), P, Forks);
  }

private:
  /// The right operand of \p Op, and whether it is negated.
  static std::pair<const Expr *, bool> operand(const BinaryOperator &Op) {
    const Expr *E = skipWrappers(Op.getRHS());
    bool Negated = false;
    while (const auto *Not = dyn_cast<UnaryOperator>(E)) {
      if (Not->getOpcode() != UO_LNot)
        break;
      Negated = !Negated;
      E = skipWrappers(Not->getSubExpr());
    }
    return {E, Negated};
  }
  void noteTested(const Expr &Condition, bool Value, State &S) const {
    if (!Operands.contains(&Condition))
      return;
    S.Tested = &Condition;
    S.Outcome = Value;
  }
  void logical(const Stmt &S, Path &P, const PathStep &Here) const;
  void noteResult(const Stmt &S);
  const Expr *resultCall(const Expr &E) const;
  bool isReady(const Stmt &S, const State &In) const;
  void caseLabel(const PathStep &Here, State &S) const;
  void forget(const Stmt &S, State &In) const;
  void learn(const Stmt &S, Path &P, llvm::SmallVectorImpl<Path> &Forks) const;
  static void add(State &S, ObjectPath At) {
    auto It = llvm::lower_bound(S.Ready, At);
    if (It == S.Ready.end() || !(*It == At))
      S.Ready.insert(It, std::move(At));
  }

  const ASTContext &Ast;
  const Roles &R;
  const NonblockingObjects &Objects;
  const Conditions &Tests;
  llvm::DenseSet<const void *> &Counted;
  llvm::SmallVector<SourceLocation, 2> Switches;
  llvm::DenseSet<const Expr *> Operands;
  /// Variables that hold what such a call has returned.
  llvm::DenseMap<const ValueDecl *, const Expr *> Results;
};

/// The value of `a && b`, from what was tested last.
void CallAnalysis::logical(const Stmt &S, Path &P, const PathStep &Here) const {
  const auto *Op = dyn_cast<BinaryOperator>(&S);
  if (!Op || !Op->isLogicalOp())
    return;
  const auto [Right, Negated] = operand(*Op);
  if (P.S.Tested == Right)
    Tests.assumeResult(Op, P.S.Outcome != Negated, P.Facts);
  else if (Here.From && Here.From->Block->getTerminatorStmt() == Op)
    Tests.assumeResult(Op, Op->getOpcode() == BO_LOr, P.Facts);
  P.S.Tested = nullptr;
  P.S.Outcome = false;
}

/// `auto status = f.wait_for(0s);`, `status = f.wait_for(0s)`.
void CallAnalysis::noteResult(const Stmt &S) {
  const auto Note = [&](const ValueDecl *To, const Expr *Value) {
    const Expr *Call = Value ? skipWrappers(Value) : nullptr;
    if (To && Call && nonblockingAfter(*Call, R))
      Results[To] = Call;
  };
  if (const auto *Decls = dyn_cast<DeclStmt>(&S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        Note(Var, Var->getInit());
  } else if (const auto *Op = dyn_cast<BinaryOperator>(&S);
             Op && Op->getOpcode() == BO_Assign) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Op->getLHS()->IgnoreParens()))
      Note(Ref->getDecl(), Op->getRHS());
  }
}

/// The call whose result \p E is.
const Expr *CallAnalysis::resultCall(const Expr &E) const {
  const Expr *Value = skipWrappers(&E);
  if (const auto *Op = dyn_cast<BinaryOperator>(Value);
      Op && Op->getOpcode() == BO_Assign)
    Value = skipWrappers(Op->getLHS());
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Value))
    return Results.lookup(Ref->getDecl());
  return isa<CallExpr>(Value) ? Value : nullptr;
}

/// Whether \p S waits for, or hands to somebody, what is ready.
bool CallAnalysis::isReady(const Stmt &S, const State &In) const {
  if (In.Ready.empty() || !isa<CallExpr, CXXConstructExpr>(S))
    return false;
  const auto Is = [&](const Expr *E) {
    if (!E)
      return false;
    const ObjectPath At = objectPathOf(*E, Ast);
    return llvm::any_of(
        In.Ready, [&](const ObjectPath &Known) { return Known.contains(At); });
  };
  const auto &Call = cast<Expr>(S);
  return Is(Roles::argument(Call, std::nullopt)) ||
         llvm::any_of(argumentsOf(Call), Is);
}

/// `switch (f.wait_for(0s)) { case std::future_status::ready: … }`.
void CallAnalysis::caseLabel(const PathStep &Here, State &S) const {
  const auto *Case = dyn_cast_or_null<CaseStmt>(Here.Block->getLabel());
  const auto *Switch =
      Case && Here.From
          ? dyn_cast_or_null<SwitchStmt>(Here.From->Block->getTerminatorStmt())
          : nullptr;
  const Expr *Call = Switch ? resultCall(*Switch->getCond()) : nullptr;
  const Role *Ready = Call ? nonblockingAfter(*Call, R) : nullptr;
  if (!Ready)
    return;
  const Expr *Value = Case->getLHS();
  if (const auto *Constant = dyn_cast<ConstantExpr>(Value))
    Value = Constant->getSubExpr();
  if (namesConstant(*Value, Ready->get("if")))
    add(S, objectOf(*Call, *Ready, Ast));
}

/// What is assigned or made anew is another object.
void CallAnalysis::forget(const Stmt &S, State &In) const {
  if (In.Ready.empty())
    return;
  const auto Gone = [&](const ObjectPath &At) {
    llvm::erase_if(In.Ready,
                   [&](const ObjectPath &Known) { return At.contains(Known); });
  };
  if (const auto *Decls = dyn_cast<DeclStmt>(&S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D);
          Var && !Var->getType()->isReferenceType())
        Gone(ObjectPath::of(*Var));
  } else if (const auto *Op = dyn_cast<BinaryOperator>(&S);
             Op && Op->getOpcode() == BO_Assign) {
    Gone(objectPathOf(*Op->getLHS(), Ast));
  } else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&S);
             Operator && Operator->getOperator() == OO_Equal) {
    Gone(objectPathOf(*Operator->getArg(0), Ast));
  }
}

void CallAnalysis::learn(const Stmt &S, Path &P,
                         llvm::SmallVectorImpl<Path> &Forks) const {
  if (const std::optional<ReadyTest> Found =
          readyTest(S, R, [this](const Expr &E) { return resultCall(E); })) {
    const auto &Condition = cast<Expr>(S);
    Path Otherwise = P;
    Tests.assumeResult(&Condition, !Found->Value, Otherwise.Facts);
    noteTested(Condition, !Found->Value, Otherwise.S);
    noteTested(Condition, Found->Value, P.S);
    Forks.push_back(std::move(Otherwise));
    Tests.assumeResult(&Condition, Found->Value, P.Facts);
    add(P.S, Found->About);
    return;
  }
  const auto Result = [&](const ValueDecl &To, const Expr *Value) {
    const Expr *Call = Value ? skipWrappers(Value) : nullptr;
    const Role *Ready = Call ? nonblockingAfter(*Call, R) : nullptr;
    if (Ready && Ready->is("on", "result"))
      add(P.S, ObjectPath::of(To));
  };
  if (const auto *Decls = dyn_cast<DeclStmt>(&S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D)) {
        Result(*Var, Var->getInit());
        const auto *Copy = dyn_cast_or_null<CXXConstructExpr>(
            Var->getInit() ? skipWrappers(Var->getInit()) : nullptr);
        const Expr *Moved = Copy && Copy->getNumArgs() == 1
                                ? movedFrom(Copy->getArg(0))
                                : nullptr;
        if (Moved && llvm::is_contained(P.S.Ready, objectPathOf(*Moved, Ast)))
          add(P.S, ObjectPath::of(*Var));
      }
    return;
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(&S);
      Op && Op->getOpcode() == BO_Assign) {
    const Expr *Call = skipWrappers(Op->getRHS());
    const Role *Ready = nonblockingAfter(*Call, R);
    if (Ready && Ready->is("on", "result"))
      add(P.S, objectPathOf(*Op->getLHS(), Ast));
    return;
  }
  const Role *Ready = nonblockingAfter(S, R);
  if (Ready && Ready->get("if").empty() && Ready->get("unless").empty() &&
      !Ready->is("on", "result"))
    add(P.S, objectOf(cast<Expr>(S), *Ready, Ast));
  if (const auto *Call = dyn_cast<CallExpr>(&S))
    if (const FunctionDecl *Callee = Call->getDirectCallee())
      for (unsigned Index : Objects.parameters(*Callee))
        if (const Expr *Arg = Roles::argument(*Call, Index))
          add(P.S, objectPathOf(*Arg, Ast));
}

} // namespace

bool CallFlow::tells(const Stmt &S, const Roles &R,
                     const NonblockingObjects &Objects) {
  if (switchesExecutor(S, R) || nonblockingAfter(S, R))
    return true;
  const auto *Call = dyn_cast<CallExpr>(&S);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee && (!Objects.parameters(*Callee).empty() ||
                    readyTest(*Call, R, directResult));
}

CallFlow::CallFlow(const Function &F, const Roles &R,
                   const NonblockingObjects &Objects) {
  const Conditions Tests(F);
  CallAnalysis Analysis(F, R, Objects, Tests, Counted);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
}

} // namespace corolint
