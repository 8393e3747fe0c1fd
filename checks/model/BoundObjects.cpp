/// \file
/// The analysis of thread-bound objects along control flow: declarations,
/// calls, suspensions.

#include "checks/model/BoundAnalysis.h"

#include "checks/roles/StmtSearch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace corolint {

using namespace clang;

/// What a method of a scope object, or of its owner, is called if it ends it.
static bool endsByName(llvm::StringRef Method) {
  return llvm::StringSwitch<bool>(Method.lower())
      .Cases("reset", "release", "dismiss", "end", "stop", "finish", "close",
             "clear", true)
      .Cases("leave", "exit", "pop", "detach", "disarm", "deactivate", "cancel",
             "restore", "undo", true)
      .Cases("unlock", "destroy", "disable", "done", "complete", "commit",
             "rollback", true)
      .Default(false);
}

BoundAnalysis::BoundAnalysis(const Function &F, const CoroutineModel &Model,
                             const Roles &R, const Conditions &Tests)
    : F(F), Model(Model), R(R), Tests(Tests) {
  for (const CFGBlock *Block : *F.cfg())
    for (const CFGElement &E : *Block) {
      if (const auto Dtor = E.getAs<CFGTemporaryDtor>()) {
        const CXXBindTemporaryExpr *Bind = Dtor->getBindTemporaryExpr();
        if (R.threadBound(Bind->getType()))
          Temporaries.insert(Bind);
        continue;
      }
      const auto S = E.getAs<CFGStmt>();
      const Stmt *Statement = S ? S->getStmt() : nullptr;
      if (const auto *Decls = dyn_cast_or_null<DeclStmt>(Statement)) {
        for (const Decl *D : Decls->decls())
          if (const auto *Var = dyn_cast<VarDecl>(D))
            Needed |= traitsOf(*Var) || isBoundResult(Var->getInit());
      } else if (const auto *Call = dyn_cast_or_null<CallExpr>(Statement)) {
        Needed |= beginning(*Call) != nullptr;
      }
      if (const auto *E = dyn_cast_or_null<Expr>(Statement))
        findGiven(*E);
    }
  Needed |= !Temporaries.empty() ||
            llvm::any_of(F.Decl.parameters(), [&](const ParmVarDecl *Param) {
              return traitsOf(*Param) != nullptr;
            });
  if (Needed)
    findEnclosures();
}

unsigned BoundAnalysis::intern(const void *Key, Subject New) {
  auto [It, IsNew] = Subjects.try_emplace(Key, Table.size());
  if (IsNew) {
    if (New.Is != BoundScope::Kind::Section)
      New.Object = Key;
    Table.push_back(std::move(New));
  }
  return It->second;
}

std::optional<unsigned> BoundAnalysis::objectIn(const Expr *E,
                                                const State &S) const {
  const VarDecl *Var = localRoot(E);
  auto It = Var ? Subjects.find(Var) : Subjects.end();
  if (It == Subjects.end() || !find(S, It->second))
    return std::nullopt;
  return It->second;
}

const BoundAnalysis::Entry *BoundAnalysis::find(const State &S,
                                                unsigned Subject) {
  auto It = llvm::find_if(S, [=](Entry E) { return E.Subject == Subject; });
  return It == S.end() ? nullptr : &*It;
}

BoundAnalysis::Entry *BoundAnalysis::find(State &S, unsigned Subject) {
  return const_cast<Entry *>(find(std::as_const(S), Subject));
}

void BoundAnalysis::forget(State &S, unsigned Subject) {
  llvm::erase_if(S, [=](Entry E) { return E.Subject == Subject; });
}

void BoundAnalysis::forget(State &S, const void *Key) const {
  auto It = Subjects.find(Key);
  if (It != Subjects.end())
    forget(S, It->second);
}

void BoundAnalysis::set(State &S, unsigned Subject, int Status,
                        SourceLocation Where) {
  if (Status == Alive)
    Status = Trail.begin(Subject, Where);
  else if (Status == Empty)
    Trail.end(Subject, Where);
  auto It = llvm::find_if(S, [=](Entry E) { return E.Subject >= Subject; });
  if (It != S.end() && It->Subject == Subject)
    *It = {Subject, Status};
  else
    S.insert(It, {Subject, Status});
}

void BoundAnalysis::enter(State &S) {
  for (const ParmVarDecl *Param : F.Decl.parameters()) {
    const ThreadBoundTraits *Traits = traitsOf(*Param);
    if (!Traits)
      continue;
    const unsigned Subject = subjectOf(*Param, *Traits);
    Table[Subject].Is = BoundScope::Kind::Parameter;
    set(S, Subject, Traits->MaybeEmpty ? Unknown : Alive, Param->getLocation());
  }
  atSuspension(F.Suspensions.front(), S, nullptr);
}

