/// \file
/// The walk over a type's parts.

#include "checks/model/Sendable.h"

#include "checks/model/SendableCounts.h"
#include "checks/model/TypeNames.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

using Verdict = SendAnswer::Verdict;

SendAnswer Sendable::leaf(QualType T, llvm::StringRef Reason) const {
  SendAnswer No{Verdict::No};
  No.Leaf = typeName(T, R.ast());
  No.Reason = Reason.empty() ? "it belongs to one thread" : Reason.str();
  return No;
}

/// Whether the guard \p T is known to hold a lock that its thread has to
/// unlock. Somebody's own lock may be a flag, a file or a lease.
bool Sendable::locksForThread(QualType T) const {
  bool Any = false, Owned = false;
  eachTypeArgument(T, [&](QualType Lock) {
    Any = true;
    Owned |= R.of(Lock, RoleKind::ThreadLock) != nullptr;
  });
  return Any ? Owned
             : R.of(T, RoleKind::LockGuard) || R.of(T, RoleKind::NotSend);
}

/// What is said of the class itself, or else of the nearest of its bases.
std::optional<SendAnswer> Sendable::byRole(QualType T) const {
  const NamedDecl *Class = Roles::classOf(T);
  if (Class && R.of(*Class, RoleKind::Send))
    return SendAnswer{Verdict::Yes};
  // A guard of a lock that belongs to a task goes wherever the task goes.
  const std::optional<GuardTraits> Guard = R.guard(T);
  if (Guard && Guard->Async)
    return SendAnswer{Verdict::Yes};
  if (Guard && !Guard->Contains && !locksForThread(T))
    return SendAnswer();
  if (const Role *Said = R.of(T, RoleKind::NotSend)) {
    SendAnswer No = leaf(T, Said->get("reason"));
    No.OnlyShared = Said->is("only-owner", "yes");
    No.Annotated = Said->By == Provenance::Annotation;
    No.HoldsThread = Guard.has_value();
    return No;
  }
  if (R.of(T, RoleKind::Send))
    return SendAnswer{Verdict::Yes};
  if (Guard && !Guard->Contains) {
    SendAnswer No = leaf(T, "the thread that locked must unlock");
    No.HoldsThread = true;
    return No;
  }
  if (const ThreadBoundTraits *Bound = R.threadBound(T);
      Bound && !Bound->Contains) {
    SendAnswer No = leaf(T, Bound->Reason);
    No.HoldsThread = true;
    return No;
  }
  return std::nullopt;
}

/// A template that is told not to count atomically:
/// `intrusive_ref_counter<T, thread_unsafe_counter>`.
std::optional<SendAnswer> Sendable::byPolicy(QualType T) const {
  std::optional<SendAnswer> Answer;
  eachTypeArgument(T, [&](QualType Argument) {
    const CXXRecordDecl *Policy = Argument->getAsCXXRecordDecl();
    if (Answer || !Policy || !Policy->hasDefinition() || !Policy->isEmpty() ||
        !Policy->isTriviallyCopyable() || Policy->isLambda())
      return;
    if (const Role *Said = R.of(*Policy, RoleKind::NotSend)) {
      Answer = leaf(T, Said->get("reason"));
      Answer->OnlyShared = Said->is("only-owner", "yes");
    }
  });
  return Answer;
}

/// A class with a lock keeps its own order, and so does one that takes a lock
/// to let go of what it has.
bool Sendable::guardsItself(const CXXRecordDecl &Class) const {
  if (llvm::any_of(Class.fields(), [&](const FieldDecl *Field) {
        const QualType T = Field->getType().getNonReferenceType();
        return R.isThreadLock(T) || R.isAsyncLock(T);
      }))
    return true;
  const CXXDestructorDecl *Destructor = destructorOf(Class);
  const Stmt *Body = Destructor ? bodyOf(*Destructor) : nullptr;
  return Body && anyStmt(Body, [&](const Stmt &S) {
           const auto *Decls = dyn_cast<DeclStmt>(&S);
           return Decls && llvm::any_of(Decls->decls(), [&](const Decl *D) {
                    const auto *Var = dyn_cast<VarDecl>(D);
                    return Var && (R.guard(Var->getType()) ||
                                   R.threadBound(Var->getType()));
                  });
         });
}

SendAnswer Sendable::byParts(const CXXRecordDecl &Class) {
  bool Certain = true;
  const auto Part = [&](QualType T, std::string Name,
                        SourceLocation Where) -> std::optional<SendAnswer> {
    const SendAnswer &Of = send(T);
    Certain &= Of.Is == Verdict::Yes;
    if (!Of.no())
      return std::nullopt;
    SendAnswer Whole = Of;
    Whole.Path.insert(Whole.Path.begin(), {std::move(Name), Where});
    return Whole;
  };
  for (const CXXBaseSpecifier &Base : Class.bases()) {
    const NamedDecl *Of = Roles::classOf(Base.getType());
    if (auto No = Part(Base.getType(),
                       "base '" + (Of ? Of->getNameAsString() : "") + "'",
                       Base.getBeginLoc()))
      return *No;
  }
  if (Class.isLambda()) {
    const auto Fields = llvm::to_vector(Class.fields());
    for (auto [Field, Capture] : llvm::zip(Fields, Class.captures())) {
      const std::string Name =
          Capture.capturesVariable()
              ? "capture '" + Capture.getCapturedVar()->getNameAsString() + "'"
              : "capture '*this'";
      if (auto No = Part(Field->getType(), Name, Capture.getLocation()))
        return *No;
    }
    return {Certain ? Verdict::Yes : Verdict::Unknown};
  }
  for (const FieldDecl *Field : Class.fields())
    if (auto No = Part(Field->getType(),
                       "'" + Class.getNameAsString() +
                           "::" + Field->getNameAsString() + "'",
                       Field->getLocation()))
      return *No;
  return {Certain ? Verdict::Yes : Verdict::Unknown};
}

