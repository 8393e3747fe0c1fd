/// \file
/// not-send: a value of a type that belongs to one thread goes to another.
/// Doc: docs/checks/not-send.md.

#include "checks/core/Check.h"
#include "checks/model/Calls.h"
#include "checks/model/Sendable.h"
#include "checks/model/SendableCrossings.h"
#include "checks/model/SendableLiving.h"
#include "checks/model/SendableUses.h"
#include "checks/model/TypeNames.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

std::string quoted(llvm::StringRef Text) { return ("'" + Text + "'").str(); }

/// A closure's type has no name that anybody wrote.
std::string typed(QualType T, const ASTContext &Ast) {
  const CXXRecordDecl *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Class && Class->isLambda() ? "closure" : quoted(typeName(T, Ast));
}

std::string named(const CarriedValue &Value) {
  return Value.Name.empty() ? "this value" : quoted(Value.Name);
}

/// The way to the part that decides, and why it does.
void explain(const SendAnswer &No, SourceLocation Where, Finding &F) {
  std::string Way;
  for (const SendAnswer::Part &Part : No.Path) {
    Way += Part.Name + " -> ";
    Where = Part.Where;
  }
  F.Why.push_back(
      {Where, (Way.empty() ? "" : Way + quoted(No.Leaf) + ": ") + No.Reason});
  if (No.Shown.isValid())
    F.Why.push_back({No.Shown, "its owners are counted here"});
}

void leaves(const ThreadCrossing &Task, Finding &F) {
  F.Why.push_back({Task.Start->getBeginLoc(),
                   "the task leaves here: " + quoted(Task.Starter) +
                       " runs it on another thread"});
}

class NotSendPass {
public:
  explicit NotSendPass(Pass &P)
      : P(P), Types(P.Roles), Threaded(P.Model, P.Roles) {}

  void run() {
    // What a spawn of a library passes on is seen where it is called.
    for (const auto &Function : P.Model.functions())
      if (!P.Roles.of(Function->Decl, RoleKind::Spawn))
        crossings(*Function);
    for (const ThreadedCoroutines::Entry &Entry : Threaded.take())
      living(Entry);
  }

private:
  void crossings(const Function &F) {
    const SpawnSites Sites(F, P.Model, P.Roles);
    const std::vector<ThreadCrossing> Tasks =
        threadCrossings(F, Sites, P.Model, P.Roles);
    if (Tasks.empty())
      return;
    const SendableUses Uses(F, Sites, Types);
    for (const ThreadCrossing &Task : Tasks) {
      Threaded.add(Task);
      for (const CarriedValue &Value : Task.Values)
        if (Value.How == CarriedValue::Way::Referred)
          referred(Value, Task, Tasks, Uses);
        else
          handedOver(Value, Task, Uses);
    }
  }

  void handedOver(const CarriedValue &Value, const ThreadCrossing &Task,
                  const SendableUses &Uses) {
    const SendAnswer &No = Types.send(Value.Type);
    if (!No.no() || isHarmless(Value, No, Task, Uses))
      return;
    Finding F{Value.Where,
              named(Value) + " goes to another thread, but a " +
                  typed(Value.Type, P.Ast) + " belongs to one",
              {},
              {}};
    explain(No, Value.Where, F);
    leaves(Task, F);
    if (No.OnlyShared && Value.Source &&
        Value.How == CarriedValue::Way::Copied) {
      F.Why.push_back(
          {Value.Source->getLocation(),
           quoted(Value.Source->getNameAsString()) +
               " stays behind and shares what it has with the copy"});
      if (Uses.canMoveInto(Value, Task))
        F.Fixes.push_back(move(Value));
    }
    P.report(std::move(F));
  }

  static bool isHarmless(const CarriedValue &Value, const SendAnswer &No,
                         const ThreadCrossing &Task, const SendableUses &Uses) {
    const bool Moved = Value.How == CarriedValue::Way::Moved;
    if (No.HoldsThread) {
      // A coroutine that has such an object when it suspends is the business of
      // another check.
      return (Task.Entry && Task.Entry->isCoroutine()) ||
             (Value.Source && Uses.letsGo(*Value.Source));
    }
    if (!No.OnlyShared)
      return false;
    if (Task.Spawn.is("dies", "here") && !Uses.copiesInside(Value, Task))
      return true;
    if (!Value.Source)
      return Moved && Uses.isFresh(Value.From);
    return Uses.isAlone(*Value.Source, &Task) && (Moved || Uses.waitsFor(Task));
  }