void BoundAnalysis::leave(const Path &P, const PathStep &Here) {
  State S = P.S;
  atSuspension(F.Suspensions.back(), S, &Here);
}

void BoundAnalysis::atSuspension(const SuspensionPoint &Point, State &S,
                                 const PathStep *Here) {
  if (!Point.Suspends)
    return;
  llvm::SmallVector<unsigned, 4> Begun;
  for (Entry &E : S) {
    // Locals are gone at the final suspend, also after a throw, whose way out
    // the control flow graph does not show.
    if (E.Status < 0 || (Point.At == SuspensionPoint::Kind::Final &&
                         Table[E.Subject].Is != BoundScope::Kind::Parameter))
      continue;
    if (Point.Expr && !reaches(Table[E.Subject].Object, Point.Expr))
      continue;
    Begun.push_back(E.Status);
    E.Suspended = Table[E.Subject].Is == BoundScope::Kind::Section;
  }
  Trail.suspend(Point, Begun, Here);
}

void BoundAnalysis::step(const CFGElement &E, Path &P, const PathStep &Here,
                         llvm::SmallVectorImpl<Path> &Forks) {
  if (const auto S = E.getAs<CFGStmt>())
    return statement(S->getStmt(), P, Here, Forks);
  if (const auto Dtor = E.getAs<CFGTemporaryDtor>())
    return forget(P.S, Dtor->getBindTemporaryExpr());
  const VarDecl *Gone = nullptr;
  if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>()) {
    Gone = Dtor->getVarDecl();
    destroy(*Gone, P.S, Dtor->getTriggerStmt()->getEndLoc());
  } else if (const auto End = E.getAs<CFGLifetimeEnds>()) {
    Gone = End->getVarDecl();
  }
  // A coroutine's parameters live in its frame, beyond the body's end.
  if (Gone && !isa<ParmVarDecl>(Gone))
    forget(P.S, Gone);
}

void BoundAnalysis::statement(const Stmt *S, Path &P, const PathStep &Here,
                              llvm::SmallVectorImpl<Path> &Forks) {
  if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S)) {
    if (const SuspensionPoint *Point = F.suspensionAt(S))
      atSuspension(*Point, P.S, &Here);
    return;
  }
  if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        declare(*Var, P.S);
    return;
  }
  if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(S))
    return temporary(*Bind, P.S);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
    return captures(*Lambda, P.S);
  if (const auto *Call = dyn_cast<CallExpr>(S)) {
    if (movedFrom(Call))
      return; // Whoever takes the value decides.
    if (const std::optional<MemberCall> Member = asMemberCall(Call))
      if (method(*Member, P))
        return;
    section(*Call, P, Forks);
  }
  // `Unlock unlock;` lifts a section.
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(S))
    if (const Function *Body = Model.find(Construct->getConstructor())) {
      std::set<std::string> Called;
      callsIn(Body->Body, /*Depth=*/0, Called);
      endSections(P.S, Called, Construct->getBeginLoc(), /*Undoes=*/true);
    }
  if (isa<CallExpr, CXXConstructExpr, CXXUnresolvedConstructExpr>(S))
    passArguments(*cast<Expr>(S), P.S);
}

void BoundAnalysis::declare(const VarDecl &Var, State &S) {
  if (!Var.hasLocalStorage())
    return;
  if (const ThreadBoundTraits *Traits = traitsOf(Var)) {
    const int Value = Var.getInit()        ? valueOf(Var.getInit(), S)
                      : Traits->MaybeEmpty ? Empty
                                           : Alive;
    return set(S, subjectOf(Var, *Traits), Value, Var.getLocation());
  }
  if (!isBoundResult(Var.getInit()))
    return;
  const auto *Call = cast<CallExpr>(skipWrappers(Var.getInit()));
  const Role *Said = R.ofCall(*Call, RoleKind::ThreadBound);
  ThreadBoundTraits Traits;
  Traits.Reason = Said->get("reason").str();
  set(S, subjectOf(Var, Traits), Alive, Var.getLocation());
}

