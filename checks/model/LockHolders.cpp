/// \file
/// Who holds a lock: guards, temporaries and lock objects as small numbers, and
/// the states over them.

#include "checks/model/LockAnalysis.h"

#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace corolint {

using namespace clang;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

bool LockAnalysis::isTracked(QualType T) const {
  const std::optional<GuardTraits> Guard = R.guard(T.getNonReferenceType());
  return Guard && (LocksOfTasks || !Guard->Async) && !Guard->StartsUnlocked;
}

bool LockAnalysis::isReverseGuard(QualType T) const {
  const std::optional<GuardTraits> Guard = R.guard(T.getNonReferenceType());
  return Guard && Guard->StartsUnlocked;
}

/// A lock, or a pointer to one.
bool LockAnalysis::isLock(QualType T) const {
  T = T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType();
  return R.isThreadLock(T) || (LocksOfTasks && R.isAsyncLock(T));
}

bool LockAnalysis::isLockOfTask(QualType T) const {
  T = T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType();
  return R.isAsyncLock(T);
}

/// By the names that role files and attributes give for the class, else by
/// those that everybody uses.
LockEffect LockAnalysis::effectOf(llvm::StringRef Method,
                                  QualType Object) const {
  if (Object->isPointerType())
    Object = Object->getPointeeType();
  Object = Object.getNonReferenceType();
  for (const RoleKind Kind : {RoleKind::LockGuard, RoleKind::LockedPointer,
                              RoleKind::ThreadLock, RoleKind::AsyncLock}) {
    const Role *Said = R.of(Object, Kind);
    if (!Said)
      continue;
    const std::pair<llvm::StringRef, LockEffect> Lists[] = {
        {"lock", LockEffect::Lock},
        {"try", LockEffect::TryLock},
        {"unlock", LockEffect::Unlock},
        {"release", LockEffect::Unlock},
        {"test", LockEffect::Test}};
    for (const auto &[Key, Effect] : Lists)
      if (llvm::is_contained(Said->list(Key), Method))
        return Effect;
  }
  // `unlock_upgrade_and_lock`: another kind of lock, but a lock.
  if (Method.starts_with("unlock_") && Method.contains("_and_lock"))
    return LockEffect::Lock;
  return llvm::StringSwitch<LockEffect>(Method)
      .Cases("lock", "lock_shared", "lock_upgrade", "Lock", "ReaderLock",
             "WriterLock", "relock", "lockForRead", "lockForWrite",
             LockEffect::Lock)
      .Cases("try_lock", "try_lock_for", "try_lock_until", "try_lock_shared",
             "try_lock_shared_for", "try_lock_shared_until", "TryLock",
             "tryLock", LockEffect::TryLock)
      .Cases("unlock", "unlock_shared", "unlock_upgrade", "Unlock",
             "ReaderUnlock", "WriterUnlock", LockEffect::Unlock)
      .Cases("release", "Release", "reset", "clear", LockEffect::Unlock)
      .Cases("owns_lock", "operator bool", "has_value", "isLocked",
             LockEffect::Test)
      .Case("swap", LockEffect::Swap)
      .Default(LockEffect::None);
}

std::string LockAnalysis::typeName(QualType T) const {
  if (const auto *Pointer = T->getAs<PointerType>())
    T = Pointer->getPointeeType();
  const NamedDecl *Class = Roles::classOf(T.getNonReferenceType());
  return Class ? Roles::nameOf(*Class) : "";
}

/// \p Known, or what the guard's own type says of its lock.
LockName LockAnalysis::nameOfLock(const LockName &Known, QualType Guard) const {
  const std::optional<GuardTraits> Traits =
      R.guard(Guard.getNonReferenceType());
  const bool OfTask = Traits && Traits->Async;
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Guard.getNonReferenceType()->getAsCXXRecordDecl());
  if (!Known.Type.empty() || !Class)
    return {Known.Type, Known.At, OfTask};
  for (const TemplateArgument &Arg : Class->getTemplateArgs().asArray())
    if (Arg.getKind() == TemplateArgument::Type && isLock(Arg.getAsType()))
      return {typeName(Arg.getAsType()), Known.At, OfTask};
  return {Known.Type, Known.At, OfTask};
}

