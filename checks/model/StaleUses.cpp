/// \file
/// What of one thread is used after a suspension: references to its storage,
/// pointers that only it may use, errno.

#include "checks/model/StaleAnalysis.h"

#include "checks/model/Calls.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// The variable that \p D is, or is a part of.
static const VarDecl *variableOf(const ValueDecl *D) {
  if (const auto *Binding = dyn_cast<BindingDecl>(D))
    D = Binding->getDecomposedDecl();
  return dyn_cast_or_null<VarDecl>(D);
}

StaleAnalysis::StaleAnalysis(const Function &F, const Roles &R)
    : F(F), R(R), Ast(F.Decl.getASTContext()), Mentions(F) {
  const Role *Task = R.of(F.Decl.getReturnType(), RoleKind::Task);
  OneThread = Task && Task->is("threads", "one");
}

StaleAnalysis::Entry *StaleAnalysis::find(State &S, const VarDecl *Var) {
  auto It = llvm::find_if(S, [=](const Entry &E) { return E.Var == Var; });
  return It == S.end() ? nullptr : &*It;
}

void StaleAnalysis::forget(State &S, const VarDecl *Var) {
  llvm::erase_if(S, [=](const Entry &E) { return E.Var == Var; });
}

/// The role of the class that \p T points or refers to, if its pointers belong
/// to a thread.
const Role *StaleAnalysis::pointerRole(QualType T) const {
  if (OneThread || (!T->isPointerType() && !T->isReferenceType()))
    return nullptr;
  const Role *Said = R.of(T->getPointeeType(), RoleKind::ThreadBound);
  return Said && Said->is("pointers", "yes") ? Said : nullptr;
}

std::optional<ThreadLocalSource> StaleAnalysis::sourceOf(const VarDecl &Var,
                                                         const Expr *Value,
                                                         const State &S) const {
  if (OneThread || !Value)
    return std::nullopt;
  const auto Known =
      [&](const VarDecl &Local) -> std::optional<ThreadLocalSource> {
    auto It = llvm::find_if(S, [&](const Entry &E) { return E.Var == &Local; });
    if (It == S.end() || !Bindings[It->Binding].From)
      return std::nullopt;
    ThreadLocalSource Source = *Bindings[It->Binding].From;
    Source.Through = &Local;
    return Source;
  };
  const ThreadLocals Storage(R, Known);
  const QualType T = Var.getType();
  // Nobody looks through it: it tells one object from another.
  if (T->isVoidPointerType())
    return std::nullopt;
  if (T->isReferenceType())
    return Storage.object(Value);
  if (T->isPointerType() || R.isView(T))
    return Storage.value(Value);
  // A handle, of whatever type, that a role speaks of; what ends with its
  // destructor is an object to follow as such.
  const auto *Call = dyn_cast<CallExpr>(skipWrappers(Value));
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (!Call || !Call->isPRValue() || (Class && !Class->hasTrivialDestructor()))
    return std::nullopt;
  return Storage.value(Call);
}

void StaleAnalysis::bind(Binding New, State &S) {
  unsigned I = 0;
  while (I < Bindings.size() &&
         !(Bindings[I].Var == New.Var && Bindings[I].Where == New.Where))
    ++I;
  const VarDecl *Var = New.Var;
  if (I == Bindings.size())
    Bindings.push_back(std::move(New));
  forget(S, Var);
  S.insert(llvm::upper_bound(
               S, I, [](unsigned I, const Entry &E) { return I < E.Binding; }),
           {Var, I});
}

void StaleAnalysis::enter(State &S) {
  // A lazy coroutine's first suspension is over before its caller goes on to
  // await it: what a parameter points to is that caller's choice.
  for (const ParmVarDecl *Param : F.Decl.parameters())
    if (const Role *Said = pointerRole(Param->getType()))
      bind({Param, Param->getLocation(), {}, Said, nullptr, {}, {}}, S);
}

void StaleAnalysis::step(const CFGElement &E, Path &P, const PathStep &,
                         llvm::SmallVectorImpl<Path> &) {
  if (const auto S = E.getAs<CFGStmt>())
    return statement(S->getStmt(), P.S);
  if (const auto End = E.getAs<CFGLifetimeEnds>())
    forget(P.S, End->getVarDecl());
  else if (const auto Dtor = E.getAs<CFGAutomaticObjDtor>())
    forget(P.S, Dtor->getVarDecl());
}

