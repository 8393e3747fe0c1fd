/// \file
/// Which types are debts, and which classes hold some.

#include "checks/model/TaskTypes.h"

#include "checks/model/Calls.h"
#include "checks/model/TaskLeaves.h"
#include "checks/roles/Awaiter.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace corolint {

using namespace clang;

using Drop = TaskTraits::Drop;

namespace {

/// Whether \p Body, or a method of \p Class that it calls, resumes a coroutine.
bool resumes(const Stmt *Body, const CXXRecordDecl &Class, unsigned Depth = 0) {
  constexpr unsigned MaxDepth = 3;
  return Depth < MaxDepth && anyStmt(Body, [&](const Stmt &S) {
           const auto *Call = dyn_cast<CallExpr>(&S);
           if (!Call)
             return false;
           const llvm::StringRef Name = calleeName(*Call);
           if (Name == "resume")
             return true;
           const auto *Member =
               dyn_cast<MemberExpr>(Call->getCallee()->IgnoreParenImpCasts());
           const CXXMethodDecl *Own =
               Member && isa<CXXThisExpr>(Member->getBase()->IgnoreImpCasts())
                   ? methodOf(Class, Name)
                   : nullptr;
           return Own && resumes(bodyOf(*Own), Class, Depth + 1);
         });
}

/// Whether destroying a \p T resumes what it holds, as some scopes do.
bool runsWhenDestroyed(QualType T) {
  const NamedDecl *Class = Roles::classOf(T);
  const CXXRecordDecl *Pattern = Class ? patternOf(*Class) : nullptr;
  const CXXDestructorDecl *Destructor =
      Pattern ? destructorOf(*Pattern) : nullptr;
  return Destructor && resumes(bodyOf(*Destructor), *Pattern);
}

/// What `await_resume` of \p Class, or of what its `operator co_await` returns,
/// yields; a null type if that can't be told.
QualType awaitedType(const NamedDecl &Class, unsigned Depth = 0) {
  if (const CXXMethodDecl *Resume = methodOf(Class, "await_resume"))
    return Resume->getReturnType();
  const CXXRecordDecl *Definition = definitionOf(Class);
  if (!Definition || Depth > 2)
    return {};
  const DeclarationName Name =
      Class.getASTContext().DeclarationNames.getCXXOperatorName(OO_Coawait);
  for (const NamedDecl *Member : Definition->lookup(Name))
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Member))
      if (const NamedDecl *Awaiter = returnedClass(*Method))
        return awaitedType(*Awaiter, Depth + 1);
  return {};
}

/// The expression that \p Body does nothing but return; nullptr for others.
const Expr *onlyReturned(const Stmt *Body) {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Body);
  if (!Block || Block->size() != 1)
    return nullptr;
  const auto *Return = dyn_cast<ReturnStmt>(Block->body_front());
  return Return ? Return->getRetValue() : nullptr;
}

/// Whether \p E merely puts an object together: no part of it calls anything
/// but constructors without a body and what a constant could call.
bool onlyMakes(const Expr *E) {
  return !anyStmt(E, [](const Stmt &S) {
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(&S)) {
      const CXXConstructorDecl *Constructor = Construct->getConstructor();
      const FunctionDecl *Definition = nullptr;
      if (Constructor->isTrivial() || Constructor->isImplicit() ||
          Constructor->isDefaulted())
        return false;
      const auto *Body = Constructor->hasBody(Definition)
                             ? dyn_cast<CompoundStmt>(Definition->getBody())
                             : nullptr;
      return !Body || !Body->body_empty() ||
             llvm::any_of(cast<CXXConstructorDecl>(Definition)->inits(),
                          [](const CXXCtorInitializer *Init) {
                            return !onlyMakes(Init->getInit());
                          });
    }
    const auto *Call = dyn_cast<CallExpr>(&S);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    return (Call && !(Callee && Callee->isConstexpr())) ||
           isa<CXXNewExpr, LambdaExpr>(S);
  });
}

} // namespace

bool TaskTypes::givesLock(QualType T) const {
  const auto IsLock = [&](QualType Value) {
    return !Value.isNull() && !Value->isReferenceType() &&
           Roles::classOf(Value) &&
           (R.guard(Value) || R.of(Value, RoleKind::AsyncGuard));
  };
  const NamedDecl *Class = Roles::classOf(T);
  if (!Class)
    return false;
  if (const Role *Awaits = R.of(T, RoleKind::Awaitable);
      Awaits && !Awaits->get("takes").empty())
    return true;
  if (!R.isAwaitable(T))
    return false;
  if (IsLock(awaitedType(*Class)))
    return true;
  // What awaits it may be a template of its own.
  bool Any = false;
  unsigned Index = 0;
  eachTypeArgument(
      T, [&](QualType Argument) { Any |= Index++ == 0 && IsLock(Argument); });
  return Any;
}