  /// `p` becomes `p = std::move(p)` in a capture, `std::move(p)` elsewhere.
  static Fix move(const CarriedValue &Value) {
    const std::string Name = Value.Name;
    const bool Capture = Value.Inside == Value.Source;
    return {"move '" + Name + "' into the task",
            {FixItHint::CreateReplacement(
                CharSourceRange::getTokenRange(Value.Where, Value.Where),
                (Capture ? Name + " = " : "") + "std::move(" + Name + ")")},
            /*Safe=*/false};
  }

  void referred(const CarriedValue &Value, const ThreadCrossing &Task,
                llvm::ArrayRef<ThreadCrossing> Tasks,
                const SendableUses &Uses) {
    const SendAnswer &No = Types.sync(Value.Type);
    if (!No.no())
      return;
    const SourceLocation Meanwhile = Uses.usedMeanwhile(Value, Task, Tasks);
    if (Meanwhile.isInvalid())
      return;
    Finding F{Value.Where,
              named(Value) + " is used by two threads at once, but a " +
                  typed(Value.Type, P.Ast) + " is made for one",
              {},
              {}};
    explain(No, Value.Where, F);
    leaves(Task, F);
    F.Why.push_back(
        {Meanwhile, Meanwhile == Task.Start->getBeginLoc()
                        ? "each task that is started here refers to it"
                        : "it is used here meanwhile"});
    P.report(std::move(F));
  }

  /// A copy of a capture or parameter: that these came here is the finding.
  static bool copiesWhatCame(const VarDecl &Var, const Function &F) {
    const Expr *Init = Var.getInit() ? skipWrappers(Var.getInit()) : nullptr;
    if (const auto *Copy = dyn_cast_or_null<CXXConstructExpr>(Init);
        Copy && Copy->getNumArgs() == 1)
      Init = skipWrappers(Copy->getArg(0));
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Init);
    const auto *From = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return From && From->hasLocalStorage() &&
           (isa<ParmVarDecl>(From) || From->getDeclContext() != &F.Decl);
  }

  void living(const ThreadedCoroutines::Entry &Entry) {
    const Function &F = *Entry.Coroutine;
    const std::vector<const VarDecl *> Locals = localsOf(F);
    std::vector<const VarDecl *> Candidates;
    const SpawnSites Sites(F, P.Model, P.Roles);
    std::optional<SendableUses> Uses;
    for (const VarDecl *Var : Locals) {
      const SendAnswer &No = Types.send(Var->getType());
      if (!No.no() || No.HoldsThread || copiesWhatCame(*Var, F))
        continue;
      if (!Uses)
        Uses.emplace(F, Sites, Types);
      if (!No.OnlyShared || !Uses->isAlone(*Var, nullptr))
        Candidates.push_back(Var);
    }
    for (LivingValue &Value : livingAcross(F, Candidates)) {
      const VarDecl &Var = *Value.Var;
      if (Entry.Switches)
        llvm::erase_if(Value.Suspensions, [&](const SuspensionPoint *Point) {
          return !goesToManyThreads(*Point, P.Roles);
        });
      if (Value.Suspensions.empty())
        continue;
      Finding Found{Var.getLocation(),
                    quoted(Var.getNameAsString()) +
                        " is alive when the coroutine suspends to go on in any "
                        "thread, but a " +
                        quoted(typeName(Var.getType(), P.Ast)) +
                        " belongs to one",
                    notesOn(Value.Way),
                    {}};
      for (const SuspensionPoint *Point : Value.Suspensions)
        Found.Why.push_back(noteOn(*Point));
      explain(Types.send(Var.getType()), Var.getLocation(), Found);
      Found.Why.push_back(
          {Entry.Start, quoted(Entry.Starter) +
                            (Entry.Switches ? " takes" : " starts") +
                            " the coroutine where there are many threads"});
      P.report(std::move(Found));
    }
  }

  Pass &P;
  Sendable Types;
  ThreadedCoroutines Threaded;
};

void run(Pass &P) { NotSendPass(P).run(); }

} // namespace

extern constexpr Check NotSend = {
    .Id = "not-send",
    .Summary = "a value of a type that belongs to one thread goes to another",
    .Level = Severity::Warning,
    .Options = {},
    .Run = run,
};

} // namespace corolint