/// \returns whether \p Call decides whether there still is an object.
bool BoundAnalysis::method(const MemberCall &Call, Path &P) {
  const std::optional<unsigned> Object = objectIn(Call.Object, P.S);
  if (!Object)
    return false;
  const SourceLocation Where = Call.Call->getBeginLoc();
  const bool Assigns =
      Call.Method && Call.Method->getOverloadedOperator() == OO_Equal;
  if (Assigns || Call.Name == "emplace" ||
      (Call.Name == "reset" && !Call.Args.empty())) {
    set(P.S, *Object,
        Call.Name == "emplace" ? Alive : valueOf(Call.Args[0], P.S), Where);
    return true;
  }
  if (Call.Name == "swap") {
    set(P.S, *Object, Unknown, Where);
    return false;
  }
  const int Status = find(P.S, *Object)->Status;
  if (const std::optional<bool> Engaged =
          Call.Method ? testsEngaged(*Call.Method) : std::nullopt) {
    if (Status != Unknown)
      Tests.assumeResult(Call.Call, *Engaged == (Status != Empty), P.Facts);
    return true;
  }
  if (!endsByName(Call.Name) &&
      !llvm::is_contained(Table[*Object].Until, Call.Name)) {
    // What a method does to a scope that is one for what its bodies do, is not
    // followed.
    const ThreadBoundTraits *Traits =
        R.threadBound(skipWrappers(Call.Object)->getType());
    if (Traits && !Traits->Contains && !Traits->Starts.empty() && Call.Method &&
        !Call.Method->isConst() && !isAccessor(*Call.Method))
      set(P.S, *Object, Unknown, Where);
    return false;
  }
  set(P.S, *Object, Empty, Where);
  return true;
}

/// Objects handed to a call: moved in, they are gone; where the call can end
/// them, nobody knows.
void BoundAnalysis::passArguments(const Expr &E, State &S) {
  // An object built from an object: its variable's declaration decides.
  if (!isa<CallExpr>(E) && R.threadBound(E.getType()))
    return;
  const FunctionDecl *Callee = nullptr;
  if (const auto *Call = dyn_cast<CallExpr>(&E))
    Callee = Call->getDirectCallee();
  else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E))
    Callee = Construct->getConstructor();
  llvm::ArrayRef<const Expr *> Args = argumentsOf(E);
  if (isa<CXXOperatorCallExpr>(E) && isa_and_nonnull<CXXMethodDecl>(Callee))
    Args = Args.drop_front();
  const Function *Body = Model.find(Callee);
  for (unsigned I = 0; I < Args.size(); ++I) {
    const Expr *Arg = skipWrappers(Args[I]);
    if (const Expr *Source = Arg ? movedFrom(Arg) : nullptr) {
      if (const std::optional<unsigned> Object = objectIn(Source, S))
        set(S, *Object, Empty, E.getBeginLoc());
      continue;
    }
    const bool Address = isa_and_nonnull<UnaryOperator>(Arg);
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(
        Address ? skipWrappers(cast<UnaryOperator>(Arg)->getSubExpr()) : Arg);
    const std::optional<unsigned> Object =
        Ref || isa_and_nonnull<CXXOperatorCallExpr>(Arg) ? objectIn(Arg, S)
                                                         : std::nullopt;
    if (!Object)
      continue;
    const ParmVarDecl *Param = Callee && I < Callee->getNumParams()
                                   ? Callee->getParamDecl(I)
                                   : nullptr;
    const QualType T = Param ? Param->getType() : QualType();
    const bool ReadOnly =
        Param && !Address &&
        (!T->isReferenceType() || T->getPointeeType().isConstQualified());
    const bool Unused =
        Body && Param && !refersTo(Body->Body, *Body->Decl.getParamDecl(I));
    if (!ReadOnly && !Unused)
      set(S, *Object, Unknown, E.getBeginLoc());
  }
}

/// A lambda can do anything to what it captures by reference; what it takes
/// over is gone here.
void BoundAnalysis::captures(const LambdaExpr &Lambda, State &S) {
  for (const LambdaCapture &Capture : Lambda.captures())
    if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef) {
      auto It = Subjects.find(Capture.getCapturedVar());
      if (It != Subjects.end() && find(S, It->second))
        set(S, It->second, Unknown, Lambda.getBeginLoc());
    }
  // Where the lambda itself is followed, its declaration decides.
  if (R.threadBound(Lambda.getType()))
    return;
  for (const Expr *Init : Lambda.capture_inits())
    if (const Expr *Source = Init ? movedFrom(Init) : nullptr)
      if (const std::optional<unsigned> Object = objectIn(Source, S))
        set(S, *Object, Empty, Lambda.getBeginLoc());
}

std::vector<BoundScope> BoundAnalysis::take() const {
  std::vector<BoundScope> Result;
  for (SuspensionTrail::Span &Span : Trail.take(F)) {
    const Subject &Of = Table[Span.Subject];
    if (Of.Is != BoundScope::Kind::Section || Of.Undone)
      Result.push_back({Of.Is, Span.Where, Of.Name, Of.Reason, Of.Holds,
                        std::move(Span.Suspensions), std::move(Span.Way)});
  }
  return Result;
}

std::vector<BoundScope> boundScopesAtSuspensions(const Function &F,
                                                 const CoroutineModel &Model,
                                                 const Roles &R) {
  if (!F.isCoroutine() || F.isGenerator() || !F.cfg())
    return {};
  const Conditions Tests(F);
  BoundAnalysis Analysis(F, Model, R, Tests);
  if (!Analysis.isNeeded())
    return {};
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  return Analysis.take();
}

} // namespace corolint