Debt TaskTypes::awaitOwed(QualType T) const {
  const std::optional<TaskTraits> Task = R.task(T);
  if (Task && Task->StartsAt == TaskTraits::Start::Lazy)
    return runsWhenDestroyed(T) ? Debt::None
           : givesLock(T)       ? Debt::Lock
                                : Debt::Task;
  if (Task || R.of(T, RoleKind::JoinHandle))
    return givesLock(T) ? Debt::Lock : Debt::None;
  if (givesLock(T))
    return Debt::Lock;
  // All that awaiting this does is to suspend.
  if (isNamed(*Roles::classOf(T), "std::suspend_always"))
    return Debt::None;
  return R.of(T, RoleKind::Awaitable) || R.isSender(T) ? Debt::Operation
                                                       : Debt::None;
}

namespace {

Drop dropOf(const Role &Said) {
  return llvm::StringSwitch<Drop>(Said.get("drop"))
      .Case("cancels", Drop::Cancels)
      .Case("detaches", Drop::Detaches)
      .Case("blocks", Drop::Blocks)
      .Case("terminates", Drop::Terminates)
      .Case("nothing", Drop::Nothing)
      .Default(Drop::Unknown);
}

Drop dropOf(QualType T, const Roles &R) {
  // A role speaks first: some handles are tasks as well.
  if (const Role *Join = R.of(T, RoleKind::JoinHandle))
    return dropOf(*Join);
  const std::optional<TaskTraits> Task = R.task(T);
  return Task && Task->StartsAt == TaskTraits::Start::Eager ? Task->OnDrop
                                                            : Drop::Unknown;
}

bool losesException(QualType T, const Roles &R) {
  const Role *Said = R.of(T, RoleKind::JoinHandle);
  if (!Said)
    Said = R.of(T, RoleKind::Task);
  return Said && !Said->get("exception").empty();
}

/// The spawn that \p E calls and that says more of its result than its type
/// does; nullptr if there is none.
const Role *spawnThatSays(const Expr &E, llvm::StringRef Key, const Roles &R) {
  const Role *Spawns =
      isa<CallExpr>(E) ? R.ofCall(E, RoleKind::Spawn) : nullptr;
  return Spawns && !Spawns->get(Key).empty() ? Spawns : nullptr;
}

} // namespace

Drop TaskTypes::onDrop(const Expr &E) const {
  const Role *Spawns = spawnThatSays(E, "drop", R);
  return Spawns ? dropOf(*Spawns) : dropOf(typeMade(E), R);
}

bool TaskTypes::losesException(const Expr &E) const {
  return spawnThatSays(E, "exception", R) ||
         corolint::losesException(typeMade(E), R);
}

Debt TaskTypes::handleOwed(Drop OnDrop, bool Loses) const {
  const bool Ends = OnDrop == Drop::Cancels || OnDrop == Drop::Blocks ||
                    OnDrop == Drop::Terminates;
  const bool Detaches =
      OnDrop == Drop::Detaches && (Loses || Wanted == Of::AnyHandle);
  return Ends || Detaches ? Debt::Handle : Debt::None;
}

Debt TaskTypes::owed(QualType T) const {
  if (T.isNull() || T->isReferenceType() || !Roles::classOf(T))
    return Debt::None;
  switch (Wanted) {
  case Of::Await:
    return awaitOwed(T);
  case Of::Use:
    return R.task(T) ? Debt::Task : Debt::None;
  case Of::Handle:
  case Of::AnyHandle:
    return handleOwed(dropOf(T, R), corolint::losesException(T, R));
  }
  llvm_unreachable("covered switch");
}

bool mayActWhenDestroyed(const CXXRecordDecl &Class) {
  const CXXRecordDecl *Definition = Class.getDefinition();
  // Owners end what they hold, and tasks end themselves.
  if (!Definition || Definition->isInStdNamespace())
    return false;
  const auto May = [](QualType T) {
    const CXXRecordDecl *Part = T->getAsCXXRecordDecl();
    return Part && !methodOf(*Part, "await_ready") &&
           membersOf(*Part, "promise_type").empty() &&
           mayActWhenDestroyed(*Part);
  };
  return Definition->hasUserDeclaredDestructor() ||
         llvm::any_of(Definition->bases(),
                      [&](const CXXBaseSpecifier &Base) {
                        return May(Base.getType());
                      }) ||
         llvm::any_of(Definition->fields(), [&](const FieldDecl *Field) {
           return May(Field->getType());
         });
}

