/// \file
/// The flow analysis behind CallFlow.

#include "checks/model/CallFlow.h"

#include "checks/model/Calls.h"
#include "checks/model/Executors.h"
#include "checks/model/Flow.h"
#include "checks/model/ObjectPath.h"
#include "checks/model/OwnBody.h"

#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

const Role *readyRole(const Stmt &S, const Roles &R) {
  const auto *Call = dyn_cast<CallExpr>(&S);
  return Call ? R.ofCall(*Call, RoleKind::NonblockingAfter) : nullptr;
}

bool namesConstant(const Expr &E, llvm::StringRef Name) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E.IgnoreParenImpCasts());
  return Ref && !Name.empty() && Roles::nameOf(*Ref->getDecl()) == Name;
}

struct CallState {
  /// The threads that it runs on may block.
  bool MayBlock = false;
  /// The objects that a wait for does not block, in order.
  llvm::SmallVector<ObjectPath, 1> Ready;

  bool operator==(const CallState &) const = default;
};

class CallAnalysis {
public:
  using State = CallState;
  using Path = FlowPath<State>;

  CallAnalysis(const Function &F, const Roles &R, const Conditions &Tests,
               llvm::DenseSet<const void *> &Counted)
      : Ast(F.Decl.getASTContext()), R(R), Tests(Tests), Counted(Counted) {
    for (const SuspensionPoint &Point : F.Suspensions)
      if (Point.Expr && switchesExecutor(*Point.Expr, R) == true)
        Switches.push_back(Point.Where);
    for (const CFGBlock *Block : *F.cfg())
      for (const CFGElement &E : *Block)
        if (const auto S = E.getAs<CFGStmt>())
          noteResult(*S->getStmt());
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
    forget(*S->getStmt(), P.S);
    learn(*S->getStmt(), P, Forks);
  }

private:
  /// What a call says about an object, if its result is \c Value.
  struct Test {
    ObjectPath About;
    bool Value;
  };

  void noteResult(const Stmt &S);
  const Expr *resultCall(const Expr &E) const;
  ObjectPath about(const Expr &Call, const Role &Ready) const;
  std::optional<Test> testIn(const Stmt &S) const;
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
  const Conditions &Tests;
  llvm::DenseSet<const void *> &Counted;
  llvm::SmallVector<SourceLocation, 2> Switches;
  /// Variables that hold what such a call has returned.
  llvm::DenseMap<const ValueDecl *, const Expr *> Results;
};

/// `auto status = f.wait_for(0s);`, `status = f.wait_for(0s)`.
void CallAnalysis::noteResult(const Stmt &S) {
  const auto Note = [&](const ValueDecl *To, const Expr *Value) {
    const Expr *Call = Value ? skipWrappers(Value) : nullptr;
    if (To && Call && readyRole(*Call, R))
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

ObjectPath CallAnalysis::about(const Expr &Call, const Role &Ready) const {
  const Expr *Object = Roles::argument(Call, Ready.index("arg"));
  return Object ? objectPathOf(*Object, Ast) : ObjectPath::of(Call);
}

std::optional<CallAnalysis::Test> CallAnalysis::testIn(const Stmt &S) const {
  if (const auto *Op = dyn_cast<BinaryOperator>(&S); Op && Op->isEqualityOp()) {
    for (auto [Result, Constant] : {std::pair(Op->getLHS(), Op->getRHS()),
                                    std::pair(Op->getRHS(), Op->getLHS())}) {
      const Expr *Call = resultCall(*Result);
      const Role *Ready = Call ? readyRole(*Call, R) : nullptr;
      if (!Ready)
        continue;
      const bool Equal = Op->getOpcode() == BO_EQ;
      if (namesConstant(*Constant, Ready->get("if")))
        return Test{about(*Call, *Ready), Equal};
      if (namesConstant(*Constant, Ready->get("unless")))
        return Test{about(*Call, *Ready), !Equal};
    }
    return std::nullopt;
  }
  const Role *Ready = readyRole(S, R);
  if (!Ready || (!Ready->is("if", "true") && !Ready->is("if", "false")))
    return std::nullopt;
  return Test{about(cast<Expr>(S), *Ready), Ready->is("if", "true")};
}

/// Whether \p S waits for, or hands to somebody, what is ready.
bool CallAnalysis::isReady(const Stmt &S, const State &In) const {
  if (In.Ready.empty() || !isa<CallExpr, CXXConstructExpr>(S))
    return false;
  const auto Is = [&](const Expr *E) {
    return E && llvm::is_contained(In.Ready, objectPathOf(*E, Ast));
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
  const Role *Ready = Call ? readyRole(*Call, R) : nullptr;
  if (!Ready)
    return;
  const Expr *Value = Case->getLHS();
  if (const auto *Constant = dyn_cast<ConstantExpr>(Value))
    Value = Constant->getSubExpr();
  if (namesConstant(*Value, Ready->get("if")))
    add(S, about(*Call, *Ready));
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
  if (const std::optional<Test> Found = testIn(S)) {
    const auto &Condition = cast<Expr>(S);
    Path Otherwise = P;
    Tests.assumeResult(&Condition, !Found->Value, Otherwise.Facts);
    Forks.push_back(std::move(Otherwise));
    Tests.assumeResult(&Condition, Found->Value, P.Facts);
    add(P.S, Found->About);
    return;
  }
  const auto Result = [&](const ValueDecl &To, const Expr *Value) {
    const Expr *Call = Value ? skipWrappers(Value) : nullptr;
    const Role *Ready = Call ? readyRole(*Call, R) : nullptr;
    if (Ready && Ready->is("on", "result"))
      add(P.S, ObjectPath::of(To));
  };
  if (const auto *Decls = dyn_cast<DeclStmt>(&S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        Result(*Var, Var->getInit());
    return;
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(&S);
      Op && Op->getOpcode() == BO_Assign) {
    const Expr *Call = skipWrappers(Op->getRHS());
    const Role *Ready = readyRole(*Call, R);
    if (Ready && Ready->is("on", "result"))
      add(P.S, objectPathOf(*Op->getLHS(), Ast));
    return;
  }
  const Role *Ready = readyRole(S, R);
  if (Ready && Ready->get("if").empty() && Ready->get("unless").empty() &&
      !Ready->is("on", "result"))
    add(P.S, about(cast<Expr>(S), *Ready));
}

} // namespace

llvm::StringSet<> constantsIn(const Function &F) {
  class Finder : public OwnBodyVisitor<Finder> {
  public:
    explicit Finder(const ASTContext &Ast) : Ast(Ast) {}
    const ASTContext &Ast;
    llvm::StringSet<> Found;

    bool VisitIntegerLiteral(IntegerLiteral *E) {
      if (E->getLocation().isMacroID())
        Found.insert(Lexer::getImmediateMacroName(
            E->getLocation(), Ast.getSourceManager(), Ast.getLangOpts()));
      return true;
    }
    bool VisitDeclRefExpr(DeclRefExpr *E) {
      if (isa<EnumConstantDecl>(E->getDecl()))
        Found.insert(Roles::nameOf(*E->getDecl()));
      return true;
    }
  } Find(F.Decl.getASTContext());
  Find.TraverseStmt(const_cast<Stmt *>(F.Body));
  return std::move(Find.Found);
}

bool CallFlow::tells(const Stmt &S, const Roles &R) {
  return switchesExecutor(S, R).has_value() || readyRole(S, R) != nullptr;
}

CallFlow::CallFlow(const Function &F, const Roles &R) {
  const Conditions Tests(F);
  CallAnalysis Analysis(F, R, Tests, Counted);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
}

} // namespace corolint
