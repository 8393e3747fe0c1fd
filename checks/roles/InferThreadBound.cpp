/// \file
/// Which classes are bound to the thread that made them, by role and by
/// structure.

#include "checks/roles/ClassWalk.h"
#include "checks/roles/Roles.h"
#include "checks/roles/RolesCache.h"
#include "checks/roles/StmtSearch.h"
#include "checks/roles/ThreadLocals.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;

namespace corolint {
namespace {

/// A change of a thread_local variable.
struct Change {
  enum class Kind { None, Set, Clear, Push, Pop, Swap };
  const VarDecl *Var;
  Kind How;
  /// It is set to what a member keeps, or to a truth value.
  bool Restores = false;
};
using enum Change::Kind;

/// What a constructor or a destructor does to its thread.
struct ThreadUse {
  llvm::SmallVector<Change, 2> Changes;
  /// Variables whose value goes somewhere else.
  llvm::SmallVector<const VarDecl *, 2> Read;
  /// Roles of functions that begin something, and the names of all functions.
  llvm::SmallVector<const Role *, 1> Begins;
  llvm::SmallVector<std::string, 4> Calls;
  /// Exceptions in flight are compared with a member.
  bool WatchesExceptions = false;
};

Change::Kind changeBy(llvm::StringRef Method) {
  // A stack; a registry (`insert`, `erase`) is about the object, not the time.
  return llvm::StringSwitch<Change::Kind>(Method)
      .Cases("push", "push_back", "push_front", "emplace_back", "emplace_front",
             Push)
      .Cases("pop", "pop_back", "pop_front", Pop)
      .Default(None);
}

bool mentionsMember(const Stmt *Root) {
  return anyStmt(Root, [](const Stmt &S) {
    return isa<MemberExpr, CXXDependentScopeMemberExpr>(S);
  });
}

bool countsExceptions(const Stmt *Root) {
  return anyStmt(Root, [](const Stmt &S) {
    const auto *Call = dyn_cast<CallExpr>(&S);
    // Of the standard library, or what a library has for older ones.
    return Call && (calleeName(*Call) == "uncaught_exceptions" ||
                    calleeName(*Call) == "uncaught_exception");
  });
}

/// `nullptr`, `{}`, `T()`.
bool isEmpty(const Expr &Value) {
  const Expr *E = Value.IgnoreParenCasts()->IgnoreImplicit();
  const auto *List = dyn_cast<InitListExpr>(E);
  const auto *Construct = dyn_cast<CXXConstructExpr>(E);
  return isa<CXXNullPtrLiteralExpr, CXXScalarValueInitExpr>(E) ||
         (List && !List->getNumInits()) ||
         (Construct && !Construct->getNumArgs());
}

class ThreadUseReader {
public:
  ThreadUseReader(const Roles &R) : R(R), Storage(R) {}

  ThreadUse read(const FunctionDecl &F) {
    ThreadUse Use;
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
      visitConstructor(*Constructor, Use, /*Depth=*/0);
    else
      visitBody(bodyOf(F), Use, /*Depth=*/0);
    return Use;
  }

private:
  void visitConstructor(const CXXConstructorDecl &Constructor, ThreadUse &Use,
                        unsigned Depth) {
    for (const CXXCtorInitializer *Init : Constructor.inits()) {
      // What a constructor of the same class does that this one delegates to.
      const auto *Other = Init->isDelegatingInitializer()
                              ? dyn_cast_or_null<CXXConstructExpr>(
                                    Init->getInit()->IgnoreImplicit())
                              : nullptr;
      const FunctionDecl *Definition = nullptr;
      if (Other && Depth < 2 && Other->getConstructor()->hasBody(Definition))
        visitConstructor(*cast<CXXConstructorDecl>(Definition), Use, Depth + 1);
      visitBody(Init->getInit(), Use, Depth);
    }
    visitBody(bodyOf(Constructor), Use, Depth);
  }

  void visitBody(const Stmt *Body, ThreadUse &Use, unsigned Depth) {
    anyStmt(Body, [&](const Stmt &S) {
      if (const auto *Op = dyn_cast<BinaryOperator>(&S))
        visitBinary(*Op, Use);
      else if (const auto *Call = dyn_cast<CallExpr>(&S))
        visitCall(*Call, Use, Depth);
      return false;
    });
  }