SendAnswer Sendable::byArguments(QualType T) {
  SendAnswer Whole{Verdict::Yes};
  eachTypeArgument(T, [&](QualType Argument) {
    if (Whole.no())
      return;
    const SendAnswer &Of = send(Argument);
    if (Of.Is != Verdict::Yes)
      Whole = Of;
  });
  return Whole;
}

SendAnswer Sendable::compute(QualType T) {
  if (T->isPointerType()) {
    const QualType To = T->getPointeeType();
    const Role *Bound = R.of(To, RoleKind::ThreadBound);
    if (Bound && Bound->is("pointers", "yes"))
      return leaf(T, Bound->get("reason"));
    return {To->isFunctionType() ? Verdict::Yes : Verdict::Unknown};
  }
  if (T->isBuiltinType() || T->isEnumeralType() || T->isMemberPointerType())
    return {T->isDependentType() ? Verdict::Unknown : Verdict::Yes};
  const NamedDecl *Class = Roles::classOf(T);
  if (!Class)
    return {};
  if (const std::optional<SendAnswer> Said = byRole(T))
    return *Said;
  if (const std::optional<SendAnswer> Told = byPolicy(T))
    return *Told;
  if (R.isView(T) || R.task(T))
    return {};
  const CXXRecordDecl *Definition = definitionOf(*Class);
  if (R.of(T, RoleKind::Owner))
    return byArguments(T);
  if (!Definition || Definition->isUnion())
    return {};
  // Of the standard library's own parts nothing is to be learned.
  if (Definition->isInStdNamespace())
    return Definition->isEmpty() || Definition->getName() == "coroutine_handle"
               ? SendAnswer()
               : byArguments(T);
  if (const std::optional<SourceLocation> Count =
          countsWithoutAtomics(*Definition, R)) {
    SendAnswer No = leaf(T, "its reference count is not atomic");
    No.OnlyShared = true;
    No.Shown = *Count;
    return No;
  }
  return guardsItself(*Definition) ? SendAnswer() : byParts(*Definition);
}

const SendAnswer &Sendable::send(QualType T) {
  // What a reference refers to stays where it is.
  if (T.isNull() || T->isReferenceType())
    return Nothing;
  T = R.ast().getBaseElementType(T).getUnqualifiedType();
  const Type *Key = T.getCanonicalType().getTypePtr();
  if (auto It = Sends.find(Key); It != Sends.end())
    return *It->second;
  if (auto It = Open.find(Key); It != Open.end()) {
    Reached = std::min(Reached, It->second);
    return Assumed;
  }
  const unsigned Depth = Open.size();
  Open[Key] = Depth;
  const unsigned Outer = std::exchange(Reached, Unreached);
  auto Answer = std::make_unique<SendAnswer>(compute(T));
  Open.erase(Key);
  const bool Final = Reached >= Depth || Answer->no();
  Reached = std::min(Outer, Reached >= Depth ? Unreached : Reached);
  std::unique_ptr<SendAnswer> &Kept =
      Final ? Sends[Key] : Passing.emplace_back();
  Kept = std::move(Answer);
  return *Kept;
}

const SendAnswer &Sendable::sync(QualType T) {
  if (T.isNull())
    return Nothing;
  T = T.getNonReferenceType().getUnqualifiedType();
  const NamedDecl *Class = Roles::classOf(T);
  if (!Class)
    return Nothing;
  auto [It, New] = Syncs.try_emplace(T.getCanonicalType().getTypePtr());
  if (!New)
    return *It->second;
  SendAnswer Answer;
  if (R.of(*Class, RoleKind::Sync)) {
    Answer.Is = Verdict::Yes;
  } else if (const Role *Said = R.of(T, RoleKind::NotSync)) {
    Answer = leaf(T, Said->get("reason"));
    Answer.Annotated = Said->By == Provenance::Annotation;
  } else if (R.of(T, RoleKind::Sync)) {
    Answer.Is = Verdict::Yes;
  } else if (const SendAnswer &Of = send(T); Of.no() && !Of.HoldsThread &&
                                             Of.Path.empty() &&
                                             Of.Leaf == typeName(T, R.ast())) {
    Answer = Of;
  }
  It->second = std::make_unique<SendAnswer>(std::move(Answer));
  return *It->second;
}

} // namespace corolint
