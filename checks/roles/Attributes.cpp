/// \file
/// Reading annotations, thread-safety, gsl, coroutine and effect attributes.

#include "checks/roles/Attributes.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/RoleFile.h"
#include "checks/roles/RoleSchema.h"

#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace corolint {
namespace {

using Sink = llvm::function_ref<void(Role)>;

void setList(Role &R, llvm::StringRef Key,
             const llvm::SmallVectorImpl<std::string> &Names) {
  if (!Names.empty())
    R.Params.emplace_back(Key.str(), llvm::join(Names, ","));
}

/// Names the methods that the thread-safety attributes say lock and unlock.
void readLockMethods(const CXXRecordDecl &Class, Role &R) {
  const CXXRecordDecl *Definition = definitionOf(Class);
  if (!Definition)
    return;
  llvm::SmallVector<std::string, 2> Lock, Try, Unlock;
  for (const CXXMethodDecl *Method : Definition->methods()) {
    if (!Method->getDeclName().isIdentifier())
      continue;
    if (Method->hasAttr<AcquireCapabilityAttr>())
      Lock.push_back(Method->getName().str());
    else if (Method->hasAttr<TryAcquireCapabilityAttr>() ||
             Method->hasAttr<ExclusiveTrylockFunctionAttr>() ||
             Method->hasAttr<SharedTrylockFunctionAttr>())
      Try.push_back(Method->getName().str());
    else if (Method->hasAttr<ReleaseCapabilityAttr>())
      Unlock.push_back(Method->getName().str());
  }
  setList(R, "lock", Lock);
  setList(R, "try", Try);
  setList(R, "unlock", Unlock);
}

Role attributeRole(RoleKind Kind) {
  return {.Kind = Kind, .By = Provenance::Annotation};
}

void addWithDefaults(Role R, Sink Add) {
  fillDefaults(R);
  Add(std::move(R));
}

/// The lock in `acquire_capability(mu)`: a parameter, or the object itself.
template <typename Attribute>
void readLockArguments(const FunctionDecl &F, const Attribute &A, RoleKind Kind,
                       Sink Add) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (A.args_size() == 0) {
    // A guard's own methods are told by its class; so are its constructors.
    if (!Method || isa<CXXConstructorDecl, CXXDestructorDecl>(Method) ||
        Method->getParent()->template hasAttr<ScopedLockableAttr>())
      return;
    addWithDefaults(attributeRole(Kind), Add);
    return;
  }
  if (isa<CXXConstructorDecl, CXXDestructorDecl>(&F))
    return;
  for (const Expr *Arg : A.args()) {
    Arg = Arg->IgnoreParenImpCasts();
    if (const auto *Op = dyn_cast<UnaryOperator>(Arg))
      Arg = Op->getSubExpr()->IgnoreParenImpCasts();
    const auto *Ref = dyn_cast<DeclRefExpr>(Arg);
    const auto *Param = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
    if (!Param)
      continue;
    Role R = attributeRole(Kind);
    R.Params.emplace_back("lock", llvm::utostr(Param->getFunctionScopeIndex()));
    Add(std::move(R));
  }
}

void readClassAttribute(const CXXRecordDecl &Class, const Attr &A, Sink Add) {
  if (isa<ScopedLockableAttr>(A)) {
    Role R = attributeRole(RoleKind::LockGuard);
    readLockMethods(Class, R);
    addWithDefaults(std::move(R), Add);
  } else if (const auto *Capability = dyn_cast<CapabilityAttr>(&A)) {
    // A `role` is something a thread has, not something it locks.
    if (Capability->getName() == "role")
      return;
    Role R = attributeRole(RoleKind::ThreadLock);
    readLockMethods(Class, R);
    addWithDefaults(std::move(R), Add);
  } else if (isa<PointerAttr>(A)) {
    Add(attributeRole(RoleKind::View));
  } else if (isa<OwnerAttr>(A)) {
    Add(attributeRole(RoleKind::Owner));
  } else if (isa<CoroReturnTypeAttr>(A)) {
    Add(attributeRole(RoleKind::Task));
  }
}

void readDeclaration(const Decl &D, Sink Add) {
  if (!D.hasAttrs())
    return;
  for (const Attr *A : D.attrs()) {
    if (const auto *Annotate = dyn_cast<AnnotateAttr>(A)) {
      if (!Annotate->getAnnotation().starts_with("corolint:"))
        continue;
      llvm::Expected<Role> R = readAnnotation(Annotate->getAnnotation());
      if (R)
        Add(std::move(*R));
      else
        llvm::consumeError(R.takeError());
    } else if (const auto *Class = dyn_cast<CXXRecordDecl>(&D)) {
      readClassAttribute(*Class, *A, Add);
    } else if (const auto *F = dyn_cast<FunctionDecl>(&D)) {
      if (const auto *Acquire = dyn_cast<AcquireCapabilityAttr>(A))
        readLockArguments(*F, *Acquire, RoleKind::Acquires, Add);
      else if (const auto *Release = dyn_cast<ReleaseCapabilityAttr>(A))
        readLockArguments(*F, *Release, RoleKind::Releases, Add);
    }
  }
}

void readEffects(const FunctionDecl &F, Sink Add) {
  for (const FunctionEffectWithCondition &Effect :
       FunctionEffectsRef::get(F.getType())) {
    // `nonblocking(expr)` says nothing until `expr` is known.
    if (Effect.Cond.getCondition())
      continue;
    if (Effect.Effect.kind() == FunctionEffect::Kind::NonBlocking)
      Add(attributeRole(RoleKind::AssumeNonblocking));
    else if (Effect.Effect.kind() == FunctionEffect::Kind::Blocking)
      addWithDefaults(attributeRole(RoleKind::Blocks), Add);
  }
}

const NamedDecl *patternDecl(const NamedDecl &D) {
  if (const auto *F = dyn_cast<FunctionDecl>(&D))
    return F->getTemplateInstantiationPattern(/*ForDefinition=*/false);
  if (isa<CXXRecordDecl>(D))
    if (const CXXRecordDecl *Pattern = patternOf(D);
        Pattern && Pattern->getCanonicalDecl() != D.getCanonicalDecl())
      return Pattern;
  return nullptr;
}

} // namespace

void readAttributes(const NamedDecl &D, Sink Add) {
  for (const Decl *Redeclaration : D.redecls())
    readDeclaration(*Redeclaration, Add);
  if (const auto *F = dyn_cast<FunctionDecl>(&D))
    readEffects(*F, Add);
  if (const NamedDecl *Pattern = patternDecl(D))
    for (const Decl *Redeclaration : Pattern->redecls())
      readDeclaration(*Redeclaration, Add);
}

} // namespace corolint