  void visitBinary(const BinaryOperator &Op, ThreadUse &Use) {
    const Expr *Left = Op.getLHS(), *Right = Op.getRHS();
    if (Op.isComparisonOp() || Op.getOpcode() == BO_Sub)
      Use.WatchesExceptions |=
          (countsExceptions(Left) && mentionsMember(Right)) ||
          (countsExceptions(Right) && mentionsMember(Left));
    if (!Op.isAssignmentOp())
      return;
    // Counting up and down again is how objects are counted, in any thread.
    change(Left, Op.getOpcode() == BO_Assign ? Set : None, Right, Use);
    // Into something that is not one thread's own, it is handed on.
    if (!Storage.object(Left))
      anyStmt(Right, [&](const Stmt &S) {
        if (const auto *E = dyn_cast<Expr>(&S); E && E->isLValue())
          if (const auto From = Storage.object(E); From && From->Var)
            Use.Read.push_back(From->Var);
        return false;
      });
  }

  void visitCall(const CallExpr &Call, ThreadUse &Use, unsigned Depth) {
    if (const Role *Said = R.ofCall(Call, RoleKind::ThreadBound);
        Said && !Said->get("until").empty())
      Use.Begins.push_back(Said);
    const auto *Callee = dyn_cast_or_null<FunctionDecl>(Call.getCalleeDecl());
    const llvm::StringRef Name = calleeName(Call);
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call))
      return change(
          Operator->getArg(0), Operator->getOperator() == OO_Equal ? Set : None,
          Operator->getNumArgs() > 1 ? Operator->getArg(1) : nullptr, Use);
    if (Callee)
      Use.Calls.push_back(Roles::nameOf(*Callee));
    if (Callee && Callee->isInStdNamespace() && Call.getNumArgs() == 2) {
      if (Name == "exchange")
        return change(Call.getArg(0), Set, Call.getArg(1), Use);
      if (Name == "swap") {
        change(Call.getArg(0), Swap, nullptr, Use);
        return change(Call.getArg(1), Swap, nullptr, Use);
      }
    }
    const Expr *Object = Roles::argument(Call, std::nullopt);
    if (Object)
      change(Object, changeBy(Name), nullptr, Use);
    // What the class or a member of it does in a method of its own.
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
    if (!Method || Method->isVirtual() || Depth == 2)
      return;
    const Expr *Base = Object ? Object->IgnoreParenImpCasts() : nullptr;
    if (const auto *Member = dyn_cast_or_null<MemberExpr>(Base))
      Base = Member->getBase()->IgnoreParenImpCasts();
    if (Base && isa<CXXThisExpr>(Base))
      visitBody(bodyOf(*Method), Use, Depth + 1);
  }

  void change(const Expr *Object, Change::Kind How, const Expr *Value,
              ThreadUse &Use) {
    if (How == None)
      return;
    const auto Source = Storage.object(Object);
    if (!Source || !Source->Var)
      return;
    // Nothing is left there: whoever made this may just have taken it out.
    if (How == Set && Value && isEmpty(*Value))
      How = Clear;
    // Two objects that trade their buffers.
    if (How == Swap && Source->Var->getType()->isRecordType())
      return;
    // What the next in a list is, is not known.
    if (How == Set && refersTo(Value, *Source->Var))
      return;
    const bool Restores =
        Value && (mentionsMember(Value) ||
                  isa<CXXBoolLiteralExpr>(Value->IgnoreParenImpCasts()));
    Use.Changes.push_back({Source->Var, How, Restores});
  }

  const Roles &R;
  const ThreadLocals Storage;
};

/// Whether \p Last takes back what \p First did.
bool undoes(const Change &Last, const Change &First) {
  if (Last.Var->getCanonicalDecl() != First.Var->getCanonicalDecl())
    return false;
  switch (First.How) {
  case Set:
    return (Last.How == Set && Last.Restores) || Last.How == Clear ||
           Last.How == Swap;
  case Push:
    return Last.How == Pop;
  case Swap:
    return Last.How == Swap || Last.How == Set;
  case Clear:
  case Pop:
  case None:
    return false;
  }
  return false;
}

std::string reasonOf(const Role &Said) {
  const llvm::StringRef Reason = Said.get("reason");
  return Reason.empty() ? "it belongs to one thread" : Reason.str();
}

/// What a constructor does to its thread and the destructor takes back.
std::string undoneBy(const ThreadUse &Ends, const ThreadUse &Starts) {
  for (const Change &First : Starts.Changes)
    for (const Change &Last : Ends.Changes)
      if (undoes(Last, First) && !llvm::is_contained(Ends.Read, Last.Var))
        return "it changes '" + First.Var->getNameAsString() +
               "', which is thread_local, until it dies";
  for (const Role *Begun : Starts.Begins)
    for (llvm::StringRef End : Begun->list("until"))
      if (llvm::is_contained(Ends.Calls, End))
        return reasonOf(*Begun);
  return "";
}

