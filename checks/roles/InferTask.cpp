/// \file
/// What task types do, read off their promises and member functions.

#include "checks/roles/Awaiter.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/Roles.h"
#include "checks/roles/RolesCache.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace corolint {
namespace {

using Start = TaskTraits::Start;
using Drop = TaskTraits::Drop;

/// The class a nested `promise_type` is.
const CXXRecordDecl *promiseClass(const NamedDecl &Owner) {
  for (const NamedDecl *Member : membersOf(Owner, "promise_type")) {
    const NamedDecl *Class = nullptr;
    if (const auto *Record = dyn_cast<CXXRecordDecl>(Member))
      Class = Record;
    else if (const auto *Alias = dyn_cast<TypedefNameDecl>(Member))
      Class = Roles::classOf(Alias->getUnderlyingType());
    if (Class)
      if (const CXXRecordDecl *Definition = definitionOf(*Class))
        return Definition;
  }
  return nullptr;
}

/// Files the promise of one specialisation of std::coroutine_traits under its
/// first argument.
void fileTraits(const CXXRecordDecl &Traits,
                llvm::ArrayRef<TemplateArgument> Arguments,
                llvm::DenseMap<const Decl *, const CXXRecordDecl *> &Promises) {
  if (Arguments.empty() || Arguments[0].getKind() != TemplateArgument::Type)
    return;
  const NamedDecl *Task =
      Roles::classOf(Arguments[0].getAsType().getNonReferenceType());
  if (!Task)
    return;
  if (const CXXRecordDecl *Promise = promiseClass(Traits))
    Promises.try_emplace(templateKey(*Task), Promise);
}

const NamespaceDecl *namespaceStd(ASTContext &Ast) {
  for (const NamedDecl *D :
       Ast.getTranslationUnitDecl()->lookup(&Ast.Idents.get("std")))
    if (const auto *Std = dyn_cast<NamespaceDecl>(D))
      return Std;
  return nullptr;
}

/// Whether a coroutine whose initial suspension awaits \p Awaiter runs before
/// its caller asks it to. An `await_suspend` that does something with the
/// handle may well schedule it, so only one that ignores it is lazy.
Start startOf(const NamedDecl &Awaiter) {
  if (isNamed(Awaiter, "std::suspend_always"))
    return Start::Lazy;
  if (isNamed(Awaiter, "std::suspend_never"))
    return Start::Eager;
  std::optional<bool> Ready = alwaysReady(Awaiter);
  if (!Ready)
    return Start::Unknown;
  if (*Ready)
    return Start::Eager;
  const CXXMethodDecl *Suspend = methodOf(Awaiter, "await_suspend");
  if (!Suspend)
    return Start::Unknown;
  if (isNamed(*Suspend->getParent(), "std::suspend_always"))
    return Start::Lazy;
  const Stmt *Body = bodyOf(*Suspend);
  if (!Body || Suspend->getNumParams() != 1)
    return Start::Unknown;
  const ParmVarDecl *Handle = nullptr;
  if (const FunctionDecl *Pattern = Suspend->getTemplateInstantiationPattern())
    Handle = Pattern->getParamDecl(0);
  else
    Handle = Suspend->getParamDecl(0);
  if (refersTo(Body, *Handle))
    return Start::Unknown;
  if (Suspend->getReturnType()->isVoidType())
    return Start::Lazy;
  if (std::optional<bool> Suspends = returnedBool(*Suspend))
    return *Suspends ? Start::Lazy : Start::Eager;
  return Start::Unknown;
}

/// Whether \p Body resumes a coroutine, or hands its handle to somebody who
/// might.
bool startsSome(const Stmt *Body) {
  return anyStmt(Body, [](const Stmt &S) {
    const auto *Call = dyn_cast<CallExpr>(&S);
    if (!Call || isa<CXXOperatorCallExpr>(Call))
      return false;
    const llvm::StringRef Name = calleeName(*Call);
    if (Name == "resume")
      return true;
    return Name != "move" && Name != "forward" && Name != "exchange" &&
           llvm::any_of(Call->arguments(), [](const Expr *Arg) {
             const NamedDecl *Class =
                 Roles::classOf(Arg->getType().getNonReferenceType());
             return Class && isNamed(*Class, "std::coroutine_handle");
           });
  });
}

/// Whether a constructor of \p Class starts a coroutine; one that is given a
/// handle and whose body is elsewhere may well.
bool constructorStarts(const NamedDecl &Class) {
  const CXXRecordDecl *Pattern = patternOf(Class);
  return Pattern &&
         llvm::any_of(Pattern->ctors(), [](const CXXConstructorDecl *Made) {
           if (const Stmt *Body = bodyOf(*Made))
             return startsSome(Body);
           return !Made->isDefaulted() && !Made->isDeleted() &&
                  llvm::any_of(Made->parameters(), [](const ParmVarDecl *P) {
                    const NamedDecl *Type =
                        Roles::classOf(P->getType().getNonReferenceType());
                    return Type && isNamed(*Type, "std::coroutine_handle");
                  });
         });
}

/// Whether whoever makes a \p Task starts its coroutine: the promise, when it
/// is made or when it makes the task, or the task's constructor.
bool startsWhenMade(const NamedDecl &Task, const CXXRecordDecl &Promise) {
  const CXXMethodDecl *Make = methodOf(Promise, "get_return_object");
  return (Make && startsSome(bodyOf(*Make))) || constructorStarts(Promise) ||
         constructorStarts(Task);
}

Start promiseStart(const CXXRecordDecl &Promise) {
  const CXXMethodDecl *Initial = methodOf(Promise, "initial_suspend");
  const NamedDecl *Awaiter = Initial ? returnedClass(*Initial) : nullptr;
  return Awaiter ? startOf(*Awaiter) : Start::Unknown;
}

/// A generator's promise yields and, to say so, deletes `await_transform`.
bool deletesAwait(const CXXRecordDecl &Promise) {
  llvm::SmallVector<const CXXMethodDecl *, 4> Transforms =
      methodsOf(Promise, "await_transform");
  return !Transforms.empty() &&
         llvm::all_of(Transforms,
                      [](const CXXMethodDecl *M) { return M->isDeleted(); });
}

/// What the destructor of an eager task does with a coroutine still running.
Drop eagerDrop(const NamedDecl &Class) {
  const CXXRecordDecl *Pattern = patternOf(Class);
  const CXXDestructorDecl *Destructor =
      Pattern ? destructorOf(*Pattern) : nullptr;
  const Stmt *Body = Destructor ? bodyOf(*Destructor) : nullptr;
  if (!Body)
    return Drop::Unknown;
  Drop Found = Drop::Detaches;
  bool Other = false;
  anyStmt(Body, [&](const Stmt &S) {
    const auto *Call = dyn_cast<CallExpr>(&S);
    if (!Call)
      return false;
    const llvm::StringRef Name = calleeName(*Call);
    constexpr llvm::StringLiteral Harmless[] = {
        "operator bool", "done", "exchange", "move", "swap", "address"};
    if (Name == "destroy")
      Found = Drop::Cancels;
    else if (Name == "terminate" || Name == "abort")
      Found = Drop::Terminates;
    else
      Other |= !isa<CXXOperatorCallExpr>(Call) &&
               !llvm::is_contained(Harmless, Name);
    return Found == Drop::Terminates;
  });
  // Any other call can do anything, wait for the coroutine among it.
  if (Other && Found != Drop::Terminates)
    return Drop::Unknown;
  return Found;
}

/// Whether every way to await an object of \p Class wants an rvalue.
bool awaitsOnlyRvalues(const NamedDecl &Class) {
  bool Any = false, All = true;
  auto Visit = [&](const CXXMethodDecl &M) {
    Any = true;
    All &= M.getRefQualifier() == RQ_RValue;
  };
  anyClassOf(Class, [&](const NamedDecl &C) {
    const CXXRecordDecl *Definition = definitionOf(C);
    if (!Definition)
      return false;
    ASTContext &Ast = Definition->getASTContext();
    for (const NamedDecl *Member : Definition->lookup(
             Ast.DeclarationNames.getCXXOperatorName(OO_Coawait))) {
      if (const auto *Template = dyn_cast<FunctionTemplateDecl>(Member))
        Member = Template->getTemplatedDecl();
      if (const auto *Method = dyn_cast<CXXMethodDecl>(Member))
        Visit(*Method);
    }
    return Any;
  });
  return Any && All;
}

template <typename Enum, std::size_t Size>
void correct(Enum &Value, llvm::StringRef Word,
             const std::pair<llvm::StringLiteral, Enum> (&Words)[Size]) {
  for (const auto &[Spelling, Meaning] : Words)
    if (Word == Spelling)
      Value = Meaning;
}

void correct(TaskTraits &Traits, const Role &R) {
  static constexpr std::pair<llvm::StringLiteral, Start> Starts[] = {
      {"lazy", Start::Lazy}, {"eager", Start::Eager}};
  static constexpr std::pair<llvm::StringLiteral, Drop> Drops[] = {
      {"nothing", Drop::Nothing},
      {"cancels", Drop::Cancels},
      {"detaches", Drop::Detaches},
      {"blocks", Drop::Blocks},
      {"terminates", Drop::Terminates}};
  correct(Traits.StartsAt, R.get("start"), Starts);
  correct(Traits.OnDrop, R.get("drop"), Drops);
  if (llvm::StringRef Await = R.get("await"); !Await.empty())
    Traits.SingleShot = Await == "once";
}

} // namespace