bool TaskTypes::holds(QualType T, unsigned Depth) const {
  constexpr unsigned MaxDepth = 4;
  if (T.isNull() || Depth > MaxDepth)
    return false;
  if (owes(T))
    return true;
  if (const ArrayType *Array = T->getAsArrayTypeUnsafe())
    return holds(Array->getElementType(), Depth + 1);
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition())
    return false;
  const auto Inner = [&](const TemplateArgument &Arg) {
    return Arg.getKind() == TemplateArgument::Type &&
           holds(Arg.getAsType(), Depth + 1);
  };
  if (const auto *Owner = dyn_cast<ClassTemplateSpecializationDecl>(Class);
      Class->isInStdNamespace()) {
    constexpr llvm::StringLiteral Owners[] = {
        "optional",      "unique_ptr", "shared_ptr",   "vector",
        "deque",         "list",       "forward_list", "array",
        "tuple",         "pair",       "expected",     "variant",
        "unordered_map", "map",        "stack",        "queue"};
    return Owner && llvm::is_contained(Owners, Owner->getName()) &&
           llvm::any_of(Owner->getTemplateArgs().asArray(),
                        [&](const TemplateArgument &Arg) {
                          return Arg.getKind() == TemplateArgument::Pack
                                     ? llvm::any_of(Arg.pack_elements(), Inner)
                                     : Inner(Arg);
                        });
  }
  Class = Class->getDefinition();
  return !R.isDescribed(*Class) && !R.task(T) && !mayActWhenDestroyed(*Class) &&
         (llvm::any_of(Class->fields(),
                       [&](const FieldDecl *Field) {
                         return holds(Field->getType(), Depth + 1);
                       }) ||
          llvm::any_of(Class->bases(), [&](const CXXBaseSpecifier &Base) {
            return holds(Base.getType(), Depth + 1);
          }));
}

bool TaskTypes::isOperation(const Expr &E, unsigned Depth) const {
  // Functions can return what each other return.
  constexpr unsigned MaxDepth = 4;
  const auto *Call = dyn_cast<CallExpr>(&E);
  const QualType T = E.getType();
  const NamedDecl *Class =
      Wanted == Of::Await && E.isPRValue() ? Roles::classOf(T) : nullptr;
  // A join handle may be awaited, but its work runs.
  if (!Class || !R.isAwaitable(T) || R.task(T) ||
      R.of(T, RoleKind::JoinHandle) || Class->isInStdNamespace())
    return false;
  const CXXRecordDecl *Definition = definitionOf(*Class);
  const CXXDestructorDecl *Destructor =
      Definition ? destructorOf(*Definition) : nullptr;
  // Awaiting what is always ready does no more than making it does.
  if (!Definition || (Destructor && Destructor->isUserProvided()) ||
      R.neverSuspends(T))
    return false;
  if (!Call)
    return isa<CXXConstructExpr, InitListExpr>(E) && onlyMakes(&E);
  if (Depth > MaxDepth)
    return false;
  const FunctionDecl *Callee = Call->getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  if (!Callee || (Method && Method->isVirtual()))
    return false;
  const Expr *Returned = onlyReturned(bodyOf(*Callee));
  if (!Returned)
    return false;
  const Expr *Inner = skipWrappers(Returned);
  return onlyMakes(Returned) ||
         (isa<CallExpr>(Inner) && isOperation(*Inner, Depth + 1));
}

Debt TaskTypes::owedBy(const Expr &E) const {
  const auto *Call = dyn_cast<CallExpr>(&E);
  if (Wanted == Of::Await && Call) {
    // What runs already is owed nothing, whatever its type is used for.
    const Role *Spawns = R.ofCall(E, RoleKind::Spawn);
    if (Spawns && Spawns->is("returns", "handle"))
      return Debt::None;
    if (const Role *Awaits = R.ofCall(E, RoleKind::Awaitable))
      return Awaits->get("takes").empty() ? Debt::Operation : Debt::Lock;
  }
  if ((Wanted == Of::Handle || Wanted == Of::AnyHandle) &&
      (spawnThatSays(E, "drop", R) || spawnThatSays(E, "exception", R)))
    return handleOwed(onDrop(E), losesException(E));
  const Debt ByType = owed(typeMade(E));
  if (ByType != Debt::None)
    return ByType;
  // What combines tasks that nobody runs runs nothing itself.
  if (Wanted == Of::Await && Call &&
      (R.ofCall(E, RoleKind::AwaitsAll) ||
       R.ofCall(E, RoleKind::AwaitsFirst)) &&
      llvm::any_of(Call->arguments(), [&](const Expr *Arg) {
        return holds(Arg->getType().getNonReferenceType());
      }))
    return Debt::Operation;
  if (!isOperation(E))
    return Debt::None;
  return givesLock(E.getType()) ? Debt::Lock : Debt::Operation;
}

} // namespace corolint