void LockAnalysis::slotsOf(QualType T, const Slot &Prefix,
                           std::vector<Slot> &Found) const {
  constexpr unsigned MaxDepth = 4;
  T = T.getNonReferenceType();
  if (!isTracked(T) || Prefix.size() > MaxDepth)
    return;
  const auto Part = [&](QualType Type, ObjectPath::Member Member) {
    Slot Way = Prefix;
    Way.push_back(Member);
    slotsOf(Type, Way, Found);
  };
  const llvm::ArrayRef<TemplateArgument> Elements = tupleElements(T);
  for (size_t I = 0; I < Elements.size(); ++I)
    if (Elements[I].getKind() == TemplateArgument::Type)
      Part(Elements[I].getAsType(), I + 1);
  const auto *Class = T->getAsCXXRecordDecl();
  const NamedDecl *Named = Roles::classOf(T);
  if (!Class)
    if (const auto *Template = dyn_cast_or_null<ClassTemplateDecl>(Named))
      Class = Template->getTemplatedDecl();
  Class = Class ? Class->getDefinition() : nullptr;
  if (!Elements.empty() || !R.guard(T)->Contains || !Class ||
      Class->isLambda() || R.of(T, RoleKind::Owner)) {
    if (Elements.empty())
      Found.push_back(Prefix);
    return;
  }
  const size_t Before = Found.size();
  for (const CXXBaseSpecifier &Base : Class->bases())
    slotsOf(Base.getType(), Prefix, Found);
  for (const FieldDecl *Field : Class->fields())
    if (!Field->getType()->isReferenceType())
      Part(Field->getType(), memberOf(*Field));
  if (Found.size() == Before)
    Found.push_back(Prefix);
}

/// The guards in an object of type \p T.
std::vector<LockAnalysis::Slot> LockAnalysis::slotsOf(QualType T) const {
  std::vector<Slot> Found;
  slotsOf(T, {}, Found);
  return Found;
}

//===----------------------------------------------------------------------===//
// Holders
//===----------------------------------------------------------------------===//

ObjectPath LockAnalysis::in(const ObjectPath &Object, const Slot &Way) {
  ObjectPath At = Object;
  At.Members.append(Way);
  return At;
}

unsigned LockAnalysis::intern(const ObjectPath &At, HeldLock::Kind By,
                              llvm::StringRef Name) {
  auto [It, New] = Holders.try_emplace(At, Table.size());
  if (New)
    Table.push_back({By, Name.str(), At});
  return It->second;
}

/// The guard in \p Var that \p Way leads to; \p Only if there is no other.
unsigned LockAnalysis::guardSlot(const VarDecl &Var, const ObjectPath &Object,
                                 const Slot &Way, bool Only) {
  std::string Name = Var.getNameAsString();
  // The range of a range-for is a temporary to its author.
  const NamedDecl *Class = Roles::classOf(Var.getType().getNonReferenceType());
  if (Var.isImplicit())
    return intern(in(Object, Way), HeldLock::Kind::Temporary,
                  Class ? Class->getName() : "range");
  if (const auto *Bound = dyn_cast<DecompositionDecl>(&Var)) {
    for (const BindingDecl *Binding : Bound->bindings()) {
      const VarDecl *Holding = Binding->getHoldingVar();
      const Expr *Part = Holding ? Holding->getInit() : Binding->getBinding();
      const ObjectPath At = Part ? place(*Part) : ObjectPath();
      if (Name.empty() || (!Way.empty() && !At.Members.empty() &&
                           At.Members.front() == Way.front()))
        Name = Binding->getNameAsString();
    }
    return intern(in(Object, Way), HeldLock::Kind::Guard, Name);
  }
  // A member that the author can name says more than its object.
  for (const ObjectPath::Member Member : Way)
    if (Member > ObjectPath::MaxIndex) {
      const auto *Field = reinterpret_cast<const FieldDecl *>(Member);
      if (Field->getAccess() != AS_public || !Field->getIdentifier())
        break;
      Name += "." + Field->getNameAsString();
    } else if (!Only) {
      Name += "[" + std::to_string(Member - 1) + "]";
    }
  const unsigned Holder = intern(in(Object, Way), HeldLock::Kind::Guard, Name);
  if (Way.empty())
    Table[Holder].Var = &Var;
  return Holder;
}

unsigned LockAnalysis::lockObject(const Expr &Lock) {
  const Expr *Named = objectNamed(&Lock);
  std::string Name = sourceText(*Named, Ast);
  llvm::StringRef Short = Name;
  Short.consume_front("this->");
  const ObjectPath At = place(Lock);
  const unsigned Holder = intern(At, HeldLock::Kind::Manual, Short);
  Table[Holder].Lock = {typeName(Named->getType()), At,
                        isLockOfTask(Named->getType())};
  return Holder;
}

