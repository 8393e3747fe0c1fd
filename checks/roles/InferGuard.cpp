/// \file
/// Which classes are locks and guards, by role and by structure.

#include "checks/roles/ClassWalk.h"
#include "checks/roles/Names.h"
#include "checks/roles/Roles.h"
#include "checks/roles/RolesCache.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace corolint {
namespace {

/// What a constructor or destructor does to locks.
struct LockUse {
  bool Locks = false;
  bool Unlocks = false;
  /// It locks only if it can.
  bool Tries = false;
};

bool endsTheProgram(const Stmt *S) {
  return anyStmt(S, [](const Stmt &Part) {
    const auto *Call = dyn_cast<CallExpr>(&Part);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    return isa<CXXThrowExpr>(Part) || (Callee && Callee->isNoReturn());
  });
}

/// Whether \p S can wait for somebody: it has a loop or calls something, other
/// than to complain about its caller.
bool canWait(const Stmt *S) {
  if (!S)
    return false;
  if (const auto *If = dyn_cast<IfStmt>(S))
    return canWait(If->getCond()) ||
           (!endsTheProgram(If->getThen()) && canWait(If->getThen())) ||
           canWait(If->getElse());
  // `do { ... } while (0)` is how macros are written.
  if (const auto *Do = dyn_cast<DoStmt>(S)) {
    const Expr *Again = Do->getCond()->IgnoreParenImpCasts();
    const auto *Bool = dyn_cast<CXXBoolLiteralExpr>(Again);
    const auto *Int = dyn_cast<IntegerLiteral>(Again);
    if ((Bool && !Bool->getValue()) || (Int && Int->getValue() == 0))
      return canWait(Do->getBody());
  }
  if (isa<CXXConstructExpr, WhileStmt, DoStmt, ForStmt, AsmStmt, AtomicExpr>(S))
    return true;
  const auto *Call = dyn_cast<CallExpr>(S);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  // `__builtin_expect`, but not `__sync_lock_test_and_set`.
  if (Call && !(Callee && Callee->getBuiltinID() && Callee->getIdentifier() &&
                Callee->getName().starts_with("__builtin_")))
    return true;
  return llvm::any_of(S->children(), canWait);
}

/// A policy class whose `lock()` can be seen to wait for nobody.
bool locksNothing(const NamedDecl &Class) {
  for (const CXXMethodDecl *Lock : methodsOf(Class, "lock"))
    if (Lock->getMinRequiredArguments() == 0)
      return bodyOf(*Lock) && !canWait(bodyOf(*Lock));
  return false;
}

bool hasMethod(const NamedDecl &Class, llvm::StringRef Name) {
  return !methodsOf(Class, Name).empty();
}

bool hasAnyMethod(const NamedDecl &Class,
                  llvm::ArrayRef<llvm::StringRef> Names) {
  return llvm::any_of(
      Names, [&](llvm::StringRef Name) { return hasMethod(Class, Name); });
}

/// A method that can be called without arguments.
const CXXMethodDecl *nullary(const NamedDecl &Class, llvm::StringRef Name) {
  for (const CXXMethodDecl *Method : methodsOf(Class, Name))
    if (Method->getMinRequiredArguments() == 0)
      return Method;
  return nullptr;
}

constexpr llvm::StringLiteral TryNames[] = {"try_lock", "TryLock", "tryLock"};
constexpr llvm::StringLiteral LockNames[] = {"lock", "Lock", "lock_shared"};
constexpr llvm::StringLiteral UnlockNames[] = {"unlock", "Unlock",
                                               "unlock_shared"};

/// Reads what a constructor or destructor does to the locks it can reach.
class LockUseReader {
public:
  LockUseReader(const Roles &R, const CXXRecordDecl &Class)
      : R(R), Class(Class) {}

  LockUse read(const FunctionDecl &F) {
    LockUse Use;
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
      for (const CXXCtorInitializer *Init : Constructor->inits())
        visitBody(Init->getInit(), Use, /*Depth=*/0);
    visitBody(bodyOf(F), Use, /*Depth=*/0);
    return Use;
  }

private:
  void visitBody(const Stmt *Body, LockUse &Use, unsigned Depth) {
    anyStmt(Body, [&](const Stmt &S) {
      if (const auto *Call = dyn_cast<CallExpr>(&S))
        visitCall(*Call, Use, Depth);
      return false;
    });
  }