/// Says in \p Traits why \p Class is bound by what its bodies do, if it is.
void readBodies(const NamedDecl &Class, const Roles &R,
                ThreadBoundTraits &Traits) {
  const CXXRecordDecl *Pattern = patternOf(Class);
  if (!Pattern || Pattern->isInStdNamespace())
    return;
  const CXXDestructorDecl *Destructor = destructorOf(*Pattern);
  if (!Destructor || !bodyOf(*Destructor))
    return;
  ThreadUseReader Reader(R);
  const ThreadUse Ends = Reader.read(*Destructor);
  if (Ends.WatchesExceptions) {
    Traits.Reason = "it compares the exceptions in flight in this thread with "
                    "those when it was made";
    return;
  }
  if (Ends.Changes.empty() && Ends.Calls.empty())
    return;
  for (const Decl *Member : Pattern->decls()) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(Member))
      Member = Template->getTemplatedDecl();
    const auto *Constructor = dyn_cast<CXXConstructorDecl>(Member);
    if (!Constructor)
      continue;
    std::string Reason = undoneBy(Ends, Reader.read(*Constructor));
    if (Reason.empty())
      continue;
    Traits.Reason = std::move(Reason);
    Traits.MaybeEmpty |= anyStmt(bodyOf(*Constructor), [](const Stmt &S) {
      return isa<IfStmt, ConditionalOperator>(S);
    });
    Traits.Starts.push_back(Constructor->getCanonicalDecl());
  }
}

} // namespace

const ThreadBoundTraits *Roles::threadBound(QualType T) const {
  if (T.isNull())
    return nullptr;
  if (const ArrayType *Array = T->getAsArrayTypeUnsafe())
    return threadBound(Array->getElementType());
  if (!classOf(T))
    return nullptr;
  const Type *Key = T.getCanonicalType().getTypePtr();
  // A class that owns itself through its members is not bound for it.
  auto [It, New] = Answers->Bound.try_emplace(Key);
  if (!New)
    return It->second.get();
  std::unique_ptr<ThreadBoundTraits> Traits = inferThreadBound(T);
  return (Answers->Bound[Key] = std::move(Traits)).get();
}

std::unique_ptr<ThreadBoundTraits> Roles::inferThreadBound(QualType T) const {
  const NamedDecl &Class = *classOf(T);
  const Role *Said = of(T, RoleKind::ThreadBound);
  // A lock guard is another story, unless it is one of another kind.
  const std::optional<GuardTraits> Guard = guard(T);
  if (Guard && !Guard->Contains && (!Said || !Guard->Async))
    return nullptr;
  ThreadBoundTraits Traits;
  Traits.Class = Class.getName();
  if (Said) {
    // Of some classes only the pointers to them belong to a thread.
    if (Said->is("pointers", "yes"))
      return nullptr;
    Traits.Reason = reasonOf(*Said);
    Traits.Until = Said->list("until");
  } else if (!isAwaitable(T) && !task(T)) {
    // What is awaited lives through the suspension: that is its purpose.
    readBodies(Class, *this, Traits);
  }
  if (!Traits.Reason.empty())
    return std::make_unique<ThreadBoundTraits>(std::move(Traits));

  const auto From = [](const ThreadBoundTraits &Part, bool MaybeEmpty) {
    auto Whole = std::make_unique<ThreadBoundTraits>(Part);
    Whole->Contains = true;
    Whole->MaybeEmpty |= MaybeEmpty;
    return Whole;
  };
  // A pair's parts are always there, although its class owns them.
  const bool Whole = llvm::is_contained(
      {"std::pair", "std::tuple", "std::array"}, nameOf(Class));
  if (of(T, RoleKind::Owner)) {
    const ThreadBoundTraits *Held = nullptr;
    eachTypeArgument(T, [&](QualType Argument) {
      if (!Held)
        Held = threadBound(Argument);
    });
    return Held ? From(*Held, /*MaybeEmpty=*/!Whole) : nullptr;
  }
  const CXXRecordDecl *Definition = definitionOf(Class);
  if (Definition && !Definition->isUnion()) {
    for (const CXXBaseSpecifier &Base : Definition->bases())
      if (const ThreadBoundTraits *Part = threadBound(Base.getType()))
        return From(*Part, /*MaybeEmpty=*/false);
    for (const FieldDecl *Field : Definition->fields())
      if (const ThreadBoundTraits *Part = threadBound(Field->getType()))
        return From(*Part, /*MaybeEmpty=*/false);
  }
  return nullptr;
}

} // namespace corolint