void StaleAnalysis::statement(const Stmt *S, State &State) {
  if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S))
    return suspend(*cast<Expr>(S), State);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    return mention(*Ref, State);
  if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        declare(*Var, State);
    return;
  }
  if (const auto *Op = dyn_cast<BinaryOperator>(S)) {
    if (Op->getOpcode() == BO_Assign)
      assign(Op->getLHS(), Op->getRHS(), State);
    return;
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(S);
      Operator && Operator->getOperator() == OO_Equal)
    assign(Operator->getArg(0), Operator->getArg(1), State);
  if (const auto *Call = dyn_cast<CallExpr>(S))
    call(*Call, State);
  else if (const auto *Construct = dyn_cast<CXXConstructExpr>(S);
           Construct && !Construct->getConstructor()->isTrivial() &&
           !Construct->getConstructor()->isInStdNamespace())
    if (Entry *Errno = find(State, nullptr))
      Errno->Last = -1;
}

/// Whether the awaited \p Operand can say by other means than its result how it
/// went, and in errno: an object to ask afterwards, an argument to fill.
static bool hasOutput(const Expr &Operand) {
  const Expr *E = skipWrappers(&Operand);
  if (E->isLValue())
    return true;
  return llvm::any_of(argumentsOf(*E), [](const Expr *Arg) {
    const QualType T = Arg->getType();
    return (Arg->isLValue() && !T.isConstQualified()) ||
           (T->isPointerType() && !T->getPointeeType().isConstQualified());
  });
}

void StaleAnalysis::suspend(const Expr &Await, State &S) {
  const SuspensionPoint *Point = F.suspensionAt(&Await);
  if (!Point || !Point->Suspends)
    return;
  // `r = co_await x.read(); if (r < 0) … errno`: what was awaited speaks for
  // itself.
  if (Mentions.ValueUsed.contains(&Await) || isa<DependentCoawaitExpr>(Await) ||
      hasOutput(*cast<CoroutineSuspendExpr>(Await).getOperand()))
    forget(S, nullptr);
  const int Index = Point - F.Suspensions.data();
  for (Entry &E : S) {
    Bindings[E.Binding].Before[Index].insert(E.Last);
    E.Last = Index;
  }
}

void StaleAnalysis::declare(const VarDecl &Var, State &S) {
  if (!Var.hasLocalStorage())
    return;
  if (const Role *Said = pointerRole(Var.getType()); Said && Var.getInit())
    return bind({&Var, Var.getLocation(), {}, Said, nullptr, {}, {}}, S);
  if (auto From = sourceOf(Var, Var.getInit(), S))
    bind({&Var, Var.getLocation(), std::move(From), nullptr, nullptr, {}, {}},
         S);
}

void StaleAnalysis::assign(const Expr *To, const Expr *Value, State &S) {
  const auto *Ref = dyn_cast<DeclRefExpr>(To->IgnoreParenImpCasts());
  const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Var || !Var->hasLocalStorage() || Var->getType()->isReferenceType())
    return;
  auto From = sourceOf(*Var, Value, S);
  const Role *Said = pointerRole(Var->getType());
  forget(S, Var);
  if (From || Said)
    bind({Var, To->getBeginLoc(), std::move(From), Said, nullptr, {}, {}}, S);
}

void StaleAnalysis::mention(const DeclRefExpr &Ref, State &S) {
  const VarDecl *Var = variableOf(Ref.getDecl());
  if (!Var || Mentions.Benign.contains(&Ref))
    return;
  if (!Mentions.Escaping.contains(&Ref))
    return use(find(S, Var), Ref.getBeginLoc(), S);
  // Somebody sets it, now or later.
  forget(S, Var);
  if (const Role *Said = pointerRole(Var->getType()))
    bind({Var, Ref.getBeginLoc(), {}, Said, nullptr, {}, {}}, S);
}

void StaleAnalysis::call(const CallExpr &Call, State &S) {
  if (!Mentions.UsesErrno)
    return;
  Entry *Errno = find(S, nullptr);
  switch (errnoUse(Call)) {
  case ErrnoUse::None:
    return;
  case ErrnoUse::Locates:
    if (Mentions.ErrnoWrites.contains(&Call))
      return forget(S, nullptr);
    // Where the author wrote it, not in the macro.
    return use(Errno, Ast.getSourceManager().getFileLoc(Call.getBeginLoc()), S);
  case ErrnoUse::Reads:
    return use(Errno, Call.getBeginLoc(), S);
  case ErrnoUse::Sets:
    return bind({nullptr, Call.getBeginLoc(), {}, nullptr, &Call, {}, {}}, S);
  case ErrnoUse::Unknown:
    // What it left in errno, it left in the thread that runs now.
    if (Errno)
      Errno->Last = -1;
    return;
  }
}

void StaleAnalysis::use(Entry *E, SourceLocation Where, State &S) {
  if (!E || E->Last < 0)
    return;
  Bindings[E->Binding].Uses.insert({Where, E->Last});
  S.erase(E);
}