  void visitCall(const CallExpr &Call, LockUse &Use, unsigned Depth) {
    if (R.ofCall(Call, RoleKind::Acquires)) {
      Use.Locks = true;
      return;
    }
    if (R.ofCall(Call, RoleKind::Releases)) {
      Use.Unlocks = true;
      return;
    }
    // The class's own `lock()` is what it does inside.
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Call.getCalleeDecl());
    if (Method &&
        Method->getParent()->getCanonicalDecl() == Class.getCanonicalDecl()) {
      if (Depth < 2)
        visitBody(bodyOf(*Method), Use, Depth + 1);
      return;
    }
    const Expr *Object = Roles::argument(Call, std::nullopt);
    if (!Object)
      return;
    if (!isLock(Object->IgnoreParenImpCasts()->getType())) {
      // `section.enter()` is what it does inside.
      if (Method && Depth < 2 && !Method->isInStdNamespace())
        visitBody(bodyOf(*Method), Use, Depth + 1);
      return;
    }
    llvm::StringRef Name = calleeName(Call);
    if (llvm::is_contained(LockNames, Name))
      Use.Locks = true;
    else if (llvm::is_contained(TryNames, Name))
      Use.Locks = Use.Tries = true;
    else if (llvm::is_contained(UnlockNames, Name))
      Use.Unlocks = true;
    else if (const Role *Said = lockRole(Object)) {
      Use.Locks |= llvm::is_contained(Said->list("lock"), Name);
      Use.Unlocks |= llvm::is_contained(Said->list("unlock"), Name);
    }
  }

  static QualType objectType(QualType T) {
    T = T.getNonReferenceType();
    return T->isPointerType() ? T->getPointeeType() : T;
  }

  /// A lock, or what a template parameter may turn out to be.
  bool isLock(QualType T) const {
    T = objectType(T);
    return R.isThreadLock(T) || (T->isDependentType() && !Roles::classOf(T));
  }

  const Role *lockRole(const Expr *Object) const {
    return R.of(objectType(Object->IgnoreParenImpCasts()->getType()),
                RoleKind::ThreadLock);
  }

  const Roles &R;
  const CXXRecordDecl &Class;
};

/// Whether \p Class locks (or unlocks, for a reverse guard) as long as it
/// lives: one of its constructors does one, its destructor the other.
std::optional<GuardTraits> guardByStructure(const NamedDecl &Class,
                                            const Roles &R) {
  // The standard library's guards have roles; looking into the rest of it would
  // cost time for nothing.
  const CXXRecordDecl *Pattern = patternOf(Class);
  if (!Pattern || Pattern->isInStdNamespace())
    return std::nullopt;
  const CXXDestructorDecl *Destructor = destructorOf(*Pattern);
  if (!Destructor || !bodyOf(*Destructor))
    return std::nullopt;
  LockUseReader Reader(R, *Pattern);
  LockUse Ends = Reader.read(*Destructor);
  if (Ends.Locks == Ends.Unlocks)
    return std::nullopt;

  GuardTraits Traits;
  auto StartsIn = [&](const Decl *Member) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(Member))
      Member = Template->getTemplatedDecl();
    const auto *Constructor = dyn_cast<CXXConstructorDecl>(Member);
    if (!Constructor)
      return false;
    // One that does both leaves the lock as it was.
    LockUse Starts = Reader.read(*Constructor);
    Traits.Tries |= Starts.Tries;
    return Ends.Unlocks ? Starts.Locks && !Starts.Unlocks
                        : Starts.Unlocks && !Starts.Locks;
  };
  if (llvm::none_of(Pattern->decls(), StartsIn))
    return std::nullopt;
  Traits.StartsUnlocked = Ends.Locks;
  Traits.Movable = !Traits.StartsUnlocked && hasAnyMethod(Class, {"unlock"});
  return Traits;
}

/// Whether the guard \p T is written over locks that may be held across a
/// suspension only: those of tasks, and those that do nothing.
bool guardsAsyncLock(QualType T, const Roles &R) {
  bool Async = false, Other = false;
  eachTypeArgument(T, [&](QualType Argument) {
    const NamedDecl *Class = Roles::classOf(Argument);
    if (R.isAsyncLock(Argument) || (Class && locksNothing(*Class)))
      Async = true;
    else if (R.isThreadLock(Argument))
      Other = true;
  });
  return Async && !Other;
}

/// Whether a method such as `lock`, `co_lock` or `scoped_lock_async` returns
/// something to await.
bool hasAwaitedLock(const NamedDecl &Class, const Roles &R) {
  return anyClassOf(Class, [&](const NamedDecl &C) {
    const CXXRecordDecl *Definition = definitionOf(C);
    return Definition &&
           llvm::any_of(Definition->methods(), [&](const CXXMethodDecl *M) {
             if (!M->getDeclName().isIdentifier() ||
                 M->getMinRequiredArguments() != 0 ||
                 !M->getName().contains_insensitive("lock") ||
                 M->getName().contains_insensitive("unlock"))
               return false;
             QualType Returned = M->getReturnType();
             return R.isAwaitable(Returned) || R.task(Returned).has_value();
           });
  });
}