const CXXRecordDecl *Roles::promiseOf(const NamedDecl &Class) const {
  if (const CXXRecordDecl *Nested = promiseClass(Class))
    return Nested;
  if (!Answers->PromisesFilled) {
    Answers->PromisesFilled = true;
    const NamespaceDecl *Std = namespaceStd(Ast);
    if (!Std)
      return nullptr;
    for (const NamedDecl *D :
         Std->lookup(&Ast.Idents.get("coroutine_traits"))) {
      const auto *Traits = dyn_cast<ClassTemplateDecl>(D);
      if (!Traits)
        continue;
      llvm::SmallVector<ClassTemplatePartialSpecializationDecl *, 4> Partial;
      const_cast<ClassTemplateDecl *>(Traits)->getPartialSpecializations(
          Partial);
      for (const auto *Special : Partial)
        fileTraits(*Special, Special->getTemplateArgs().asArray(),
                   Answers->Promises);
      for (const ClassTemplateSpecializationDecl *Special :
           Traits->specializations())
        if (Special->isExplicitSpecialization())
          fileTraits(*Special, Special->getTemplateArgs().asArray(),
                     Answers->Promises);
    }
  }
  return Answers->Promises.lookup(templateKey(Class));
}

std::optional<TaskTraits> Roles::task(QualType T) const {
  if (T.isNull() || !classOf(T))
    return std::nullopt;
  const Type *Key = T.getCanonicalType().getTypePtr();
  if (auto It = Answers->Tasks.find(Key); It != Answers->Tasks.end())
    return It->second;
  std::optional<TaskTraits> Traits = inferTask(T);
  return Answers->Tasks[Key] = Traits;
}

