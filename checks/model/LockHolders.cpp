/// \file
/// Who holds a lock: guards, temporaries and lock objects as small numbers, and
/// the states over them.

#include "checks/model/LockAnalysis.h"

#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

bool LockAnalysis::isTracked(QualType T) const {
  const std::optional<GuardTraits> Guard = R.guard(T.getNonReferenceType());
  return Guard && !Guard->Async && !Guard->StartsUnlocked;
}

bool LockAnalysis::isReverseGuard(QualType T) const {
  const std::optional<GuardTraits> Guard = R.guard(T.getNonReferenceType());
  return Guard && Guard->StartsUnlocked;
}

unsigned LockAnalysis::intern(const void *Key, HeldLock::Kind By,
                              llvm::StringRef Name) {
  auto [It, New] = Holders.try_emplace(Key, Table.size());
  if (New)
    Table.push_back({By, Name.str(), {}, {}});
  return It->second;
}

unsigned LockAnalysis::variable(const VarDecl &Var) {
  return intern(&Var, HeldLock::Kind::Guard, Var.getName());
}

unsigned LockAnalysis::lockObject(const Expr &Lock) {
  const Expr *Named = objectNamed(&Lock);
  // Odd, so that it is nobody's address.
  const void *Key = reinterpret_cast<void *>(
      static_cast<std::uintptr_t>(objectKey(Lock, Ast)) << 1 | 1);
  std::string Name = sourceText(*Named, Ast);
  llvm::StringRef Short = Name;
  Short.consume_front("this->");
  const unsigned Holder = intern(Key, HeldLock::Kind::Manual, Short);
  Table[Holder].Lock = {typeName(Named->getType()), objectKey(Lock, Ast)};
  return Holder;
}

std::string LockAnalysis::typeName(QualType T) const {
  if (const auto *Pointer = T->getAs<PointerType>())
    T = Pointer->getPointeeType();
  const NamedDecl *Class = Roles::classOf(T.getNonReferenceType());
  return Class ? Roles::nameOf(*Class) : "";
}

/// \p Known, or what the guard's own type says of its lock.
LockAnalysis::LockName LockAnalysis::nameOfLock(const LockName &Known,
                                                QualType Guard) const {
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Guard.getNonReferenceType()->getAsCXXRecordDecl());
  if (!Known.Type.empty() || !Class)
    return Known;
  for (const TemplateArgument &Arg : Class->getTemplateArgs().asArray())
    if (Arg.getKind() == TemplateArgument::Type &&
        R.isThreadLock(Arg.getAsType()))
      return {typeName(Arg.getAsType()), Known.Key};
  return Known;
}

int LockAnalysis::acquire(unsigned Of, SourceLocation Where) {
  Table[Of].Changes.push_back(Where);
  for (size_t I = 0; I < Acquisitions.size(); ++I)
    if (Acquisitions[I].Of == Of && Acquisitions[I].Where == Where)
      return I;
  Acquisitions.push_back({Of, Where, {}});
  return Acquisitions.size() - 1;
}

/// A guard that is alive keeps its entry; a lock that nobody holds needs none.
void LockAnalysis::free(State &S, unsigned Holder, SourceLocation Where) {
  Table[Holder].Changes.push_back(Where);
  if (Table[Holder].By == HeldLock::Kind::Guard)
    set(S, Holder, Free);
  else
    llvm::erase_if(S, [&](Entry E) { return E.Holder == Holder; });
}

void LockAnalysis::forget(State &S, const void *Key) const {
  auto It = Holders.find(Key);
  if (It != Holders.end())
    llvm::erase_if(S, [&](Entry E) { return E.Holder == It->second; });
}

/// The tracked guard that \p E designates, if it is alive in \p S.
std::optional<unsigned> LockAnalysis::guardIn(const Expr *E,
                                              const State &S) const {
  const VarDecl *Var = localRoot(E);
  auto It = Var ? Holders.find(Var) : Holders.end();
  if (It == Holders.end() || !find(S, It->second))
    return std::nullopt;
  return It->second;
}

const LockAnalysis::Entry *LockAnalysis::find(const State &S, unsigned Holder) {
  auto It = llvm::find_if(S, [=](Entry E) { return E.Holder == Holder; });
  return It == S.end() ? nullptr : &*It;
}

void LockAnalysis::set(State &S, unsigned Holder, int Status) {
  auto It = llvm::find_if(S, [=](Entry E) { return E.Holder >= Holder; });
  if (It != S.end() && It->Holder == Holder)
    It->Status = Status;
  else
    S.insert(It, {Holder, Status});
}

} // namespace corolint