/// Whether the object at \p At is there before and after this function.
bool LockAnalysis::outlives(const ObjectPath &At) const {
  const ValueDecl *Root = At.variable();
  if (!Root || At.Indirect)
    return true;
  const auto *Var = dyn_cast<VarDecl>(Root);
  return Var && (Var->isInitCapture() || !Var->hasLocalStorage() ||
                 Var->getDeclContext() != cast<DeclContext>(&F.Decl));
}

/// The guard at \p At or, where \p At names a part that can't be told or
/// something in it, the one guard that it can mean.
std::optional<unsigned> LockAnalysis::guardAt(const ObjectPath &At,
                                              const State &S) const {
  if (auto It = Holders.find(At);
      It != Holders.end() && Table[It->second].By != HeldLock::Kind::Manual)
    return find(S, It->second) || outlives(At) ? std::optional(It->second)
                                               : std::nullopt;
  std::optional<unsigned> Only;
  for (const Entry &E : S) {
    const ObjectPath &Other = Table[E.Holder].At;
    if (Table[E.Holder].By != HeldLock::Kind::Guard ||
        (!At.contains(Other) && !Other.contains(At)))
      continue;
    if (Only)
      return std::nullopt;
    Only = E.Holder;
  }
  return Only;
}

/// The guard that holds the lock at \p Lock.
std::optional<unsigned> LockAnalysis::guardOf(const ObjectPath &Lock,
                                              const State &S) const {
  for (const Entry &E : S)
    if (E.Status >= 0 && Table[E.Holder].By == HeldLock::Kind::Guard &&
        !Table[E.Holder].Reverses && Table[E.Holder].Lock.At == Lock)
      return E.Holder;
  return std::nullopt;
}

/// The tracked guard that \p E designates, if it is alive in \p S; one that was
/// there before this function, too.
std::optional<unsigned> LockAnalysis::guardIn(const Expr *E, const State &S) {
  if (!E)
    return std::nullopt;
  const ObjectPath At = place(*E);
  if (const std::optional<unsigned> Known = guardAt(At, S))
    return Known;
  QualType T = E->getType();
  if (T->isPointerType())
    T = T->getPointeeType();
  if (!outlives(At) || At.From == ObjectPath::Root::Other || !isTracked(T))
    return std::nullopt;
  std::string Name = sourceText(*objectNamed(E), Ast);
  llvm::StringRef Short = Name;
  Short.consume_front("this->");
  const unsigned Holder = intern(At, HeldLock::Kind::Guard, Short);
  Table[Holder].Lock = nameOfLock({}, T);
  return Holder;
}

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

int LockAnalysis::acquire(unsigned Of, SourceLocation Where,
                          SourceLocation Within) {
  const unsigned Number = Trail.begin(Of, Where);
  if (Number == Acquisitions.size())
    Acquisitions.push_back({Where, Within});
  return Number;
}

/// A guard that is alive keeps its entry; a lock that nobody holds needs none,
/// unless a caller wants to know that it was unlocked.
void LockAnalysis::free(State &S, unsigned Holder, SourceLocation Where) {
  Trail.end(Holder, Where);
  if (Table[Holder].By == HeldLock::Kind::Guard || !F.isCoroutine())
    set(S, Holder, Free);
  else
    erase(S, Holder);
}

/// \p Var is gone, and what was in it.
void LockAnalysis::forget(State &S, const ValueDecl &Var) const {
  const ObjectPath At = ObjectPath::of(Var);
  llvm::erase_if(S, [&](Entry E) {
    const ObjectPath &Held = Table[E.Holder].At;
    return !Held.Indirect && At.contains(Held);
  });
}

const LockAnalysis::Entry *LockAnalysis::find(const State &S, unsigned Holder) {
  auto It = llvm::find_if(S, [=](Entry E) { return E.Holder == Holder; });
  return It == S.end() ? nullptr : &*It;
}

int LockAnalysis::statusOf(const State &S, unsigned Holder) {
  const Entry *Now = find(S, Holder);
  return Now ? Now->Status : Unknown;
}

void LockAnalysis::set(State &S, unsigned Holder, int Status) {
  auto It = llvm::find_if(S, [=](Entry E) { return E.Holder >= Holder; });
  if (It != S.end() && It->Holder == Holder)
    It->Status = Status;
  else
    S.insert(It, {Holder, Status});
}

void LockAnalysis::erase(State &S, unsigned Holder) {
  llvm::erase_if(S, [=](Entry E) { return E.Holder == Holder; });
}

} // namespace corolint