GuardTraits guardByRole(const NamedDecl &Class, const Role &Said) {
  GuardTraits Traits;
  Traits.StartsUnlocked = Said.is("starts", "unlocked");
  Traits.Movable = hasAnyMethod(Class, Said.list("unlock"));
  return Traits;
}

} // namespace

std::optional<GuardTraits> Roles::guard(QualType T) const {
  if (T.isNull())
    return std::nullopt;
  if (const ArrayType *Array = T->getAsArrayTypeUnsafe()) {
    std::optional<GuardTraits> Element = guard(Array->getElementType());
    if (Element)
      Element->Contains = true;
    return Element;
  }
  if (!classOf(T))
    return std::nullopt;
  const Type *Key = T.getCanonicalType().getTypePtr();
  // A class that owns itself through its members is not a guard for it.
  auto [It, New] = Answers->Guards.try_emplace(Key);
  if (!New)
    return It->second;
  std::optional<GuardTraits> Traits = inferGuard(T);
  return Answers->Guards[Key] = Traits;
}

std::optional<GuardTraits> Roles::inferGuard(QualType T) const {
  const NamedDecl &Class = *classOf(T);
  if (of(T, RoleKind::AsyncGuard))
    return GuardTraits{.Async = true};
  if (of(T, RoleKind::ThreadLock) || of(T, RoleKind::AsyncLock))
    return std::nullopt;

  std::optional<GuardTraits> Traits;
  const Role *Said = of(T, RoleKind::LockGuard);
  if (!Said)
    Said = of(T, RoleKind::LockedPointer);
  if (Said)
    Traits = guardByRole(Class, *Said);
  else
    Traits = guardByStructure(Class, *this);
  if (Traits) {
    Traits->Async = guardsAsyncLock(T, *this);
    return Traits;
  }

  auto Holds = [&](QualType Part) {
    if (Part->isReferenceType())
      return false;
    std::optional<GuardTraits> Inner = guard(Part);
    if (!Inner)
      return false;
    Inner->Contains = true;
    // A thread's guard among others decides.
    if (!Traits || (Traits->Async && !Inner->Async))
      Traits = Inner;
    return true;
  };
  if (of(T, RoleKind::Owner)) {
    eachTypeArgument(T, Holds);
    return Traits;
  }
  const CXXRecordDecl *Definition = definitionOf(Class);
  if (!Definition || Definition->isInStdNamespace())
    return std::nullopt;
  for (const FieldDecl *Field : Definition->fields())
    Holds(Field->getType());
  for (const CXXBaseSpecifier &Base : Definition->bases())
    Holds(Base.getType());
  return Traits;
}

bool Roles::isAsyncLock(QualType T) const {
  if (T.isNull())
    return false;
  const NamedDecl *Class = classOf(T);
  if (!Class)
    return false;
  const Type *Key = T.getCanonicalType().getTypePtr();
  auto [It, New] = Answers->AsyncLocks.try_emplace(Key, false);
  if (!New)
    return It->second;
  bool Async = of(T, RoleKind::AsyncLock) != nullptr;
  const CXXMethodDecl *Lock = nullary(*Class, "lock");
  // One that can also be locked without awaiting is a thread's, too.
  if (!Async && !of(T, RoleKind::ThreadLock) && hasMethod(*Class, "unlock") &&
      !(Lock && Lock->getReturnType()->isVoidType()))
    Async = hasAwaitedLock(*Class, *this);
  return Answers->AsyncLocks[Key] = Async;
}

bool Roles::isThreadLock(QualType T) const {
  if (T.isNull())
    return false;
  const NamedDecl *Class = classOf(T);
  if (!Class)
    return false;
  const Type *Key = T.getCanonicalType().getTypePtr();
  auto [It, New] = Answers->ThreadLocks.try_emplace(Key, false);
  if (!New)
    return It->second;
  bool Found = false;
  if (isAsyncLock(T)) {
    Found = false;
  } else if (of(T, RoleKind::ThreadLock)) {
    Found = true;
  } else {
    // A guard that can be unlocked by hand looks like a lock, too.
    const CXXMethodDecl *Lock = nullary(*Class, "lock");
    if (!Lock)
      Lock = nullary(*Class, "Lock");
    Found = Lock && Lock->getReturnType()->isVoidType() &&
            !locksNothing(*Class) &&
            (nullary(*Class, "unlock") || nullary(*Class, "Unlock")) &&
            !of(T, RoleKind::LockGuard) && !guard(T);
  }
  return Answers->ThreadLocks[Key] = Found;
}

} // namespace corolint