StaleUse StaleAnalysis::describe(const Binding &B) const {
  StaleUse Use;
  Use.Where = B.Where;
  Use.Name = B.Var ? B.Var->getNameAsString() : "errno";
  if (const auto *Parts = dyn_cast_or_null<DecompositionDecl>(B.Var))
    for (const BindingDecl *Part : Parts->bindings())
      Use.Name += (Use.Name.empty() ? "" : ", ") + Part->getNameAsString();
  const auto NameOfCallee = [](const CallExpr &Call) {
    const FunctionDecl *Callee = Call.getDirectCallee();
    return Callee ? Callee->getNameAsString() : "";
  };
  if (B.Setter) {
    Use.Is = StaleUse::Kind::Errno;
    Use.Source = NameOfCallee(*B.Setter);
    Use.Origin = B.Where;
  } else if (B.Said) {
    Use.Is = StaleUse::Kind::Pointer;
    const QualType Class = B.Var->getType()->getPointeeType();
    Use.Source =
        Class.getUnqualifiedType().getAsString(Ast.getPrintingPolicy());
    Use.Reason = B.Said->get("reason").str();
  } else if (B.From->Said) {
    Use.Is = StaleUse::Kind::Result;
    // Of `*local`, `local->x` and `local.get()` the object tells more.
    const std::optional<MemberCall> Member = asMemberCall(B.From->Call);
    Use.Source =
        Member ? sourceText(*Member->Object, Ast) : NameOfCallee(*B.From->Call);
    Use.Reason = B.From->Said->get("reason").str();
  } else {
    Use.Is = StaleUse::Kind::ThreadLocal;
    Use.Source = B.From->Var->getNameAsString();
    if (B.From->Return) {
      Use.Origin = B.From->Return->getBeginLoc();
      Use.Through = NameOfCallee(*B.From->Call);
    }
  }
  if (auto Loop = Mentions.Loops.find(B.Var); Loop != Mentions.Loops.end()) {
    const Expr &Range = *Loop->second->getRangeInit();
    Use.Is = StaleUse::Kind::Iteration;
    Use.Name = sourceText(Range, Ast);
    Use.Where = Range.getBeginLoc();
  }
  std::set<int> Passed;
  std::vector<int> Work;
  for (const auto &[Where, Last] : B.Uses) {
    if (Use.Uses.empty() || Use.Uses.back() != Where)
      Use.Uses.push_back(Where);
    Work.push_back(Last);
  }
  while (!Work.empty()) {
    const int Index = Work.back();
    Work.pop_back();
    if (Index < 0 || !Passed.insert(Index).second)
      continue;
    const std::set<int> &Earlier = B.Before.at(Index);
    Work.insert(Work.end(), Earlier.begin(), Earlier.end());
  }
  for (int Index : Passed)
    Use.Suspensions.push_back(&F.Suspensions[Index]);
  return Use;
}

std::vector<StaleUse> StaleAnalysis::take() const {
  const SourceManager &SM = Ast.getSourceManager();
  // A range-for's variables are one thing, and so is what it hands out.
  llvm::DenseSet<const CXXForRangeStmt *> Walked;
  const auto LoopOf = [&](const VarDecl *Var) {
    return Var ? Mentions.Loops.lookup(Var) : nullptr;
  };
  for (const Binding &B : Bindings)
    if (!B.Uses.empty())
      Walked.insert(LoopOf(B.Var));
  Walked.erase(nullptr);

  std::vector<StaleUse> Result;
  llvm::DenseSet<const CXXForRangeStmt *> Told;
  for (const Binding &B : Bindings) {
    if (B.Uses.empty())
      continue;
    const CXXForRangeStmt *Within = B.From ? LoopOf(B.From->Through) : nullptr;
    const CXXForRangeStmt *Loop = LoopOf(B.Var);
    if (Loop ? !Told.insert(Loop).second : Walked.contains(Within))
      continue;
    StaleUse Use = describe(B);
    if (Use.Is == StaleUse::Kind::Errno)
      Use.Where = Use.Uses.front();
    llvm::sort(Use.Uses, [&](SourceLocation A, SourceLocation B) {
      return SM.isBeforeInTranslationUnit(A, B);
    });
    Result.push_back(std::move(Use));
  }
  llvm::stable_sort(Result, [&](const StaleUse &A, const StaleUse &B) {
    return SM.isBeforeInTranslationUnit(A.Where, B.Where);
  });
  return Result;
}

std::vector<StaleUse> staleThreadUses(const Function &F, const Roles &R) {
  if (!F.isCoroutine() || F.isGenerator() || !F.cfg())
    return {};
  const Conditions Tests(F);
  StaleAnalysis Analysis(F, R);
  ForwardFlow Flow(F, Tests, Analysis);
  Flow.run();
  return Analysis.take();
}

} // namespace corolint