std::optional<TaskTraits> Roles::inferTask(QualType T) const {
  const NamedDecl &Class = *classOf(T);
  const Role *Said = of(T, RoleKind::Task);
  TaskTraits Traits;
  if (!Said) {
    if (of(T, RoleKind::Generator) || of(T, RoleKind::Stream))
      return std::nullopt;
  }
  Traits.Promise = promiseOf(Class);
  if (!Traits.Promise && !Said)
    return std::nullopt;
  if (Traits.Promise)
    Traits.StartsAt = promiseStart(*Traits.Promise);
  if (Traits.StartsAt == Start::Lazy && startsWhenMade(Class, *Traits.Promise))
    Traits.StartsAt = Start::Unknown;
  if (!Said) {
    bool Awaited = isAwaitable(T);
    bool Yields = !membersOf(*Traits.Promise, "yield_value").empty();
    if (Yields && (!Awaited || deletesAwait(*Traits.Promise)))
      return std::nullopt;
    // Nobody can await what has no awaiter; if it runs by itself, nobody has
    // to.
    if (!Awaited && Traits.StartsAt != Start::Lazy)
      return std::nullopt;
  }
  if (Traits.StartsAt == Start::Lazy)
    Traits.OnDrop = Drop::Nothing;
  else if (Traits.StartsAt == Start::Eager)
    Traits.OnDrop = eagerDrop(Class);
  Traits.SingleShot = awaitsOnlyRvalues(Class);
  if (Said)
    correct(Traits, *Said);
  return Traits;
}

} // namespace corolint
